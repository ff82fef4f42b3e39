"""The search for G, R and beta: from a Design to an Estimate.

The search runs over unconstrained numbers theta: the Cholesky factor L of G / sigma2 for each term
(any L gives a valid G = sigma2 L L'), then the residual structure's own parameters; beta and sigma2
are profiled out.  Scoring steps in G itself (Jennrich & Schluchter 1986, Biometrics 42:805) come near
the optimum, Newton steps in theta land on it.  The search is over when the Newton decrement says that no more
than DECREMENT is left to gain, and the curvature that no direction leads down: no optimiser's
opinion is asked.  A singular G is an answer, and is explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .batched import is_plain
from .blocks import check_blocks
from .covariance import Structure, cholesky_factor, free_entries
from .design import Design
from .errors import ModelError
from .pooling import Evaluation, Pooled, evaluate, pool

DECREMENT = 1e-10  # units of -2 log L still to be gained when the search may stop
STARTS = (1.0, 0.1, 5.0)  # standard deviations of b relative to sigma, on the scale of orthonormal Z
EXACT = 1e-12  # a residual variance this small, relative to the response's, is rounding
PLENTY = 500  # rows from which one certified, interior optimum is taken for the only one


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
            step = np.zeros(self.size)
            step[j] = 1e-5 * max(1.0, abs(theta[j]))
            up, down = self.evaluate(theta + step)[1], self.evaluate(theta - step)[1]
            H[j] = (up - down) / (2 * step[j])
        return (H + H.T) / 2


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where a search ended: ``theta``, its evaluation, the gradient of -2 log L there, and the path to it."""

    objective: Objective
    theta: np.ndarray
    at: Evaluation
    gradient: np.ndarray
    converged: bool
    path: list[tuple[np.ndarray, float]]

    @cached_property
    def hessian(self) -> np.ndarray:
        """Second derivatives of -2 log L in theta."""
        return self.objective.hessian(self.theta)

    @cached_property
    def singular(self) -> bool:
        """Whether some G has not its full rank."""
        return any(np.linalg.matrix_rank(L, tol=1e-8 * max(1.0, np.abs(L).max())) < len(L) for L in self.factors)

    @property
    def factors(self) -> list[np.ndarray]:
        """L of each term."""
        return self.objective.factors(self.theta)


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


def estimate(design: Design, structure: Structure, method: str) -> Estimate:
    """Fit a design: pool, search, certify, and return to the data's scale."""
    check_blocks(design, is_plain(structure))
    objective = Objective(pool(design, structure), method)
    _check_count(design, objective)
    return on_data_scale(best_of(objective, _starts(objective)))


def _check_count(design: Design, objective: Objective) -> None:
    """Refuse a model with more parameters than rows."""
    count = {"fixed effects": objective.pooled.p, "entries of G": int(objective.ends[-1])}
    count["residual parameters"] = objective.size - int(objective.ends[-1]) + 1
    if sum(count.values()) > design.n_obs:
        listed = ", ".join(f"{n} {what}" for what, n in count.items() if n)
        raise ModelError(
            f"{design.n_obs} rows cannot estimate {sum(count.values())} parameters ({listed}).",
            "Use fewer terms, '||' for a diagonal G, or more data.",
        )


def best_of(objective: Objective, starts: list[np.ndarray]) -> Optimum:
    """Search from several places: small samples and correlation structures can have several tops."""
    pooled = objective.pooled
    found: list[Optimum] = []
    one_top = pooled.n_obs >= PLENTY and pooled.structure.size(pooled.occasions) == 0
    for start in starts:
        optimum = search(objective, start)
        found += [optimum] if optimum else []
        if one_top and optimum and optimum.converged and not optimum.singular:
            break
    if not found:
        raise ModelError(
            "No valid covariance matrix was found for these data.",
            "Use a simpler structure, and check that no subject has two rows at one time.",
        )
    return min(found, key=lambda optimum: optimum.at.deviance)


def search(objective: Objective, start: np.ndarray) -> Optimum | None:
    """Scoring steps towards the optimum, Newton steps onto it; a G that is all but singular is made so.

    None where the start has no likelihood, so that there is nowhere to go from.
    """
    first = len(objective.path)
    theta, converged = newton(objective, _scoring(objective, start))
    theta = _onto_boundary(objective, theta)
    at, gradient = objective.evaluate(theta)
    return Optimum(objective, theta, at, gradient, converged, objective.path[first:]) if at else None


def _scoring(objective: Objective, theta: np.ndarray) -> np.ndarray:
    """Steps by the expected Hessian in G itself, in which -2 log L is nearly quadratic, as long as they pay."""
    pooled, last = objective.pooled, objective.ends[-1]
    psi, x = [L @ L.T for L in objective.factors(theta)], objective.x(theta)
    best, value = theta, np.inf
    for _ in range(30):
        with np.errstate(all="ignore"):
            at = evaluate(pooled, psi, x, objective.method, information=True)
        if at is None or at.information is None or not np.isfinite(at.information).all():
            break
        gain = value - at.deviance
        if not gain > 0:
            break
        best, value = theta, at.deviance
        objective.path.append((theta, value))
        if gain < 1e-2 or not objective.size:
            break
        d_psi = [
            d[place] * (1 + (place[0] != place[1]))
            for d, free in zip(at.d_psi, objective.free, strict=True)
            for place in free
        ]
        bend, axes = np.linalg.eigh(at.information)
        step = axes @ (axes.T @ np.concatenate([d_psi, at.d_x]) / np.maximum(bend, 1e-6 * max(1.0, bend[-1])))
        psi = [_moved(P, step, *where) for P, *where in zip(psi, objective.free, objective.ends[:-1], strict=True)]
        x = x - np.clip(step[last:], -2.0, 2.0)
        factors = [np.linalg.cholesky(P) for P in psi]
        entries = [L[place] for L, free in zip(factors, objective.free, strict=True) for place in free]
        theta = np.concatenate([entries, x])
    return best


