"""What is particular to the welcome page and to lesson 5; test_book_pages.py has what holds for all pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.publish.sources import find_book
from tests.contrast import contrast, luminance

from .explorer_page import assert_page_equals_python, observe, out, settle, state

pytestmark = pytest.mark.browser

PAGES = ("intro", "05-g-moves-v")
LESSON = "05-g-moves-v"


@pytest.fixture(scope="module")
def fit(framingham: lmmteach.Fit) -> lmmteach.Fit:
    return framingham


def unlock(page: Any) -> None:
    for button in page.locator(".lmmx-host [data-action=look]").all():
        button.click()
    settle(page)


# ---- the look ----


@pytest.mark.parametrize("name", PAGES)
def test_mathematics_and_fonts_are_drawn(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/{name}.html")
    assert page.locator(".math > math").count() > 0
    assert page.locator(".math:not(:has(> math)), merror").count() == 0
    loaded = page.evaluate(
        "() => document.fonts.ready.then(f => [...f].filter(x => x.status == 'loaded').map(x => x.family))"
    )
    for wanted in ("Book Serif", "Book Math"):
        assert any(wanted in family for family in loaded)


def test_a_chart_is_drawn_anew_when_the_pages_font_arrives(page: Any, http: str, html: Path) -> None:
    """The book's own sheet brings its fonts along; one that names a file, as another site's may, brings them later."""
    held: list[Any] = []
    (name_of_sheet,) = re.findall(r'_static/(book\.\w+\.css)"', (html / f"{LESSON}.html").read_text(encoding="utf-8"))
    sheet = (html / "_static" / name_of_sheet).read_text(encoding="utf-8")
    name = "source-sans-3-latin-wght-normal.woff2"
    late, count = re.subn(r'(font-weight: 200 900[^}]*?url\(")data:[^"]*', rf"\1fonts/{name}", sheet)
    assert count
    page.route(f"**/_static/{name_of_sheet}", lambda route: route.fulfill(body=late, content_type="text/css"))
    page.route("**/source-sans*.woff2", lambda route: held.append(route))
    page.goto(f"{http}/{LESSON}.html", wait_until="domcontentloaded")
    page.wait_for_function("() => document.querySelector('.lmmx-canvas canvas')?.width > 300")  # laid out
    settle(page)
    axes = "document.querySelector('.lmmx-canvas canvas').toDataURL()"
    before = page.evaluate(axes)
    assert held, "no font was asked for"
    for route in held:
        route.fulfill(path=find_book() / "_static" / "fonts" / name)
    page.unroute("**/source-sans*.woff2")
    page.wait_for_function(f"before => {axes} !== before", arg=before)


def test_on_a_phone_formulas_open_at_their_beginning_and_the_headers_icons_are_level(page: Any, html: Path) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('div.math')].map((box) =>
          box.getBoundingClientRect().left - box.querySelector('math').getBoundingClientRect().left)"""
    )
    wide = "[...document.querySelectorAll('div.math')].filter((box) => box.scrollWidth > box.clientWidth).length"
    assert page.evaluate(wide), "no formula is wider than a phone"
    assert max(hidden) < 1
    middles = page.evaluate(
        """() => [...document.querySelectorAll('.article-header-buttons > *')].map((n) => n.getBoundingClientRect())
          .filter((box) => box.height).map((box) => box.top + box.height / 2)"""
    )
    assert len(middles) > 2
    assert max(middles) - min(middles) < 1


