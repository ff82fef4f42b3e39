"""Where a profile crosses a height: the ends of the likelihood's own interval.

Where R has parameters -2 log L may have several tops, and a path from the estimate may stay on the lower one.  So the
ends of the range are known before, and past each crossing the profile is looked for everywhere once more.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .profile import Profile
from .scales import Scale

STEPS = 40  # how many steps away from the estimate an end of a profile interval is looked for
CLOSE = 1e-5  # the precision of an end, as a share of its distance from the estimate
PAST = 0.03  # so far past a crossing, as a share of its distance from the estimate, it is looked for everywhere
INWARD = 3.0 ** np.arange(-16, 3)  # steps on the scale, from an estimate that rounds to its edge


class Crossing:
    """A profile's height above the estimate, root against root, on a ``scale`` where that is nearly straight."""

    def __init__(self, curve: Profile, scale: Scale, deviance: float, needed: float) -> None:
        self.curve, self.scale, self.deviance, self.needed = curve, scale, deviance, needed
        self.gap = lru_cache(maxsize=None)(self._gap)  # a root is looked for between values that must not change

    def _gap(self, place: float) -> float:
        return self._above(self.curve(float(self.scale.back(place))))

    def gap_anywhere(self, place: float) -> float:
        """The gap at a place, looked for from wherever a search would begin."""
        gap = self._above(self.curve.everywhere(float(self.scale.back(place))))
        self.gap.cache_clear()
        return gap

    def _above(self, value: float) -> float:
        return float(np.sqrt(min(max(value - self.deviance, 0.0), 1e4)) - np.sqrt(self.needed))

    def inside(self, centre: float) -> float | None:
        """The estimate's place, or, where that rounds to an edge that no value reaches, one just inside."""
        low, high = self.scale.edges
        nearer_low = not np.isfinite(high) or abs(centre - low) < abs(high - centre)
        for inward in (0.0, *(INWARD if nearer_low else -INWARD)):
            if low <= centre + inward <= high and self.gap(centre + inward) <= 0:
                return float(centre + inward)
        return None

    def end(self, centre: float, step: float, sign: float) -> float:
        """The end to one side; that of the range where the profile does not cross."""
        which = int(sign > 0)
        edge, said = self.scale.edges[which], self.scale.said[which]
        inner, length = centre, step
        for _ in range(STEPS):
            if sign * (edge - inner) <= 0:
                return said
            outer = inner + sign * length
            outer = edge if sign * (outer - edge) > 0 else outer
            if self.gap(outer) <= 0 or (self.curve.several and self.gap_anywhere(outer) <= 0):
                inner, length = outer, 1.6 * length
                continue
            if outer == edge and self.gap(edge - sign * CLOSE * abs(edge - centre)) <= 0:
                return said  # an open end, which values only draw near to
            limit = scipy.optimize.brentq(self.gap, inner, outer, xtol=CLOSE * abs(outer - centre))
            past = limit + sign * PAST * abs(limit - centre)
            if not self.curve.several or sign * (edge - past) <= 0 or self.gap_anywhere(past) > 0:
                return float(self.scale.back(limit))
            inner = past
        return said
