"""The verdict on an answer: right, or the kind of mistake, in this order.

1. Is there anything at all (None, dots, the starter as it was)?   2. Does it agree with a listed wrong answer?
3. Has it the form that was asked for?   4. Is it right?   5. Is it one of the general slips?

Listed answers come before the form, so that "the whole matrix where one entry is asked" can be listed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from lmmteach.check.declaration import Says, Wrong
from lmmteach.check.forms import Unfit, loose, same_form
from lmmteach.check.general_slips import FALLBACK, general
from lmmteach.check.posed import Variant
from lmmteach.check.trial import try_function
from lmmteach.errors import LmmError

__all__ = ["Verdict", "judge", "judge_form", "part_slips"]

UNREADABLE = "This cannot be read as an answer."


class Verdict(NamedTuple):
    """Whether it is right; the name of the diagnosis; what to say; the answer's plain form if it had one."""

    passed: bool
    name: str
    says: str
    form: Any = None


def judge(variant: Variant, answer: Any) -> Verdict:
    """The verdict on a student's answer, whatever it is; never an exception."""
    form = None
    try:
        form = _read(variant, answer)
        return judge_form(variant, form)
    except Unfit as unfit:
        return Verdict(False, unfit.name, unfit.says, form)
    except RecursionError:
        return Verdict(False, "nested", "This contains itself. Give one list, or an array.")
    except BaseException:  # an answer may raise SystemExit or KeyboardInterrupt when it is touched
        return Verdict(False, "unreadable", UNREADABLE)


def _read(variant: Variant, answer: Any) -> Any:
    if variant.is_function:
        if answer is None or answer is Ellipsis:
            raise Unfit("blank", "Nothing here yet: hand over your function, by its name.")
        try:
            return try_function(answer, variant.inputs, variant.argument_names)
        except Unfit as unfit:
            if unfit.name == "none":
                raise Unfit(
                    "blank", "Your function returns nothing yet. Does its last line `return` the result?"
                ) from None
            raise
    if isinstance(variant.expected, dict) and issubclass(type(answer), pd.Series):
        labels, values = pd.Series.to_dict(answer).keys(), pd.Series.tolist(answer)
        answer = dict(zip(labels, values, strict=True))
    return loose(answer)


def judge_form(variant: Variant, form: Any) -> Verdict:
    """The verdict on an answer's plain form: what a grader does with a recorded one."""
    exercise = variant.exercise
    if not exercise.accepts:
        wrong = next((wrong for wrong in exercise.wrong if not wrong.when and _is(variant, form, wrong)), None)
        if wrong:
            return Verdict(False, wrong.name, _said(wrong.says, variant, form), form)
    fitted = variant.fitted(form)
    impossible = None
    try:
        if variant.right(fitted):
            return Verdict(True, "right", _said(exercise.right, variant, fitted), form)
    except LmmError as error:  # a setting that no data can have: perhaps by a known slip
        impossible = error
    for wrong in exercise.wrong:
        if wrong.when(variant.q, fitted) if wrong.when else _is(variant, form, wrong):
            return Verdict(False, wrong.name, _said(wrong.says, variant, fitted), form)
    if impossible:
        return Verdict(False, "impossible", str(impossible), form)
    if exercise.otherwise:
        return Verdict(False, "not-yet", _said(exercise.otherwise, variant, fitted), form)
    return Verdict(False, *_general(variant, fitted), form)


def _is(variant: Variant, form: Any, wrong: Wrong) -> bool:
    known = variant.wrong_forms[wrong.name]
    return known is not None and variant.agree(form, known, variant.exercise.rtol, rounding=True)


def part_slips(variant: Variant, key: Any) -> list[tuple[Wrong, Any]]:
    """The listed mistakes that one part of an answer may show, where several are made at once, and the part's value
    then: the most particular mistake first."""
    rtol, expected = variant.exercise.rtol, variant.expected
    shown: list[tuple[int, Wrong, Any]] = []
    for wrong in variant.exercise.wrong:
        known = variant.wrong_forms[wrong.name]
        if wrong.when or type(known) is not type(expected) or len(known) != len(expected):
            continue
        theirs = known if isinstance(known, dict) else dict(enumerate(known))
        right = expected if isinstance(expected, dict) else dict(enumerate(expected))
        if theirs.keys() != right.keys():
            continue
        changed = [one for one in right if not same_form(theirs[one], right[one], rtol, rounding=True)]
        if key in changed:
            shown.append((len(changed), wrong, theirs[key]))
    return [(wrong, value) for _, wrong, value in sorted(shown, key=lambda one: one[0])]


def _said(says: Says, variant: Variant, form: Any) -> str:
    return says if isinstance(says, str) else says(variant.q, form)


def _general(variant: Variant, form: Any) -> tuple[str, str]:
    exercise = variant.exercise
    if not variant.is_function:

        def known(key: Any, part: Any) -> tuple[str, str] | None:
            for wrong, value in part_slips(variant, key):
                if same_form(part, value, exercise.rtol, rounding=True):
                    return wrong.name, _said(wrong.says, variant, form)
            return None

        return general(form, variant.expected, exercise.quantity, exercise.rtol, known)
    for wanted in exercise.properties:
        for arguments, result in zip(variant.inputs, form, strict=True):
            if not wanted.holds(arguments, result):
                return wanted.name, wanted.says
    pairs = list(zip(form, variant.expected, strict=True))
    kinds = {
        general(a, b, exercise.quantity, exercise.rtol)
        for a, b in pairs
        if not variant.agree([a], [b], exercise.rtol, rounding=True)
    }
    right = sum(variant.agree([a], [b], exercise.rtol, rounding=True) for a, b in pairs)
    if len({name for name, _ in kinds}) == 1 and not right:
        return sorted(kinds)[0]
    often = f" It is right for {right} of the {len(pairs)} random inputs it was tried on." if right else ""
    return "not-yet", FALLBACK + (often or " It was tried on random inputs, not only on the example.")
