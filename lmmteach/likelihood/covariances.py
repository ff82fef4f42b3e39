"""G, R and V of every block of rows, many blocks at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..covariance.marginal import joint, marginal, within
from ..covariance.structure import Structure
from ..design.build import Design
from .blocks import BlockStack, check_rows, stacked


class Covariances(NamedTuple):
    """m blocks of one size: ``rows`` (m x n), ``Z`` (m x n x k), ``G`` (k x k), ``R`` and ``V`` (m x n x n).

    ``layout`` names the term of each level, ``levels`` (m x len(layout)) its number, as in :class:`.blocks.BlockStack`.
    """

    rows: np.ndarray
    Z: np.ndarray
    G: np.ndarray
    R: np.ndarray
    V: np.ndarray
    layout: tuple[int, ...]
    levels: np.ndarray


def covariances(
    design: Design, G: list[np.ndarray], residual: Structure, Z: list[np.ndarray] | None = None
) -> Iterator[Covariances]:
    """Go through the blocks: ``G`` is that of each term, for the columns of ``Z`` (the design's own by default)."""
    for blocks in stacked(design, [term.Z for term in design.terms] if Z is None else Z):
        yield covariances_of(blocks, design, G, residual)


def covariances_of(blocks: BlockStack, design: Design, G: list[np.ndarray], residual: Structure) -> Covariances:
    """G, R and V of these blocks alone."""
    rows, Z, layout, levels = blocks
    check_rows(rows.shape[1])
    G_b = joint(G, layout)
    R = residual.at_values(design.occasions(rows, residual)) * within(design.codes[rows])
    return Covariances(rows, Z, G_b, R, marginal(Z, G_b, R), layout, levels)


def shared_variances(design: Design, G: list[np.ndarray]) -> np.ndarray:
    """z'G z of every row (N,): its variance without that of e."""
    each = zip(design.terms, G, strict=True)
    return np.sum([np.einsum("nq,qr,nr->n", t.Z, G_t, t.Z) for t, G_t in each], axis=0) + np.zeros(design.n_obs)
