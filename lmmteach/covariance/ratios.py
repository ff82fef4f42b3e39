"""Standard deviations relative to the first level's, as somebody gives them: each level's own, or a word why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arguments import finite, numbers, told
from ..errors import ParameterError

ROUNDING = 1e-9  # by which an estimated correlation of 1, or the first ratio, may miss it


def check_ratios(given: Any) -> None:
    """A mapping of levels to numbers of which none is negative."""
    if not isinstance(given, Mapping):
        raise ParameterError(f"sd_ratio cannot be {told(given)}.", "Write {level: number}, the first level's 1.")
    ratio = numbers(list(given.values()), "sd_ratio")
    if ratio.ndim != 1 or not (ratio >= 0).all():
        raise ParameterError(f"sd_ratio cannot be {told(given)}.", "A standard deviation is one number, 0 or above.")


def ratios(given: Mapping[Any, float], labels: tuple[Any, ...], whose: str) -> np.ndarray:
    """The standard deviations of all levels but the first, relative to it.

    >>> ratios({"a": 1.0, "b": 2.0}, ("a", "b"), "Independent()")
    array([2.])
    """
    first, *others = labels
    lost = [label for label in others if label not in given]
    if lost:
        raise ParameterError(
            f"{whose} has no standard deviation for {', '.join(map(str, lost))}.",
            f"Give sd_ratio one for each of {', '.join(map(str, labels))}.",
        )
    if abs(given.get(first, 1.0) - 1) > ROUNDING:
        raise ParameterError(
            f"sd_ratio holds {given[first]:g} for the first level, {first}, to which all are relative.",
            "Divide all of them by it, and multiply sigma2 by its square.",
        )
    return finite([given[label] for label in others], "sd_ratio")
