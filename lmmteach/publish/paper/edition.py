"""A built book printed: chapters read, the PDF and the EPUB written, each with the same cover."""

from __future__ import annotations

import html
import re
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lmmteach.publish.paper.chapters import PrintError, read_chapters
from lmmteach.publish.paper.contents import places
from lmmteach.publish.paper.epub import write_epub
from lmmteach.publish.paper.pdf import write_pdf
from lmmteach.publish.paper.shelf import EPUB, PDF
from lmmteach.version import __version__

__all__ = ["print_book"]

FACE = re.compile(r"@font-face\s*\{[^}]*\}")
COVER = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; width: 800px; height: 1200px; display: flex; flex-direction: column; background: #fdfcf9;
  font-family: Charter, Cambria, Georgia, "DejaVu Serif", serif; color: #17191e; }}
h1 {{ margin: 150px 70px 0; font-size: 84px; line-height: 1.08; font-weight: 600; }}
img {{ margin: 110px 70px 0; width: 660px; mix-blend-mode: multiply; }}
p {{ margin: auto 70px 70px; font-size: 26px; color: #5b6170; }}
</style><h1>{title}</h1><img alt="" src="data:image/png;base64,{picture}"><p>{author}</p>"""


def print_book(
    chromium: Any,
    book: Path,
    pages: Path,
    output: Path,
    say: Callable[[str], None] = lambda text: None,
    only: Sequence[str] = (),
) -> list[Path]:
    """Print a built book.

    Parameters
    ----------
    chromium : Browser
        As :func:`~lmmteach.publish.paper.chapters.browser` gives it.
    book : Path
        The source folder.
    pages : Path
        The folder of built pages.
    output : Path
        The folder to write to, made anew.
    say : callable
        Receives one line of text per stage.
    only : sequence of str
        The pages to print, as ``"02-random-intercept.html"``; by default all.

    Returns
    -------
    list of Path
        The PDF and the EPUB.

    Raises
    ------
    PrintError
        When a page cannot be printed.
    """
    import yaml  # comes with the book

    told = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    about = {"title": told["title"], "author": told["author"], "version": __version__}
    listed = [place for place in places(book, pages) if not only or place.page in only]
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    chapters = read_chapters(chromium, pages, listed, _site(pages / listed[0].page), say)
    picture = next((data for chapter in chapters for data in chapter.pictures.values()), b"")
    cover = _cover(chromium, about, picture)
    say("printing the PDF")
    pdf = write_pdf(chromium, output / PDF, chapters, about, picture)
    say("packing the EPUB")
    return [pdf, write_epub(output / EPUB, chapters, about, cover, _math_font(pages))]


def _site(page: Path) -> str:
    """Where the book is published, as a page says it of itself; ``""`` where it says nothing."""
    found = re.search(r'<link rel="canonical" href="([^"]*)"', page.read_text(encoding="utf-8"))
    return html.unescape(found[1]).removesuffix(page.name) if found else ""


def _math_font(pages: Path) -> bytes:
    """The font of formulas, cut to the characters of this book, out of the style sheet that carries it."""
    for sheet in sorted((pages / "_static").glob("*.css")):
        for face in FACE.findall(sheet.read_text(encoding="utf-8")):
            carried = re.search(r"data:font/woff2;base64,([A-Za-z0-9+/=]+)", face)
            if "Book Math" in face and carried:
                return b64decode(carried[1])
    raise PrintError("No style sheet of the built book carries the font of its formulas.", "Build the book anew.")


def _cover(chromium: Any, about: Mapping[str, str], picture: bytes) -> bytes:
    page = chromium.new_page(viewport={"width": 800, "height": 1200})
    told = {key: html.escape(said) for key, said in about.items()}
    page.set_content(COVER.format(picture=b64encode(picture).decode(), **told))
    page.wait_for_function("() => document.images[0].complete")
    made: bytes = page.screenshot()
    page.close()
    return made
