"""The gradebook: grades as a CSV that Canvas, Moodle or Blackboard imports, one column a lesson.

Each finds students by its own ID, which a report cannot know: give the gradebook's export as the roster, and the ID
columns are filled from it, where it is plain whose they are.  Where it is not, they stay empty: a grade that waits is
better than one that goes to somebody else.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

from lmmteach.check.feedback import one_line
from lmmteach.check.grading import Grades
from lmmteach.check.platforms import CANVAS, Platform
from lmmteach.check.reports import ReportError
from lmmteach.check.shelf import lesson_exercises, lesson_titles
from lmmteach.check.variant import normal_name

__all__ = ["Roster", "gradebook_csv", "harmless", "read_roster"]

#: what may separate cells, in one language's spreadsheet or another's; what begins a formula; what stands around cells,
#: and the kinds of signs that nobody sees
SEPARATORS, FORMULAS, QUOTES, UNSEEN = ",;|", "=+-@\u2212", ' "', ("Mn", "Me", "Cf", "Zs")
#: one person's columns
Row = dict[str, str]
#: the people who may go by a name or an ID
Roster = dict[str, list[Row]]


def read_roster(path: Path, platform: Platform = CANVAS) -> Roster:
    """A platform's gradebook export: its identity columns of all who go by a name, by every name they may go by.

    Raises
    ------
    ReportError
        If it is no such file.
    """
    give = f"Give the file that {platform.title} exports from its gradebook."
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        tabs = "\t" in text.partition("\n")[0]  # Blackboard's export has tabs
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t" if tabs else ","))
    except (OSError, ValueError, csv.Error):
        raise ReportError(f"The roster {path} cannot be read.", give) from None
    if not rows or not platform.needed <= set(rows[0]):
        columns = ", ".join(column for column in platform.columns if column in platform.needed)
        raise ReportError(f"The roster {path} has no columns {columns}.", give)
    found: Roster = {}
    for row in rows:
        kept = {column: row.get(column) or "" for column in platform.columns}
        for name in {normal_name(name) for name in platform.names(kept)} - {""}:
            others = found.setdefault(name, [])
            if _person(kept, platform) not in (_person(other, platform) for other in others):
                others.append(kept)
    return found


def _person(row: Row, platform: Platform) -> str | tuple[str, ...]:
    """By what a row is told from another's: somebody in two sections may have two."""
    return row[platform.key] or tuple(row.values())


def gradebook_csv(grades: Grades, roster: Roster | None = None, platform: Platform = CANVAS) -> tuple[str, list[str]]:
    """The gradebook as CSV text, and what there is to say of whom the roster does not make out."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    titles = lesson_titles()
    points = [len(lesson_exercises(lesson)) for lesson in grades.lessons]
    heads = (
        platform.heading.format(lesson=lesson, title=titles[lesson], points=most)
        for lesson, most in zip(grades.lessons, points, strict=True)
    )
    writer.writerow([*platform.columns, *heads])
    if platform.points_row:
        writer.writerow([platform.points_row, *[""] * (len(platform.columns) - 1), *points])
    known, remarks = ({}, []) if roster is None else _made_out(grades, roster, platform)
    for student in sorted(grades.passed, key=normal_name):
        row = known.get(student, {platform.unplaced: student})
        scores = [_score(grades, student, lesson) for lesson in grades.lessons]
        writer.writerow([*(harmless(row.get(column, "")) for column in platform.columns), *scores])
    return table.getvalue(), remarks


def _made_out(grades: Grades, roster: Roster, platform: Platform) -> tuple[dict[str, Row], list[str]]:
    """The one row of each student who has one of their own, and why the others have none."""
    reached: dict[str | tuple[str, ...], list[tuple[str, Row]]] = {}
    remarks = []
    for student in sorted(grades.passed, key=normal_name):
        rows = roster.get(normal_name(student), [])
        if len(rows) == 1:
            reached.setdefault(_person(rows[0], platform), []).append((student, rows[0]))
        elif rows:
            people = "; ".join(f"{_named(row, platform)}, {platform.key} {row[platform.key]}" for row in rows)
            remarks.append(
                f"{student!r} may be {len(rows)} on the roster ({one_line(people)}): their ID columns are empty"
            )
        else:
            remarks.append(f"{student!r} is not on the roster: their ID columns are empty")
    known: dict[str, Row] = {}
    for found in reached.values():
        if len(found) == 1:
            known |= found
            continue
        names = " and ".join(f"{student!r} ({one_line(', '.join(grades.reports[student]))})" for student, _ in found)
        row = one_line(_named(found[0][1], platform))
        remarks.append(f"{names} are both {row} on the roster: their ID columns are empty")
    return known, remarks


def _named(row: Row, platform: Platform) -> str:
    return row[platform.whole[0]] if not platform.first else f"{row[platform.first]} {row[platform.last]}"


def _score(grades: Grades, student: str, lesson: str) -> int | str:
    """Exercises passed; empty, which a platform leaves alone, where nothing of the lesson was tried."""
    if not any(id.startswith(lesson) for id in grades.attempted[student]):
        return ""
    return sum(id.startswith(lesson) for id in grades.passed[student])


def harmless(cell: str) -> str:
    """A name of which no spreadsheet makes a formula, whichever sign separates its cells.

    A sign that begins a formula gets an apostrophe where a cell could begin: at the front, and behind what separates
    cells in some language's spreadsheet.  A name that Canvas takes for its row of points is written with a space that
    does not break: it looks the same.

    >>> harmless("x;=2+5;"), harmless("＝2"), harmless("Lovelace, Ada"), harmless("O'Neill-Byrne")
    ("x;'=2+5;", "'＝2", 'Lovelace, Ada', "O'Neill-Byrne")
    """
    written, at_front = [], True
    for sign in "".join(sign if sign.isprintable() else " " for sign in cell).strip():
        plain = unicodedata.normalize("NFKC", sign)[:1]  # full-width signs are read as the plain ones
        if plain in SEPARATORS:
            at_front = True
        elif at_front and plain in FORMULAS:
            written.append("'")
            at_front = False
        elif not (plain in QUOTES or unicodedata.category(sign) in UNSEEN):
            at_front = False
        written.append(sign)
    return re.sub(r"(?i)(points)\s+(?=possible)", "\\1\u00a0", "".join(written))
