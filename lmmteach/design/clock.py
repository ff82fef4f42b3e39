"""When each row was measured: times read from a column, the visits they make, how far apart they lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import DataError
from .labels import spell, whole_numbers


def read_clock(column: pd.Series, data: pd.DataFrame) -> pd.Series:
    """A column of times: numbers, those that differ by rounding alone made one; or categories in their order.

    Text has no order but the alphabet's, where 10 comes before 2: it is read as the numbers it spells, or refused.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        place = [str(name) for name in data.columns].index(str(column.name))
        if isinstance(data.dtypes.iloc[place], pd.CategoricalDtype):
            return column
        spelled = pd.to_numeric(pd.Series(column.cat.categories), errors="coerce")
        if spelled.isna().any():
            raise DataError(
                f"The times {column.name!r} are text ({column.iloc[0]!r}), and nobody said in which order they come.",
                f"Use numbers, or say it: data[{column.name!r}] = pandas.Categorical(data[{column.name!r}], "
                "categories=[...], ordered=True).",
            )
        column = pd.Series(spelled.to_numpy(dtype=float)[column.cat.codes], index=column.index, name=column.name)
    values, place_of = np.unique(column.to_numpy(dtype=float), return_inverse=True)
    apart = np.diff(values, prepend=-np.inf) > 8 * np.finfo(float).eps * np.abs(values).max(initial=0)
    return pd.Series(values[apart][np.cumsum(apart) - 1][place_of], index=column.index, name=column.name)


def unseen_visits(clock: pd.Series, data: pd.DataFrame) -> list[str]:
    """What to say where nobody has a visit that stands between two others: a structure by visit does not count it.

    >>> visit = pd.Categorical(["week 0", "week 8"], categories=["week 0", "week 4", "week 8"], ordered=True)
    >>> data = pd.DataFrame({"visit": visit})
    >>> unseen_visits(data["visit"].cat.remove_unused_categories(), data)[0][:63]
    "No row that is used is of 'week 4' in 'visit', which stands bet"
    """
    if not isinstance(clock.dtype, pd.CategoricalDtype):
        return []
    place = [str(name) for name in data.columns].index(str(clock.name))
    known, used = spell(data.dtypes.iloc[place].categories), set(spell(clock.cat.categories))
    at = [k for k, level in enumerate(known) if level in used]
    between = [level for level in known[at[0] : at[-1]] if level not in used]
    if not between:
        return []
    return [
        f"No row that is used is of {', '.join(map(repr, between))} in {clock.name!r}, which stands between others: "
        "the visits before and after count as one step apart. If time passed as for every other step, "
        "AR1(spacing='time') on a column of visit numbers counts it."
    ]


def number_visits(clock: pd.Series | None, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Visit numbers (rank of the time among all distinct times) and what each stands for.

    Without a named time a subject's visits are its rows, in order.
    """
    if clock is None:
        order = np.argsort(codes, kind="stable")
        counts = np.bincount(codes)
        visits = np.empty(len(codes), dtype=np.intp)
        visits[order] = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
        return visits, np.arange(1, counts.max() + 1)
    if isinstance(clock.dtype, pd.CategoricalDtype):
        return clock.cat.codes.to_numpy().astype(np.intp), np.asarray(clock.cat.categories)
    values, visits = np.unique(clock.to_numpy(), return_inverse=True)
    return visits, whole_numbers(values)


def spacing(times: np.ndarray, codes: np.ndarray) -> tuple[float, float, float]:
    """The least and the median time to a subject's next visit, and the longest from a first visit to a last.

    Within subjects: among the times of all of them, visits a little off their plan leave hardly any space.

    >>> spacing(np.array([0.0, 2.0, 10.0, 0.1, 2.1]), np.array([0, 0, 0, 1, 1]))
    (2.0, 2.0, 10.0)
    """
    order = np.lexsort((times, codes))
    steps, same = np.diff(times[order]), np.diff(codes[order]) == 0
    steps = steps[same & (steps > 0)]
    if not len(steps):
        return 1.0, 1.0, 1.0
    first = np.flatnonzero(np.diff(codes[order], prepend=-1))
    last = np.append(first[1:], len(order)) - 1
    reach = (times[order[last]] - times[order[first]]).max()
    return float(steps.min()), float(np.median(steps)), float(reach)
