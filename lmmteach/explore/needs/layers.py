"""The stretch of time the layers are drawn over."""

from __future__ import annotations

import numpy as np

from ...fitting.estimates import Estimates

__all__ = ["stretch"]


def stretch(fit: Estimates) -> dict[str, float]:
    """First and last time of the data."""
    times = np.asarray(fit.design.times, dtype=float)
    return {"start": float(times.min()), "end": float(times.max())}