@pytest.mark.parametrize("width", [1280, 400])
def test_what_sticks_sticks_below_the_header(page: Any, html: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    strip = ".lmmx-console" if width > 1000 else ".lmmx-bar"
    top = """(strip) => {
      const [stuck, panels] = [document.querySelector(strip), document.querySelector('.lmmx-panels')];
      scrollTo({ top: panels.getBoundingClientRect().top + scrollY + 200, behavior: 'instant' });
      const below = document.querySelector('.bd-header-article').getBoundingClientRect().bottom;
      return stuck.getBoundingClientRect().top - below;
    }"""
    if width < 1000:
        assert page.locator(strip).is_hidden(), "a strip that cannot be used yet is in the way"
    unlock(page)
    assert 0 <= page.evaluate(top, strip) < 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_parameter_has_a_colour_that_reads(page: Any, html: Path, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (luminance(ground) < 0.2) == (scheme == "dark")
    seen = set()
    for parameter in ("g11", "g12", "g22", "s2"):
        colour = page.evaluate(f"getComputedStyle(document.querySelector('math .p-{parameter}')).color")
        assert contrast(colour, ground) >= 4.5, f"{parameter} in {colour} on {ground}"
        seen.add(colour)
    assert len(seen) == 4


# ---- questions ----


def feedback(page: Any, form: str) -> str:
    return page.locator(f"{form} .quiz-say").inner_text()


def notes(page: Any, form: str) -> list[dict[str, str]]:
    return page.eval_on_selector_all(
        f"{form} .quiz-note",
        """notes => notes.map(n => ({answer: n.dataset.answer, value: n.dataset.value ?? '',
            right: n.dataset.right, words: n.lastElementChild.textContent.trim()}))""",
    )


def test_feedback_is_announced_and_labelled(page: Any, html: Path) -> None:
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    for form in page.locator("form.quiz").all():
        assert form.locator(".quiz-say[role=status][aria-live=polite]").count() == 1
        named = form.locator("[role=group]").get_attribute("aria-labelledby")
        assert page.locator(f"#{named}").inner_text().strip()
        for box in form.locator("input[type=text]").all():
            assert form.locator(f"label[for='{box.get_attribute('id')}']").count() == 1


def test_predict_lock_reveal_explain_by_keyboard(page: Any, address: str) -> None:
    """The explorer's own question: nothing moves before a lock, nothing is judged before a move."""
    page.goto(f"{address}/{LESSON}.html")
    console = page.locator(".lmmx-console")
    assert console.get_attribute("inert") is not None
    lock = page.get_by_role("button", name="Lock my prediction")
    lock.focus()
    page.keyboard.press("Enter")
    assert "Choose one" in page.locator(".lmmx-prompt-note").inner_text()
    assert console.get_attribute("inert") is not None

    page.locator(".lmmx-answer input").first.focus()
    page.keyboard.press("Space")
    lock.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert console.get_attribute("inert") is None
    assert page.evaluate("() => document.activeElement.dataset.param") == "G12", "the keyboard is led on"
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.locator(".lmmx-saw:enabled").first.wait_for()
    page.locator(".lmmx-saw").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    verdict = page.locator("[data-out=verdict]")
    assert "So it is on the screen." in verdict.inner_text()
    assert "It did not come true." in verdict.inner_text()
    assert "takes a place in" in verdict.inner_text()


def test_the_right_prediction_is_recognised(page: Any, html: Path) -> None:
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    page.get_by_label("All of them, except the variance at time 0").check()
    page.get_by_role("button", name="Lock my prediction").click()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert "It came true." in observe(page, 1)


def test_without_javascript_every_answer_can_be_read(browser: Any, html: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    assert page.locator(".cell.tag_explorer").is_visible()
    for notes_of_one in page.locator("details.quiz-notes").all():
        notes_of_one.locator("summary").click()
        assert notes_of_one.locator(".quiz-note").first.is_visible()
    context.close()


# ---- the explorer, where students meet it ----


def test_the_lessons_explorer_is_python(page: Any, address: str, fit: lmmteach.Fit) -> None:
    page.goto(f"{address}/{LESSON}.html")
    unlock(page)
    assert state(page)["G"] == [[800, 0], [0, 6]]
    assert_page_equals_python(page, fit)
    for name in ("G11", "G12", "G22", "sigma2"):
        slider = page.locator(f"input[type=range][data-param='{name}']")
        before = state(page)
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
        assert_page_equals_python(page, fit)
        by_key = state(page)
        assert by_key != before, f"{name} by keyboard"

        slider.scroll_into_view_if_needed()
        place = slider.bounding_box()
        y = place["y"] + place["height"] / 2
        page.mouse.move(place["x"] + place["width"] * 0.5, y)
        page.mouse.down()
        page.mouse.move(place["x"] + place["width"] * 0.35, y, steps=4)
        page.mouse.up()
        assert_page_equals_python(page, fit)
        assert state(page) != by_key, f"{name} by pointer"

    typed = {"G11": 1400, "G22": 12, "G12": -60, "sigma2": 400}
    for name, number in typed.items():
        box = page.locator(f"input.lmmx-box[data-param='{name}']")
        box.fill(str(number))
        box.press("Tab")
    assert_page_equals_python(page, fit)
    assert state(page)["G"] == [[1400, -60], [-60, 12]]
    assert state(page)["sigma2"] == 400


def test_what_copies_code_comes_with_the_first_hand(page: Any, address: str) -> None:
    page.goto(f"{address}/{LESSON}.html", wait_until="networkidle")
    assert page.locator(".copybtn").count() == 0
    code = page.locator("div.highlight:visible").first
    code.hover()
    button = code.locator(".copybtn")
    button.wait_for()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.split() == code.locator("pre").inner_text().split()
    assert page.locator(".copybtn").count() == page.locator("div.highlight pre").count()


def test_a_title_that_the_page_has_is_not_shown_twice(page: Any, html: Path) -> None:
    heading = ".lmmx-heading h2"
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    page.wait_for_selector(f"{heading}.is-repeated", state="attached")
    assert page.locator(heading).bounding_box()["width"] <= 1
    page.locator("[data-action=projector]").click()  # alone on a screen it is needed
    page.wait_for_function("() => document.querySelector('.lmmx-hallbar h2').getBoundingClientRect().width > 50")
    page.goto(f"{html.as_uri()}/intro.html")
    page.wait_for_selector(heading)
    assert page.locator(f"{heading}.is-repeated").count() == 0


def test_a_button_sets_the_explorer_up(page: Any, address: str, fit: lmmteach.Fit) -> None:
    page.goto(f"{address}/{LESSON}.html")
    buttons = page.locator("button.setup").all()
    assert len(buttons) >= 5
    before = state(page)
    buttons[2].click()  # its question comes first: nothing is set up that could answer it
    settle(page)
    assert state(page) == before
    assert page.evaluate("document.activeElement.closest('.lmmx-ask') !== null")
    unlock(page)
    for button in buttons:
        setting = json.loads(button.get_attribute("data-setting"))
        button.click()
        settle(page)
        assert {name: state(page)[name] for name in setting} == setting
        page.wait_for_function("() => document.querySelector('.lmmx').getBoundingClientRect().top < innerHeight / 2")
    assert_page_equals_python(page, fit)


def test_the_guided_moves_do_what_the_text_says(page: Any, html: Path, fit: lmmteach.Fit) -> None:
    page.goto(f"{html.as_uri()}/{LESSON}.html")
    unlock(page)

    def move(**numbers: float) -> None:
        for name, number in numbers.items():
            page.locator(f"input.lmmx-box[data-param='{name}']").fill(str(number))
        settle(page)

    move(G12=0, G22=0)
    assert_page_equals_python(page, fit)
    move(G11=400, G12=0, G22=-2, sigma2=434)
    assert page.locator("[data-light=G]").get_attribute("data-state") == "off"
    assert page.locator("[data-light=V]").get_attribute("data-state") == "on"
    # Match the fit: without help, from Reset; then the numbers under "Where REML ends up".
    page.locator("[data-action=reset]").click()
    settle(page)
    assert float(out(page, "gap")) > 50
    folded = page.locator("details.sd-dropdown", has_text="Where REML ends up")
    folded.locator("summary").click()
    cells = folded.locator("td").all_inner_texts()
    move(**dict(zip(("G11", "G12", "G22", "sigma2"), map(float, cells[:4]), strict=True)))
    assert abs(float(out(page, "gap"))) < 0.01


def test_the_welcome_pages_explorer_moves(page: Any, address: str) -> None:
    page.goto(f"{address}/intro.html")
    before = out(page, "deviance")
    page.locator("input[type=range][data-param='G22']").focus()
    page.keyboard.press("PageUp")
    settle(page)
    assert out(page, "deviance") != before
