"""What holds for every explorer: accessible light and dark, a phone's width, a finger's targets, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

from .axe import faults
from .painted import settle

pytestmark = pytest.mark.browser
#: what a finger has to hit: the box of each control, or of the label around it
SMALL = """() => [...document.querySelectorAll('.lmmx button, .lmmx select, .lmmx input, .lmmx [role=slider]')]
  .filter((node) => node.getClientRects().length && !node.closest('[inert]'))
  .map((node) => node.matches('input[type=radio], input[type=checkbox]') ? node.closest('label') || node : node)
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 23.5)
  .map(([node, box]) => `${node.className.baseVal ?? node.className} ${node.textContent.slice(0, 30)} `
    + `${box.width.toFixed(0)} x ${box.height.toFixed(0)}`)"""

#: a panel without a key to its marks, a key that is too small, a part to grab that does not say what it is worth
UNSAID = """() => {
  const keys = ".lmmx-key, .lmmx-legend";
  const drawn = (panel) => panel.querySelector("svg, canvas, table");
  const panels = [...document.querySelectorAll(".lmmx-panel")].filter(drawn);
  const small = (node) => parseFloat(getComputedStyle(node).fontSize) < 12;
  const sliders = [...document.querySelectorAll(".lmmx [role=slider]")].filter((node) => node.checkVisibility());
  const says = (name) => (node) => (node.getAttribute(name) || "").trim() !== "";
  const values = (node) => node.disabled || node.getAttribute("aria-disabled") === "true"
    || (says("aria-valuetext")(node) && Number.isFinite(parseFloat(node.getAttribute("aria-valuenow"))));
  return [
    ...panels.filter((panel) => !panel.querySelector(keys)).map((panel) => `no key: ${panel.className}`),
    ...[...document.querySelectorAll(`${keys}, .lmmx-ghost, .lmmx-mini td`)].filter(small)
      .map((node) => `small: ${node.textContent}`),
    ...sliders.filter((node) => !says("aria-label")(node) || !values(node)).map((node) => node.outerHTML.slice(0, 160)),
  ];
}"""


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("every")
    for name, view in VIEWS.items():
        explore(framingham if view.needs_fit else None, name).save(where / f"{name}.html")
    return where


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 400, "height": 850}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_nothing(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(350)  # the theme's second look
        assert faults(page, colours=scheme == "dark") == [], (scheme, "before the prediction")
    page.locator("[data-action=look]").click()
    settle(page)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(350)
        assert faults(page, colours=scheme == "dark") == [], (scheme, "after it")


@pytest.mark.parametrize("name", VIEWS)
def test_on_a_phone(phone: Any, folder: Path, name: str) -> None:
    """Nothing scrolls sideways, all is large enough for a finger and an eye, a tap does what a click does."""
    phone.goto((folder / f"{name}.html").as_uri())
    settle(phone)
    phone.locator("[data-action=look]").tap()
    settle(phone)
    assert phone.evaluate(UNSAID) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not phone.evaluate(SMALL)


@pytest.mark.parametrize("name", VIEWS)
def test_every_slider_moves_by_keyboard_and_undo_brings_it_back(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)
    page.locator("[data-action=look]").click()
    settle(page)
    for slider in page.locator(".lmmx input[type=range]:visible:enabled").all():  # one without effect here is not
        before = slider.get_attribute("aria-valuetext")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        settle(page)
        if slider.get_attribute("aria-valuetext") == before:  # it stood at its left end
            page.keyboard.press("ArrowRight")
            settle(page)
        assert slider.get_attribute("aria-valuetext") != before, slider.get_attribute("aria-label")
        page.locator("[data-action=undo]").click()
        settle(page)
        assert slider.get_attribute("aria-valuetext") == before, "undo"
