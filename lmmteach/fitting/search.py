"""The search for G, R and beta: from a start to the optimum of an :class:`.objective.Objective`.

Scoring steps in G itself (Jennrich & Schluchter 1986, Biometrics 42:805) come near
the optimum, Newton steps in theta land on it (:mod:`.newton`).  The search is over when the Newton decrement says
that no more than DECREMENT is left to gain, and the curvature that no direction leads down: no optimiser's
opinion is asked.  A singular G is an answer, and is explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import ModelError
from ..likelihood.evaluation import Evaluation
from .descents import Descents
from .newton import newton
from .objective import UNFELT, Objective

STARTS = (1.0, 0.1, 5.0)  # standard deviations of b relative to sigma, on the scale of orthonormal Z
SCORING = 30  # scoring steps at most
SHARES = (1.0, 0.3, 0.1, 0.03, 0.01)  # of a scoring step that are tried
UNNOTICED = 1e-8  # units of -2 log L that a G is allowed to lose when it is put on the boundary
NONE = 1e-8  # an SD of psi this small beside max(1, the largest) is none
NEARLY = 1.0  # units of -2 log L: a scoring step that gains less hands over to Newton's
SETTLED = 1e-4  # units of -2 log L: a slope along which a scoring step is not worth its evaluation
FLAT = 1e-6  # the least bend a scoring step reckons with, relative to the largest
PLENTY = 500  # rows from which one certified optimum is taken for the only one


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
        return any(np.linalg.matrix_rank(L, tol=NONE * max(1.0, np.abs(L).max())) < len(L) for L in self.factors)

    @property
    def factors(self) -> list[np.ndarray]:
        """L of each term."""
        return self.objective.factors(self.theta)


def best_of(objective: Objective, starts: list[np.ndarray]) -> Optimum:
    """Search from several places: small samples and correlation structures can have several tops."""
    pooled = objective.pooled
    found: list[Optimum] = []
    one_top = pooled.n_obs >= PLENTY and pooled.structure.size(pooled.occasions) == 0
    known = Descents()
    for start in starts:
        optimum = search(objective, start, known)
        if not optimum:
            continue
        found.append(optimum)
        if optimum.converged:
            if one_top:
                break
            known.add(objective, optimum.path)
    if not found:
        raise ModelError(
            "No valid covariance matrix was found for these data.",
            "Use a simpler structure, and check that no subject has two rows at one time.",
        )
    return min(found, key=lambda optimum: optimum.at.deviance)


def search(objective: Objective, start: np.ndarray, known: Descents | None = None) -> Optimum | None:
    """Scoring steps towards the optimum, Newton steps onto it; a G that is all but singular is made so.

    None where the start has no likelihood, so that there is nowhere to go from, or the way is known from a place on.
    """
    first = len(objective.path)
    theta, converged, joined = newton(objective, _scoring(objective, start), known)
    if joined:
        return None
    theta = _onto_boundary(objective, theta)
    at, gradient = objective.evaluate(theta)
    return Optimum(objective, theta, at, gradient, converged, objective.path[first:]) if at else None


def _scoring(objective: Objective, theta: np.ndarray) -> np.ndarray:
    """Steps by the expected Hessian in G itself, in which -2 log L is nearly quadratic, as long as they pay."""
    if not objective.size:
        return theta
    here = Place(objective, theta, [L @ L.T for L in objective.factors(theta)], objective.x(theta))
    at = here.expected()
    if at is None:
        return theta
    for _ in range(SCORING):
        objective.path.append((here.theta, at.deviance))
        step, decrement = here.step(at)
        if decrement < SETTLED:
            break
        for share in SHARES:
            there = here.moved(share * step)
            new = there.expected()
            if new is not None and new.deviance < at.deviance:
                break
        else:
            break
        gain = at.deviance - new.deviance
        here, at = there, new
        if gain < NEARLY:
            objective.path.append((here.theta, at.deviance))
            break
    return here.theta


@dataclass(frozen=True, eq=False)
class Place:
    """Where scoring stands: psi = G / sigma2 of each term and R's numbers ``x``; ``theta`` says the same."""

    objective: Objective
    theta: np.ndarray
    psi: list[np.ndarray]
    x: np.ndarray

    def expected(self) -> Evaluation | None:
        """The evaluation here, with the expected Hessian; None where there is none."""
        at = self.objective.at_psi(self.psi, self.x, "expected")
        return at if at is not None and at.hessian is not None and np.isfinite(at.hessian).all() else None

    def step(self, at: Evaluation) -> tuple[np.ndarray, float]:
        """The scoring step in the free entries of psi, then x; and the slope of -2 log L along it."""
        d_psi = [
            d[place] * (1 + (place[0] != place[1]))
            for d, free in zip(at.d_psi, self.objective.free, strict=True)
            for place in free
        ]
        assert at.hessian is not None
        bend, axes = np.linalg.eigh(at.hessian)
        along = axes.T @ np.concatenate([d_psi, at.d_x])
        moves = along / np.maximum(bend, FLAT * max(1.0, bend[-1]))
        return axes @ moves, float(along @ moves)

    def moved(self, step: np.ndarray) -> Place:
        """Where a step leads."""
        ends, free = self.objective.ends, self.objective.free
        psi = [_moved(P, step, *where) for P, *where in zip(self.psi, free, ends[:-1], strict=True)]
        x = self.x - np.clip(step[ends[-1] :], -2.0, 2.0)
        factors = [np.linalg.cholesky(P) for P in psi]
        entries = [L[place] for L, free in zip(factors, free, strict=True) for place in free]
        return Place(self.objective, np.concatenate([entries, x]), psi, x)


