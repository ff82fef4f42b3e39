"""The fast likelihood: subjects reduced by QR, pooled by pattern, differentiated exactly.

V_i depends on a subject's times and Z_i alone, so subjects who share them share one Cholesky
factor.  Three reductions, each an orthogonal rotation, make an evaluation cost nothing per subject:

1. X = Q R_x globally, y replaced by its least-squares residual: location and scale disappear.
2. Where R = sigma2 I, each subject's rows are rotated so that Z_i = Q_i R_i: only its first q rows
   see G; the remainder is pooled into one small triangle.
3. The subjects of one pattern are rotated among themselves: m of them become at most n (p+1).

No cross-products are formed, so a residual far smaller than the random effects costs no digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .blocks import BlockStack, stacked
from .covariance import Independent, Occasions, Structure, free_entries
from .design import Design
from .likelihood import LOG_2PI


@dataclass(frozen=True, eq=False)
class Stack:
    """Patterns of one size: ``Z`` (K x r x k), ``W`` (P x r x c) the rotated [X, y], ``count`` (K,) subjects each."""

    Z: np.ndarray
    W: np.ndarray
    pattern: np.ndarray
    start: np.ndarray
    count: np.ndarray
    layout: tuple[int, ...]
    occasions: Occasions | None
    same: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Pooled:
    """A design, ready for many evaluations.

    ``rest`` (c x c) is the triangle of what no random effect touches, worth ``n_rest`` rows; ``scale``
    holds T_t with Z_t = Z~_t T_t, Z~_t'Z~_t = N I; ``R_x`` and ``beta_ols`` undo the change of X and y.
    """

    stacks: list[Stack]
    rest: np.ndarray
    n_obs: int
    p: int
    R_x: np.ndarray
    beta_ols: np.ndarray
    y_variance: float
    scale: list[np.ndarray]
    structure: Structure
    occasions: Occasions
    q: tuple[int, ...]
    correlated: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The profiled likelihood at one setting, and its exact derivatives.

    ``d_psi`` (one q x q matrix a term) and ``d_x`` are the derivatives of ``deviance``; ``information``,
    made on request, is its expected Hessian in the free entries of every psi, then x.
    """

    deviance: float
    sigma2: float
    gamma: np.ndarray
    cov_gamma: np.ndarray
    d_psi: list[np.ndarray]
    d_x: np.ndarray
    information: np.ndarray | None


def pool(design: Design, structure: Structure | None = None) -> Pooled:
    """Reduce a design to its patterns."""
    structure = structure or Independent()
    plain = isinstance(structure, Independent) and not structure.by
    Q, R_x = np.linalg.qr(design.X)
    beta_ols = scipy.linalg.solve_triangular(R_x, Q.T @ design.y)
    y = design.y - design.X @ beta_ols
    W = np.column_stack([Q, y - Q @ (Q.T @ y)])
    scale = [_column_scale(term.Z, term.correlated) for term in design.terms]
    Z = [scipy.linalg.solve_triangular(T, term.Z.T, trans="T").T for T, term in zip(scale, design.terms, strict=True)]
    stacks, untouched = [], [np.zeros((1, W.shape[1]))]
    if plain and not design.terms:
        untouched.append(W)
    elif plain:
        blocks = [(block.Z, W[block.rows], block.layout) for block in stacked(design, Z)]
        for Z_b, W_b, layout in _levelled(blocks):
            stack, remainder = _rotated(Z_b, W_b, layout)
            stacks.append(stack)
            untouched.append(remainder)
    else:
        stacks = [_unrotated(block, W[block.rows], design, structure) for block in stacked(design, Z)]
    rest = np.asarray(np.linalg.qr(np.vstack(untouched), mode="r"))
    return Pooled(
        stacks, rest, design.n_obs, design.X.shape[1], R_x, beta_ols, float(design.y.var()), scale, structure,
        design.occasions(np.arange(1), structure), tuple(term.q for term in design.terms),
        tuple(term.correlated for term in design.terms),
    )  # fmt: skip


