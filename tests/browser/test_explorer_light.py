"""A frame is little work: counted, not timed.  On a phone with four pixels for one, and on a desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

from .counted import counts, reset_counts, watch_counts
from .painted import settle

pytestmark = pytest.mark.browser
MOVES = 5
#: what a hand moves in a view: its slider, else its handle, else its first choice
HANDS = (
    ".lmmx-console input[type=range][data-param=G12]:visible",
    ".lmmx-console input[type=range]:visible",
    ".lmmx-handle:visible",
    ".lmmx select:visible, .lmmx input[data-structure]:visible",
)


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("light")
    for name, view in VIEWS.items():
        explore(framingham if view.needs_fit else None, name, prediction=-1).save(where / f"{name}.html")
    return where


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": 400, "height": 850}, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    watch_counts(page)
    yield page
    context.close()


def opened(page: Any, folder: Path, name: str) -> Any:
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_timeout(400)  # the theme's second look, the map's making
    hand = next(page.locator(one).first for one in HANDS if page.locator(one).count())
    hand.scroll_into_view_if_needed()
    return hand


def move(page: Any, hand: Any, k: int) -> None:
    """One step of a gesture, and its frame; an even one leads away, an odd one back."""
    hand.press("Space" if hand.get_attribute("data-structure") else ("ArrowUp", "ArrowDown")[k % 2])
    settle(page)


@pytest.mark.parametrize("name", VIEWS)
def test_a_frame_asks_for_no_layout_writes_what_changed_and_paints_fine_lines(
    phone: Any, folder: Path, name: str
) -> None:
    hand = opened(phone, folder, name)
    move(phone, hand, 0)
    move(phone, hand, 1)  # what is asked once, colours and widths, is known now
    reset_counts(phone)
    for k in range(MOVES):
        move(phone, hand, k)
    found = counts(phone)
    assert found["reads"] == {}
    assert found["same"] == []
    assert found["writes"] + found["strokes"] > 0, "nothing moved"
    if name == "hill":  # a map has level lines, and few frames
        return
    # A line wider than one pixel of the screen costs several times what a fine one does: for means and bands alone.
    phone.locator(".lmmx-canvas, .lmmx-svg").last.scroll_into_view_if_needed()
    settle(phone)
    reset_counts(phone)
    for k in range(MOVES):
        move(phone, hand, k)
    assert counts(phone)["wide"] / MOVES < 20_000  # pixels; two hundred lines of a phone's width are 130,000


#: the names of the colours that are asked of an explorer's own element
ASKED = """(() => {
  globalThis.asked = new Set();
  const [style, read] = [getComputedStyle, CSSStyleDeclaration.prototype.getPropertyValue];
  const of = new WeakMap();
  window.getComputedStyle = (node, ...more) => { const s = style(node, ...more); of.set(s, node); return s; };
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    if (name.startsWith("--") && of.get(this)?.matches(".lmmx")) asked.add(name.slice(2));
    return read.call(this, name);
  };
})()"""


@pytest.mark.parametrize("name", VIEWS)
def test_no_colour_is_asked_for_while_panels_write(page: Any, folder: Path, name: str) -> None:
    """All are read together when the page's theme is; one that is not among them lays the page out once more."""
    source = (Path(lmmteach.__file__).parent / "explore/static/frame/context.js").read_text(encoding="utf-8")
    palette = "".join(re.findall(r'"(.*?)"', re.search(r"const PALETTE = (.*?);", source, re.DOTALL)[1])).split()  # type: ignore[index]
    page.add_init_script(ASKED)
    page.emulate_media(color_scheme="dark")
    move(page, opened(page, folder, name), 0)
    assert set(page.evaluate("[...asked]")) - {"hand", "columns"} == set(palette)  # those two say how it is arranged


def test_observed_lines_are_drawn_once(page: Any, folder: Path) -> None:
    """With both pictures on the screen a frame strokes the simulated lines, and the observed ones not again."""
    watch_counts(page)
    page.set_viewport_size({"width": 1400, "height": 1600})
    hand = opened(page, folder, "marginal")
    move(page, hand, 0)
    reset_counts(page)
    for k in range(MOVES):
        move(page, hand, k)
    people = page.evaluate("document.querySelector('.lmmx-host').model.get('_data').people.visitOf.length")
    strokes = counts(page)["strokes"] / MOVES
    assert people <= strokes <= people + 20  # bands and means of two pictures


def test_what_is_off_the_screen_is_drawn_when_the_hand_rests(phone: Any, folder: Path) -> None:
    opened(phone, folder, "marginal")
    slider = phone.locator("[data-param=G12][type=range]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    cell = phone.locator("[data-cell='C-0-5']")
    assert cell.evaluate("node => node.getBoundingClientRect().top > innerHeight + 160")
    before, y = cell.text_content(), box["y"] + box["height"] / 2
    phone.mouse.move(box["x"] + box["width"] / 2, y)
    phone.mouse.down()
    # A hand that never rests, however long the machine takes.
    phone.evaluate("(() => { const now = performance.now(); performance.now = () => now; })()")
    reset_counts(phone)
    for k in range(MOVES):
        phone.mouse.move(box["x"] + box["width"] * (0.5 + 0.05 * (k + 1)), y)
    assert counts(phone)["segments"] == 0  # no picture of lines is on the screen
    phone.mouse.up()
    settle(phone)
    assert cell.text_content() != before
    assert counts(phone)["segments"] > 0


def test_a_slow_phone_draws_fewer_lines_until_the_finger_is_lifted(phone: Any, folder: Path) -> None:
    opened(phone, folder, "marginal")
    # A device on which everything takes long.
    phone.evaluate("(() => { const slow = () => { const end = performance.now() + 60;"
                   " while (performance.now() < end); requestAnimationFrame(slow); }; slow(); })()")  # fmt: skip
    phone.locator(".lmmx-panel-spaghetti .lmmx-figure").last.scroll_into_view_if_needed()
    slider = phone.locator("[data-param=G12][type=range]")
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = phone.context.new_cdp_session(phone)

    def touch(kind: str, *points: float) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": p, "y": y} for p in points]})

    touch("touchStart", x)
    said = phone.locator(".lmmx-thinned")
    for k in range(8):
        touch("touchMove", x + 8 * (k + 1))
        phone.wait_for_timeout(80)
    reset_counts(phone)
    touch("touchMove", x + 4)
    settle(phone)
    thin = counts(phone)["strokes"]
    assert said.is_visible()
    assert said.inner_text().strip() == "· 1 line in 4 while you drag"
    reset_counts(phone)
    touch("touchEnd")
    settle(phone)
    assert not said.is_visible()
    assert counts(phone)["strokes"] > 2 * thin > 0
