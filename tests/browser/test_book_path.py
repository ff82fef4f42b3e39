"""The lecture's path leads to places that are there; "lesson 6" leads to lesson 6."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from lmmteach.publish.sources import find_book
from tests.test_path import PATH, ROLE, STEPS

from .test_book_pages import PAGES, Links

sys.path.insert(0, str(find_book() / "_ext"))
from lessons import head, lessons_of, pieces

LISTED = lessons_of(PAGES)
#: no link is wanted here
APART = re.compile(r"<(h[1-6]|pre|code|label|summary|a|nav|script)\b.*?</\1>", re.DOTALL)


def test_the_paths_places_exist(html: Path) -> None:
    named = ROLE.findall(PATH)
    assert len(named) > STEPS
    lost = []
    for number, anchor in named:
        page = LISTED.get(int(number))
        places = Links((html / f"{page}.html").read_text(encoding="utf-8")).places if page else set()
        if page is None or (anchor and anchor not in places):
            lost.append(f"{number}#{anchor}")
    assert lost == []


def test_lessons_are_cut_out_of_a_sentence() -> None:
    text = "In lessons 2, 3 and 12, not in lesson plans; lesson 7."
    assert "".join(words for words, _ in pieces(text)) == text
    assert [number for _, number in pieces(text) if number is not None] == [2, 3, 12, 7]
    with pytest.raises(ValueError, match="title"):
        head("no title here")


@pytest.mark.parametrize("name", PAGES)
def test_a_lesson_that_is_named_is_a_link(html: Path, name: str) -> None:
    text = (html / f"{name}.html").read_text(encoding="utf-8")
    article = re.search(r"<article\b.*?</article>", text, re.DOTALL)
    if article is None:
        return
    bare = re.findall(r"\b[Ll]essons? (\d+)\b", APART.sub(" ", article[0]))
    assert [number for number in bare if LISTED.get(int(number), name) != name] == []


def test_the_welcome_page_lists_every_lesson(html: Path) -> None:
    text = (html / "intro.html").read_text(encoding="utf-8")
    table = re.search(r'<table class="[^"]*lessons.*?</table>', text, re.DOTALL)[0]
    assert re.findall(r'href="(\d\d-[\w-]+)\.html"', table) == list(LISTED.values())
