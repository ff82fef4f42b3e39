"""Subjects reduced by QR and pooled by pattern, once, so that a search need not go through them again.

V_i depends on a subject's times and Z_i alone, so subjects who share them share one Cholesky
factor.  Three reductions, each an orthogonal rotation, make an evaluation cost nothing per subject:

1. X = Q R_x globally, y replaced by its least-squares residual: location and scale disappear.
2. Where R = sigma2 I, each subject's rows are rotated so that Z_i = Q_i R_i: only its first q rows
   see G; the remainder is pooled into one small triangle.
3. The subjects of one pattern are rotated among themselves: m of them become at most n (p+1).

No cross-products are formed, so a residual far smaller than the random effects costs no digits.  Where that
is no danger and subjects are many, :mod:`.crossproducts` comes to the same faster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.independent import Independent
from ..covariance.marginal import within
from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..design.build import Design
from .blocks import BlockStack, patterns, stacked
from .crossed import Inner, outer_term, split
from .crossproducts import products

MOST_VISITS = 10_000  # squared, of which R is made for all of them whatever the data
LONG = 60  # rows of a pattern, from which a Markov chain is whitened along time by :mod:`.chain`
SMALL = 6  # rows of a pattern, up to which :mod:`.small` is faster than :mod:`.wide`


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

    @property
    def small(self) -> bool:
        """Whether R = sigma2 I and the matrices are so small that arithmetic on long vectors beats LAPACK."""
        return self.occasions is None and self.Z.shape[1] <= SMALL

    def chained(self, structure: Structure) -> bool:
        """Whether R is a Markov chain in time, and the series are so long that V is better never made."""
        if self.occasions is None or self.same is not None or self.Z.shape[1] < LONG:
            return False
        size = structure.size(self.occasions)
        return structure.neighbours(np.zeros(size), self.occasions) is not None

    @cached_property
    def patterns_last(self) -> tuple[np.ndarray, np.ndarray]:
        """Z (r x k x K) and W (r x c x P), the pattern as the last index."""
        return np.ascontiguousarray(np.moveaxis(self.Z, 0, -1)), np.ascontiguousarray(np.moveaxis(self.W, 0, -1))


@dataclass(frozen=True, eq=False)
class Pooled:
    """A design, ready for many evaluations.

    ``rest`` (c x c) is the triangle of what no random effect touches, worth ``n_rest`` rows; ``scale``
    holds T_t with Z_t = Z~_t T_t, Z~_t'Z~_t = N I; ``R_x`` and ``beta_ols`` undo the change of X and y;
    ``grid`` stands for all visits, where R knows nothing else; ``inner`` names the terms of crossed factors whose Z
    stand as columns before X in every W and in ``rest``.
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
    grid: Occasions | None
    q: tuple[int, ...]
    correlated: tuple[bool, ...]
    inner: Inner | None = None

    @cached_property
    def first_order(self) -> bool:
        """Whether only first derivatives are exact: crossed factors and long chains have no second ones."""
        return self.inner is not None or any(stack.chained(self.structure) for stack in self.stacks)


def pool(design: Design, structure: Structure | None = None) -> Pooled:
    """Reduce a design to its patterns."""
    structure = structure or Independent()
    scale = [_column_scale(term.Z, term.correlated) for term in design.terms]
    outer = outer_term(design) if structure.plain else None
    found = products(design, scale) if structure.plain and design.terms and outer is None else None
    inner = None
    if outer is not None:
        stacks, rest, R_x, beta_ols, inner = _crossed(design, outer, scale)
    elif found is not None:
        stacks = [_crowded(*piece) for piece in found.pieces]
        rest, R_x, beta_ols = found.rest, found.R_x, found.beta_ols
    else:
        stacks, rest, R_x, beta_ols = _turned(design, structure, scale)
    occasions = design.occasions(np.arange(1), structure)
    return Pooled(
        stacks, rest, design.n_obs, design.X.shape[1], R_x, beta_ols, float(design.y.var()), scale, structure,
        occasions, _grid(design, occasions, structure, stacks), tuple(term.q for term in design.terms),
        tuple(term.correlated for term in design.terms), inner,
    )  # fmt: skip


def _turned(
    design: Design, structure: Structure, scale: list[np.ndarray]
) -> tuple[list[Patterns], np.ndarray, np.ndarray, np.ndarray]:
    """The stacks, the rest, R_x and beta_ols by rotations alone, which cost no digits."""
    W, R_x, beta_ols = _orthogonal(design)
    Z = scaled(design, scale)
    stacks: list[Patterns] = []
    untouched = [np.zeros((1, W.shape[1]))]
    if structure.plain and not design.terms:
        untouched.append(W)
    elif structure.plain:
        stacks, untouched = _all_rotated(design, Z, W)
    else:
        stacks = [_unrotated(block, W[block.rows], design, structure) for block in stacked(design, Z)]
    return stacks, np.asarray(np.linalg.qr(np.vstack(untouched), mode="r")), R_x, beta_ols


