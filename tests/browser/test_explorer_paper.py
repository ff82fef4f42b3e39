"""On paper: the question, where the explorer stands, still panels and a link; no control, and light however dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

from .painted import settle

pytestmark = pytest.mark.browser
CONTROLS = """() => [...document.querySelectorAll(
    '.lmmx button, .lmmx input:not([type=radio]), .lmmx select, .lmmx-handle, .lmmx-rail, .lmmx-save')]
  .filter((node) => node.getClientRects().length).map((node) => node.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("paper")
    for name, view in VIEWS.items():
        explore(framingham if view.needs_fit else None, name).save(where / f"{name}.html")
    return where


def printed(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 without its edges
    page.wait_for_timeout(350)
    settle(page)


@pytest.mark.parametrize("name", VIEWS)
def test_question_setting_panels_and_link(page: Any, folder: Path, name: str) -> None:
    printed(page, folder, name)
    assert page.evaluate(CONTROLS) == []
    view = VIEWS[name]
    assert page.locator("legend.lmmx-prompt").is_visible()
    for answer in view.prompt.answers:  # type: ignore[union-attr]
        assert page.locator(".lmmx-answer", has_text=answer.text).first.is_visible()
    paper = page.locator(".lmmx-paper").inner_text()
    assert f"{name}.html".replace(" ", "%20") in paper
    if view.free:
        assert "G₁₁ = 1210" in paper
        assert "σ² = 434" in paper
    for panel in page.locator(".lmmx-panel").all():
        box = panel.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 30
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (
        page.locator(".lmmx-waiting").evaluate("node => getComputedStyle(node.querySelector('.lmmx-play')).opacity")
        == "1"
    )


def test_the_setting_and_its_link_are_those_of_now(page: Any, folder: Path) -> None:
    page.goto((folder / "marginal.html").as_uri())
    page.locator("[data-action=look]").click()
    page.locator("input.lmmx-box[data-param=sigma2]").fill("700")
    settle(page)
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    paper = page.locator(".lmmx-paper").inner_text()
    assert "σ² = 700" in paper
    assert "−2 log L" in paper
    assert paper.rstrip().endswith("#lmm.marginal=sigma2:700")


def test_a_dark_page_is_printed_light_and_dark_again_after(page: Any, folder: Path, watch: Any) -> None:
    watch.tolerated = lambda text: "willReadFrequently" in text  # the test looks at pixels more than once
    page.emulate_media(color_scheme="dark")
    page.goto((folder / "marginal.html").as_uri())
    page.locator("[data-action=look]").click()
    page.wait_for_timeout(400)
    mode = "document.querySelector('.lmmx').dataset.mode"
    ink = """[...document.querySelectorAll('.lmmx-canvas canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let [sum, count] = [0, 0];
      for (let k = 0; k < data.length; k += 4) if (data[k + 3] > 100) { sum += data[k]; count += 1; }
      return count ? sum / count : 0;
    })"""
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.onPaper = [{mode}, {ink}]; }})")
    assert page.evaluate(mode) == "dark"
    bright = page.evaluate(ink)[0]
    assert page.pdf(format="A4", print_background=True)[:5] == b"%PDF-"
    told, dark_ink = page.evaluate("window.onPaper")
    assert told == "light"
    assert dark_ink[0] < bright - 60  # observed lines: bright on a dark ground, dark on paper
    page.wait_for_timeout(400)
    assert page.evaluate(mode) == "dark"
    settle(page)
    assert page.evaluate(ink)[0] == pytest.approx(bright, abs=3)
