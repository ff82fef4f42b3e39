"""The gradebook as spreadsheets read it: no name becomes a formula, whichever sign separates the cells."""

from __future__ import annotations

import csv
import io
import itertools
import random
import unicodedata
from pathlib import Path

import pytest

from lmmteach.check.gradebook import gradebook_csv, harmless, read_roster
from lmmteach.check.grading import Grades
from lmmteach.check.platforms import CANVAS, PLATFORMS, Platform
from lmmteach.check.reports import ReportError
from lmmteach.check.shelf import lesson_exercises
from lmmteach.check.variant import written_name

SIGNS = [
    *"=+-@;,\t\n\r|\"'x2 \x00\x0b\x1f", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "；", "，", "\u200b",
    "\ufeff", "\u00a0", "\u0301", "⁺", "₌", "\u2028", "\u202e", "é", "ß", "李", "-Ada", "=2+5", "=cmd|' /C calc'!A0",
    "Points Possible",
]  # fmt: skip
SEPARATORS = (",", ";", "\t", "|")


def named(*students: str, platform: Platform = CANVAS) -> str:
    """A gradebook of these students, each a point."""
    grades = Grades(
        passed={name: {"02.1"} for name in students},
        attempted={name: {"02.1"} for name in students},
        reports={name: [f"{name}.json"] for name in students},
    )
    return gradebook_csv(grades, platform=platform)[0]


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
    for kept, platform in itertools.product(([written_name(name) for name in names], names), PLATFORMS.values()):
        text = named(*dict.fromkeys(kept), platform=platform)
        for separator in SEPARATORS:
            found = [cell for cell in cells(text, separator) if begins_a_formula(cell)]
            assert found == []


@pytest.mark.parametrize(
    ("platform", "column"), [(one, column) for one in PLATFORMS.values() for column in one.columns],
    ids=lambda value: value if isinstance(value, str) else value.title,
)  # fmt: skip
def test_nor_does_any_column_of_the_roster(platform: Platform, column: str) -> None:
    rng = random.Random(column)
    grades = Grades(passed={"Ada": {"02.1"}}, attempted={"Ada": {"02.1"}}, reports={"Ada": ["Ada.json"]})
    for _ in range(200):
        row = dict.fromkeys(platform.columns, "x")
        row[column] = "".join(rng.choice(SIGNS) for _ in range(rng.randint(1, 6)))
        text, _ = gradebook_csv(grades, {"ada": [row]}, platform)
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


#: what a platform exports, with two people of one name, and Ada's row in what it is given
EXPORTS = {
    "canvas": (b"Student,ID,SIS User ID,SIS Login ID,Section\n\"Lovelace, Ada\",7,u7,ada,A\n",
               ["Lovelace, Ada", "7", "u7", "ada", "A"]),
    "moodle": ("\ufeffFirst name,Last name,ID number,Institution,Email address,Course total\n"
               "Ada,Lovelace,7,UCL,ada@example.org,3\nJan,Li,8,,jan@example.org,\nJan,Li,9,,li@example.org,\n".encode(),
               ["Ada", "Lovelace", "7", "ada@example.org"]),
    "blackboard": ("Last Name\tFirst Name\tUsername\tStudent ID\tLast Access\nLovelace\tAda\tada7\t7\t\n"
                   "Li\tJan\tjan\t8\t\nLi\tJan\tli\t9\t\n".encode("utf-16"), ["Lovelace", "Ada", "ada7", "7"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_platform_finds_its_students(name: str, tmp_path: Path) -> None:
    platform, (raw, row) = PLATFORMS[name], EXPORTS[name]
    (tmp_path / "roster.csv").write_bytes(raw)
    students = ("Ada Lovelace", "Jan Li", "Eve")
    grades = Grades(
        passed={one: {"02.1"} for one in students},
        attempted={one: {"02.1"} for one in students},
        reports={one: [f"{one}.json"] for one in students},
    )
    text, remarks = gradebook_csv(grades, read_roster(tmp_path / "roster.csv", platform), platform)
    head, *rows = csv.reader(io.StringIO(text))
    assert head[: len(platform.columns)] == list(platform.columns)
    most = len(lesson_exercises("02"))
    assert head[-1].endswith(f"[Total Pts: {most}]") is (name == "blackboard")
    assert [*row, "1"] in rows
    unplaced = platform.columns.index(platform.unplaced)
    assert [one[unplaced] for one in rows if one[unplaced] == "Eve"] == ["Eve"]
    assert any("'Eve' is not on the roster" in remark for remark in remarks)
    assert any("'Jan Li' may be 2" in remark for remark in remarks) is (name != "canvas")


@pytest.mark.parametrize("name", PLATFORMS)
def test_another_platforms_export_is_refused_by_its_columns(name: str, tmp_path: Path) -> None:
    for other, (raw, _) in EXPORTS.items():
        if other != name:
            (tmp_path / "roster.csv").write_bytes(raw)
            with pytest.raises(ReportError, match=f"has no columns .*{PLATFORMS[name].title} exports"):
                read_roster(tmp_path / "roster.csv", PLATFORMS[name])
