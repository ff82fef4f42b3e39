"""A text file becomes a table, by the rules of the page *Your own data* (``csv.js``, ``columns.js``).

What parts the columns is guessed; each cell is read as it is written, and a column's cells together say what it holds:
numbers, dates, truths or words, and which are missing.
"""

from __future__ import annotations

import contextlib
import csv
import re
from datetime import date
from io import StringIO
from itertools import islice
from pathlib import Path

import pandas as pd

from .errors import DataError

__all__ = ["read_table"]

SEPARATORS = ",;\t|"
SAMPLE = 60  # records that the separator is told from
#: cells that stand for a missing value, in small letters
MISSING = frozenset(
    ["", "na", "n/a", "nan", "null", "none", ".", "-", "--", "?", "missing", "miss", "#n/a", "<na>", "nil", "k.a.",
     "n.a.", "n. a."]
)  # fmt: skip
#: those of them that are words of their own in a column of words; and "-" where "+" stands, too
WORDS = frozenset(["none", "nil", "miss"])
DOTS, COMMAS = r"[-+]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"  # 1.234,5 and 1,234.5
THOUSANDS = r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+"  # 1,234: a number in one country, another in the next
PLAIN, COMMA = (rf"[-+]?(?:[0-9]+{mark}?[0-9]*|{mark}[0-9]+)(?:[eE][-+]?[0-9]+)?" for mark in (r"\.", ","))
CLOCK = r"(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?Z?)?"  # the hour, where a cell has one
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: how dates are written, and where year, month and day stand; 1/2/2024 is two days, in one country and the next
DATES = (
    (rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){CLOCK}", (1, 2, 3)),
    (rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}}){CLOCK}", (3, 2, 1)),
    (rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}){CLOCK}", (1, 2, 3)),
    (rf"([0-9]{{1,2}})[-. ]?([A-Za-z]{{3}})[-. ]?([0-9]{{4}}){CLOCK}", (3, 2, 1)),  # 03MAR2021, as SAS writes it
    (rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}){CLOCK}", (3, 2, 1)),
    (rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}){CLOCK}", (3, 1, 2)),
)
EXACT = 2**53  # whole numbers from here on would run into each other, and are names
LONGEST, CLEAR = 15, 1e15  # digits of a whole number that need no such look; numbers below have no more


