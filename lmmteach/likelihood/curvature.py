"""Second derivatives of -2 log L, exact, at the price of about one evaluation more.

With V_i = dV / d(parameter i), B_i = L^-1 V_i L^-T and w = L^-1 [X, y] F of each block (F the columns for which
d deviance / dV = V^-1 - L^-T w w' L^-1), everything is a trace or a cross-product:

    expected   tr(B_i B_j)
    observed   -tr(B_i B_j) + 2 tr(B_i B_j w w') - (terms in w'B_i w, for beta and sigma2 are profiled out)

Where V_i = Z (E_ab + E_ba) Z', a move of psi_ab, it is enough to know M = Z'V^-1 Z and N = Z'V^-1 [X, y] F.
Jennrich & Schluchter (1986), Biometrics 42:805; Lindstrom & Bates (1988), JASA 83:1014.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..covariance.factor import free_entries
from .pooling import Pooled
from .small import Small
from .wide import Wide

FEW = 30  # random effects of a block, up to which products of their pairs are kept for all patterns together
CHUNK = 4_000_000  # numbers of one array: patterns are taken so many at a time


class Second(NamedTuple):
    """Sums over blocks: ``traces`` tr(B_i B_j H) (d x d), ``trace`` tr(B_i) (d,), ``slopes`` w'B_i w (d x f x f)."""

    traces: np.ndarray
    trace: np.ndarray
    slopes: np.ndarray


class Entries(NamedTuple):
    """The entries of psi of a block's levels: rows ``a``, columns ``b``, the parameter each is (``of``), its share."""

    a: np.ndarray
    b: np.ndarray
    of: np.ndarray
    share: np.ndarray


def entries(pooled: Pooled, layout: tuple[int, ...]) -> Entries:
    """Where each parameter of psi stands in the covariance of all random effects of a block, level by level."""
    free = [free_entries(*kind) for kind in zip(pooled.q, pooled.correlated, strict=True)]
    first = np.cumsum([0, *map(len, free)])
    start = np.cumsum([0, *(pooled.q[term] for term in layout)])
    listed = [
        (place + a, place + b, first[term] + number, 0.5 if a == b else 1.0)
        for place, term in zip(start, layout, strict=False)
        for number, (a, b) in enumerate(free[term])
    ]
    a, b, of, share = np.array(listed).reshape(-1, 4).T
    return Entries(a.astype(int), b.astype(int), of.astype(int), share)


def count(pooled: Pooled) -> int:
    """How many free entries all psi have."""
    return sum(len(free_entries(*kind)) for kind in zip(pooled.q, pooled.correlated, strict=True))


def second(
    pooled: Pooled, one: Small | Wide, F: np.ndarray, lean: int, observed: bool, d_C: np.ndarray | None
) -> Second:
    """The sums of one stack; H = m I - 2 w w' (the first ``lean`` columns of F) where ``observed``, else m I."""
    stack, moves = one.stack, entries(pooled, one.stack.layout)
    k, f = stack.Z.shape[2], F.shape[1]
    N, M = one.seen(F), one.inner()
    MH = stack.count * M
    if observed:
        NN = np.einsum("afp,bfp->abp", N[:, :lean], N[:, :lean])
        MH = MH - 2 * (NN if len(stack.pattern) == len(stack.Z) else np.add.reduceat(NN, stack.start, axis=2))
    gather = np.zeros((count(pooled), len(moves.a)))
    gather[moves.of, np.arange(len(moves.a))] = moves.share
    traces = gather @ _pairs(M, MH, moves) @ gather.T
    trace = 2 * gather @ (M @ stack.count)[moves.a, moves.b]
    flat = N.reshape(k * f, N.shape[2])
    products = (flat @ flat.T).reshape(k, f, k, f)
    crossed = products[moves.a, :, moves.b]
    slopes = np.tensordot(gather, crossed + crossed.mT, axes=1)
    if d_C is None:
        return Second(traces, trace, slopes)
    assert isinstance(one, Wide)
    return _with_residual(one, F, lean, observed, d_C, Second(traces, trace, slopes), (gather, moves))


