"""Labels: how a level is spelled, which rows share one, and which groups new rows belong to.

Labels are the same if they are spelled the same: subject 308 is subject "308" is subject 308.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import pandas as pd

EXACT = 2.0**53  # whole numbers from here on are too close together for float64
_OTHER_TRUTH = {"TRUE": "True", "FALSE": "False", "True": "TRUE", "False": "FALSE"}  # R's spelling and Python's


def label(value: Any) -> str:
    """A level as R spells it: whole numbers without a decimal point, and TRUE and FALSE.

    >>> label(308.0), label(np.float32(0.5)), label(True), label("308.0")
    ('308', '0.5', 'TRUE', '308.0')
    """
    return spell([value])[0]


def spell(values: Iterable[Any]) -> list[str]:
    """Every value as :func:`label` spells it, without a call for each: a column has as many as there are subjects."""
    if isinstance(values, (pd.Series, pd.Index)):
        values = values.to_numpy()  # pandas goes through its own texts by a call for each
    values = list(values)
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    if not all(issubclass(kind, (str, bool, int, float, np.generic)) for kind in kinds):
        return [_spelled(value) for value in values]  # 1.10 and 1.1 are one Decimal, and lists are in no table
    keys = list(zip(map(type, values), values, strict=True))
    odd = {kind for kind in kinds if issubclass(kind, (bool, np.bool_, float, np.floating))}
    table = {key: _spelled(key[1]) if key[0] in odd else str(key[1]) for key in set(keys)}
    return list(map(table.__getitem__, keys))


def _spelled(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value).upper()
    whole = isinstance(value, (float, np.floating, Decimal)) and float(value).is_integer()
    return str(int(value) if whole else value)


def shown(value: Any) -> str:
    """A value as a message holds it: numpy's numbers as plain ones."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def distinct(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The number of each row's level, and the levels: a factor's in their order, numbers sorted."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        codes, values = _numbered(column.to_numpy())
        return codes, whole_numbers(values)
    levels = column.cat.categories
    if any(issubclass(kind, tuple) for kind in set(map(type, levels.to_numpy()))):  # numpy would take them for rows
        levels = pd.Index(spell(levels))
    numeric = pd.api.types.is_numeric_dtype(levels.dtype)
    return column.cat.codes.to_numpy().astype(np.intp), np.asarray(levels, dtype=None if numeric else object)


def _numbered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number of each value among the distinct ones, and these, sorted; data often come so."""
    if values.dtype == float and len(values):
        step = np.diff(values, prepend=values[0])
        if (step >= 0).all():
            new = step > 0
            new[0] = True
            return np.cumsum(new) - 1, values[new]
    return pd.factorize(values, sort=True)


def find(values: Iterable[Any], levels: Iterable[Any]) -> np.ndarray:
    """The number of each value among the levels, -1 for none: what is spelled alike is the same.

    >>> find([308.0, "310", True, 7], ["308", "309", "310", "True"])
    array([ 0,  2,  3, -1])
    """
    numbers, known_numbers = _numbers(values), _numbers(levels)
    if numbers is not None and known_numbers is not None and (index := pd.Index(known_numbers)).is_unique:
        return np.asarray(index.get_indexer(pd.Index(numbers)), dtype=np.intp)
    return find_spelled(values, levels)


def find_spelled(values: Iterable[Any], levels: Iterable[Any]) -> np.ndarray:
    """What :func:`find` finds, by spelling alone: numbers among numbers are found faster by their values."""
    known = dict(zip(spell(levels), count(), strict=False))
    spelled = spell(values)
    return np.array([known.get(one, known.get(_OTHER_TRUTH.get(one, one), -1)) for one in spelled], dtype=np.intp)


def _numbers(values: Iterable[Any]) -> np.ndarray | None:
    """Values as float64, if they are numbers of which no two that are spelled differently become one."""
    dtype = getattr(values, "dtype", None)
    if not isinstance(dtype, np.dtype) or not (dtype == np.float64 or dtype.kind in "iu"):
        return None  # float32 is spelled otherwise than the float64 it becomes
    numbers = np.asarray(values)
    return numbers.astype(float) if (np.abs(numbers.astype(float)) < EXACT).all() else None


def places(column: pd.Series, levels: Iterable[Any]) -> np.ndarray:
    """The number of each row's value among known levels, -1 for a new one."""
    codes, own = distinct(column)
    return find(own, levels)[codes]


def whole_numbers(values: np.ndarray) -> np.ndarray:
    """Values that are whole numbers, as integers: subject 308, not 308.0."""
    if values.dtype == object:
        return np.asarray(pd.Index(values).infer_objects())
    whole = np.all(values == np.round(values)) and np.abs(values).max(initial=0) < EXACT
    return values.astype(np.int64) if whole else values


def stray(column: pd.Series) -> str:
    """The first cell of a factor that is no number, as a message names it; with its row where others are numbers."""
    codes, levels = distinct(column)
    odd = pd.to_numeric(pd.Series(spell(levels)), errors="coerce").isna().to_numpy()[codes]
    first = int(np.argmax(odd))
    where = f" among numbers, in row {column.index[first]}" if odd.any() and not odd.all() else ""
    return shown(column.iloc[first]) + where


@dataclass(frozen=True, eq=False)
class Grouping:
    """The groups that columns make together: ``codes`` (N,) the group of each row, ``levels`` (m,) their names.

    ``parts`` holds each column's own levels, ``members`` (m x columns) which of them make each group.
    """

    columns: tuple[str, ...]
    codes: np.ndarray
    levels: np.ndarray
    parts: list[np.ndarray]
    members: np.ndarray

    @cached_property
    def keys(self) -> pd.MultiIndex:
        """(m) the numbers of its columns' levels that make each group."""
        return pd.MultiIndex.from_arrays(list(self.members.T))

    def codes_of(self, frame: pd.DataFrame) -> np.ndarray:
        """The number of each new row's group, -1 for a group the data did not have."""
        found = [places(frame[name], levels) for name, levels in zip(self.columns, self.parts, strict=True)]
        return self.keys.get_indexer(pd.MultiIndex.from_arrays(found))


def grouping(frame: pd.DataFrame, columns: tuple[str, ...]) -> Grouping:
    """Number the groups, in the order of the columns' levels."""
    numbers, parts = zip(*(distinct(frame[name]) for name in columns), strict=True)
    codes = numbers[0]
    if len(columns) > 1:
        codes = pd.DataFrame(dict(enumerate(numbers))).groupby(list(range(len(columns)))).ngroup().to_numpy()
    if len(columns) == 1:
        return Grouping(columns, codes, parts[0], list(parts), np.arange(len(parts[0]))[:, None])
    first = np.unique(codes, return_index=True)[1]
    members = np.column_stack([part[first] for part in numbers])
    return Grouping(columns, codes, _joined(members, parts), list(parts), members)


def _joined(members: np.ndarray, parts: Iterable[np.ndarray]) -> np.ndarray:
    """The names of combined columns' groups: the innermost first, as lme4 does."""
    spelled = [spell(levels[members[:, k]]) for k, levels in enumerate(parts)]
    names = pd.Index(list(map(":".join, zip(*spelled[::-1], strict=True))), dtype=object)
    if names.has_duplicates:  # a colon inside a label: 'x' in 'z:y' is not 'x:z' in 'y'
        names = pd.Index([":".join(map(repr, row[::-1])) for row in zip(*spelled, strict=True)], dtype=object)
    return names.to_numpy()
