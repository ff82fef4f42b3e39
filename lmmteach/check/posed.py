"""An exercise with one student's numbers: the expected answer, and what each known slip would give."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

import numpy as np

from lmmteach.check.declaration import Exercise, ExerciseError, Wrong
from lmmteach.check.forms import fit_form, loose, same_form
from lmmteach.check.question import Question

__all__ = ["Variant"]

CALLS = 12  # random inputs on which a function is tried


@dataclass(frozen=True, eq=False)
class Variant:
    """An exercise, a student's numbers ``q``, and what follows from the two."""

    exercise: Exercise
    q: Question
    seed: tuple[int, ...]

    @property
    def draw(self) -> int:
        """Which of the student's draws this is: the first whose numbers are clear."""
        return self.seed[-1]

    @property
    def digest(self) -> str:
        """Twelve characters that change when a number does, or an input."""
        return self.q.but(_inputs=self.inputs).digest if self.is_function else self.q.digest

    def run(self, code: str | CodeType, q: Question | None = None) -> Any:
        """What a piece of an exercise's own code leaves behind (never a student's)."""
        space: dict[str, Any] = {"q": self.q if q is None else q, "__name__": f"exercise {self.exercise.id}"}
        exec("import numpy as np, pandas as pd, lmmteach", space)
        exec(compile(code, f"<exercise {self.exercise.id}>", "exec") if isinstance(code, str) else code, space)
        if self.exercise.name not in space:
            raise ExerciseError(
                f"Exercise {self.exercise.id}: this code leaves no {self.exercise.name!r}:\n{code}\n",
                "Let its last line assign that name.",
            )
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
        rng = np.random.default_rng([*self.seed, 1 << 20])  # another stream than the numbers'
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
        return self.form(self.exercise.expected(self.q) if self.exercise.expected else self.solved)

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

    def agree(self, form: Any, other: Any, rtol: float, rounding: bool = False) -> bool:
        """Whether two answers' plain forms agree (of functions: on every input)."""
        if self.is_function:
            pairs = zip(form, other, strict=False)
            return len(form) == len(other) and all(same_form(a, b, rtol, rounding) for a, b in pairs)
        return same_form(form, other, rtol, rounding)

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
        return self.agree(form, self.expected, self.exercise.rtol, rounding=True)
