"""Every page is light, and stands still while it is loaded: bytes and moved pixels are counted, nothing is timed."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lmmteach.publish.sources import find_book

from .shifts import SIZES, shifts

pytestmark = pytest.mark.browser
LESSONS = sorted(path.stem for path in find_book().glob("[0-9][0-9]-*.md"))
OTHERS = ["intro", "before", "review-1", "my-progress", "reference/notation", "trust/how-do-we-know"]
MOST_BYTES, MOST_SHIFT = 250_000, 0.05
PACKED = {".html", ".js", ".css", ".svg", ".json", ".woff"}


@cache
def packed(path: Path) -> int:
    """A file's bytes on the way: text under gzip, the rest as it is."""
    body = path.read_bytes()
    return len(gzip.compress(body, 6)) if path.suffix in PACKED else len(body)


@pytest.mark.parametrize("name", LESSONS + OTHERS)
def test_a_page_is_light_and_stands_still(page: Any, html: Path, http: str, name: str) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    page.goto(f"{http}/{name}.html", wait_until="networkidle")
    files = {path: packed(html / path.lstrip("/")) for path in asked if (html / path.lstrip("/")).is_file()}
    assert f"/{name}.html" in files
    most = sorted(((size, path) for path, size in files.items()), reverse=True)[:8]
    assert sum(files.values()) <= MOST_BYTES, most
    for size in SIZES:
        seen = shifts(page.context.browser, f"{http}/{name}.html", size)
        assert sum(one[0] for one in seen) <= MOST_SHIFT, (size, seen)


def test_no_page_asks_for_a_program_that_sets_formulas_or_starts_saved_notebooks(html: Path) -> None:
    for path in html.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "data-lmmx-saved" not in page, f"{path.name} carries what only a saved notebook needs"
        fetched = re.findall(r'<(?:script|link)\b[^>]*(?:src|href)="([^"]*)"', page)
        assert not re.search(r"mathjax|katex|bootstrap\.js", " ".join(fetched), re.IGNORECASE), path.name
