"""What a view may ask of a fit's facts: reckoned here and now, or left open for a page that has a fit later.

A preset such as ``lambda fit: {"G22": 2 * fit["G22"]}`` is called with the facts of a fit.  Called with
:class:`OpenFacts` it gives, instead of a number, what is to be reckoned, as data:

    {"op": "mul", "of": [2, {"op": "fact", "of": ["G22"]}]}

which ``static/own/declared.js`` reckons.  So a view is declared once, and both know it.  Arithmetic, numpy's functions
of :data:`KNOWN` and the helpers below can be left open; ``if``, ``for``, ``len`` and Python's own ``max`` cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

__all__ = ["KNOWN", "Open", "OpenFacts", "as_data", "options", "rounded", "size", "where"]

COMMON = (
    "first", "last", "step", "times", "subjects", "columns", "groups", "time_unit", "whom", "complete", "room",
    "G11", "sigma2",
)  # fmt: skip
#: numpy's functions that can be left open, and what the page calls them
KNOWN = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "power": "pow", "negative": "neg",
    "sqrt": "sqrt", "log10": "log10", "floor": "floor", "rint": "rint", "maximum": "max", "minimum": "min",
}  # fmt: skip


class Open:
    """A value that is not known yet: what is to be done (``op``) with what (``of``)."""

    def __init__(self, op: str, *of: Any) -> None:
        self.op, self.of = op, of

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **other: Any) -> Open:
        if method != "__call__" or other or ufunc.__name__ not in KNOWN:
            raise TypeError(f"numpy.{ufunc.__name__} cannot be left open; known are {', '.join(KNOWN)}.")
        return Open(KNOWN[ufunc.__name__], *inputs)

    def __add__(self, other: Any) -> Open:
        return Open("add", self, other)

    def __radd__(self, other: Any) -> Open:
        return Open("add", other, self)

    def __sub__(self, other: Any) -> Open:
        return Open("sub", self, other)

    def __rsub__(self, other: Any) -> Open:
        return Open("sub", other, self)

    def __mul__(self, other: Any) -> Open:
        return Open("mul", self, other)

    def __rmul__(self, other: Any) -> Open:
        return Open("mul", other, self)

    def __truediv__(self, other: Any) -> Open:
        return Open("div", self, other)

    def __rtruediv__(self, other: Any) -> Open:
        return Open("div", other, self)

    def __pow__(self, other: Any) -> Open:
        return Open("pow", self, other)

    def __rpow__(self, other: Any) -> Open:
        return Open("pow", other, self)

    def __neg__(self) -> Open:
        return Open("neg", self)

    def __getitem__(self, at: Any) -> Open:
        return Open("slice", self, at.start, at.stop) if isinstance(at, slice) else Open("at", self, at)

    def get(self, key: Any, other: Any) -> Open:
        """What stands under a key, or ``other``."""
        return Open("get", self, key, other)

    def _cannot(self, *_: Any) -> NoReturn:
        raise TypeError(
            "A fact of the fit is not known yet where a view is left open: use numpy's functions instead of Python's "
            "own (numpy.maximum for max), and where, size, options or rounded of gallery.facts."
        )

    __bool__ = __iter__ = __len__ = __float__ = __int__ = __lt__ = __gt__ = __le__ = __ge__ = __format__ = _cannot


class OpenFacts(Mapping[str, Any]):
    """The facts of some fit with ``q`` random effects, none of them known yet."""

    def __init__(self, q: int) -> None:
        self.names = (*COMMON, *(("G12", "G22") if q > 1 else ()))

    def __getitem__(self, name: str) -> Open:
        if name not in self.names:
            raise KeyError(name)
        return Open("fact", name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def as_data(value: Any) -> Any:
    """A value with all that is open in it, JSON-able.

    >>> as_data([1, OpenFacts(2)["G22"] * 2])
    [1, {'op': 'mul', 'of': [{'op': 'fact', 'of': ['G22']}, 2]}]
    """
    if isinstance(value, Open):
        return {"op": value.op, "of": [as_data(one) for one in value.of]}
    if isinstance(value, (list, tuple)):
        return [as_data(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def options(values: Any, *first: tuple[str, str]) -> Any:
    """(value, label) pairs to choose from: some ``first`` ones, then each of the values under its own name.

    >>> options(["a"], ("", "nobody"))
    [('', 'nobody'), ('a', 'a')]
    """
    return Open("options", values, list(first)) if isinstance(values, Open) else [*first, *((v, v) for v in values)]


def where(condition: Any, then: Any, other: Any) -> Any:
    """``then`` where the condition holds (is not 0, not empty), else ``other``.

    >>> where([], 1, 2)
    2
    """
    return Open("where", condition, then, other) if isinstance(condition, Open) else then if condition else other


def size(values: Sequence[Any] | Open) -> Any:
    """How many values there are.

    >>> size([5, 6])
    2
    """
    return Open("size", values) if isinstance(values, Open) else len(values)


def rounded(x: Any, digits: int = 2) -> Any:
    """To so many significant digits.

    >>> rounded(1234.5)
    1200.0
    """
    return Open("rounded", x, digits) if isinstance(x, Open) else float(f"{x:.{digits - 1}e}")
