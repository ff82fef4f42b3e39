"""The likelihood of many responses at once, for the bootstrap; R = sigma2 I.

Replicates share X, Z and the patterns; only y differs.  So everything :mod:`.pooling` does to one
response is done to B of them, with the replicate as the last axis of every array:  V of K patterns is
(r, r, K, B), and a sum over subjects is one matrix product with cross-products kept from the start.
:mod:`.batchfit` searches with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..design.build import Design
from ..likelihood.blocks import patterns, stacked
from ..likelihood.pooling import Pooled, scaled
from ..likelihood.readable import LOG_2PI

LARGEST = 8  # random effects of one block: beyond, one fit after another is as fast


@dataclass(frozen=True, eq=False)
class Part:
    """Patterns of one layout.  Sums over each pattern's subjects, for the entries (a, b) of V_k, k = 1..K:

    ``ZZ`` (r r K x k k) gives V from Psi, ``XX`` (r r K x p p), ``XY`` (r r K x p x B), ``YY`` (r r K x B).
    """

    layout: tuple[int, ...]
    r: int
    count: np.ndarray
    ZZ: np.ndarray
    XX: np.ndarray
    XY: np.ndarray
    YY: np.ndarray


@dataclass(frozen=True, eq=False)
class Batch:
    """B responses, reduced: the parts, and the cross-products of what no random effect touches."""

    pooled: Pooled
    reml: bool
    parts: list[Part]
    xx: np.ndarray
    xy: np.ndarray
    yy: np.ndarray
    beta_ols: np.ndarray

    def take(self, which: np.ndarray) -> Batch:
        """Some of the replicates."""
        parts = [replace(part, XY=part.XY[..., which], YY=part.YY[:, which]) for part in self.parts]
        return replace(self, parts=parts, xy=self.xy[:, which], yy=self.yy[which], beta_ols=self.beta_ols[:, which])


class Evaluations(NamedTuple):
    """-2 log L (B,) with beta and sigma2 profiled, its derivatives by Psi (q, q, B) and theta (d, B); NaN outside."""

    deviance: np.ndarray
    sigma2: np.ndarray
    gamma: np.ndarray
    d_psi: list[np.ndarray]


def suits(pooled: Pooled) -> bool:
    """Whether a batch pays: R = sigma2 I and blocks with few random effects."""
    widest = max((stack.Z.shape[2] for stack in pooled.stacks), default=0)
    return pooled.structure.plain and not pooled.inner and 0 < widest <= LARGEST and width(pooled) < 2**21


def width(pooled: Pooled) -> int:
    """The most numbers that a batch keeps of each replicate in one array."""
    entries = sum(len(stack.Z) * stack.Z.shape[2] ** 2 for stack in pooled.stacks)
    return int(max(pooled.n_obs, entries * pooled.p))


class Reducer:
    """The rotations of X and Z, computed once, ready for any number of responses."""

    def __init__(self, design: Design, pooled: Pooled, method: str) -> None:
        self.pooled, self.reml = pooled, method == "REML"
        self.X, self.Q = design.X, np.linalg.qr(design.X)[0]
        self.kinds: dict[tuple[int, ...], list[tuple[np.ndarray, ...]]] = {}
        for rows, Z_b, layout, _ in stacked(design, scaled(design, pooled.scale)):
            first, pattern = patterns(Z_b)
            order = np.argsort(pattern, kind="stable")
            Q_Z, T = np.linalg.qr(Z_b[first])
            lacking = Z_b.shape[2] - T.shape[1]  # zero rows make short blocks as tall as long ones
            T, Q_Z = np.pad(T, ((0, 0), (0, lacking), (0, 0))), np.pad(Q_Z, ((0, 0), (0, 0), (0, lacking)))
            start = np.searchsorted(pattern[order], np.arange(len(first) + 1))
            self.kinds.setdefault(layout, []).append((rows[order], Q_Z[pattern[order]], T, start))

    def __call__(self, Y: np.ndarray) -> Batch:
        """Reduce responses Y (N x B)."""
        p, B = self.Q.shape[1], Y.shape[1]
        QY = self.Q.T @ Y
        Y = Y - self.Q @ QY
        Y = Y - self.Q @ (self.Q.T @ Y)
        rest = np.zeros((p + B, p)), np.zeros(B)
        parts = []
        for layout, pieces in self.kinds.items():
            sums = []
            for rows, Q_Z, T, start in pieces:
                W = np.concatenate([np.broadcast_to(self.Q[rows], (*rows.shape, p)), Y[rows]], axis=2)
                top = Q_Z.mT @ W
                left = (W - Q_Z @ top).reshape(-1, p + B)
                rest[0][...] += left.T @ left[:, :p]
                rest[1][...] += np.einsum("nb,nb->b", left[:, p:], left[:, p:])
                sums += [_sums(top[a:b], T_k, p) for T_k, a, b in zip(T, start[:-1], start[1:], strict=True)]
            ZZ, XX, XY, YY = (np.moveaxis(np.array(one), 0, 2) for one in zip(*sums, strict=True))
            r = ZZ.shape[0]
            count = np.concatenate([np.diff(start) for *_, start in pieces]).astype(float)
            flat = [one.reshape(-1, *one.shape[3:]) for one in (ZZ, XX, XY, YY)]
            parts.append(Part(layout, r, count, flat[0], flat[1], flat[2], flat[3]))
        beta_ols = np.linalg.solve(self.pooled.R_x, QY)
        return Batch(self.pooled, self.reml, parts, rest[0][:p], rest[0][p:].T, rest[1], beta_ols)


def _sums(top: np.ndarray, T: np.ndarray, p: int) -> tuple[np.ndarray, ...]:
    """One pattern's T (x) T and cross-products, each (r, r, ...), from its rotated rows (m x r x (p + B))."""
    r = top.shape[1]
    X, Y = top[..., :p], top[..., p:]
    k = T.shape[1]
    ZZ = np.einsum("ai,bj->abij", T, T).reshape(r, r, k * k)
    XX = np.einsum("mai,mbj->abij", X, X).reshape(r, r, p * p)
    XY = (X.reshape(len(X), -1).T @ Y.reshape(len(Y), -1)).reshape(r, p, r, -1).swapaxes(1, 2)
    YY = np.einsum("mac,mbc->abc", Y, Y)
    return ZZ, XX, (XY + XY.swapaxes(0, 1)) / 2, YY


