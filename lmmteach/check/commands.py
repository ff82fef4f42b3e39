"""The terminal's side of the exercises: ``lmmteach exercises ...`` and ``lmmteach grade``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lmmteach.check.declaration import ExerciseError
from lmmteach.check.gradebook import gradebook_csv, read_roster
from lmmteach.check.grading import grade_folder
from lmmteach.check.notebooks import Kept, copy_notebook, write_solutions
from lmmteach.check.platforms import PLATFORMS
from lmmteach.check.reports import PROTECTION
from lmmteach.check.shelf import all_exercises, lesson_titles
from lmmteach.files import write_safely

__all__ = ["add_commands"]

OPEN = "Open it in Jupyter (in a clone: python make.py lab), VS Code or Colab."


def add_commands(commands: Any, say: Callable[[str], None]) -> None:
    """Add ``exercises`` and ``grade`` to the command line's parser."""
    exercises = commands.add_parser(
        "exercises", help="list the exercises, copy the students' notebooks, write the solutions"
    )
    tasks = exercises.add_subparsers(required=True, metavar="TASK")
    listing = tasks.add_parser("list", help="every exercise, by lesson")
    listing.set_defaults(run=lambda options: _list(say))
    copying = tasks.add_parser("copy", help="write a lesson's notebook, without solutions")
    copying.add_argument("lesson", help="the lesson's number, or 'all'")
    copying.add_argument("folder", type=Path, nargs="?", default=Path(), help="default: this one")
    copying.add_argument("--force", action="store_true", help="overwrite a notebook that has been worked in")
    copying.set_defaults(run=lambda options: _copy(options, say))
    solving = tasks.add_parser("solutions", help="write the solutions, for teachers (in a clone)")
    solving.add_argument("folder", type=Path)
    solving.add_argument("--force", action="store_true", help="overwrite files that have been edited")
    solving.set_defaults(run=lambda options: _solutions(options, say))
    grading = commands.add_parser(
        "grade",
        help="check the reports in a folder again and write a gradebook for Canvas, Moodle or Blackboard",
        description="Check the recorded answers of every report in a folder again, without running students' code. "
        "Several reports of one student are united. " + PROTECTION,
    )
    grading.add_argument("folder", type=Path, help="the folder with the reports")
    grading.add_argument("--csv", type=Path, default=Path("grades.csv"), help="where to write; default: %(default)s")
    grading.add_argument("--for", dest="platform", choices=PLATFORMS, default="canvas", help="default: %(default)s")
    grading.add_argument("--roster", type=Path, help="the platform's gradebook export, to fill the ID columns from")
    grading.add_argument("--force", action="store_true", help="overwrite the CSV")
    grading.set_defaults(run=lambda options: _grade(options, say))


def _list(say: Callable[[str], None]) -> int:
    lesson = ""
    for exercise in all_exercises():
        if exercise.lesson != lesson:
            lesson = exercise.lesson
            say(f"{lesson}  {lesson_titles()[lesson]}")
        say(f"    {exercise.id}  {exercise.title}")
    return 0


def _copy(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    lessons = list(lesson_titles()) if options.lesson == "all" else [options.lesson]
    kept: list[Path] = []
    for lesson in lessons:
        try:
            say(f"Written: {copy_notebook(lesson, options.folder, options.force)}")
        except Kept as changed:
            kept += changed.paths
    if kept:
        raise Kept(*kept)
    say(OPEN)
    return 0


def _solutions(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    for path in write_solutions(options.folder, options.force):
        say(f"Written: {path}")
    return 0


def _grade(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    if options.csv.exists() and not options.force:
        raise ExerciseError(f"{options.csv} is there already.", "Choose another with --csv, or add --force.")
    platform = PLATFORMS[options.platform]
    roster = read_roster(options.roster, platform) if options.roster else None
    grades = grade_folder(options.folder, options.csv, say)
    text, unplaced = gradebook_csv(grades, roster, platform)
    try:
        write_safely(options.csv, text)
    except OSError as error:
        raise ExerciseError(
            f"{options.csv} cannot be written ({error.strerror}).", "Choose another with --csv."
        ) from None
    for remark in grades.remarks + unplaced:
        say(remark)
    say(f"{_count(grades.files, 'file')}, {_count(len(grades.passed), 'student')} graded. Written: {options.csv}")
    if roster is None:
        say(
            f"{platform.title} finds students by the column {platform.key}. "
            "To have it filled, give the gradebook's export with --roster."
        )
    say(PROTECTION)
    return 0


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
