"""Read ``means.json``: what emmeans, lmerTest and pbkrtest say of fourteen models, and how far ours is from it."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import lmmteach

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "means.json").read_text(encoding="utf-8"))
MODELS = RECORDED["models"]
DF = ("satterthwaite", "kenward-roger")
#: Where lmerTest's numerical Hessian, at a G of lower rank with days^2 in it, is off in the third digit; ours is held
#: to a dense likelihood there.
OFF = ("sleep_singular", "satterthwaite")
BOTH = [(name, df) for name in MODELS for df in DF if (name, df) != OFF]
ASKED = [(name, number, df) for name, df in BOTH for number in range(len(MODELS[name]["asked"]))]


@cache
def fitted(name: str) -> lmmteach.Fit:
    """Our fit of a recorded model."""
    one = MODELS[name]
    data = pd.read_csv(HERE / "data" / f"{one['csv']}.csv")
    if one["rows"]:
        data = data[(np.arange(1, len(data) + 1) * 7) % len(data) < one["rows"]]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'machineB:shiftnight' is 0 in every row")
        return lmmteach.lmm(one["formula"], data)


def means_of(name: str, number: int, df: str) -> pd.DataFrame:
    """Our answer to a recorded question about means."""
    asked = MODELS[name]["asked"][number]
    how = {key: asked[key] for key in ("at", "weights", "contrasts", "adjust")}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The data do not determine")
        return fitted(name).marginal_means(asked["specs"], df=df, **how)


def gaps(ours: pd.DataFrame, theirs: dict[str, Any]) -> dict[str, float]:
    """How far each column is from R's: estimates and limits in standard errors, the rest as a share of itself.

    Both must leave out the same rows.
    """
    found = {}
    for column, values in theirs.items():
        if column not in ours or values is None:
            continue
        read = [np.nan if value in (None, "NA") else value for value in np.atleast_1d(values)]
        expected, own = np.array(read, dtype=float), ours[column].to_numpy(dtype=float)
        if own.shape != expected.shape or (np.isnan(own) != np.isnan(expected)).any():
            return {column: np.inf}
        unit = np.abs(expected)
        if column in ("Estimate", "lower", "upper"):
            unit = ours["Std. Error"].to_numpy()
        if column == "p value":  # a tail, where a small change of t is a larger one of p; R's ptukey has nine digits
            unit = 1e-5 + expected * (1 - np.log(np.maximum(expected, 1e-300)))
        found[column] = float(np.nanmax(np.abs(own - expected) / unit, initial=0.0))
    return found
