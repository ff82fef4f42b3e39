"""Who a course is drawn for: the covariates of the fixed part that do not change within a subject."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any
from unicodedata import normalize

import numpy as np
import pandas as pd

from ..design.algebra import variables
from ..design.build import Design
from ..design.formula import read

__all__ = ["whom"]

STEPS = 32  # values of a number a course can be asked for, at most
TAKEN = {
    "G", "G11", "G12", "G22", "rho", "sigma2", "hold", "seed", "method", "data", "prediction", "address", "dials",
    "level", "number", "self", "fit", "view", "allow_not_psd",
}  # fmt: skip


def whom(design: Design) -> Mapping[str, dict[str, Any]]:
    """The first ``factor`` (name, levels) and the first ``number`` (name, low, high, step, value) among them.

    ``name`` is the column's, ``dial`` the name of the dial that moves it; a factor that is missing has no levels,
    a number that is missing no room between low and high.
    """
    factor: dict[str, Any] = {"name": "", "dial": "level", "levels": []}
    number: dict[str, Any] = {"name": "", "dial": "number", "low": 0.0, "high": 0.0, "step": 0.0, "value": 0.0}
    frame = design.frame
    used = variables(read(design.formula).fixed) - {design.response, design.time, design.group}
    for name in [str(column) for column in frame if str(column) in used]:
        column = frame[name]
        if pd.Series(column).groupby(design.codes).nunique().max() > 1:
            continue
        dial = name if _writable(name) else ""
        if isinstance(column.dtype, pd.CategoricalDtype):
            if not factor["name"]:
                levels = [str(level) for level in column.cat.categories if (column == level).any()]
                factor = {"name": name, "dial": dial or "level", "levels": levels if len(levels) > 1 else []}
        elif not number["name"] and column.nunique() > 2:
            number = {"name": name, "dial": dial or "number", **_range(column.to_numpy(dtype=float), design.codes)}
    return {"factor": factor, "number": number}


def _writable(name: str) -> bool:
    """Can the name stand before = in a call: spelt as Python keeps it, no word of its own or of the explorer's?"""
    plain = name.isidentifier() and normalize("NFKC", name) == name and not name.startswith("_")
    return plain and not iskeyword(name) and name not in TAKEN


def _range(x: np.ndarray, codes: np.ndarray) -> dict[str, float]:
    """The values a slider takes: every whole number where the data are whole, else round steps; the median first."""
    each = x[np.unique(codes, return_index=True)[1]]
    low, high = float(each.min()), float(each.max())
    whole = bool(np.equal(np.mod(each, 1), 0).all())
    step = max(1.0, float(np.ceil((high - low) / STEPS))) if whole else (high - low) / STEPS
    high = low + step * float(np.floor((high - low) / step + 1e-9))
    value = low + step * round((float(np.median(each)) - low) / step)
    return {"low": low, "high": high, "step": step, "value": value}
