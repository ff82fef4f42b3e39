"""Fits to ask, made when they are first wanted."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import lmmteach

SLEEP = lmmteach.load_sleepstudy()
SLOPE = "reaction ~ days + (1 + days | subject)"
INTERCEPT = "reaction ~ days + (1 | subject)"
G0 = [[500.0, 0.0], [0.0, 30.0]]
GROUPED = {"groups": "subject", "time": "days"}
ARMS = SLEEP.assign(
    arm=np.where(SLEEP.subject.astype(int) % 2, "a", "b"),
    site=np.where(SLEEP.subject.astype(int) % 3, "x", "y"),
    visit=[f"v{day}" for day in SLEEP.days],
    early=np.where(SLEEP.days < 5, "early", "late"),
    age=SLEEP.subject.astype(int) % 30 + 20.0,
)
#: no signal and few rows: the variance of the slope is estimated as 0
FLAT = pd.DataFrame({"id": np.repeat(range(8), 3), "t": [0.0, 1.0, 2.0] * 8}).assign(
    y=np.random.default_rng(9).normal(size=24)
)
CROSSED = pd.DataFrame({"a": np.repeat(range(6), 4), "b": list(range(4)) * 6, "t": [0.0, 1.0] * 12}).assign(
    y=np.random.default_rng(1).normal(size=24)
)


@cache
def fitted(formula: str = SLOPE, method: str = "REML", residual: str = "independent", **options: Any) -> lmmteach.Fit:
    """A fit of the sleep study and its made-up arms."""
    return lmmteach.lmm(formula, ARMS, method, residual=residual, **options)
