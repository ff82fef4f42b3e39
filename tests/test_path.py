"""The lecture's path, as text: nine steps, every bullet, explorer and exercise (tests/browser looks at the page)."""

from __future__ import annotations

import re

import pytest

from lmmteach.check.shelf import all_exercises
from lmmteach.explore.gallery import VIEWS
from lmmteach.publish.sources import find_book

make_id = pytest.importorskip("docutils.nodes", reason="docutils comes with the book extra").make_id
PATH = (find_book() / "instructor" / "path.md").read_text(encoding="utf-8")
ROLE = re.compile(r"\{lesson\}`[^`<]*<(\d+)(?:#([\w-]+))?>`")
EXPLORER = re.compile(r'`"([^"`]+)"`')
STEPS = 9


def test_the_path_has_every_step_with_a_place_an_explorer_and_an_exercise() -> None:
    rows = re.split(r"^\* - ", PATH.split("```{list-table}")[1].split("```")[0], flags=re.MULTILINE)[2:]
    assert [int(re.match(r"\*\*(\d)", row)[1]) for row in rows] == list(range(1, STEPS + 1))
    for row in rows:
        assert ROLE.search(row), row
        assert EXPLORER.search(row), row
        assert re.search(r"\d\d\.\d", row), row


def test_the_path_names_every_explorer_and_every_exercise() -> None:
    where = 'book/instructor/path.md names every explorer, as `"name"`, and every exercise; this is on one side only'
    assert set(EXPLORER.findall(PATH)) ^ set(VIEWS) == set(), where
    assert set(re.findall(r"\b\d\d\.\d\b", PATH)) ^ {exercise.id for exercise in all_exercises()} == set(), where


BULLETS = 27


def bullet_rows() -> list[list[str]]:
    """The second table: what the lecture says, where it is taught, what shows it, what checks it."""
    table = PATH.split("```{list-table}")[2].split("\n```")[0]
    rows = re.split(r"^\* - ", table, flags=re.MULTILINE)[2:]
    return [[" ".join(cell.split()) for cell in re.split(r"^ {2}- ", row, flags=re.MULTILINE)] for row in rows]


def places_on(page: str) -> set[str]:
    """What can be pointed to on a page: its headings, its labels, its quick checks."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    labels = re.findall(r"^\(([\w-]+)\)=$", page, re.MULTILINE)
    return {make_id(heading) for heading in headings} | set(labels) | set(quizzes_on(page))


def quizzes_on(page: str) -> list[str]:
    return re.findall(r"^```\{quiz\} ([\w-]+)$", page, re.MULTILINE)


def lesson_page(number: str) -> str:
    (path,) = find_book().glob(f"{int(number):02d}-*.md")
    return path.read_text(encoding="utf-8")


def test_every_bullet_of_the_lecture_is_taught_shown_and_checked() -> None:
    rows = bullet_rows()
    assert len(rows) == BULLETS
    exercises = {exercise.id for exercise in all_exercises()}
    for said, taught, shown, checked in rows:
        assert len(said) > 15
        assert all(anchor for _, anchor in ROLE.findall(taught)), f"{said}: taught at no place"
        assert ROLE.findall(taught), said
        assert set(EXPLORER.findall(shown)) <= set(VIEWS), said
        assert EXPLORER.findall(shown), said
        asked = [anchor.lstrip("#") in quizzes_on(lesson_page(number)) for number, anchor in ROLE.findall(checked)]
        assert all(asked), f"{said}: a question that is not there"
        assert asked or set(re.findall(r"\b\d\d\.\d\b", checked)) & exercises, f"{said}: checked by nothing"


def test_the_places_of_the_path_are_in_the_lessons() -> None:
    named = [(number, anchor) for number, anchor in ROLE.findall(PATH) if anchor]
    lost = [f"{number}#{anchor}" for number, anchor in named if anchor not in places_on(lesson_page(number))]
    assert lost == []


def test_no_question_has_the_name_of_a_section() -> None:
    """Both become the same place on the page."""
    for path in find_book().glob("*.md"):
        page = path.read_text(encoding="utf-8")
        names = quizzes_on(page)
        headings = {make_id(heading) for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
        assert len(names) == len(set(names)), path.name
        assert set(names) & headings == set(), path.name
