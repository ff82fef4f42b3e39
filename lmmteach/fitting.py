"""The search for G, R and beta: from a Design to an Estimate.

The search runs over unconstrained numbers theta: the Cholesky factor L of G / sigma2 for each term
(any L gives a valid G = sigma2 L L'), then the residual structure's own parameters.  beta and
sigma2 are profiled out.  It is over when the Newton decrement says that no more than a trillionth
of a unit of -2 log L is left to gain, and the curvature says that no direction leads down: an
optimiser's own opinion is not asked.  A singular G is an answer, and is explained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize
from scipy.linalg import solve_triangular

from .covariance import Structure, cholesky_factor, n_cholesky
from .design import Design
from .errors import ModelError
from .pooling import Evaluation, Pooled, evaluate, pool

DECREMENT = 1e-10  # units of -2 log L still to be gained when the search may stop
STARTS = (1.0, 0.1, 5.0)  # standard deviations of b relative to sigma, on the scale of orthonormal Z


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where a search ended: ``theta``, its evaluation, the gradient and Hessian of -2 log L, and the path to it."""

    theta: np.ndarray
    at: Evaluation
    gradient: np.ndarray
    hessian: np.ndarray
    converged: bool
    path: list[tuple[np.ndarray, float]]


@dataclass(frozen=True, eq=False)
class Estimate:
    """The numbers of a fit, on the data's own scale."""

    beta: np.ndarray
    cov_beta: np.ndarray
    G: list[np.ndarray]
    sigma2: float
    residual: Structure
    deviance: float
    singular: bool
    optimum: Optimum
    pooled: Pooled


class Objective:
    """-2 log L and its gradient as a function of theta; keeps what it has been asked."""

    def __init__(self, pooled: Pooled, method: str) -> None:
        self.pooled, self.method = pooled, method
        self.path: list[tuple[np.ndarray, float]] = []
        sizes = [n_cholesky(q, c) for q, c in zip(pooled.q, pooled.correlated, strict=True)]
        self.ends = np.cumsum(sizes)
        self.size = int(sum(sizes)) + pooled.structure.size(pooled.occasions)

    def factors(self, theta: np.ndarray) -> list[np.ndarray]:
        """L of each term."""
        pieces = np.split(theta, self.ends)
        kinds = zip(pieces, self.pooled.q, self.pooled.correlated, strict=False)
        return [cholesky_factor(piece, q, correlated) for piece, q, correlated in kinds]

    def evaluate(self, theta: np.ndarray) -> tuple[Evaluation | None, np.ndarray]:
        """The evaluation at theta and the gradient of -2 log L there."""
        factors = self.factors(theta)
        x = theta[self.ends[-1] if len(self.ends) else 0 :]
        with np.errstate(all="ignore"):
            at = evaluate(self.pooled, [L @ L.T for L in factors], x, self.method)
        if at is None or not np.isfinite(at.deviance):
            return None, np.zeros_like(theta)
        gradient = []
        for L, d_psi, correlated in zip(factors, at.d_psi, self.pooled.correlated, strict=True):
            d_L = 2 * d_psi @ L  # Psi = L L'
            gradient.append(d_L.T[np.triu_indices(len(L))] if correlated else np.diag(d_L))
        return at, np.concatenate([*gradient, at.d_x])

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        at, gradient = self.evaluate(theta)
        value = np.inf if at is None else at.deviance
        self.path.append((theta.copy(), value))
        return value, gradient

    def hessian(self, theta: np.ndarray) -> np.ndarray:
        """Second derivatives, by central differences of the exact gradient."""
        H = np.empty((self.size, self.size))
        for j in range(self.size):
            step = np.zeros(self.size)
            step[j] = 1e-5 * max(1.0, abs(theta[j]))
            up, down = self.evaluate(theta + step)[1], self.evaluate(theta - step)[1]
            H[j] = (up - down) / (2 * step[j])
        return (H + H.T) / 2


def estimate(design: Design, structure: Structure, method: str) -> Estimate:
    """Fit a design: pool, search from several places, certify, and return to the data's scale."""
    pooled = pool(design, structure)
    objective = Objective(pooled, method)
    tried = [search(objective, start) for start in _starts(objective, design)]
    best = min(tried, key=lambda found: found.at.deviance if found.at else np.inf)
    return _on_data_scale(design, objective, best, structure)


def search(objective: Objective, start: np.ndarray) -> Optimum:
    """Quasi-Newton steps towards the optimum, then Newton steps onto it."""
    first = len(objective.path)
    if objective.size == 0:
        at, gradient = objective.evaluate(start)
        return Optimum(start, at, gradient, np.empty((0, 0)), at is not None, [(start, at.deviance)])
    with np.errstate(all="ignore"):
        rough = optimize.minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-3, "maxiter": 200})
    theta, gradient, hessian, converged = _newton(objective, rough.x)
    theta, snapped = _snap(objective, theta)
    if snapped:
        gradient, hessian = objective.evaluate(theta)[1], objective.hessian(theta)
    at, _ = objective.evaluate(theta)
    return Optimum(theta, at, gradient, hessian, converged and at is not None, objective.path[first:])


