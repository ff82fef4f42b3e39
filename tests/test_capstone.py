"""The capstone: its raw files, the page's paragraph with a note to each sentence, and its rubric."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from lmmteach.check.shelf import lesson_exercises
from lmmteach.check.variant import variant
from lmmteach.datasets import mended_trial, raw_trial
from lmmteach.datasets.raw_trial import MONTHS
from lmmteach.publish.sources import find_book

pytest.importorskip("myst_nb", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))
from lessons import APART
from reading_time import exercise_minutes, lesson_minutes

PAGE = (find_book() / "capstone.md").read_text(encoding="utf-8")
SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_raw_file_has_all_the_dirt_and_can_be_mended(seed: int) -> None:
    raw = raw_trial(seed)
    cells = raw.filter(like="sbp").to_numpy().ravel()
    assert all(isinstance(cell, str) for cell in cells)
    assert {"999"} < set(cells)
    assert sum("," in cell for cell in cells) >= 4
    assert sum(re.fullmatch(r"[1-9]\d{3}", cell) is not None for cell in cells) >= 3
    assert raw["patient"].duplicated().sum() == 1
    assert len(set(raw["arm"])) > 4
    rows = mended_trial(raw)
    assert not rows.duplicated(["patient", "month"]).any()
    assert set(rows["arm"]) == {"control", "training"}
    assert set(rows["month"]) == set(MONTHS)
    # a reading above 300 would be one in tenths, taken as it is
    assert rows["sbp"].between(85, 230).all()
    assert set(rows["patient"]) == set(raw["patient"]), "a patient without a reading: is that one?"
    people = raw.drop_duplicates("patient").filter(like="sbp")
    assert len(rows) == (~people.isin(["", "n/a", "999"])).to_numpy().sum()


def test_high_readings_leave_more_often() -> None:
    last, inside = [], []
    for seed in SEEDS:
        rows = mended_trial(raw_trial(seed))
        end = rows.groupby("patient").tail(1)
        last += end.loc[end["month"].between(3, 9), "sbp"].to_list()
        inside += rows.loc[rows["month"].between(3, 9), "sbp"].to_list()
    assert np.mean(last) > np.mean(inside) + 8


def test_the_centres_of_two_students_differ_and_are_no_page_s_own() -> None:
    for exercise in lesson_exercises("20"):
        files = [variant(exercise, name).q.raw for name in ("Ada Lovelace", "41537")]
        assert not files[0].equals(files[1])
        assert not any(file.equals(raw_trial(21)) for file in files)
    assert "raw = raw_trial(21)" in PAGE


def test_each_sentence_of_the_paragraph_has_its_note() -> None:
    keys = re.findall(r'^    "(\w+)": f?"', PAGE, re.MULTILINE)
    assert keys == ["who", "model", "answer", "people", "checks", "limits"]
    (paragraph,) = re.findall(r"^> (.*)$", PAGE, re.MULTILINE)
    assert re.findall(r'said\["(\w+)"\]', paragraph) == keys
    noted = re.findall(r'^\{eval\}`said\["(\w+)"\]`\n: \*[A-Z]', PAGE, re.MULTILINE)
    assert noted == keys


def test_the_paragraph_has_no_typed_estimate() -> None:
    (code,) = re.findall(r"^said = \{\n(.*?)^\}", PAGE, re.MULTILINE | re.DOTALL)
    typed = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\{[^{}]*\}", "", code)))
    assert typed <= {"0", "95", "1", "2"}, typed  # month 0, the interval's level, AR(1), -2 log L


def test_the_rubric_has_eight_lines_of_two_points() -> None:
    table = PAGE.split("## The rubric")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| **")]
    assert len(rows) == 8
    assert all(line.count("|") == 5 for line in rows)
    assert "Sixteen points are possible" in table


def test_its_place_and_its_time() -> None:
    assert APART == {20: "capstone"}
    assert 10 < lesson_minutes(PAGE) <= 30
    assert exercise_minutes(PAGE) >= 30
    assert "{exercises} 20" in PAGE