def evaluate(
    pooled: Pooled, psi: list[np.ndarray], x: np.ndarray, method: str,
    sigma2: float | None = None, information: bool = False,
) -> Evaluation | None:  # fmt: skip
    """-2 log L with beta (and sigma2, unless given) profiled out, and its derivatives; None where V is not PD.

    ``psi`` holds G / sigma2 of each term on the scale of Z~; ``x`` the residual structure's parameters.
    """
    c = pooled.p + 1
    log_det, A, kept = 0.0, pooled.rest.T @ pooled.rest, []
    for stack in pooled.stacks:
        # Step I.  V / sigma2 of every pattern, and its Cholesky factor.
        C = _relative(pooled, stack, x)
        try:
            L = np.linalg.cholesky(stack.Z @ _spread(psi, stack.layout) @ stack.Z.mT + C)
        except np.linalg.LinAlgError:
            return None
        # Step II.  Whiten, and add up the cross-products of [X, y] and log |V|.
        L_inv = _inverse(L)
        white = L_inv[stack.pattern] @ stack.W
        A = A + np.tensordot(white, white, axes=([0, 1], [0, 1]))
        log_det += 2 * (stack.count @ np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1))
        kept.append((stack, L_inv, white))
    # Step III.  beta and sigma2 in closed form; -2 log L.
    try:
        triangle = np.linalg.cholesky(A)
    except np.linalg.LinAlgError:
        return None
    root = np.linalg.inv(triangle[:-1, :-1])
    cov_gamma = root.T @ root
    gamma = cov_gamma @ A[:-1, -1]
    rss = triangle[-1, -1] ** 2
    reml = method == "REML"
    dof = pooled.n_obs - pooled.p * reml
    if sigma2 is None:
        sigma2 = float(rss / dof)
    deviance = dof * (LOG_2PI + np.log(sigma2)) + rss / sigma2 + log_det
    if reml:
        deviance += 2 * np.log(np.diag(triangle)[:-1]).sum() + 2 * np.log(np.abs(np.diag(pooled.R_x))).sum()
    # Step IV.  d deviance / dV = V^-1 - V^-1 (r r' / sigma2 [+ X (X'V^-1X)^-1 X' for REML]) V^-1.
    lean = np.zeros((c, 1 + pooled.p * reml))
    lean[:, 0] = np.append(gamma, -1.0) / np.sqrt(sigma2)
    if reml:
        lean[:-1, 1:] = root.T
    d_psi, d_x = [np.zeros((q, q)) for q in pooled.q], np.zeros(len(x))
    expected = np.zeros((1, 1))
    for stack, L_inv, white in kept:
        L_inv_T = np.ascontiguousarray(L_inv.mT)  # matrix products of many small transposes are slow
        U = L_inv_T[stack.pattern] @ (white @ lean)
        V_inv = L_inv_T @ L_inv
        d_V = stack.count[:, None, None] * V_inv - np.add.reduceat(U @ np.ascontiguousarray(U.mT), stack.start)
        _gather(d_psi, stack, np.tensordot(stack.Z, d_V @ stack.Z, axes=([0, 1], [0, 1])))
        d_C = [_relative(pooled, stack, x + 1e-30j * unit).imag / 1e-30 for unit in np.eye(len(x))]
        d_x += [np.vdot(d_V, d) for d in d_C]
        if information:  # tr(V^-1 dV_j V^-1 dV_k), summed over subjects
            ways = [stack.Z @ _spread(way, stack.layout) @ stack.Z.mT for way in _ways(pooled)]
            B = V_inv @ np.stack(np.broadcast_arrays(*ways, *d_C)) if ways or d_C else np.zeros((0, *V_inv.shape))
            weighted = B * stack.count[:, None, None]
            expected = expected + np.append(
                np.tensordot(weighted, B.mT, axes=([1, 2, 3], [1, 2, 3])),
                np.einsum("jkrr->j", weighted)[None],
                axis=0,
            )
    if information:  # ... less what profiling sigma2 takes away
        expected = expected[:-1] - np.outer(expected[-1], expected[-1]) / dof
    return Evaluation(float(deviance), float(sigma2), gamma, cov_gamma, d_psi, d_x, expected if information else None)


def _inverse(L: np.ndarray) -> np.ndarray:
    """L^-1 of many lower triangles (K x r x r), a row at a time for all of them at once."""
    r = L.shape[-1]
    if len(L) < r * r:
        return np.linalg.inv(L)
    inverse = np.zeros_like(L)
    for i in range(r):
        inverse[:, i, i] = 1.0 / L[:, i, i]
        for j in range(i):
            inverse[:, i, j] = -np.einsum("kl,kl->k", L[:, i, j:i], inverse[:, j:i, j]) * inverse[:, i, i]
    return inverse


def _spread(psi: list[np.ndarray], layout: tuple[int, ...]) -> np.ndarray:
    """The covariance of all the random effects of a block: one psi for each of its levels."""
    if len(layout) == 1:
        return psi[layout[0]]
    return scipy.linalg.block_diag(*[psi[term] for term in layout]) if layout else np.zeros((0, 0))


def _ways(pooled: Pooled) -> list[list[np.ndarray]]:
    """Every direction in which the psi can move: one free entry (and its mirror image) at a time."""
    ways = []
    for term, (q, correlated) in enumerate(zip(pooled.q, pooled.correlated, strict=True)):
        for a, b in free_entries(q, correlated):
            way = [np.zeros((size, size)) for size in pooled.q]
            way[term][a, b] = way[term][b, a] = 1.0
            ways.append(way)
    return ways


def _relative(pooled: Pooled, stack: Stack, x: np.ndarray) -> np.ndarray:
    """R / sigma2 of every pattern of a stack."""
    if stack.occasions is None:
        return np.eye(stack.Z.shape[1])
    C = pooled.structure.relative(x, stack.occasions)
    return C if stack.same is None else C * stack.same


