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


def test_what_a_page_fetches_before_its_explorers_stand(page: Any, http: str) -> None:
    """Other programs come after them, and all the same belong to the page's loading."""
    page.goto(f"{http}/05-g-moves-v.html", wait_until="load")
    asked = page.evaluate("""() => {
      const [page] = performance.getEntriesByType('navigation');
      const { domContentLoadedEventStart: stands, loadEventStart: loaded } = page;
      const programs = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')
        || name.includes('.js?'));
      const names = (some) => some.map(({ name }) => name.split('/').at(-1).split(/[.?]/)[0]).sort();
      return { before: names(programs.filter(({ startTime }) => startTime < stands)),
        after: names(programs.filter(({ startTime, responseEnd }) => startTime >= stands && responseEnd <= loaded)),
        late: names(programs.filter(({ responseEnd }) => responseEnd > loaded)) }; }""")
    assert asked["before"] == ["first", "lmmteach-explorer", "lmmteach-panels"]
    assert {"quiz", "exercises", "progress", "pydata-sphinx-theme", "doctools"} <= set(asked["after"])
    assert asked["late"] == []


@pytest.mark.parametrize("name", LESSONS + OTHERS)
def test_a_page_asks_for_all_of_its_head_at_once(html: Path, name: str) -> None:
    """A program that is waited for stands behind all else that is fetched: what comes after it would wait, too."""
    head = (html / f"{name}.html").read_text(encoding="utf-8").partition("</head>")[0]
    fetched = re.findall(r'<(?:script|link rel="stylesheet")(?=\s)[^>]*\s(?:src|href)="[^>]*>', head)
    assert any(tag.startswith("<link") for tag in fetched)
    waited = [tag for tag in fetched if tag.startswith("<script") and " defer" not in tag]
    assert waited == fetched[-1:]


LATE = """() => ({ opens: 'opens' in document.documentElement.dataset,
  undrawn: document.querySelectorAll('.lmmx[data-undrawn]').length,
  panels: document.querySelectorAll('.lmmx-panel').length,
  hidden: [...document.querySelectorAll('.is-later, .lmmx-panel')].filter((node) => !node.offsetHeight).length })"""
IDLE = "globalThis.wanted = []; globalThis.requestIdleCallback = (call) => wanted.push(call);"
CALLED = "(left) => wanted.splice(0).forEach((call) => call({ timeRemaining: () => left }))"


def test_a_page_is_laid_out_down_to_its_explorers_first(page: Any, watch: Any, http: str) -> None:
    """What is far below waits until nothing else is to be done; what is asked for never does."""
    watch.tolerated = lambda text: "ERR_ABORTED" in text  # a page is left while its programs come
    name = f"{http}/05-g-moves-v.html"
    page.add_init_script(IDLE)
    page.route("**/quiz.js*", lambda route: None)  # so that the page does not load to its end
    page.goto(name, wait_until="domcontentloaded")
    before = page.evaluate(LATE)
    assert (before["opens"], before["undrawn"]) == (True, 1)
    assert before["hidden"] > before["panels"] > 3
    assert page.locator(".lmmx-console input[type=range]").first.is_visible(), "the first slider stands"
    page.evaluate("document.querySelector('[data-action=look]').click()")
    page.wait_for_function("() => wanted.length")
    assert page.evaluate(LATE) == before, "a click in an explorer leads to nothing below it"
    laid = {**before, "opens": False, "hidden": before["panels"]}
    page.evaluate(CALLED, 50)
    assert page.evaluate(LATE) == laid
    cell = page.locator("[data-cell='V-0-0']")
    page.evaluate(CALLED, 0)  # an idle moment that is over
    assert page.evaluate(LATE) == {**laid, "hidden": 0}
    assert cell.text_content() == ""
    page.evaluate(CALLED, 50)
    assert cell.text_content() != ""
    there = {**laid, "hidden": 0, "undrawn": 0}
    assert page.evaluate(LATE) == there
    page.goto(name, wait_until="domcontentloaded")
    page.evaluate("document.querySelector('.lmmx').scrollIntoView()")  # who is there first
    page.wait_for_function("() => !document.querySelector('[data-undrawn]')")
    assert cell.text_content() != ""
    page.goto(name, wait_until="domcontentloaded")
    page.evaluate("document.querySelector('a[href=\"#check-yourself\"]').click()")  # in the page's contents
    page.wait_for_function("() => document.querySelector('#check-yourself').getBoundingClientRect().top < innerHeight")
    page.unroute("**/quiz.js*")
    page.goto(name, wait_until="load")
    assert page.evaluate(LATE) == laid, "the page's programs are there, and measure what stands on it"
    page.goto("about:blank")
    page.goto(name, wait_until="domcontentloaded")
    page.emulate_media(media="print")
    assert page.locator("#check-yourself").bounding_box()["height"] > 0, "paper waits for nothing"
    page.emulate_media(media="screen")
    page.route("**/quiz.js*", lambda route: None)
    page.reload(wait_until="domcontentloaded")
    assert page.evaluate(LATE) == there, "opened once more"
    page.goto("about:blank")
    page.goto(f"{name}#check-yourself", wait_until="domcontentloaded")
    assert page.evaluate(LATE) == there, "opened at a place in it"


