"""The subjects an explorer draws: when each was seen, y and X beta-hat, and the columns that describe them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..design.build import Design, Subject
from ..design.labels import spell
from .residual import Residual

__all__ = ["DRAWN", "covariates", "drawn_subjects", "people"]

DRAWN = 300  # subjects drawn at most; the likelihood always uses all
LEVELS = 5  # colours that can be told apart in lines


def drawn_subjects(design: Design) -> list[Any]:
    """All subjects, or as many as a picture can hold, evenly spread over them."""
    count = design.n_subjects
    return list(design.by_subject(np.linspace(0, count - 1, min(count, DRAWN)).round().astype(int)))


def people(
    subjects: list[Subject], mean: np.ndarray, sigma2: float, residual: Residual | None = None
) -> dict[str, Any]:
    """Which visits each subject had, y and X beta-hat row after row, and the times' range."""
    visits: dict[bytes, int] = {}
    kinds: list[dict[str, Any]] = []
    visit_of, rows, readings = [], [], []
    for subject in subjects:
        order = np.argsort(subject.times, kind="stable")
        t, Z = np.asarray(subject.times, dtype=float)[order], subject.Z[order]
        marks = {} if residual is None else residual.marks(residual.occasions_at(subject.rows[order]), own=True)
        key = np.column_stack([t, Z, *marks.values()]).tobytes()
        if key not in visits:
            visits[key] = len(kinds)
            kinds.append({"t": t.tolist(), "Z": Z.tolist()} | marks)
        visit_of.append(visits[key])
        rows.append(subject.rows[order])
        readings.append(subject.y[order])
    decimals = int(np.ceil(4 - np.log10(np.sqrt(sigma2))))  # of a picture: a ten-thousandth of sigma is enough
    times = np.concatenate([kind["t"] for kind in kinds])
    return {
        "visits": kinds, "visitOf": visit_of, "y": np.concatenate(readings).tolist(),
        "mu": np.round(mean[np.concatenate(rows)], decimals).tolist(),
        "label": [str(subject.label) for subject in subjects],
        "range": {"t": [float(times.min()), float(times.max())]},
    }  # fmt: skip


def covariates(design: Design, subjects: list[Subject]) -> list[dict[str, Any]]:
    """The columns that do not change within a subject: their levels, or thirds of a number, and who has which."""
    frame = design.frame
    first = [int(subject.rows[0]) for subject in subjects]
    out = []
    for name in frame.columns:
        column = frame[name]
        if name in (design.response, design.time, design.group) or column.groupby(design.codes).nunique().max() > 1:
            continue
        values = column.iloc[first]
        measured = pd.api.types.is_numeric_dtype(values) and values.nunique() > LEVELS
        found = _thirds(values) if measured else _levels(values)
        if found is not None:
            out.append({"name": str(name), "unit": design.units.get(str(name), ""), **found})
    return out


def _levels(values: Any) -> dict[str, Any] | None:
    spelled = spell(values)
    levels = sorted(set(spelled))
    if not 2 <= len(levels) <= LEVELS:
        return None
    return {"levels": levels, "of": [levels.index(one) for one in spelled]}


def _thirds(values: Any) -> dict[str, Any] | None:
    low, high = np.quantile(values, [1 / 3, 2 / 3])
    if not values.min() < low < high < values.max():
        return None
    cut = np.digitize(values, [low, high], right=True)
    names = [f"up to {low:.4g}", f"{low:.4g} to {high:.4g}", f"above {high:.4g}"]
    return {"levels": names, "of": cut.tolist()}
