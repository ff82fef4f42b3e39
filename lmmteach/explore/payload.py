"""A Fit -> the JSON an explorer carries: labels, times, cross-products, subjects, the fit itself.

Everything the browser needs and nothing else; text from data stays text.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..design.build import Design, Subject
from ..errors import ModelError
from ..fitting.estimates import Estimates
from .crossproducts import cross_products
from .gallery.views import View
from .needs import needed
from .needs.beta import complete_subjects
from .patterns import pattern_products
from .people import covariates, drawn_subjects, people
from .residual import Residual, residual_of
from .sliders import with_residual
from .whom import whom

__all__ = ["GRID", "joint_G", "payload", "payload_without_fit", "table_rows"]

GRID = 8  # times shown in a table at most
MIN_SEEN = 10  # an observed SD needs at least as many values
LESSON = "G moves V"


def joint_G(fit: Estimates) -> pd.DataFrame:
    """The fit's G as one (q x q) DataFrame, if an explorer can show it (one or two random effects, or none)."""
    design = fit.design
    groups = {tuple(term.codes) for term in design.terms}
    q = len(design.random_names)
    if q and (len(groups) != 1 or q > 2):
        raise ModelError(
            f"This explorer shows one or two random effects of one group; {design.formula!r} has {q} "
            f"in {len(groups)} grouping(s).",
            "Fit a model such as 'y ~ time + (1 + time | subject)' and explore that.",
        )
    parts = list(fit.G.values()) if isinstance(fit.G, dict) else [fit.G]
    G = np.zeros((q, q))
    at = 0
    for part in parts if q else []:
        G[at : at + len(part), at : at + len(part)] = np.asarray(part, dtype=float)
        at += len(part)
    # Symmetric to the last digit, so that a state can be told from the fit's own.
    return pd.DataFrame((G + G.T) / 2, index=design.random_names, columns=design.random_names)


def payload(fit: Estimates, view: View) -> dict[str, Any]:
    """Everything about ``fit`` an explorer's page needs, as JSON-able Python."""
    G, design, residual = joint_G(fit), fit.design, residual_of(fit, view.any_R)
    shown = drawn_subjects(design)
    at = table_rows(design, residual)
    grid = _grid(design, at)
    mean = design.X @ np.asarray(fit.beta, dtype=float)
    curve = _curve(design, residual)
    curve["mean"] = _mean_along(design, mean, np.asarray(curve["t"]))
    Z = np.asarray(curve["Z"])
    left = fit.sigma2 if residual is None else residual.variances(curve.get("s"))
    sd = np.sqrt(np.maximum(np.einsum("ia,ab,ib->i", Z, G, Z) + left, 0))
    persons = people(shown, mean, float(fit.sigma2), residual)
    columns = covariates(design, shown)
    # The axis holds the data and the fit's band, and then stays: what moves is the parameter's doing.
    persons["range"]["y"] = _both_ends(np.r_[persons["y"], curve["mean"] - 2 * sd, curve["mean"] + 2 * sd], 0.04)
    data = {
        "labels": _labels(design, len(shown)),
        "grid": grid,
        "curve": curve,
        "empirical": _observed_sd(design, mean),
        "likelihood": cross_products(design) if residual is None else pattern_products(design, residual),
        "people": persons | {"columns": columns},
        "facts": _facts(design, shown, columns) | {"room": _room(design, fit, residual)},
        "extra": needed(fit, [panel.panel for panel in view.panels]),
        "fit": {"G": G.to_numpy().tolist(), "sigma2": float(fit.sigma2)},
        "ranges": _ranges(design, G.to_numpy(), float(fit.sigma2)),
    }
    return data if residual is None else with_residual(data, residual, at)


def grid_rows(design: Design, residual: Residual | None = None) -> tuple[np.ndarray, bool]:
    """Rows of the data that stand for the times V is shown for, and whether time alone says what V is there.

    They are one for each distinct time, or else those of the subject with the most rows.
    """
    _, first, place = np.unique(design.times, return_index=True, return_inverse=True)
    marks = design.Z if residual is None else np.hstack([design.Z, residual.known_by_time()])
    known = np.array_equal(marks[first][place], marks)
    if not known:
        (longest,) = design.by_subject([int(np.argmax(design.n_rows))])
        first = longest.rows[np.argsort(longest.times, kind="stable")]
    return first, bool(known)


