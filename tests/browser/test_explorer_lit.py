"""One selection everywhere, and the motion between two settings: what lights, what moves, what stops it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach

from .explorer_page import assert_page_equals_python, settle, state, three

pytestmark = pytest.mark.browser

TOY = {"G": [[1400, -60], [-60, 12]], "sigma2": 400}
#: what is lit in each panel
LIT = """() => {
  const all = (path) => [...document.querySelectorAll(path)].filter((node) => node.style.display !== "none");
  const cells = (kind) => all(`.lmmx-table-${kind} td.lmmx-lit [data-cell]`).map((node) => node.dataset.cell).sort();
  const entry = document.querySelector("[data-out=entry]");
  return {
    V: cells("V"), C: cells("C"),
    heads: all(".lmmx-table-V th.lmmx-lit").map((node) => node.textContent),
    sd: all(".lmmx-panel-sd .lmmx-litword").map((node) => node.textContent),
    guides: all(".lmmx-panel-spaghetti .lmmx-guide").length,
    entry: entry && getComputedStyle(entry).visibility === "visible" ? entry.textContent : "",
    trails: all(".lmmx-panel-spaghetti .lmmx-trail-line").filter((node) => node.getAttribute("d")).length,
    build: all(".lmmx-mat-V td.lmmx-lit").map((node) => node.dataset.cell),
  };
}"""
GUIDE = ".lmmx-guide:not([style*=none])"  # upright, it has no width to be called visible by
NOTHING = {"V": [], "C": [], "heads": [], "sd": [], "guides": 0, "entry": "", "trails": 0, "build": []}


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("lit")
    framingham.explore(prediction=-1, **TOY).save(where / "marginal.html")
    framingham.explore(prediction=-1, address="a", **TOY).save(where / "address.html")
    for name in ("slopes", "spaghetti", "shrinkage", "structures"):
        framingham.explore(name, prediction=-1).save(where / f"{name}.html")
    return where


def opened(page: Any, folder: Path, name: str = "marginal") -> None:
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)


def test_two_visits_light_everywhere(page: Any, folder: Path) -> None:
    opened(page, folder)
    assert page.evaluate(LIT) == NOTHING
    sd = [three(np.sqrt(1400 - 120 * t + 12 * t * t + 400)) for t in (2, 8)]
    pair = {
        "V": ["V-1-4", "V-4-1"], "C": ["C-1-4", "C-4-1"], "heads": ["8", "2"], "sd": sd, "guides": 4,
        "entry": "Cov at 2 and 8 = 1400 − 10·60 + 16·12 = 992", "trails": 0, "build": [],
    }  # fmt: skip
    for cell in ("V-1-4", "C-1-4"):
        page.locator(f"[data-cell='{cell}']").hover()
        assert page.evaluate(LIT) == pair
        page.mouse.move(2, 2)
        assert page.evaluate(LIT) == NOTHING, "the pointer left"
    undo = page.locator("[data-action=undo]")
    assert undo.is_disabled(), "looking is no step"

    page.locator(".lmmx-panel-correlation .lmmx-tablewrap").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(LIT)["V"] == ["V-1-3", "V-3-1"]
    page.locator(".lmmx-panel-correlation .lmmx-tablewrap").blur()
    assert page.evaluate(LIT) == NOTHING


def test_one_visit_lights_from_the_curve_and_from_the_lines(page: Any, folder: Path) -> None:
    opened(page, folder)
    page.locator(".lmmx-panel-sd svg").scroll_into_view_if_needed()
    frame = page.locator(".lmmx-panel-sd svg").bounding_box()
    page.mouse.move(frame["x"] + 46 + 0.41 * (frame["width"] - 60), frame["y"] + 60)
    lit = page.evaluate(LIT)
    assert (lit["V"], lit["C"], lit["guides"]) == (["V-2-2"], ["C-2-2"], 4)
    assert lit["entry"] == "Var at 4 = 1400 − 8·60 + 16·12 + 400 = 1510"
    assert page.get_by_role("slider", name="SD at 4: moves G₂₂").count() == 1, "the handle is there too"

    canvas = page.locator(".lmmx-panel-spaghetti canvas").nth(1)
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    page.mouse.move(frame["x"] + 42 + 0.6 * (frame["width"] - 52), frame["y"] + 0.55 * frame["height"])
    lit = page.evaluate(LIT)
    assert lit["V"] == ["V-3-3"]
    assert lit["trails"] == 2, "the subject is lit among the observed and among the simulated"
    page.mouse.move(2, 2)
    assert page.evaluate(LIT) == NOTHING


def test_an_entry_under_construction_lights_the_rest(page: Any, folder: Path) -> None:
    opened(page, folder, "slopes")
    page.locator("[data-cell='Vi-1-4']").hover()
    lit = page.evaluate(LIT)
    assert (lit["build"], len(lit["sd"])) == (["Vi-1-4"], 2)
    assert lit["entry"].startswith("Cov at 2 and 8")
    assert page.locator(f".lmmx-panel-lines {GUIDE}").count() == 2


def test_a_parameter_pointed_at_shows_what_it_feeds(page: Any, folder: Path) -> None:
    opened(page, folder)
    page.locator(".lmmx-equation .lmmx-scrub").nth(4).hover()
    reach = "td => Number(td.style.getPropertyValue('--reach'))"
    fed = [page.locator(f"td:has([data-cell='V-{i}-{j}'])").evaluate(reach) for i in range(3) for j in range(3)]
    assert fed == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert "fed by σ²" in page.locator(".lmmx-panel-covariance .lmmx-key").inner_text()
    page.mouse.move(2, 2)
    assert page.locator("td:has([data-cell='V-0-0'])").evaluate(reach) == 0


def test_a_subject_lights_in_every_panel_of_the_data(page: Any, folder: Path) -> None:
    opened(page, folder, "spaghetti")
    canvas = page.locator(".lmmx-panel-observed canvas").nth(1)
    frame = canvas.bounding_box()
    page.mouse.move(frame["x"] + 0.5 * frame["width"], frame["y"] + 0.5 * frame["height"])
    settle(page)
    assert page.locator(".lmmx-panel-observed .lmmx-trail-line").get_attribute("d") != ""
    one = page.locator(".lmmx-panel-pair .lmmx-one")
    seen = [one.evaluate("node => node.style.display")]
    for k in range(12):  # someone on the way was read at both visits
        page.mouse.move(frame["x"] + 0.5 * frame["width"], frame["y"] + (0.4 + 0.02 * k) * frame["height"])
        seen.append(one.evaluate("node => node.style.display"))
    assert "" in seen
    page.locator("[data-cell='cov-1-3']").hover()
    assert page.locator("td[data-cell='corr-1-3'].lmmx-lit, td[data-cell='corr-3-1'].lmmx-lit").count() == 2
    assert page.locator(f".lmmx-panel-observed {GUIDE}").count() == 2

    opened(page, folder, "shrinkage")
    frame = page.locator(".lmmx-panel-estimates svg").bounding_box()
    page.mouse.move(frame["x"] + 0.5 * frame["width"], frame["y"] + 0.5 * frame["height"])
    settle(page)
    assert page.locator(".lmmx-another").get_attribute("d") != "", "and in the other panel"
    assert page.locator(".lmmx-panel-estimates .lmmx-litword").last.text_content().startswith("subject ")


def test_a_cell_lights_in_every_structure(page: Any, folder: Path) -> None:
    opened(page, folder, "structures")
    tables = page.locator(".lmmx-mini").count()
    page.locator(".lmmx-mini").first.locator("td").nth(4).hover()
    assert page.locator(".lmmx-mini td.lmmx-lit").count() == 2 * tables


def test_looking_draws_no_line_again(page: Any, folder: Path) -> None:
    opened(page, folder)
    page.evaluate("""() => {
      window.strokes = 0;
      const { stroke } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.stroke = function (...given) { strokes++; return stroke.apply(this, given); };
    }""")
    for cell in ("V-1-4", "C-0-3", "V-5-5"):
        page.locator(f"[data-cell='{cell}']").hover()
        settle(page)
    assert page.evaluate("strokes") == 0
    page.locator("input.lmmx-box[data-param=G22]").fill("9")
    settle(page)
    assert page.evaluate("strokes") > 100, "the counter counts"


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    size = {"width": 400, "height": 850}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_a_tap_keeps_it_until_another(phone: Any, folder: Path) -> None:
    opened(phone, folder)
    phone.locator("[data-cell='V-1-4']").tap()
    assert phone.evaluate(LIT)["C"] == ["C-1-4", "C-4-1"]
    phone.evaluate("window.scrollBy(0, 600)")
    phone.wait_for_timeout(100)
    assert phone.evaluate(LIT)["C"] == ["C-1-4", "C-4-1"], "it is still lit where one scrolls to look at it"
    phone.locator("[data-cell='C-0-2']").tap()
    assert phone.evaluate(LIT)["V"] == ["V-0-2", "V-2-0"]
    phone.locator(".lmmx-panel-sd .lmmx-title").tap()
    assert phone.evaluate(LIT) == NOTHING


@pytest.fixture
def moving(browser: Any) -> Iterator[Any]:
    """A page of someone who has nothing against motion."""
    size = {"width": 1280, "height": 900}
    context = browser.new_context(viewport=size, reduced_motion="no-preference")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()


#: press a button and record, frame by frame, what is painted and what the traits hold until all is at rest
RECORD = """(action) => new Promise((done) => {
  const model = document.querySelector(".lmmx-host").model;
  const frames = [];
  let [sent, began] = [0, performance.now()];
  model.on("change:G", () => { sent += 1; });
  document.querySelector(action).click();
  const traits = JSON.stringify(model.get("G"));
  const look = () => {
    const going = document.querySelector(".lmmx").hasAttribute("data-moving");
    const box = (name) => Number(document.querySelector(`input.lmmx-box[data-param=${name}]`).value);
    frames.push({ going, G12: box("G12"), G11: box("G11"), V: document.querySelector("[data-cell='V-0-5']").textContent,
      stirred: document.querySelectorAll(".lmmx-equation .lmmx-stirs").length,
      held: model.get("G"), ms: performance.now() - began, hash: location.hash });
    if (going || frames.length < 4) requestAnimationFrame(look);
    else requestAnimationFrame(() => done({ frames, sent, traits }));
  };
  requestAnimationFrame(look);
})"""
FAN_IN = ".lmmx-presets button:nth-child(3)"


def test_a_preset_is_on_its_way_for_half_a_second(moving: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(moving, folder)
    before = state(moving)
    seen = moving.evaluate(RECORD, FAN_IN)
    after = state(moving)
    frames = seen["frames"]
    path = [frame["G12"] for frame in frames]
    assert seen["sent"] == 1, "Python hears of the end alone, once"
    assert all(frame["held"] == after["G"] for frame in frames[1:]), "and at once"
    assert len(set(path)) >= 4
    assert path == sorted(path, reverse=after["G"][0][1] < before["G"][0][1]), "one way, no swinging"
    assert path[-1] == pytest.approx(after["G"][0][1], rel=1e-4)
    assert next(f["ms"] for f in frames[1:] if not f["going"]) > 400
    middle = [frame for frame in frames if frame["going"]]
    assert {frame["stirred"] for frame in middle} == {9}, "every number of the model that changes"
    assert frames[-1]["stirred"] == 0
    assert_page_equals_python(moving, framingham)

    back = moving.evaluate(RECORD, "[data-action=undo]")
    assert len({frame["G12"] for frame in back["frames"]}) >= 4, "the way back can be seen as well"
    assert state(moving) == before
    assert moving.locator("[data-action=undo]").is_disabled(), "one step"


def test_where_a_frame_takes_half_a_second_the_way_is_still_seen(moving: Any, folder: Path) -> None:
    opened(moving, folder)
    moving.evaluate("""() => requestAnimationFrame(function slow() {
      const from = performance.now();
      while (performance.now() < from + 510);
      requestAnimationFrame(slow);
    })""")
    path = [frame["G12"] for frame in moving.evaluate(RECORD, FAN_IN)["frames"]]
    assert 4 <= len(set(path)) <= 6


@pytest.mark.parametrize("action", ["fit", "reset"])
def test_buttons_that_set_all_move_as_well(moving: Any, folder: Path, action: str) -> None:
    opened(moving, folder)
    moving.locator("input.lmmx-box[data-param=G12]").fill("40")
    seen = moving.evaluate(RECORD, f"[data-action={action}]")
    assert len({frame["G12"] for frame in seen["frames"]}) >= 4


def test_what_the_page_around_it_sets_moves_too_and_is_one_step(moving: Any, folder: Path) -> None:
    """A lesson's "Set it up" sets the traits one by one."""
    opened(moving, folder)
    before = state(moving)
    moving.evaluate("""() => {
      const { model } = document.querySelector(".lmmx-host");
      model.set("G", [[900, 30], [30, 6]]);
      model.set("sigma2", 700);
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window.painted = Number(document.querySelector("input.lmmx-box[data-param=sigma2]").value);
      }));
    }""")
    moving.wait_for_function("() => window.painted !== undefined")
    assert 400 <= moving.evaluate("painted") < 700
    settle(moving)
    assert (state(moving)["G"], state(moving)["sigma2"]) == ([[900, 30], [30, 6]], 700)
    moving.locator("[data-action=undo]").click()
    settle(moving)
    assert state(moving) == before


