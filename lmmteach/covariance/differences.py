"""Derivatives by central differences, of what is itself exact: the second derivatives from the first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

DIFFERENCE = 1e-5  # of central differences, relative to the number where that is above 1


def length(theta: np.ndarray, j: int) -> float:
    """How far a central difference steps in coordinate j."""
    return DIFFERENCE * max(1.0, abs(float(theta[j])))


def steps(theta: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """+ and - the small step in coordinate j that central differences take."""
    step = np.zeros(len(theta))
    step[j] = length(theta, j)
    return step, -step


def central(gradient: Callable[[np.ndarray], np.ndarray], theta: np.ndarray) -> np.ndarray:
    """The Hessian, by central differences of an exact gradient.

    >>> central(lambda x: x**2, np.array([3.0])).round(6)
    array([[6.]])
    """
    H = np.empty((len(theta), len(theta)))
    for j in range(len(theta)):
        up, down = (gradient(theta + step) for step in steps(theta, j))
        H[j] = (up - down) / (2 * length(theta, j))
    return (H + H.T) / 2
