"""What holds for every page: nothing complains, nothing leaves, links hold, questions answer, all can read."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from lmmteach.publish.sources import find_book
from tests.fonts import missing_names

from .axe import faults
from .painted import settle

pytestmark = pytest.mark.browser


def named_pages() -> list[str]:
    """The pages that the table of contents names, and the theme's own two."""
    contents = yaml.safe_load((find_book() / "_toc.yml").read_text(encoding="utf-8"))

    def files(entry: Any) -> list[str]:
        if isinstance(entry, list):
            return [name for one in entry for name in files(one)]
        if not isinstance(entry, dict):
            return []
        own = [str(entry[key]) for key in ("root", "file") if key in entry]
        return own + [name for value in entry.values() for name in files(value)]

    return [*(re.sub(r"\.md$", "", name) for name in files(contents)), "genindex", "search"]


PAGES = named_pages()
WIDTHS = (320, 360, 430, 680, 768, 992, 1024, 1199, 1400, 2560)
#: what makes a page scroll sideways, in the second frame after its window changed
OVER_THE_EDGE = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  if (document.documentElement.scrollWidth <= innerWidth) return done([]);
  const over = [...document.querySelectorAll('body *')].filter((n) => n.getBoundingClientRect().right > innerWidth + 1);
  done(over.slice(0, 6).map((n) => `${n.tagName}.${n.className}`).concat('scrolls sideways'));
})))"""


def test_every_page_is_looked_at(html: Path) -> None:
    built = {page.relative_to(html).with_suffix("").as_posix() for page in html.rglob("*.html")}
    built = {name for name in built if not name.startswith(("_static/", "slides/"))}
    assert built - {"index", "404"} <= set(PAGES)


# ---- as text: no browser needed ----


def test_every_page_says_whose_it_is(html: Path) -> None:
    """The book's name in the card of a shared page; nowhere what a program says where it was told nothing."""
    book = yaml.safe_load((find_book() / "_config.yml").read_text(encoding="utf-8"))["title"]
    texts = {path.relative_to(html).as_posix(): path.read_text(encoding="utf-8") for path in html.rglob("*.html")}
    untold = [name for name, text in texts.items() if re.search("(?:Project|Author) name not set|<no title>", text)]
    assert untold == []
    names = {name: re.findall('property="og:site_name" content="([^"]*)"', texts[f"{name}.html"]) for name in PAGES}
    assert {name: found for name, found in names.items() if found != [book]} == {"genindex": [], "search": []}
    assert book in texts["404.html"]
    assert (html / "objects.inv").read_bytes().startswith(f"# Sphinx inventory version 2\n# Project: {book}\n".encode())


