"""Which rows hang together: the blocks of V.

With one grouping factor a block is a subject.  Nested groups (classes in schools) make the school
the block; crossed groups tie everything they connect into one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .design import Design


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
    order = np.lexsort((design.times, codes))
    sizes, local = [np.bincount(codes)], []
    first_level = []
    for term in design.terms:
        # A level's place within its block: its rank among the block's levels.
        width = term.codes.max() + 1
        pairs, inverse = np.unique(codes * width + term.codes, return_inverse=True)
        count = np.bincount(pairs // width, minlength=len(sizes[0]))
        sizes.append(count)
        first_level.append((np.cumsum(count) - count, pairs % width))
        local.append(inverse - first_level[-1][0][codes])
    start = np.cumsum(sizes[0]) - sizes[0]
    kinds, which = np.unique(np.stack(sizes), axis=1, return_inverse=True)
    for kind, (n, *counts) in enumerate(kinds.T):
        members = np.flatnonzero(which.ravel() == kind)
        if n == 0:
            continue
        rows = order[start[members][:, None] + np.arange(n)]
        pieces, levels, layout = [np.empty((*rows.shape, 0))], [np.empty((len(rows), 0), dtype=int)], []
        for t, L in enumerate(counts):
            spread = np.zeros((*rows.shape, L, Z[t].shape[1]))
            np.put_along_axis(spread, local[t][rows][..., None, None], Z[t][rows][:, :, None, :], axis=2)
            pieces.append(spread.reshape(*rows.shape, -1))
            levels.append(first_level[t][1][first_level[t][0][members][:, None] + np.arange(L)])
            layout += [t] * int(L)
        yield BlockStack(rows, np.concatenate(pieces, axis=2), tuple(layout), np.hstack(levels))
