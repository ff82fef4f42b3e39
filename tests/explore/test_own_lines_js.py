"""The lines of Python that the page prints: run beside the file, they give the page's own fit."""

from __future__ import annotations

import base64
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

import lmmteach

from .node import run_js
from .own_files import FORMULA, files

LINES = """
const { createEngine } = await module("own/engine.js");
const { pythonLines, rLines } = await module("own/lines.js");
const { notebookOf } = await module("own/notebook.js");
return given.map(({ bytes, formula, options, time }) => {
  const engine = createEngine();
  const raw = Buffer.from(bytes, "base64");
  const table = engine.open({ bytes: raw, options });
  const fit = engine.fit({ formula, method: "REML", time: time ?? null }, () => {});
  const file = "study.csv";
  const view = { python: pythonLines({ file, table, fit }), r: rLines({ file, table, fit }) };
  const notebook = notebookOf({ bytes: raw, file, table, fit });
  return { deviance: fit.deviance, said: fit.said, notebook, ...view };
});
"""
#: a file with an odd cell, taken for a missing one
ODD = "text in the response"
CASES = [name for name, (_, _, words) in files().items() if not words]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    asked = {name: (files()[name][0], files()[name][1], {}) for name in CASES}
    asked[ODD] = (files()[ODD][0], FORMULA, {"blank": ["y"]})
    given = [
        {"bytes": base64.b64encode(raw).decode(), "formula": formula, "options": options}
        for raw, formula, options in asked.values()
    ]
    return dict(zip(asked, run_js(LINES, given, tmp_path_factory.mktemp("lines")), strict=True))


@pytest.mark.parametrize("name", [*CASES, ODD])
def test_the_lines_give_the_pages_fit(
    name: str, printed: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study.csv").write_bytes(files()[name][0])
    monkeypatch.chdir(tmp_path)
    lines = printed[name]["python"]
    assert lines.splitlines()[-2:] == ["print(fit.summary())", "fit.explore()"]
    known: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        exec("\n".join(lines.splitlines()[:-2]), known)
    assert known["fit"].deviance == pytest.approx(printed[name]["deviance"], abs=1e-6)


@pytest.mark.parametrize("name", [*CASES, ODD])
def test_the_notebook_needs_no_file(
    name: str, printed: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data stand in it, whatever they were written with: its cells, run anywhere, give the page's fit."""
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.reads(printed[name]["notebook"], as_version=4)
    nbformat.validate(notebook)
    known: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(cell.source.removesuffix("print(fit.summary())\nfit.explore()"), known)
    assert known["fit"].deviance == pytest.approx(printed[name]["deviance"], abs=1e-6)


def test_a_long_table_stays_in_its_file(tmp_path: Path) -> None:
    """A cell of many megabytes would stop the notebook's own page."""
    long = """
    const { notebookOf } = await module("own/notebook.js");
    const table = { spellings: [], words: [], separator: ",", decimal: ".", encoding: "utf-8", dates: [], names: [] };
    const fit = { formula: "y ~ t + (1 | id)", method: "REML", named: true };
    return notebookOf({ bytes: Buffer.from("a,b\\n".repeat(given)), file: "a long_one.csv", table, fit });
    """
    notebook = nbformat.reads(run_js(long, 1_500_000, tmp_path), as_version=4)
    words, lines = (cell.source for cell in notebook.cells)
    assert "put that file into this notebook's folder" in words
    assert 'pd.read_csv("a long_one.csv")' in lines


def test_the_lines_of_R_say_how_the_file_is_read(printed: dict[str, Any]) -> None:
    assert 'sep = ";", dec = ","' in printed["semicolons and decimal commas"]["r"]
    assert 'na.strings = c("", "NA", "abc")' in printed[ODD]["r"]
    assert 'varying = list(c("y_0", "y_1", "y_2", "y_3"))' in printed["wide"]["r"]
    assert printed["commas"]["r"].splitlines()[-2:] == [f"fit <- lmer({FORMULA}, data, REML = TRUE)", "summary(fit)"]
