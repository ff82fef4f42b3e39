"""Exact derivatives by a complex step: f'(x) = Im f(x + ih) / h, with an h so small that no digit is lost.

It holds for analytic functions: no absolute value, no maximum of x.  Squire & Trapp (1998), SIAM Review 40:110.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

H = 1e-30


def nudge(x: Any) -> Any:
    """x + ih."""
    return x + 1j * H


def nudges(x: np.ndarray) -> Iterator[np.ndarray]:
    """x + ih in one coordinate after the other."""
    for unit in np.eye(len(x)):
        yield x + 1j * H * unit


def slope(value: Any) -> Any:
    """The derivative, from what a function makes of a nudged x.

    >>> float(slope(np.exp(nudge(0.0))))
    1.0
    """
    return np.imag(value) / H