def _moved(psi: np.ndarray, step: np.ndarray, free: tuple[tuple[int, int], ...], start: int) -> np.ndarray:
    """psi less its share of a step, kept positive definite by a floor under its eigenvalues."""
    new = psi.copy()
    for (a, b), change in zip(free, step[start:], strict=False):
        new[a, b] = new[b, a] = psi[a, b] - change
    variance, axes = np.linalg.eigh(new)
    return (axes * np.maximum(variance, 1e-4 * max(variance[-1], 1e-2))) @ axes.T


def _onto_boundary(objective: Objective, theta: np.ndarray) -> np.ndarray:
    """Put a G that is singular but for rounding on the boundary, as far as -2 log L does not notice."""
    at = None
    for term, (start, entries) in enumerate(zip(objective.ends[:-1], objective.free, strict=True)):
        L = objective.factors(theta)[term]
        axes, root, _ = np.linalg.svd(L)
        for kept in range(len(L)):  # axes, the others left without variance
            if not 1e-14 < root[kept] / max(1.0, root[0]) <= UNFELT:  # below is rounding of a boundary reached
                continue
            if objective.pooled.correlated[term]:
                half = axes * np.where(np.arange(len(L)) < kept, root, 0.0)
                flat = np.asarray(np.linalg.qr(half.T, mode="r")).T
            else:
                flat = np.where(np.abs(L) > root[kept], L, 0.0)
            at = at or objective.evaluate(theta)[0]
            trial = theta.copy()
            trial[start : start + len(entries)] = [flat[place] for place in entries]
            new, _ = objective.evaluate(trial)
            if at is not None and new is not None and new.deviance <= at.deviance + UNNOTICED:
                theta, at = trial, new
                break
    return theta


def starts(objective: Objective) -> list[np.ndarray]:
    """Where to begin: b about as large as e, smaller, larger; each with the structure's own starts."""
    pooled = objective.pooled
    rest = pooled.structure.size(pooled.occasions)
    own = [np.pad(x, (0, rest - len(x))) for x in pooled.structure.starts(pooled.occasions)]
    diagonal = np.array([float(a == b) for entries in objective.free for a, b in entries])
    return [np.concatenate([size * diagonal, x]) for size in (STARTS if len(diagonal) else (1.0,)) for x in own]
