"""Grading a folder of reports: recorded answers are checked again, and no student's code is run.

One column a lesson, one point an exercise.  Every file that cannot be graded is named with the reason; the others
are graded all the same.  The CSV is one that Canvas's gradebook imports.  Canvas finds students by its own ID, which
a report cannot know: give the gradebook's export as the roster, and the ID columns are filled from it.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmmteach.check.forms import Unfit
from lmmteach.check.judge import judge_form
from lmmteach.check.recorded import form_of
from lmmteach.check.reports import ReportError, read_report
from lmmteach.check.shelf import find_exercise, lesson_exercises, lesson_titles
from lmmteach.check.variant import data_source, normal_name, variant
from lmmteach.errors import LmmError

__all__ = ["Grades", "canvas_csv", "grade_folder", "read_roster"]

#: Canvas's own columns, in its order
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


@dataclass
class Grades:
    """Who passed what, and which files could not be graded."""

    passed: dict[str, set[str]] = field(default_factory=dict)  # by student, as they wrote their name
    attempted: dict[str, set[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    files: int = 0

    @property
    def lessons(self) -> list[str]:
        """The lessons somebody tried."""
        return sorted({id[:2] for ids in self.attempted.values() for id in ids})


def grade_folder(folder: Path) -> Grades:
    """Grade every file in a folder and below it.

    Raises
    ------
    ReportError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise ReportError(f"{folder} is not a folder.", "Give the folder that holds the reports.")
    grades, reports = Grades(), []
    for path in sorted(entry for entry in folder.rglob("*") if entry.is_file()):
        grades.files += 1
        name = path.relative_to(folder).as_posix()
        try:
            reports.append((name, read_report(path)))
        except ReportError as error:
            grades.remarks.append(f"{name}: not graded: {error}")
    for name, report in _one_each(reports, grades.remarks):
        _grade(name, report, grades)
    return grades


def _one_each(reports: list[tuple[str, dict[str, Any]]], remarks: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """The latest report of each student; the earlier ones are named."""
    latest: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, report in sorted(reports, key=lambda pair: str(pair[1].get("written"))):
        key = normal_name(report["student"])
        if key in latest:
            remarks.append(f"{latest[key][0]}: not graded: {name} is a later report of {report['student']!r}")
        latest[key] = name, report
    return list(latest.values())


def _grade(name: str, report: dict[str, Any], grades: Grades) -> None:
    student = report["student"]
    if not normal_name(student):
        grades.remarks.append(f"{name}: not graded: it names no student")
        return
    passed, attempted = grades.passed.setdefault(student, set()), grades.attempted.setdefault(student, set())
    for id, entry in report["exercises"].items():
        try:
            right = recheck(id, student, entry)
        except LmmError as error:
            grades.remarks.append(f"{name}: exercise {id} not graded: {error}")
            continue
        attempted.add(find_exercise(id).id)
        if right:
            passed.add(find_exercise(id).id)
        if right != bool(entry.get("passed")):
            said, found = ("passed", "wrong") if entry.get("passed") else ("not passed", "right")
            grades.remarks.append(
                f"{name}: exercise {id}: recorded as {said}, but its answer is {found}; graded as {found}"
            )


def recheck(id: str, student: str, entry: dict[str, Any]) -> bool:
    """Whether a recorded answer is right for this student.

    Raises
    ------
    ReportError
        If the answer was given to other numbers than this version of lmmteach, or this machine's data, gives.
    """
    exercise = find_exercise(id)
    if entry.get("answer") is None:
        return False
    source = entry.get("data", "")
    if source not in ("", "real", "standin"):
        raise ReportError(f"it used data called {str(source)[:40]!r}, which there are not")
    with data_source(source):
        mine = variant(exercise, student)
        if mine.q.digest != entry.get("numbers"):
            raise ReportError("it was answered with other numbers than belong to this student here", "Another version?")
        try:
            form = form_of(entry["answer"])
            if mine.is_function != isinstance(form, list) or (mine.is_function and len(form) != len(mine.inputs)):
                return False
            return judge_form(mine, form).passed
        except (Unfit, LmmError):
            return False


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """Canvas's gradebook export: the ID columns of each student, by every name they may go by.

    Raises
    ------
    ReportError
        If it is no such file.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, csv.Error):
        raise ReportError(f"The roster {path} cannot be read.", "Give the CSV that Canvas exports.") from None
    if not rows or not {"Student", "ID"} <= set(rows[0]):
        raise ReportError(f"The roster {path} has no columns Student and ID.", "Give the CSV that Canvas exports.")
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        kept = {column: row.get(column) or "" for column in COLUMNS}
        last, comma, first = kept["Student"].partition(",")
        names = [kept["Student"], f"{first} {last}" if comma else "", *(kept[column] for column in COLUMNS[1:4])]
        found |= {normal_name(name): kept for name in names if normal_name(name)}
    return found


def canvas_csv(grades: Grades, roster: dict[str, dict[str, str]] | None = None) -> tuple[str, list[str]]:
    """The gradebook as CSV text, and who was not found on the roster."""
    table, unknown = io.StringIO(), []
    writer = csv.writer(table, lineterminator="\n")
    titles = lesson_titles()
    writer.writerow([*COLUMNS, *(f"Exercises {lesson}: {titles[lesson]}" for lesson in grades.lessons)])
    points = [len(lesson_exercises(lesson)) for lesson in grades.lessons]
    writer.writerow(["    Points Possible", "", "", "", "", *points])
    for student in sorted(grades.passed, key=normal_name):
        known = (roster or {}).get(normal_name(student))
        if roster is not None and known is None:
            unknown.append(student)
        identity = [(known or {"Student": student}).get(column, "") for column in COLUMNS]
        scores = [_score(grades, student, lesson) for lesson in grades.lessons]
        writer.writerow([*map(_harmless, identity), *scores])
    return table.getvalue(), unknown


def _score(grades: Grades, student: str, lesson: str) -> int | str:
    """Exercises passed; empty, which Canvas leaves alone, where nothing of the lesson was tried."""
    if not any(id.startswith(lesson) for id in grades.attempted[student]):
        return ""
    return sum(id.startswith(lesson) for id in grades.passed[student])


def _harmless(cell: str) -> str:
    """A name that a spreadsheet would take for a formula is put in words."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
