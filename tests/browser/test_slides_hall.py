"""The slides in the hall: the screen used, letters for the last row, a clicker's keys, pen, notes and hands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .letters import WATCH_CANVASES, letters
from .painted import settle
from .test_slides import EXPLORER_SLIDE, open_deck, title

pytestmark = pytest.mark.browser
SIZES = [(1280, 720), (1920, 1080), (3840, 2160)]
TALL, FLAT = 0.7, 0.18  # of the height: an explorer, the flattest drawing in one
SMALLEST, IMPORTANT = 18, 24  # pixels of a letter where there are 1080 lines
PRESENT = "section.present section.present"
#: what an explorer holds and its slide does not show
CUT = """(slide) => { const room = slide.getBoundingClientRect();
  const boxes = '.lmmx-panel, .lmmx-console, .lmmx-body, .lmmx-layout, .lmmx-tablewrap';
  const beyond = (box) => box.bottom > room.bottom + 1 || box.right > room.right + 1;
  const parts = slide.querySelectorAll(`${boxes}, li, p, td, th, math`);
  const own = (node) => node.matches('p, button') && !node.closest('.lmmx-sr') && node.closest('.lmmx-panel');
  const right = (node) => node.getBoundingClientRect().right;
  const across = (node) => own(node) && right(node) > right(own(node)) + 1;
  return [slide, ...parts].filter((node) => node.getClientRects().length
      && (across(node) || (node === slide || node.matches(boxes)) && node.scrollHeight > node.clientHeight + 1
        || beyond(node.getBoundingClientRect())))
    .map((node) => `${node.tagName} ${node.className} ${node.textContent.slice(0, 40)}`); }"""


def slide(page: Any) -> Any:
    return page.locator(PRESENT)


def go(page: Any, wanted: str) -> None:
    titles = page.locator(".slides h1").evaluate_all("all => all.map((one) => one.textContent)")
    page.evaluate("(k) => Reveal.slide(k)", titles.index(wanted))
    settle(page)


def every(page: Any) -> Iterator[str]:
    for k in range(page.evaluate("() => Reveal.getHorizontalSlides().length")):
        page.evaluate("(k) => Reveal.slide(k)", k)
        settle(page)
        yield title(page)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_slide_uses_the_screen_and_is_read_from_the_last_row(page: Any, http: str, size: tuple[int, int]) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(WATCH_CANVASES)
    open_deck(page, http)
    faults, explorers, written = [], 0, 0
    for name in every(page):
        now = slide(page)
        for explorer in now.locator(".lmmx").all():
            explorers += 1
            box = explorer.bounding_box()
            if box["height"] < TALL * height or box["width"] < 0.9 * width:
                faults.append(f"{name}: {box}")
        for drawing in now.locator(".lmmx-canvas, .lmmx-svg").all():
            if drawing.bounding_box()["height"] < FLAT * height:
                faults.append(f"{name}: a drawing of {drawing.bounding_box()['height']} pixels")
        found = letters(now)
        written += len(found.all)
        faults += [f"{name}: {one}" for one in found.below(SMALLEST * height / 1080)]
        faults += [f"{name}: {one}" for one in found.important.below(IMPORTANT * height / 1080)]
        faults += [f"{name} cuts {one}" for one in now.evaluate(CUT)]
    foot = letters(page.locator(".lmmx-deckbar"))
    faults += [f"foot: {one}" for one in foot.below(SMALLEST * height / 1080)]
    assert not faults, "\n".join(faults)
    assert explorers >= 20
    assert foot.all, "the foot was not measured"
    assert written > 1000, "the slides were not measured"


def drag(page: Any, slider: Any) -> None:
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=3)
    page.mouse.up()


def state_of(host: Any) -> Any:
    return host.evaluate("(host) => ['G', 'sigma2', 'dials', 'prediction'].map((name) => host.model.get(name))")


#: a slide, and what a lecturer's hand was on before the clicker is pressed
TOUCHED = [
    (EXPLORER_SLIDE, "input[type=range][data-param=G12]"),
    (EXPLORER_SLIDE, "input.lmmx-box[data-param=G22]"),
    (EXPLORER_SLIDE, "[data-action=fit]"),
    ("2 · Play: one line, or a line each", "select[data-param=subject]"),
    ("2 · Play: one line, or a line each", "input[type=radio][data-param=lines]:not(:checked)"),
    ("3 · Play: b and its lines", ".lmmx-handle"),
    ("8 · Predict: G moves V", "[data-hands='1']"),
]


@pytest.mark.parametrize(("where", "what"), TOUCHED)
def test_a_clicker_turns_the_slide_whatever_has_the_focus(page: Any, http: str, where: str, what: str) -> None:
    open_deck(page, http)
    go(page, where)
    host = slide(page).locator(".lmmx-host").element_handle()
    touched = slide(page).locator(what).first
    if "range" in what:
        drag(page, touched)
    elif "select" in what:
        touched.select_option(index=3)
        touched.focus()
    else:
        touched.click()
    settle(page)
    page.wait_for_timeout(600)  # what a button sets is on its way for half a second
    before = state_of(host)
    page.keyboard.press("PageDown")
    assert title(page) != where
    page.keyboard.press("PageUp")
    assert title(page) == where
    page.keyboard.press("PageUp")
    assert title(page) != where
    page.keyboard.press("PageDown")
    assert title(page) == where
    assert state_of(host) == before


def test_space_and_b_are_the_clickers_after_a_click(page: Any, http: str) -> None:
    """A browser draws the ring of the keyboard from the first key on, so that alone must not give the key away."""
    open_deck(page, http)
    for where, what in [*TOUCHED[2:], (EXPLORER_SLIDE, "[data-action=keep]"), ("8 · Predict: G moves V", ".lmmx-more")]:
        go(page, where)
        touched = slide(page).locator(what).first
        touched.click()
        if "select" in what:
            page.keyboard.press("Escape")  # the open list has all keys
        count = slide(page).locator("[data-hands='0']")
        before = count.input_value() if count.count() else None
        page.keyboard.press("b")
        assert page.evaluate("() => Reveal.isPaused()"), what
        page.keyboard.press("b")
        if "data-hands" not in what:  # a box that is written in
            page.keyboard.press("Space")
            assert title(page) != where, what
            page.keyboard.press("PageUp")
        assert (count.input_value() if count.count() else None) == before, what


def test_the_other_keys_of_a_clicker(page: Any, address: str) -> None:
    open_deck(page, address)
    go(page, EXPLORER_SLIDE)
    slider = slide(page).locator("input[type=range][data-param=G12]")
    drag(page, slider)
    for key in ("b", "."):
        page.keyboard.press(key)
        assert page.evaluate("() => Reveal.isPaused()"), key
        page.keyboard.press(key)
        assert not page.evaluate("() => Reveal.isPaused()"), key
    page.keyboard.press("b")
    page.keyboard.press("PageDown")
    assert not page.evaluate("() => Reveal.isPaused()"), "a slide that is turned to is seen"
    assert title(page) == "8 · Answer: G moves V"
    page.keyboard.press("PageUp")
    drag(page, slider)
    page.keyboard.press("Space")
    assert title(page) == "8 · Answer: G moves V"
    page.keyboard.press("Shift+Space")
    assert title(page) == EXPLORER_SLIDE
    drag(page, slider)
    page.keyboard.press("Escape")
    assert page.evaluate("() => Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert not page.evaluate("() => Reveal.isOverview()")
    page.evaluate("() => { window.stays = true; }")
    page.keyboard.press("F5")
    page.wait_for_function("() => document.fullscreenElement")
    assert page.evaluate("() => window.stays"), "the deck was loaded anew"
    page.keyboard.press("F5")
    page.wait_for_function("() => !document.fullscreenElement")


def test_keys_are_the_explorers_where_the_keyboard_came(page: Any, http: str) -> None:
    """What was reached by Tab is worked by its own keys; a number box takes its points."""
    open_deck(page, http)
    go(page, EXPLORER_SLIDE)
    box = slide(page).locator("input.lmmx-box[data-param=G22]")
    box.click()
    box.fill("")
    box.press_sequentially("7.5")
    assert box.input_value() == "7.5"
    assert not page.evaluate("() => Reveal.isPaused()")
    box.press("Enter")
    page.keyboard.press("ArrowRight")
    assert title(page) == "8 · Answer: G moves V", "a number that was entered leaves the keys to the slides"
    page.keyboard.press("ArrowLeft")
    slide(page).locator("[data-action=undo]").evaluate("(node) => node.previousElementSibling.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.dataset.action") == "undo"
    page.keyboard.press("Space")
    assert title(page) == EXPLORER_SLIDE
    assert box.input_value() == "6"


INK = """(glass) => { const { width, height } = glass;
  const { data } = glass.getContext('2d').getImageData(0, 0, width, height);
  let count = 0; for (let k = 3; k < data.length; k += 4) count += data[k] > 0; return count; }"""


def test_the_pen_writes_over_slide_and_explorer(page: Any, address: str, watch: Any) -> None:
    watch.tolerated = lambda text: "willReadFrequently" in text  # it is this test that reads the canvas
    open_deck(page, address)
    go(page, EXPLORER_SLIDE)
    glass = page.locator(".lmmx-glass")
    slider = slide(page).locator("input[type=range][data-param=G12]")
    before = slider.input_value()
    page.keyboard.press("d")
    assert page.locator("[data-action=pen]").get_attribute("aria-pressed") == "true"
    drag(page, slider)
    assert slider.input_value() == before, "the pen moved the slider"
    first = glass.evaluate(INK)
    assert first > 100
    page.locator("[data-pen=marker]").click()
    page.mouse.move(500, 300)
    page.mouse.down()
    page.mouse.move(800, 320, steps=4)
    page.mouse.up()
    assert glass.evaluate(INK) > first + 1000, "the marker is broad"
    page.locator("[data-action=pen-back]").click()
    assert glass.evaluate(INK) == first
    page.keyboard.press("d")
    assert glass.evaluate(INK) == first, "what was written stays"
    drag(page, slider)
    assert slider.input_value() != before, "the explorer is usable again"
    page.keyboard.press("PageDown")
    assert glass.is_hidden(), "another slide, another sheet"
    page.keyboard.press("PageUp")
    assert glass.evaluate(INK) == first
    page.locator("[data-action=pen]").click()
    page.locator("[data-action=pen-clear]").click()
    assert glass.evaluate(INK) == 0
    page.keyboard.press("Escape")
    assert page.locator("[data-action=pen]").get_attribute("aria-pressed") == "false"


NOTED = "(name) => document.querySelector('section:not([hidden]) h2').textContent === name"


def test_the_notes_follow_the_slides(page: Any, address: str, watch: Any) -> None:
    open_deck(page, address)
    go(page, EXPLORER_SLIDE)
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value
    watch.follow(notes)
    notes.wait_for_function(NOTED, arg=EXPLORER_SLIDE)
    assert notes.locator("[data-out=next]").inner_text() == "8 · Answer: G moves V"
    assert "Keep this setting" in notes.locator("section:not([hidden])").inner_text()
    notes.keyboard.press("PageDown")
    notes.wait_for_function(NOTED, arg="8 · Answer: G moves V")
    assert title(page) == "8 · Answer: G moves V"
    go(page, "1 · Play: the data")
    notes.wait_for_function(NOTED, arg="1 · Play: the data")
    assert notes.locator("section:not([hidden])").count() == 1
    assert notes.locator("[data-out=step]").inner_text() == "This step: minute 0 to 8"
    notes.locator("select").select_option("50")
    assert notes.locator("[data-out=step]").inner_text() == "This step: minute 0 to 5"


def test_the_clock_goes_by_the_plan(page: Any, address: str) -> None:
    open_deck(page, address)
    page.context.clock.install()
    with page.expect_popup() as opened:
        page.locator("[data-action=notes]").click()
    notes = opened.value
    clock = notes.locator("[data-out=clock]")
    toggle = notes.locator("[data-out=toggle]")
    notes.wait_for_function("() => document.querySelector('[data-out=count]').textContent")
    assert (clock.inner_text(), toggle.inner_text()) == ("0:00", "Start")
    notes.clock.pause_at(notes.evaluate("Date.now() + 1000"))  # from here on no time passes but what runs below
    toggle.click()
    notes.clock.run_for(605_600)
    assert clock.inner_text() == "10:05"
    assert notes.locator("[data-out=standing]").inner_text() == "2 minutes behind"
    toggle.click()
    notes.clock.run_for(60_000)
    assert (clock.inner_text(), toggle.inner_text()) == ("10:05", "Go on"), "a clock that was stopped stands"
    notes.locator("[data-out=reset]").click()
    assert clock.inner_text() == "0:00"


def test_hands_are_counted_before_the_answer_and_stay_beside_it(page: Any, http: str) -> None:
    open_deck(page, http)
    go(page, "8 · Predict: G moves V")
    now = slide(page)
    assert now.locator(".lmmx-askwhy:visible").count() == 0, "the answer is out already"
    for k, hands in enumerate(("12", "30", "5")):
        now.locator(f"[data-hands='{k}']").fill(hands)
    for _ in range(3):
        now.locator(".lmmx-more").nth(3).click()
    assert now.locator("[data-out=hands]").inner_text() == "50 hands"
    assert now.locator(".lmmx-handshare").all_inner_texts() == ["24 %", "60 %", "10 %", "6 %"]
    widths = now.locator(".lmmx-handbar").evaluate_all("all => all.map((bar) => bar.style.transform)")
    assert widths == ["scaleX(0.24)", "scaleX(0.6)", "scaleX(0.1)", "scaleX(0.06)"]
    now.locator("[data-hands='2']").fill("x")
    assert now.locator("[data-hands='2']").get_attribute("aria-invalid") == "true"
    assert now.locator("[data-out=hands]").inner_text() == "50 hands"

    go(page, "8 · Answer: G moves V")
    now = slide(page)
    assert now.locator(".lmmx-handshare").all_inner_texts() == ["24 %", "60 %", "10 %", "6 %"]
    assert now.locator(".lmmx-askwhy:visible").count() == 4
    assert now.locator("li[data-right=true] .lmmx-askmark").inner_text() == "✓"
    page.wait_for_function("() => location.hash === `#/${Reveal.getIndices().h}`")  # reveal.js writes it a little later
    page.reload()
    page.wait_for_function("() => window.Reveal?.isReady() && document.querySelector('.lmmx-host .lmmx')")
    assert slide(page).locator("[data-out=hands]").inner_text() == "50 hands", "a reload loses the hands"
    slide(page).locator("[data-action=clear-hands]").click()
    go(page, "8 · Predict: G moves V")
    assert slide(page).locator("[data-out=hands]").inner_text().startswith("Hands up")
