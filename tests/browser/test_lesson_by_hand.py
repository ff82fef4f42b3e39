"""Lesson 5 by the keyboard alone, and at 200 % zoom, as browsers do it: half the window, two pixels for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .painted import settle

pytestmark = pytest.mark.browser
LESSON = "05-g-moves-v"

#: where the focus is: a name, whether it is seen on the screen, whether it is marked
FOCUS = """() => {
  const node = document.activeElement;
  const { top, bottom, left, right, width, height } = node.getBoundingClientRect();
  const seen = width > 0 && height > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  return { lost: node === document.body, seen, marked: node.matches(':focus-visible'),
    name: [node.tagName, node.id, node.className, node.dataset.action, node.dataset.param].join(' ') };
}"""


class Keys:
    """A keyboard that looks after each key whether the focus can be seen."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        settle(self.page)
        at = self.page.evaluate(FOCUS)
        assert not at["lost"], f"after {key} the focus is nowhere"
        assert at["seen"], f"after {key} the focus is off the screen: {at['name']}"
        assert at["marked"], f"after {key} nothing shows the focus: {at['name']}"

    def to(self, selector: str, back: bool = False, most: int = 90) -> None:
        """Tab, or Shift and Tab, until something of this kind has the focus."""
        for _ in range(most):
            if self.page.evaluate("(what) => document.activeElement.matches(what)", selector):
                return
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{selector} cannot be reached: {self.page.evaluate(FOCUS)}")


def state(page: Any) -> Any:
    names = "['G', 'sigma2', 'prediction']"
    return page.evaluate(
        f"() => {names}.map((name) => JSON.stringify(document.querySelector('.lmmx-host').model.get(name)))"
    )


def test_lesson_five_by_the_keyboard_alone(page: Any, html: Path) -> None:
    page.goto(f"{html.as_uri()}/{LESSON}.html#play")
    page.locator(".lmmx-answer").first.wait_for()
    keys = Keys(page)
    keys.to(".lmmx-answer input")
    keys.press("ArrowDown")
    keys.to("[data-action=lock]")
    keys.press("Enter")
    assert page.evaluate("() => document.activeElement.dataset.param") == "G12", (
        "the hand is led to what is asked about"
    )
    first = state(page)
    assert first[2] != "null"
    keys.press("ArrowRight", 12)
    page.locator(".lmmx-saw:enabled").first.wait_for()  # the book's pages allow no text to be run as a program
    for name in ("G11", "rho", "G22", "sigma2"):
        before = state(page)
        slider = f"input[type=range][data-param={name}]"
        back = page.evaluate(
            "(what) => Boolean(document.activeElement.compareDocumentPosition(document.querySelector(what)) & 2)",
            slider,
        )
        keys.to(slider, back=back)
        keys.press("ArrowLeft", 3)
        assert state(page) != before, f"{name} does not move"
    moved = state(page)
    keys.to("[data-action=undo]")
    keys.press("Space")
    assert state(page) != moved
    keys.to("[data-action=reset]")
    keys.press("Enter")
    page.wait_for_timeout(100)
    assert state(page)[:2] == first[:2]
    keys.to("button.setup", most=160)
    wanted = page.evaluate("() => JSON.stringify(JSON.parse(document.activeElement.dataset.setting).G)")
    keys.press("Enter")
    page.wait_for_timeout(100)
    assert state(page)[0] == wanted
    keys.to("form.quiz-choice#same-amount input[type=radio]", most=260)
    keys.press("ArrowDown")
    keys.to("#same-amount button")
    keys.press("Enter")
    assert page.locator("#same-amount .quiz-say").inner_text().startswith(("Right.", "Not quite."))
    keys.to("details.exercise summary", most=120)
    keys.press("Enter")
    keys.to("#exercise-05-1-0")
    page.keyboard.type("-1234.5")
    keys.press("Enter")
    assert page.locator(".exercise[open] .quiz-say").first.inner_text().strip()


#: what of the explorer is cut, runs over the edge, or lies under something else
ZOOMED = """() => {
  const seen = (node) => node.getClientRects().length && !node.closest('.lmmx-sr, .is-repeated, svg, [hidden]');
  const all = [...document.querySelectorAll('.lmmx *')].filter(seen);
  const cut = all.filter((node) => {
    const { overflowX, textOverflow, visibility } = getComputedStyle(node);
    const clips = overflowX === 'hidden' || overflowX === 'clip';
    return clips && visibility === 'visible' && textOverflow !== 'ellipsis' && node.scrollWidth > node.clientWidth + 1;
  });
  const controls = all.filter((node) => node.matches('input:not([type=radio]), button, select'));
  const covered = controls.filter((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (y < 0 || y > innerHeight || x < 0 || x > innerWidth || node.matches('.lmmx-handle, .lmmx-grip')) return false;
    const hit = document.elementFromPoint(x, y);
    return !(node === hit || node.contains(hit) || hit.contains(node) || node.closest('[inert]'))
      && !hit.closest('.lmmx-bar, .bd-header, .bd-header-article'); // what sticks to the top scrolls over the rest
  });
  const name = (node) => `${node.tagName}.${node.className} ${node.textContent.slice(0, 40)}`;
  return { wide: document.documentElement.scrollWidth - innerWidth, cut: cut.map(name), covered: covered.map(name) };
}"""


@pytest.mark.parametrize("size", [(1280, 1024), (1366, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_can_be_used_at_200_percent(
    browser: Any, watch: Any, html: Path, framingham: lmmteach.Fit, tmp_path: Path, size: tuple[int, int]
) -> None:
    framingham.explore().save(tmp_path / "flagship.html")
    half = {"width": size[0] // 2, "height": size[1] // 2}
    context = browser.new_context(viewport=half, device_scale_factor=2, reduced_motion="reduce")
    page = context.new_page()
    watch.follow(page)
    try:
        for address in ((tmp_path / "flagship.html").as_uri(), f"{html.as_uri()}/{LESSON}.html"):
            page.goto(address)
            page.locator(".lmmx-answer input").first.check()
            page.locator("[data-action=lock]").click()
            settle(page)
            slider = page.locator("input[type=range][data-param=G12]")
            box, panel = slider.bounding_box(), page.locator(".lmmx-panel-covariance").bounding_box()
            assert 0 <= box["y"] <= half["height"] - box["height"]
            assert panel["y"] < half["height"] - 100, "the panel that is asked about is not seen beside its slider"
            before = slider.input_value()
            page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
            assert slider.input_value() != before
            for _ in range(12):
                found = page.evaluate(ZOOMED)
                assert found == {"wide": found["wide"], "cut": [], "covered": []}, found
                assert found["wide"] <= 0
                page.mouse.wheel(0, 0.8 * half["height"])
    finally:
        context.close()
