"""Buttons pressed faster than the explorer moves: twice at once, or while something is still on its way.

A setting that is on its way counts as the one it goes to; what was changed meanwhile is not lost; a picture, a CSV, a
copied line and a printed page are of one setting; and a button does what it said when it was pressed.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import explore

from .explorer_page import out, settle, state, three

pytestmark = pytest.mark.browser
PRESET = ".lmmx-presets button:nth-child(3)"
FAR = {"G": [[500, 40], [40, 10]], "sigma2": 800}
SMALL = {"people": 20, "visits": 4}
#: press these one after the other in one task: no frame is painted in between
PRESS = "(all) => all.forEach((one) => document.querySelector(one).click())"
#: press the first, and the others when it is about half way, by a clock that waits for a busy machine
MIDWAY = """([first, ...others]) => new Promise((done) => {
  const began = performance.now();
  const clock = performance.now;
  performance.now = () => began;
  document.querySelector(first).click();
  requestAnimationFrame(() => {
    performance.now = () => began + 200;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const moving = document.querySelector(".lmmx").hasAttribute("data-moving");
      others.forEach((one) => document.querySelector(one).click());
      performance.now = clock;
      done(moving);
    }));
  });
})"""


def double_click(page: Any, selector: str, apart: float = 0.06) -> None:
    """Two presses near each other by the clock of the mouse, however long the machine takes between them."""
    box = page.locator(selector).bounding_box()
    where = {"x": box["x"] + 8, "y": box["y"] + 8, "button": "left"}
    mouse, now = page.context.new_cdp_session(page), time.time()
    for press in range(2):
        for kind in ("mousePressed", "mouseReleased"):
            told = {"type": kind, "clickCount": press + 1, "timestamp": now + press * apart}
            mouse.send("Input.dispatchMouseEvent", {**where, **told})
    settle(page)


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("order")
    framingham.explore(prediction=-1, **FAR).save(where / "marginal.html")
    framingham.explore("hill", prediction=-1, **FAR).save(where / "hill.html")
    explore(None, "repeat", prediction=-1, **SMALL).save(where / "small.html")
    return where


@pytest.fixture
def moving(browser: Any) -> Iterator[Any]:
    """A page of someone who has nothing against motion."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="no-preference")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()


def opened(page: Any, folder: Path, name: str = "marginal") -> Any:
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_function("() => document.querySelector('.lmmx') && !document.querySelector('[data-ready=false]')")
    settle(page)
    return page


def action(name: str) -> str:
    return f"[data-action={name}]"


def at_once(page: Any, *buttons: str) -> None:
    page.evaluate(PRESS, list(buttons))
    settle(page)


def midway(page: Any, *buttons: str) -> None:
    """All but the first are pressed while what the first one set is on its way."""
    assert page.evaluate(MIDWAY, list(buttons)), "the test came too late"
    settle(page)


@pytest.mark.parametrize("together", [at_once, midway])
def test_two_settings_that_change_places_twice_are_where_they_were(moving: Any, folder: Path, together: Any) -> None:
    page = opened(moving, folder)
    at_once(page, action("keep"))
    at_once(page, PRESET)
    before = (state(page), out(page, "kept"))
    together(page, action("swap"), action("swap"))
    assert (state(page), out(page, "kept")) == before


def test_what_is_kept_or_let_go_on_the_way_arrives(moving: Any, folder: Path) -> None:
    page = opened(moving, folder)
    at_once(page, PRESET)
    goal = state(page)
    kept = f"σ² {three(goal['sigma2'])}"
    at_once(page, action("reset"))
    midway(page, PRESET, action("keep"))
    assert state(page) == goal
    assert out(page, "kept").endswith(kept)
    at_once(page, action("fit"))
    midway(page, PRESET, action("let-go"), action("swap"))  # let go of: nothing is left to swap
    assert state(page) == goal


