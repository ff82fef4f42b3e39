"""Each view of the gallery, left open and reckoned by the page, is what Python declares for the same fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import VIEWS
from lmmteach.explore.gallery.facts import KNOWN, Open, OpenFacts, as_data, options, rounded, size, where
from lmmteach.explore.payload import joint_G, payload

from .node import run_js

DECLARED = """
const { declared } = await module("own/declared.js");
return given.map(({ view, facts, G, sigma2 }) => declared(view, facts, G, sigma2));
"""
RECKONED = """
const { reckoned } = await module("own/declared.js");
return given.map(({ value, facts }) => reckoned(value, facts));
"""
FORMULAS = [
    "y ~ sex*t + age*t + (1 + t | id)",
    "y ~ sex + t + (1 | id)",
    "y ~ t + (1 + t || id)",
    "y ~ x + (1 | id)",
]


@pytest.fixture(scope="module")
def fits() -> list[lmmteach.Fit]:
    """With and without slopes, covariates, gaps and times."""
    rng = np.random.default_rng(4)
    i, t = np.divmod(np.arange(40 * 5), 5)
    b = rng.normal(size=(40, 2)) * [20.0, 3.0]
    data = pd.DataFrame(
        {"id": i, "t": t * 0.5, "sex": np.array(["f", "m"])[i % 2], "age": rng.integers(20, 60, 40)[i],
         "x": rng.normal(size=len(t)), "y": 200 + b[i, 0] + b[i, 1] * t + 9 * rng.normal(size=len(t))}
    )  # fmt: skip
    some = data[(i % 3 > 0) | (t != 3)]
    return [lmmteach.lmm(formula, some if k % 2 else data) for k, formula in enumerate(FORMULAS)]


def close(one: Any, other: Any) -> bool:
    """Alike in shape and words, numbers to the last digits."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(close, one, other))
    return one == (pytest.approx(other, rel=1e-12) if isinstance(one, float) else other)


def test_every_view_of_every_fit(fits: list[lmmteach.Fit], tmp_path: Path) -> None:
    asked, expected = [], []
    for fit in fits:
        facts, G = payload(fit, VIEWS["marginal"])["facts"], joint_G(fit).to_numpy()
        for view in VIEWS.values():
            if not view.needs_fit:
                continue
            asked.append({"view": view.open(len(G)), "facts": facts, "G": G.tolist(), "sigma2": fit.sigma2})
            expected.append(view.declaration(G, fit.sigma2, facts))
    assert len(asked) > 40
    for got, declared, one in zip(run_js(DECLARED, asked, tmp_path), expected, asked, strict=True):
        for part, value in declared.items():
            assert close(value, got[part]), f"{one['view']['name']}, {part}"
        assert got.keys() == declared.keys()


def test_what_is_left_open_is_what_is_reckoned(tmp_path: Path) -> None:
    """Every operation there is, on facts that reach its corners."""

    def each(f: Any) -> list[Any]:
        x, y = f["G11"], f["sigma2"]
        return [
            x + 1, 1 + x, x - y, 5 - x, x * y, 2 * x, x / y, 1 / x, x**2, 10.0**y, -x, np.sqrt(x), np.log10(x),
            np.floor(x), np.rint(x), np.rint(y), np.maximum(x, y), np.minimum(x, 1.0), np.float64(2.0) * x,
            f["times"][0], f["times"][-1], f["times"][1:], f["times"][:2], f["times"][-2:], size(f["times"]),
            f["whom"]["units"].get("age", "none"), f["whom"]["units"].get("sex", "none"),
            options(f["subjects"]), options(f["columns"], ("", "nothing")), where(f["columns"], 1, 2),
            where(f["subjects"], 1, 2), where(f["complete"], x, y), where(x - x, 1, 2), rounded(x), rounded(y, 3),
        ]  # fmt: skip

    facts = {"G11": 2.5, "sigma2": 0.01234567, "times": [0.0, 1.5, 4.0], "subjects": ["a", "b"], "columns": [],
             "complete": False, "whom": {"units": {"age": "years"}}}  # fmt: skip
    opened = each(OpenFacts(1))
    assert {one.op for one in opened} >= {*KNOWN.values(), "at", "slice", "get", "size", "options", "where", "rounded"}
    found = run_js(RECKONED, [{"value": as_data(one), "facts": facts} for one in opened], tmp_path)
    for one, got, value in zip(opened, found, each(facts), strict=True):
        assert close(as_data(value), got), as_data(one)


def test_what_cannot_be_left_open_says_what_can() -> None:
    x = OpenFacts(2)["G11"]
    for attempt in (bool, float, len, list, lambda one: max(one, 0), lambda one: f"{one:.2f}"):
        with pytest.raises(TypeError, match=r"numpy\.maximum for max"):
            attempt(x)
    with pytest.raises(TypeError, match=r"numpy\.sin cannot be left open"):
        np.sin(x)
    assert isinstance(np.sqrt(x), Open)
    assert "G22" not in OpenFacts(1)
    with pytest.raises(KeyError):
        OpenFacts(1)["G22"]
