"""The gradebook: grades as a CSV that Canvas imports, one column a lesson.

Canvas finds students by its own ID, which a report cannot know: give the gradebook's export as the roster, and the ID
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
from lmmteach.check.reports import ReportError
from lmmteach.check.shelf import lesson_exercises, lesson_titles
from lmmteach.check.variant import normal_name

__all__ = ["Roster", "canvas_csv", "harmless", "read_roster"]

#: Canvas's own columns, in its order
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
#: what may separate cells, in one language's spreadsheet or another's; what begins a formula; what stands around cells,
#: and the kinds of signs that nobody sees
SEPARATORS, FORMULAS, QUOTES, UNSEEN = ",;|", "=+-@\u2212", ' "', ("Mn", "Me", "Cf", "Zs")
#: one person's columns
Row = dict[str, str]
#: the people who may go by a name or an ID
Roster = dict[str, list[Row]]


def read_roster(path: Path) -> Roster:
    """Canvas's gradebook export: the ID columns of all who go by a name, by every name they may go by.

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
    found: Roster = {}
    for row in rows:
        kept = {column: row.get(column) or "" for column in COLUMNS}
        last, comma, first = kept["Student"].partition(",")
        names = [kept["Student"], f"{first} {last}" if comma else "", *(kept[column] for column in COLUMNS[1:4])]
        for name in {normal_name(name) for name in names} - {""}:
            others = found.setdefault(name, [])
            if _person(kept) not in map(_person, others):
                others.append(kept)
    return found


def _person(row: Row) -> str | tuple[str, ...]:
    """By what a row is told from another's: somebody in two sections may have two."""
    return row["ID"] or tuple(row.values())


def canvas_csv(grades: Grades, roster: Roster | None = None) -> tuple[str, list[str]]:
    """The gradebook as CSV text, and what there is to say of whom the roster does not make out."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    titles = lesson_titles()
    writer.writerow([*COLUMNS, *(f"Exercises {lesson}: {titles[lesson]}" for lesson in grades.lessons)])
    points = [len(lesson_exercises(lesson)) for lesson in grades.lessons]
    writer.writerow(["    Points Possible", "", "", "", "", *points])
    known, remarks = ({}, []) if roster is None else _made_out(grades, roster)
    for student in sorted(grades.passed, key=normal_name):
        identity = [known.get(student, {"Student": student}).get(column, "") for column in COLUMNS]
        scores = [_score(grades, student, lesson) for lesson in grades.lessons]
        writer.writerow([*map(harmless, identity), *scores])
    return table.getvalue(), remarks


def _made_out(grades: Grades, roster: Roster) -> tuple[dict[str, Row], list[str]]:
    """The one row of each student who has one of their own, and why the others have none."""
    reached: dict[str | tuple[str, ...], list[tuple[str, Row]]] = {}
    remarks = []
    for student in sorted(grades.passed, key=normal_name):
        rows = roster.get(normal_name(student), [])
        if len(rows) == 1:
            reached.setdefault(_person(rows[0]), []).append((student, rows[0]))
        elif rows:
            people = "; ".join(f"{row['Student']}, ID {row['ID']}" for row in rows)
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
        row = one_line(found[0][1]["Student"])
        remarks.append(f"{names} are both {row} on the roster: their ID columns are empty")
    return known, remarks


def _score(grades: Grades, student: str, lesson: str) -> int | str:
    """Exercises passed; empty, which Canvas leaves alone, where nothing of the lesson was tried."""
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
