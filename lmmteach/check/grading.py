"""Grading a folder of reports: recorded answers are checked again, and no student's code is run.

One point an exercise.  Every file that cannot be graded is named with the reason; the others are graded all the same.
Several reports of one student, from several folders say, are united: what passed in one of them has passed.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmmteach.check.abreast import side_by_side
from lmmteach.check.feedback import one_line
from lmmteach.check.forms import Unfit
from lmmteach.check.recorded import form_of
from lmmteach.check.reports import ReportError, report_bytes, report_in
from lmmteach.check.session import PAGE
from lmmteach.check.shelf import exercise_ids, find_exercise
from lmmteach.check.variant import data_source, normal_name, recorded_variant, written_name
from lmmteach.errors import LmmError

__all__ = ["Grades", "grade_folder"]

MOST_REMARKS = 10  # on one file
#: a class from which on it is worth starting processes that grade side by side, and the most of them
CLASS, MOST_PROCESSES = 12, 8
#: a student's reports: names of files, and what stands in them as it came, which passes between processes unread
Reports = list[tuple[str, bytes]]


@dataclass
class Grades:
    """Who passed what, and which files could not be graded."""

    passed: dict[str, set[str]] = field(default_factory=dict)  # by student, as they wrote their name
    attempted: dict[str, set[str]] = field(default_factory=dict)
    reports: dict[str, list[str]] = field(default_factory=dict)  # the files of each student
    remarks: list[str] = field(default_factory=list)
    files: int = 0

    def add(self, other: Grades) -> None:
        """Take in what was found of others."""
        self.passed |= other.passed
        self.attempted |= other.attempted
        self.reports |= other.reports
        self.remarks += other.remarks

    @property
    def lessons(self) -> list[str]:
        """The lessons somebody tried."""
        return sorted({id[:2] for ids in self.attempted.values() for id in ids})


def grade_folder(folder: Path, gradebook: Path | None = None, say: Callable[[str], None] = lambda line: None) -> Grades:
    """Grade every file in a folder and below it, but for the ``gradebook`` that an earlier run wrote there.

    A class is graded in processes side by side, and ``say`` is told how far that is: a student's answers, to all
    exercises, take a good part of a second.

    Raises
    ------
    ReportError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise ReportError(f"{folder} is not a folder.", "Give the folder that holds the reports.")
    grades = Grades()
    students: dict[str, Reports] = {}
    own = os.path.abspath(gradebook) if gradebook else ""
    for path in _entries(folder, grades):
        if os.path.abspath(path) == own:
            continue
        grades.files += 1
        name = one_line(path.relative_to(folder).as_posix())
        try:
            raw = report_bytes(path, handed_in=True)
            key = normal_name(written_name(report_in(raw)["student"]))
            if not key:
                raise ReportError("it names no student")
            students.setdefault(key, []).append((name, raw))
        except Exception as error:  # whatever stands in one file, the others are graded
            grades.remarks.append(f"{name}: not graded: {_why(error)}")
    for done, found in enumerate(_all_graded(list(students.values())), 1):
        grades.add(found)
        if len(students) >= CLASS and (done % 50 == 0 or done == 1):
            say(f"{done} of {len(students)} students graded ...")
    return grades


def _all_graded(students: list[Reports]) -> Iterator[Grades]:
    """Each student's grades, in their order; few are graded here, where no process need be started."""
    processes = min(MOST_PROCESSES, os.cpu_count() or 1)
    if len(students) < CLASS or processes == 1:
        yield from map(_grade_student, students)
        return
    tasks = [[(name, base64.b64encode(raw).decode()) for name, raw in files] for files in students]
    for found in side_by_side(graded, tasks, processes, _lost):
        passed, attempted = (
            {student: set(ids) for student, ids in found[what].items()} for what in ("passed", "attempted")
        )
        yield Grades(passed, attempted, found["reports"], found["remarks"])


def graded(files: list[tuple[str, str]]) -> dict[str, Any]:
    """One student's grades as plain data, from names of files and what stands in them in base 64."""
    found = _grade_student([(name, base64.b64decode(raw)) for name, raw in files])
    sets = {what: {student: sorted(ids) for student, ids in getattr(found, what).items()}
            for what in ("passed", "attempted")}  # fmt: skip
    return {**sets, "reports": found.reports, "remarks": found.remarks}


