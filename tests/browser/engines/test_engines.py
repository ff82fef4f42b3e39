"""In each engine every explorer moves, says what Python says, complains of nothing, fits its page, holds its slider."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import VIEWS

from ..explorer_page import fixed, three
from .page import DRAWN, Engine, inside, show, widen

pytestmark = pytest.mark.browser
WIDTHS = (400, 1024, 1400)
# Every slider of the console a third up, every list one on, every handle a few steps: what can be moved is.
MOVE = """
for (const slider of document.querySelectorAll(".lmmx-console input[type=range]")) {
  slider.value = Number(slider.min) + Math.round(0.37 * (slider.max - slider.min));
  slider.dispatchEvent(new window.Event("input", { bubbles: true }));
}
for (const list of document.querySelectorAll(".lmmx select")) {
  if (list.options.length < 2) continue;
  list.selectedIndex = (list.selectedIndex + 1) % list.options.length;
  list.dispatchEvent(new window.Event("change", { bubbles: true }));
}
for (const handle of document.querySelectorAll(".lmmx-handle")) {
  const key = { key: "ArrowRight", bubbles: true, cancelable: true };
  for (let k = 0; k < 3; k++) handle.dispatchEvent(new window.KeyboardEvent("keydown", key));
}
for (const box of [...document.querySelectorAll(".lmmx-panel input[type=checkbox]")].slice(0, 1)) box.click();
"""
# A map is made a little in each frame.
MADE = """return new Promise((done) => {
  const look = () => (document.querySelector("[data-ready=false]") ? window.setTimeout(look, 50) : done(true));
  look();
})"""
# What stands on the page, and how a picture looks.
SAID = """const all = document.querySelector(".lmmx").cloneNode(true);
all.querySelector("[data-out=summary]").remove(); // spoken a while later
return all.textContent"""
LOOK = """return document.querySelector(".lmmx").innerHTML
  + [...document.querySelectorAll("canvas")].map((one) => one.toDataURL().length).join()"""


@pytest.fixture(scope="session")
def frame(engine: Engine, address: str) -> Engine:
    """The engine, with the frame in which the pages are shown."""
    engine.open(f"{address}/frame.html")
    return engine


@pytest.fixture(scope="session")
def said_by_first(address: str) -> dict[str, str]:
    """What the first engine showed of each explorer after the moves: the others show the same."""
    return {}


def settled(engine: Engine) -> None:
    inside(engine, DRAWN)
    inside(engine, MADE)
    engine.run("return new Promise((done) => setTimeout(done, 160, true))")  # code is written once the hand rests
    inside(engine, DRAWN)


def test_every_explorer_moves_and_says_the_same(frame: Engine, said_by_first: dict[str, str]) -> None:
    for name in VIEWS:
        show(frame, f"{name}.html", 1400)
        settled(frame)
        before = inside(frame, LOOK)
        inside(frame, MOVE)
        settled(frame)
        assert inside(frame, LOOK) != before, name
        said = inside(frame, SAID)
        assert not {"NaN", "undefined"} & set(re.split(r"\W+", said)), name
        assert said_by_first.setdefault(name, said) == said, name
        for width in WIDTHS:
            widen(frame, width)
            over = inside(frame, "return document.documentElement.scrollWidth - window.innerWidth")
            assert over <= 0, (name, width)
        assert inside(frame, "return window.complaints") == [], name
    assert frame.complaints() == []


def test_its_numbers_are_pythons(frame: Engine, framingham: lmmteach.Fit) -> None:
    show(frame, "marginal.html", 1400)
    inside(frame, MOVE)
    settled(frame)
    now: dict[str, Any] = inside(
        frame,
        "const { model } = document.querySelector('.lmmx-host');"
        " return { G: model.get('G'), sigma2: model.get('sigma2'), method: model.get('method') }",
    )
    explorer = framingham.explore()
    explorer.move(**now, allow_not_psd=True)
    assert np.abs(explorer.G.to_numpy() - framingham.G.to_numpy()).max() > 1  # it was moved
    for kind, matrix, show_number in (
        ("V", explorer.V, three),
        ("C", explorer.corr, lambda r: "1" if r == 1 else fixed(r, 3)),
    ):
        shown = inside(
            frame, f"return [...document.querySelectorAll('[data-cell^={kind}-]')].map((cell) => cell.textContent)"
        )
        assert shown == [show_number(x) for x in matrix.to_numpy().ravel()], kind
    deviance, gap = (
        inside(frame, f"return document.querySelector('[data-out={out}]').textContent") for out in ("deviance", "gap")
    )
    assert deviance == fixed(explorer.deviance, 2)
    assert gap == f"+{fixed(explorer.gap, 2)}"


def test_a_drag_moves_the_number_and_not_the_slider(frame: Engine) -> None:
    show(frame, "marginal.html", 1400)
    settled(frame)
    place = (
        "const box = document.querySelector('[data-param=G12][type=range]').getBoundingClientRect();"
        " return [box.left, box.top, box.width, box.height]"
    )
    value = "return document.querySelector('.lmmx-host').model.get('G')[0][1]"
    left, top, width, height = box = inside(frame, place)
    before = inside(frame, value)
    steps = [width * share for share in (0.05, 0.1, 0.15, 0.2)]
    frame.drag(left + width / 2, top + height / 2, steps, release=True)
    settled(frame)
    assert inside(frame, value) > before + 1
    assert inside(frame, place) == box
    assert inside(frame, "return window.complaints") == []


def test_the_books_fonts_are_taken_whole(engine: Engine, address: str) -> None:
    engine.open(f"{address}/fonts.html")
    loaded = engine.run(
        "return document.fonts.ready.then(() => [...document.fonts].map((face) => `${face.family} ${face.status}`))"
    )
    assert loaded
    assert [face for face in loaded if not face.endswith(" loaded")] == []
    assert engine.complaints() == []
    assert engine.run("return window.complaints") == []
