"""What a search goes down: -2 log L as a function of unconstrained numbers theta, with its derivatives.

theta holds the free entries of the Cholesky factor L of G / sigma2 for each term (any L gives a valid G = sigma2 L L'),
then the residual structure's own parameters; beta and sigma2 are profiled out.
"""

from __future__ import annotations

import numpy as np

from ..covariance.factor import cholesky_factor, free_entries
from ..likelihood.evaluation import Evaluation, evaluate
from ..likelihood.pooling import Pooled

DIFFERENCE = 1e-5  # of central differences, relative to the number where that is above 1


class Objective:
    """-2 log L and its derivatives as functions of theta; keeps the path it has been taken along."""

    def __init__(self, pooled: Pooled, method: str) -> None:
        self.pooled, self.method = pooled, method
        self.path: list[tuple[np.ndarray, float]] = []
        self.free = [free_entries(q, c) for q, c in zip(pooled.q, pooled.correlated, strict=True)]
        self.ends = np.cumsum([0, *(len(entries) for entries in self.free)])
        self.size = int(self.ends[-1]) + pooled.structure.size(pooled.occasions)

    def factors(self, theta: np.ndarray) -> list[np.ndarray]:
        """L of each term."""
        pieces = [theta[start:end] for start, end in zip(self.ends, self.ends[1:], strict=False)]
        kinds = zip(pieces, self.pooled.q, self.pooled.correlated, strict=True)
        return [cholesky_factor(piece, q, correlated) for piece, q, correlated in kinds]

    def x(self, theta: np.ndarray) -> np.ndarray:
        """The residual structure's share of theta."""
        return theta[self.ends[-1] :]

    def evaluate(self, theta: np.ndarray) -> tuple[Evaluation | None, np.ndarray]:
        """The evaluation at theta and the gradient of -2 log L there."""
        factors = self.factors(theta)
        with np.errstate(all="ignore"):
            at = evaluate(self.pooled, [L @ L.T for L in factors], self.x(theta), self.method)
        if at is None or not np.isfinite(at.deviance):
            return None, np.zeros_like(theta)
        gradient = theta * 0.0
        for start, entries, L, d_psi in zip(self.ends[:-1], self.free, factors, at.d_psi, strict=True):
            d_L = 2 * d_psi @ L  # since psi = L L'
            gradient[start : start + len(entries)] = [d_L[place] for place in entries]
        gradient[self.ends[-1] :] = at.d_x
        return at, gradient

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """-2 log L (infinite where there is none) and its gradient; the step is remembered."""
        at, gradient = self.evaluate(theta)
        value = np.inf if at is None else at.deviance
        self.path.append((theta.copy(), value))
        return value, gradient

    def hessian(self, theta: np.ndarray) -> np.ndarray:
        """The Hessian itself, by central differences of the exact gradient."""
        H = np.empty((self.size, self.size))
        for j in range(self.size):
            up, down = (self.evaluate(theta + step)[1] for step in steps(theta, j))
            H[j] = (up - down) / (2 * length(theta, j))
        return (H + H.T) / 2


def length(theta: np.ndarray, j: int) -> float:
    """How far a central difference steps in coordinate j."""
    return DIFFERENCE * max(1.0, abs(float(theta[j])))


def steps(theta: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """+ and - the small step in coordinate j that central differences take."""
    step = np.zeros(len(theta))
    step[j] = length(theta, j)
    return step, -step
