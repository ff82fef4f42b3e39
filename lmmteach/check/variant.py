"""One exercise for one student: whose numbers are whose.

The seed is the SHA-256 of the student's name (letters' case, accents' encoding and spaces aside) and the exercise's
id, so neighbours have different numbers and the checker and the grader find them again.  Numbers, and the inputs of a
function, are drawn anew until no two answers can be confused (:mod:`lmmteach.check.clear`).  Nothing here is secret:
whoever has the package can work out anybody's numbers.
"""

from __future__ import annotations

import contextlib
import hashlib
import unicodedata
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import numpy as np

from lmmteach.check.clear import unclear
from lmmteach.check.declaration import Exercise, ExerciseError
from lmmteach.check.posed import Variant
from lmmteach.check.question import Question
from lmmteach.datasets import load_framingham

__all__ = ["data_source", "framingham", "normal_name", "recorded_variant", "variant", "written_name"]

DRAWS = 100
LONGEST_NAME = 200
_source: ContextVar[Any] = ContextVar("source", default="auto")


@contextlib.contextmanager
def data_source(source: str) -> Iterator[None]:
    """Within it, exercises use this source of the Framingham data: a grader must use what the student had."""
    before = _source.set(source or "auto")
    try:
        yield
    finally:
        _source.reset(before)


def framingham() -> Any:
    """The Framingham data for an exercise's numbers: ``load_framingham()``, or the source a grader asks for."""
    return load_framingham(_source.get())


def written_name(student: str) -> str:
    """A name as files and messages hold it: on one line, not endless, without halves of characters.

    >>> written_name("  Ada\\n Love\\ud800lace ")
    'Ada Lovelace'
    """
    return " ".join(student.encode(errors="ignore").decode().split())[:LONGEST_NAME]


def normal_name(student: str) -> str:
    """A name as it is hashed and compared: two people are not one because their names look alike.

    >>> normal_name("  Ada   LOVELACE "), normal_name("Strauß") == normal_name("Strauss")
    ('ada lovelace', False)
    """
    whole = student.encode(errors="ignore").decode()  # half a character cannot be hashed
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", whole).split()).lower())


def variant(exercise: Exercise, student: str) -> Variant:
    """The exercise with this student's numbers."""
    return _variant(exercise, normal_name(student), _source.get())


@lru_cache(maxsize=256)
def _variant(exercise: Exercise, student: str, source: str) -> Variant:
    reason = ""
    for draw in range(DRAWS):
        found = _drawn(exercise, student, draw)
        reason = unclear(found)
        if not reason:
            return found
    raise ExerciseError(f"Exercise {exercise.id}: in {DRAWS} draws of its numbers {reason} each time.",
                        "Draw from a wider range.")  # fmt: skip


def recorded_variant(exercise: Exercise, student: str, draw: int) -> Variant:
    """The exercise with the numbers of a student's draw that a report names.

    That they are clear was seen when they were set: to see it again takes the fits of every listed slip.
    """
    if type(draw) is not int or not 0 <= draw < DRAWS:
        return variant(exercise, student)
    return _recorded(exercise, normal_name(student), draw, _source.get())


@lru_cache(maxsize=256)
def _recorded(exercise: Exercise, student: str, draw: int, source: str) -> Variant:
    return _drawn(exercise, student, draw)


def _drawn(exercise: Exercise, student: str, draw: int) -> Variant:
    """One of a student's draws, clear or not."""
    seed = hashlib.sha256(f"{exercise.id}\n{student}".encode()).digest()
    drawn = exercise.numbers(np.random.default_rng([*seed, draw]))
    return Variant(exercise, Question(exercise.id, exercise.title, exercise.text, drawn), (*seed, draw))
