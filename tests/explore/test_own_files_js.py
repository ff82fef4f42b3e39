"""Files as people bring them: the page fits each, to the library's numbers, or names the cell."""

from __future__ import annotations

import base64
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach

from .node import run_js
from .own_files import FORMULA, files, study, table

OPENED = """
const { opened, fitted } = await module("own/study.js");
return given.map(({ bytes, formula }) => {
  try {
    const { table } = opened(Buffer.from(bytes, "base64"));
    const { design, fit, said } = fitted({ table, formula, method: "REML" });
    return { deviance: fit.deviance, n: design.y.length, subjects: design.subjects, said, decimal: table.decimal,
      separator: table.separator };
  } catch ({ name, message }) { return { refused: `${name}: ${message}` }; }
});
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    given = [{"bytes": base64.b64encode(raw).decode(), "formula": formula} for raw, formula, _ in files().values()]
    return dict(zip(files(), run_js(OPENED, given, tmp_path_factory.mktemp("own")), strict=True))


def test_each_file_ends_in_a_fit_or_in_a_sentence(found: dict[str, Any]) -> None:
    wrong = {}
    for name, (_, _, words) in files().items():
        refused = found[name].get("refused", "")
        if (words and words not in refused) or (not words and refused) or (refused and "LmmError: " not in refused):
            wrong[name] = found[name]
    assert wrong == {}


def test_a_file_gives_the_same_fit_however_it_is_written(found: dict[str, Any]) -> None:
    whole = lmmteach.lmm(FORMULA, study())
    alike = [name for name, (_, formula, words) in files().items() if not words and "(1 +" in formula]
    same = {"dates", "dates of SAS", "day before month", "month before day"}  # thirty days a step
    other = {"missing values of every spelling", "duplicated visits", "dates with hours", *same}
    assert len({found[name]["deviance"] for name in same}) == 1
    assert {name for name in alike if found[name]["deviance"] != pytest.approx(whole.deviance, abs=1e-6)} == other
    assert found["dates"]["deviance"] == pytest.approx(whole.deviance + 2 * np.log(30), abs=1e-6)  # REML's X, by days
    assert found["dates with hours"]["deviance"] == pytest.approx(whole.deviance - 2 * np.log(2), abs=1e-6)
    assert found["an arm called None, one called none"]["n"] == 96
    for name in alike:
        assert len(found[name]["subjects"]) == 24
    assert found["Latin-1"]["subjects"][0] == "Zoë Ünal, 1"
    assert found["line breaks in quotes"]["subjects"][0] == "Zoë\nÜnal,\n1"
    assert found["long ids"]["subjects"][0] == "100000000000000001"
    assert found["semicolons and decimal commas"]["decimal"] == ","


def test_what_was_dropped_and_doubled_is_said(found: dict[str, Any]) -> None:
    gaps = found["missing values of every spelling"]
    assert gaps["said"][0] == "Dropped 11 of 96 rows with missing values (y: 11)."
    assert gaps["n"] == 85
    assert found["duplicated visits"]["said"] == [
        "2 rows repeat a time that its subject has already, first 1 at t 3 in lines 5 and 98: all of them are used."
    ]
    assert found["wide"]["said"][0] == (
        "The file is wide, one row a person: y_0, y_1, y_2, y_3 became 'y', with 'time' 0, 1, 2, 3. 24 rows made 96."
    )


def test_python_reads_the_same(found: dict[str, Any]) -> None:
    """pandas, told what the page guessed, and the library: the same -2 log L."""
    for name in ("tabs and decimal commas", "blanks", "UTF-16", "quoted", "shuffled", "ids as words", "long ids"):
        raw, formula, _ = files()[name]
        encoding = "utf-16" if name == "UTF-16" else "utf-8"
        got = found[name]
        data = pd.read_csv(BytesIO(raw), sep=got["separator"], decimal=got["decimal"], encoding=encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lmmteach.LmmWarning)
            assert lmmteach.lmm(formula, data).deviance == pytest.approx(got["deviance"], abs=1e-6), name


def test_a_gap_in_a_covariate_does_not_make_it_the_response(tmp_path: Path) -> None:
    """What is the same at all visits of a person stays so where a visit lacks it, however a gap is written."""
    data = study()
    told = data.rename(columns={"y": "sbp"}).assign(height=160 + data["id"], dose=data["id"] % 3).astype(object)
    raw = []
    for gap in (".", "NA", ""):
        for name in ("height", "dose"):
            holed = told.copy()
            holed.loc[[2, 9, 40], name] = gap
            raw.append(table(holed))
    found = run_js(
        """const { createEngine } = await module("own/engine.js");
        return given.map((text) => createEngine().open({ bytes: Buffer.from(text), options: {} }).guess);""",
        raw,
        tmp_path,
    )
    assert [one["response"] for one in found] == ["sbp"] * len(raw)


def test_nobody_is_guessed_to_be_the_response_and_two_days_are_told_at_once(tmp_path: Path) -> None:
    """The only number that changes is the response, however its times are written; the person never is."""
    people = [(person, visit) for person in range(8) for visit in range(4)]
    times = {
        "dates of two readings": [f"{1 + visit}/{2 + visit}/2021" for _, visit in people],
        "words": [["first", "second", "third", "fourth"][visit] for _, visit in people],
        "dates": [f"{1 + visit}.3.2021" for _, visit in people],
        "numbers": [str(visit) for _, visit in people],
    }
    raw = [
        "patient;when;sbp\n" + "".join(
            f"{person};{one};{120 + person + 3 * visit + person * visit % 4}\n"
            for (person, visit), one in zip(people, column, strict=True)
        )
        for column in times.values()
    ]  # fmt: skip
    found = run_js(
        """const { createEngine } = await module("own/engine.js");
        return given.map((text) => createEngine().open({ bytes: Buffer.from(text), options: {} }))
          .map(({ guess, said }) => ({ guess, said }));""",
        raw,
        tmp_path,
    )
    assert [(one["guess"]["subject"], one["guess"]["response"]) for one in found] == [("patient", "sbp")] * len(raw)
    assert [one["guess"]["time"] for one in found] == [None, None, "when", "when"]
    assert ["two days (1/2/2021)" in " ".join(one["said"]) for one in found] == [True, False, False, False]
