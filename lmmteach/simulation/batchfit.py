"""The search for many responses at once: quasi-Newton steps taken by all replicates together.

Every optimum is certified as in :mod:`.fitting`, by its own Hessian; a replicate that is not is left
to that search, one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..covariance.factor import free_entries
from ..fitting.newton import DECREMENT
from .batched import Batch, Reducer, evaluate_together

NEAR = 1e-6  # this close to the optimum (in -2 log L) the true Hessian is asked for, and holds
ROUNDS = 60
SAME = 1e-7  # units of -2 log L by which two optima differ that are one


class Optima(NamedTuple):
    """B optima on the data's scale: ``beta`` (B x p), ``G`` (B x q x q, one a term), the others (B,).

    ``theta`` (B x d) is where the search ended, ``flat`` (B,) whether G was put on the boundary from there.
    """

    beta: np.ndarray
    G: list[np.ndarray]
    sigma2: np.ndarray
    deviance: np.ndarray
    converged: np.ndarray
    theta: np.ndarray
    flat: np.ndarray


class Search:
    """Quasi-Newton steps for all replicates together; each has its own metric, step length and certificate."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        kinds = zip(batch.pooled.q, batch.pooled.correlated, strict=True)
        free = [free_entries(q, correlated) for q, correlated in kinds]
        self.cells = [tuple(np.array(entries).T) for entries in free]  # where theta stands in each L
        self.ends = np.cumsum([len(entries) for entries in free])[:-1]

    def factors(self, theta: np.ndarray) -> list[np.ndarray]:
        """L (q, q, B) of each term from theta (B x d)."""
        factors = []
        for piece, q, cells in zip(np.split(theta.T, self.ends), self.batch.pooled.q, self.cells, strict=True):
            L = np.zeros((q, q, len(theta)))
            L[cells] = piece
            factors.append(L)
        return factors

    def value(self, batch: Batch, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """-2 log L (B,) and its gradient (B x d); infinity outside."""
        factors = self.factors(theta)
        with np.errstate(all="ignore"):
            at = evaluate_together(batch, [np.einsum("acb,dcb->adb", L, L) for L in factors])
        each = zip(at.d_psi, factors, self.cells, strict=True)
        gradient = [2 * np.einsum("acb,cdb->adb", d_psi, L)[cells] for d_psi, L, cells in each]
        return np.where(np.isfinite(at.deviance), at.deviance, np.inf), np.concatenate(gradient).T

    def hessian(self, batch: Batch, theta: np.ndarray) -> np.ndarray:
        """Second derivatives (B x d x d), by central differences of the exact gradient."""
        H = np.empty((*theta.shape, theta.shape[1]))
        for j in range(theta.shape[1]):
            step = np.zeros_like(theta)
            step[:, j] = 1e-5 * np.maximum(1.0, np.abs(theta[:, j]))
            up, down = self.value(batch, theta + step)[1], self.value(batch, theta - step)[1]
            H[:, j] = (up - down) / (2 * step[:, [j]])
        H = (H + H.mT) / 2
        # Where rounding leaves no Hessian, one that certifies nothing.
        return np.where(np.isfinite(H).all(axis=(1, 2), keepdims=True), H, -np.eye(H.shape[1]))

    def run(self, start: np.ndarray, metric: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """theta (B x d) and which are certified, from one common start and a first guess of the Hessian."""
        B = len(self.batch.yy)
        theta, H, length = np.tile(start, (B, 1)), np.tile(metric, (B, 1, 1)), np.ones(B)
        exact, converged, lost = (np.zeros(B, dtype=bool) for _ in range(3))
        value, gradient = self.value(self.batch, theta)
        active, batch = np.arange(B), self.batch
        for _ in range(ROUNDS):
            step, decrement, downhill = _newton(H[active], gradient[active])
            # Near the optimum, or after a refused step, an approximate Hessian is not enough.
            ask = ~exact[active] & ((decrement < NEAR) | (length[active] < 0.1))
            if ask.any():
                some = active[ask]
                H[some], exact[some] = self.hessian(batch.take(np.flatnonzero(ask)), theta[some]), True
                length[some] = 1.0
                step[ask], decrement[ask], downhill[ask] = _newton(H[some], gradient[some])
            converged[active] = exact[active] & (decrement < DECREMENT) & ~downhill
            lost[active] = length[active] < 1e-4  # no gain at any step length: for the thorough search
            going = ~(converged | lost)[active]
            if not going.any():
                break
            if not going.all():
                active, batch = active[going], batch.take(np.flatnonzero(going))
                step, decrement, downhill = step[going], decrement[going], downhill[going]
            move = step * length[active, None]
            new_value, new_gradient = self.value(batch, theta[active] + move)
            better = new_value < value[active] - 1e-4 * np.minimum(decrement, 1e-9)
            length[active] = np.where(better, 1.0, 0.25 * length[active])
            won = active[better]
            change = new_gradient[better] - gradient[won]
            exact[won] &= (decrement < NEAR)[better] & ~downhill[better]  # so short a step leaves the Hessian as it was
            H[won] = np.where(exact[won, None, None], H[won], _bfgs(H[won], move[better], change))
            theta[won] += move[better]
            value[won], gradient[won] = new_value[better], new_gradient[better]
        return theta, converged


def _newton(H: np.ndarray, gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The step -|H|^-1 g, the gain it promises, and whether some direction leads down from here."""
    curvature, axes = np.linalg.eigh(H)
    floor = 1e-7 * np.maximum(1.0, np.abs(curvature).max(axis=1))
    along = (axes.mT @ gradient[..., None])[..., 0]
    scaled = along / np.maximum(np.abs(curvature), floor[:, None])
    step, decrement = -(axes @ scaled[..., None])[..., 0], (along * scaled).sum(axis=1)
    downhill = curvature[:, 0] < -1e2 * floor
    # At a saddle the gradient vanishes: leave it along the negative curvature.
    away = np.where(along[:, [0]] > 0, -1.0, 1.0) * axes[:, :, 0]
    return np.where((downhill & (decrement < NEAR))[:, None], away, step), decrement, downhill


def _bfgs(H: np.ndarray, s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Broyden, Fletcher, Goldfarb and Shanno's update, left out where it would not stay positive definite."""
    Hs = (H @ s[..., None])[..., 0]
    sHs, sy = (s * Hs).sum(axis=1), (s * y).sum(axis=1)
    good = (sy > 1e-3 * sHs) & (sHs > 0)
    sHs, sy = np.where(good, sHs, 1.0)[:, None, None], np.where(good, sy, 1.0)[:, None, None]
    new = H + y[:, :, None] * y[:, None, :] / sy - Hs[:, :, None] * Hs[:, None, :] / sHs
    return np.where(good[:, None, None], new, H)


def fit(reducer: Reducer, Y: np.ndarray, starts: list[np.ndarray], metric: np.ndarray) -> Optima:
    """Fit every column of Y (N x B) from each start, the best kept, with ``metric`` (d x d) for a first Hessian."""
    batch = reducer(Y)
    search = Search(batch)
    theta, converged = search.run(starts[0], metric)
    value = search.value(batch, theta)[0] if len(starts) > 1 else np.empty(0)
    for start in starts[1:]:
        other, certified = search.run(start, metric)
        new = search.value(batch, other)[0]
        # Of two that are one but for rounding the certified one.
        better = (new < value - SAME) | ((new < value + SAME) & certified & ~converged)
        theta, converged = np.where(better[:, None], other, theta), np.where(better, certified, converged)
        value = np.where(better, new, value)
    inside = [np.einsum("acb,dcb->adb", L, L) for L in search.factors(theta)]
    psi = _snap(batch, inside)
    flat = np.any([(one != before).any(axis=(0, 1)) for one, before in zip(psi, inside, strict=True)], axis=0)
    at = evaluate_together(batch, psi)
    beta = batch.beta_ols + np.linalg.solve(batch.pooled.R_x, at.gamma)
    G = []
    for one, T in zip(psi, batch.pooled.scale, strict=True):
        T_inv = np.linalg.inv(T)
        G.append(at.sigma2[:, None, None] * (T_inv @ np.moveaxis(one, 2, 0) @ T_inv.T))
    return Optima(beta.T, G, at.sigma2, at.deviance, converged, theta, flat)


def _snap(batch: Batch, psi: list[np.ndarray]) -> list[np.ndarray]:
    """Put each Psi that is singular but for rounding exactly on the boundary, as :mod:`.fitting` does."""
    deviance = evaluate_together(batch, psi).deviance
    for term, correlated in enumerate(batch.pooled.correlated):
        q = len(psi[term])
        settled = np.zeros(len(deviance), dtype=bool)
        variance, axes = np.linalg.eigh(np.moveaxis(psi[term], 2, 0))
        own = np.diagonal(psi[term])  # (B x q)
        for rank in range(q):
            if correlated:
                kept = np.where(np.arange(q) >= q - rank, variance, 0.0)
                flat = np.einsum("bac,bc,bdc->adb", axes, kept, axes)
            else:
                largest = own >= np.sort(own, axis=1)[:, [-rank]] if rank else np.zeros_like(own, dtype=bool)
                flat = np.einsum("ba,ad->adb", np.where(largest, own, 0.0), np.eye(q))
            trial = [flat if t == term else one for t, one in enumerate(psi)]
            as_good = ~settled & (evaluate_together(batch, trial).deviance <= deviance + 1e-8)
            psi = [np.where(as_good, new, old) for new, old in zip(trial, psi, strict=True)]
            settled |= as_good
    return psi
