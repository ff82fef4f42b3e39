"""The head of a page: one description, one viewport, a card; addresses from the one repository, or none at all."""

from __future__ import annotations

import doctest
import sys

import pytest

from lmmteach.publish.sources import find_book

pytest.importorskip("yaml", reason="the book is not installed (pip install -e .[book])")
pytest.importorskip("sphinx", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))

import lean_scripts
import page_head
from lean_pages import lean_page
from page_head import foot, head, site_of


def test_the_examples() -> None:
    assert doctest.testmod(page_head).failed == 0
    assert doctest.testmod(lean_scripts).failed == 0


def test_without_a_repository_nothing_has_an_address() -> None:
    made = head("05-g", "G & V", "The book", 'Says "so"', site_of({"repository": ""})) + foot("05-g", ".md", "G", "")
    assert "http" not in made
    assert 'property="og:title" content="G &amp; V"' in made
    assert made.count('content="Says &quot;so&quot;"') == 2


def test_with_one_every_address_follows_from_it() -> None:
    site = site_of({"repository": "Owner/name"})
    made = head("reference/notation", "N", "The book", "", site)
    assert '<link rel="canonical" href="https://owner.github.io/name/reference/notation.html">' in made
    assert 'property="og:image" content="https://owner.github.io/name/_static/explorer.png"' in made
    links = foot("reference/notation", ".md", "N & M", "Owner/name")
    assert "https://github.com/Owner/name/edit/main/book/reference/notation.md" in links
    assert "issues/new?title=N%20%26%20M&amp;body=" in links


def test_one_viewport_is_left(tmp_path) -> None:
    one = '<meta name="viewport" content="width=device-width">'
    made = lean_page(f"<head><meta charset='utf-8'>{one}{one}<title>a</title>{one}</head>", "", tmp_path)
    assert made.count('name="viewport"') == 1