def read_table(path: str | Path) -> pd.DataFrame:
    """The table in a text file whose columns are parted by commas, semicolons, tabs or bars.

    A comma inside a number is a decimal comma where more numbers are written so than with a point, as spreadsheets of
    those countries do.  Blanks around a cell do not count.  Dates are counted in days from the earliest, which the
    column's unit names (``attrs["units"]``).

    Raises
    ------
    DataError
        If the file is not there, is no text, or holds no table.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be read: {error.strerror or error}.", "Give the name of a file."
        ) from None
    text = _decoded(raw)
    if "\0" in text or not text.strip():
        raise DataError(
            f"{str(path)!r} holds no text.", "Save the table as CSV: a workbook, for example, is no text file."
        )
    told = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)  # a spreadsheet's own word for it
    body = text[told.end() :] if told else text
    separator = told[1] if told else _separator(body)
    try:
        cells = _cells(body, separator)
    except (csv.Error, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(
            f"{str(path)!r} is no table: {str(error).strip().splitlines()[-1]}.",
            "One row a measurement, the columns' names in the first line, the same number of columns in each.",
        ) from None
    decimal = _decimal(cells, separator)
    read = {name: _typed(cells[name], decimal) for name in cells.columns}
    table = pd.DataFrame({name: column for name, (column, _) in read.items()}, index=cells.index)
    table.attrs["units"] = {name: unit for name, (_, unit) in read.items() if unit}
    return table


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252", "replace")


def _separator(text: str) -> str:
    """The one that gives the most columns of the same number in all lines."""
    scores = {}
    for separator in SEPARATORS:
        widths = [len(record) for record in _records(text, separator) if record]
        alike = sum(width == widths[0] for width in widths) / len(widths)
        scores[separator] = alike + min(widths[0], 50) / 1000 if widths[0] > 1 else -1.0
    return max(SEPARATORS, key=scores.__getitem__)


def _records(text: str, separator: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(StringIO(text, newline=""), delimiter=separator), SAMPLE))
    except csv.Error:  # a quote that is never closed holds more than a cell may
        return [[text]]


def _cells(text: str, separator: str) -> pd.DataFrame:
    """Every cell as it is written, without the blanks around it; columns without a name and a cell are left out."""
    sample = [record for record in _records(text, separator) if record]
    widths = [len(record) for record in sample]
    table = pd.read_csv(
        StringIO(text), sep=separator, header=None, names=range(max(widths)), dtype=str, keep_default_na=False,
        index_col=False,
    ).fillna("")  # fmt: skip
    table = table.apply(lambda column: column.str.strip())
    head, body = list(table.iloc[0]), table.iloc[1:]
    # R's write.table leaves out the name of its first column, the rows' names
    if len(widths) > 1 and all(width == widths[0] + 1 for width in widths[1:]) and (body[widths[0]] != "").all():
        head = ["", *head[:-1]]
    filled = body != ""
    body = body[filled.any(axis=1)].reset_index(drop=True)
    beyond = filled[filled.columns[len(sample[0]) :]].any(axis=1)
    if beyond.any() and head[0] != "":
        raise csv.Error(f"record {int(beyond.idxmax()) + 1} has more cells than the first, with the names")
    used = [k for k, name in enumerate(head) if name or filled[k].any()]
    return body[used].set_axis(_named([(head[k], k) for k in used]), axis=1)


def _named(found: list[tuple[str, int]]) -> list[str]:
    """Each column with a name of its own; those without one, and second ones, are called as pandas calls them.

    >>> _named([("t", 0), ("", 1), ("t", 2)])
    ['t', 'Unnamed: 1', 't.1']
    """
    own: list[str] = []
    for name, place in found:
        plain = made = name or f"Unnamed: {place}"
        k = 0
        while made in own:
            made = f"{plain}.{(k := k + 1)}"
        own.append(made)
    return own


def _decimal(cells: pd.DataFrame, separator: str) -> str:
    dots = commas = 0
    for name in cells.columns:
        column = cells[name].iloc[:2000]
        dotted = column.str.fullmatch(r"[-+]?[0-9]*\.[0-9]+")
        either = column.str.fullmatch(DOTS) | column.str.fullmatch(r"[-+]?[0-9]*,[0-9]+")
        if separator == ",":  # inside a cell one may part thousands
            either &= ~column.str.fullmatch(THOUSANDS)
        dots, commas = dots + int(dotted.sum()), commas + int((either & ~dotted).sum())
    return "," if commas > 0 and commas >= dots else "."


def _typed(cells: pd.Series, decimal: str) -> tuple[pd.Series, str]:
    """A column of numbers, of days, of truths or of words, and its unit if it says one; what is missing is nan."""
    empty = cells == ""
    if decimal == ".":  # the usual case, quickly
        numbers = pd.to_numeric(cells.mask(empty), errors="coerce")
        if (empty | (numbers.abs() < CLEAR)).all():
            return numbers, ""
    known = pd.Series(cells.unique(), dtype=cells.dtype)
    read, unit = _read(known, decimal)
    return pd.Series(read.array[pd.factorize(cells)[0]], index=cells.index), unit


def _read(cells: pd.Series, decimal: str) -> tuple[pd.Series, str]:
    """A column's different cells, each as what the whole column holds, and its unit."""
    small = cells.str.lower()
    missing = small.isin(MISSING)
    present = cells[~missing]
    numbers = _numbers(present, decimal)
    if numbers is not None:
        return numbers if not missing.any() else numbers.astype(float).reindex(cells.index), ""
    if (days := _days(present)) is not None:
        whole, hours = days["day"], days["hours"]
        first = int(whole.min())  # before the hours are added: far from the year 1 they would lose digits
        return (whole - first + hours / 24).reindex(cells.index), f"days since {date.fromordinal(first)}"
    truth = small[~missing]
    if truth.isin(["true", "false"]).all():
        return (truth == "true").astype(object if missing.any() else bool).reindex(cells.index), ""
    if not present.str.fullmatch(r"[0-9]+").all():
        missing &= ~(small.isin(WORDS) | ((cells == "-") & bool((cells == "+").any())))
    return cells.mask(missing), ""


def _days(cells: pd.Series) -> pd.DataFrame | None:
    """The day of each cell, counted from the year 1, and its hours; None where one is no date, or may be of two."""
    found = []
    for form, places in DATES:
        if len(cells) and cells.str.fullmatch(form).all():
            with contextlib.suppress(ValueError):  # the calendar has no such day, or the day no such hour
                found.append([_day(cell, form, places) for cell in cells])
    return pd.DataFrame(found[0], index=cells.index, columns=["day", "hours"]) if len(found) == 1 else None


def _day(cell: str, form: str, places: tuple[int, int, int]) -> tuple[int, float]:
    found = re.fullmatch(form, cell)
    assert found is not None
    hour, minute, second = (float(found[k] or 0) for k in (4, 5, 6))
    if not (hour < 24 and minute < 60 and second < 60):
        raise ValueError
    year, month, day = (found[k] for k in places)
    number = MONTHS.index(month.lower()) + 1 if month.isalpha() else int(month)
    return date(int(year), number, int(day)).toordinal(), (hour * 3600 + minute * 60 + second) / 3600


def _numbers(cells: pd.Series, decimal: str) -> pd.Series | None:
    """The cells as numbers, by the file's decimal mark, or by their own where all say so; None where one is none."""
    whole = cells[cells.str.fullmatch(rf"[-+]?[0-9]{{{LONGEST + 1},}}")]
    if any(abs(float(cell)) >= EXACT for cell in whole):
        return None
    own = (
        cells.str.contains(",").any() and cells.str.fullmatch(COMMA).all() and not cells.str.fullmatch(THOUSANDS).any()
    )
    if decimal == "," or own:
        bare = cells.mask(cells.str.fullmatch(DOTS), cells.str.replace(".", "", regex=False))
        good, plain = bare.str.fullmatch(COMMA), bare.str.replace(",", ".", regex=False)
    else:
        bare = cells.mask(cells.str.fullmatch(COMMAS), cells.str.replace(",", "", regex=False))
        plain = bare.str.replace("\u2212", "-", regex=False)
        good = plain.str.fullmatch(PLAIN)
    return pd.to_numeric(plain) if good.all() else None
