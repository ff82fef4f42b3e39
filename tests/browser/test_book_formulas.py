"""Formulas in the built book: set by the browser, in one font that has their characters, and copied as TeX."""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from lmmteach.publish.sources import find_book

sys.path.insert(0, str(find_book() / "_ext"))

from formulas import MATH, shown

pytestmark = pytest.mark.browser
LESSON = "09-ml-reml"
FONT = re.compile(r'"Book Math";\s*src:\s*url\("?data:font/woff2;base64,([^)"]*)')
COPIED = """() => {
  const [kept, range] = [{}, document.createRange()];
  const end = document.querySelector(END);
  range.selectNodeContents(end.closest('p, div.math, li'));
  range.setEnd(end.querySelector('mi, mn').firstChild, 0);  // the last formula is selected in part
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const data = new DataTransfer();
  document.body.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
  return [data.getData('text/plain'), data.getData('text/html')];
}"""


def font_in(sheet: Path) -> re.Match[str] | None:
    """The font of formulas, in a style sheet that carries it."""
    return FONT.search(sheet.read_text(encoding="utf-8"))


def font_lacks(site: Path) -> set[str]:
    """Characters that the formulas of a site show and the font in its style sheet has not."""
    found = next(filter(None, map(font_in, (site / "_static").glob("*.css"))), None)
    assert found, "no style sheet carries the font"
    there = set(map(chr, TTFont(BytesIO(b64decode(found[1]))).getBestCmap()))
    # the slides are a site of their own, with a font of their own
    pages = [page for page in site.rglob("*.html") if not {"_static", "slides"} & set(page.relative_to(site).parts)]
    texts = [one for page in pages for one in MATH.findall(page.read_text(encoding="utf-8"))]
    assert texts
    return {one for text in texts for one in shown(text)} - there


def test_the_font_has_what_formulas_show_and_little_else(html: Path) -> None:
    assert font_lacks(html) == set()
    sizes = [len(found[1]) for found in map(font_in, (html / "_static").glob("*.css")) if found]
    assert [size < 40_000 for size in sizes] == [True]
    assert not list((html / "_static" / "fonts").glob("book-math*"))


def test_every_formula_is_set_and_none_is_left_as_tex(html: Path) -> None:
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if "_static" not in page.parts:
            spans = re.findall(
                r'class="math notranslate[^"]*"[^>]*>\s*(?:<span class="eqno".*?</span>)?\s*<?(\w*)', text
            )
            assert set(spans) <= {"math"}, page.name
            assert r"\(" not in re.sub(r"<(script|pre|code)\b.*?</\1>", "", text, flags=re.DOTALL), page.name


def test_a_formula_is_copied_as_tex(page: Any, html: Path) -> None:
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    plain, rich = page.evaluate(COPIED.replace("END", "'p span.math:last-of-type > math'"))
    formula = page.locator("p span.math:last-of-type > math").first.get_attribute("data-tex")
    assert f"${formula}$" in plain
    assert "<math" in rich
    shown_block = page.evaluate(COPIED.replace("END", "'div.math > math'"))[0]
    assert shown_block.strip() == f"$${page.locator('div.math > math').first.get_attribute('data-tex')}$$"


def test_only_pages_with_formulas_fetch_what_formulas_need(html: Path) -> None:
    for page in html.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        sheets = [html / "_static" / name for name in re.findall(r'_static/([\w.]+\.css)"', text)]
        assert any(map(font_in, sheets)) == ("<math" in text), page.name
        assert ("mathematics.js" in text) == ("<math" in text), page.name


#: formulas wider than their box, in the text and in the answers of its questions, each laid out where it will be said
TOO_WIDE = """() => {
  const width = (span) => span.querySelector('math').getBoundingClientRect().width;
  const wide = (span) => span.clientWidth && width(span) > span.clientWidth + 1;
  const cut = (part) => [...part.querySelectorAll('span.math')].filter(wide).map((span) => span.textContent);
  const found = cut(document);
  for (const note of document.querySelectorAll('form .quiz-note')) {
    const place = note.closest('form').querySelector('.quiz-say');
    place.replaceChildren(...note.cloneNode(true).childNodes);
    found.push(...cut(place));
  }
  return found;
}"""


def test_no_formula_in_a_sentence_is_cut_on_a_phone(page: Any, html: Path) -> None:
    """A browser breaks no line inside a formula, and what is cut reads as another number: write it as two."""
    page.set_viewport_size({"width": 360, "height": 800})
    found = {}
    for lesson in sorted(html.glob("[01r]*.html")):
        page.goto(lesson.as_uri())
        if cut := page.evaluate(TOO_WIDE):
            found[lesson.stem] = cut
    assert found == {}
