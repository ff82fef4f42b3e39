"""What a search goes down: -2 log L as a function of unconstrained numbers theta, with its derivatives.

theta holds the free entries of the Cholesky factor L of G / sigma2 for each term (any L gives a valid G = sigma2 L L'),
then the residual structure's own parameters; beta and sigma2 are profiled out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..covariance.differences import central
from ..covariance.factor import cholesky_factor, free_entries
from ..likelihood.evaluation import Evaluation, evaluate
from ..likelihood.pooling import Pooled


class Objective:
    """-2 log L and its derivatives as functions of theta; keeps the path it has been taken along.

    ``evaluations`` counts how often the likelihood was asked; ``watch`` is told each time.
    """

    def __init__(self, pooled: Pooled, method: str) -> None:
        self.pooled, self.method = pooled, method
        self.path: list[tuple[np.ndarray, float]] = []
        self.evaluations = 0
        self.watch: Callable[[int], None] | None = None
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
        at = self._at(theta, None)
        return at, theta * 0.0 if at is None else self._gradient(theta, at)

    def at_psi(self, psi: list[np.ndarray], x: np.ndarray, second: str | None = None) -> Evaluation | None:
        """The evaluation at psi = G / sigma2 of each term and R's numbers x; None where there is none."""
        self.evaluations += 1
        if self.watch:
            self.watch(self.evaluations)
        with np.errstate(all="ignore"):
            at = evaluate(self.pooled, psi, x, self.method, second=second)
        return at if at is not None and np.isfinite(at.deviance) else None

    def _at(self, theta: np.ndarray, second: str | None) -> Evaluation | None:
        return self.at_psi([L @ L.T for L in self.factors(theta)], self.x(theta), second)

    def _gradient(self, theta: np.ndarray, at: Evaluation) -> np.ndarray:
        gradient = theta * 0.0
        for start, entries, L, d_psi in zip(self.ends[:-1], self.free, self.factors(theta), at.d_psi, strict=True):
            d_L = 2 * d_psi @ L  # since psi = L L'
            gradient[start : start + len(entries)] = [d_L[place] for place in entries]
        gradient[self.ends[-1] :] = at.d_x
        return gradient

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """-2 log L (infinite where there is none) and its gradient; the step is remembered."""
        at, gradient = self.evaluate(theta)
        value = np.inf if at is None else at.deviance
        self.path.append((theta.copy(), value))
        return value, gradient

    def hessian(self, theta: np.ndarray) -> np.ndarray:
        """The Hessian itself, exact as the gradient is; else by its differences."""
        if self.pooled.first_order:
            return central(lambda place: self.evaluate(place)[1], theta)
        at = self._at(theta, "observed")
        if at is None or at.hessian is None:
            return np.zeros((self.size, self.size))
        # From psi to L, psi = L L':  J'H J, and what psi's own bend adds.
        J = np.eye(self.size)
        bend = np.zeros((self.size, self.size))
        for start, entries, L, d_psi in zip(self.ends[:-1], self.free, self.factors(theta), at.d_psi, strict=True):
            if not entries:
                continue
            here = slice(start, start + len(entries))
            a, b = np.array(entries).T
            rows, columns = a[:, None], b[:, None]
            J[here, here] = L[columns, b] * (rows == a) + L[rows, b] * (columns == a)
            bend[here, here] = 2 * d_psi[rows, a] * (columns == b)
        found = np.asarray(J.T @ at.hessian @ J + bend)
        return found if np.isfinite(found).all() else np.zeros_like(found)
