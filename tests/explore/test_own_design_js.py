"""A file and a formula read by the page: the same columns, names, subjects and remarks as the library makes of them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lmmteach.design.build import build

from .node import run_js

DESIGNS = """
const { readTable } = await module("own/csv.js");
const { typedTable } = await module("own/columns.js");
const { build } = await module("own/design.js");
return given.map(({ text, formula, time }) => {
  const d = build(formula, typedTable(readTable(text)), time ?? null);
  const rows = (columns) => columns.map((column) => [...column]);
  return { y: [...d.y], X: rows(d.X), names: d.fixedNames, dropped: d.dropped, Z: rows(d.Z), effects: d.randomNames,
    codes: [...d.codes], subjects: d.subjects, time: d.time, times: [...d.times], said: d.said, group: d.group };
});
"""
REFUSALS = """
const { decoded, readTable } = await module("own/csv.js");
const { typedTable } = await module("own/columns.js");
const { build } = await module("own/design.js");
return given.map(({ text, formula }) => {
  try { build(formula, typedTable(readTable(text))); } catch ({ name, message }) { return `${name}: ${message}`; }
  return "fitted";
});
"""


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Gaps, words, truths, accents, ids of every kind, rows in any order."""
    rng = np.random.default_rng(8)
    i, t = np.divmod(np.arange(30 * 4), 4)
    data = pd.DataFrame(
        {
            "y": 50 + rng.normal(size=len(t)).round(3), "t": t * 0.5, "x": rng.integers(20, 70, 30)[i],
            "day": t, "sex": np.array(["female", "male"])[i % 2], "arm": np.array(["c", "a", "b", "a"])[i % 4],
            "smokes": (i % 3 == 0), "id": i + 300, "who": [f"Frau Ü{k} é" for k in i], "blood pressure": 100.0 + i + t,
            "w": rng.normal(size=len(t)).round(2), "one": "same", "twice": 2 * t + 1,
        }
    )  # fmt: skip
    data.loc[5, "y"] = np.nan
    data.loc[[17, 40], "x"] = np.nan
    data.loc[77, "sex"] = None
    return data.sample(frac=1, random_state=3)


FORMULAS = [
    "y ~ t + (1 | id)",
    "y ~ t*sex + (1 + t | id)",
    "y ~ sex*t + x*t + (1 + t | who)",
    "y ~ arm*sex + t + (t | id)",
    "y ~ 0 + arm + t + (1 | id)",
    "y ~ t:arm + (1 | id)",
    "y ~ sex + sex:arm - 1 + (0 + t | id)",
    "y ~ (t + x + sex)^2 + (1 + t || id)",
    "y ~ arm/t + (1 | id)",
    "y ~ factor(day) + (1 | id)",
    "y ~ factor(day)*sex + (1 + day | id)",
    "y ~ C(arm, ref='b') + C(sex, sum)*t + (1 | id)",
    "y ~ C(day, poly) + (1 | id)",
    "log(y) ~ I(t^2) + t + exp(t / 10) + sqrt(x) + (1 + t | id)",
    "y / 10 ~ I((x - 40) / 10) + abs(w) + log(x) + (1 | id)",
    "I(y^2) ~ sin(2 * pi * t / 7) + (1 + I(t - 1) | id)",
    "y ~ `blood pressure` + smokes + (1 | who)",
    "y ~ smokes*t + w - t + (1 | id)",
    "y ~ t + one + (1 | id)",
    "y ~ t + twice + (1 + t | id)",
    "y ~ (1 | id) + (0 + t | id) + w",
    "y ~ -w + x + ((1 + t | id))",
    "y ~ w + (1 | id) + 1 + 0 + t",
    "y ~ arm:sex:t + arm + (1 | id)",
]


def designs(frame: pd.DataFrame, formulas: list[str], folder: Path) -> list[tuple[dict[str, Any], Any, list[str]]]:
    """What the page makes of each formula, what the library makes, and the library's remarks."""
    text = frame.to_csv(index=False)
    found = run_js(DESIGNS, [{"text": text, "formula": formula} for formula in formulas], folder)
    ours = []
    for formula in formulas:
        said: list[str] = []
        ours.append((build(formula, pd.read_csv(StringIO(text)), said=said), said))
    return [(got, design, said) for got, (design, said) in zip(found, ours, strict=True)]