def _moved(psi: np.ndarray, step: np.ndarray, free: tuple[tuple[int, int], ...], start: int) -> np.ndarray:
    """psi less its share of a step, kept positive definite by a floor under its eigenvalues."""
    new = psi.copy()
    for (a, b), change in zip(free, step[start:], strict=False):
        new[a, b] = new[b, a] = psi[a, b] - change
    variance, axes = np.linalg.eigh(new)
    return (axes * np.maximum(variance, 1e-4 * max(variance[-1], 1e-2))) @ axes.T


def newton(objective: Objective, theta: np.ndarray) -> tuple[np.ndarray, bool]:
    """Newton's method on |H|, so that saddles repel; whether decrement and curvature say it has arrived."""
    value, gradient = objective(theta)
    if not objective.size:
        return theta, bool(np.isfinite(value))
    for _ in range(60):
        bend, axes = np.linalg.eigh(objective.hessian(theta))
        floor = 1e-7 * max(1.0, np.abs(bend).max())
        downhill = bend[0] < -1e2 * floor
        for _ in range(2):  # the second look, after a step, spares a new Hessian where one was enough
            step = axes @ ((axes.T @ gradient) / np.maximum(np.abs(bend), floor))
            decrement = float(gradient @ step)
            if decrement < DECREMENT and not downhill:
                return theta, True
            trials = [-step * 0.25**k for k in range(12)]
            if downhill:  # at a saddle the gradient may vanish: go both ways along the negative curvature
                trials = [sign * 0.3**k * axes[:, 0] for k in range(8) for sign in (1.0, -1.0)] + trials
            for trial in trials:
                new_value, new_gradient = objective(theta + trial)
                hidden = decrement < 1e-11 * abs(value)  # rounding of -2 log L hides such a gain: trust the gradient
                if new_value < value or (hidden and np.abs(new_gradient).max() < np.abs(gradient).max()):
                    break
            else:
                return theta, decrement < 1e-6 and not downhill
            theta, value, gradient = theta + trial, new_value, new_gradient
    return theta, False


def _onto_boundary(objective: Objective, theta: np.ndarray) -> np.ndarray:
    """Put a G that is singular but for rounding exactly on the boundary, as far as -2 log L does not notice."""
    at, _ = objective.evaluate(theta)
    for term, (start, entries) in enumerate(zip(objective.ends[:-1], objective.free, strict=True)):
        L = objective.factors(theta)[term]
        variance, axes = np.linalg.eigh(L @ L.T)
        for small in range(len(L), 0, -1):
            if at is None or variance[small - 1] > 1e-5 * max(1.0, variance[-1]):
                continue
            if objective.pooled.correlated[term]:
                half = axes * np.sqrt(np.where(np.arange(len(L)) < small, 0.0, np.maximum(variance, 0.0)))
                flat = np.asarray(np.linalg.qr(half.T, mode="r")).T
            else:
                flat = np.where(variance[small - 1] < L**2, L, 0.0)
            trial = theta.copy()
            trial[start : start + len(entries)] = [flat[place] for place in entries]
            new, _ = objective.evaluate(trial)
            if new is not None and new.deviance <= at.deviance + 1e-8:
                theta = trial
                break
    return theta


def _starts(objective: Objective) -> list[np.ndarray]:
    """Where to begin: b about as large as e, smaller, larger; each with the structure's own starts."""
    pooled = objective.pooled
    rest = pooled.structure.size(pooled.occasions)
    own = [np.pad(x, (0, rest - len(x))) for x in pooled.structure.starts(pooled.occasions)]
    diagonal = np.array([float(a == b) for entries in objective.free for a, b in entries])
    return [np.concatenate([size * diagonal, x]) for size in (STARTS if len(diagonal) else (1.0,)) for x in own]


def fits_exactly() -> ModelError:
    """The error for data without residuals."""
    return ModelError(
        "The model fits every row exactly: the residual variance is 0 and -2 log L has no lower end.",
        "Is the response computed from a covariate, or has every subject as many effects as rows?",
    )


def on_data_scale(best: Optimum) -> Estimate:
    """Undo the changes of scale: beta, its covariance, G and R in the data's units."""
    pooled, at = best.objective.pooled, best.at
    if not at.sigma2 > EXACT * pooled.y_variance:
        raise fits_exactly()
    beta = pooled.beta_ols + scipy.linalg.solve_triangular(pooled.R_x, at.gamma)
    root = scipy.linalg.solve_triangular(pooled.R_x, np.linalg.cholesky(at.cov_gamma))
    halves = [scipy.linalg.solve_triangular(T, L) for T, L in zip(pooled.scale, best.factors, strict=True)]
    residual = pooled.structure.at(best.objective.x(best.theta), at.sigma2, pooled.occasions)
    return Estimate(
        beta, at.sigma2 * root @ root.T, [at.sigma2 * half @ half.T for half in halves], at.sigma2, residual,
        at.deviance, best.singular, best, pooled,
    )  # fmt: skip
