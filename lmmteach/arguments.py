"""What callers hand over, made into numbers, or turned away with the argument's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from .errors import ModelError, ParameterError

LONGEST = 120  # letters of a value in a message
TAKEN = ("formula", "data", "method", "groups", "time", "residual")  # by lmm
MOST = 10_000_000  # numbers in one argument; refused before any of them is copied


def told(value: Any) -> str:
    """The value as Python writes it, cut where it gets long; its kind where Python cannot write it.

    Examples
    --------
    >>> told("REML")
    "'REML'"
    >>> told(10**5000)
    'a value of the kind int'
    """
    try:
        text = repr(value)
    except Exception:
        return f"a value of the kind {type(value).__name__}"
    text = " ".join(text.split()) if "\n" in text else text  # a table's rows, in one line
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def numbers(value: Any, name: str) -> np.ndarray:
    """An argument as an array of floats; anything that is not made of real numbers is named.

    >>> numbers([1, 2], "times")
    array([1., 2.])
    """
    if not at_most(MOST, value):
        raise ParameterError(f"{name} holds more than {MOST:,} values: too many to compute with.", "Give fewer.")
    try:
        found = np.asarray(value)
        if found.dtype.kind in "cmM":
            raise TypeError
        return found.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(
            f"{name} is not made of numbers: {told(value)}.", "Give a real number, a list or an array of them."
        ) from None


def finite(value: Any, name: str) -> np.ndarray:
    """An argument as an array of finite numbers."""
    found = numbers(value, name)
    wrong = found[~np.isfinite(found)]
    if wrong.size:
        raise ParameterError(f"{name} holds {wrong[0]:g}; every entry must be finite.", "Put a number in its place.")
    return found


def at_most(most: int, value: Any) -> bool:
    """Whether no more than so many numbers and lists are in it, asked before any of it is copied.

    >>> at_most(5, [[1, 2], [3]]), at_most(6, [[1, 2], [3]]), at_most(10**6, [range(10**12)])
    (False, True, False)
    """
    waiting, seen = [value], 0
    while waiting and seen <= most:
        one = waiting.pop()
        size = getattr(one, "size", None)
        if isinstance(size, (int, np.integer)):
            seen += int(size)
            continue
        seen += 1  # a list counts, too: it may hold itself
        if isinstance(one, Sequence) and not isinstance(one, (str, bytes)):
            if len(one) > most:
                return False
            waiting.extend(one)
    return seen <= most


def among(value: Any, names: Collection[str]) -> bool:
    """Whether an argument is one of these names (an array or a missing value is none, and has no ``==`` to ask)."""
    return isinstance(value, str) and value in names


def between(value: Any, low: float, high: float) -> bool:
    """Whether an argument is one real number above ``low`` and at most ``high``.

    >>> between(5, 0, 9), between(True, 0, 9), between("5", 0, 9), between(float("nan"), 0, 9)
    (True, False, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    return bool(low < value <= high)


def check_method(method: Any) -> None:
    """A fit, and a deviance, is by REML or by ML, spelled so."""
    if not among(method, ("REML", "ML")):
        raise ModelError(
            f"method={told(method)} is not known.", "Use 'REML' (the default) or 'ML'.", "ML and REML by hand"
        )


#: Arguments of other programs' fitting functions, and the same thing here.
ELSEWHERE = {
    "weights": "Known weights w belong into the formula: y*sqrt(w) ~ 0 + sqrt(w) + I(x*sqrt(w)) + (0 + sqrt(w) | g) is "
    "the model y ~ x + (1 | g) with residual variances sigma2 / w. To estimate a variance for each of a few classes: "
    "residual=lmmteach.Diagonal(by='class').",
    "offset": "Its coefficient is 1, so take it from the response: write y - z ~ ...",
    "REML": "Say method='REML' or method='ML'.",
    "reml": "Say method='REML' or method='ML'.",
    "random": "Write it into the formula: + (1 + t | g).",
    "re_formula": "Write it into the formula: + (1 + t | g).",
    "correlation": "Say residual='ar1', for example, and groups='id'.",
    "family": "The response is taken to be normal: there is no family to choose. Leave it out.",
    "subset": "Take the rows first: data = data[...].",
    "contrasts": "Write them into the formula: C(f, sum), C(f, ref='b').",
}


def check_known(other: dict[str, Any]) -> None:
    """Refuse an argument that is not taken, with what to do instead where other programs have it."""
    for name in other:
        known = f"The arguments are {', '.join(TAKEN)}."
        raise ModelError(f"{name}= is not an argument of lmm.", ELSEWHERE.get(name, known))


def whole(value: Any, name: str, least: int, most: int = MOST) -> int:
    """An argument that counts something: a whole number from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ParameterError(f"{name}={told(value)} cannot be.", f"Use a whole number from {least} up.")
    if value > most:
        raise ParameterError(f"{name} is above {most:,}, the most that is computed at once.", "Use fewer.")
    return int(value)


def check_level(level: float) -> None:
    """A confidence level lies strictly between 0 and 1."""
    if not isinstance(level, (int, float, np.integer, np.floating)) or not 0 < level < 1:
        raise ParameterError(
            f"level={told(level)} is not a confidence level.", "Use a number between 0 and 1, as 0.95."
        )
