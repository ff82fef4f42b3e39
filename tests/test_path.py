"""The lecture's path, as text: nine steps, every explorer, every exercise (tests/browser looks at the page)."""

from __future__ import annotations

import re

from lmmteach.check.shelf import all_exercises
from lmmteach.explore.gallery import VIEWS
from lmmteach.publish.build import find_book

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
