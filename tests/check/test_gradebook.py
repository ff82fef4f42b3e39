"""The gradebook as spreadsheets read it: no name becomes a formula, whichever sign separates the cells."""

from __future__ import annotations

import csv
import io
import random
import unicodedata

import pytest

from lmmteach.check.gradebook import COLUMNS, canvas_csv, harmless
from lmmteach.check.grading import Grades
from lmmteach.check.variant import written_name

SIGNS = [
    *"=+-@;,\t\n\r|\"'x2 \x00\x0b\x1f", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "；", "，", "\u200b",
    "\ufeff", "\u00a0", "\u0301", "⁺", "₌", "\u2028", "\u202e", "é", "ß", "李", "-Ada", "=2+5", "=cmd|' /C calc'!A0",
    "Points Possible",
]  # fmt: skip
SEPARATORS = (",", ";", "\t", "|")


def named(*students: str) -> str:
    """A gradebook of these students, each a point."""
    grades = Grades(
        passed={name: {"02.1"} for name in students},
        attempted={name: {"02.1"} for name in students},
        reports={name: [f"{name}.json"] for name in students},
    )
    return canvas_csv(grades)[0]


def begins_a_formula(cell: str) -> bool:
    """As a spreadsheet may see it: quotes, spaces and what nobody sees taken off, full-width signs made plain."""
    plain = unicodedata.normalize("NFKC", cell)
    bare = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Cc", "Mn", "Me"))
    return bare.strip(' "\u00a0').startswith(("=", "+", "-", "@", "\u2212"))


def cells(text: str, separator: str) -> list[str]:
    """Every cell of a table, with quotes understood and without."""
    found = [cell for line in text.splitlines() for cell in line.split(separator)]
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        found += row
    return found


def test_the_reading_sees_a_formula() -> None:
    for separator in SEPARATORS:
        assert any(map(begins_a_formula, cells(f"x{separator}=2+5{separator}\n", separator)))
        assert any(map(begins_a_formula, cells(f'x{separator}" \uff1d2"\n', separator)))
    assert not any(map(begins_a_formula, cells("Lovelace, Ada\n", ",")))


def test_no_cell_of_any_name_begins_a_formula() -> None:
    rng = random.Random(20240611)
    names = ["x;=2+5;", "=1+1", "＝2", "\t=3", ' "=4"', ';"=5', '","=6', "a,-b", "'=7", "Ö;＠x", "x\t＋1"]
    names += ["".join(rng.choice(SIGNS) for _ in range(rng.randint(1, 8))) for _ in range(4000)]
    # as reports have them, and raw, as a roster may
    for kept in ([written_name(name) for name in names], names):
        text = named(*dict.fromkeys(kept))
        for separator in SEPARATORS:
            found = [cell for cell in cells(text, separator) if begins_a_formula(cell)]
            assert found == []


@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_nor_does_any_column_of_the_roster(column: int) -> None:
    rng = random.Random(column)
    grades = Grades(passed={"Ada": {"02.1"}}, attempted={"Ada": {"02.1"}}, reports={"Ada": ["Ada.json"]})
    for _ in range(500):
        row = dict.fromkeys(COLUMNS, "x")
        row[COLUMNS[column]] = "".join(rng.choice(SIGNS) for _ in range(rng.randint(1, 6)))
        text, _ = canvas_csv(grades, {"ada": [row]})
        for separator in SEPARATORS:
            assert not [cell for cell in cells(text, separator) if begins_a_formula(cell)]


def test_names_of_people_stay_as_they_are() -> None:
    for name in (
        "Lovelace, Ada",
        "O'Neill-Byrne",
        "Anne-Sophie Müller",
        "José Ñuñez",
        "李 小龍",
        "D'Arcy; Jr.",
        "X Æ A-12",
    ):
        assert harmless(name) == name


@pytest.mark.parametrize("name", ["Points Possible", "points  possible", "    Points Possible", "Ann Points Possible"])
def test_a_student_called_as_canvas_calls_its_row_of_points_is_no_such_row(name: str) -> None:
    rows = list(csv.reader(io.StringIO(named(written_name(name), "Ada"))))
    assert [row[0] for row in rows if "points possible" in row[0].casefold()] == ["    Points Possible"]
    assert any("points\u00a0possible" in row[0].casefold() for row in rows[2:])