def _gather(d_psi: list[np.ndarray], stack: Stack, whole: np.ndarray) -> None:
    """Add each level's diagonal block of d deviance / d(all levels) to its term's."""
    place = 0
    for term in stack.layout:
        q = len(d_psi[term])
        d_psi[term] += whole[place : place + q, place : place + q]
        place += q


def _column_scale(Z: np.ndarray, correlated: bool) -> np.ndarray:
    """T (q x q, upper) with Z = Z~ T: orthonormal columns for a full G, equal lengths for a diagonal one."""
    root_n = np.sqrt(len(Z))
    length = np.linalg.norm(Z, axis=0) / root_n
    length[length == 0] = 1.0
    if not correlated:
        return np.diag(length)
    T = np.linalg.qr(Z / length, mode="r") / root_n
    if len(T) < Z.shape[1] or np.abs(np.diag(T)).min() < 1e-9:
        return np.diag(length)  # columns that determine each other cannot be made orthogonal
    return T * length


def patterns(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which blocks are equal: ``key`` (m x anything) -> first block of each pattern, pattern of each block."""
    bits = np.ascontiguousarray(key.reshape(len(key), -1) + 0.0).view(np.uint64)  # + 0.0 turns -0.0 into 0.0
    weights = np.random.default_rng(0).integers(1, 2**63, bits.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    mixed = (bits ^ (bits >> np.uint64(31))) * weights
    _, first, pattern = np.unique(
        (mixed ^ (mixed >> np.uint64(29))).sum(axis=1), return_index=True, return_inverse=True
    )
    if not np.array_equal(bits[first[pattern]], bits):  # two patterns met in one hash: keep every block apart
        return np.arange(len(key)), np.arange(len(key))
    return first, pattern


def _rotated(Z: np.ndarray, W: np.ndarray, layout: tuple[int, ...]) -> tuple[Stack, np.ndarray]:
    """R = sigma2 I: rotate the rows of each block so that Z becomes a triangle; return the rest apart."""
    first, pattern = patterns(Z)
    Q, T = np.linalg.qr(Z[first])
    Q = Q[pattern]
    top = Q.mT @ W
    rest = (W - Q @ top).reshape(-1, W.shape[2])
    return _stack(T, top, pattern, layout), np.asarray(np.linalg.qr(rest, mode="r"))


Blocks = tuple[np.ndarray, np.ndarray, tuple[int, ...]]  # Z (m x n x k), W (m x n x c), layout


def _levelled(blocks: list[Blocks]) -> Iterator[Blocks]:
    """Lengthen short blocks by rows of zeros, which add nothing to the likelihood, so that few sizes remain."""
    for layout in dict.fromkeys(layout for *_, layout in blocks):
        alike = [(Z, W) for Z, W, its in blocks if its == layout]
        while alike:
            height = max(Z.shape[1] for Z, _ in alike)
            near = [pair for pair in alike if 4 * pair[0].shape[1] >= height]  # much shorter ones stay apart
            alike = [pair for pair in alike if 4 * pair[0].shape[1] < height]
            lengthened = [
                [np.pad(part, ((0, 0), (0, height - part.shape[1]), (0, 0))) for part in pair] for pair in near
            ]
            yield np.concatenate([Z for Z, _ in lengthened]), np.concatenate([W for _, W in lengthened]), layout


def _unrotated(block: BlockStack, W: np.ndarray, design: Design, structure: Structure) -> Stack:
    """Any other R: the rows stay as they are, and patterns are told apart by Z, times and strata."""
    rows, Z, layout, _ = block
    seen = design.occasions(rows, structure)
    codes = design.codes[rows]
    same = codes[:, :, None] == codes[:, None, :]
    parts = [Z, seen.times, seen.visits, seen.strata, same]
    key = np.concatenate([np.asarray(part, dtype=float).reshape(len(Z), -1) for part in parts], axis=1)
    first, pattern = patterns(key)
    occasions = design.occasions(rows[first], structure)
    return _stack(Z[first], W, pattern, layout, occasions, None if same.all() else same[first])


def _stack(
    Z: np.ndarray, W: np.ndarray, pattern: np.ndarray, layout: tuple[int, ...],
    occasions: Occasions | None = None, same: np.ndarray | None = None,
) -> Stack:  # fmt: skip
    """Sort the blocks by pattern and rotate the blocks of a crowded one down to r (p + 1)."""
    count = np.bincount(pattern, minlength=len(Z))
    order = np.argsort(pattern, kind="stable")
    full = W.shape[1] * W.shape[2]
    if count.max(initial=0) <= full:
        W, pattern = W[order], pattern[order]
    else:
        split = np.split(W[order].reshape(len(W), -1), np.cumsum(count)[:-1])
        small = [np.linalg.qr(part, mode="r") if len(part) > full else part for part in split]
        W = np.vstack(small).reshape(-1, *W.shape[1:])
        pattern = np.repeat(np.arange(len(Z)), [len(part) for part in small])
    start = np.searchsorted(pattern, np.arange(len(Z)))
    return Stack(Z, W, pattern, start, count, layout, occasions, same)
