"""The ways down that are known: a search that comes upon one of them need not go it again.

From several starts most searches enter the same valley and end at the same place; where R has parameters it is long
and bent, and each would walk all of it.  Near the end a search joins a way that was walked before where the straight
line to a place on it leads down.
"""

from __future__ import annotations

import numpy as np

from .objective import Objective

NEAR_THE_END = 1.0  # units of -2 log L: farther up a valley may part in two
CLOSE = 0.5  # of theta, beside max(1, |theta|): a way farther off may be another's
LOOKS = (1 / 3, 2 / 3)  # of the line to the known way, where it is seen to lead down


class Descents:
    """Places that certified searches went down through near their ends, and -2 log L there and at the end."""

    def __init__(self) -> None:
        self.places: list[np.ndarray] = []
        self.values: list[float] = []
        self.ends: list[float] = []

    def add(self, objective: Objective, path: list[tuple[np.ndarray, float]]) -> None:
        """Remember a search by its path: each place that was the lowest until then."""
        lowest, end = np.inf, min(value for _, value in path)
        for theta, value in path:
            if value < lowest:
                lowest = value
                if value < end + NEAR_THE_END:
                    self.places.append(objective.plain.upright(theta))
                    self.values.append(value)
                    self.ends.append(end)

    def lead_on(self, objective: Objective, theta: np.ndarray, value: float) -> bool:
        """Whether from theta, where -2 log L is `value`, a known way leads on down."""
        if not self.places:
            return False
        fits = (np.array(self.values) < value) & (value < np.array(self.ends) + NEAR_THE_END)
        here = objective.plain.upright(objective.in_plain(theta))
        off = np.abs((np.array(self.places) - here) / np.maximum(1.0, np.abs(here))).max(axis=1)
        nearest = int(np.argmin(np.where(fits, off, np.inf)))
        if not fits[nearest] or off[nearest] > CLOSE:
            return False
        above = value
        for share in LOOKS:
            at, _ = objective.plain.evaluate(here + share * (self.places[nearest] - here))
            if at is None or not self.values[nearest] < at.deviance < above:
                return False
            above = at.deviance
        return True
