"""The calls that are refused after a fit, or without one, each with its remedy: how a reader does what the hint says.

Used by ``tests/test_asked_remedies.py``, a file a part of the house.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import lmmteach


class Asked(NamedTuple):
    """A call that is refused, the ``culprit`` that the error names, and what following its hint makes of it.

    ``told`` stands in the hint; ``follow`` takes the hint, does what it says on the same data, and gives what came.
    """

    call: Callable[[], Any]
    culprit: str
    told: str
    follow: Callable[[str], Any]


def done(way: Callable[[], Any]) -> Callable[[str], Any]:
    """What the hint says in words, done by hand."""
    return lambda hint: way()


def words(ask: Callable[[str], Any]) -> Callable[[str], Any]:
    """Every word that the hint offers in quotation marks, asked for."""

    def follow(hint: str) -> list[Any]:
        offered = re.findall(r"""(?<!\w)['"]([^'"]+)['"]""", hint)
        assert offered, hint
        return [ask(word) for word in offered]

    return follow


def listed(ask: Callable[[str], Any], lead: str = "There are:? ") -> Callable[[str], Any]:
    """Everything that the hint lists after ``lead``, asked for."""

    def follow(hint: str) -> list[Any]:
        found = re.search(lead + r"(.+?)[.;](?: |$)", hint)
        assert found, hint
        return [ask(one.strip("'")) for one in found[1].split(", ")]

    return follow


def code(pattern: str, ask: Callable[[Any], Any] = lambda made: made, **names: Any) -> Callable[[str], Any]:
    """The hint's own code, the ``pattern``'s group, run."""

    def follow(hint: str) -> Any:
        found = re.search(pattern, hint)
        assert found, hint
        return ask(eval(found[1], {**vars(lmmteach), **names}))

    return follow


def sound(result: Any) -> bool:
    """Whether a call ended in a result: something, and finite where it is a number."""
    if isinstance(result, lmmteach.Fit):
        return bool(np.isfinite(result.deviance))
    if isinstance(result, pd.DataFrame):
        numbers = result.select_dtypes("number")
        return len(result) > 0 and (numbers.empty or bool(np.isfinite(numbers.to_numpy(dtype=float)).any()))
    if isinstance(result, (pd.Series, np.ndarray, float, int, np.number)):
        return np.size(result) > 0 and bool(np.isfinite(np.asarray(result, dtype=float)).all())
    if isinstance(result, (list, tuple)):
        return len(result) > 0 and all(map(sound, result))
    if isinstance(result, Path):
        return result.is_file()
    return result is not None
