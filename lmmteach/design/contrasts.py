"""How the levels of a factor become columns, as R codes and names them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .labels import label


class Coding(NamedTuple):
    """A factor's ``levels``, and which of them the others are compared with in its contrasts."""

    levels: pd.Index
    reference: int = 0

    def columns(self, whole: bool) -> tuple[np.ndarray, list[str]]:
        """What stands for each level, and what R adds to the factor's name.

        An indicator of every level, (L x L), where a term needs the ``whole`` factor; else contrasts, (L x L-1).

        >>> Coding(pd.Index(["a", "b", "c"])).columns(whole=False)
        (array([[0., 0.],
               [1., 0.],
               [0., 1.]]), ['b', 'c'])
        """
        chosen = [k for k in range(len(self.levels)) if whole or k != self.reference]
        return np.eye(len(self.levels))[:, chosen], [label(self.levels[k]) for k in chosen]
