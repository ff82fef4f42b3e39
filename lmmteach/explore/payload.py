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
from .people import covariates, drawn_subjects, people
from .whom import whom

__all__ = ["GRID", "joint_G", "payload", "payload_without_fit"]

GRID = 8  # times shown in a table at most
MIN_SEEN = 10  # an observed SD needs at least as many values
LESSON = "G moves V"


def joint_G(fit: Estimates) -> pd.DataFrame:
    """The fit's G as one (q x q) DataFrame, if an explorer can show it (one or two random effects)."""
    design = fit.design
    groups = {tuple(term.codes) for term in design.terms}
    q = len(design.random_names)
    if len(groups) != 1 or q not in (1, 2):
        raise ModelError(
            f"This explorer shows one or two random effects of one group; {design.formula!r} has {q} "
            f"in {len(groups)} grouping(s).",
            "Fit a model such as 'y ~ time + (1 + time | subject)' and explore that.",
        )
    if not fit.residual.plain:
        raise ModelError(
            f"This explorer has R = sigma2 I; the fit has the residuals {fit.residual.call}.",
            "Fit the model with residual='independent' to explore it.",
        )
    parts = list(fit.G.values()) if isinstance(fit.G, dict) else [fit.G]
    G = np.zeros((q, q))
    at = 0
    for part in parts:
        G[at : at + len(part), at : at + len(part)] = np.asarray(part, dtype=float)
        at += len(part)
    # Symmetric to the last digit, so that a state can be told from the fit's own.
    return pd.DataFrame((G + G.T) / 2, index=design.random_names, columns=design.random_names)


def payload(fit: Estimates, view: View) -> dict[str, Any]:
    """Everything about ``fit`` an explorer's page needs, as JSON-able Python."""
    G, design = joint_G(fit), fit.design
    shown = drawn_subjects(design)
    grid = _grid(design)
    mean = design.X @ np.asarray(fit.beta, dtype=float)
    curve = _curve(design, np.asarray(grid["t"]))
    curve["mean"] = _mean_along(design, mean, np.asarray(curve["t"]))
    Z = np.asarray(curve["Z"])
    sd = np.sqrt(np.maximum(np.einsum("ia,ab,ib->i", Z, G, Z) + fit.sigma2, 0))
    persons = people(shown, mean, float(fit.sigma2))
    columns = covariates(design, shown)
    # The axis holds the data and the fit's band, and then stays: what moves is the parameter's doing.
    persons["range"]["y"] = _both_ends(np.r_[persons["y"], curve["mean"] - 2 * sd, curve["mean"] + 2 * sd], 0.04)
    return {
        "labels": _labels(design, len(shown)),
        "grid": grid,
        "curve": curve,
        "empirical": _observed_sd(design, mean),
        "likelihood": cross_products(design),
        "people": persons | {"columns": columns},
        "facts": _facts(design, shown, columns) | {"room": _room(design, float(fit.sigma2))},
        "extra": needed(fit, [panel.panel for panel in view.panels]),
        "fit": {"G": G.to_numpy().tolist(), "sigma2": float(fit.sigma2)},
        "ranges": _ranges(design, G.to_numpy(), float(fit.sigma2)),
    }


def _distinct(design: Design) -> tuple[np.ndarray, np.ndarray] | None:
    """The distinct times and Z at each, if Z depends on time alone; else None."""
    times, first, place = np.unique(design.times, return_index=True, return_inverse=True)
    Z = design.Z[first]
    return (times, Z) if np.array_equal(Z[place], design.Z) else None


def _grid(design: Design) -> dict[str, Any]:
    """The rows of Z that V is shown for: the distinct times, or the longest subject's rows."""
    known = _distinct(design)
    if known is None:
        (longest,) = design.by_subject([int(np.argmax(design.n_rows))])
        order = np.argsort(longest.times, kind="stable")
        times, Z = np.asarray(longest.times, dtype=float)[order], longest.Z[order]
    else:
        times, Z = known
    if len(times) > GRID + 2:
        keep = np.unique(np.linspace(0, len(times) - 1, GRID).round().astype(int))
        times, Z = times[keep], Z[keep]
    names = [_number(t) for t in times]
    return {"t": times.tolist(), "Z": Z.tolist(), "label": names}


def _curve(design: Design, shown: np.ndarray) -> dict[str, Any]:
    """Z along time for the SD curve: exact wherever Z = A + B t, else at the distinct times alone."""
    known = _distinct(design)
    times, Z = known if known is not None else (shown, None)
    out: dict[str, Any] = {"affine": None, "plainTime": False, "constant": False, "ticks": 12}
    if Z is not None and len(times) > 1:
        line = np.column_stack([np.ones_like(times), times])
        coef = np.linalg.lstsq(line, Z, rcond=None)[0]
        coef[np.abs(coef) < 1e-12 * np.abs(coef).max()] = 0.0
        if np.allclose(line @ coef, Z, rtol=1e-10, atol=1e-10 * np.abs(Z).max()):
            t = np.linspace(times.min(), times.max(), 81)
            A, B = np.round(coef[0], 12), np.round(coef[1], 12)
            out["affine"] = {"A": A.tolist(), "B": B.tolist()}
            out["plainTime"] = bool(np.array_equal(A, [1, 0]) and np.array_equal(B, [0, 1]))
            out["constant"] = bool(not B.any())
            return out | {"t": t.tolist(), "Z": (A + t[:, None] * B).tolist()}
    if Z is None:
        grid = _grid(design)
        return out | {"t": grid["t"], "Z": grid["Z"]}
    return out | {"t": times.tolist(), "Z": Z.tolist()}


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


def _room(design: Design, sigma2: float) -> float:
    """How far the last variance in G may fall below 0 before some V_i can lose a positive eigenvalue."""
    (furthest,) = design.by_subject([int(np.argmax(np.bincount(design.codes, design.Z[:, -1] ** 2)))])
    return sigma2 / max(float(furthest.Z[:, -1] @ furthest.Z[:, -1]), 1e-300)


def _ranges(design: Design, G: np.ndarray, sigma2: float) -> dict[str, float]:
    """Sliders reach twice the fit's SDs (slopes: three times); one estimated near 0 is scaled by sigma2."""
    size = np.mean(design.Z**2, axis=0)
    floor = 0.1 * sigma2 / np.where(size > 0, size, 1.0)
    variances = np.maximum(np.diag(G), floor)
    out = {"G11": 4 * variances[0], "sigma2": 4 * sigma2}
    if len(G) > 1:
        out |= {"G22": 9 * variances[1], "G12": float(np.sqrt(variances[0] * variances[1]))}
    return {name: float(value) for name, value in out.items()}


def _labels(design: Design, drawn: int) -> dict[str, Any]:
    response, time = str(design.response), design.time
    unit, time_unit = design.units.get(response, ""), design.units.get(str(time), "") if time else ""
    title = str(getattr(design, "title", None) or response)
    source = {"real": "real data", "standin": "not the real data"}.get(design.source or "", "")  # the title says what
    names = design.random_names
    what = {"G11": _variance_of(names[0], time), "sigma2": "residual variance"}
    square = f"({unit})²" if unit else ""
    per = f"/{time_unit.rstrip('s')}" if time_unit else ""
    units = {"G11": square, "sigma2": square, "rho": ""}
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
