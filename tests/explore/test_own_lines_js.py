"""The lines of Python that the page prints: run beside the file, they give the page's own fit."""

from __future__ import annotations

import base64
import warnings
from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .node import run_js
from .own_files import FORMULA, files

LINES = """
const { createEngine } = await module("own/engine.js");
const { pythonLines, rLines } = await module("own/lines.js");
return given.map(({ bytes, formula, options, time }) => {
  const engine = createEngine();
  const table = engine.open({ bytes: Buffer.from(bytes, "base64"), options });
  const fit = engine.fit({ formula, method: "REML", time: time ?? null }, () => {});
  const file = "study.csv";
  const view = { python: pythonLines({ file, table, fit }), r: rLines({ file, table, fit }) };
  return { deviance: fit.deviance, said: fit.said, ...view };
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


def test_the_lines_of_R_say_how_the_file_is_read(printed: dict[str, Any]) -> None:
    assert 'sep = ";", dec = ","' in printed["semicolons and decimal commas"]["r"]
    assert 'na.strings = c("", "NA", "abc")' in printed[ODD]["r"]
    assert 'varying = list(c("y_0", "y_1", "y_2", "y_3"))' in printed["wide"]["r"]
    assert printed["commas"]["r"].splitlines()[-2:] == [f"fit <- lmer({FORMULA}, data, REML = TRUE)", "summary(fit)"]
