"""What belongs to a number or a formula stays on its line."""

from __future__ import annotations

import sys

import pytest

from lmmteach.publish.sources import find_book

pytest.importorskip("sphinx", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))

from docutils import nodes
from together import TOGETHER, bind_punctuation, bind_units


@pytest.mark.parametrize(
    ("before", "after", "whole", "around"),
    [
        ("Half a ", ", half", "x,", ("Half a ", " half")),
        ("true nulls (", ") and", "(x)", ("true nulls ", " and")),
        ("so ", ".", "x.", ("so ", "")),
    ],
)
def test_a_formula_keeps_the_marks_that_touch_it(before: str, after: str, whole: str, around: tuple[str, str]) -> None:
    sentence = nodes.paragraph("", "", nodes.Text(before), nodes.math("", "x"), nodes.Text(after))
    bind_punctuation(sentence)
    first, middle, last = sentence.children
    assert middle["classes"] == [TOGETHER]
    assert middle.astext() == whole
    assert (first.astext(), last.astext()) == around


def test_of_equal_pieces_each_keeps_its_place() -> None:
    pieces = [nodes.Text(", "), nodes.math("", "a"), nodes.Text(", "), nodes.math("", "b"), nodes.Text(", ")]
    sentence = nodes.paragraph("", "", *pieces)
    bind_punctuation(sentence)
    assert sentence.astext() == ", a, b, "
    assert [node.astext() for node in sentence.findall(nodes.inline)] == ["a,", "b,"]


def test_a_formula_among_words_stays_as_it_is() -> None:
    sentence = nodes.paragraph("", "", nodes.Text("of "), nodes.math("", "x"), nodes.Text(" alone"))
    bind_punctuation(sentence)
    assert not list(sentence.findall(nodes.inline))


def test_a_unit_stays_with_its_number() -> None:
    computed = nodes.inline("", "", nodes.Text("12"))
    code = nodes.literal("", "5 % 2")
    sentence = nodes.paragraph(
        "", "", nodes.Text("At 5 % it is "), computed, nodes.Text(" mg/dL, not 3 people: "), code
    )
    bind_units(sentence)
    assert sentence.astext() == "At 5\N{NO-BREAK SPACE}% it is 12\N{NO-BREAK SPACE}mg/dL, not 3 people: 5 % 2"
