"""What callers hand over as y, X and V: taken as arrays, or refused with the subject's number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..arguments import MOST, at_most, numbers
from ..errors import ParameterError


def subjects(y: Any, X: Any, V: Any) -> Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pair up the subjects' arrays; one subject may come bare."""
    listed = isinstance(y, (list, tuple)) and len(y) and dimensions(y[0]) == 1
    if not listed and not (isinstance(V, (list, tuple)) and len(V) and dimensions(V[0]) == 2):
        y, X, V = [y], [X], [V]
    arrays = all(isinstance(one, (list, tuple)) or (isinstance(one, np.ndarray) and one.ndim) for one in (y, X, V))
    if not arrays or not len(y) == len(X) == len(V):
        raise ParameterError(
            "y, X and V are not lists with one entry for every subject.", "Or give one subject's three arrays."
        )
    return [(numbers(a, "y"), numbers(b, "X"), numbers(c, "V")) for a, b, c in zip(y, X, V, strict=True)]


def dimensions(value: Any) -> int:
    """How many dimensions it has; -1 where its rows are of unequal length, or too long to be looked at."""
    try:
        return np.ndim(value) if at_most(MOST, value) else -1
    except ValueError:
        return -1


def check_shapes(number: int, y: np.ndarray, X: np.ndarray, V: np.ndarray) -> None:
    """y (n,), X (n x p), V (n x n) of a subject fit together and are finite."""
    n = len(y) if y.ndim == 1 else -1
    if n < 1 or X.ndim != 2 or len(X) != n or V.shape != (n, n):
        raise ParameterError(
            f"Subject number {number + 1} has y of shape {y.shape}, X {X.shape} and V {V.shape}.",
            "They must be (n,), (n, p) and (n, n).",
        )
    if not all(np.isfinite(a).all() for a in (y, X, V)):
        raise ParameterError(f"y, X or V of subject number {number + 1} is not finite everywhere.", "Remove such rows.")
    place = lopsided(V)
    if place:
        j, k = place
        raise ParameterError(
            f"V of subject number {number + 1} is not symmetric: V[{j}, {k}] is {V[j, k]:g}, but V[{k}, {j}] is "
            f"{V[k, j]:g}.",
            "A covariance stands in it twice.",
        )


def lopsided(M: np.ndarray) -> tuple[int, int] | None:
    """The entry of a square matrix that differs most from its mirror image, by more than rounding."""
    if not M.size:
        return None
    gap = np.abs(M - M.T)
    j, k = np.unravel_index(int(np.argmax(gap)), M.shape)
    return (int(j), int(k)) if gap[j, k] > 1e-8 * np.abs(M).max() else None