def _lost(files: list[tuple[str, str]]) -> dict[str, Any]:
    why = "not graded: Python ended under it"
    return {"passed": {}, "attempted": {}, "reports": {}, "remarks": [f"{name}: {why}" for name, _ in files]}


def _entries(folder: Path, grades: Grades) -> list[Path]:
    """All that is in a folder and below it, but for folders; links to folders are not followed."""

    def unread(error: OSError) -> None:
        place = one_line(Path(str(error.filename)).relative_to(folder).as_posix())
        grades.remarks.append(f"{place}: not looked into ({error.strerror})")

    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=unread, followlinks=False):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        found += [Path(place, name) for name in (*files, *links)]
    return sorted(found)


def _written(pair: tuple[str, dict[str, Any]]) -> str:
    when = pair[1].get("written")
    return when if isinstance(when, str) else ""


def _grade_student(files: Reports) -> Grades:
    """The grades of one student, who is called as in the latest report."""
    grades, reports = Grades(), []
    for name, raw in files:
        try:
            reports.append((name, report_in(raw)))
        except ReportError as error:  # of a report that is nested as deep as could just be read
            grades.remarks.append(f"{name}: not graded: {_why(error)}")
    if not reports:
        return grades
    reports.sort(key=_written)
    student, names = written_name(reports[-1][1]["student"]), [name for name, _ in reports]
    grades.passed[student], grades.attempted[student], grades.reports[student] = set(), set(), names
    if len(reports) > 1:
        several = f"{one_line(', '.join(names))}: {len(reports)} reports of {student!r}"
        grades.remarks.append(f"{several}: united, what passed in one has passed")
    for name, report in reports:
        remarks = _grade(report["exercises"], student, grades)
        grades.remarks += [f"{name}: {remark}" for remark in remarks[:MOST_REMARKS]]
        if len(remarks) > MOST_REMARKS:
            grades.remarks.append(f"{name}: and {len(remarks) - MOST_REMARKS:,} more exercises with a remark")
    return grades


def _grade(entries: dict[str, Any], student: str, grades: Grades) -> list[str]:
    """Check a report's answers again; what there is to say of them."""
    remarks = []
    page = [one_line(id, 20) for id, entry in entries.items() if entry.get("whose") == PAGE]
    if page:
        remarks.append(f"answered on a page of the book, whose numbers everybody has: {', '.join(page[:MOST_REMARKS])}")
    known = [id for id in entries if id in exercise_ids()]
    strange = [id for id in entries if id not in exercise_ids()]
    for id in known + strange[:MOST_REMARKS]:
        try:
            right, claimed = recheck(id, student, entries[id]), bool(entries[id].get("passed"))
        except Exception as error:  # one answer that nobody thought of leaves the others their points
            remarks.append(f"exercise {one_line(id, 20)} not graded: {_why(error)}")
            continue
        grades.attempted[student].add(find_exercise(id).id)
        if right:
            grades.passed[student].add(find_exercise(id).id)
        if right != claimed:
            said, found = ("passed", "wrong") if claimed else ("not passed", "right")
            remarks.append(f"exercise {id}: recorded as {said}, but its answer is {found}; graded as {found}")
    return remarks + [f"exercise {one_line(id, 20)} not graded: there is none" for id in strange[MOST_REMARKS:]]


def _why(error: Exception) -> str:
    if isinstance(error, LmmError):
        return one_line(str(error), 400)
    return f"no check writes what stands in it ({type(error).__name__})"


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
    if not isinstance(source, str):
        raise ReportError("it does not say which data it used")
    if source not in ("", "real", "standin"):
        raise ReportError(f"it used data called {source[:40]!r}, which there are not")
    page = entry.get("whose", "")
    if page not in ("", PAGE):
        raise ReportError(f"it was answered with the numbers of {str(page)[:40]!r}, which are nobody's")
    with data_source(source):
        mine = recorded_variant(exercise, page or student, entry.get("draw", -1))
        if mine.digest != entry.get("numbers"):
            raise ReportError("it was answered with other numbers than belong to this student here", "Another version?")
        try:
            form = form_of(entry["answer"])
            if mine.is_function != isinstance(form, list) or (mine.is_function and len(form) != len(mine.inputs)):
                return False
            return mine.right(mine.fitted(form))
        except (Unfit, LmmError):
            return False
