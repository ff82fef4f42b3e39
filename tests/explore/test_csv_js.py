"""Numbers saved from a panel: read back as they were, and no cell of which a spreadsheet makes a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from lmmteach.check.gradebook import harmless

from .node import run_js

ROWS = 'const { csv } = await module("kit/csv.js"); return csv(given);'
HOSTILE = [
    "=1+1", "+1", "-1 thing", "@SUM(A1)", "\u22121", "\uff1d1+1", '"=1', " =1", "\t=1", "\ufeff=1", "x;=2+5", "x,=2",
    "a|@b",    "a\tb", "=cmd|' /C calc'!A0", "a\r\n=1",
    "O'Neill-Byrne", "Lovelace, Ada", 'say "hi"', "sex:year", "\u03c3\u00b2",
]  # fmt: skip


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows = [["time", "SD", "note"], [0, 40.5046, "first"], [2.5, -1e-9, "a,b"], [10, None, 'q"q']]
    table = pd.read_csv(io.StringIO(run_js(ROWS, rows, tmp_path)))
    assert list(table.columns) == rows[0]
    assert table["time"].tolist() == [0, 2.5, 10]
    assert table["SD"].tolist()[:2] == [40.5046, -1e-9]
    assert pd.isna(table["SD"][2])
    assert table["note"].tolist() == ["first", "a,b", 'q"q']


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_begins_a_formula_whatever_separates_cells(text: str, tmp_path: Path) -> None:
    written = run_js(ROWS, [[text, 1]], tmp_path)
    assert written.count("\r\n") == 1
    for separator in ",;|\t":
        for cell in next(csv.reader(io.StringIO(written.rstrip("\r\n")), delimiter=separator)):
            bare = cell.strip(' "\ufeff\t')
            assert bare[:1] not in {"=", "+", "-", "@", "\u2212", "\uff1d"}, (separator, cell)


@pytest.mark.parametrize("text", [text for text in HOSTILE if not set(text) & set("\r\n\t\ufeff")])
def test_the_page_and_the_gradebook_keep_one_rule(text: str, tmp_path: Path) -> None:
    js = run_js('const { harmless } = await module("kit/csv.js"); return harmless(given);', text, tmp_path)
    assert js.strip() == harmless(text)
