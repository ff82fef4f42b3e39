"""How the levels of a factor become columns: treatment, sum and polynomial contrasts, as R codes and names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from .labels import label


class Coding(NamedTuple):
    """A factor's ``levels``, the ``contrast`` they are coded by, and the number of the ``reference`` level."""

    levels: pd.Index
    contrast: str = "treatment"
    reference: int = 0

    def columns(self, whole: bool) -> tuple[np.ndarray, list[str]]:
        """What stands for each level, and what R adds to the factor's name.

        An indicator of every level, (L x L), where a term needs the ``whole`` factor; else contrasts, (L x L-1).

        >>> Coding(pd.Index(["a", "b", "c"])).columns(whole=False)
        (array([[0., 0.],
               [1., 0.],
               [0., 1.]]), ['b', 'c'])
        """
        return (np.eye(len(self.levels)), list(map(label, self.levels))) if whole else CONTRASTS[self.contrast](self)


def treatment(coding: Coding) -> tuple[np.ndarray, list[str]]:
    """Each level against the reference level."""
    others = [k for k in range(len(coding.levels)) if k != coding.reference]
    return np.eye(len(coding.levels))[:, others], [label(coding.levels[k]) for k in others]


def deviation(coding: Coding) -> tuple[np.ndarray, list[str]]:
    """Each level but the last against the mean of all: R's contr.sum, whose columns are numbered.

    >>> Coding(pd.Index(["a", "b", "c"]), "sum").columns(whole=False)
    (array([[ 1.,  0.],
           [ 0.,  1.],
           [-1., -1.]]), ['1', '2'])
    """
    last = len(coding.levels) - 1
    return np.vstack([np.eye(last), -np.ones((1, last))]), [str(k + 1) for k in range(last)]


def polynomial(coding: Coding) -> tuple[np.ndarray, list[str]]:
    """Orthonormal polynomials in the number of the level, the linear one first: R's contr.poly.

    >>> values, names = Coding(pd.Index(["low", "middle", "high"]), "poly").columns(whole=False)
    >>> values.round(4) + 0.0, names
    (array([[-0.7071,  0.4082],
           [ 0.    , -0.8165],
           [ 0.7071,  0.4082]]), ['.L', '.Q'])
    """
    n = len(coding.levels)
    scores = np.linspace(-1.0, 1.0, n)
    made = np.ones((n, 1)) / np.sqrt(n)
    for _ in range(
        n - 1
    ):  # each the scores times the one before, made orthogonal to all before it, twice for its digits
        new = scores * made[:, -1]
        for _ in range(2):
            new = new - made @ (made.T @ new)
        made = np.column_stack([made, new / np.linalg.norm(new)])
    return made[:, 1:], [".L", ".Q", ".C", *(f"^{k}" for k in range(4, n))][: n - 1]


CONTRASTS: dict[str, Callable[[Coding], tuple[np.ndarray, list[str]]]] = {
    "treatment": treatment,
    "sum": deviation,
    "poly": polynomial,
}