def _orthogonal(design: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W = [Q, y less its projection on X] with X = Q R_x; R_x; and beta_ols."""
    Q, R_x = np.linalg.qr(design.X)
    beta_ols = scipy.linalg.solve_triangular(R_x, Q.T @ design.y)
    y = design.y - design.X @ beta_ols
    return np.column_stack([Q, y - Q @ (Q.T @ y)]), R_x, beta_ols


def _all_rotated(design: Design, Z: list[np.ndarray], W: np.ndarray) -> tuple[list[Patterns], list[np.ndarray]]:
    """Every stack, rotated, and the rests."""
    blocks = [(block.Z, W[block.rows], block.layout) for block in stacked(design, Z)]
    pairs = [_rotated(*block) for block in _levelled(blocks)]
    return [stack for stack, _ in pairs], [rest for _, rest in pairs]


def _crossed(
    design: Design, outer: int, scale: list[np.ndarray]
) -> tuple[list[Patterns], np.ndarray, np.ndarray, np.ndarray, Inner]:
    """Pooled by the outer term's levels, with the other terms' Z beside X and y."""
    W, R_x, beta_ols = _orthogonal(design)
    Z = scaled(design, scale)
    alone, Z_b, inner = split(design, outer, Z)
    stacks, rests = _all_rotated(alone, [Z[outer]], np.hstack([Z_b, W]))
    stacks = [replace(stack, layout=(outer,)) for stack in stacks]
    return stacks, np.asarray(np.linalg.qr(np.vstack(rests), mode="r")), R_x, beta_ols, inner


def _crowded(Z: np.ndarray, W: np.ndarray, count: np.ndarray, layout: tuple[int, ...]) -> Patterns:
    """The patterns of a piece that came by cross-products, each with as many rotated blocks as there can be."""
    K, m = W.shape[:2]
    return Patterns(
        Z, W.reshape(-1, *W.shape[2:]), np.repeat(np.arange(K), m), np.arange(K) * m, count, layout, None, None
    )


def _grid(design: Design, occasions: Occasions, structure: Structure, stacks: list[Patterns]) -> Occasions | None:
    """Every visit once, where R knows nothing but visits and they are not many more than the patterns' own rows."""
    T = occasions.n_visits
    if not structure.by_visit or structure.needs_time or structure.columns:
        return None
    if max(MOST_VISITS, *(len(stack.Z) * stack.Z.shape[1] ** 2 for stack in stacks)) ** 0.5 < T:
        return None
    # Two rows of a subject at one visit are no two visits: an error of their own tells them apart.
    if len(np.unique(design.codes * T + design.visits)) < design.n_obs:
        return None
    every = np.arange(T)
    strata = every if "visit" in [part.by for part in structure.parts] else 0 * every
    return replace(occasions, times=1.0 * every, visits=every, strata=strata)


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
    squares = Z.T @ Z
    length = np.sqrt(np.diag(squares)) / root_n
    length[length == 0] = 1.0
    if not correlated:
        return np.diag(length)
    try:  # a change of scale needs no last digit: squares do, as long as the columns are far from one another
        T = np.linalg.cholesky(squares / np.outer(length, length)).T / root_n
    except np.linalg.LinAlgError:
        T = np.zeros((1, 1))
    if np.diag(T).min() < 1e-3:
        T = np.linalg.qr(Z / length, mode="r") / root_n
    if len(T) < Z.shape[1] or np.abs(np.diag(T)).min() < 1e-9:
        return np.diag(length)  # columns that determine each other cannot be made orthogonal
    return T * length


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
        W, pattern = _thinned(W[order], pattern[order], count)
    start = np.searchsorted(pattern, np.arange(len(Z)))
    return Patterns(Z, W, pattern, start, count, layout, occasions, same)


def _thinned(W: np.ndarray, pattern: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sorted blocks with as many of each pattern as there can be, r (p + 1), of the same cross-products.

    Patterns of about as many blocks are rotated at once: there may be hundreds of them.
    """
    rows = W.reshape(len(W), -1)
    full = rows.shape[1]
    few = count[pattern] <= full
    parts, owners, begin = [rows[few]], [pattern[few]], np.cumsum(count) - count
    size = np.where(count > full, np.frexp(count)[1], 0)  # the power of two above: half of a stack at most is zeros
    for one in np.unique(size[size > 0]):
        own = np.flatnonzero(size == one)
        place = np.arange(count[own].max())
        there = place < count[own, None]
        block = np.where(there[..., None], rows[np.where(there, begin[own, None] + place, 0)], 0.0)
        parts.append(np.asarray(np.linalg.qr(block, mode="r")).reshape(-1, full))
        owners.append(np.repeat(own, full))
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return np.concatenate(parts)[order].reshape(-1, *W.shape[1:]), owner[order]