def test_what_is_pressed_twice_is_one_step_back(moving: Any, folder: Path) -> None:
    page = opened(moving, folder)
    before = state(page)
    for button in (PRESET, action("fit")):
        at_once(page, button, button)
        assert state(page) != before
        at_once(page, action("undo"))
        assert state(page) == before
        assert page.locator(action("undo")).is_disabled()
    at_once(page, action("reset"))
    assert page.locator(action("undo")).is_disabled(), "it stood at the start"


def test_a_game_hides_the_fit_on_the_whole_way_back(page: Any, folder: Path) -> None:
    """What was done before the game is undone as well, and the fit stays out of sight."""
    opened(page, folder)
    at_once(page, PRESET)
    at_once(page, action("match"))
    for _ in range(2):
        at_once(page, action("undo"))
        assert not page.locator(".lmmx-check input").is_checked()
    assert page.locator(action("match")).inner_text() == "Give up"


HAND = """() => {
  const slider = document.querySelector("input[type=range][data-param=sigma2]");
  const method = document.querySelector(".lmmx-method");
  method.value = "ML";
  method.dispatchEvent(new Event("change"));
  document.querySelector("[data-action=draws]").click();
  slider.value = Number(slider.value) + 20;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def test_a_hand_that_takes_over_loses_nothing_that_was_just_chosen(moving: Any, folder: Path) -> None:
    page = opened(moving, folder)
    seed = state(page)["seed"]
    midway(page, PRESET)
    page.evaluate(f"() => {{ document.querySelector('{action('reset')}').click(); ({HAND})(); }}")
    settle(page)
    assert (state(page)["method"], state(page)["seed"]) == ("ML", seed + 1)


def saved(page: Any, panel: str, kind: str, before: str) -> str:
    """A file whose saving is asked for while what `before` set is on its way."""
    with page.expect_download() as download:
        page.evaluate(MIDWAY, [before, f".lmmx-panel-{panel} {action(f'save-{kind}')}"])
    return Path(download.value.path()).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["svg", "csv"])
def test_what_is_saved_is_of_one_setting(moving: Any, folder: Path, kind: str) -> None:
    """Half way a picture's numbers were those of nowhere, and the line below it named where it went."""
    page = opened(moving, folder)
    early = saved(page, "covariance", kind, PRESET)
    settle(page)
    at_once(page, PRESET)
    assert early == saved(page, "covariance", kind, PRESET)


def test_the_map_is_saved_when_it_is_worked_out(moving: Any, folder: Path) -> None:
    page = opened(moving, folder, "hill")
    early = saved(page, "hill", "csv", action("fit"))
    page.wait_for_function("() => !document.querySelector('[data-ready=false]')")
    settle(page)
    assert early == saved(page, "hill", "csv", action("fit"))


def test_the_lines_that_are_copied_are_the_present_ones(moving: Any, folder: Path) -> None:
    """They are written when the hand rests; who copies sooner must not get those of the setting before."""
    page = opened(moving, folder)
    page.evaluate("""() => Object.defineProperty(navigator, "clipboard", {
      value: { writeText: async (text) => { window.copied = text; } } })""")
    midway(page, PRESET, ".lmmx-panel-code .lmmx-copy")
    page.wait_for_timeout(200)
    assert page.evaluate("copied") == page.locator(".lmmx-panel-code code").text_content()


def test_paper_shows_the_setting_that_it_names(moving: Any, folder: Path) -> None:
    page = opened(moving, folder)
    cells = "[...document.querySelectorAll('.lmmx-table-V [data-cell]')].map((node) => node.textContent)"
    printed = page.evaluate(f"""async () => {{
      document.querySelector("{PRESET}").click();
      await new Promise((go) => setTimeout(go, 200));
      dispatchEvent(new Event("beforeprint"));
      const seen = {cells};
      dispatchEvent(new Event("afterprint"));
      return seen;
    }}""")
    settle(page)
    assert printed == page.evaluate(cells)


