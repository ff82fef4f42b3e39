"""Whether a student's numbers keep the right answer, the known slips and the formulas around them apart."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from types import CodeType
from typing import Any

import numpy as np
import pandas as pd

from lmmteach.check import ranges
from lmmteach.check.forms import Unfit
from lmmteach.check.mutants import mutants
from lmmteach.check.posed import Variant
from lmmteach.errors import LmmError

__all__ = ["coarsest", "leaves", "unclear"]

APART = 0.02  # how far a wrong answer is from the right one, at least
TOLERANCES = 4.0  # how far two wrong answers are from each other, at least, in the exercise's tolerance
SAME = 1e-9  # formulas that agree so well are one formula, written in two ways


def unclear(mine: Variant) -> str:
    """Which two answers these numbers do not tell apart; empty if all are."""
    return _listed(mine) or _around(mine)


def _listed(mine: Variant) -> str:
    exercise = mine.exercise
    listed = {wrong.name: wrong for wrong in exercise.wrong}
    seen: dict[str, Any] = {}
    for name, form in mine.wrong_forms.items():
        if form is None:
            if mine.is_function:
                continue
            return f"{name} has no value"
        if _is_right(mine, form) or _is_right(mine, coarsest(form)):
            return f"{name} is right"
        if listed[name].when is not None:
            continue
        apart = TOLERANCES * exercise.rtol
        if mine.agree(form, mine.expected, apart if listed[name].close else APART):
            return f"{name} agrees with the right answer"
        for other, known in seen.items():
            if mine.agree(form, known, apart):
                return f"{name} agrees with {other}"
        seen[name] = form
    return ""


def _around(mine: Variant) -> str:
    """The formulas that nobody has listed with a sentence; of a table of data they would be fits, and take long."""
    for code in mine.exercise.around:
        if _by_chance(mine, _value(mine, code)):
            return f"another formula agrees with the right answer ({code.strip().splitlines()[-1]})"
    tables = any(isinstance(number, pd.DataFrame) for number in mine.q.numbers.values())
    if tables or mine.is_function or mine.exercise.accepts or not _in_numbers(mine.expected):
        return ""
    for program in mutants(mine.exercise.solution):
        form = _value(mine, program)
        if _by_chance(mine, form) and not mine.agree(form, mine.expected, SAME):
            return "a slip in the solution agrees with the right answer"
    return ""


def _by_chance(mine: Variant, form: Any) -> bool:
    """Whether another formula would be taken for right."""
    if form is None:
        return False
    return mine.agree(form, mine.expected, TOLERANCES * mine.exercise.rtol) or _is_right(mine, coarsest(form))


def _value(mine: Variant, code: str | CodeType) -> Any:
    """What a formula gives, as an answer of the form that is asked; None if it gives nothing of the kind."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return mine.fitted(mine.form(mine.run(code)))
    except Exception:
        return None


def _is_right(mine: Variant, form: Any) -> bool:
    try:
        return mine.right(mine.fitted(form))
    except (Unfit, LmmError):  # another form, or a setting that no data can have
        return False


def _in_numbers(form: Any) -> bool:
    return all(isinstance(leaf, float | np.ndarray) for leaf in leaves(form))


def leaves(form: Any) -> Iterator[Any]:
    """What stands at the ends of a form's branches."""
    if isinstance(form, dict | tuple):
        for part in form.values() if isinstance(form, dict) else form:
            yield from leaves(part)
    else:
        yield form


def coarsest(form: Any) -> Any:
    """An answer rounded as far as it may be; right must not be near even this.

    >>> coarsest({"p": 0.0123456, "t": 2.34567})
    {'p': 0.0123, 't': 2.346}
    """
    if isinstance(form, dict):
        return {key: coarsest(part) for key, part in form.items()}
    if isinstance(form, tuple | list):
        return type(form)(coarsest(part) for part in form)
    if isinstance(form, float | np.ndarray) and not isinstance(form, bool) and np.isfinite(form).all():
        places = ranges.coarsest_places(form)
        found = ranges.point(form, places)
        return found if isinstance(form, np.ndarray) else round(float(found), 12)
    return form
