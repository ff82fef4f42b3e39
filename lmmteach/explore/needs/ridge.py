"""The two-visit ridge: the likelihood of each subject's readings at two times alone, and at three."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...design.build import Design, build
from ...errors import LmmError
from ...fitting.estimates import Estimates
from ..crossproducts import cross_products

__all__ = ["ridge"]


def ridge(fit: Estimates) -> dict[str, Any] | None:
    """Times (first, last) and (first, middle, last) with their cross-products; None where it needs more."""
    design = fit.design
    times = np.unique(np.asarray(design.times, dtype=float))
    if len(times) < 3 or design.time is None:
        return None
    middle = times[np.argmin(np.abs(times - (times[0] + times[-1]) / 2))]
    two, three = [times[0], times[-1]], [times[0], middle, times[-1]]
    try:
        parts = [_restricted(design, chosen) for chosen in (two, three)]
    except LmmError:  # no readings enough at those times, or a transform that needs more of them
        return None
    return {"times": [[float(t) for t in chosen] for chosen in (two, three)], "likelihood": parts}


def _restricted(design: Design, times: list[float]) -> dict[str, Any]:
    rows = design.frame[np.isin(np.asarray(design.times, dtype=float), times)].copy()
    return cross_products(build(design.formula, rows, time=design.time))
