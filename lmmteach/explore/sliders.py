"""R's parameters as an explorer declares them: sliders beside sigma2, with symbols, words and how far each goes."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import chi2

from ..fitting.estimates import Estimates
from .residual import CHOSEN, Part, Residual

__all__ = ["joined", "made_with", "with_residual"]

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def declared(residual: Residual) -> list[dict[str, Any]]:
    """The parameters but sigma2, as a view declares dials; and the level that V is shown for, if that is open."""
    unit = str(residual.design.units.get(residual.design.response, ""))
    most = total(residual)
    out: list[dict[str, Any]] = []
    for place, part in enumerate(residual.parts):
        for k, name in enumerate(part.variances):
            if name == "sigma2":
                continue
            nth = str(place + 1) if len(residual.parts) > 1 and place < len(residual.parts) - 1 else ""
            level = str(k + (part.structure.by != "visit")) if len(part.variances) > 1 else ""
            out.append(
                {
                    "symbol": f"σ{nth}".translate(SUBSCRIPTS) + "²" + level.translate(SUBSCRIPTS),
                    "what": said(residual, part, k), "low": 0.0, "high": reach(residual, part, most),
                    "unit": f"({unit})²" if unit else "", "colour": "fluct" if nth else "sigma2",
                    "residual": "variance", "name": name,
                }
            )  # fmt: skip
        if part.correlation:
            out.append(_correlation_dial(residual, part))
    dials = [
        {"kind": "slider", "step": 0.0, "place": "console", **one, "value": residual.values[one["name"]]} for one in out
    ]
    if not residual.by_time:
        options = [[label, label] for label in residual.labels]
        dials.append(
            {"kind": "pick", "name": CHOSEN, "what": f"V of {_by(residual)}", "options": options,
             "value": residual.labels[0], "place": "console"}
        )  # fmt: skip
    return dials


def _by(residual: Residual) -> str:
    return next(part.by for part in residual.own.parts if part.by) or ""


def _correlation_dial(residual: Residual, part: Part) -> dict[str, Any]:
    time = residual.design.units.get(str(residual.design.time), "") if residual.design.time else ""
    unit = time.rstrip("s")
    one = {"colour": "fluct", "residual": "correlation", "name": part.correlation, "unit": ""}
    nth = str(1 + residual.parts.index(part)).translate(SUBSCRIPTS) if "_" in part.correlation else ""
    if part.correlation.startswith("range"):
        high = max(4 * residual.values[part.correlation], 2 * residual.occasions.furthest)
        what = "time until the correlation is 1/e"
        return {**one, "symbol": f"r{nth}", "what": what, "low": 0.0, "high": high, "unit": time}
    low, high = part.structure.rho_range(residual.occasions)
    visit = "visit" if part.structure.clock == "visit" else unit or "unit of time"
    what = f"correlation in R, {'any two rows' if part.kind == 'cs' else f'one {visit} apart'}"
    return {**one, "symbol": f"φ{nth}", "what": what, "low": float(low), "high": float(high)}


def total(residual: Residual) -> float:
    """The fit's residual variance, at the level where it is largest."""
    values = {**residual.values, "sigma2": residual.sigma2}
    return sum(max(values[name] for name in part.variances) for part in residual.parts)


def reach(residual: Residual, part: Part, most: float) -> float:
    """How far the slider of its variances goes."""
    values = {**residual.values, "sigma2": residual.sigma2}
    own = 4 * max(values[name] for name in part.variances)
    return float(max(own, 2 * most if len(residual.parts) > 1 else 0.0))


def said(residual: Residual, part: Part, level: int = 0) -> str:
    """What a variance is called: of which part, at which level."""
    last = part is residual.parts[-1]
    names = {"ar1": "of the AR(1) part", "exponential": "of the part that fades", "cs": "of the part shared"}
    of = "" if len(residual.parts) == 1 else " of measurement error" if last and part.kind == "independent" else ""
    of = of or ("" if len(residual.parts) == 1 else f" {names.get(part.kind, 'of the independent part')}")
    if not part.structure.by:
        return f"residual variance{of}" if not of else f"variance{of}"
    by = part.structure.by
    label = residual.labels[level]
    if by == "visit":
        return f"variance{of} at {residual.design.time or 'visit'} {label}"
    return f"variance{of}, {by} {label}"


def joined(residual: Residual, view: dict[str, Any]) -> dict[str, Any]:
    """A view's declaration with R's parameters among its dials; its presets take the fit's R.

    The view's question counts on R = sigma2 I, and is left out.
    """
    dials = declared(residual)
    correlations = {d["name"]: 0.0 for d in dials if d.get("residual") == "correlation" and d["symbol"][0] == "φ"}
    presets = [one | {"dials": {**residual.values, **one["dials"]}} for one in view["presets"]]
    if correlations:
        presets.append({"label": "No memory: φ = 0", "dials": correlations})
    return view | {"dials": [*view["dials"], *dials], "presets": presets, "prompt": None}


def with_residual(data: dict[str, Any], residual: Residual, rows: np.ndarray) -> dict[str, Any]:
    """What an explorer carries, with R beside G: ``rows`` of the data stand for the times of the tables.

    ``residual`` holds ``parts``, how R is made; ``grid``, its rows; the ``levels`` with a variance each; ``region``,
    the gap in -2 log L below which lie 95 of 100 fits.
    """
    parts = [
        {"kind": part.kind, "clock": part.structure.clock if part.correlation else "",
         "variances": list(part.variances), "correlation": part.correlation}
        for part in residual.parts
    ]  # fmt: skip
    q, last = len(data["fit"]["G"]), residual.parts[-1]
    parameters = q * (q + 1) // 2 + 1 + len(residual.values)
    carried = {
        "parts": parts, "grid": residual.marks(residual.occasions_at(rows)), "levels": residual.labels,
        "region": float(chi2.ppf(0.95, parameters)),
    }  # fmt: skip
    what = data["labels"]["what"] | {"sigma2": said(residual, last)}
    return data | {
        "residual": carried, "labels": data["labels"] | {"what": what},
        "fit": data["fit"] | {"dials": dict(residual.values)},
        "ranges": data["ranges"] | {"sigma2": reach(residual, last, total(residual))},
    }  # fmt: skip


def made_with(fit: Estimates) -> str:
    """What a call of lmm has to say beside formula and method: the groups, the time, R."""
    design = fit.design
    said = [] if design.terms else [f"groups={design.group!r}"]
    # Where no time was named visits are a subject's rows, and to name one would count them anew.
    named = np.array_equal(design.visits, np.unique(design.times, return_inverse=True)[1])
    said += [f"time={design.time!r}"] if design.time is not None and named else []
    said += ["residual=" + " + ".join(f"lmmteach.{part.call}" for part in fit.residual.parts)]
    return "".join(f", {one}" for one in said)
