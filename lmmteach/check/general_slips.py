"""The slips that can happen in any exercise: a square root, a sign, a transpose, per cent, digits.

Each is a value that an answer may have instead of the expected one, and what is said of it, never the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from lmmteach.check import ranges
from lmmteach.check.forms import same_form
from lmmteach.check.ranges import Ranges

__all__ = ["FALLBACK", "Slip", "general", "part_says", "slips", "unnamed"]

NEAR = 0.01
FALLBACK = "Not right yet, and none of the usual slips."
SQUARE = {
    "variance": "This is the SD; the question asks for the variance.",
    "sd": "This is the variance; the question asks for the SD.",
}
ROUNDED = "The right idea, but too few digits. Carry them all to the end, and give four at least."
CLOSE = (
    "Very near, but not the same. Either digits were dropped on the way, or the method is slightly another: divided by "
    "n where n − p belongs, ML where REML is asked or the other way round, or another model."
)
#: of a part of the answer: what a listed slip would say of it
Known = Callable[[Any, Any], tuple[str, str] | None]


class Slip(NamedTuple):
    """A mistake, what to say of it, and where the answer lies then: every entry of it, or (``some``) any."""

    name: str
    says: str
    ranges: Ranges
    some: bool = False

    def holds(self, form: Any) -> bool:
        """Whether an answer shows it."""
        return bool(self.ranges.entries(form).any()) if self.some else self.ranges.hold(form)


def general(
    form: Any, expected: Any, quantity: str, rtol: float, known: Known = lambda part, form: None
) -> tuple[str, str]:
    """The name of the mistake and what to say of it; both forms are of one kind and shape.

    >>> general(3.0, 9.0, "variance", 1e-3)
    ('sd-for-variance', 'This is the SD; the question asks for the variance.')
    """
    if isinstance(expected, dict):
        parts = [(key, f"`{key}`", form[key], expected[key]) for key in expected]
        return _first_part(parts, quantity, rtol, known)
    if isinstance(expected, tuple):
        pairs = zip(form, expected, strict=True)
        return _first_part([(k, f"Part {k + 1}", a, b) for k, (a, b) in enumerate(pairs)], quantity, rtol, known)
    if isinstance(expected, float | np.ndarray) and not isinstance(expected, bool):
        for slip in slips(np.asarray(expected), quantity, rtol):
            if slip.holds(form):
                return slip.name, slip.says
        return "not-yet", unnamed(np.asarray(form), np.asarray(expected), rtol)
    if isinstance(expected, frozenset):
        right = len(form & expected)
        extra = f"{len(form - expected)} of yours do not belong" if form - expected else "but some are missing"
        return "not-yet", f"{right} of yours are right; {extra}."
    return "not-yet", FALLBACK


def _first_part(parts: list[tuple[Any, str, Any, Any]], quantity: str, rtol: float, known: Known) -> tuple[str, str]:
    off = [part for part in parts if not same_form(part[2], part[3], rtol, rounding=True)]
    key, label, form, expected = off[0]
    name, says = known(key, form) or general(form, expected, quantity, rtol)
    return name, part_says(label, says, len(parts) - len(off), len(parts))


def part_says(label: str, says: str, right: int, parts: int) -> str:
    """What is said of one part of an answer."""
    return f"{right} of {parts} are right. {label}: {says}" if right else f"{label}: {says}"


def slips(expected: np.ndarray, quantity: str, rtol: float) -> Iterator[Slip]:
    """What an answer in numbers may show, the first that holds being meant."""

    def at(value: np.ndarray) -> Ranges:
        return ranges.value(value, rtol)

    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield Slip("transposed", "Rows and columns are exchanged: this is the transpose.", at(expected.T))
    if (expected >= 0).all():
        name = "sd-for-variance" if quantity == "variance" else "root"
        said = SQUARE["variance"] if quantity == "variance" else "This is the square root of what is asked."
        yield Slip(name, said, at(np.sqrt(expected)))
        name = "variance-for-sd" if quantity == "sd" else "squared"
        said = SQUARE["sd"] if quantity == "sd" else "This is the square of what is asked."
        yield Slip(name, said, at(expected**2))
    yield Slip("sign", "The size is right, the sign is not.", at(-expected))
    yield Slip("some-signs", "The sizes are right, some signs are not.", at(expected).or_in(at(-expected)))
    yield Slip("percent", "This is in per cent. Give it as it is: a half is 0.5, not 50.", at(expected * 100))
    yield Slip("share", "This is a hundredth of what is asked: a share where per cent are asked?", at(expected / 100))
    large = ranges.about(expected, 0.5)
    for places in (*range(5), *(s - 1 - ranges.magnitude(expected) for s in (3, 2, 1))):
        if large.hold(ranges.point(expected, places)):
            yield Slip("rounded", ROUNDED, ranges.rounded(expected, places))
    yield Slip("near", CLOSE, ranges.about(expected, NEAR))
    if quantity == "correlation":
        said = "A correlation lies between −1 and 1. By what must a covariance be divided?"
        yield Slip("not-a-correlation", said, _outside(expected, 1 + 1e-9), some=True)
    if quantity in ("variance", "sd"):
        said = f"A {'standard deviation' if quantity == 'sd' else 'variance'} is never below 0."
        yield Slip("negative", said, Ranges(*np.broadcast_arrays(-np.inf, np.full_like(expected[None], -1e-300))), True)


def _outside(expected: np.ndarray, most: float) -> Ranges:
    ends = np.stack([np.full_like(expected, most), np.full_like(expected, -np.inf)])
    return Ranges(ends, np.stack([np.full_like(expected, np.inf), np.full_like(expected, -most)]))


def unnamed(form: np.ndarray, expected: np.ndarray, rtol: float) -> str:
    """What is said where no mistake is known: which entries are right."""
    return FALLBACK + _whereabouts(form, expected, rtol)


def _whereabouts(form: np.ndarray, expected: np.ndarray, rtol: float) -> str:
    if not form.ndim:
        return ""
    off = ~ranges.value(expected, rtol).entries(form)
    if form.ndim == 2 and form.shape[0] == form.shape[1]:
        outside = ~np.eye(len(form), dtype=bool)
        if not off[outside].any():
            return " All entries off the diagonal are right; look at the diagonal."
        if not np.diag(off).any():
            return " The diagonal is right; look at the entries off it."
    place = ", ".join(str(int(axis[0])) for axis in np.nonzero(off))
    return f" {int((~off).sum())} of {off.size} entries are right; the first that is not stands at [{place}]."
