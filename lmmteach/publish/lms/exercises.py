"""The exercises that ask for numbers, as questions: the numbers, ranges and verdicts are those of the book's page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

from lmmteach.check.declaration import Exercise
from lmmteach.check.page import on_page, page_table
from lmmteach.check.session import PAGE
from lmmteach.check.shelf import lesson_exercises, lesson_titles
from lmmteach.check.variant import data_source, variant

from .questions import Answer, Question, html_text

__all__ = ["number_questions"]

MOST_SHARE = 0.2  # of the right answer: what is said of a wider range of numbers says nothing of one mistake


def number_questions(lesson: str) -> list[Question]:
    """A lesson's exercises with a number for an answer, and one for each number where several have names.

    Parameters
    ----------
    lesson : str
        Its two digits, as "05"; a page with another name has none.
    """
    if lesson not in lesson_titles():
        return []
    with data_source("standin"):  # an exercise with data is on no page, so that none need be fetched to see that
        mine = [exercise for exercise in lesson_exercises(lesson) if on_page(exercise)]
        return [question for exercise in mine for question in _questions(exercise)]


def _questions(exercise: Exercise) -> Iterator[Question]:
    table = page_table(exercise)
    if table["kind"] not in ("number", "named"):
        return
    several = table["kind"] == "named"
    ask = _asked(exercise)
    for k, part in enumerate(table["parts"]):
        name = f"exercise-{exercise.id}" + (f"-{part['key']}" if several else "")
        which = f"<br>Give <code>{html.escape(part['key'])}</code>." if several else ""
        right = Answer("", _said(table["rightSays"]), True, *_number(part["right"][0][0]))
        wrong = part["slips"] if several else table["listed"]
        answers = [right, *_wrong(wrong, k if not several else 0, table["texts"], right)]
        other = Answer("", _said(table["hints"][0]) if table["hints"] else "Not right yet.", False)
        yield Question(re.sub(r"\W+", "-", name), ask + which, (*answers, other))


def _asked(exercise: Exercise) -> str:
    """The exercise's text and its numbers, on one line."""
    text = _said(exercise.text)
    shown = variant(exercise, PAGE).q.shown
    rows = "; ".join(
        f"<code>q.{html.escape(name)}</code> = {', '.join(' '.join(row.split()) for row in number.splitlines())}"
        for name, number in shown.items()
    )
    return f"{text}<br>{rows}" if rows else text


def _said(text: str) -> str:
    return html_text(MarkdownIt().render(_formulas(text)))


def _formulas(text: str) -> str:
    r"""Formulas as elements that Markdown leaves alone.

    >>> _formulas("at time $t_1$")
    'at time <span class="math" data-tex="t_1"></span>'
    """
    return re.sub(r"\$([^$]+)\$", lambda m: f'<span class="math" data-tex="{html.escape(m[1])}"></span>', text)


def _number(spans: list[float]) -> tuple[float, float]:
    """Middle and half width of a range."""
    low, high = spans
    return (low + high) / 2, (high - low) / 2


def _wrong(slips: list[dict[str, Any]], k: int, texts: list[str], right: Answer) -> Iterator[Answer]:
    """What is said of numbers that show one mistake; the first that is met counts, as on the page."""
    assert right.value is not None
    seen: set[float] = {right.value}
    for slip in slips:
        for low, high in slip["ranges"][k] if len(slip["ranges"]) > k else []:
            value, slack = _number([low, high])
            near = min(abs(value - other) for other in seen)
            if slack <= MOST_SHARE * abs(right.value) and near > slack + right.slack:
                seen.add(value)
                yield Answer("", _said(texts[slip["says"]]), False, value, slack)
