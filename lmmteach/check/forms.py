"""Reading an answer, whatever it is, into a few plain forms: a number, a text, an array, a sequence, a dictionary, a
set.

An answer is a stranger.  Its own methods (``__float__``, ``__array__``, ``__eq__``, ``__iter__``, ``__repr__``) are
never called: only objects whose *type* is one of Python's, numpy's or pandas' are opened, and these by their own
class's methods. Everything else is turned away with a word about its type.  So no answer can raise, hang or print.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from lmmteach.check.ranges import about, value

__all__ = ["Unfit", "fit_form", "folded", "loose", "same_form"]

MOST = 1_000_000  # entries in all, at every depth
LETTERS = 10  # of a text, that take the room of a number
LONGEST_KEY = 10_000
DEEPEST = 6  # lists within lists
#: a plain form
Plain = float | bool | str | np.ndarray | tuple[Any, ...] | dict[str, Any] | frozenset[Any]


class Unfit(Exception):
    """The answer cannot be an answer to this question; ``name`` and ``says`` are its diagnosis."""

    def __init__(self, name: str, says: str) -> None:
        super().__init__(says)
        self.name, self.says = name, says


def type_name(answer: Any) -> str:
    """The name of an object's type, asked of the type alone (a metaclass may lie or raise)."""
    return str(type.__dict__["__name__"].__get__(type(answer)))


class Budget:
    """How many entries may still be read: rows that a list holds many times are small until they are copied."""

    def __init__(self, most: int = MOST) -> None:
        self.most = self.left = most

    def take(self, entries: int) -> None:
        """Count entries before they are copied; raises Unfit where they are too many."""
        self.left -= entries
        if self.left < 0:
            raise Unfit("too-large", f"This has more than {self.most:,} entries, far more than the question asks for.")


