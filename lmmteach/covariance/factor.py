"""The Cholesky factor of G: which of its entries are free, and how numbers become one.

G / sigma2 = L L',   L (q x q) lower triangular; any L gives a valid G
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=64)
def free_entries(q: int, correlated: bool) -> tuple[tuple[int, int], ...]:
    """The places (row, column), row >= column, of the free entries of a (q x q) G, or of its factor L.

    >>> free_entries(2, True), free_entries(2, False)
    (((0, 0), (1, 0), (1, 1)), ((0, 0), (1, 1)))
    """
    return tuple((a, b) for b in range(q) for a in range(b, q) if correlated or a == b)


def cholesky_factor(theta: np.ndarray, q: int, correlated: bool) -> np.ndarray:
    """L (q x q, lower) with G / sigma2 = L L', from its free entries."""
    L = np.zeros((q, q))
    for value, place in zip(theta, free_entries(q, correlated), strict=True):
        L[place] = value
    return L
