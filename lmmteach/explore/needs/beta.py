"""What generalised least squares needs in the browser, for all subjects and for those with every visit.

With X = Q R_x and the cross-products of [Q, y - X beta_ols],

    beta = beta_ols + R_x^-1 A_qq^-1 A_qy,   Cov(beta) = R_x^-1 A_qq^-1 R_x'^-1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...design.build import Design, build
from ...design.matrices import again
from ...errors import LmmError
from ...fitting.estimates import Estimates
from ...likelihood.pooling import pool
from ..crossproducts import cross_products
from ..whom import whom
from ..wording import said_names

__all__ = ["answer", "beta", "complete_subjects"]

MOMENTS = 11  # times a course is drawn through


def beta(fit: Estimates) -> dict[str, Any]:
    """Coefficients' names, as the formula and as a reader has them; the parts of the formula above.

    The parts are for "all" subjects and, where some but not all are seen at every visit, for the "complete" ones.
    """
    design = fit.design
    parts = {"all": _part(design)}  # its cross-products are the explorer's own
    kept = complete_subjects(design)
    if kept is not None:
        smaller = _restricted(design, kept)
        if smaller is not None:
            parts["complete"] = _part(smaller) | {"likelihood": cross_products(smaller)}
    return {"names": list(design.fixed_names), "said": said_names(design), "parts": parts}


def complete_subjects(design: Design) -> np.ndarray | None:
    """The codes of the subjects seen at every time, if that is some but not all, and enough for the model."""
    visits, place = np.unique(design.times, return_inverse=True)
    seen = np.unique(design.codes * len(visits) + place) // len(visits)  # the subject of every time it was seen at
    full = (design.n_rows == len(visits)) & (np.bincount(seen) == len(visits))
    return np.flatnonzero(full) if design.X.shape[1] + 2 < full.sum() < len(full) else None


def _restricted(design: Design, kept: np.ndarray) -> Any:
    """The same model of those subjects alone; None where it loses a column of X."""
    rows = np.isin(design.codes, kept)
    try:
        smaller = build(design.formula, design.frame[rows], None, design.time)
    except LmmError:
        return None
    return smaller if smaller.fixed_names == design.fixed_names else None


def _part(design: Design) -> dict[str, Any]:
    pooled = pool(design)
    rss = float(((design.y - design.X @ pooled.beta_ols) ** 2).sum())
    return {
        "Rx": pooled.R_x.tolist(), "ols": pooled.beta_ols.tolist(),
        "s2": rss / (design.n_obs - pooled.p), "subjects": design.n_subjects, "rows": design.n_obs,
    }  # fmt: skip


def answer(fit: Estimates) -> dict[str, Any]:
    """X along time for every level of the factor and every value of the number, and Z along time.

    ``X`` is indexed [level][value][time][coefficient]; other columns of the fixed part stand at their
    commonest level or their median.
    """
    design = fit.design
    who = whom(design)
    factor, number = who["factor"], who["number"]
    levels = factor["levels"] or [None]
    count = round((number["high"] - number["low"]) / number["step"]) + 1 if number["step"] else 1
    values = number["low"] + number["step"] * np.arange(count) if number["step"] else [None]
    times = np.linspace(float(np.min(design.times)), float(np.max(design.times)), MOMENTS)
    frame = pd.DataFrame({name: _typical(design.frame[name]) for name in design.frame})
    if design.time in frame:
        frame[design.time] = times
    X = []
    for level in levels:
        if level is not None:
            kind = design.frame[factor["name"]].dtype
            code = [str(one) for one in kind.categories].index(level)
            frame[factor["name"]] = pd.Categorical.from_codes([code] * MOMENTS, dtype=kind)
        X.append([_rows(design, frame, number["name"], value) for value in values])
    Z = np.hstack([again(term.spec, frame) for term in design.terms])
    return {"who": who, "t": times.tolist(), "X": X, "Z": Z.tolist()}


def _typical(column: pd.Series) -> Any:
    """The commonest level, or the median, as often as a course has moments."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical([column.mode()[0]] * MOMENTS, dtype=column.dtype)
    return np.full(MOMENTS, column.median())


def _rows(design: Design, frame: Any, name: str, value: float | None) -> list[list[float]]:
    return again(design.spec, frame if value is None else frame.assign(**{name: value}))[:, design.kept].tolist()