def table_rows(design: Design, residual: Residual | None = None) -> np.ndarray:
    """Those of them that a table has room for."""
    rows, _ = grid_rows(design, residual)
    if len(rows) <= GRID + 2:
        return rows
    return rows[np.unique(np.linspace(0, len(rows) - 1, GRID).round().astype(int))]


def _grid(design: Design, rows: np.ndarray) -> dict[str, Any]:
    """The rows of Z that V is shown for."""
    times = np.asarray(design.times, dtype=float)[rows]
    return {"t": times.tolist(), "Z": design.Z[rows].tolist(), "label": [_number(t) for t in times]}


def _curve(design: Design, residual: Residual | None) -> dict[str, Any]:
    """Z along time for the SD curve: exact wherever Z = A + B t, else at the distinct times alone."""
    rows, known = grid_rows(design, residual)
    out: dict[str, Any] = {"affine": None, "plainTime": False, "constant": False, "ticks": 12}
    rows = rows if known else table_rows(design, residual)
    times, Z = np.asarray(design.times, dtype=float)[rows], design.Z[rows]
    if known and len(times) > 1:
        line = np.column_stack([np.ones_like(times), times])
        coef = np.linalg.lstsq(line, Z, rcond=None)[0] if Z.size else np.zeros((2, 0))
        coef[np.abs(coef) < 1e-12 * np.abs(coef).max(initial=0)] = 0.0
        if np.allclose(line @ coef, Z, rtol=1e-10, atol=1e-10 * np.abs(Z).max(initial=0)):
            t = np.linspace(times.min(), times.max(), 81)
            A, B = np.round(coef[0], 12), np.round(coef[1], 12)
            out["affine"] = {"A": A.tolist(), "B": B.tolist()}
            out["plainTime"] = bool(np.array_equal(A, [1, 0]) and np.array_equal(B, [0, 1]))
            out["constant"] = bool(not B.any())
            if residual is None or not residual.varies:
                return out | {"t": t.tolist(), "Z": (A + t[:, None] * B).tolist()}
    # Between two visits nobody knows a variance that is each visit's own.
    levels = {"s": residual.occasions.strata[rows].tolist()} if residual is not None and residual.varies else {}
    return out | {"t": times.tolist(), "Z": Z.tolist()} | levels


def _mean_along(design: Design, mean: np.ndarray, t: np.ndarray) -> list[float]:
    """X beta-hat averaged over the people who were seen at each time, joined by lines."""
    times, place = np.unique(design.times, return_inverse=True)
    average = np.bincount(place, mean) / np.bincount(place)
    return [float(m) for m in np.interp(t, times, average)]


def _observed_sd(design: Design, mean: np.ndarray) -> list[dict[str, float]]:
    """The SD of y - X beta-hat among the people seen at each time."""
    left = pd.Series(design.y - mean).groupby(np.asarray(design.times, dtype=float)).agg(["count", "std"])
    kept = left[left["count"] >= MIN_SEEN]
    pairs = zip(kept.index, kept["std"], strict=True)
    return [{"t": float(t), "sd": float(sd)} for t, sd in pairs] if len(kept) <= 40 else []


def payload_without_fit(view: View) -> dict[str, Any]:
    """What an explorer of no fit carries: its words, and what its panels ask for."""
    labels = {
        "title": f"Explorer: {view.title}", "source": "", "response": "y", "unit": "", "time": "", "timeShort": "",
        "what": {}, "unitOf": {},
    }  # fmt: skip
    return {"labels": labels, "facts": {}, "fit": None, "extra": needed(None, [panel.panel for panel in view.panels])}


