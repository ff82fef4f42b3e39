"""From any DataFrame to clean columns: one place that looks at what users really bring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from .absent import check_long, place
from .labels import EXACT, spell

MISSING = ("", "NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "None", ".", "-", "?")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+(,\d+)?\s*")
_THOUSANDS = re.compile(r"\s*[-+]?(\d{1,3}(,\d{3})+|\d{1,3})(\.\d+)?\s*")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|(?P<day>\d\d?)[./]\d\d?[./]\d{4}")  # 2024-01-13, 13.01.2024, 1/13/2024
_UNITS = "[^0-9.eE+-]"  # all that is not of a number
TRUTHS = ["FALSE", "TRUE"]  # the levels of R's factor of truths


def clean_columns(data: pd.DataFrame, needed: Iterable[str], said: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The needed columns as float64 or Categorical, complete rows only, and which rows those are.

    Only whole numbers that float64 would merge, as long ids, stay Python's own.
    Rows with a missing value in any needed column are dropped, and counted in one remark added to ``said``.
    Infinite values, dates and unknown columns raise a :class:`DataError` naming column and row.
    """
    if not isinstance(data, pd.DataFrame):
        raise _no_frame(data)
    needed = list(dict.fromkeys(needed))
    if isinstance(data.columns, pd.MultiIndex) and needed:
        raise DataError(
            f"The data have {data.columns.nlevels} levels of column names, so {needed[0]!r} names no column.",
            "Join the levels: data.columns = ['_'.join(map(str, names)) for names in data.columns].",
        )
    try:
        places = {name: place(data, name) for name in needed}
    except DataError:
        check_long(data, needed)
        raise
    if len(data) == 0:
        raise DataError("The data have no rows.", "Check the filter or the file that made them.")
    columns = {name: _column(data.iloc[:, place], name) for name, place in places.items()}
    keep = np.ones(len(data), dtype=bool)
    clean = {name for name, column in columns.items() if isinstance(column, np.ndarray) and np.isfinite(column).all()}
    missing = {name: np.asarray(pd.isna(columns[name])) for name in needed if name not in clean}
    for absent in missing.values():
        keep &= ~absent
    if not keep.all():
        counts = ", ".join(f"{name}: {int(m.sum())}" for name, m in missing.items() if m.any())
        whole = [name for name, m in missing.items() if m.all()]
        if whole:
            raise DataError(
                f"Column {whole[0]!r} holds only missing values.",
                "Check how the column was read or computed.",
            )
        if not keep.any():
            raise DataError(
                f"No row is complete: every row misses a value ({counts}).",
                "Check how the columns were joined.",
            )
        dropped = int((~keep).sum())
        said.append(f"Dropped {dropped} of {len(keep)} rows with missing values ({counts}).")
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(data)))
    frame = frame if keep.all() else frame[keep]
    for name in missing:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
            _check_spelling(frame[name].cat.categories, name)
        else:
            _check_finite(frame[name], name, np.flatnonzero(keep))
    return frame, np.flatnonzero(keep)


def _no_frame(data: Any) -> DataError:
    kind = type(data)
    library = "" if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}."
    convert = "Build one with pandas.DataFrame(...) or pandas.read_csv(...)."
    if hasattr(data, "to_pandas"):
        convert = "Convert them: data.to_pandas()."
    return DataError(f"The data must be a pandas DataFrame, not {library}{kind.__name__}.", convert)


def told_about(data: pd.DataFrame) -> tuple[dict[str, str], str | None, str | None]:
    """The units, source and title in ``data.attrs``: anything may stand there, so only texts are taken.

    >>> data = pd.DataFrame()
    >>> data.attrs = {"units": {"year": "years", "bmi": 5}, "source": ["a", "list"], "title": "A study"}
    >>> told_about(data)
    ({'year': 'years'}, None, 'A study')
    """
    attrs = getattr(data, "attrs", {})
    units, source, title = (attrs.get(name) for name in ("units", "source", "title"))
    known = units.items() if isinstance(units, Mapping) else ()
    return (
        {name: unit for name, unit in known if isinstance(name, str) and isinstance(unit, str)},
        source if isinstance(source, str) else None,
        title if isinstance(title, str) else None,
    )


