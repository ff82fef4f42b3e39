"""Which rows hang together: the blocks of V.

With one grouping factor a block is a subject.  Nested groups (classes in schools) make the school
the block; crossed groups tie everything they connect into one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..design.build import Design
from ..errors import ModelError

MOST_ROWS = 5_000  # of one block whose V is formed: V and what is computed with it fill about a gigabyte
MOST_EFFECTS = 2_000  # of one block: each step of a search factors a matrix of that size, and there are dozens
MOST_ENTRIES = 50_000_000  # of one block's Z, of which a fit needs several copies


class Block(NamedTuple):
    """Rows that share random effects with no other rows: ``rows`` (n,), ``Z`` (n x k), ``layout``.

    ``layout`` names the term of each level in the block, so that the covariance of all its random
    effects is block_diag(G[t] for t in layout).  One term: one subject, Z_i and (0,).
    """

    rows: np.ndarray
    Z: np.ndarray
    layout: tuple[int, ...]


class BlockStack(NamedTuple):
    """m blocks of one size and layout: ``rows`` (m x n), ``Z`` (m x n x k), ``levels`` (m x len(layout))."""

    rows: np.ndarray
    Z: np.ndarray
    layout: tuple[int, ...]
    levels: np.ndarray


def block_codes(design: Design) -> np.ndarray:
    """(N,) the number of each row's block."""
    others = [term.codes for term in design.terms if not np.array_equal(term.codes, design.codes)]
    if not others:
        return design.codes
    offsets = np.cumsum([0, design.codes.max() + 1, *(codes.max() + 1 for codes in others)])
    first = np.tile(design.codes, len(others))
    other = np.concatenate([codes + offset for codes, offset in zip(others, offsets[1:-1], strict=True)])
    links = scipy.sparse.coo_array((np.ones(len(first)), (first, other)), shape=(offsets[-1], offsets[-1]))
    return scipy.sparse.csgraph.connected_components(links, directed=False)[1][design.codes]


def check_blocks(design: Design, plain: bool) -> None:
    """Refuse at once a model whose fit would not end; ``plain`` says that R = sigma2 I, so that only Z counts."""
    codes = block_codes(design)
    rows = np.bincount(codes)
    effects = sum((_places(term.codes, codes).number * term.q for term in design.terms), np.zeros_like(rows))
    size = np.minimum(rows, effects) if plain else rows
    wide = (size > MOST_EFFECTS) | (plain & (rows * effects > MOST_ENTRIES))
    if wide.any():
        k = int(np.argmax(wide))
        raise ModelError(
            f"{rows[k]:,} rows and {effects[k]:,} random effects hang together in one block: every step of the search "
            f"would factor a matrix of {size[k]:,} x {size[k]:,}, kept beside a Z of {rows[k]:,} x {effects[k]:,}.",
            "Crossed groups make such blocks: take a sample of their levels, give the factor with few levels a fixed "
            "effect, or use a program for sparse matrices, as lme4 is."
            if plain
            else "Use residual='independent', for which only the random effects count, or fewer rows a block.",
        )


def check_rows(n: int) -> None:
    """Refuse to form the V of a block that no memory holds."""
    if n > MOST_ROWS:
        raise ModelError(
            f"{n:,} rows hang together in one block: V would be a matrix of {n:,} x {n:,}, {n**2 / 1.25e8:.1f} GB.",
            "Ask for what needs no V: random_effects(), fitted(), raw or Pearson residuals, simulate().",
        )


def blocks(design: Design) -> Iterator[Block]:
    """Go through the blocks one by one, each with its rows in order of time: the plain way."""
    codes = block_codes(design)
    order = np.lexsort((design.times, codes))
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        pieces, layout = [np.empty((len(rows), 0))], []
        for number, term in enumerate(design.terms):
            for level in np.unique(term.codes[rows]):
                pieces.append(term.Z[rows] * (term.codes[rows] == level)[:, None])
                layout.append(number)
        yield Block(rows, np.hstack(pieces), tuple(layout))


def stacked(design: Design, Z: list[np.ndarray]) -> Iterator[BlockStack]:
    """The same blocks, all of one size and layout at a time; ``Z`` (N x q) stands in for each term's Z."""
    codes = block_codes(design)
    order = _in_order(codes, design.times)
    places = [_places(term.codes, codes) for term in design.terms]
    n_rows = np.bincount(codes)
    start = np.cumsum(n_rows) - n_rows
    sizes = [n_rows, *(place.number for place in places)]
    kind = np.ravel_multi_index(sizes, [size.max() + 1 for size in sizes])
    for members in (np.flatnonzero(kind == one) for one in np.unique(kind) if n_rows[np.argmax(kind == one)]):
        rows = order[start[members][:, None] + np.arange(n_rows[members[0]])]
        pieces, levels, layout = [np.empty((*rows.shape, 0))], [np.empty((len(rows), 0), dtype=int)], []
        for t, place in enumerate(places):
            L, own = int(place.number[members[0]]), Z[t][rows]
            if L > 1:  # each level has columns of its own, 0 in the rows of the others
                spread = np.zeros((*rows.shape, L, own.shape[2]))
                np.put_along_axis(spread, place.within[rows][..., None, None], own[:, :, None, :], axis=2)
                own = spread.reshape(*rows.shape, -1)
            pieces.append(own)
            levels.append(place.level[place.first[members][:, None] + np.arange(L)])
            layout += [t] * L
        Z_b = pieces[1] if len(pieces) == 2 else np.concatenate(pieces, axis=2)
        yield BlockStack(rows, Z_b, tuple(layout), np.hstack(levels))


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


def _in_order(codes: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The rows sorted by block, then time; data often come so."""
    step = np.diff(codes)
    if (step >= 0).all() and (np.diff(times)[step == 0] >= 0).all():
        return np.arange(len(codes))
    return np.lexsort((times, codes))


class _Places(NamedTuple):
    """Where one term's levels stand: ``number`` of each block, each row's rank ``within`` its block, and
    the blocks' levels one after another (``level``), block k's from ``first[k]`` on."""

    number: np.ndarray
    within: np.ndarray
    level: np.ndarray
    first: np.ndarray


def _places(term: np.ndarray, codes: np.ndarray) -> _Places:
    m, width = codes.max() + 1, term.max() + 1
    if np.array_equal(term, codes):
        return _Places(np.ones(m, dtype=int), np.zeros_like(codes), np.arange(m), np.arange(m))
    pairs, inverse = np.unique(codes * width + term, return_inverse=True)
    count = np.bincount(pairs // width, minlength=m)
    first = np.cumsum(count) - count
    return _Places(count, inverse - first[codes], pairs % width, first)
