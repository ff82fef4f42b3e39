"""What holds for every lesson as a lesson: half an hour, old ideas asked again, an example that fades."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from lmmteach.publish.sources import find_book

pytest.importorskip("myst_nb", reason="the book is not installed (pip install -e .[book])")
BOOK = find_book()
sys.path.insert(0, str(BOOK / "_ext"))
from reading_time import EXERCISES, apart, counted, exercise_minutes, lesson_minutes, minutes, said  # noqa: E402

LESSONS = sorted(BOOK.glob("[0-9][0-9]-*.md"))
REVIEWS = dict(zip(sorted(BOOK.glob("review-*.md")), (5, 10, 16), strict=True))
BEFORE = BOOK / "before.md"
RECALL = re.compile(r"^```\{quiz\} [\w-]+\n:recalls: (\w+)$", re.MULTILINE)

each = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@each
def test_a_lesson_takes_half_an_hour_at_most(path: Path) -> None:
    took = lesson_minutes(text(path))
    assert 15 < took <= 30, f"{path.stem}: {took} minutes, {dict(counted(apart(text(path))[0]))}"


def test_the_pages_beside_the_lessons_are_short() -> None:
    assert 10 < lesson_minutes(text(BEFORE)) <= 20
    assert all(5 < lesson_minutes(text(path)) <= 15 for path in REVIEWS)


@each
def test_the_exercises_are_estimated_apart_and_said(path: Path) -> None:
    page = text(path)
    lesson, coding = apart(page)
    assert EXERCISES.findall(coding) == [path.stem[:2]]
    assert EXERCISES.findall(lesson) == []
    assert exercise_minutes(page) >= 10
    assert "{minutes}`lesson`, its exercises {minutes}`exercises` more" in page
    assert re.fullmatch(r"about \d+ minutes", said(page, "lesson"))


def test_the_estimate_grows_with_what_there_is_to_do() -> None:
    page = text(LESSONS[5])
    before = minutes(page)
    for more, by in {
        "\n### 9. A move\n": 2,
        "\n```{quiz} one\nWhy?\n```\n": 1,
        "\n```{quiz} two\n:answer: 1\nHow much?\n```\n": 1.5,
        "\n$$\na\n$$\n": 0.5,
        "\n```{code-cell} python3\n:tags: [explorer]\nfit.explore()\n```\n": 2,
        "\n```{code-cell} python3\nprint(1)\n```\n": 1,
        "\n```{code-cell} python3\n:tags: [remove-input]\nassert True\n```\n": 0,
        "\n" + 150 * "word " + "\n": 1,
    }.items():
        assert minutes(page + more) - before == pytest.approx(by, abs=0.03), more
    with pytest.raises(ValueError, match="lesson or exercises"):
        said(page, "pages")
    moved = page.replace("## Write it yourself", "## More")
    with pytest.raises(ValueError, match="outside the section 'Write it yourself'"):
        said(moved, "exercises")


@each
def test_a_lesson_begins_with_two_questions_from_earlier_ones(path: Path) -> None:
    sections = re.split(r"^## ", text(path), flags=re.MULTILINE)
    assert sections[1].startswith("From before\n"), path.stem
    asked = RECALL.findall(sections[1])
    assert len(asked) == 2
    assert len(RECALL.findall(text(path))) == 2
    number = int(path.stem[:2])
    assert all(idea == "before" or int(idea) < number for idea in asked), asked


def test_every_idea_returns_twice() -> None:
    """In the questions at the lessons' starts and in the reviews; a review asks about all of its lessons, mixed."""
    later = Counter(idea for path in [*LESSONS, *REVIEWS] for idea in RECALL.findall(text(path)))
    ideas = ["before", *(str(number) for number in range(len(LESSONS)))]
    assert {idea: later[idea] for idea in ideas if later[idea] < 2} == {}
    assert set(later) == set(ideas)
    first = 1
    for path, last in REVIEWS.items():
        asked = [int(idea) for idea in RECALL.findall(text(path))]
        assert max(asked) <= last
        assert set(range(first, last + 1)) <= set(asked), f"{path.stem} leaves a lesson out"
        assert asked != sorted(asked), f"{path.stem} is not mixed"
        first = last + 1


@each
def test_a_worked_example_fades_before_the_exercise(path: Path) -> None:
    coding = apart(text(path))[1]
    marks = [
        coding.index(mark)
        for mark in ("**Done.**", "**Half done.**", "```{dropdown} The gaps", "**Alone.**", "{exercises}")
    ]
    assert marks == sorted(marks)
    done, half = coding[marks[0] : marks[1]], coding[marks[1] : marks[2]]
    assert "```{code-cell}" in done, "what is done is run by the page"
    assert "___" in half, "what is half done has gaps"
    assert "assert" in coding[marks[2] : marks[3]], "the page tries what fills the gaps"
