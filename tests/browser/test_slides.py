"""The lecture's slides: keys turn them, the explorer on one of them keeps its own keys, nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .axe import faults
from .painted import settle
from .test_book_formulas import font_lacks
from .test_book_pages import assert_it_moves

pytestmark = pytest.mark.browser
EXPLORER_SLIDE = "8 · Play: G moves V"
STEPS = 9


def title(page: Any) -> str:
    return page.evaluate("() => Reveal.getCurrentSlide().querySelector('h1').firstChild.textContent")


def open_deck(page: Any, address: str) -> None:
    page.goto(f"{address}/slides/index.html")
    page.wait_for_function("() => window.Reveal?.isReady() && document.querySelector('.lmmx-host .lmmx')")


def turn_to(page: Any, wanted: str) -> None:
    for _ in range(60):
        if title(page) == wanted:
            settle(page)
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no slide {wanted!r}")


def test_arrows_turn_the_slides_through_all_steps(page: Any, address: str) -> None:
    open_deck(page, address)
    seen = [title(page)]
    for _ in range(60):
        page.keyboard.press("ArrowRight")
        if title(page) == seen[-1]:
            break
        seen.append(title(page))
    steps = [int(name.split(" ")[0]) for name in seen if name[0].isdigit()]
    assert steps == sorted(steps)
    assert set(steps) == set(range(1, STEPS + 1))
    page.keyboard.press("ArrowLeft")
    assert title(page) == seen[-2]


def test_formulas_find_their_characters(page: Any, html: Path) -> None:
    open_deck(page, html.as_uri())
    assert page.locator(".math:not(:has(> math))").count() == 0
    assert page.evaluate("document.fonts.load('16px \"Book Math\"').then((faces) => faces.length)") == 1
    assert page.locator("math").count()
    assert font_lacks(html / "slides") == set()


def test_the_explorer_keeps_its_keys(page: Any, address: str) -> None:
    open_deck(page, address)
    turn_to(page, EXPLORER_SLIDE)
    slider = page.locator(".slides .present .lmmx input[type=range][data-param='G12']")
    before = slider.input_value()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert slider.input_value() != before
    assert title(page) == EXPLORER_SLIDE
    place = slider.bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.5, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.8, place["y"] + place["height"] / 2, steps=4)
    page.mouse.up()
    settle(page)
    assert float(slider.input_value()) / float(slider.get_attribute("max")) > 0.5
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert title(page) != EXPLORER_SLIDE


def slides(page: Any) -> Iterator[str]:
    """Every slide's title, the slide shown, from the first to the last."""
    last = False
    while not last:
        settle(page)
        yield title(page)
        last = page.evaluate("() => Reveal.isLastSlide()")
        page.evaluate("() => document.activeElement.blur()")
        page.keyboard.press("ArrowRight")


def test_every_slide_can_be_read_by_all(page: Any, http: str) -> None:
    open_deck(page, http)
    for name in slides(page):
        assert faults(page, ".slides .present") == [], name
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name


def test_each_step_has_an_explorer_that_fits_a_projector_and_moves(page: Any, http: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_deck(page, http)
    steps = set()
    for name in slides(page):
        explorer = page.locator(".slides .present .lmmx-host")
        if explorer.count() == 0 or explorer.locator(".lmmx-panel-ask").count():
            continue
        steps.add(int(name[0]))
        hidden = page.evaluate(
            "() => { const s = document.querySelector('.slides .present .lmmx-host').closest('section');"
            " return s.scrollHeight - s.clientHeight; }"
        )
        assert hidden <= 1, f"{name}: {hidden} pixels below the slide"
        assert explorer.locator("[data-action=look]").count() == 0, f"{name} waits for a prediction"
        assert "Play" in name
        assert_it_moves(page, explorer)
    assert steps == set(range(1, STEPS + 1))
