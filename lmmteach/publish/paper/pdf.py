"""The chapters as one PDF: a single page of HTML, in the book's own type, printed by the browser.

Contents have page numbers, which are known once the book has been printed: it is printed twice.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from lmmteach.explore.compose import css
from lmmteach.publish.paper.chapters import Chapter, PrintError

__all__ = ["pages_of", "whole", "write_pdf"]

SHEET = Path(__file__).parent / "pdf.css"
CUT = Path(__file__).parent / "page" / "cut.js"
A4 = 210  # mm
PAGE = """<!doctype html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>{title}</title>
{links}
<style>{styles}</style></head>
<body><article class="bd-article">
{body}
</article></body></html>
"""
TITLE = """<div class="front title-page"><h1>{title}</h1><p class="lede">{lede}</p>
<img src="data:image/png;base64,{picture}" alt=""><p class="version">{author} · version {version}</p></div>
"""
LEDE = "A linear mixed model has a few numbers that say how people differ. This book shows what each one does."


def write_pdf(chromium: Any, path: Path, chapters: Sequence[Chapter], about: Mapping[str, str], picture: bytes) -> Path:
    """Print the book.

    Parameters
    ----------
    chromium : Browser
        As :func:`~lmmteach.publish.paper.chapters.browser` gives it.
    path : Path
        The file to write; the page it is printed from is written beside it for the time being.
    chapters : sequence of Chapter
        In their order.
    about : mapping
        ``title``, ``author`` and ``version``.
    picture : bytes
        A PNG for the title page.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    PrintError
        If something is wider than a sheet, or the printed book does not say where a chapter begins.
    """
    source = path.with_suffix(".html")
    numbers: dict[str, int] = {}
    try:
        for _ in range(2):
            source.write_text(whole(chapters, about, picture, numbers), encoding="utf-8")
            page = chromium.new_page(viewport={"width": _text_width(), "height": 1000})
            page.set_default_timeout(300_000)
            missing: list[str] = []
            page.on("requestfailed", lambda request, missing=missing: missing.append(request.url))
            page.emulate_media(media="print")
            page.goto(source.resolve().as_uri())
            page.evaluate("document.fonts.ready.then(() => true)")
            if missing:
                raise PrintError(f"What the pages are dressed in is not there: {missing[0]}.", "Build the book anew.")
            if not numbers and (cut := page.evaluate(CUT.read_text(encoding="utf-8"))):
                listed = "\n".join(cut[:10])
                raise PrintError(
                    f"{len(cut)} things are wider than a sheet:\n{listed}\n", f"Mend them in {SHEET.name}."
                )
            made = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
            page.close()
            numbers = pages_of(made)
            if lost := [one.place.name for one in chapters if one.place.name not in numbers]:
                raise PrintError(
                    f"The printed book does not say on which page it has {', '.join(lost)}.",
                    "Another release of Chromium may write its marks otherwise: report it.",
                )
    finally:
        source.unlink(missing_ok=True)
    path.write_bytes(made)
    return path


def _text_width() -> int:
    """CSS pixels: the text of a sheet between the margins that the style sheet gives it."""
    found = re.search(r"@page \{[^}]*margin: \d+mm (\d+)mm", SHEET.read_text(encoding="utf-8"))
    assert found is not None
    return round((A4 - 2 * int(found[1])) / 25.4 * 96)


def pages_of(pdf: bytes) -> dict[str, int]:
    """The page, counted from 1, of each mark in a PDF as Chromium writes it.

    Only marks that something links to are there.
    """
    objects = {int(n): body for n, body in re.findall(rb"(?:^|\n)(\d+) 0 obj\n?(.*?)\nendobj", pdf, re.DOTALL)}
    root = re.search(rb"/Root (\d+) 0 R", pdf)
    if root is None:
        return {}
    catalog = objects[int(root[1])]

    def follow(name: bytes) -> bytes:
        found = re.search(rb"/" + name + rb" (\d+) 0 R", catalog)
        return objects.get(int(found[1]), b"") if found else b""

    order: list[int] = []
    waiting = [follow(b"Pages")]
    while waiting:
        node = waiting.pop(0)
        kids = [int(n) for n in re.findall(rb"(\d+) 0 R", _between(node, b"/Kids"))]
        below = []
        for kid in kids:
            if b"/Type /Pages" in objects[kid]:
                below.append(objects[kid])
            else:
                order.append(kid)
        waiting = below + waiting
    number = {page: position for position, page in enumerate(order, start=1)}
    marks = re.findall(rb"/([^\s\[\]/<>()]+) \[(\d+) 0 R /XYZ", follow(b"Dests"))
    return {_name(mark): number[int(page)] for mark, page in marks if int(page) in number}


def _between(node: bytes, key: bytes) -> bytes:
    found = re.search(key + rb" \[([^\]]*)\]", node)
    return found[1] if found else b""


def _name(mark: bytes) -> str:
    """A mark as it is written in a PDF: `#2d` is a hyphen.

    >>> _name(b"lesson#2d02")
    'lesson-02'
    """
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), mark).decode("utf-8", "replace")


def whole(chapters: Sequence[Chapter], about: Mapping[str, str], picture: bytes, numbers: Mapping[str, int]) -> str:
    """The page of HTML that is printed; ``numbers`` are the chapters' first pages, where they are known."""
    told = {key: html.escape(said) for key, said in about.items()}
    sheets = dict.fromkeys(sheet for chapter in chapters for sheet in chapter.sheets)
    styles = dict.fromkeys(chapter.styles for chapter in chapters if chapter.styles)
    heads = [_head(chapter) for chapter in chapters]
    body = [TITLE.format(lede=LEDE, picture=b64encode(picture).decode(), **told), _contents(chapters, numbers)]
    for chapter in chapters:
        name = chapter.place.name
        body.append(f'<div class="chapter-of-book" id="{name}" style="page: {name}">{chapter.pages}</div>')
    return PAGE.format(
        title=told["title"],
        links="\n".join(f'<link rel="stylesheet" href="{html.escape(sheet)}">' for sheet in sheets),
        styles="\n".join([css(), *styles, SHEET.read_text(encoding="utf-8"), *heads]),
        body="\n".join(body),
    )


def _head(chapter: Chapter) -> str:
    """What stands over and under each page of a chapter."""
    title = chapter.title.replace("\\", "").replace('"', "”")
    type = "font: 8.5pt 'Source Sans 3', sans-serif; color: #5b6170"
    return (
        f'@page {chapter.place.name} {{ @top-right {{ content: "{title}"; {type} }} '
        f"@bottom-center {{ content: counter(page); {type} }} }}"
    )


def _contents(chapters: Sequence[Chapter], numbers: Mapping[str, int]) -> str:
    lines = ['<div class="front contents"><h1>Contents</h1>']
    for part, listed in groupby(chapters, key=lambda chapter: chapter.place.part):
        lines.append(f'<p class="part">{html.escape(part)}</p>' if part else "")
        lines.append("<ul>")
        for chapter in listed:
            name, below = chapter.place.name, ' class="below"' if chapter.place.depth else ""
            page = numbers.get(name, "")
            lines.append(
                f'<li{below}><a href="#{name}">{html.escape(chapter.title)}</a><span class="dots"></span>'
                f'<span class="page">{page}</span></li>'
            )
        lines.append("</ul>")
    return "\n".join([*lines, "</div>"])
