"""The explorer's traits: what they take, and what they answer when a value cannot stand.

They raise :class:`~lmmteach.errors.ParameterError`, not traitlets' own error, so that Python's user meets
the same kind of message everywhere.  A value that comes from the page is only checked for its form: the
page lets a student drag G outside what a covariance matrix can be, and explains it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from ..arguments import at_most
from ..errors import ParameterError
from .told import told

__all__ = ["Choice", "CovarianceMatrix", "Dials", "Prediction", "Seed", "Variance", "is_psd", "smallest_eigenvalue"]

LESSON = "G moves V"
SLACK = 1e-9  # of the largest |G12|: rounding, not a choice
ROUNDING = 1e-11  # of a dial's end: what writing it with twelve digits can add
LARGEST, SMALLEST = 1e150, 1e-150  # what can still be squared, as static/kit/typed.js has it
MOST = 64  # numbers in any of these: nothing larger is even copied


class AsAWhole(traitlets.TraitType[Any, Any]):
    """A value with parts, none of which may be changed behind the trait's back: neither check nor page would see it."""

    def as_set(self, obj: Any) -> Any:
        """A copy of what was last assigned, taken before anyone could reach it."""
        held = obj._trait_values.get(self.name)
        kept = obj.__dict__.setdefault("_as_set", {})
        if self.name not in kept or kept[self.name][0] is not held:
            kept[self.name] = (held, deepcopy(held))
        return kept[self.name][1]

    def get(self, obj: Any, cls: Any = None) -> Any:
        held = super().get(obj, cls)
        as_set = self.as_set(obj)
        if held.equals(as_set) if isinstance(held, pd.DataFrame) else held == as_set:
            return held
        obj._trait_values[self.name] = deepcopy(as_set)
        how = "explorer.G = [[G11, G12], [G12, G22]]" if self.name == "G" else "explorer.dials = {'name': value}"
        raise ParameterError(
            f"{self.name} was changed in place; that change is dropped, for neither the page nor any check saw it.",
            f"Assign it as a whole, {how}, or use explorer.move(...).",
        )


class CovarianceMatrix(AsAWhole):
    """G: any array-like in, a DataFrame labelled with the random effects out, lists of lists on the page."""

    info_text = "a symmetric, positive semidefinite matrix"
    default_value = None

    def validate(self, obj: Any, value: Any) -> pd.DataFrame:
        names = obj.random_names
        labelled = isinstance(value, pd.DataFrame) and set(value.index) == set(names) == set(value.columns)
        if labelled:
            value = value.loc[names, names]
        G = _numbers(value, "G")
        q = len(names)
        if not q:
            return _no_effects(obj, G)
        if G.ndim == 0 and q == 1:
            G = G.reshape(1, 1)
        if G.shape != (q, q):
            raise ParameterError(
                f"G must be {q} x {q} (a row and a column for {', '.join(names)}), not of shape {G.shape}.",
                f"Give {'[[G11, G12], [G12, G22]]' if q == 2 else '[[G11]]'}.",
            )
        if not np.allclose(G, G.T, rtol=1e-10, atol=0):
            raise ParameterError(
                f"G is not symmetric: G12 is {G[0, 1]:g} but G21 is {G[1, 0]:g}.",
                "A covariance has no direction: give the same number twice.",
            )
        G = (G + G.T) / 2
        if G.any():
            _require_fit(obj, "G")
        if not obj.accepts_any_G:
            _require_psd(G)
        return pd.DataFrame(G, index=names, columns=names)

    def _validate(self, obj: Any, value: Any) -> Any:
        return self.validate(obj, value)

    def set(self, obj: Any, value: Any) -> None:
        # traitlets compares old and new with ==, which a DataFrame answers cell by cell.
        new = self._validate(obj, value)
        old = obj._trait_values.get(self.name)
        if old is None or not old.equals(new):
            super().set(obj, new)