INTERRUPT = """(action) => new Promise((done) => {
  document.querySelector(action).click();
  const slider = document.querySelector("input[type=range][data-param=sigma2]");
  const box = (name) => Number(document.querySelector(`input.lmmx-box[data-param=${name}]`).value);
  const from = box("G12");
  const wait = () => {
    const stood = box("G12");
    if (Math.abs(stood - from) < 1) return requestAnimationFrame(wait);
    slider.value = Number(slider.value) + 20;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done({
      stood, now: box("G12"), going: document.querySelector(".lmmx").hasAttribute("data-moving"),
      held: document.querySelector(".lmmx-host").model.get("G")[0][1] }))));
  };
  requestAnimationFrame(wait);
})"""


def test_a_hand_takes_over_from_where_it_stands(moving: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(moving, folder)
    target = framingham.explore()._data["view"]["presets"][2]["G"][0][1]
    seen = moving.evaluate(INTERRUPT, FAN_IN)
    assert not seen["going"], "at once"
    assert target < seen["stood"] < -60, "on the way"
    assert seen["now"] == pytest.approx(seen["stood"], rel=1e-3)
    assert seen["held"] == pytest.approx(seen["stood"], rel=1e-3), "and that is what is sent"
    assert_page_equals_python(moving, framingham)


def test_little_motion_is_none(page: Any, folder: Path) -> None:
    opened(page, folder)
    seen = page.evaluate(RECORD, FAN_IN)
    assert not any(frame["going"] for frame in seen["frames"])
    assert len({frame["G12"] for frame in seen["frames"][1:]}) == 1


def test_the_game_is_not_won_on_the_way(moving: Any, folder: Path) -> None:
    """Starting far away leads past the fit, and past is not there."""
    opened(moving, folder)
    moving.locator("[data-action=fit]").click()
    settle(moving)
    moving.locator("[data-action=match]").click()
    settle(moving)
    assert "Best so far" in moving.locator("[data-out=score]").inner_text()


def test_the_address_is_written_at_the_end(moving: Any, folder: Path) -> None:
    opened(moving, folder, "address")
    seen = moving.evaluate(RECORD, FAN_IN)
    assert {frame["hash"] for frame in seen["frames"] if frame["going"]} == {""}
    moving.wait_for_function("() => location.hash.includes('lmm.a')")
    (_, g12), _ = state(moving)["G"]
    assert f"{g12}" in moving.evaluate("location.hash")