def sweep(A: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Sweep the first n rows of symmetric matrices (c, c, ...) stored with the matrix first; and log |A_nn|.

    Sweeping [X'X X'y; y'X y'y] on X leaves (X'X)^-1, beta and the residual sum of squares (Goodnight 1979,
    American Statistician 33:149); sweeping all rows leaves the inverse.  Where A is not positive definite
    the logarithm is NaN.

    >>> swept, log_det = sweep(np.array([[2.0, 4.0], [4.0, 11.0]]), 1)
    >>> swept[0, 1], swept[1, 1]
    (np.float64(2.0), np.float64(3.0))
    """
    A, log_det = A.copy(), np.zeros(A.shape[2:])
    for j in range(n):
        pivot = A[j, j].copy()
        log_det += np.log(pivot)
        row, column = A[j] / pivot, A[:, j].copy()
        A -= column[:, None] * row
        A[j], A[:, j] = row, -column / pivot
        A[j, j] = 1 / pivot
    return A, log_det


def evaluate_together(batch: Batch, psi: list[np.ndarray]) -> Evaluations:
    """-2 log L of every replicate at its own ``psi`` (q, q, B); the steps are those of :func:`.pooling.evaluate`."""
    p, B = batch.xy.shape
    A, log_det, kept = np.empty((p + 1, p + 1, B)), np.zeros(B), []
    A[:p, :p], A[:p, p], A[p, p] = batch.xx[..., None], batch.xy, batch.yy
    for part in batch.parts:
        # Steps I and II.  V / sigma2 and its inverse, pattern by pattern; cross-products and log |V|.
        V = (part.ZZ @ _joint(part.layout, psi).reshape(-1, B)).reshape(part.r, part.r, -1, B)
        V[np.diag_indices(part.r)] += 1
        V_inv, log_det_V = sweep(V, part.r)
        flat = V_inv.reshape(-1, B)
        A[:p, :p] += (part.XX.T @ flat).reshape(p, p, B)
        A[:p, p] += np.einsum("kpb,kb->pb", part.XY, flat)
        A[p, p] += np.einsum("kb,kb->b", part.YY, flat)
        log_det += part.count @ log_det_V
        kept.append((part, V_inv))
    # Step III.  beta and sigma2 in closed form; -2 log L.
    A[p, :p] = A[:p, p]
    swept, log_det_X = sweep(A, p)
    gamma, cov_gamma = swept[:p, p], swept[:p, :p]
    dof = batch.pooled.n_obs - p * batch.reml
    sigma2 = swept[p, p] / dof
    deviance = dof * (LOG_2PI + np.log(sigma2) + 1) + log_det
    if batch.reml:
        deviance += log_det_X + 2 * np.log(np.abs(np.diag(batch.pooled.R_x))).sum()
    # Step IV.  d deviance / dV, and from it d deviance / d Psi.
    M = gamma[:, None] * gamma / sigma2 + (cov_gamma if batch.reml else 0.0)
    d_psi = [np.zeros_like(one) for one in psi]
    for part, V_inv in kept:
        S = part.XX @ M.reshape(-1, B) + (part.YY - 2 * np.einsum("kpb,pb->kb", part.XY, gamma)) / sigma2
        VS = np.einsum("ac...,cd...->ad...", V_inv, S.reshape(V_inv.shape))
        d_V = part.count[:, None] * V_inv - np.einsum("ac...,cd...->ad...", VS, V_inv)
        whole = part.ZZ.T @ d_V.reshape(-1, B)
        k = int(np.sqrt(len(whole)))
        for term, here in _level_places(part.layout, psi):
            d_psi[term] += whole.reshape(k, k, B)[here, here]
    return Evaluations(deviance, sigma2, gamma, d_psi)


def _level_places(layout: tuple[int, ...], psi: list[np.ndarray]) -> Iterator[tuple[int, slice]]:
    """Where each level's random effects stand in a block."""
    place = 0
    for term in layout:
        yield term, slice(place, place + len(psi[term]))
        place += len(psi[term])


def _joint(layout: tuple[int, ...], psi: list[np.ndarray]) -> np.ndarray:
    """block_diag(psi of each level), (k, k, B)."""
    k = sum(len(psi[term]) for term in layout)
    whole = np.zeros((k, k, psi[0].shape[2]))
    for term, here in _level_places(layout, psi):
        whole[here, here] = psi[term]
    return whole