def _no_effects(obj: Any, G: np.ndarray) -> pd.DataFrame:
    """The G of a fit without random effects, in which nothing can be moved."""
    if G.size:
        dials = ", ".join(["sigma2", *(dial["name"] for dial in obj.declared_dials if "residual" in dial)])
        raise ParameterError("This fit has no random effects, and so no G to move.", f"It has {dials}.")
    return pd.DataFrame()


class Variance(traitlets.TraitType[Any, Any]):
    """A number above 0 that can be computed with."""

    def validate(self, obj: Any, value: Any) -> float:
        number = _numbers(value, str(self.name))
        if number.ndim or not number > 0:
            raise ParameterError(
                f"{self.name} must be one number above 0, not {told(value)}.",
                "It is the variance of the residuals; give its square if you have the SD.",
            )
        if number < SMALLEST:
            raise ParameterError(
                f"{self.name} is {float(number):g}, too close to 0 to compute with.", "Change the unit."
            )
        if number != 1:
            _require_fit(obj, str(self.name))
        return float(number)


class Choice(traitlets.TraitType[Any, Any]):
    """One of a few words."""

    def __init__(self, words: tuple[str, ...], default: str) -> None:
        super().__init__(default)
        self.words = words

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ParameterError(
                f"{self.name} cannot be {told(value)}.", f"Choose {' or '.join(map(repr, self.words))}."
            )
        return str(value)


