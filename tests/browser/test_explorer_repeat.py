"""A study repeated on its saved page: one more, a thousand, stop; the numbers are those of Node for the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lmmteach.explore import explore

from ..explore.node import run_js
from .explorer_page import fixed, observe, out, three
from .painted import settle

pytestmark = pytest.mark.browser

NODE = """
const { designOf, studies, summaryOf } = await module("maths/ideas/repeat.js");
const run = studies(designOf(given.dials), given.seed);
while (run.count < given.n) run.more();
return summaryOf(run, given.n);
"""
#: the largest move or growth of anything that stands around the run, in pixels, until it is asked for
WATCH = """() => {
  const names = ".lmmx-panel, .lmmx-row, .lmmx-runbar button, .lmmx-repstrip, .lmmx-facts tr, .lmmx-made, .lmmx-key";
  // what is not shown has no place: a row may take that of the sentence that said there was none yet
  const place = (node) => (node.getClientRects().length ? node.getBoundingClientRect() : null);
  const places = () => [...document.querySelectorAll(names)].map(place);
  const first = places();
  window.worst = 0;
  const look = () => {
    places().forEach((box, k) => {
      for (const part of box && first[k] ? ["left", "top", "width", "height"] : []) {
        window.worst = Math.max(window.worst, Math.abs(box[part] - first[k][part]));
      }
    });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
SMALL = {"people": 20, "visits": 4}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("repeat")
    explore(None, "repeat").save(where / "asks.html")
    explore(None, "repeat", prediction=-1).save(where / "repeat.html")
    explore(None, "repeat", prediction=-1, **SMALL).save(where / "small.html")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto(f"{folder.as_uri()}/{name}.html")
    settle(page)


def done(page: Any, n: str) -> None:
    page.locator("[data-out=studies]", has_text=f"N = {n}").wait_for()
    settle(page)


def dials(page: Any) -> dict[str, Any]:
    settle(page)
    return dict(page.evaluate("() => document.querySelector('.lmmx-host').model.get('dials')"))


def cell(page: Any, name: str) -> str:
    return str(page.locator(f"[data-cell='{name}']").text_content())


def assert_as_in_node(page: Any, tmp_path: Path, n: int) -> None:
    summary = run_js(NODE, {"dials": dials(page), "seed": 1, "n": n}, tmp_path)
    for by in ("ML", "REML"):
        one = summary[by]
        for name, moments in one["moments"].items():
            digits = fixed(moments["mean"], 2) if name == "rho" else three(moments["mean"])
            assert cell(page, f"{by}-{name}") == digits
        for name in ("covered", "power", "singular"):
            assert cell(page, f"{name}-{by}").startswith(f"{fixed(100 * one[name], 1)} ±")
        assert cell(page, f"sd-{by}") == three(one["moments"]["effect"]["sd"])


def test_one_more_study_adds_one(page: Any, folder: Path, tmp_path: Path) -> None:
    opened(page, folder, "repeat")
    assert out(page, "studies") == "N = 1 study, seed 1"
    before = out(page, "newest")
    page.locator("[data-action=onemore]").click()
    done(page, "2 studies")
    page.locator("[data-action=onemore]").press("Enter")
    done(page, "3 studies")
    assert out(page, "newest").startswith("Study 3:")
    assert out(page, "newest") != before
    assert_as_in_node(page, tmp_path, 3)
    page.locator("[data-action=undo]").click()
    settle(page)
    assert dials(page)["studies"] < 3


@pytest.mark.parametrize("width", [360, 1366])
def test_a_thousand_come_to_an_end_and_nothing_jumps(page: Any, folder: Path, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    opened(page, folder, "small")
    page.evaluate(WATCH)
    page.locator("[data-action=thousand]").click()
    assert page.locator("[data-action=thousand]").inner_text() == "Stop"
    done(page, "1,000 studies")
    assert page.locator("[data-action=thousand]").inner_text() == "Run 1,000"
    assert page.evaluate("window.worst") <= 2
    assert "1,000 studies are run." in page.locator("[data-panel=repeat] p[role=status]").inner_text()
    assert page.locator("[role=progressbar]").get_attribute("aria-valuenow") == "1000"
    assert_as_in_node(page, tmp_path, 1000)


def test_stop_stops_and_a_link_brings_design_and_studies_back(page: Any, folder: Path) -> None:
    opened(page, folder, "repeat")
    page.locator("[data-action=thousand]").click()
    page.wait_for_function("() => parseFloat(document.querySelector('[role=progressbar]').ariaValueNow) > 20")
    page.locator("[data-action=thousand]").press("Enter")
    done(page, "")
    count = dials(page)["studies"]
    assert 20 < count < 1000
    page.wait_for_timeout(300)
    assert dials(page)["studies"] == count
    means = cell(page, "REML-G22")
    page.wait_for_function("() => location.hash.includes('studies')")
    page.goto(page.url)
    page.reload()
    done(page, str(count))
    assert cell(page, "REML-G22") == means


def test_the_design_moves_and_the_studies_follow(page: Any, folder: Path) -> None:
    opened(page, folder, "small")
    for _ in range(3):
        page.locator("[data-action=onemore]").click()
    narrow = cell(page, "REML-effect")
    page.locator("input[type=range][data-param=people]").press("ArrowRight")
    done(page, "4 studies")
    assert cell(page, "REML-effect") != narrow
    page.locator("label.lmmx-segment", has_text="MNAR").click()
    page.locator("input.lmmx-box[data-param=share]").fill("0.3")
    done(page, "4 studies")
    assert "before a high reading" in out(page, "newest")
    assert "readings were seen" in out(page, "newest")


def test_the_verdict_waits_for_the_runs_and_is_read_off_them(page: Any, folder: Path) -> None:
    opened(page, folder, "asks")
    assert page.locator("[data-action=thousand]").is_disabled(), "nothing runs before a prediction"
    page.locator(".lmmx-answer").nth(1).click()
    page.locator("[data-action=lock]").click()
    page.locator("[data-action=thousand]").click()
    done(page, "1,000 studies")
    for said, preset in (("Now double one", "Twice the people"), ("Now 40 people at 12 visits", "Twice the visits")):
        page.locator(".lmmx-next", has_text=said).wait_for()
        page.locator("[data-action=preset]", has_text=preset).click()
    verdict = observe(page, "Twice the people")
    assert "So it is on the screen." in verdict
    assert "It did not come true." in verdict
    assert page.locator(".lmmx-plan[data-now=true] td").first.inner_text() == "40"


@pytest.mark.parametrize(("width", "height"), [(360, 780), (1024, 768), (1366, 768), (1920, 1080)])
def test_design_and_estimates_are_on_one_screen(page: Any, folder: Path, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    opened(page, folder, "repeat")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    strips = page.locator(".lmmx-repstrip")
    assert strips.count() == 5
    controls = page.locator(".lmmx-bar input[type=range]:visible")
    assert controls.count() == (1 if width < 680 else 9)
    for one in (page.locator("[data-action=thousand]"), controls.last, strips.first, strips.last):
        box = one.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
