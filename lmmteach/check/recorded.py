"""An answer's plain form as a report holds it, and back.

JSON knows no NaN and nothing infinite.  In an array they are written as words, where no other words can be; a number
that stands alone is wrapped, so that it is not taken for a text.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lmmteach.check.forms import MOST, Unfit

__all__ = ["form_of", "plain_json"]

MOST_AXES = 32
DEEPEST = 8  # what a function returned adds a level to what one answer may have
WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def plain_json(form: Any) -> Any:
    """A plain form as JSON can hold it.

    >>> plain_json(np.array([0.5, np.inf])), plain_json(float("nan"))
    ({'array': [0.5, 'inf'], 'shape': [2]}, {'number': 'nan'})
    """
    if isinstance(form, float) and not math.isfinite(form):
        return {"number": str(float(form))}
    if isinstance(form, np.ndarray):
        entries = form.ravel().tolist()
        if not np.isfinite(form).all():
            entries = [entry if math.isfinite(entry) else str(entry) for entry in entries]
        return {"array": entries, "shape": list(form.shape)}
    if isinstance(form, tuple):
        return {"parts": [plain_json(part) for part in form]}
    if isinstance(form, list):
        return {"returned": [plain_json(part) for part in form]}
    if isinstance(form, dict):
        return {"named": {key: plain_json(value) for key, value in form.items()}}
    if isinstance(form, frozenset):
        return {"set": [plain_json(entry) for entry in sorted(form, key=repr)]}
    return form


def form_of(recorded: Any, depth: int = 0) -> Any:
    """The plain form of a recorded answer; raises Unfit for what no check has written.

    >>> form_of({"array": [0.5, "inf"], "shape": [2]})
    array([0.5, inf])
    """
    if isinstance(recorded, bool | str):
        return recorded
    if isinstance(recorded, int | float):
        return _number(recorded)
    kind, content = next(iter(recorded.items()), ("", None)) if isinstance(recorded, dict) else ("", None)
    if kind == "number" and isinstance(content, str):
        return _number(content)
    if kind == "array" and isinstance(content, list) and isinstance(recorded.get("shape"), list):
        return _array(content, recorded["shape"])
    if depth < DEEPEST and isinstance(content, list) and len(content) <= MOST:
        # what a function returned on each input is a list of answers, never part of one
        if kind == "parts" or (kind == "returned" and not depth):
            parts = [form_of(part, depth + 1) for part in content]
            return tuple(parts) if kind == "parts" else parts
        if kind == "set":
            entries = [form_of(entry, depth + 1) for entry in content]
            if all(isinstance(entry, str | bool | float) for entry in entries):
                return frozenset(entries)
    if depth < DEEPEST and kind == "named" and isinstance(content, dict):
        return {str(key): form_of(value, depth + 1) for key, value in content.items()}
    raise _unreadable()


def _unreadable() -> Unfit:
    return Unfit("unreadable", "no check has written this")


def _number(entry: Any) -> float:
    if isinstance(entry, str) and entry in WORDS:
        return WORDS[entry]
    if type(entry) not in (int, float):
        raise _unreadable()
    try:
        return float(entry)
    except OverflowError:
        return math.inf if entry > 0 else -math.inf


def _array(content: list[Any], shape: list[Any]) -> Any:
    """The shape is a stranger's: its product is taken in whole numbers of any length, of which there are few."""
    if len(shape) > MOST_AXES or not all(type(n) is int and 0 <= n <= MOST for n in shape):
        raise _unreadable()
    if math.prod(shape) != len(content):
        raise _unreadable()
    numbers = np.array([_number(entry) for entry in content], dtype=float)
    try:
        return numbers.reshape(shape) if shape else float(numbers[0])
    except ValueError:  # nothing along one axis, and more along the others than numpy counts
        raise _unreadable() from None
