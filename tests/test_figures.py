"""Measured figures that the README and the book show are as new as the code they speak of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks import fit_speed, kept
from tests.conftest import ROOT

SHOWN = ("fit_speed",)  # by the README and the page "How do we know it is right?"


@pytest.mark.parametrize("name", SHOWN)
def test_a_shown_figure_is_as_new_as_its_code(name: str) -> None:
    assert kept.fresh(name), f"the code has changed since: python -m tests.benchmarks.{name} --keep"


def test_the_readme_shows_what_is_kept() -> None:
    assert kept.shown(ROOT / "README.md") == fit_speed.table(kept.read("fit_speed")["rows"])


def test_every_kept_figure_says_of_which_commit_it_is() -> None:
    found = sorted(kept.KEPT.glob("*.json"))
    assert {path.stem for path in found} <= set(kept.OF)
    for path in found:
        held = json.loads(path.read_text(encoding="utf-8"))
        assert len(held["commit"]) == 40, path
        assert held["rows"], path


def test_a_changed_line_makes_a_figure_old_a_comment_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "search.py"
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    monkeypatch.setitem(kept.OF, "fit_speed", ("search.py",))
    digests = []
    for text in ('"""Doc."""\nx = 1\n', '"""Other."""\nx  =  1  # why\n', "x = 2\n"):
        source.write_text(text, encoding="utf-8")
        digests.append(kept.digest("fit_speed"))
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("name", kept.OF)
def test_what_a_figure_speaks_of_is_there(name: str) -> None:
    assert all((ROOT / part).exists() for part in kept.OF[name])
    assert kept.files(name)
