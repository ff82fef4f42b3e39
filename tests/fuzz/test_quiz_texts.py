"""Questions with any sign in their texts: what a platform imports is what was asked, answer by answer."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lmmteach.publish.lms.gift import gift
from lmmteach.publish.lms.qti import qti
from lmmteach.publish.lms.questions import Answer, Question

from ..browser.lms.test_lms import plain, stand_in
from .page import Page, asking
from .verdict import cases

READ = """
const { createRequire } = await import("node:module");
const { parse } = createRequire(import.meta.url)(%s);
return ({ text }) => parse(text);
"""
SPACE = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
PIECES = ["a", "b", "G", " ", " ", "é", "数", "{", "}", "~", "=", "#", ":", "::", "\\\\", "%", "%50%", "//",
          "*", "_", "`", "$", "^", "|", "[", "]", "!", "+", "-", ".", "1. ", "a) ", "*a) ", "... ", "= 3",
          "&lt;", "&gt;", "&amp;", "<code>x_1</code>", "<em>b</em>", "<sub>2</sub>", r"\(G_{11}\)",
          r"\(\sigma^2 &lt; 3\)", "2 &lt; 3", "@", "'", '"', "T", "F", "TRUE", "END_REGION", "[markdown]",
          "[html]", "$CATEGORY", "\u00a0", "\u2028", "http://x", "~~b~~", "**b**", "---", "100 %", "-&gt;",
          "2", "x^2^", "H~2~O", "text:", "Title:", "GROUP"]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """HTML of few plain tags on one line, formulas as they stand in the book, with a letter in it."""
    text = " ".join("".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7))).split())
    assume(any(letter.isalnum() for letter in text))
    return text


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A choice of two to four answers, or a number with one wrong one and a word for any other."""
    name = draw(st.sampled_from(["check-1", "exercise-02-1"]))
    if draw(st.booleans()):
        words = draw(st.lists(texts(), min_size=2, max_size=4, unique_by=plain))
        right = draw(st.integers(0, len(words) - 1))
        answers = tuple(Answer(word, draw(texts()), k == right) for k, word in enumerate(words))
        return Question(name, draw(texts()), answers)
    value = draw(st.integers(-9999, 9999)) / 100
    numbers = (Answer("", draw(texts()), True, value, 0.05), Answer("", draw(texts()), False, value + 3, 0.05))
    unit = draw(st.sampled_from(["", "mmHg", "mg/dl * 10", "ms_2"]))
    return Question(name, draw(texts()), (*numbers, Answer("", draw(texts()), False)), unit)


@pytest.fixture(scope="module")
def moodle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with asking(READ % json.dumps(str(stand_in("gift-pegjs"))), tmp_path_factory.mktemp("gift")) as one:
        yield one


@cases(8)
@given(asked=st.lists(questions(), min_size=1, max_size=2, unique_by=lambda one: plain(one.ask)))
def test_moodle_reads_what_was_asked(moodle: Page, asked: list[Question]) -> None:
    category, *parts = moodle.ask({"text": gift(asked, "lmmteach 05")})
    assert category["type"] == "Category"
    assert len(parts) == len(asked)
    for one, question in zip(parts, asked, strict=True):
        assert one["title"] == question.name
        assert one["stem"]["text"].startswith(question.ask)
        if question.is_number:
            assert [c["feedback"]["text"] for c in one["choices"]][-1] == question.answers[-1].feedback
            assert len(one["choices"]) == len(question.answers)
        else:
            assert [(c["text"]["text"], c["feedback"]["text"], c["isCorrect"]) for c in one["choices"]] == [
                (answer.words, answer.feedback, answer.right) for answer in question.answers
            ]


@cases(3)
@given(asked=st.lists(questions(), min_size=1, max_size=2, unique_by=lambda one: plain(one.ask)))
def test_canvas_reads_what_was_asked(asked: list[Question]) -> None:
    packed = zipfile.ZipFile(io.BytesIO(qti(asked, "lmmteach 05")))
    names = [name for name in packed.namelist() if name.endswith(".xml") and "meta" not in name]
    items = ElementTree.fromstring(packed.read(max(names, key=lambda name: name.count("/")))).findall(
        ".//q:item", SPACE
    )
    assert [item.attrib["title"] for item in items] == [one.name for one in asked]
    for item, question in zip(items, asked, strict=True):
        told = [node.text or "" for node in item.findall("./q:presentation//q:mattext", SPACE)]
        assert plain(told[0]).startswith(plain(question.ask))
        said = [plain(node.text or "") for node in item.findall("./q:itemfeedback//q:mattext", SPACE)]
        if question.is_number:
            assert said == [plain(question.right.feedback), plain(question.answers[-1].feedback)]
        else:
            assert [plain(one) for one in told[1:]] == [plain(answer.words) for answer in question.answers]
            assert said == [plain(answer.feedback) for answer in question.answers]
