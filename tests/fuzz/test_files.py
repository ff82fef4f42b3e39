"""Any file in the page: a table whose cells are the file's, or a sentence; the library reads the same file alike."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lmmteach.own_data import read_table

from .page import Page, Refused, asking
from .tables import Written, files, same
from .verdict import cases

READ = """
const { opened } = await module("own/study.js");
return ({ bytes }) => {
  const { file } = opened(Buffer.from(bytes, "base64"), { reshape: false });
  const cell = (column, row) => {
    if (column.kind === "number") return Number.isNaN(column.values[row]) ? null : column.values[row];
    return column.codes[row] < 0 ? null : column.levels[column.codes[row]];
  };
  const rows = Array.from({ length: file.rows }, (_, row) => row);
  return { names: file.names, said: file.said, decimal: file.decimal, separator: file.separator,
    columns: file.names.map((name) => rows.map((row) => cell(file.of[name], row))) };
};
"""
FIT = """
const { createEngine } = await module("own/engine.js");
const { formulaOf } = await module("own/guess.js");
return ({ bytes }) => {
  const engine = createEngine();
  const { guess } = engine.open({ bytes: Buffer.from(bytes, "base64"), options: {} });
  const covariates = guess.covariates.slice(0, 2).map((name) => ({ name, factor: false, withTime: false }));
  const formula = formulaOf({ ...guess, subject: guess.subject ?? guess.response, covariates, slope: false });
  const { rows, beta, deviance, sigma2, said } = engine.fit({ formula, method: "REML", time: null }, () => {});
  return { rows, beta, deviance, sigma2, said, formula };
};
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with asking(FIT, tmp_path_factory.mktemp("whole")) as one:
        yield one


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with asking(READ, tmp_path_factory.mktemp("files")) as one:
        yield one


def sent(raw: bytes) -> dict[str, str]:
    return {"bytes": base64.b64encode(raw).decode()}


@cases(14)
@given(written=files())
def test_a_table_is_read_as_it_was_written(page: Page, written: Written) -> None:
    found = page.ask(sent(written.raw))
    assert found["names"] == written.names, written
    for name, column, read in zip(written.names, written.columns, found["columns"], strict=True):
        assert [same(*pair) for pair in zip(column, read, strict=True)] == [True] * len(column), (name, column, read)


PIECES = [b"", b'"', b",", b";", b"\n", b"\t", b"\0", b"\xff", b"\xe2", b"-", b"1e999", b"2020-02-30", b"0x1F",
          b"Infinity", b"\r", b"="]  # fmt: skip


def spoilt(raw: bytes, draw: st.DataObject) -> bytes:
    """The file with one to four places cut out, doubled, or written over."""
    for _ in range(draw.draw(st.integers(1, 4))):
        at, end = sorted(draw.draw(st.integers(0, len(raw))) for _ in range(2))
        piece = draw.draw(st.sampled_from([*PIECES, raw[at:end] * 2]))
        raw = raw[:at] + piece + raw[end if draw.draw(st.booleans()) else at :]
    return raw


@cases(12)
@given(written=files(), draw=st.data())
def test_a_damaged_file_ends_in_a_fit_or_in_a_sentence(whole: Page, written: Written, draw: st.DataObject) -> None:
    raw = spoilt(written.raw, draw)
    found = whole.ask(sent(raw))
    if isinstance(found, Refused):
        assert 10 < len(found) < 2000
    else:
        assert found["rows"] > 0
        assert all(isinstance(x, float | int) for x in (*found["beta"], found["deviance"], found["sigma2"])), found


@cases(8)
@given(written=files())
def test_the_library_reads_the_same_table(written: Written, tmp_path_factory: pytest.TempPathFactory) -> None:
    assume(written.how["separator"] != "|")
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(written.raw)
    table = read_table(path)
    assert list(table.columns) == written.names
    for name, column in zip(written.names, written.columns, strict=True):
        read = [None if pd.isna(cell) else cell for cell in table[name]]
        assert [same(*pair) for pair in zip(column, read, strict=True)] == [True] * len(column), (name, column, read)


DAYS = st.sampled_from(
    ["2024-01-01", "2024-2-29", "2023-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2024-01-01T5:07Z",
     "2024-01-01 23:59:59.5", "2024-01-01T24:00", "2024-06-30T23:59:60", "1.2.2024", "31.12.1999 05:30",
     "03MAR2021", "3-mar-2021 12:30", "29feb2021", "03XXX2021", "31/08/2021", "08/31/2021", "1/2/2021", "2/1/2021",
     "2024/2/29 1:05Z", "\u0662\u0660\u0662\u0664-01-01", "\u0662\u0663", "9007199254740993",
     "-9007199254740993", "1234567890123456", "7", "?", ""]
)  # fmt: skip


@cases(40)
@given(first=DAYS, column=st.lists(DAYS, min_size=1, max_size=3), same_form=st.booleans())
def test_odd_dates_and_digits_are_the_same_to_page_and_library(
    page: Page, first: str, column: list[str], same_form: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cells = [first, *([first] if same_form else column)]
    raw = ("y,d\n" + "".join(f"{k},{cell}\n" for k, cell in enumerate(cells))).encode()
    path = tmp_path_factory.getbasetemp() / "days.csv"
    path.write_bytes(raw)
    table, found = read_table(path), page.ask(sent(raw))
    if "d" not in table:
        assert found["names"] == ["y"] or all(cell is None for cell in found["columns"][1])
        return
    assert [None if pd.isna(cell) else cell for cell in table["d"]] == found["columns"][1]