def _pairs(M: np.ndarray, MH: np.ndarray, moves: Entries) -> np.ndarray:
    """tr((y_a y_b' + y_b y_a') (y_c y_d' + y_d y_c') H), summed over patterns, for all pairs of entries; y = L^-1 z."""
    k, K = len(M), M.shape[2]
    a, b, c, d = moves.a[:, None], moves.b[:, None], moves.a, moves.b
    if k <= FEW:
        both = (M.reshape(k * k, K) @ MH.reshape(k * k, K).T).reshape(k, k, k, k)
        return np.asarray(both[b, c, d, a] + both[b, d, c, a] + both[a, c, d, b] + both[a, d, c, b])
    found = np.zeros((len(moves.a),) * 2)
    for m, h in zip(np.moveaxis(M, 2, 0), np.moveaxis(MH, 2, 0), strict=True):
        found += m[b, c] * h[d, a] + m[b, d] * h[c, a] + m[a, c] * h[d, b] + m[a, d] * h[c, b]
    return found


def _with_residual(
    one: Wide, F: np.ndarray, lean: int, observed: bool, d_C: np.ndarray, psi: Second,
    where: tuple[np.ndarray, Entries],
) -> Second:  # fmt: skip
    """Add the parameters of R, whose V_i are ``d_C`` (s x K x r x r), to those of psi."""
    s, r, f = len(d_C), d_C.shape[-1], F.shape[1]
    gather, moves = where
    H = one.stack.count[:, None, None] * np.eye(r)
    H = H - 2 * one.outer(F[:, :lean]) if observed else H
    own, mixed, trace = np.zeros((s, s)), np.zeros((s, *psi.traces.shape[:1])), np.zeros(s)
    slopes = np.zeros((s, f, f))
    w = one.white @ F
    size = max(1, CHUNK // (s * r * r))
    ends = [*one.stack.start, len(w)]
    for first in range(0, len(H), size):
        chunk = slice(first, first + size)
        L_inv, Y = one.L_inv[chunk], one.Y[chunk]
        B = L_inv @ d_C[:, chunk] @ np.ascontiguousarray(L_inv.mT)
        BH = B @ H[chunk]
        own += B.reshape(s, -1) @ BH.reshape(s, -1).T
        trace += np.einsum("skrr,k->s", B, one.stack.count[chunk])
        YBHY = np.einsum("krb,skra->sba", Y, BH @ Y)
        mixed += (YBHY[:, moves.a, moves.b] + YBHY[:, moves.b, moves.a]) @ gather.T
        blocks = slice(ends[first], ends[min(first + size, len(H))])
        w_b, pattern = w[blocks], one.stack.pattern[blocks] - first
        for j in range(s):
            slopes[j] += np.tensordot(w_b, B[j][pattern] @ w_b, axes=([0, 1], [0, 1]))
    traces = np.block([[psi.traces, mixed.T], [mixed, own]])
    return Second(traces, np.append(psi.trace, trace), np.concatenate([psi.slopes, slopes]))


def expected(sums: Second, dof: int) -> np.ndarray:
    """The expected Hessian; profiling sigma2 takes its share away."""
    return sums.traces - np.outer(sums.trace, sums.trace) / dof


def observed(sums: Second, dof: int, reml: bool, profiled: bool) -> np.ndarray:
    """The Hessian itself, as far as V is linear in its parameters; y is the first column of F, X the others."""
    on_y, on_X = sums.slopes[:, 0, 0], sums.slopes[:, 1:, 0]
    H = -sums.traces - 2 * on_X @ on_X.T
    if profiled:
        H = H - np.outer(on_y, on_y) / dof
    if reml:
        among = sums.slopes[:, 1:, 1:].reshape(len(H), (sums.slopes.shape[1] - 1) ** 2)
        H = H - among @ among.T
    return np.asarray(H)


def added(sums: list[Second], size: int, f: int) -> Second:
    """The sums of all stacks."""
    nothing = Second(np.zeros((size, size)), np.zeros(size), np.zeros((size, f, f)))
    for one in sums:
        nothing = Second(*(a + b for a, b in zip(nothing, one, strict=True)))
    return nothing