def _column(column: pd.Series, name: str) -> pd.Series | np.ndarray:
    """One column as float64 or Categorical, on a fresh index (a user's index may repeat labels)."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "fiu":
        numbers = column.to_numpy(dtype=float)
        return numbers if dtype.kind == "f" else _exact(column.reset_index(drop=True), numbers)
    column = column.reset_index(drop=True)
    if isinstance(dtype, pd.CategoricalDtype):
        return column
    if pd.api.types.is_bool_dtype(dtype):
        return _truths(column)
    if pd.api.types.is_complex_dtype(dtype):
        raise DataError(f"Column {name!r} holds complex numbers.", "Use real numbers.")
    if pd.api.types.is_numeric_dtype(dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return _exact(column, numbers) if pd.api.types.is_integer_dtype(dtype) else numbers
    if pd.api.types.is_datetime64_any_dtype(dtype) or pd.api.types.is_timedelta64_dtype(dtype):
        raise DataError(
            f"Column {name!r} holds dates or durations.",
            f"As a time, count from the first: data[{name!r}] = (data[{name!r}] - data[{name!r}].min()) / "
            f"pandas.Timedelta(days=365.25). As a group or a factor: data[{name!r}] = data[{name!r}].astype(str).",
        )
    return _text_column(column, name)


def _text_column(column: pd.Series, name: str) -> pd.Series | np.ndarray:
    """Text becomes a factor; an object column of numbers (a common accident) becomes numbers."""
    try:
        present = column[~pd.isna(column)]
    except InvalidOperation:  # Decimal("sNaN") will not even be asked whether it is missing
        return _text_column(column.map(lambda v: None if isinstance(v, Decimal) and v.is_nan() else v), name)
    kinds = set(map(type, present.to_numpy()))
    if kinds and kinds <= {bool, np.bool_}:
        return _truths(column)
    if kinds and all(issubclass(kind, (int, float, Decimal, np.integer, np.floating)) for kind in kinds):
        try:
            numbers = np.full(len(column), np.nan)
            numbers[~np.asarray(pd.isna(column))] = [float(value) for value in present]
            return _exact(column, numbers)
        except OverflowError:
            raise DataError(f"Column {name!r} holds a number beyond 1e308.", "Change its unit.") from None
    if kinds and all(issubclass(kind, (date, pd.Period)) for kind in kinds):
        place = f"data[{name!r}]"
        raise DataError(
            f"Column {name!r} holds dates.",
            f"As a time, count from the first: {place} = pandas.to_datetime({place}.astype(str), errors='coerce'); "
            f"then {place} = ({place} - {place}.min()) / pandas.Timedelta(days=365.25). "
            f"As a group or a factor: {place} = {place}.astype(str).",
        )
    if any(not issubclass(kind, (str, bytes, bool, int, float, np.generic)) for kind in kinds):
        odd = next(v for v in present if not isinstance(v, (str, bytes, bool, int, float, np.generic)))
        raise DataError(
            f"Column {name!r} holds a {type(odd).__name__}, which is neither a number nor text.",
            "Keep one number or one label in each cell.",
        )
    levels = sorted(set(spell(present)))
    bare = map(str.strip, levels)
    _check_commas([level for level, word in zip(levels, bare, strict=True) if word not in MISSING], name)
    return _factor(column, levels)


def _check_commas(levels: list[str], name: str) -> None:
    """Refuse numbers with commas, as text: 42,446 is a number in one country and another in the next."""
    if not [level for level in levels if "," in level]:
        return
    decimal, thousands = (all(form.fullmatch(level) for level in levels) for form in (_DECIMAL_COMMA, _THOUSANDS))
    if not (decimal or thousands):
        return
    shown = next(level for level in levels if "," in level)
    convert = f"data[{name!r}] = pandas.to_numeric(data[{name!r}].astype(str).str.replace(',', {{}}), errors='coerce')"
    remedies = [f"decimal commas, read the file with decimal=',', or {convert.format(repr('.'))}"] * decimal
    remedies += [f"commas between thousands, read it with thousands=',', or {convert.format(repr(''))}"] * thousands
    raise DataError(
        f"Column {name!r} holds numbers with commas, as text ({shown!r}).",
        f"If these are {'; if they are '.join(remedies)}; "
        f"if they are labels, say so: data[{name!r}] = data[{name!r}].astype('category').",
    )


def as_days(name: str, levels: Iterable[Any]) -> str:
    """How to make years of a column of dates that are text; nothing where they are no dates, or numbers.

    >>> as_days("day", ["13.01.2024", "05.04.2024"])[:70]
    "Count from the first: data['day'] = pandas.to_datetime(data['day'], da"
    """
    bare = [level for level in map(str.strip, spell(levels)) if level not in MISSING]
    forms = [form for form in map(_DATE.fullmatch, bare) if form]
    if not bare or len(forms) < len(bare):
        return ""
    days = [int(form["day"]) for form in forms if form["day"]]
    # 05/04 is in April in one country, in May in the next; dots stand where the day comes first
    how = f", dayfirst={any('.' in level for level in bare) or max(days) > 12}" if days else ""
    column = f"data[{name!r}]"
    return (
        f"Count from the first: {column} = pandas.to_datetime({column}{how}); "
        f"then {column} = ({column} - {column}.min()) / pandas.Timedelta(days=365.25)."
    )


def as_numbers(name: str, levels: Iterable[Any]) -> str:
    """How to make numbers of a column of text, so that something is left of it."""
    spelled = spell(levels)
    bare = pd.Series(spelled, dtype=object)
    column = f"data[{name!r}]"
    if pd.to_numeric(bare, errors="coerce").notna().any():
        return f"Convert it: {column} = pandas.to_numeric({column}, errors='coerce')."
    if pd.to_numeric(bare.str.replace(_UNITS, "", regex=True), errors="coerce").notna().any():
        return (
            f"Convert it: {column} = pandas.to_numeric({column}.astype(str).str.replace('{_UNITS}', '', regex=True), "
            "errors='coerce')."
        )
    if len(spelled) < 2:
        return "Name a column of numbers."
    if set(spelled) == set(TRUTHS):  # as truths or as text
        truths = f"{column}.astype(str).str.upper().map({{'FALSE': 0, 'TRUE': 1}})"
        return f"Name a column of numbers, or make it one: {column} = {truths}."
    numbers = ", ".join(f"{level!r}: {number}" for number, level in enumerate(spelled[:12]))
    more = ", ..." if len(spelled) > 12 else ""
    made = f"{column} = {column}.map({{{numbers}{more}}}).astype(float)"
    return f"Name a column of numbers, or number the levels: {made}."


def _truths(column: pd.Series) -> pd.Series:
    """True and False as R's factor with the levels FALSE and TRUE."""
    return _factor(column, TRUTHS)


