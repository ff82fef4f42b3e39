"""The students' notebooks and the teacher's solutions, both derived from the exercises' declarations.

A student's notebook holds text, starters and checks: no hint, no solution, no output.  Cells have fixed ids, so that
copying again gives the same bytes, and a notebook somebody has worked in can be told from an untouched one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lmmteach.check.declaration import Exercise, ExerciseError
from lmmteach.check.shelf import all_exercises, closed, lesson_exercises, lesson_number, lesson_titles
from lmmteach.files import write_safely

__all__ = ["Kept", "copy_notebook", "notebook", "notebook_name", "solutions_markdown", "write_solutions"]

WELCOME = """# Exercises {number}: {title}

Write your answer in place of the dots, run the cell, then run the check below it. A check says what kind of mistake
it sees. It never says the answer, and you may check as often as you like.

Stuck? Run `lmmteach.hint("{first}")` in a cell of its own. At the end you write the file to hand in."""
INSTALL = """# On Colab, or wherever lmmteach is not installed: take away the # in the next line and run the cell.
# %pip install lmmteach"""
SETUP = """import numpy as np
import pandas as pd

import lmmteach

# Your name or number as in the course list, the same in every notebook. Your numbers follow from it.
lmmteach.student("")"""
HAND_IN = "## Hand in\n\nThis writes a file beside the notebook, with what you tried and solved. Hand in that file."
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def notebook(lesson: str, solved: bool = False) -> dict[str, Any]:
    """The notebook of a lesson's exercises, in nbformat 4.5; ``solved`` puts the solutions in the starters' places.

    Raises
    ------
    ExerciseError
        If the lesson has no exercises.

    >>> sheet = notebook("05")
    >>> sheet["nbformat"], any("solution" in cell["source"] for cell in sheet["cells"])
    (4, False)
    """
    number, exercises = lesson_number(lesson), lesson_exercises(lesson)
    title = lesson_titles()[number]
    cells = [
        _cell("welcome", WELCOME.format(number=number, title=title, first=exercises[0].id), "markdown"),
        _cell("install", INSTALL),
        _cell("setup", SETUP),
    ]
    for exercise in exercises:
        key = exercise.id.replace(".", "-")
        cells += [
            _cell(f"text-{key}", f"## {exercise.id} {exercise.title}\n\n{exercise.text.strip()}", "markdown"),
            _cell(f"numbers-{key}", f'q = lmmteach.exercise("{exercise.id}")\nq'),
            _cell(f"answer-{key}", (exercise.solution if solved else exercise.starter).strip()),
            _cell(f"check-{key}", f'lmmteach.check("{exercise.id}", {exercise.name})'),
        ]
    cells += [_cell("hand-in", HAND_IN, "markdown"), _cell("report", "lmmteach.report()")]
    return {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(id: str, source: str, kind: str = "code") -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": id, "metadata": {}, "source": source}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def notebook_name(lesson: str) -> str:
    """The file name of a lesson's notebook."""
    return f"exercises-{lesson_number(lesson)}.ipynb"


class Kept(ExerciseError):
    """A file was left as it is, because somebody has changed it since it was written."""

    def __init__(self, *paths: Path) -> None:
        self.paths = paths
        names, several = ", ".join(map(str, paths)), len(paths) > 1
        have, they, are = ("have", "they", "are") if several else ("has", "it", "is")
        super().__init__(
            f"{names} {have} been changed since {they} {'were' if several else 'was'} written; "
            f"{they} {are} left as {they} {are}.",
            f"Choose another folder, or add --force to overwrite {'them' if several else 'it'}.",
        )


def copy_notebook(lesson: str, folder: Path, force: bool = False) -> Path:
    """Write a lesson's notebook into a folder; one that somebody has worked in is kept unless ``force``.

    Raises
    ------
    ExerciseError
        If another notebook stands there (:class:`Kept`), or the folder cannot be written.
    """
    content = json.dumps(notebook(lesson), indent=1, ensure_ascii=False) + "\n"
    return _write(folder / notebook_name(lesson), content, force)


def _write(path: Path, content: str, force: bool) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not force and path.read_text(encoding="utf-8", errors="replace") != content:
            raise Kept(path)
        write_safely(path, content)
    except OSError as error:
        raise ExerciseError(f"{path} cannot be written ({error.strerror}).", "Give a folder of your own.") from None
    return path


def solutions_markdown(exercise: Exercise) -> str:
    """What a teacher wants to see of an exercise: the solution, the hints, each mistake and what is said of it."""
    lines = [f"## {exercise.id} {exercise.title}", exercise.text.strip(), "### Solution"]
    lines += [f"```python\n{exercise.solution.strip()}\n```"]
    says = exercise.right if isinstance(exercise.right, str) else "(says why with the student's own numbers)"
    lines += [f"**Right:** {says}", f"**Notice:** {exercise.notice}", "### Hints"]
    lines += ["\n".join(f"{k}. {hint}" for k, hint in enumerate(exercise.hints, 1)), "### Known mistakes"]
    mistakes = []
    for wrong in exercise.wrong:
        said = wrong.says if isinstance(wrong.says, str) else "(says it with the student's own numbers)"
        mistakes.append(f"- **{wrong.name}**: {said}")
    return "\n\n".join([*lines, "\n".join(mistakes)])


def write_solutions(folder: Path, force: bool = False) -> list[Path]:
    """Write the solutions of every lesson into a folder, one Markdown file and one solved notebook each.

    Files that somebody has changed are kept unless ``force``; the others are written all the same.

    Raises
    ------
    ExerciseError
        If files were kept (:class:`Kept`, naming them all), the folder cannot be written, or the package was
        installed: what students install shows no solutions.
    """
    if closed():
        raise ExerciseError(
            "The solutions are not part of what is installed, for students install it, too.",
            "Take a clone or the source archive, and run there: python -m lmmteach exercises solutions FOLDER",
        )
    written: list[Path] = []
    kept: list[Path] = []
    for name, content in _solutions():
        try:
            written.append(_write(folder / name, content, force))
        except Kept as changed:
            kept += changed.paths
    if kept:
        raise Kept(*kept)
    return written


def _solutions() -> Iterator[tuple[str, str]]:
    for lesson, title in lesson_titles().items():
        mine = [exercise for exercise in all_exercises() if exercise.lesson == lesson]
        if not mine:
            continue
        head = f"# Exercises {lesson}: {title}\n\nSolutions. For teachers; not for the students' pages."
        yield f"solutions-{lesson}.md", "\n\n".join([head, *map(solutions_markdown, mine)]) + "\n"
        sheet = json.dumps(notebook(lesson, solved=True), indent=1, ensure_ascii=False) + "\n"
        yield f"solutions-{lesson}.ipynb", sheet
