"""What a residual structure is told of the data: when each row was measured, on which visit, in which stratum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Occasions:
    """When each row of a block was measured and which stratum it is in; arrays are (..., n).

    ``n_visits``, ``largest`` (most rows of one subject) and ``gap``, ``nearest``, ``furthest`` (within one subject the
    median and the least time from a visit to the next, and the longest from first to last) belong to the whole data
    set; ``labels`` names the strata that may have variances of their own.
    """

    times: np.ndarray
    visits: np.ndarray
    strata: np.ndarray
    n_visits: int
    gap: float
    largest: int
    labels: tuple[Any, ...] = ()
    nearest: float = 1.0
    furthest: float = 1.0

    @property
    def lags(self) -> np.ndarray:
        """|visit_j - visit_k| for every pair of rows, (..., n, n)."""
        return np.abs(self.visits[..., :, None] - self.visits[..., None, :])
