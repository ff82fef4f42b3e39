"""Tables whose cells are known, written down as spreadsheets of many countries write them."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .frames import NAMES

#: beside the formulas' own odd names: those of JavaScript's objects, of pandas, blanks and marks inside
COLUMNS = [*[name for name in NAMES if name.strip()], "__proto__", "constructor", "toString", "of", "t.1", "x.1", "",
           "Größe in cm", "a;b", "a,b", "a\tb", "line\nbreak", "NA", "true", "y_0", "y_1", "w2"]  # fmt: skip
WORDS = ["a", "b", "male", "female", "Zoë", "none", "None", "no", "T", "constructor", "__proto__", "a b", "it's", "x,y",
         "x;y", 'say "hi"', "two\nlines", "A", "0a", "<img src=x>", "1/2", "12 kg", "Ünal | Söhne"]  # fmt: skip
MISSING = ["", "NA", "N/A", "NaN", "null", ".", "?", "-"]


@dataclass
class Written:
    """A file: its bytes, how they were made, and what must be read from them."""

    raw: bytes
    how: dict[str, Any]
    names: list[str]
    columns: list[list[float | str | None]]  # None: missing

    @property
    def numbers(self) -> list[bool]:
        return [all(not isinstance(cell, str) for cell in column) for column in self.columns]


def _spelled(number: float, decimal: str, form: str) -> str:
    text = repr(int(number)) if form == "whole" and number == int(number) else repr(number)
    if form == "signed" and number > 0:
        text = f"+{text}"
    if form == "bare" and abs(number) < 1 and text.startswith("0."):
        text = text[1:]
    return text.replace(".", decimal)


def called(names: list[str]) -> list[str]:
    """Names as pandas makes them each one's own."""
    taken: set[str] = set()
    own = []
    for place, name in enumerate(names):
        plain = name or f"Unnamed: {place}"
        made, k = plain, 0
        while made in taken:
            k += 1
            made = f"{plain}.{k}"
        taken.add(made)
        own.append(made)
    return own


floats = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)) | st.integers(-999, 9999).map(float)


@st.composite
def files(draw: st.DrawFn) -> Written:
    """Two to five columns of three to nine rows, and a dialect."""
    rows = draw(st.integers(3, 9))
    names = ["y", *draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4))]
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","]))
    columns: list[list[float | str | None]] = []
    cells: list[list[str]] = []
    gap = draw(st.sampled_from(MISSING))
    for _ in names:
        kind = draw(st.sampled_from(["number", "number", "word"]))
        entry: st.SearchStrategy[Any] = floats if kind == "number" else st.sampled_from(WORDS)
        column = draw(st.lists(entry | st.none(), min_size=rows, max_size=rows))
        if all(cell is None or str(cell).lower() == "none" for cell in column):
            column[0] = 3.0 if kind == "number" else "a"
        form = draw(st.sampled_from(["plain", "whole", "signed", "bare"]))
        columns.append(column)
        cells.append(
            [
                gap if cell is None else _spelled(cell, decimal, form) if isinstance(cell, float) else str(cell)
                for cell in column
            ]
        )
    for row in range(rows):  # a line without any cell is no line
        if all(column[row] is None for column in columns):
            known = next(k for k, cell in enumerate(columns[0]) if cell is not None)
            columns[0][row], cells[0][row] = columns[0][known], cells[0][known]
    how = {
        "separator": separator, "decimal": decimal, "gap": gap, "quoted": draw(st.booleans()),
        "newline": draw(st.sampled_from(["\n", "\r\n", "\r"])), "bom": draw(st.booleans()),
        "told": draw(st.booleans()), "encoding": draw(st.sampled_from(["utf-8", "utf-16", "cp1252"])),
        "padded": draw(st.sampled_from(["", "", " ", "  "])), "end": draw(st.booleans()),
        "empty": draw(st.integers(0, 2)),
    }  # fmt: skip
    return Written(_bytes(draw, names, cells, how), how, called(names), columns)


def _bytes(draw: st.DrawFn, names: list[str], cells: list[list[str]], how: dict[str, Any]) -> bytes:
    lines = [names, *map(list, zip(*cells, strict=True))]
    written = []
    for line in lines:
        out = io.StringIO()
        rule = csv.QUOTE_ALL if how["quoted"] else csv.QUOTE_MINIMAL
        # a comma in a number where commas separate, and a blank name, are quoted by the rule of the format
        csv.writer(out, delimiter=how["separator"], lineterminator="\r\n", quoting=rule).writerow(line)
        text = out.getvalue().removesuffix("\r\n")
        if how["padded"] and not how["quoted"] and '"' not in text:
            pad = how["padded"]
            text = how["separator"].join(f"{cell}{pad}" for cell in text.split(how["separator"]))
        written.append(text + how["separator"] * how["empty"])
    newline = how["newline"]
    text = newline.join(written) + (newline if how["end"] else "")
    if how["told"]:
        text = f"sep={how['separator']}{'' if newline == chr(13) else chr(13)}{chr(10)}{text}"
    if how["encoding"] == "utf-16":
        return text.encode("utf-16")
    if how["encoding"] == "cp1252":
        try:
            text.encode("ascii")
        except UnicodeEncodeError:
            try:
                return text.encode("cp1252")
            except UnicodeEncodeError:
                pass
    return ("\ufeff" + text if how["bom"] else text).encode()


def same(cell: float | str | None, read: Any) -> bool:
    """Whether a cell was read as it was meant."""
    if cell is None:
        return read is None or (isinstance(read, float) and math.isnan(read))
    if isinstance(cell, str):
        return isinstance(read, str) and read == cell
    return not isinstance(read, str) and read is not None and math.isclose(float(read), cell, rel_tol=1e-15)