def test_columns_names_and_remarks_are_the_librarys(frame: pd.DataFrame, tmp_path: Path) -> None:
    for got, design, said in designs(frame, FORMULAS, tmp_path):
        what = design.formula
        assert got["names"] == design.fixed_names, what
        assert got["effects"] == design.random_names, what
        assert got["dropped"] == design.dropped, what
        np.testing.assert_allclose(np.array(got["X"]).T, design.X, rtol=1e-13, atol=1e-13, err_msg=what)
        np.testing.assert_allclose(np.array(got["Z"]).T, design.Z, rtol=1e-13, atol=1e-13, err_msg=what)
        np.testing.assert_allclose(got["y"], design.y, rtol=1e-15, err_msg=what)
        assert got["codes"] == design.codes.tolist(), what
        assert got["subjects"] == [str(one) for one in design.subjects], what
        assert (got["time"], got["times"], got["group"]) == (design.time, design.times.tolist(), design.group), what
        assert got["said"] == said, what


def test_the_column_of_times_can_be_named(frame: pd.DataFrame, tmp_path: Path) -> None:
    text = frame.to_csv(index=False)
    (got,) = run_js(DESIGNS, [{"text": text, "formula": "y ~ sex + w + x + (1 | id)", "time": "day"}], tmp_path)
    design = build("y ~ sex + w + x + (1 | id)", pd.read_csv(StringIO(text)), time="day", said=[])
    assert (got["time"], got["times"], got["X"][1]) == ("day", design.times.tolist(), design.X[:, 1].tolist())


REFUSED = {
    "y ~ t": "has no random effect, so this is not a mixed model yet. Add one, as in '+ (1 | subject)'.",
    "y t + (1 | id)": "cannot be read at 't + (1 | id)'",
    "y + t + (1 | id)": "needs exactly one '~'",
    "~ t + (1 | id)": "LmmError: The formula",
    "y ~ t + 1 | id": "stands without brackets",
    "y ~ t + (1 | id": "do not match",
    "y ~ tt + (1 | id)": "Column 'tt' is not in the data. The columns are: y, t",
    "y ~ T + (1 | id)": "Column 'T' is not in the data. Did you mean t?",
    "y ~ pressure + (1 | id)": "Did you mean `blood pressure`?",
    "y ~ y + (1 | id)": "stands on both sides",
    "sex ~ t + (1 | id)": "The response \"sex\" holds",
    "y ~ log(sex) + (1 | id)": "In log(sex) the column",
    "y ~ log(w) + (1 | id)": "The term 'log(w)' is not a finite number in line ",
    "y ~ t + (1 + t + x | id)": "makes 3 random effects ((Intercept), t, x); the page fits one or two.",
    "y ~ t + (1 | arm/id)": "The grouping 'arm/id' is not one column.",
    "y ~ t + (1 | id) + (1 | arm)": "The formula has 2 groupings (id, arm)",
    "y ~ t + (1 + t | factor(id))": "write (1 | subject)",
    "y ~ poly(t, 2) + (1 | id)": "The function poly(...) is not known in the page's formulas. Write t + I(t^2).",
    "y ~ __import__ + (1 | id)": "Column '__import__' is not in the data.",
    "y ~ t$x + (1 | id)": "The sign '$' in",
    "y ~ C(arm, ref='z') + (1 | id)": "has no level 'z'. Its levels are a, b, c.",
    "y ~ 5 + (1 | id)": "The number 5 cannot stand there.",
    "one ~ t + (1 | id)": "The response \"one\" holds \"same\"",
    "day - day ~ t + (1 | id)": "is the same number (0) in every row",
    "y ~ t + (1 | one)": "There is only one 'one' (same)",
    "y ~ t + (id | w)": "on the right of the bar stands what names the groups",
    "y ~ who*arm*sex + (1 | id)": "effects: 'who' has 30 levels.",
}  # fmt: skip


def test_what_the_page_cannot_read_is_named(frame: pd.DataFrame, tmp_path: Path) -> None:
    text = frame.assign(w=np.arange(len(frame)) - 60.5).to_csv(index=False)
    said = run_js(REFUSALS, [{"text": text, "formula": formula} for formula in REFUSED], tmp_path)
    wrong = {formula: got for (formula, part), got in zip(REFUSED.items(), said, strict=True) if part not in got}
    assert wrong == {}
    assert all(one.startswith("LmmError: ") for one in said)
