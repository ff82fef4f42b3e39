"""The inverse of a function in one of its numbers, and what its other numbers do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .complex_step import nudge, slope


def inverse(f: Callable[[np.ndarray], Any], x: np.ndarray, number: int, value: float, reach: float) -> complex | None:
    """The ``x[number]`` between -reach and reach at which a rising f(x) is ``value``; None if there is none.

    ``x`` may be complex: what its imaginary parts do to the answer is exact to first order.

    >>> round(inverse(lambda x: np.tanh(x[0]) * x[1], np.array([0.0, 2.0]), 0, 1.0, 20.0), 4)
    0.5493
    """

    def at(place: complex, others: np.ndarray) -> Any:
        trial = np.asarray(others + 0 * place)
        trial[number] = place
        return f(trial)

    real = np.real(x)
    low, high = at(-reach, real) - value, at(reach, real) - value
    if not low < 0 < high:
        return None
    # Many a correlation is a straight line in tanh(x), and found at once.
    with np.errstate(divide="ignore"):
        place = float(np.arctanh((low + high) / (low - high)))
    if not np.isfinite(place) or not abs(at(place, real) - value) < 1e-13 * min(abs(value), 1.0):
        place = scipy.optimize.brentq(lambda one: at(one, real) - value, -reach, reach, xtol=1e-12)
    rise = slope(at(nudge(place), real))
    if not rise > 0:
        return None
    return place - 1j * np.imag(at(place, x)) / rise if np.iscomplexobj(x) else place
