"""Where an answer counts as a value: near it, or the value itself, rightly rounded.

Everything that is compared, the right answer and each slip, is compared by the ranges of this file.  A page of the
book holds the same ranges and compares them too, so that page and notebook say the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["Ranges", "about", "coarsest_places", "magnitude", "point", "rounded", "value"]

SMALLEST = 1e-3  # below it a number is compared as if it were this large: 0 and 1e-12 are one answer
DIGITS = 4  # significant digits with which a rounded answer counts
PLACES = 4  # as many decimals will do, if a digit less is left
NOISE = 1e-6  # of the last place, that a float is off


class Ranges(NamedTuple):
    """Lower and upper ends, shape (k, ...): an entry may lie in any of its k ranges."""

    low: np.ndarray
    high: np.ndarray

    def hold(self, form: Any) -> bool:
        """Whether every entry of an answer lies in one of its ranges."""
        return bool(self.entries(form).all())

    def entries(self, form: Any) -> np.ndarray:
        """Which entries of an answer lie in one of their ranges."""
        with np.errstate(all="ignore"):
            return np.asarray(((self.low <= form) & (form <= self.high)).any(axis=0))

    def or_in(self, other: Ranges) -> Ranges:
        """These ranges and another's."""
        return Ranges(np.concatenate([self.low, other.low]), np.concatenate([self.high, other.high]))


def value(expected: Any, rtol: float) -> Ranges:
    """Where an answer counts as this value: within ``rtol`` of the largest entry, or rounded to four digits.

    >>> at = value(0.123456, 1e-6)
    >>> at.hold(0.123456), at.hold(0.1235), at.hold(0.1234), at.hold(0.123)
    (True, True, False, False)
    """
    near, places = about(expected, rtol), coarsest_places(expected)
    for more in range(4):
        near = near.or_in(rounded(expected, places + more))
    return near


def coarsest_places(expected: Any) -> np.ndarray:
    """To how many decimals each entry may be rounded, and still count."""
    places = (DIGITS - 1) - magnitude(expected)
    return np.asarray(np.where(places - 1 >= PLACES, places - 1, places))


def about(expected: Any, share: float) -> Ranges:
    """Within a share of the largest entry."""
    centre = np.asarray(expected, dtype=float)
    slack = share * max(float(np.max(np.abs(centre), initial=0.0)), SMALLEST)
    return Ranges((centre - slack)[None], (centre + slack)[None])


def rounded(expected: Any, places: Any) -> Ranges:
    """The value rounded to decimal places (of each entry, if they are an array); a tie may go either way."""
    centre, unit = np.asarray(expected, dtype=float), 10.0 ** -np.asarray(places, dtype=float)
    with np.errstate(all="ignore"):
        ends = [np.floor(centre / unit + 0.5 + tie) * unit for tie in (-NOISE, NOISE)]
    return Ranges(np.stack([end - NOISE * unit for end in ends]), np.stack([end + NOISE * unit for end in ends]))


def point(expected: Any, places: Any) -> np.ndarray:
    """The middle of the first of those ranges: the value as somebody writes it who rounds."""
    return np.asarray(rounded(expected, places).low[0] + NOISE * 10.0 ** -np.asarray(places, dtype=float))


def magnitude(expected: Any) -> np.ndarray:
    """The place of each entry's first digit: 2 for 532, -3 for 0.00532; that of what counts as 0 is far down.

    >>> magnitude([532.0, 0.00532, 0.0]).tolist()
    [2, -3, -8]
    """
    size = np.maximum(np.abs(np.asarray(expected, dtype=float)), 1e-8)
    return np.asarray(np.floor(np.log10(size) + 1e-12).astype(int))
