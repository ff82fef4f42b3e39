"""Subjects reduced by QR and pooled by pattern, once, so that a search need not go through them again.

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

from ..covariance.kinds import Independent
from ..covariance.marginal import within
from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..design.build import Design
from .blocks import BlockStack, stacked


@dataclass(frozen=True, eq=False)
class Patterns:
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

    stacks: list[Patterns]
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


def pool(design: Design, structure: Structure | None = None) -> Pooled:
    """Reduce a design to its patterns."""
    structure = structure or Independent()
    Q, R_x = np.linalg.qr(design.X)
    beta_ols = scipy.linalg.solve_triangular(R_x, Q.T @ design.y)
    y = design.y - design.X @ beta_ols
    W = np.column_stack([Q, y - Q @ (Q.T @ y)])
    scale = [_column_scale(term.Z, term.correlated) for term in design.terms]
    Z = scaled(design, scale)
    stacks, untouched = [], [np.zeros((1, W.shape[1]))]
    if structure.plain and not design.terms:
        untouched.append(W)
    elif structure.plain:
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


def scaled(design: Design, scale: list[np.ndarray]) -> list[np.ndarray]:
    """Z~ of every term, (N x q), with Z = Z~ T."""
    return [solved_right(term.Z, T) for T, term in zip(scale, design.terms, strict=True)]


def solved_right(Z: np.ndarray, T: np.ndarray) -> np.ndarray:
    """Z T^-1 for an upper triangular T."""
    solved: np.ndarray = scipy.linalg.solve_triangular(T, Z.T, trans="T").T
    return solved


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


def _rotated(Z: np.ndarray, W: np.ndarray, layout: tuple[int, ...]) -> tuple[Patterns, np.ndarray]:
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


def _unrotated(block: BlockStack, W: np.ndarray, design: Design, structure: Structure) -> Patterns:
    """Any other R: the rows stay as they are, and patterns are told apart by Z, times and strata."""
    rows, Z, layout, _ = block
    seen = design.occasions(rows, structure)
    codes = design.codes[rows]
    same = within(codes)
    parts = [Z, seen.times, seen.visits, seen.strata, same]
    key = np.concatenate([np.asarray(part, dtype=float).reshape(len(Z), -1) for part in parts], axis=1)
    first, pattern = patterns(key)
    occasions = design.occasions(rows[first], structure)
    return _stack(Z[first], W, pattern, layout, occasions, None if same.all() else same[first])


def _stack(
    Z: np.ndarray, W: np.ndarray, pattern: np.ndarray, layout: tuple[int, ...],
    occasions: Occasions | None = None, same: np.ndarray | None = None,
) -> Patterns:  # fmt: skip
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
    return Patterns(Z, W, pattern, start, count, layout, occasions, same)
