"""The Projector: one to three panels fill the screen, the letters are large, the keys are the lecture's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore

from .explorer_page import settle, state
from .letters import WATCH_CANVASES, letters
from .test_slides_hall import IMPORTANT, INK, SMALLEST

pytestmark = pytest.mark.browser
#: what is larger than the room it has; handles and labels may stand a little over the edge of a drawing
CUT = """() => { const root = document.querySelector('.lmmx-full');
  const boxes = '.lmmx-panel, .lmmx-console, .lmmx-play, .lmmx-tablewrap';
  const drawn = [...root.querySelectorAll('.lmmx-stage > .lmmx-svg')].filter((svg) => svg.getClientRects().length
    && svg.getBoundingClientRect().bottom > svg.parentElement.getBoundingClientRect().bottom + 1);
  return drawn.map((svg) => `a drawing over what stands below it: ${svg.closest('[data-panel]').dataset.panel}`)
    .concat([document.scrollingElement, root, ...root.querySelectorAll(boxes)]
    .filter((node) => node.getClientRects().length && (node.scrollHeight > node.clientHeight + 2
      || node.scrollWidth > node.clientWidth + 10 || node.getBoundingClientRect().bottom > innerHeight + 1))
    .map((node) => [node.className, node.scrollWidth, node.scrollHeight, 'in', node.clientWidth, node.clientHeight]
      .join(' ')));
}"""
ASK_AGAIN = "() => document.querySelector('.lmmx-host').model.set('prediction', null)"
SHOWN = "() => [...document.querySelectorAll('[data-panel-choice]:checked')].map((box) => box.dataset.panelChoice)"


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, sleep_intercept: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("projector")
    for name, view in VIEWS.items():
        fit = sleep_intercept if name == "random intercept" else framingham
        explore(fit if view.needs_fit else None, name).save(where / f"{name}.html")
    return where


@pytest.fixture(scope="module")
def sleep_intercept() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())


def project(page: Any, folder: Path, name: str, size: tuple[int, int] = (1280, 720)) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH_CANVASES)
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)
    page.evaluate("() => window.writtenOnCanvases.clear()")
    page.locator("[data-action=projector]").click()
    settle(page)


def faults(page: Any) -> list[str]:
    height = page.evaluate("innerHeight")
    found = letters(page.locator(".lmmx-full"))
    assert found.all
    small = [*found.below(SMALLEST * height / 1080), *found.important.below(IMPORTANT * height / 1080)]
    return small + page.evaluate(CUT)


def every_panel(page: Any) -> list[str]:
    """What is too small or cut, with each panel of the view alone on the screen; the question comes before all."""
    found = [f"asking: {fault}" for fault in faults(page)]
    if page.locator("[data-action=look]").count():
        # answered, the question takes a band above the panel that it asks about
        page.locator(".lmmx-answer input").first.check()
        page.locator("[data-action=lock]").click()
        settle(page)
        found += [f"locked: {fault}" for fault in faults(page)]
        page.evaluate(ASK_AGAIN)
        settle(page)
        page.locator("[data-action=look]").click()
    for _ in range(page.locator("[data-panel-choice]").count()):
        settle(page)
        found += [f"{page.evaluate(SHOWN)}: {fault}" for fault in faults(page)]
        page.keyboard.press("PageDown")
    return found


@pytest.mark.parametrize("name", VIEWS)
def test_each_panel_fills_the_screen_and_no_more(page: Any, folder: Path, name: str) -> None:
    project(page, folder, name)
    found = every_panel(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["marginal", "estimates", "time origin"])
def test_the_same_on_a_larger_screen(page: Any, folder: Path, name: str) -> None:
    project(page, folder, name, (1920, 1080))
    found = every_panel(page)
    assert not found, "\n".join(found)


def test_one_to_three_panels_are_chosen_and_page_down_goes_on(page: Any, folder: Path) -> None:
    project(page, folder, "marginal")
    page.locator("[data-action=look]").click()
    assert page.evaluate(SHOWN) == ["covariance"], "the panel that the question asks about"
    page.locator("[data-action=panels]").click()
    only = page.locator("[data-panel-choice=covariance]")
    assert only.is_disabled(), "one always stays"
    for name in ("correlation", "sd"):
        page.locator(f"[data-panel-choice={name}]").check()
    settle(page)
    assert page.locator("[data-panel-choice=spaghetti]").is_disabled(), "three at most"
    assert page.locator(".lmmx-panel:visible").count() == 3
    assert page.evaluate(CUT) == []
    before = state(page)
    page.locator("input[type=range][data-param=G12]").focus()
    page.keyboard.press("PageDown")
    settle(page)
    assert page.evaluate(SHOWN) == ["correlation", "spaghetti", "code"]
    page.keyboard.press("PageUp")
    settle(page)
    assert page.evaluate(SHOWN) == ["covariance", "correlation", "sd"]
    assert state(page) == before, "a slider took the clicker's key"
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator(".lmmx-full").count() == 0
    assert page.locator(".lmmx-panel:visible").count() == len(VIEWS["marginal"].panels)
    assert page.evaluate("() => document.activeElement.dataset.action") == "projector"


def test_the_projector_knows_all_keys_of_a_clicker(page: Any, folder: Path) -> None:
    """The button that was clicked to come here, or to leave, is not pressed; Escape closes what is open first."""
    project(page, folder, "marginal")
    page.locator("[data-action=look]").click()
    page.locator(".lmmx-hallbar h2").click()  # an arrow would move the slider that had the focus
    seen = [page.evaluate(SHOWN)]
    for key in ("Space", "ArrowRight", "PageDown"):
        page.keyboard.press(key)
        seen.append(page.evaluate(SHOWN))
    for key in ("Shift+Space", "ArrowLeft", "PageUp"):
        page.keyboard.press(key)
        seen.append(page.evaluate(SHOWN))
    assert seen == [*seen[:4], *seen[2::-1]]
    assert len({str(one) for one in seen}) == 4
    page.evaluate("() => addEventListener('keydown', ({ key }) => { window.reached = key; })")
    page.keyboard.press("F5")
    assert page.evaluate("() => window.reached") is None, "the page would be loaded anew"
    opened = page.locator(".lmmx-panellist")
    page.locator("[data-action=panels]").click()
    page.keyboard.press("Escape")
    opened.wait_for(state="hidden")
    page.locator("[data-action=panels]").click()
    page.evaluate("() => document.exitFullscreen()")  # what a browser makes of Escape there, and keeps the key
    opened.wait_for(state="hidden")
    assert page.locator(".lmmx-full").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".lmmx-full").count() == 0


def test_the_room_s_hands_stay_beside_the_verdict(page: Any, folder: Path) -> None:
    project(page, folder, "marginal")
    assert page.locator(".lmmx-tally").is_hidden()
    for k, hands in enumerate(("12", "30", "5", "3")):
        page.locator(f"[data-hands='{k}']").fill(hands)
    assert page.locator(".lmmx-handshare").all_inner_texts() == ["24 %", "60 %", "10 %", "6 %"]
    page.locator(".lmmx-answer input").first.check()
    page.locator("[data-action=lock]").click()
    settle(page)
    heights = page.locator(".lmmx-panel:visible").bounding_box()["height"]
    assert page.locator(".lmmx-tally").is_visible()
    page.locator("input[type=range][data-param=G12]").focus()
    for _ in range(40):  # far enough for the screen to show it
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(".lmmx-saw:enabled")
    assert page.locator(".lmmx-panel:visible").bounding_box()["height"] == heights, "what was seen pushed the panel"
    page.locator(".lmmx-saw").nth(1).click()
    assert page.locator("[data-out=verdict]").is_visible()
    settle(page)
    tally = page.locator(".lmmx-tally li")
    assert [one.split() for one in tally.all_inner_texts()] == [["A", "12"], ["B", "✓", "30"], ["C", "5"], ["D", "3"]]
    assert tally.nth(1).get_attribute("data-right") == "true"
    assert page.locator(".lmmx-panel:visible").bounding_box()["height"] == heights, "the verdict pushed the panel"
    page.locator("[data-action=fold]").click()
    settle(page)
    assert page.locator(".lmmx-panel:visible").bounding_box()["height"] > heights + 50
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator(".lmmx-header .lmmx-play, .lmmx-panels .lmmx-play").count() == 1
    assert page.locator(".lmmx-tally").count() == page.locator(".lmmx-hand").count() == 0


def test_the_hands_are_marked_by_what_the_screen_shows(page: Any, folder: Path) -> None:
    """No answer to this question is right on every screen: none is marked before the verdict, and it says when."""
    answers = VIEWS["individuals"].prompt.answers
    assert not any(answer.right for answer in answers)
    project(page, folder, "individuals")
    for k in range(len(answers)):
        page.locator(f"[data-hands='{k}']").fill(str(k + 1))
    page.locator(".lmmx-answer input").first.check()
    page.locator("[data-action=lock]").click()
    settle(page)
    marked = page.locator(".lmmx-tally li[data-right=true]")
    later = page.get_by_text("comes after you have looked")
    assert (marked.count(), later.is_visible()) == (0, True)
    page.locator("input[data-param=lines]:not(:checked)").first.check()
    page.wait_for_selector(".lmmx-saw:enabled")
    assert marked.count() == 0, "the answer is out before anybody has looked"
    page.locator(".lmmx-saw").first.click()
    settle(page)
    told = page.locator("[data-out=verdict]").inner_text()
    holding = [k for k, answer in enumerate(answers) if k and answer.why in told]  # the first one's is told anyway
    assert holding, told
    right = page.locator(".lmmx-tally li").evaluate_all("all => all.map((one) => one.dataset.right === 'true')")
    assert [k for k, one in enumerate(right) if one] == holding
    assert not later.is_visible()


def test_the_pen_writes_in_the_projector_too(page: Any, folder: Path, watch: Any) -> None:
    watch.tolerated = lambda text: "willReadFrequently" in text  # it is this test that reads the canvas
    project(page, folder, "two visits")
    page.keyboard.press("d")
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(600, 340, steps=4)
    page.mouse.up()
    glass = page.locator(".lmmx-glass")
    assert glass.evaluate(INK) > 100
    page.keyboard.press("Escape")
    assert page.locator(".lmmx-full").count() == 1, "the first Escape lays down the pen"
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator(".lmmx-full").count() == 0
