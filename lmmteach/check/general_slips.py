"""The slips that can happen in any exercise: a square root, a sign, a transpose, per cent, digits.

Each looks at the answer beside the expected one and says what kind of mistake it is, never the value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lmmteach.check.forms import same_form

__all__ = ["general"]

NEAR = 0.01
FALLBACK = "Not right yet, and none of the usual slips."
SQUARE = {
    "variance": "This is the SD; the question asks for the variance.",
    "sd": "This is the variance; the question asks for the SD.",
}


def general(form: Any, expected: Any, quantity: str, rtol: float) -> tuple[str, str]:
    """The name of the mistake and what to say of it; both forms are of one kind and shape.

    >>> general(3.0, 9.0, "variance", 1e-3)
    ('sd-for-variance', 'This is the SD; the question asks for the variance.')
    """
    if isinstance(expected, dict):
        return _first_part([(f"`{key}`", form[key], expected[key]) for key in expected], quantity, rtol)
    if isinstance(expected, tuple):
        pairs = zip(form, expected, strict=True)
        return _first_part([(f"Part {k + 1}", a, b) for k, (a, b) in enumerate(pairs)], quantity, rtol)
    if isinstance(expected, float | np.ndarray) and not isinstance(expected, bool):
        return _numbers(np.asarray(form), np.asarray(expected), quantity, rtol)
    if isinstance(expected, frozenset):
        right = len(form & expected)
        extra = f"{len(form - expected)} of yours do not belong" if form - expected else "but some are missing"
        return "not-yet", f"{right} of yours are right; {extra}."
    return "not-yet", FALLBACK


def _first_part(parts: list[tuple[str, Any, Any]], quantity: str, rtol: float) -> tuple[str, str]:
    off = [(label, a, b) for label, a, b in parts if not same_form(a, b, rtol)]
    label, a, b = off[0]
    name, says = general(a, b, quantity, rtol)
    right = len(parts) - len(off)
    return name, f"{right} of {len(parts)} are right. {label}: {says}" if right else f"{label}: {says}"


def _numbers(form: np.ndarray, expected: np.ndarray, quantity: str, rtol: float) -> tuple[str, str]:
    def agrees(candidate: np.ndarray, to: np.ndarray = expected) -> bool:
        return np.isfinite(candidate).all() and same_form(candidate, to, rtol)

    with np.errstate(all="ignore"):
        if form.ndim == 2 and agrees(form.T):
            return "transposed", "Rows and columns are exchanged: this is the transpose."
        if (form >= 0).all() and agrees(form**2):
            name = "sd-for-variance" if quantity == "variance" else "root"
            return name, SQUARE["variance"] if quantity == "variance" else "This is the square root of what is asked."
        if (expected >= 0).all() and agrees(np.sqrt(np.maximum(form, 0.0))):
            name = "variance-for-sd" if quantity == "sd" else "squared"
            return name, SQUARE["sd"] if quantity == "sd" else "This is the square of what is asked."
        if agrees(-form):
            return "sign", "The size is right, the sign is not."
        if agrees(np.abs(form), np.abs(expected)):
            return "some-signs", "The sizes are right, some signs are not."
        if agrees(form / 100):
            return "percent", "This is in per cent. Give it as it is: a half is 0.5, not 50."
        if agrees(form * 100):
            return "share", "This is a hundredth of what is asked: a share where per cent are asked?"
    for places in range(5):
        if (np.round(expected, places) == form).all() and same_form(form, expected, 0.5):
            return "rounded", "The right idea, but too few digits. Let Python carry them all, and round nothing."
    if same_form(form, expected, NEAR):
        return "near", "Very near, but not the same. Carry all digits from the start."
    if quantity == "correlation" and (np.abs(form) > 1 + 1e-9).any():
        return "not-a-correlation", "A correlation lies between −1 and 1. By what must a covariance be divided?"
    if quantity in ("variance", "sd") and (form < 0).any():
        return "negative", f"A {'standard deviation' if quantity == 'sd' else 'variance'} is never below 0."
    return "not-yet", FALLBACK + _whereabouts(form, expected, rtol)


def _whereabouts(form: np.ndarray, expected: np.ndarray, rtol: float) -> str:
    if not form.ndim:
        return ""
    scale = max(float(np.abs(expected).max(initial=0)), 1e-8)
    off = np.abs(form - expected) > rtol * scale
    if form.ndim == 2 and form.shape[0] == form.shape[1]:
        outside = ~np.eye(len(form), dtype=bool)
        if not off[outside].any():
            return " All entries off the diagonal are right; look at the diagonal."
        if not np.diag(off).any():
            return " The diagonal is right; look at the entries off it."
    place = ", ".join(str(int(axis[0])) for axis in np.nonzero(off))
    return f" {int((~off).sum())} of {off.size} entries are right; the first that is not stands at [{place}]."
