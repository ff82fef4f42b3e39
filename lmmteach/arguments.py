"""What callers hand over, made into numbers, or turned away with the argument's name."""

from __future__ import annotations

from collections.abc import Collection, Sized
from typing import Any

import numpy as np

from .errors import ParameterError

MOST = 10_000_000  # numbers in one argument; refused before any of them is copied


def numbers(value: Any, name: str) -> np.ndarray:
    """An argument as an array of floats; anything that is not made of real numbers is named.

    >>> numbers([1, 2], "times")
    array([1., 2.])
    """
    count = np.size(value) if isinstance(value, np.ndarray) else len(value) if isinstance(value, Sized) else 1
    if count > MOST:
        raise ParameterError(f"{name} holds {count} values: more than a computation here can use.", "Give fewer.")
    try:
        found = np.asarray(value)
        if found.dtype.kind in "cmM":
            raise TypeError
        return found.astype(float)
    except (TypeError, ValueError, OverflowError):
        shown = repr(value)
        shown = shown if len(shown) < 80 else shown[:77] + "..."
        raise ParameterError(
            f"{name} is not made of numbers: {shown}.", "Give a real number, a list or an array of them."
        ) from None


def among(value: Any, names: Collection[str]) -> bool:
    """Whether an argument is one of these names (an array or a missing value is none, and has no ``==`` to ask)."""
    return isinstance(value, str) and value in names


def whole(value: Any, name: str, least: int) -> int:
    """An argument that counts something: a whole number, not below ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ParameterError(f"{name}={value!r} cannot be.", f"Use a whole number from {least} up.")
    return int(value)
