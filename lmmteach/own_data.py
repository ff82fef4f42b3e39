"""A file of one's own becomes an explorer, with no Python written: what ``lmmteach explore`` does."""

from __future__ import annotations

import csv
import re
import warnings
from io import StringIO
from pathlib import Path

import pandas as pd

from .errors import DataError, LmmWarning
from .explore import explore
from .model import lmm

__all__ = ["explorer_of_file", "read_table"]

SEPARATORS = ",;\t"
SAMPLE = 65_536  # letters that the separator is told from


def read_table(path: str | Path) -> pd.DataFrame:
    """The table in a text file whose columns are parted by commas, semicolons or tabs.

    Where semicolons part them, a comma inside a number is a decimal comma, as spreadsheets of those countries write it.

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
    try:
        separator = csv.Sniffer().sniff(text[:SAMPLE], SEPARATORS).delimiter
    except csv.Error:
        separator = ","
    comma = separator != "," and re.search(r"(?<![\d.])\d+,\d+(?![\d,])", text) is not None
    try:
        return pd.read_csv(StringIO(text), sep=separator, decimal="," if comma else ".")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(
            f"{str(path)!r} is no table: {str(error).strip().splitlines()[-1]}.",
            "One row a measurement, the columns' names in the first line, the same number of columns in each.",
        ) from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")


def explorer_of_file(path: str, formula: str, view: str, method: str, output: str) -> tuple[Path, list[str]]:
    """Fit the formula to the file's table and save the view; the page's path, and what there is to say of the fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LmmWarning)  # told once, below, in the fit's own words
        fit = lmm(formula, read_table(path), method)
    return explore(fit, view).save(output), fit.notes