def _factor(column: pd.Series, levels: list[str]) -> pd.Series:
    """The levels that are there, spelled; a missing value stays missing."""
    spelled = np.full(len(column), None, dtype=object)
    there = ~np.asarray(pd.isna(column))
    spelled[there] = spell(column[there])
    return pd.Series(pd.Categorical(spelled, categories=levels))


def _exact(column: pd.Series, numbers: np.ndarray) -> pd.Series | np.ndarray:
    """A column's ``numbers``, or, where these would take two long ids for one, the column's own values."""
    return column.astype(object) if (np.abs(numbers) >= EXACT).any() else numbers


def _check_spelling(levels: Iterable[Any], name: str) -> None:
    spelled = pd.Index(spell(levels))
    if spelled.has_duplicates:
        raise DataError(
            f"Column {name!r} has two levels that are both written {spelled[spelled.duplicated()][0]!r}.",
            f"Make them one: data[{name!r}] = data[{name!r}].astype(str), or rename one of them.",
        )


def _check_finite(column: pd.Series, name: str, rows: np.ndarray) -> None:
    bad = ~np.isfinite(column.to_numpy(dtype=float))
    if bad.any():
        raise DataError(
            f"Column {name!r} holds {int(bad.sum())} infinite value(s), the first in row {rows[bad.argmax()]}.",
            "Replace or remove them (a log of 0, a division by 0?).",
        )
