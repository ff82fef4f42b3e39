"""In the reader's own few colours (forced colours) nothing vanishes, and every text is in one of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import lmmteach
from lmmteach.explore import VIEWS, explore

from .painted import settle

pytestmark = pytest.mark.browser
#: what shows itself by a ground or a border and says nothing: its class and, where it has one, what it is of
MARKS = """() => {
  const clear = (colour) => /^(transparent|rgba\\(.*, 0\\)|color\\(.*\\/ 0\\))$/.test(colour);
  const ground = getComputedStyle(document.body).backgroundColor;
  const own = (style) => (!clear(style.backgroundColor) && style.backgroundColor !== ground)
    || style.backgroundImage !== "none"
    || ["Top", "Left"].some((side) =>
      parseFloat(style[`border${side}Width`]) > 0 && !clear(style[`border${side}Color`]));
  return [...document.querySelectorAll(".lmmx :not(svg *, input, option)")]
    .filter((node) => !node.textContent.trim() && node.getClientRects().length && own(getComputedStyle(node)))
    .map((node) => node.className.baseVal ?? node.className).sort();
}"""
TEXTS = """() => {
  const probe = document.body.appendChild(document.createElement("span"));
  const allowed = new Set(["CanvasText", "ButtonText", "HighlightText", "GrayText", "FieldText", "LinkText"]
    .map((name) => { probe.style.color = name; return getComputedStyle(probe).color; }));
  probe.remove();
  const said = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  return [...document.querySelectorAll(".lmmx *")].filter((node) => said(node) && node.getClientRects().length)
    .map((node) => [node, getComputedStyle(node)])
    .map(([node, style]) => [node, node.closest("svg") ? style.fill : style.color])
    .filter(([, colour]) => !allowed.has(colour)).map(([node, colour]) => `${node.outerHTML.slice(0, 80)} ${colour}`);
}"""


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("forced")
    for name, view in VIEWS.items():
        explore(framingham if view.needs_fit else None, name, prediction=-1).save(where / f"{name}.html")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_timeout(350)  # the theme's second look
    settle(page)


def force(page: Any, scheme: str) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.wait_for_timeout(400)
    settle(page)


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_vanishes_and_texts_take_the_readers_colours(page: Any, folder: Path, name: str) -> None:
    opened(page, folder, name)
    marks = page.evaluate(MARKS)
    for scheme in ("light", "dark"):
        force(page, scheme)
        shown = page.evaluate(MARKS)
        assert not [mark for mark in set(marks) if shown.count(mark) < marks.count(mark)], scheme
        assert page.evaluate(TEXTS) == [], scheme


def colours(page: Any, selector: str) -> set[tuple[int, ...]]:
    """The colours in an element's box, those of smoothed edges left out."""
    box = page.evaluate(
        """(selector) => {
          const node = [...document.querySelectorAll(selector)].find((one) => one.getClientRects().length);
          node.scrollIntoView({ block: "center" });
          const { x, y, width, height } = node.getBoundingClientRect();
          return { x: x - 2, y: y - 2, width: width + 4, height: height + 4 };
        }""",
        selector,
    )
    image = Image.open(BytesIO(page.screenshot(clip=box))).convert("RGB")
    counted = image.getcolors(image.width * image.height) or []
    return {colour for count, colour in counted if count > 3}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rails_fills_and_hold_are_seen(page: Any, folder: Path, scheme: str) -> None:
    opened(page, folder, "marginal")
    force(page, scheme)
    for part in ("rail", "fill", "gauge", "bulb", "keysign-dot", "table-V td.lmmx-cell"):
        assert len(colours(page, f".lmmx-{part}")) > 1, part
    held, free = (f".lmmx-pin input[data-hold={kind}]" for kind in ("covariance", "rho"))
    assert colours(page, held) - colours(page, free), "which of the two is held"
    assert len(colours(page, free)) > 1
    page.locator("[data-param=G11][type=range]").focus()
    outline = page.locator("[data-param=G11][type=range]").evaluate("node => getComputedStyle(node).outlineStyle")
    assert outline == "solid"
