"""Where the exercises are, in a clone and in an installed package, and the reading of them.

In a clone they stand in ``exercises/`` beside the package; a wheel carries them inside it, as
``lmmteach/exercises_data``, closed (``hatch_build.py``): the checker needs the solutions, and nobody should read them
by opening a folder. Each file is run once, when it is first asked for.
"""

from __future__ import annotations

import base64
import difflib
import zlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from lmmteach.check.declaration import Exercise, ExerciseError

__all__ = [
    "all_exercises",
    "closed",
    "exercise_ids",
    "find_exercise",
    "lesson_exercises",
    "lesson_number",
    "lesson_titles",
]
CLOSED = ".closed"


def shelf() -> Traversable:
    """The folder that holds the exercises, one folder a lesson.

    Raises
    ------
    ExerciseError
        If the package came without them.
    """
    inside = files("lmmteach").joinpath("exercises_data")
    beside = Path(__file__).resolve().parent.parent.parent / "exercises"
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    raise ExerciseError(f"There are no exercises at {beside}.", "Install the package anew, or work in a clone.")


@cache
def _files() -> dict[str, Traversable]:
    """The exercises' files by id, in order."""
    found: dict[str, Traversable] = {}
    for folder in shelf().iterdir():
        if folder.is_dir() and folder.name[:2].isdigit():
            for file in folder.iterdir():
                id, dot, ending = file.name.rpartition(".")
                if dot + ending in {".py", CLOSED}:
                    found[id] = file
    return dict(sorted(found.items()))


def closed() -> bool:
    """Whether this is an installed package, whose exercises are closed."""
    return any(file.name.endswith(CLOSED) for file in _files().values())


def _source(file: Traversable) -> str:
    if file.name.endswith(CLOSED):
        return zlib.decompress(base64.decodebytes(file.read_bytes())).decode("utf-8")
    return file.read_text(encoding="utf-8")


@cache
def lesson_titles() -> dict[str, str]:
    """The lessons that have exercises: number and title, as the folder's ``title.txt`` says."""
    titles = {}
    for folder in sorted(shelf().iterdir(), key=lambda entry: entry.name):
        if folder.is_dir() and folder.name[:2].isdigit():
            titles[folder.name[:2]] = folder.joinpath("title.txt").read_text(encoding="utf-8").strip()
    return titles


def exercise_ids() -> list[str]:
    """Every exercise's id, in order."""
    return list(_files())


def all_exercises() -> list[Exercise]:
    """Every exercise, in order."""
    return [find_exercise(id) for id in exercise_ids()]


def lesson_exercises(lesson: str) -> list[Exercise]:
    """The exercises of one lesson ("05" or "5").

    Raises
    ------
    ExerciseError
        If the lesson has none, naming the lessons that have.
    """
    number = lesson_number(lesson)
    found = [find_exercise(id) for id in _files() if id.startswith(f"{number}.")]
    if not found:
        raise ExerciseError(f"Lesson {lesson!r} has no exercises.", f"These have: {', '.join(lesson_titles())}.")
    return found


def lesson_number(lesson: str) -> str:
    """A lesson as two digits; nothing is no lesson, not lesson 00.

    >>> lesson_number("5"), lesson_number("05"), lesson_number("")
    ('05', '05', '')
    """
    return lesson.strip() and lesson.strip().zfill(2)


def find_exercise(id: str) -> Exercise:
    """The exercise with this id ("05.2"; "5.2" is understood).

    Raises
    ------
    ExerciseError
        If there is none, naming the nearest.
    """
    if not isinstance(id, str):
        raise ExerciseError('An exercise is named by text, like "05.2".', "Put its number in quotation marks.")
    lesson, _, place = id.strip().partition(".")
    known = f"{lesson_number(lesson)}.{place}"
    if known not in _files():
        near = difflib.get_close_matches(known, _files(), 3, 0.5)
        advice = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(_files())}."
        raise ExerciseError(f"There is no exercise {id[:40]!r}.", advice)
    return _read(known)


@cache
def _read(id: str) -> Exercise:
    file = _files()[id]
    space: dict[str, object] = {"__name__": f"exercise {id}"}
    exec(compile(_source(file), str(file), "exec"), space)
    exercise = space.get("EXERCISE")
    if not isinstance(exercise, Exercise):
        raise ExerciseError(f"{file} declares no EXERCISE.", "See exercises/README.md.")
    if exercise.id != id:
        raise ExerciseError(
            f"{file} declares exercise {exercise.id!r}.", "Call the file as its exercise, or the exercise as its file."
        )
    return exercise