class Seed(traitlets.TraitType[Any, Any]):
    """A whole number from 0 to 2^31 - 1."""

    default_value = 1

    def validate(self, obj: Any, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 0 <= value < 2**31:
            raise ParameterError(f"seed cannot be {told(value)}.", "Give a whole number from 0 to 2147483647.")
        return int(value)


class Dials(AsAWhole):
    """What a view declares beside G and sigma2, by name; a mapping in, merged into what stands."""

    default_value: dict[str, Any] = {}  # noqa: RUF012 - traitlets copies it

    def validate(self, obj: Any, value: Any) -> dict[str, Any]:
        known = {dial["name"]: dial for dial in obj.declared_dials}
        if not isinstance(value, Mapping):
            raise ParameterError(
                f"dials must be a mapping of names to values, not {told(value)}.", "Write {'name': value}."
            )
        if unknown := [name for name in value if name not in known]:
            raise ParameterError(
                f"This explorer has no dial {told(unknown[0])}.", f"It has {', '.join(known) if known else 'none'}."
            )
        now = {name: dial["value"] for name, dial in known.items()} | (self.as_set(obj) or {})
        return now | {name: _dialled(known[name], given) for name, given in value.items()}


class Prediction(traitlets.TraitType[Any, Any]):
    """Which answer to the prompt is locked (from 0); -1 for "just looking"; None while nothing is."""

    allow_none = True
    default_value = None

    def validate(self, obj: Any, value: Any) -> int:
        count = obj.declared_answers
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not -1 <= value < count:
            raise ParameterError(
                f"prediction cannot be {told(value)}.", f"Give 0 to {count - 1}, the answer's place, or None."
                if count else "This explorer asks for no prediction.",
            )  # fmt: skip
        return int(value)


def _dialled(dial: dict[str, Any], given: Any) -> Any:
    """A dial's value, or an error that says what it takes."""
    name = dial["name"]
    if dial["kind"] == "slider":
        number = _numbers(given, name)
        if dial.get("residual") == "variance":
            return _residual_variance(name, number, given)
        low, high = dial["low"], dial["high"]
        slack = ROUNDING * max(abs(low), abs(high))
        if number.ndim or not low - slack <= number <= high + slack:
            raise ParameterError(f"{name} cannot be {told(given)}.", f"Give a number from {low:.12g} to {high:.12g}.")
        return min(max(float(number), low), high)
    if dial["kind"] == "pick":
        values = [option[0] for option in dial["options"]]
        place = _place(given, values)
        if place is None:
            raise ParameterError(f"{name} cannot be {told(given)}.", f"Choose one of {_some(values)}.")
        return values[place]
    options = dial["options"]
    if isinstance(given, str) or not isinstance(given, (Sequence, np.ndarray)) or getattr(given, "ndim", 1) == 0:
        raise ParameterError(f"{name} must be a list, not {told(given)}.", f"Give some of {_some(options)}.")
    chosen = {}
    for value in given:
        place = _place(value, options)
        if place is None:
            raise ParameterError(f"{name} cannot hold {told(value)}.", f"Give some of {_some(options)}.")
        chosen[place] = options[place]
    return [chosen[place] for place in sorted(chosen)]


def _residual_variance(name: str, number: np.ndarray, given: Any) -> float:
    """Of R beside sigma2: where the slider ends there is no end to it."""
    if number.ndim or not number >= 0:
        raise ParameterError(
            f"{name} must be one number, 0 or more, not {told(given)}.",
            "It is a variance in R; give its square if you have the SD.",
        )
    return float(number)


def _place(given: Any, values: Sequence[Any]) -> int | None:
    """Where among the values it stands; a text is no number, and nothing else is compared at all."""
    if isinstance(given, bool) or not isinstance(given, (str, Real)):
        return None
    return next(
        (k for k, one in enumerate(values) if isinstance(one, str) == isinstance(given, str) and one == given), None
    )


def _some(values: Sequence[Any]) -> str:
    return ", ".join(map(repr, values[:8])) + (", ..." if len(values) > 8 else "")


def smallest_eigenvalue(G: np.ndarray) -> float:
    """The smallest eigenvalue of a symmetric G: below 0 means that G is no covariance matrix."""
    return float(np.linalg.eigvalsh(G)[0])


def is_psd(G: np.ndarray) -> bool:
    """Is G (q x q, q at most 2) positive semidefinite, up to rounding?"""
    if (np.diag(G) < 0).any():
        return False
    return len(G) < 2 or abs(G[0, 1]) <= np.sqrt(G[0, 0]) * np.sqrt(G[1, 1]) * (1 + SLACK)


def _require_fit(obj: Any, what: str) -> None:
    """A view without a fit has dials alone; its G and sigma2 stand at 0 and 1 for form's sake."""
    if obj.fit is None:
        dials = ", ".join(dial["name"] for dial in obj.declared_dials)
        raise ParameterError(f"This explorer has no {what}: it shows no fit.", f"It has {dials}.")


def _require_psd(G: np.ndarray) -> None:
    if is_psd(G):
        return
    lowest = smallest_eigenvalue(G)
    if (np.diag(G) < 0).any():
        which = "G11" if G[0, 0] < 0 else "G22"
        fix = f"{which} is a variance: give 0 or more."
    else:
        limit = np.sqrt(G[0, 0]) * np.sqrt(G[1, 1])
        # Rounded down, so that whoever takes the number as it stands is let in.
        shown = f"{limit:.6g}" if float(f"{limit:.6g}") <= limit else f"{limit * (1 - 1e-5):.6g}"
        fix = f"|G12| is {abs(G[0, 1]):.6g}; with these variances it may be at most sqrt(G11 G22) = {shown}."
    raise ParameterError(
        f"G is not positive semidefinite (smallest eigenvalue {lowest:.4g}): no random effects can have it.",
        f"{fix} To look at it all the same: explorer.move(G=..., allow_not_psd=True).", LESSON,
    )  # fmt: skip


def _numbers(value: Any, name: str) -> np.ndarray:
    try:
        array = np.asarray(value if at_most(2 * MOST, value) else "")  # the rows count, too
        if array.dtype == object and all(isinstance(x, Real) and not isinstance(x, bool) for x in array.flat):
            array = array.astype(float)
    except (TypeError, ValueError, OverflowError):
        array = np.asarray("")
    if array.dtype.kind not in "iuf" or array.size > MOST:
        raise ParameterError(f"{name} must be made of numbers, not {told(value)}.", "Give a number, or a list of them.")
    array = array.astype(float)
    if (np.abs(array) > LARGEST).any() and np.isfinite(array).all():
        raise ParameterError(
            f"{name} reaches {np.abs(array).max():g}: nobody can compute with that.", "Change the unit."
        )
    if not np.isfinite(array).all():
        raise ParameterError(f"{name} contains a value that is not finite: {array.tolist()}.", "Give finite numbers.")
    return array
