"""The exercises as the book shows them: named in their lesson, to be taken away, and never with a solution."""

from __future__ import annotations

import html as entities
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmmteach.check.declaration import Exercise
from lmmteach.check.notebooks import notebook, notebook_name, write_solutions
from lmmteach.check.shelf import all_exercises
from lmmteach.publish.bookzip import NAME
from lmmteach.publish.sources import find_book

from .test_book_pages import PAGES

LESSONS = [name for name in PAGES if re.match(r"\d\d-", name)]
READ = {".html", ".js", ".ipynb", ".md", ".txt", ".json", ".py", ".css"}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def markers(exercise: Exercise) -> set[str]:
    """Lines that stand in an exercise's solution and nowhere in what its students are given."""
    given = squeezed(exercise.text + exercise.starter)
    lines = {squeezed(line) for line in exercise.solution.splitlines()}
    # Below this length a line is everybody's: `n = len(y)`.
    return {line for line in lines if len(line) >= 16 and line not in given}


def published(name: str, content: bytes) -> str:
    """A published file's text as its reader sees it: no tags, no escapes, no spaces."""
    text = content.decode("utf-8")
    if name.endswith(".html"):
        text = entities.unescape(re.sub(r"<[^>]*>", "", text))
    if name.endswith(".ipynb"):
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return squeezed(text)


def leaks(files: Iterator[tuple[str, bytes]]) -> list[str]:
    """Each file that holds a whole solution, or a line of one that no lesson's own code has."""
    sought = {exercise.id: markers(exercise) for exercise in all_exercises()}
    # `V = Z @ G @ Z.T + ...` is what a lesson teaches; there it stands in the lesson's own source.
    pages = [*LESSONS, "capstone", "write-lmm"]
    taught = squeezed("".join((find_book() / f"{name}.md").read_text(encoding="utf-8") for name in pages))
    whole = {exercise.id: squeezed(exercise.solution) for exercise in all_exercises()}
    found = []
    for name, content in files:
        if Path(name).suffix not in READ:
            continue
        text = published(name, content)
        for id, lines in sought.items():
            own = [line for line in lines if line in text and line not in taught]
            if own or (lines and whole[id] in text):
                found.append(f"{name}: {id}: {own}")
    return found


def site(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".zip":
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def packed(archive: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            yield name, opened.read(name)


def test_every_exercise_has_something_to_look_for() -> None:
    with_none = [exercise.id for exercise in all_exercises() if not markers(exercise)]
    assert len(with_none) <= len(all_exercises()) // 4, f"solutions too short to be told: {with_none}"


def test_the_search_finds_a_solution_that_is_there(tmp_path: Path) -> None:
    write_solutions(tmp_path)
    found = leaks(site(tmp_path))
    for exercise in all_exercises():
        taught = not [line for line in found if f"{exercise.id}:" in line]
        assert not markers(exercise) or not taught, exercise.id


def test_no_solution_is_published(html: Path) -> None:
    assert leaks(site(html)) == []
    assert leaks(packed(html / NAME)) == []
    assert not list(html.rglob("solutions-*"))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_names_its_exercises_and_offers_them(html: Path, name: str) -> None:
    number = name[:2]
    mine = [exercise for exercise in all_exercises() if exercise.lesson == number]
    assert mine, f"lesson {number} has no exercise"
    text = (html / f"{name}.html").read_text(encoding="utf-8")
    place = f"notebooks/exercises/{notebook_name(number)}"
    assert f'href="{place}" download' in text
    words = entities.unescape(re.sub(r"<[^>]*>", "", text)).replace("’", "'")
    for exercise in mine:
        assert f"{exercise.id} {exercise.title}" in words
    assert json.loads((html / place).read_text(encoding="utf-8")) == notebook(number)
    with zipfile.ZipFile(html / NAME) as archive:
        assert archive.read(f"lmmteach-book/{place}") == (html / place).read_bytes()
    # the lesson's own notebook says it in words
    cells = json.loads((html / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert any(f"lmmteach exercises copy {number} ." in "".join(cell["source"]) for cell in cells)
