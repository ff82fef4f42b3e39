"""One exercise for one student: the numbers, the expected answer, and what each known slip would give.

The seed is the SHA-256 of the student's name (letters' case, accents' encoding and spaces aside) and the exercise's
id, so neighbours have different numbers and the checker and the grader find them again.  Numbers are drawn anew
until no two of the listed answers can be confused.  Nothing here is secret: whoever has the package can work out
anybody's numbers.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import unicodedata
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from lmmteach.check.declaration import Exercise, ExerciseError, Wrong
from lmmteach.check.forms import Unfit, fit_form, loose, same_form
from lmmteach.check.question import Question
from lmmteach.datasets import load_framingham
from lmmteach.errors import LmmError

__all__ = ["Variant", "data_source", "framingham", "normal_name", "variant", "written_name"]

APART = 0.02  # how far a listed wrong answer is from the right one, at least
TOLERANCES = 4.0  # how far two wrong answers are from each other, at least, in the exercise's tolerance
DRAWS = 100
LONGEST_NAME = 200
CALLS = 12  # random inputs on which a function is tried
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
    """A name as it is hashed.

    >>> normal_name("  Ada   LOVELACE ")
    'ada lovelace'
    """
    whole = student.encode(errors="ignore").decode()  # half a character cannot be hashed
    return " ".join(unicodedata.normalize("NFKC", whole).split()).casefold()


def variant(exercise: Exercise, student: str) -> Variant:
    """The exercise with this student's numbers."""
    return _variant(exercise, normal_name(student), _source.get())


@lru_cache(maxsize=256)
def _variant(exercise: Exercise, student: str, source: str) -> Variant:
    seed = list(hashlib.sha256(f"{exercise.id}\n{student}".encode()).digest())
    reason = ""
    for draw in range(DRAWS):
        drawn = exercise.numbers(np.random.default_rng([*seed, draw]))
        found = Variant(exercise, Question(exercise.id, exercise.title, exercise.text, drawn), tuple(seed))
        reason = found.confusion()
        if not reason:
            return found
    raise ExerciseError(f"Exercise {exercise.id}: in {DRAWS} draws of its numbers {reason} each time.",
                        "Draw from a wider range.")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Variant:
    """An exercise, a student's numbers ``q``, and what follows from the two."""

    exercise: Exercise
    q: Question
    seed: tuple[int, ...]

    def run(self, code: str, q: Question | None = None) -> Any:
        """What a piece of an exercise's own code leaves behind (never a student's)."""
        space: dict[str, Any] = {"q": self.q if q is None else q, "__name__": f"exercise {self.exercise.id}"}
        exec("import numpy as np, pandas as pd, lmmteach", space)
        exec(compile(code, f"<exercise {self.exercise.id}>", "exec"), space)
        if self.exercise.name not in space:
            raise ExerciseError(f"Exercise {self.exercise.id}: this code leaves no {self.exercise.name!r}:\n{code}")
        return space[self.exercise.name]

    @cached_property
    def solved(self) -> Any:
        """What the solution gives: the answer itself, or the function."""
        return self.run(self.exercise.solution)

    @property
    def is_function(self) -> bool:
        """Whether a function is asked for."""
        return self.exercise.inputs is not None

    @cached_property
    def inputs(self) -> list[tuple[Any, ...]]:
        """The arguments a student's function is tried on: random, but the same at each check."""
        draw = self.exercise.inputs
        rng = np.random.default_rng([*self.seed, 1 << 20])
        return [draw(rng) for _ in range(CALLS)] if draw else []

    @cached_property
    def argument_names(self) -> tuple[str, ...]:
        """The names of the function's arguments, as the solution has them."""
        return tuple(inspect.signature(self.solved).parameters)

    def form(self, answer: Any) -> Any:
        """The plain form of an answer of ours; of a function, what it returns on the inputs."""
        if self.is_function:
            return [loose(answer(*arguments)) for arguments in self.inputs]
        return loose(answer)

    @cached_property
    def expected(self) -> Any:
        """The plain form of the right answer (of a function: a list of what it returns)."""
        return self.form(self.solved)

    def example(self, wrong: Wrong) -> Any:
        """A known wrong answer, as a student would hand it over."""
        if wrong.code:
            return self.run(wrong.code)
        if wrong.answer:
            return wrong.answer(self.q)
        return self.run(self.exercise.solution, wrong.change(self.q)) if wrong.change else None

    @cached_property
    def wrong_forms(self) -> dict[str, Any]:
        """The plain forms of the wrong answers, by name; None for a function that fails."""
        found: dict[str, Any] = {}
        for wrong in self.exercise.wrong:
            try:
                with np.errstate(all="ignore"):
                    found[wrong.name] = self.form(self.example(wrong))
            except Exception:
                found[wrong.name] = None
        return found

    def agree(self, form: Any, other: Any, rtol: float) -> bool:
        """Whether two answers' plain forms agree (of functions: on every input)."""
        if self.is_function:
            return len(form) == len(other) and all(same_form(a, b, rtol) for a, b in zip(form, other, strict=True))
        return same_form(form, other, rtol)

    def fitted(self, form: Any, expected: Any | None = None) -> Any:
        """A plain form in the form asked for, or Unfit."""
        expected, choices = self.expected if expected is None else expected, self.exercise.choices
        if self.is_function:
            return [fit_form(a, b, choices) for a, b in zip(form, expected, strict=True)]
        return fit_form(form, expected, choices)

    def right(self, form: Any) -> bool:
        """Whether a fitted form is a right answer."""
        if self.exercise.accepts:
            return bool(self.exercise.accepts(self.q, form))
        return self.agree(form, self.expected, self.exercise.rtol)

    def confusion(self) -> str:
        """Which two of the listed answers these numbers do not tell apart; empty if all are."""
        seen: dict[str, Any] = {"the right answer": self.expected}
        by_equality = {wrong.name for wrong in self.exercise.wrong if wrong.when is None}
        for name, form in self.wrong_forms.items():
            if form is None:
                if self.is_function:
                    continue
                return f"{name} has no value"
            try:
                if self.right(self.fitted(form)):
                    return f"{name} is right"
            except (Unfit, LmmError):  # another form, or a setting that no data can have
                pass
            for other, known in seen.items():
                apart = TOLERANCES * self.exercise.rtol if other in self.wrong_forms else APART
                if name in by_equality and self.agree(form, known, apart):
                    return f"{name} agrees with {other}"
            seen |= {name: form} if name in by_equality else {}
        return ""
