"""Fixed standard-normal draws, the same here and in the browser for the same seed.

A number's place in the sequence decides it (a 32-bit hash, then Box and Muller's transform), so
"new draws" is one more than the old seed, on a page without Python too, and the picture Python
draws shows the very subjects the page shows.
"""

from __future__ import annotations

import numpy as np

__all__ = ["square_root", "standard_normals"]

FIRST, SECOND = np.uint32(0x7FEB352D), np.uint32(0x846CA68B)


def _uniform(seed: int, place: np.ndarray) -> np.ndarray:
    mix = np.array((seed + 1) * 0x9E3779B1 % 2**32, dtype=np.uint32)
    h = mix ^ (place.astype(np.uint32) + np.uint32(1)) * np.uint32(0x85EBCA77)
    h = (h ^ (h >> 16)) * FIRST
    h = (h ^ (h >> 15)) * SECOND
    h = h ^ (h >> 16)
    u: np.ndarray = (h + 0.5) / 2.0**32
    return u


def standard_normals(seed: int, count: int) -> np.ndarray:
    """``count`` independent N(0, 1) draws, (count,), decided by ``seed`` and their place alone.

    Examples
    --------
    >>> bool(standard_normals(1, 3)[2] == standard_normals(1, 100)[2])
    True
    """
    place = np.arange(count)
    radius = np.sqrt(-2 * np.log(_uniform(seed, 2 * place)))
    z: np.ndarray = radius * np.cos(2 * np.pi * _uniform(seed, 2 * place + 1))
    return z


def square_root(G: np.ndarray, rounding: float = 0.0) -> np.ndarray:
    """L (q x q, lower) with L L' = G for a positive semidefinite G.

    Unlike Cholesky's factor it exists for a singular G too (a correlation of 1, a variance of 0); a pivot of at
    most ``rounding`` times its variance counts as 0.

    Examples
    --------
    >>> square_root(np.array([[4.0, 2.0], [2.0, 1.0]]))
    array([[2., 0.],
           [1., 0.]])
    """
    L = np.zeros_like(G, dtype=float)
    for j in range(len(G)):
        pivot = G[j, j] - L[j, :j] @ L[j, :j]
        L[j, j] = np.sqrt(pivot) if pivot > rounding * G[j, j] else 0.0
        for i in range(j + 1, len(G)):
            L[i, j] = (G[i, j] - L[i, :j] @ L[j, :j]) / L[j, j] if L[j, j] > 0 else 0.0
    return L
