"""X_i beta-hat of the subjects drawn: exactly, row by row, and as a line in time where it is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...errors import LmmError
from ...fitting.estimates import Estimates
from ...prediction.values import predict
from ..people import drawn_subjects

__all__ = ["subjects"]

PLACES = 10  # digits behind the first of sigma: no number that a page prints asks for more


def subjects(fit: Estimates) -> dict[str, Any]:
    """``mu``, in the order of the people drawn, and ``line``: each subject's mean as intercept and slope, or None."""
    design = fit.design
    shown = drawn_subjects(design)
    mean = design.X @ np.asarray(fit.beta, dtype=float)
    rows = [subject.rows[np.argsort(subject.times, kind="stable")] for subject in shown]
    places = PLACES - int(np.floor(np.log10(np.sqrt(float(fit.sigma2)))))
    lines = _lines(fit, [int(own[0]) for own in rows])
    return {
        "mu": mean[np.concatenate(rows)].round(places).tolist(),
        "line": None if lines is None else lines.round(places + 2).tolist(),
    }


def _lines(fit: Estimates, first: list[int]) -> np.ndarray | None:
    """The mean at the ends of the study and in the middle: two numbers a subject if it is straight, else None."""
    design = fit.design
    if design.time is None or design.time not in design.frame:
        return None
    low, high = float(np.min(design.times)), float(np.max(design.times))
    places = np.array([low, (low + high) / 2, high])
    frame = pd.DataFrame(design.frame.iloc[np.repeat(first, 3)]).reset_index(drop=True)
    frame[design.time] = np.tile(places, len(first))
    try:
        mean = predict(design, fit.estimate, frame, "marginal").to_numpy().reshape(-1, 3)
    except LmmError:
        return None
    if high == low or not np.allclose(mean[:, 1], (mean[:, 0] + mean[:, 2]) / 2, rtol=1e-9):
        return None
    slope = (mean[:, 2] - mean[:, 0]) / (high - low)
    return np.column_stack([mean[:, 0] - slope * low, slope])
