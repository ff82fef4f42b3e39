"""Read the reference fits: each entry of ``reference_fits.json`` becomes a call of ``lmm``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

import lmmteach
from lmmteach import AR1, CompoundSymmetry, Exponential, Independent, Toeplitz, Unstructured

HERE = Path(__file__).parent
STRUCTURES = {
    "iid": Independent, "ar1": AR1, "cs": CompoundSymmetry, "car1": Exponential, "symm": Unstructured, "arp": Toeplitz,
}  # fmt: skip


def entries() -> list[dict[str, Any]]:
    """Every reference fit whose variance is not a power of a covariate (no such structure is offered)."""
    found = json.loads((HERE / "reference_fits.json").read_text())["entries"]
    return [e for e in found if (e["spec"]["variance_function"] or {}).get("type") != "power"]


def data_of(entry: dict[str, Any]) -> pd.DataFrame:
    """The entry's data, its factors with the reference level first."""
    data = pd.read_csv(HERE / entry["csv"])
    for column, first in entry["reference_levels"].items():
        # R's nlme takes the first level it meets as the baseline of a variance function; factors keep R's order.
        levels = sorted({str(value) for value in data[column]}, key=lambda level: (level != first, level))
        data[column] = pd.Categorical(data[column].astype(str), categories=levels)
    return data


def call_of(entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The formula and the keyword arguments of ``lmm`` that say what the entry's R call said."""
    spec, options = entry["spec"], {"method": entry["method"]}
    formula = spec["fixed"].replace("~", " ~ ")
    if spec["random"]:
        bar = "||" if spec["random_structure"] in ("diagonal", "diag") else "|"
        formula += f" + ({spec['random'][1:]} {bar} {spec['group']})"
    else:
        options["groups"] = spec["group"]
    time = spec["residual"].get("time")
    by = (spec["variance_function"] or {}).get("var")
    if by and by != "Sex":  # variances by visit: the column of visits may be named by the variance function alone
        time, by = time or by, "visit"
    kind = spec["residual"]["type"]
    options["residual"] = Exponential() + Independent() if kind == "expnug" else STRUCTURES[kind](by=by)
    return formula, options | ({"time": time} if time else {})


def fit_of(entry: dict[str, Any]) -> lmmteach.Fit:
    """Our fit of an entry."""
    formula, options = call_of(entry)
    return lmmteach.lmm(formula, data_of(entry), **options)


def hard_sets() -> list[dict[str, Any]]:
    """The hard sets: small simulated data that break one program or another."""
    return json.loads((HERE / "hard_sets.json").read_text())["entries"]


def hard_fit(entry: dict[str, Any]) -> lmmteach.Fit:
    """Our REML fit of a hard set."""
    random = "1" if entry["random"] in ("", "1") else f"1 + {entry['random']}"
    formula = f"{entry['fixed']} + ({random} | {entry['group']})"
    return lmmteach.lmm(formula, pd.read_csv(HERE / entry["csv"]))
