"""Newton steps in theta, onto an optimum: from near it, or away from a saddle, until there is nothing to gain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .descents import Descents
from .objective import Objective

DECREMENT = 1e-10  # units of -2 log L still to be gained when the search may stop
SPENT = 1e-14  # less than that, and a last step would not change theta's digits
ROUNDING = 1e-13  # of -2 log L: a gain no larger is no gain
HIDDEN = 1e-11  # of -2 log L: a decrement so small may be hidden by rounding, and the gradient is asked
NEAR = 1e-6  # units of -2 log L: so near to the end of a slope without curvature, it is walked in leaps
LEAPS = (256.0, 64.0, 16.0, 4.0)  # steps of Newton's at once


class Arrival(NamedTuple):
    """Where the steps end, whether decrement and curvature say it is an optimum, and whether the rest is known."""

    theta: np.ndarray
    certified: bool
    joined: bool = False


def newton(objective: Objective, theta: np.ndarray, known: Descents | None = None) -> Arrival:
    """Newton's method on |H|, so that saddles repel; it ends early where it comes upon a way that is known."""
    own, value, gradient = objective, *objective(theta)
    if not objective.size:
        return Arrival(theta, bool(np.isfinite(value)))
    for _ in range(60):
        if known and known.lead_on(own, theta, value):
            return Arrival(own.in_plain(theta), False, True)
        turned, theta = own.turned(theta)
        if turned is not own:
            own, (value, gradient) = turned, turned(theta)
        reach = np.maximum(1.0, np.abs(theta))  # where theta is large, its curvature is small
        bend, axes = np.linalg.eigh(own.hessian(theta) * np.outer(reach, reach))
        axes = axes * reach[:, None]
        floor = 1e-7 * max(1.0, np.abs(bend).max())
        downhill = bend[0] < -1e2 * floor
        for _ in range(2):  # the second look, after a step, spares a new Hessian where one was enough
            moves = (axes.T @ gradient) / np.maximum(np.abs(bend), floor)
            step = axes @ moves
            decrement = float(gradient @ step)
            if decrement < DECREMENT and not downhill:
                return Arrival(own.in_plain(_last_digits(own, theta, gradient, step, decrement)), True)
            scale = max(abs(value), objective.pooled.n_obs)
            hidden = decrement < HIDDEN * scale
            trials = [-step * 0.25**k for k in range(12)]
            if bend[0] < floor and decrement < NEAR:  # an optimum at infinity: the floor makes the steps too short
                trials = [-step * leap for leap in LEAPS] + trials
            if downhill:  # at a saddle the gradient may vanish: go both ways along the negative curvature
                trials = _ways(bend[0], axes[:, 0], ROUNDING * scale) + trials
            if downhill and hidden:  # as beside the bottom of a bent valley: to the bottom, then along it
                trials = [-axes @ np.where(bend > 0, moves, 0.0), *trials]
            for trial in trials:
                new_value, new_gradient = own(theta + trial)
                # A gain that rounding hides is seen in the gradient; by turns the two would lead back and forth.
                gain = value - new_value
                calmer = np.abs(new_gradient).max() < np.abs(gradient).max()
                if gain > ROUNDING * scale or (hidden and calmer and gain > -ROUNDING * scale):
                    break
            else:  # whatever the curvature promises, no step keeps more of it than rounding hides
                return Arrival(own.in_plain(theta), decrement < 1e-6)
            theta, value, gradient = theta + trial, new_value, new_gradient
    return Arrival(own.in_plain(theta), False)


def _ways(bend: float, axis: np.ndarray, least: float) -> list[np.ndarray]:
    """Steps both ways along a negative curvature, down to those that promise less than ``least``."""
    sizes = [0.3**k for k in range(30) if -bend * 0.3 ** (2 * k) / 2 > least]
    return [sign * size * axis for size in sizes for sign in (1.0, -1.0)]


def _last_digits(
    objective: Objective, theta: np.ndarray, gradient: np.ndarray, step: np.ndarray, decrement: float
) -> np.ndarray:
    """The last step, which is known already: -2 log L has nothing left to gain, theta some digits."""
    if decrement < SPENT:
        return theta
    _, new_gradient = objective(theta - step)
    return theta - step if np.abs(new_gradient).max() < np.abs(gradient).max() else theta