def _facts(design: Design, shown: list[Subject], columns: list[dict[str, Any]]) -> dict[str, Any]:
    """What a view's functions may know beside G and sigma2."""
    times = np.unique(np.asarray(design.times, dtype=float))
    step = float(np.diff(times).min()) if len(times) > 1 else 1.0
    return {
        "first": float(times[0]), "last": float(times[-1]), "step": step, "times": times.tolist(),
        "subjects": [str(subject.label) for subject in shown], "columns": [column["name"] for column in columns],
        "groups": [f"{column['name']}: {level}" for column in columns for level in column["levels"]],
        "time_unit": design.units.get(str(design.time), "") if design.time else "",
        "whom": {**whom(design), "units": dict(design.units)}, "complete": complete_subjects(design) is not None,
    }  # fmt: skip


def _both_ends(x: np.ndarray, share: float = 0.0) -> list[float]:
    margin = share * (x.max() - x.min() or 1.0)
    return [float(x.min() - margin), float(x.max() + margin)]


def _room(design: Design, fit: Estimates, residual: Residual | None) -> float:
    """How far the last variance in G may fall below 0 before some V_i can lose a positive eigenvalue."""
    if not design.terms:
        return 0.0
    (furthest,) = design.by_subject([int(np.argmax(np.bincount(design.codes, design.Z[:, -1] ** 2)))])
    least = float(fit.sigma2) if residual is None else residual.least(furthest.rows)
    return least / max(float(furthest.Z[:, -1] @ furthest.Z[:, -1]), 1e-300)


def _ranges(design: Design, G: np.ndarray, sigma2: float) -> dict[str, float]:
    """Sliders reach twice the fit's SDs (slopes: three times); one estimated near 0 is scaled by sigma2."""
    size = np.mean(design.Z**2, axis=0)
    floor = 0.1 * sigma2 / np.where(size > 0, size, 1.0)
    variances = np.maximum(np.diag(G), floor)
    out = {"sigma2": 4 * sigma2}
    if len(G):
        out["G11"] = 4 * variances[0]
    if len(G) > 1:
        out |= {"G22": 9 * variances[1], "G12": float(np.sqrt(variances[0] * variances[1]))}
    return {name: float(value) for name, value in out.items()}


def _labels(design: Design, drawn: int) -> dict[str, Any]:
    response, time = str(design.response), design.time
    unit, time_unit = design.units.get(response, ""), design.units.get(str(time), "") if time else ""
    title = str(getattr(design, "title", None) or response)
    source = {"real": "real data", "standin": "not the real data"}.get(design.source or "", "")  # the title says what
    names = design.random_names
    what = {"sigma2": "residual variance"}
    square = f"({unit})²" if unit else ""
    per = f"/{time_unit.rstrip('s')}" if time_unit else ""
    units = {"sigma2": square, "rho": ""}
    if names:
        what["G11"], units["G11"] = _variance_of(names[0], time), square
    if len(names) > 1:
        what |= {"G22": _variance_of(names[1], time), "G12": "their covariance", "rho": "their correlation"}
        units |= {"G22": f"({unit}{per})²" if unit else "", "G12": f"({unit})²{per}" if unit else ""}
    counts = f"{design.n_subjects} subjects, {design.n_obs} measurements"
    said = time_unit.rstrip("s") in ("", str(time).rstrip("s"))  # "year (years)" says it twice
    axis = str(time or "visit") if said else f"{time} ({time_unit})"
    first, last = float(np.min(design.times)), float(np.max(design.times))
    return {
        "response": response, "unit": unit, "time": axis, "timeShort": str(time or "visit"),
        "title": f"Explorer: {title}",
        "source": "; ".join(filter(None, (title + (f" ({unit})" if unit else ""), source, counts))),
        "what": what, "unitOf": units, "formula": str(design.formula),
        "first": f"{time or 'visit'} {_number(first)}", "last": f"{time or 'visit'} {_number(last)}",
        "observed": f"{drawn} subjects" if drawn < design.n_subjects else f"all {drawn} subjects",
        "simulated": "at the same times",
    }  # fmt: skip


def _variance_of(name: str, time: str | None) -> str:
    known = {"(Intercept)": "variance of intercepts", time: "variance of slopes"}
    return known.get(name, f"variance of {name}")


def _number(t: float) -> str:
    return f"{t:.6g}"
