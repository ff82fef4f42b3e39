"""The students' notebooks: valid, clean, kept from being overwritten, and run from top to bottom both ways."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lmmteach import cli
from lmmteach.check.notebooks import notebook, notebook_name
from lmmteach.check.shelf import all_exercises, lesson_titles

nbformat = pytest.importorskip("nbformat")
LESSONS = list(lesson_titles())


def run(*arguments: str) -> int:
    return cli.main(["exercises", *arguments])


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebooks_are_valid_and_reproducible(lesson: str, tmp_path: Path) -> None:
    assert run("copy", lesson, str(tmp_path)) == 0
    path = tmp_path / notebook_name(lesson)
    nbformat.validate(nbformat.read(path, as_version=4))
    first = path.read_bytes()
    assert run("copy", lesson, str(tmp_path)) == 0
    assert path.read_bytes() == first
    assert "pip install lmmteach" in notebook(lesson)["cells"][1]["source"]


def test_a_notebook_somebody_worked_in_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("copy", "5", str(tmp_path / "new")) == 0
    assert "python make.py lab" in capsys.readouterr().out, "it is not said how to open it"
    path = tmp_path / "new" / "exercises-05.ipynb"
    path.write_text(path.read_text().replace("answer = ...", "answer = 3"))
    mine = path.read_bytes()
    assert run("copy", "05", str(tmp_path / "new")) == 1
    assert "--force" in capsys.readouterr().err
    assert path.read_bytes() == mine
    assert run("copy", "05", str(tmp_path / "new"), "--force") == 0
    assert path.read_bytes() != mine


def test_copying_all_goes_on_past_the_notebooks_that_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worked_in = [tmp_path / notebook_name(lesson) for lesson in (LESSONS[0], LESSONS[2])]
    for path in worked_in:
        path.write_bytes(b"mine \xff")
    assert run("copy", "all", str(tmp_path)) == 1
    heard = capsys.readouterr()
    assert len(list(tmp_path.glob("*.ipynb"))) == len(LESSONS)
    assert heard.out.count("Written: ") == len(LESSONS) - 2
    assert all(str(path) in heard.err and path.read_bytes() == b"mine \xff" for path in worked_in)
    assert "have been changed" in heard.err


def test_solutions_that_a_teacher_edited_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("solutions", str(tmp_path)) == 0
    assert run("solutions", str(tmp_path)) == 0
    edited, lost = tmp_path / "solutions-05.md", tmp_path / "solutions-06.md"
    edited.write_text("my notes")
    lost.unlink()
    capsys.readouterr()
    assert run("solutions", str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert str(edited) in said
    assert "solutions-06" not in said
    assert "--force" in said
    assert edited.read_text() == "my notes"
    assert lost.is_file()
    assert run("solutions", str(tmp_path), "--force") == 0
    assert edited.read_text() != "my notes"


@pytest.mark.parametrize("lesson", ["", " "])
def test_no_lesson_is_not_lesson_00(lesson: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("copy", lesson, str(tmp_path)) == 1
    assert "These have: 0" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_list_and_solutions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    said = capsys.readouterr().out
    assert all(f"{exercise.id}  {exercise.title}" in said for exercise in all_exercises())
    assert run("solutions", str(tmp_path)) == 0
    text = (tmp_path / "solutions-05.md").read_text(encoding="utf-8")
    assert "cov" in text
    assert "**compound-symmetry**" in text
    nbformat.validate(nbformat.read(tmp_path / "solutions-05.ipynb", as_version=4))
    assert run("copy", "77", str(tmp_path)) == 1
    assert "These have: 0" in capsys.readouterr().err
    assert run("copy", "all", str(tmp_path / "all")) == 0
    assert len(list((tmp_path / "all").glob("*.ipynb"))) == len(LESSONS)


STANDIN = "gives the simulated stand-in, not the real participants"


def executed(tmp_path: Path, cells: list[dict[str, Any]]) -> list[list[str]]:
    """What each code cell says, as text, after running them in one kernel."""
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    sheet = nbformat.from_dict({**notebook(LESSONS[0]), "cells": cells})
    nbclient.NotebookClient(sheet, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = []
    for cell in sheet.cells:
        if cell.cell_type == "code":
            loud = [output for output in cell.outputs if output.output_type in ("error", "stream")]
            # That the data are a stand-in, where they are, is said once and should be.
            assert not [one for one in loud if STANDIN not in one.get("text", "")], cell
            said.append([output.data["text/plain"] for output in cell.outputs if "data" in output])
    return said


@pytest.mark.kernel
def test_every_notebook_runs_from_top_to_bottom_both_ways(tmp_path: Path) -> None:
    """One kernel runs every lesson's notebook as it is, then every one with the solutions pasted in."""
    cells: list[dict[str, Any]] = []
    for solved in (False, True):
        for lesson in LESSONS:
            for cell in notebook(lesson, solved)["cells"]:
                source = cell["source"].replace(
                    'lmmteach.student("")', 'lmmteach.student("Ada")' if solved else "\\g<0>"
                )
                source = source.replace("\\g<0>", 'lmmteach.student("")')
                cells.append({**cell, "id": f"c{len(cells)}", "source": source})
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    said = executed(tmp_path, cells)
    checks = [(source, text[0]) for source, text in zip(code, said, strict=True) if "lmmteach.check(" in source]
    count = len(all_exercises())
    assert len(checks) == 2 * count
    for source, text in checks[:count]:
        id = re.findall(r'"(.*?)"', source)[0]
        assert text.startswith(f"… Nothing to check yet ({id})"), text
        assert "To begin with: " in text
    assert all(text.startswith("✓ Right (") for _, text in checks[count:]), checks[count:]
    reports = [text[0] for source, text in zip(code, said, strict=True) if source == "lmmteach.report()"]
    assert all("no name yet" in text for text in reports[: len(LESSONS)])
    assert all("Written for Ada" in text for text in reports[len(LESSONS) :])
    written = json.loads((tmp_path / "lmmteach-ada.json").read_text())
    assert len(written["exercises"]) == count
    assert all(entry["passed"] for entry in written["exercises"].values())