def _newton(objective: Objective, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Newton's method on |H|, which also walks off saddles; stops by decrement and curvature."""
    value, gradient = objective(theta)
    for _ in range(50):
        hessian = objective.hessian(theta)
        curvature, axes = np.linalg.eigh(hessian)
        floor = 1e-7 * max(1.0, np.abs(curvature).max())
        along = axes.T @ gradient
        decrement = float(along @ (along / np.maximum(np.abs(curvature), floor)))
        downhill = curvature[0] < -1e2 * floor
        if decrement < DECREMENT and not downhill:
            return theta, gradient, hessian, True
        step = -axes @ (along / np.maximum(np.abs(curvature), floor))
        steps = [step * 0.25**k for k in range(12)]
        if downhill:  # at a saddle the gradient may vanish: try the direction of negative curvature, both ways
            steps = [*(s * 0.3**k * axes[:, 0] for k in range(8) for s in (1.0, -1.0)), *steps]
        for trial in steps:
            new_value, new_gradient = objective(theta + trial)
            if new_value < value - 1e-4 * min(decrement, 1e-9):
                break
        else:  # rounding hides any further gain
            return theta, gradient, hessian, decrement < 1e-6 and not downhill
        theta, value, gradient = theta + trial, new_value, new_gradient
    return theta, gradient, objective.hessian(theta), False


def _snap(objective: Objective, theta: np.ndarray) -> tuple[np.ndarray, bool]:
    """Put a G that is singular but for rounding exactly on the boundary."""
    at, _ = objective.evaluate(theta)
    if at is None:
        return theta, False
    pieces = np.split(theta, objective.ends)
    snapped = False
    for term, L in enumerate(objective.factors(theta)):
        variance, axes = np.linalg.eigh(L @ L.T)
        for rank in range(len(L)):
            kept = np.where(np.arange(len(L)) >= len(L) - rank, variance, 0.0)
            if rank == len(L) or kept.sum() == variance.sum():
                break
            flat = np.linalg.qr((axes * np.sqrt(np.maximum(kept, 0))).T, mode="r").T
            if not objective.pooled.correlated[term]:
                flat = np.diag(np.where(np.diag(L) ** 2 < variance[len(L) - rank] if rank else True, 0.0, np.diag(L)))
            trial = [*pieces]
            rows, columns = np.triu_indices(len(L))
            trial[term] = flat[columns, rows] if objective.pooled.correlated[term] else np.diag(flat)
            new, _ = objective.evaluate(np.concatenate(trial))
            if new is not None and new.deviance <= at.deviance + 1e-8:
                pieces, snapped = trial, True
                break
    return np.concatenate(pieces), snapped


def _starts(objective: Objective, design: Design) -> list[np.ndarray]:
    """Where to begin: b about as large as e, much smaller, larger; crossed with the structure's own starts."""
    pooled = objective.pooled
    own = pooled.structure.starts(pooled.occasions)
    own = [np.concatenate([s, np.zeros(pooled.structure.size(pooled.occasions) - len(s))]) for s in own]
    sizes = STARTS if pooled.q else (1.0,)
    starts = []
    for size in sizes:
        factors = []
        for q, correlated in zip(pooled.q, pooled.correlated, strict=True):
            rows, columns = np.triu_indices(q)
            factors.append(size * (rows == columns).astype(float) if correlated else np.full(q, size))
        starts += [np.concatenate([*factors, x]) for x in own]
    return starts


def _on_data_scale(design: Design, objective: Objective, best: Optimum, structure: Structure) -> Estimate:
    """Undo the changes of scale: beta, its covariance, G and R in the data's units."""
    pooled, at = objective.pooled, best.at
    if at is None:
        raise ModelError(
            "No valid covariance matrix was found for these data.",
            "Use a simpler structure, and check that no subject has two rows at one time.",
        )
    beta = pooled.beta_ols + solve_triangular(pooled.R_x, at.gamma)
    root = solve_triangular(pooled.R_x, np.linalg.cholesky(at.cov_gamma))
    factors = objective.factors(best.theta)
    G = []
    for L, T in zip(factors, pooled.scale, strict=True):
        half = solve_triangular(T, L)
        G.append(at.sigma2 * half @ half.T)
    rank = [np.linalg.matrix_rank(L, tol=1e-8 * max(1.0, np.abs(L).max(initial=0))) for L in factors]
    singular = any(r < len(L) for r, L in zip(rank, factors, strict=True))
    x = best.theta[objective.ends[-1] if len(objective.ends) else 0 :]
    return Estimate(
        beta, at.sigma2 * root @ root.T, G, at.sigma2, structure.at(x, at.sigma2, pooled.occasions),
        at.deviance, singular, best, pooled,
    )  # fmt: skip
