"""A column that is not in the data: what may have been meant, or what makes the data long."""

from __future__ import annotations

import re
from difflib import get_close_matches
from unicodedata import normalize

import pandas as pd

from ..errors import DataError

_PLAIN = re.compile(r"[^\W\d][\w.]*")


def place(data: pd.DataFrame, name: str) -> int:
    """Where the column of that name stands; a column called 7 answers to '7'."""
    if data.columns.is_unique and name in data.columns:
        return list(data.columns).index(name)
    known = [str(column) for column in data.columns]
    matches = [k for k, column in enumerate(data.columns) if isinstance(column, str) and column == name]
    matches = matches or [k for k, column in enumerate(known) if column == name]
    matches = matches or [k for k, column in enumerate(known) if normalize("NFC", column) == normalize("NFC", name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise DataError(f"The data have {len(matches)} columns named {name!r}.", "Rename all but one.")
    raise DataError(f"Column {name!r} is not in the data.", _nearest(name, known, data))


def _nearest(name: str, known: list[str], data: pd.DataFrame) -> str:
    """What may have been meant by the name of a column that is not there."""
    if name in [str(one) for one in data.index.names]:
        return "It is in the index: make it a column with data = data.reset_index()."
    alike = [column for column in known if column.strip().casefold() == name.strip().casefold()]
    whole = [column for column in known if name in re.split(r"\W+", column) and column != name]
    near = alike or whole or get_close_matches(name, known, 1)
    if near:
        backticks = "" if _PLAIN.fullmatch(near[0]) else f" In a formula it stands in `backticks`: `{near[0]}`."
        return f"Did you mean {near[0]!r}?{backticks}"
    return f"The columns are: {', '.join(known[:12])}."


def check_long(data: pd.DataFrame, needed: list[str]) -> None:
    """Refuse data that have a variable once for each of several times, as y0, y4, y8, and say how to make them long."""
    known = [str(column) for column in data.columns]
    for name in set(needed) - set(known):
        found = [re.fullmatch(rf"{re.escape(name)}([ _.-]?)(\d+)", column) for column in known]
        times = [match for match in found if match]
        if len(times) > 1 and len({match[1] for match in times}) == 1:
            sep = f", sep={times[0][1]!r}" if times[0][1] else ""
            raise DataError(
                f"The data have no column {name!r}, but {', '.join(match[0] for match in times[:4])}: they are wide, "
                "one row a subject.",
                f"Make them long: data = pandas.wide_to_long(data.reset_index(), {name!r}, i='index', j='time'{sep})"
                ".reset_index().",
            )