class Links(HTMLParser):
    """What a page points to, and the places in it that can be pointed to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places.update(filter(None, (given.get("id"), given.get("name"))))
        if tag in {"a", "link"}:
            self.targets.add(given.get("href") or "")
        if tag in {"img", "script", "iframe", "source"}:
            self.targets.add(given.get("src") or "")


def broken_links(folder: Path) -> list[str]:
    """Each link of a page below `folder` that leads nowhere, files and anchors alike."""
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    broken = []
    for path, links in pages.items():
        for target in filter(None, links.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            where = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            lost = anchor and where in pages and anchor not in pages[where].places
            if lost or not where.is_file():
                broken.append(f"{path.relative_to(folder)}: {target}")
    return broken


def test_internal_links_and_anchors_hold(html: Path) -> None:
    assert broken_links(html) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="a.html#here">x</a><p id="here"><a href="a.html#there">y</a><img src="b.png">'
    )
    assert sorted(broken_links(tmp_path)) == ["a.html: a.html#there", "a.html: b.png"]


def test_every_font_has_the_names_its_tables_call(html: Path, tmp_path: Path) -> None:
    """Those in files, and those that stand inside a style sheet."""
    fonts = sorted(html.rglob("*.woff*"))
    for sheet in html.rglob("*.css"):
        for found in re.finditer(r"url\([\"']?data:font/(woff2?);base64,([\w+/=]+)", sheet.read_text(encoding="utf-8")):
            fonts.append(tmp_path / f"{len(fonts)}.{found[1]}")
            fonts[-1].write_bytes(base64.b64decode(found[2]))
    assert len(fonts) > 5
    assert {str(path): names for path in fonts if (names := missing_names(path))} == {}


def test_no_program_stands_in_a_page(html: Path) -> None:
    for path in html.rglob("*.html"):
        if path.name == "index.html" and path.parent == html:
            continue  # only sends on to the welcome page
        text = path.read_text(encoding="utf-8")
        if path.name == "own-data.html":  # it is one file to carry, too: its programs stand in it, each by its hash
            assert re.search(r"script-src ('self' )?('sha256-[\w+/=]+' ?){2};", text)
            continue
        if path.name == "404.html":  # it may be shown at any address, and runs nothing
            assert "<script" not in text
            continue
        assert "script-src 'self';" in text, path.name
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
            assert "src=" in attributes or re.search(r'type="[\w./+-]*json"', attributes), f"{path.name}: {body[:80]}"
        programs = re.findall(r'src="[./]*_static/lmmteach-(explorer|panels)\.[0-9a-f]+\.js"', text)
        shows = 'class="lmmx-host"' in text
        assert programs[:1] == ["explorer"] * shows, path.name
        assert set(programs[1:]) == {"panels"} if shows else programs == [], path.name


def test_one_explorer_program_for_the_whole_book(html: Path) -> None:
    """Beside it stand the panels of each view, once each."""
    static = html / "_static"
    assert len(list(static.glob("lmmteach-explorer.*.js"))) == 1
    panels = [path.read_bytes() for path in static.glob("lmmteach-panels.*.js")]
    assert panels
    assert len(set(panels)) == len(panels)


# ---- in the browser ----


def open_page(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/{name}.html", wait_until="load")
    page.wait_for_function("() => [...document.querySelectorAll('.lmmx-host')].every(n => n.querySelector('.lmmx'))")


def unlock(page: Any) -> None:
    """Open the explorers that wait for a prediction."""
    skip = ".lmmx-host [data-action=look]"
    page.evaluate("(skip) => document.querySelectorAll(skip).forEach((button) => button.click())", skip)
    settle(page)


@pytest.mark.parametrize("name", PAGES)
def test_it_can_be_read_by_all(page: Any, http: str, name: str) -> None:
    """axe-core, light and dark; no sideways scrolling at any width; no error, no request to another host."""
    open_page(page, http, name)
    assert page.locator(".math:not(:has(> math)), merror").count() == 0
    unlock(page)
    page.add_style_tag(content="*, *::before, *::after { transition: none !important; animation: none !important; }")
    assert (found := faults(page)) == [], "light\n" + "\n".join(found)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    settle(page)
    assert (found := faults(page, colours=True)) == [], "dark\n" + "\n".join(found)
    over = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        over += [f"{width}: {one}" for one in page.evaluate(OVER_THE_EDGE)]
    assert not over, over[:12]


@pytest.mark.parametrize("name", PAGES)
def test_it_works_from_disk_and_answers(page: Any, html: Path, name: str) -> None:
    """Opened as a file: no complaint; every explorer moves by keyboard; every question knows its answers."""
    open_page(page, html.as_uri(), name)
    unlock(page)
    for explorer in page.locator(".lmmx-host").all():
        assert_it_moves(page, explorer)
    for said in page.evaluate(ANSWER_ALL):
        words = [answer["said"] for answer in said["answers"]]
        assert len(words) >= 2, said["id"]
        assert len(set(words)) == len(words), f"{said['id']}: two answers get the same feedback"
        for answer in said["answers"]:
            assert answer["said"].startswith("Right." if answer["right"] else "Not quite."), said["id"]
            assert len(answer["said"]) > len("Not quite.") + 10, f"{said['id']}: feedback without a reason"
        assert sum(answer["right"] for answer in said["answers"]) == 1, said["id"]


#: every choice ticked, every listed number typed, and one that is not listed
ANSWER_ALL = """() => [...document.querySelectorAll('form.quiz-choice, form.quiz-number')].map((form) => {
  const number = form.dataset.quiz === 'number';
  const answers = [...form.querySelectorAll('.quiz-note')].map((note) => {
    if (number) form.querySelector('input').value = note.dataset.value ?? '-987654321.5';
    else form.querySelector(`input[value="${note.dataset.answer}"]`).checked = true;
    form.requestSubmit();
    return { right: note.dataset.right === 'true', said: form.querySelector('.quiz-say').textContent };
  });
  return { id: form.id, answers };
})"""

#: all that can be seen of an explorer: words, numbers, pictures
SEEN = """(host) => [host.innerText, ...[...host.querySelectorAll('input, output')].map((n) => n.value),
  ...[...host.querySelectorAll('canvas')].map((n) => n.toDataURL()),
  ...[...host.querySelectorAll('svg')].map((n) => n.innerHTML)].join()"""


def assert_it_moves(page: Any, explorer: Any) -> None:
    sliders = explorer.locator("input[type=range]:visible:enabled")
    if sliders.count() == 0:  # what it shows is chosen, not moved
        choice = explorer.locator("input[data-param][type=radio]:not(:checked), input[data-structure]").first
        shown = explorer.evaluate(SEEN)
        choice.focus()
        page.keyboard.press("Space")
        settle(page)
        assert explorer.evaluate(SEEN) != shown, "a choice changes nothing"
    for slider in sliders.all():
        before, shown = slider.input_value(), explorer.evaluate(SEEN)
        slider.evaluate("(node) => node.focus()")
        page.keyboard.press("ArrowRight")
        if slider.input_value() == before:  # it stood at its end
            page.keyboard.press("ArrowLeft")
        settle(page)
        label = slider.get_attribute("aria-label") or slider.get_attribute("data-param")
        assert slider.input_value() != before, f"{label} does not move"
        assert explorer.evaluate(SEEN) != shown, f"{label} moves nothing"