def loose(answer: Any, depth: int = 0, budget: Budget | None = None) -> Any:
    """The plain form of an answer, before it is known what was asked for.

    ``depth`` and ``budget`` are for the entries of an answer: how deep they lie, and how many more may be read.

    >>> loose([1, 2]), loose((np.eye(1), 3)), loose(" A b ")
    (array([1., 2.]), (array([[1.]]), 3.0), 'a b')
    """
    kind, budget = type(answer), budget or Budget()
    if answer is None:
        raise Unfit("none", "This is None: nothing. Did a function print its result where it should `return` it?")
    if answer is Ellipsis or answer is NotImplemented:
        raise Unfit("blank", "Nothing here yet: put your answer in place of the dots.")
    if depth > DEEPEST:
        raise Unfit("nested", "These are lists within lists within lists. Give one list, or an array.")
    if issubclass(kind, bool | np.bool_):
        return bool(answer)
    if issubclass(kind, int | float | np.integer | np.floating):
        return _number(answer)
    if issubclass(kind, complex | np.complexfloating):
        raise Unfit("complex", "This is a complex number. Did you take the square root of something negative?")
    if issubclass(kind, str):
        text = str.__str__(answer)[:10_000]
        budget.take(len(text) // LETTERS)
        return " ".join(text.split()).casefold()
    if issubclass(kind, np.ndarray | pd.DataFrame | pd.Series | pd.Index):
        return _array(answer, depth, budget)
    if issubclass(kind, list | tuple):
        row: Any = list if issubclass(kind, list) else tuple
        budget.take(row.__len__(answer))
        return _row(list(row.__iter__(answer)), depth, budget)
    if issubclass(kind, dict):
        budget.take(dict.__len__(answer))
        return _named(((_key(key, budget), loose(entry, depth + 1, budget)) for key, entry in dict.items(answer)))
    if issubclass(kind, set | frozenset):
        bag: Any = set if issubclass(kind, set) else frozenset
        budget.take(bag.__len__(answer))
        entries = [loose(entry, depth + 1, budget) for entry in bag.__iter__(answer)]
        if not all(isinstance(entry, float | bool | str) for entry in entries):
            raise Unfit("wrong-kind", "A set here may hold words or numbers only.")
        return frozenset(entries)
    if callable(answer):  # asks the type, not the object
        raise Unfit("function-itself", "This is a function, not what it returns. Call it, with brackets: `f(...)`.")
    raise Unfit("wrong-kind", f"This is of type `{type_name(answer)[:60]}`, which cannot be read as an answer.")


def _number(answer: Any) -> float:
    for base in (float, int, np.generic):
        if issubclass(type(answer), base):
            try:
                return float(base.__float__(answer) if base is not np.generic else answer.item())
            except OverflowError:
                return math.inf
    raise Unfit("wrong-kind", "This number cannot be read.")


def _key(key: Any, budget: Budget) -> str:
    """A key as its writer typed it; whether it is the one asked for does not depend on its case."""
    form = loose(key, 0, budget)
    if isinstance(form, float):
        return f"{form:g}"
    return " ".join(str.__str__(key)[:LONGEST_KEY].split()) if isinstance(form, str) else "?"


def _named(entries: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for key, entry in entries:
        if folded(key) in seen:
            raise Unfit("wrong-names", f"The dictionary has {key[:80]!r} twice.")
        seen.add(folded(key))
        found[key] = entry
    return found


def folded(key: str) -> str:
    """A name as it is compared: small letters, single spaces."""
    return " ".join(key.split()).casefold()


def _array(answer: Any, depth: int, budget: Budget) -> Any:
    for base in (pd.DataFrame, pd.Series, pd.Index):
        if issubclass(type(answer), base):
            budget.take(math.prod(base.shape.__get__(answer)))
            if base is not pd.DataFrame or all(dtype.kind in "iuf" for dtype in base.dtypes.__get__(answer)):
                answer = base.to_numpy(answer)
                break
            answer = base.to_numpy(answer, dtype=object)
            break
    else:
        budget.take(math.prod(np.ndarray.shape.__get__(answer)))
    array = np.asarray(answer)
    if array.dtype.kind in "iuf":
        return array.astype(float) if array.ndim else float(array)
    if array.dtype.kind == "c":
        raise Unfit("complex", "These are complex numbers. Did you take the square root of something negative?")
    if array.dtype.kind == "b":
        return tuple(array.ravel().tolist()) if array.size != 1 else bool(array.ravel()[0])
    if array.dtype.kind in "US":
        return _sequence([loose(str(entry), depth + 1, budget) for entry in array.ravel()])
    if array.dtype.kind != "O":
        raise Unfit("wrong-kind", f"These are not numbers but values of type `{array.dtype}`.")
    entries = [loose(entry, depth + 1, budget) for entry in array.ravel().tolist()]
    if all(isinstance(entry, float) for entry in entries):
        return np.array(entries, dtype=float).reshape(array.shape) if array.ndim else entries[0]
    return _sequence(entries)


def _row(entries: list[Any], depth: int, budget: Budget) -> Any:
    """A list of Python's own numbers is read at once, every other entry by entry."""
    if entries and depth < DEEPEST and all(type(entry) is float or type(entry) is int for entry in entries):
        with contextlib.suppress(OverflowError):  # a whole number that no float can hold
            return np.array(entries, dtype=float)
    return _sequence([loose(entry, depth + 1, budget) for entry in entries])


def _sequence(entries: list[Any]) -> Any:
    """Numbers become an array, arrays of one shape a larger one, all else stays a sequence."""
    if (
        entries
        and all(isinstance(entry, float | np.ndarray) for entry in entries)
        and len({np.shape(entry) for entry in entries}) == 1
    ):
        return np.array(entries, dtype=float)
    return tuple(entries)


def same_form(form: Any, other: Any, rtol: float, rounding: bool = False) -> bool:
    """Whether two plain forms agree, numbers to ``rtol`` of the largest; with ``rounding``, if the first is the
    second rounded to four digits, too.

    >>> same_form(0.1235, 0.123456, 1e-6), same_form(0.1235, 0.123456, 1e-6, rounding=True)
    (False, True)
    """
    if isinstance(form, float | np.ndarray) and isinstance(other, float | np.ndarray):
        if np.shape(form) != np.shape(other):
            return False
        return (value(other, rtol) if rounding else about(other, rtol)).hold(form)
    if type(form) is not type(other):
        return False
    if isinstance(form, tuple):
        pairs = zip(form, other, strict=False)
        return len(form) == len(other) and all(same_form(a, b, rtol, rounding) for a, b in pairs)
    if isinstance(form, dict):
        mine, theirs = ({folded(key): entry for key, entry in one.items()} for one in (form, other))
        return mine.keys() == theirs.keys() and all(same_form(mine[key], theirs[key], rtol, rounding) for key in mine)
    return bool(form == other)


def fit_form(form: Any, expected: Any, choices: tuple[str, ...] = ()) -> Any:
    """The answer in the very form that was asked for, or :class:`Unfit` with what is wrong with it.

    >>> fit_form(np.array([[0.5]]), 1.0)
    0.5
    """
    if isinstance(expected, bool):
        return _of(form, bool, "True or False")
    if isinstance(expected, float):
        return _fit_number(form)
    if isinstance(expected, str):
        return _fit_choice(form, choices)
    if isinstance(expected, np.ndarray):
        return _fit_array(form, expected.shape)
    if isinstance(expected, dict):
        _of(form, dict, f"a dictionary with {', '.join(expected)}")
        asked, given = {folded(key) for key in expected}, {folded(key): entry for key, entry in form.items()}
        missing = [key for key in expected if folded(key) not in given]
        extra = [key for key in form if folded(key) not in asked]
        if missing:
            raise Unfit("wrong-names", f"The dictionary lacks {', '.join(missing)}.")
        if extra:
            raise Unfit("wrong-names", f"{', '.join(extra)[:80]} in the dictionary is not asked for.")
        return {key: _fit_part(key, given[folded(key)], expected[key], choices) for key in expected}
    if isinstance(expected, tuple):
        if isinstance(form, np.ndarray) and form.ndim:
            form = tuple(float(row) if row.ndim == 0 else row for row in map(np.asarray, form))
        _of(form, tuple, f"a sequence of {len(expected)} things, `(first, second, ...)`")
        if len(form) != len(expected):
            raise Unfit("wrong-length", f"{len(expected)} things are asked for; this has {len(form)}.")
        places = [f"Part {k} of {len(expected)}" for k in range(1, len(expected) + 1)]
        return tuple(_fit_part(*part, choices) for part in zip(places, form, expected, strict=True))
    if isinstance(form, tuple):
        form = frozenset(form) if all(isinstance(entry, str | bool | float) for entry in form) else form
    if isinstance(form, str):
        form = frozenset([form])
    for word in _of(form, frozenset, "a set or a list of words"):
        if choices:
            _fit_choice(word, choices)
    return form


def _fit_part(place: str, form: Any, expected: Any, choices: tuple[str, ...]) -> Any:
    """An entry of an answer in several parts; what is said against it begins with its place."""
    try:
        return fit_form(form, expected, choices)
    except Unfit as found:
        if found.name == "blank":
            raise
        raise Unfit(found.name, f"{place}: {found.says}") from None


def _of(form: Any, kind: type, wanted: str) -> Any:
    if not isinstance(form, kind):
        raise Unfit("wrong-kind", f"Asked for is {wanted}; this is {_described(form)}.")
    return form


def _described(form: Any) -> str:
    if isinstance(form, np.ndarray):
        return "an array of " + " × ".join(map(str, form.shape)) if form.ndim > 1 else f"a list of {len(form)} numbers"
    names = {bool: "True or False", float: "one number", str: "text", tuple: "a list of mixed things",
             dict: "a dictionary", frozenset: "a set"}  # fmt: skip
    return names[type(form)]


def _fit_number(form: Any) -> float:
    if isinstance(form, np.ndarray) and form.size == 1:
        form = float(form.ravel()[0])
    if isinstance(form, str):
        raise Unfit("text", "This is text. Give the number itself, without quotation marks.")
    if isinstance(form, np.ndarray):
        raise Unfit("wrong-shape", f"One number is asked for; this is {_described(form)}. Pick the entry you mean.")
    number = _of(form, float, "one number")
    _refuse_not_finite(number)
    return float(number)


def _fit_choice(form: Any, choices: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{choice}"' for choice in choices)
    if not isinstance(form, str):
        raise Unfit("wrong-kind", f"Asked for is one of {listed or 'a word'}; this is {_described(form)}.")
    if form == "...":
        raise Unfit("blank", "Nothing here yet: put your answer in place of the dots.")
    if choices and form not in [" ".join(choice.split()).casefold() for choice in choices]:
        raise Unfit("not-a-choice", f"Choose one of {listed}.")
    return form


def _fit_array(form: Any, shape: tuple[int, ...]) -> np.ndarray:
    asked = " × ".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]} numbers"
    if isinstance(form, float):
        form = np.array(form)
    if not isinstance(form, np.ndarray):
        raise Unfit("wrong-kind", f"Asked for is an array of {asked}; this is {_described(form)}.")
    if form.shape != shape:
        if tuple(n for n in form.shape if n != 1) == tuple(n for n in shape if n != 1):
            form = form.reshape(shape)
        elif len(shape) == 2 and form.shape == shape[::-1]:
            raise Unfit(
                "transposed-shape", f"Rows and columns are exchanged: {asked} is asked for. Transpose something."
            )
        else:
            got = _described(form) if form.ndim else "one number"
            raise Unfit("wrong-shape", f"Asked for is an array of {asked}; this is {got}.")
    _refuse_not_finite(form)
    return form


def _refuse_not_finite(form: Any) -> None:
    if np.isnan(form).any():
        raise Unfit(
            "nan", "There is NaN (not a number) in it. Look for 0/0, the root of a negative number, or a missing value."
        )
    if not np.isfinite(form).all():
        raise Unfit("infinite", "There is an infinite value in it. Look for a division by 0.")