def test_a_study_that_is_not_drawn_yet_is_saved_all_the_same(page: Any, folder: Path) -> None:
    """The design has changed, and its picture has not been painted: the numbers are the new design's."""
    opened(page, folder, "small")
    with page.expect_download() as download:
        page.evaluate("""() => {
          const slider = document.querySelector("input[type=range][data-param=people]");
          slider.value = Number(slider.value) + 200;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector(".lmmx-panel-study [data-action=save-csv]").click();
        }""")
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) > 1 + SMALL["people"] * SMALL["visits"]
    assert all(re.fullmatch(r"-?[\d.]+", cell) for row in rows[1:] for cell in row)


def test_a_button_does_what_it_says_however_often(page: Any, folder: Path) -> None:
    """Pressed twice before it says "Stop", the button runs a thousand; pressed twice then, it stops."""
    opened(page, folder, "small")
    run = action("thousand")
    page.evaluate(PRESS, [run, run])
    page.wait_for_function("() => parseFloat(document.querySelector('[role=progressbar]').ariaValueNow) > 5")
    assert page.locator(run).inner_text() == "Stop"
    double_click(page, run)
    assert page.locator(run).inner_text() == "Run 1,000"
    at_once(page, action("onemore"))
    double_click(page, run)
    assert page.locator(run).inner_text() == "Stop"
    page.evaluate(PRESS, [run, run])
    settle(page)
    assert page.locator(run).inner_text() == "Run 1,000"


def test_a_replay_does_not_take_the_hand_away(page: Any, folder: Path) -> None:
    opened(page, folder, "hill")
    page.locator(action("replay")).click()
    page.locator("input.lmmx-box[data-param=sigma2]").fill("700")
    here = state(page)
    page.wait_for_timeout(1500)
    assert state(page) == here


def test_a_game_is_not_given_up_by_a_double_click(page: Any, folder: Path) -> None:
    opened(page, folder)
    double_click(page, action("match"))
    assert page.locator(action("match")).inner_text() == "Give up"


#: a browser that takes its time to fill the screen and to leave it
SLOW_SCREEN = """() => {
  let full = null;
  const turn = (next) => new Promise((done) => setTimeout(() => {
    full = next;
    document.dispatchEvent(new Event("fullscreenchange"));
    done();
  }, 60));
  Object.defineProperty(document, "fullscreenElement", { get: () => full });
  Element.prototype.requestFullscreen = function fill() { return turn(this); };
  document.exitFullscreen = () => turn(null);
}"""
SCREEN = "() => [document.querySelector('.lmmx').classList.contains('lmmx-full'), document.fullscreenElement !== null]"


def test_the_projector_pressed_and_left_at_once(page: Any, folder: Path) -> None:
    """It stood in the full screen as an explorer in no hall, and who came back at once was thrown out."""
    opened(page, folder)
    page.evaluate(SLOW_SCREEN)
    for buttons, end in ((("projector", "leave"), False), (("projector",), True), (("leave", "projector"), True)):
        at_once(page, *map(action, buttons))
        page.wait_for_timeout(250)
        assert page.evaluate(SCREEN) == [end, end], buttons


def test_a_double_click_is_not_for_what_comes_under_the_pointer(page: Any, folder: Path) -> None:
    """Where the Projector's button was, the way out of it stands, and it was left at once."""
    opened(page, folder)
    double_click(page, action("projector"))
    page.wait_for_timeout(150)
    assert page.evaluate(SCREEN)[0]
    page.locator(action("leave")).click()
    assert not page.evaluate(SCREEN)[0]
    page.set_viewport_size({"width": 390, "height": 800})
    check = page.locator(".lmmx-check")
    before = check.locator("input").is_checked()
    check.click()  # a label and its box are one
    assert check.locator("input").is_checked() != before


def test_the_address_is_written_while_studies_run(page: Any, folder: Path) -> None:
    """Who leaves the page during a run, and comes back, finds what was asked for."""
    opened(page, folder, "small")
    page.evaluate("""() => {
      const { model } = document.querySelector(".lmmx-host");
      model.set("dials", { ...model.get("dials"), studies: 5000 });
    }""")
    page.wait_for_function("() => location.hash.includes('studies:5000')")
    assert page.locator(action("thousand")).inner_text() == "Stop"
