"""What a residual structure is told of the data: when each row was measured, on which visit, in which stratum."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from ..arguments import numbers, told
from ..errors import ParameterError

MOST_VISITS = 10_000  # that a structure by visit can be asked for


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


def asked(times: Any, strata: Any, by: str | None, levels: list[Any], by_visit: bool, who: str) -> Occasions:
    """The occasions of one subject at ``times`` (n,) that somebody names, numbers from 0 where visits are counted.

    ``strata`` (n,) are among the ``levels`` that have variances of their own ``by`` a column; ``who`` asks.
    """
    times = np.atleast_1d(numbers(times, "times"))
    if times.ndim != 1 or not np.isfinite(times).all():
        raise ParameterError("times must be a list of finite numbers.", "For example times=[0, 1, 2].")
    visits = np.rint(times)
    if by_visit and not (times.min(initial=0) >= 0 and (visits == times).all()):
        raise ParameterError(f"{who} counts visits: 0, 1, 2, ..., not {told(times.tolist())}.", "Give their numbers.")
    most = int(visits.max(initial=0)) if by_visit else 0
    if most >= MOST_VISITS:
        raise ParameterError(f"Visit {most} is one of too many.", "Number the visits from 0, one by one.")
    if strata is None and by not in (None, "visit"):
        raise ParameterError(f"{who} has a variance for every level of {by}.", f"Give strata=, from {levels}.")
    which = visits if strata is None else [_place(one, levels) for one in np.ravel(np.asarray(strata, dtype=object))]
    which = np.asarray(which, dtype=int) if by else np.zeros(len(times), dtype=int)
    if by and (len(which) != len(times) or which.min(initial=0) < 0 or which.max(initial=0) >= len(levels)):
        raise ParameterError(f"{who} has variances for {levels} only.", "Give one of these for every time.")
    where = visits.astype(int) if most else np.zeros(len(times), dtype=int)
    return Occasions(times, where, which, most + 1, 1.0, len(times), tuple(levels))


def _place(one: Any, levels: list[Any]) -> int:
    """Which level it is, -1 where it is none: only what is as a level is can be compared with one."""
    return next((k for k, level in enumerate(levels) if isinstance(one, (str, Real)) and one == level), -1)
