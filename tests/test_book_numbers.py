"""What the lessons print, recomputed in another way: by hand-written numpy, and on the real file by R."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lmmteach.publish.sources import find_book

from .conftest import real_file
from .reference.book_numbers import LESSONS

matplotlib = pytest.importorskip("matplotlib")
BY_R = json.loads((Path(__file__).parent / "reference" / "book_numbers_r.json").read_text(encoding="utf-8"))["numbers"]
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"\{eval\}`(?P<said>[^`]*)`|^(?::answer:|- `)(?P<asked>[^`\n]+)", re.MULTILINE)
FIGURE = re.compile(r"^:tags: \[hide-input, figures\]$", re.MULTILINE)


def printed(page: Path) -> dict[str, str]:
    """What a page evaluates in its text, in the page's order, each with what it gives; figures are not drawn."""
    matplotlib.use("agg")
    text = page.read_text(encoding="utf-8")
    space: dict[str, Any] = {"display": lambda *shown: None}
    found: dict[str, str] = {}
    end = 0
    for cell in [*CELL.finditer(text), None]:
        for said in SAID.finditer(text, end, cell.start() if cell else len(text)):
            expression = " ".join((said["said"] or said["asked"]).split())
            if expression not in ("=", "*"):
                found.setdefault(expression, str(eval(expression, space)))
        if cell:
            tree = ast.parse(cell["code"])
            tree.body = [
                node for node in tree.body if ".explore(" not in ast.unparse(node) or isinstance(node, ast.Assign)
            ]
            exec(compile(tree, page.name, "exec"), space)
            end = cell.end()
    return found


@pytest.fixture(scope="module", params=sorted(LESSONS))
def lesson(request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    (page,) = find_book().glob(f"{request.param}-*.md")
    return request.param, printed(page)


def differs(shown: str, value: float) -> bool:
    """Whether a printed number is another than this one, rounded as it is printed."""
    shown = shown.replace("−", "-")
    digits = len(shown.partition(".")[2])
    return abs(float(shown) - value) > (0.51 * 10.0**-digits if digits <= 5 else 1e-4 * abs(value) + 1e-9)


def test_a_lesson_prints_what_is_found_by_hand(lesson: tuple[str, dict[str, str]]) -> None:
    number, shown = lesson
    expected = LESSONS[number]()
    assert len(expected) >= 10
    assert set(expected) - set(shown) == set(), f"lesson {number} does not print this any more"
    wrong = {name: (shown[name], value) for name, value in expected.items() if differs(shown[name], value)}
    assert wrong == {}


@pytest.mark.skipif(not real_file(), reason="needs the real Framingham file (set LMMTEACH_DATA to its folder)")
def test_a_lesson_prints_what_r_finds(lesson: tuple[str, dict[str, str]]) -> None:
    number, shown = lesson
    expected = BY_R.get(number, {})
    assert {name: (shown[name], value) for name, value in expected.items() if differs(shown[name], value)} == {}


def test_ten_numbers_of_r_and_a_wrong_one_is_seen() -> None:
    assert sum(map(len, BY_R.values())) >= 10
    assert not differs("−0.27", -0.2741)
    assert differs("0.27", -0.2741)
    assert differs("9907.86", 9907.9)
