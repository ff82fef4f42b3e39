"""Each page opened in a browser as it would be printed, and made into a chapter: twice, drawn and as pictures.

The browser is the machine's own Chromium, with nothing but the pages on this disk.  It reads HTML as browsers do and
writes it as XML, so that no other parser has to guess; what is taken out, numbered or unfolded is in ``page/``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lmmteach.errors import LmmError
from lmmteach.publish.paper.contents import Place

__all__ = ["Chapter", "PrintError", "browser", "read_chapters"]

SCRIPTS = Path(__file__).parent / "page"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
#: CSS pixels: an explorer's width on paper, and how much finer than a screen its pictures are
WIDTH, FINER = 720, 2
#: explorers are as wide as they will be printed; the theme hides a page's title, since it prints one of its own
ARTICLE = f"""
.bd-article div.cell.tag_full-width, .bd-article .lmmx-host {{ width: {WIDTH}px !important; max-width: none !important;
  margin-inline: 0 !important; }}
.bd-article h1 {{ display: block !important; }}
"""
PAINTED = """() => new Promise((done) => {
  const next = (left) => requestAnimationFrame(() => {
    if (document.querySelector(".lmmx[data-moving]")) next(5);
    else if (left) next(left - 1);
    else done(true);
  });
  next(5);
})"""


class PrintError(LmmError):
    """The book could not be printed."""


@dataclass
class Chapter:
    """A page made ready: its text as XHTML for readers, and as HTML to be printed."""

    place: Place
    title: str
    book: str
    pages: str
    styles: str
    sheets: tuple[str, ...]
    ids: frozenset[str]
    pictures: dict[str, bytes] = field(repr=False)


@contextmanager
def browser() -> Iterator[Any]:
    """The machine's Chromium, without a window.

    Raises
    ------
    PrintError
        If there is no such browser, or Playwright, which speaks to it, is not installed.
    """
    if find_spec("playwright") is None:
        raise PrintError("Playwright is not installed.", 'Run: pip install -e ".[book,print]"')
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise PrintError(
            f"There is no Chromium on the PATH (looked for {', '.join(BROWSERS)}).",
            "Install Chromium or Chrome; the book is printed with it.",
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield instance
        finally:
            instance.close()


def read_chapters(
    chromium: Any, pages: Path, listed: Sequence[Place], site: str = "", say: Callable[[str], None] = lambda text: None
) -> list[Chapter]:
    """Make every page of `listed` a chapter.

    Parameters
    ----------
    chromium : Browser
        As :func:`browser` gives it.
    pages : Path
        The folder of built pages.
    listed : sequence of Place
        The chapters; links between them become links inside the book.
    site : str
        Where the book is published, ``""`` if nowhere: what is not on paper is linked to there, else named.
    say : callable
        Receives one line of text for each page.
    """
    settings = {
        "root": pages.resolve().as_uri() + "/",
        "chapters": {place.page: place.name for place in listed},
        "site": site,
    }
    script = "(settings) => {" + "".join(_script(name) for name in ("tidy", "questions", "explorers", "chapter"))
    context = chromium.new_context(
        viewport={"width": 1000, "height": 1200}, device_scale_factor=FINER, color_scheme="light",
        reduced_motion="reduce",
    )  # fmt: skip
    made = []
    for place in listed:
        say(f"reading {place.page}")
        page = context.new_page()
        page.goto((pages / place.page).resolve().as_uri())
        page.emulate_media(media="print")
        page.add_style_tag(content=ARTICLE)
        _draw(page)
        marked = page.evaluate(script + "return markPanels(); }")
        pictures, shown = {}, {}
        for panel in marked:
            name = f"{place.name}-{panel['id']}.png"
            pictures[name] = page.locator(f"[data-still='{panel['id']}']").screenshot(animations="disabled")
            shown[panel["id"]] = {"src": f"pictures/{name}", "width": panel["width"]}
        both = {}
        for form in ("pages", "book"):
            told = {**settings, "form": form, "name": place.name, "page": place.page, "pictures": shown}
            both[form] = page.evaluate(script + "return chapter(settings); }", told)
        page.close()
        ids = frozenset([*both["book"]["ids"], ""])
        made.append(
            Chapter(place, both["book"]["title"], both["book"]["text"], both["pages"]["text"], both["pages"]["styles"],
                    tuple(both["pages"]["sheets"]), ids, pictures)
        )  # fmt: skip
    context.close()
    return _links_that_lead_somewhere(made)


def _script(name: str) -> str:
    return (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")


def _draw(page: Any) -> None:
    """Explorers start when they come into sight: show each, and wait until it is drawn."""
    for host in page.locator(".lmmx-host").all():
        host.scroll_into_view_if_needed()
        page.wait_for_function("host => host.querySelector('.lmmx')", arg=host.element_handle(), timeout=20_000)
        # some panels wait with their numbers for an answer; the question itself is printed by what is in page/
        host.evaluate("host => host.querySelector('[data-action=look]')?.click()")
        page.evaluate(PAINTED)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(PAINTED)


def _links_that_lead_somewhere(made: list[Chapter]) -> list[Chapter]:
    """Shorten links to a place that is not printed to links to its chapter."""
    ids = {chapter.place.name: chapter.ids for chapter in made}

    for chapter in made:
        name = chapter.place.name

        def in_book(found: re.Match[str], name: str = name) -> str:
            to, place = found[1] or name, found[2] or ""
            return found[0] if place in ids.get(to, ()) else f'href="{to}.xhtml"'

        def in_pages(found: re.Match[str]) -> str:
            return found[0] if found[2] in ids.get(found[1], ()) else f'href="#{found[1]}"'

        chapter.book = re.sub(r'(?<![\w:])href="(?:([\w.-]+)\.xhtml)?(?:#([^"]*))?"', in_book, chapter.book)
        chapter.pages = re.sub(r'(?<![\w:])href="#([\w.-]+?)--([^"]*)"', in_pages, chapter.pages)
    return made
