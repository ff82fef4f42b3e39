"""The book's table of notebook programs has every trial, and nothing else."""

from __future__ import annotations

import ast
import doctest
import sys
from pathlib import Path

import pytest

from lmmteach.publish.sources import find_book

pytest.importorskip("sphinx", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))
import frontends

TRIALS = Path(__file__).parent / "browser" / "frontends" / "__main__.py"


def test_every_trial_has_its_line_and_every_line_its_trial() -> None:
    tree = ast.parse(TRIALS.read_text(encoding="utf-8"))
    (names,) = [
        [ast.literal_eval(key) for key in node.value.keys]
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TRIALS"
    ]
    assert list(frontends.stored()) == names
    assert set(frontends.WORDS) <= set(names)
    for name, one in frontends.stored().items():
        assert frontends.row(name, one).count("|") == 4


def test_what_it_says_of_itself_holds() -> None:
    assert doctest.testmod(frontends).attempted > 0
    assert doctest.testmod(frontends).failed == 0
