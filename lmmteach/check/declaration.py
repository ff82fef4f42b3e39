"""What an exercise is: one declaration, from which everything else is derived.

Decisions, and why:

- **The solution is code, and the answer is what the code leaves behind.**  The expected answer of each student is
  had by running the solution on that student's numbers, so text, solution and expected answer cannot drift apart.
- **A wrong answer is code too** (or a function of the numbers, or the solution run on changed numbers), with the
  sentence it deserves.  The tests run every one of them and demand its own diagnosis.
- **Numbers are drawn until nothing can be confused.**  A draw in which a wrong answer comes within 2 % of the right
  one, or near another wrong one, is thrown away (:mod:`lmmteach.check.clear`), so a diagnosis is never a guess
  between two, and a wrong formula is never right by chance: neither a listed one nor one that a slip makes of the
  solution.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmmteach.check.question import Question
from lmmteach.errors import LmmError

__all__ = ["Exercise", "ExerciseError", "Property", "Says", "Wrong"]

#: what the general diagnoses have words for
QUANTITIES = ("variance", "sd", "covariance", "correlation", "share")
#: what is said of an answer: a sentence, or a function of the student's numbers and the answer
Says = str | Callable[[Question, Any], str]


class ExerciseError(LmmError):
    """An exercise's declaration cannot be used, or there is no such exercise."""


@dataclass(frozen=True)
class Wrong:
    """A known wrong answer and the misconception it shows.

    Give one of ``code`` (as a student would write it), ``answer`` (a function of the numbers) and ``change`` (the
    numbers on which the solution gives this answer).  ``when`` recognises it where equality is too narrow.  ``close``
    says that it is near the right answer by nature, as ML is near REML: then no 2 % are asked for between them.

    >>> Wrong("no-sigma2", "sigma² is missing.", change=lambda q: q.but(sigma2=0.0)).name
    'no-sigma2'
    """

    name: str
    says: Says
    code: str = ""
    answer: Callable[[Question], Any] | None = None
    change: Callable[[Question], Question] | None = None
    when: Callable[[Question, Any], bool] | None = None
    close: bool = False

    def __post_init__(self) -> None:
        if sum([bool(self.code), self.answer is not None, self.change is not None]) != 1:
            raise ExerciseError(
                f"Wrong answer {self.name!r} needs exactly one of code=, answer= and change=.", "Give it one of them."
            )


@dataclass(frozen=True)
class Property:
    """What every result of the student's function must have: ``holds(arguments, result)``, and what to say if not."""

    name: str
    holds: Callable[[tuple[Any, ...], Any], bool]
    says: str


def _no_numbers(rng: np.random.Generator) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise: see ``exercises/README.md`` for the format, with an example.

    Parameters
    ----------
    id, title, text : str
        "05.2"; a few words; the task in Markdown, without the student's numbers (``q`` shows those).
    starter, solution : str
        Code that leaves ``name`` behind.  ``q``, ``np``, ``pd`` and ``lmmteach`` are there.
    hints : two or three strings, each saying more than the one before, none the answer.
    right, notice : str
        Why the answer is right, and what to notice next.
    wrong : Wrong, ...
    around : code of other formulas somebody may take; the numbers are drawn so that none of them is right by chance.
    numbers : function of a random generator, giving the student's numbers by name.
    expected : where the solution takes long: of the numbers, what it gives. The tests hold the solution to it.
    name : the variable that is checked: "answer", or the name of a function.
    quantity : one of :data:`QUANTITIES`: words for the general diagnoses.
    rtol : how near is right, relative to the largest entry.
    inputs : for functions: of a random generator, giving one tuple of arguments.
    properties : for functions: what every result must have.
    accepts : where more than one answer is right: of the numbers and the answer.
    otherwise : what to say of an answer that nothing else recognises.
    choices : the words to choose from.
    """

    id: str
    title: str
    text: str
    starter: str
    solution: str
    hints: tuple[str, ...]
    right: Says
    notice: str
    wrong: tuple[Wrong, ...]
    around: tuple[str, ...] = ()
    numbers: Callable[[np.random.Generator], dict[str, Any]] = _no_numbers
    expected: Callable[[Question], Any] | None = None
    name: str = "answer"
    quantity: str = ""
    rtol: float = 1e-4
    inputs: Callable[[np.random.Generator], tuple[Any, ...]] | None = None
    properties: tuple[Property, ...] = ()
    accepts: Callable[[Question, Any], bool] | None = None
    otherwise: Says = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d\d\.\d", self.id):
            raise ExerciseError(
                f"Exercise {self.id!r}: that is no id.", "Write the lesson's two digits, a dot and a digit: '05.2'."
            )
        if not 2 <= len(self.hints) <= 3 or not all(hint.strip() for hint in self.hints):
            raise ExerciseError(
                f"Exercise {self.id} has {len(self.hints)} hints.", "Give two or three, none of them empty."
            )
        if self.quantity not in ("", *QUANTITIES):
            raise ExerciseError(
                f"Exercise {self.id}: quantity={self.quantity!r} is no quantity the general diagnoses know.",
                f"Leave it out, or write one of {', '.join(map(repr, QUANTITIES))}.",
            )
        if not self.wrong:
            raise ExerciseError(
                f"Exercise {self.id} lists no wrong answer.",
                "Give it one at least: which misconception does it look for?",
            )
        names = [wrong.name for wrong in self.wrong]
        if len(set(names)) < len(names):
            raise ExerciseError(
                f"Exercise {self.id}: two wrong answers have one name ({', '.join(names)}).", "Rename one of them."
            )

    @property
    def lesson(self) -> str:
        """The lesson's number, "05"."""
        return self.id[:2]