@pytest.mark.parametrize("comes", [True, False])
def test_the_first_of_the_later_programs_calls_for_the_others(page: Any, watch: Any, http: str, comes: bool) -> None:
    """Twelve asked for at once would take a processor from an explorer's first frame; the page loads after them."""
    watch.tolerated = lambda text: not comes
    held: list[Any] = []
    page.route("**/documentation_options.js*", lambda route: held.append(route))
    page.goto(f"{http}/05-g-moves-v.html", wait_until="domcontentloaded")
    while not held:
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)
    asked = [url for url in watch.requests if "/_static/" in url and ".js" in url]
    assert sum("lmmteach-" in url for url in asked) == 2
    assert len(asked) == 4, "these two, the first program of all, and the one that is held"
    assert page.evaluate("document.readyState") == "interactive"
    held[0].continue_() if comes else held[0].abort()
    page.wait_for_load_state("load")
    assert len([url for url in watch.requests if "/_static/" in url and ".js" in url]) > 12
    assert page.evaluate("Boolean(globalThis.lmmteachTyped && document.querySelector('form.quiz.is-live'))")


TRACED = {"includedCategories": ["devtools.timeline"], "recordMode": "recordUntilFull"}
READY = "() => document.readyState !== 'loading' && document.querySelector('.lmmx-console input')"


@pytest.mark.parametrize("name", ["02-random-intercept", "05-g-moves-v"])
def test_the_style_of_an_element_is_worked_out_once(page: Any, browser: Any, http: str, name: str) -> None:
    """What comes or goes among siblings, or a class at the top, can cost all that stands there: they are counted."""
    session, events, ended = browser.new_browser_cdp_session(), [], []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": TRACED})
    page.goto(f"{http}/{name}.html", wait_until="commit")
    page.wait_for_function(READY, polling="raf")
    page.evaluate("document.querySelector('[data-action=look]')?.click()")
    page.wait_for_load_state("load")
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    styled = sum(event["args"].get("elementCount", 0) for event in events if event["name"] == "UpdateLayoutTree")
    there = page.evaluate("document.querySelectorAll('body *').length")
    assert 0.5 * there < styled < 1.1 * there


FETCHED = "performance.getEntriesByType('resource')"


def test_answers_are_not_seen_before_the_program_that_asks(page: Any, http: str) -> None:
    """Who has no programs reads them; who has is asked first, however late these come."""
    held: list[Any] = []
    page.route("**/quiz.js*", lambda route: held.append(route))
    page.goto(f"{http}/02-random-intercept.html", wait_until="domcontentloaded")
    seen = "getComputedStyle(document.querySelector('form.quiz .quiz-notes')).visibility"
    page.wait_for_function(f"() => {FETCHED}.some(({{ name }}) => name.includes('progress.js'))")
    while not held:  # the browser has asked; Playwright says so a little later
        page.wait_for_timeout(20)
    assert page.evaluate(seen) == "hidden"
    held.pop().fulfill(body="", content_type="text/javascript")  # one that does nothing
    page.wait_for_load_state("load")
    assert page.evaluate(seen) == "visible"
    page.unroute("**/quiz.js*")
    page.reload(wait_until="load")
    assert page.locator("form.quiz .quiz-notes:visible").count() == 0


ASKED = """
globalThis.asked = [];
const real = getComputedStyle;
globalThis.getComputedStyle = (node, ...more) => {
  if (!globalThis.drawn && document.querySelector('.lmmx-panels > .lmmx-panel')) asked.push(node.className);
  return real(node, ...more);
};
addEventListener('DOMContentLoaded', () => { globalThis.drawn = true; });
"""


def test_an_explorer_asks_for_colours_and_room_while_it_is_empty(page: Any, http: str) -> None:
    """Asked later, all that stands in it is laid out for the answer, and once more when it is filled."""
    page.add_init_script(ASKED)
    page.goto(f"{http}/05-g-moves-v.html", wait_until="load")
    assert page.locator(".lmmx-panel").count() > 3
    # a canvas asks for its letters when all is written
    assert {name.split()[0] for name in page.evaluate("asked")} <= {"lmmx"}
