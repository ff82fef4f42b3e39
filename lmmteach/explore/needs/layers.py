"""The stretch of time the layers are drawn over: the fit's own, or ten units where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["stretch"]


def stretch(fit: Any) -> dict[str, float]:
    """First and last time."""
    if fit is None:
        return {"start": 0.0, "end": 10.0}
    times = np.asarray(fit.design.times, dtype=float)
    return {"start": float(times.min()), "end": float(times.max())}
