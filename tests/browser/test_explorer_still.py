"""Explorers stand still while they load, and a page keeps their room free until they do: moved pixels are counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, Panel, View, explore
from lmmteach.publish.sources import find_book

from .shifts import WATCH

pytestmark = pytest.mark.browser
MOST_SHIFT = 0.05
PHONE, DESK = (360, 740), (1366, 768)
MORE = [DESK, (400, 800), (768, 900), (1000, 800), (1920, 1080)]
#: the widths at which each of the reserved heights counts
KEPT = {"in-hand": 360, "in-one": 768, "in-two": 1000, "in-three": 1366}
SETTLED = """() => new Promise((done) => {
  const ready = () => (document.querySelector(".lmmx") ? setTimeout(done, 250) : setTimeout(ready, 20));
  ready();
})"""
HEIGHT = "() => document.querySelector('.lmmx').getBoundingClientRect().height"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A page</title>
<style>body {{ margin: 16px; font: 17px/1.6 sans-serif; }} {rules}</style></head>
<body><h1>A page</h1><p>{words}</p>
{host}
<p>{words}</p><p>{words}</p><p>{words}</p>
<script>{late}</script></body></html>"""
#: the scripts run once all has been painted, as those of the book do on a slow line
LATE = """const wait = (n, then) => requestAnimationFrame(() => (n ? wait(n - 1, then) : setTimeout(then, 50)));
const scripts = [...document.querySelectorAll("script[type='text/late']")];
wait(3, () => scripts.forEach((one) => {
  const run = document.createElement("script");
  run.textContent = one.textContent;
  document.head.append(run);
}));"""


def alone() -> View:
    """The picture at the head of the book: the lowest explorer there is."""
    panel = Panel("spaghetti", "Cholesterol", "observed, and as the model has it", wide=True)
    return View(title="Two hundred people", panels=(panel,), free=("G11", "G12", "G22", "sigma2"))


def rules() -> str:
    """What the book's sheet says of an explorer's room."""
    sheet = (find_book() / "_static" / "theme.css").read_text(encoding="utf-8")
    found = re.search(r"@media \(scripting: enabled\) \{\n.*?\n\}\n", sheet, re.DOTALL)
    assert found
    return found[0]


@pytest.fixture(scope="module")
def explorers(framingham: lmmteach.Fit) -> dict[str, Any]:
    made = {name: explore(framingham if view.needs_fit else None, name) for name, view in VIEWS.items()}
    return made | {"alone": framingham.explore(view=alone())}


def stands_still(browser: Any, path: Path, size: tuple[int, int], widths: Iterable[int] = ()) -> list[float]:
    """Load the page for the first time, and see that nothing jumps; the explorer's heights at these widths."""
    with browser.new_context(viewport={"width": size[0], "height": size[1]}) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(path.as_uri(), wait_until="load")
        page.evaluate(SETTLED)
        seen = page.evaluate("window.shiftsSeen")
        assert sum(one[0] for one in seen) <= MOST_SHIFT, (path.stem, size, seen)
        heights = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": size[1]})
            heights.append(float(page.evaluate(HEIGHT)))
        return heights


@pytest.mark.parametrize("name", [*VIEWS, "alone"])
def test_nothing_jumps_when_an_explorer_comes_late(
    browser: Any, explorers: dict[str, Any], tmp_path: Path, name: str
) -> None:
    path = tmp_path / "page.html"
    host = explorers[name].to_html().replace("<script>", "<script type='text/late'>")
    words = "Some words that fill a line or two of the page. " * 3
    path.write_text(PAGE.format(rules=rules(), words=words, host=host, late=LATE), encoding="utf-8")
    kept = {kind: int(high) for kind, high in re.findall(r"--lmmx-([\w-]+):(\d+)px", host)}
    heights = dict(zip(KEPT, stands_still(browser, path, PHONE, KEPT.values()), strict=True))
    # What is kept free too much would be a hole while the page is loaded; too little, a jump on a high screen.
    assert all(0.4 * heights[kind] <= kept[kind] <= 1.15 * heights[kind] for kind in KEPT), (heights, kept)
    for size in MORE if name == "alone" else ():
        stands_still(browser, path, size)


def test_a_saved_page_stands_still(browser: Any, explorers: dict[str, Any], tmp_path: Path) -> None:
    for name in ("marginal", "structures"):
        path = explorers[name].save(tmp_path / f"{name}.html")
        for size in (PHONE, DESK):
            stands_still(browser, path, size)
