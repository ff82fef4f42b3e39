"""The stretch of time the layers are drawn over."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["stretch"]


def stretch(fit: Any) -> dict[str, float]:
    """First and last time of the data."""
    times = np.asarray(fit.design.times, dtype=float)
    return {"start": float(times.min()), "end": float(times.max())}
