"""Exercises that answer in the page, the progress that a browser keeps, and the file to hand in."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lmmteach.check.diagnosis import judge_form
from lmmteach.check.grading import grade_folder
from lmmteach.check.reports import read_report
from lmmteach.check.session import PAGE
from lmmteach.check.shelf import find_exercise
from lmmteach.check.variant import variant
from lmmteach.publish.build import build_book
from lmmteach.publish.serve import open_server

from .axe import faults
from .small_book import LESSONS, small_book

REFUSED = """
const refuse = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
Object.defineProperty(window, "localStorage", { get: refuse, configurable: true });
"""
FULL = """
const keep = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, text) {
  if (name === "lmmteach-progress") throw new DOMException("full", "QuotaExceededError");
  keep.call(this, name, text);
};
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book, built once."""
    pytest.importorskip("jupyter_book", reason="the book is not installed (pip install -e .[book])")
    folder = tmp_path_factory.mktemp("small")
    return build_book(small_book(folder), folder / "out")


@pytest.fixture
def refused(page: Any) -> Any:
    """A page whose browser keeps nothing; nobody complains, the theme neither."""
    page.add_init_script(REFUSED)
    return page


def place(id: str) -> str:
    return f"#exercise-{id.replace('.', '-')}"


def open_exercise(page: Any, small: Path, id: str) -> Any:
    page.goto(f"{small.as_uri()}/{LESSONS[id[:2]]}.html")
    box = page.locator(place(id))
    box.locator("summary").click()
    return box


def answer(box: Any, *numbers: float) -> None:
    for field, number in zip(box.locator("input[type=text]").all(), numbers, strict=True):
        field.fill(f"{number:.10g}")
    box.get_by_role("button", name="Check").click()


def said(box: Any) -> str:
    return " ".join(box.locator(".quiz-say").inner_text().split())


def flat(form: Any) -> list[float]:
    return [float(x) for x in (form.values() if isinstance(form, dict) else np.ravel(form))]


@pytest.mark.parametrize("id", ["02.1", "02.2", "08.1", "08.2", "11.1"])
def test_numbers_right_and_wrong_are_told_as_the_checker_tells_them(page: Any, small: Path, id: str) -> None:
    mine = variant(find_exercise(id), PAGE)
    box = open_exercise(page, small, id)
    shown = box.locator(".exercise-numbers code").all_inner_texts()
    assert shown == [f"q.{name}" for name in mine.q.numbers]
    for wrong in mine.exercise.wrong[:3]:
        answer(box, *flat(mine.wrong_forms[wrong.name]))
        words = " ".join(judge_form(mine, mine.wrong_forms[wrong.name]).says.split()).replace("`", "")
        assert said(box) == f"Not yet. {words}"
        assert box.locator(".exercise-state").inner_text() == "tried"
    answer(box, *flat(mine.expected))
    assert said(box).startswith("Right.")
    assert "Notice:" in said(box)
    assert box.locator(".exercise-state").inner_text() == "✓ solved"
    answer(box, *[x + 1e3 for x in flat(mine.expected)])
    assert box.locator(".exercise-state").inner_text() == "✓ solved"


def test_words_right_and_wrong(page: Any, small: Path) -> None:
    box = open_exercise(page, small, "06.2")
    for word in ("V", "G22", "rho"):
        box.get_by_label(word, exact=True).check()
    box.get_by_role("button", name="Check").click()
    assert "at time zero" in said(box)
    box.get_by_label("rho", exact=True).uncheck()
    for word in ("det G", "sigma2", "-2 log L"):
        box.get_by_label(word, exact=True).check()
    box.get_by_role("button", name="Check").click()
    assert said(box).startswith("Right.")


def test_an_order_right_and_wrong(page: Any, small: Path) -> None:
    mine = variant(find_exercise("11.2"), PAGE)
    box = open_exercise(page, small, "11.2")
    box.get_by_role("button", name="Check").click()
    assert said(box) == "Choose a name in each place."
    assert page.evaluate("document.activeElement.id") == "exercise-11-2-1"
    for names, expected in ((mine.solved[::-1], "Not yet."), (mine.solved, "Right.")):
        for select, name in zip(box.locator("select").all(), names, strict=True):
            select.select_option(name)
        box.get_by_role("button", name="Check").click()
        assert said(box).startswith(expected)


def test_what_is_no_number_is_asked_for_again(page: Any, small: Path) -> None:
    box = open_exercise(page, small, "08.1")
    fields = box.locator("input[type=text]").all()
    fields[0].fill("210")
    fields[1].fill("two")
    box.get_by_role("button", name="Check").click()
    assert said(box) == "Type a number, such as 12.5."
    assert fields[1].get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == fields[1].get_attribute("id")
    assert not page.evaluate("localStorage.getItem('lmmteach-progress') || ''").count("08.1")


def test_by_keyboard_and_to_a_screen_reader(page: Any, small: Path) -> None:
    mine = variant(find_exercise("02.1"), PAGE)
    page.goto(f"{small.as_uri()}/{LESSONS['02']}.html")
    box = page.locator(place("02.1"))
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "exercise-02-1-0"
    page.keyboard.type("0,5")
    page.keyboard.press("Enter")
    assert said(box).startswith("Not yet.")
    live = box.locator(".quiz-say")
    assert (live.get_attribute("role"), live.get_attribute("aria-live")) == ("status", "polite")
    assert box.get_by_label("Your answer").count() >= 1
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert said(box).startswith("Hint 1 of 3")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert said(box).startswith("Hint 3 of 3")
    assert "last one" in said(box)
    field = box.locator("#exercise-02-1-0")
    field.fill(f"{mine.expected:.4g}")
    field.press("Enter")
    assert said(box).startswith("Right.")


def test_a_link_to_an_exercise_opens_it(page: Any, small: Path) -> None:
    page.goto(f"{small.as_uri()}/{LESSONS['08']}.html{place('08.2')}")
    assert page.locator(place("08.2")).get_attribute("open") is not None
    assert page.locator(place("08.1")).get_attribute("open") is None


def test_without_javascript_the_exercise_can_be_read(browser: Any, small: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{small.as_uri()}/{LESSONS['02']}.html")
    box = page.locator(place("02.1"))
    box.locator("summary").click()
    assert box.locator(".exercise-numbers").is_visible()
    assert not box.locator("input[type=text]").is_visible()
    assert "needs JavaScript" in box.inner_text()
    page.goto(f"{small.as_uri()}/my-progress.html")
    assert "needs JavaScript" in page.locator("#progress-page").inner_text()
    context.close()


# ---- progress ----


def solve(page: Any, small: Path, id: str) -> None:
    answer(open_exercise(page, small, id), *flat(variant(find_exercise(id), PAGE).expected))


def reviews(page: Any) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".progress-review li").all_inner_texts()]


def test_progress_is_kept_and_says_what_to_review(page: Any, small: Path) -> None:
    page.goto(f"{small.as_uri()}/my-progress.html")
    assert "Nothing yet." in page.locator(".progress-review").inner_text()
    solve(page, small, "02.1")
    answer(open_exercise(page, small, "08.2"), 1.0)
    page.goto(f"{small.as_uri()}/my-progress.html")
    assert reviews(page) == ["08.2 A column that X lacks missed, today"]
    rows = {row.split()[0]: row for row in page.locator(".progress-table tbody tr").all_inner_texts()}
    assert "✓ solved" in rows["02.1"]
    assert "tried" in rows["08.2"]
    assert "in the notebook" in rows["06.1"]
    assert page.locator(".progress-here").is_visible()
    assert not page.locator(".progress-nowhere").is_visible()
    # three days on, what was right comes up as well
    page.evaluate(
        """() => { const all = JSON.parse(localStorage['lmmteach-progress']);
        for (const one of Object.values(all.exercises)) { one.last -= 3 * 864e5; one.lastRight -= 3 * 864e5; }
        localStorage['lmmteach-progress'] = JSON.stringify(all); }"""
    )
    page.reload()
    assert [text.split()[0] for text in reviews(page)] == ["08.2", "02.1"]
    page.locator(".progress-review a").first.click()
    assert page.locator(place("08.2")).get_attribute("open") is not None
    assert page.locator(f"{place('08.2')} .exercise-state").inner_text() == "tried"


def test_everything_can_be_forgotten_but_not_at_one_press(page: Any, small: Path) -> None:
    solve(page, small, "02.1")
    page.goto(f"{small.as_uri()}/my-progress.html")
    forget = page.get_by_role("button", name="Forget all")
    forget.click()
    assert "cannot be undone" in page.locator(".progress-forgotten").inner_text()
    assert "✓ solved" in page.locator(".progress-table").inner_text()
    forget.click()
    assert page.locator(".progress-forgotten").inner_text() == "Forgotten."
    assert "✓ solved" not in page.locator(".progress-table").inner_text()


def test_a_double_click_is_one_press(page: Any, small: Path) -> None:
    """It counted two tries, went past a hint unread, and forgot everything without a second thought."""
    box = open_exercise(page, small, "08.2")
    box.locator("input[type=text]").first.fill("1")
    box.get_by_role("button", name="Check").dblclick()
    box.locator(".exercise-hint").dblclick()
    assert said(box).startswith("Hint 1 of")
    kept = json.loads(page.evaluate("localStorage['lmmteach-progress']"))["exercises"]["08.2"]
    assert (kept["attempts"], kept["hints"]) == (1, 1)
    page.goto(f"{small.as_uri()}/my-progress.html")
    page.get_by_role("button", name="Forget all").dblclick()
    assert "Press once more" in page.locator(".progress-forgotten").inner_text()
    assert "tried" in page.locator(".progress-table").inner_text()


def test_two_tabs_add_to_one_progress(page: Any, context: Any, small: Path) -> None:
    box = open_exercise(page, small, "02.1")
    other = context.new_page()
    solve(other, small, "08.2")
    answer(box, variant(find_exercise("02.1"), PAGE).expected)
    kept = json.loads(page.evaluate("localStorage['lmmteach-progress']"))
    assert {id for id, one in kept["exercises"].items() if one["passed"]} == {"02.1", "08.2"}


@pytest.mark.parametrize("spoilt", ["{", "null", '{"version": 1, "exercises": {"02.1": 7}}'])
def test_a_spoilt_progress_is_no_reason_to_fail(page: Any, small: Path, spoilt: str) -> None:
    page.goto(f"{small.as_uri()}/my-progress.html")
    page.evaluate("text => { localStorage['lmmteach-progress'] = text; }", spoilt)
    solve(page, small, "02.1")
    page.goto(f"{small.as_uri()}/my-progress.html")
    assert "✓ solved" in page.locator(".progress-table").inner_text()


# ---- handing in ----


def hand_in(page: Any, name: str, folder: Path) -> Path:
    form = page.locator("form.hand-in:visible")
    form.locator("input").fill(name)
    with page.expect_download() as waiting:
        form.get_by_role("button").click()
    folder.mkdir(exist_ok=True)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_file_is_graded(page: Any, small: Path, tmp_path: Path) -> None:
    solve(page, small, "02.1")
    solve(page, small, "11.1")
    answer(open_exercise(page, small, "08.2"), 1.0)
    page.goto(f"{small.as_uri()}/my-progress.html")
    form = page.locator("form.hand-in")
    form.get_by_role("button").click()
    assert "Type your name first" in form.inner_text()
    path = hand_in(page, "  Ada   Lövelace ", tmp_path / "in")
    assert path.name == "lmmteach-ada-lovelace.json"
    assert "Solved: 02.1, 11.1. Tried, not solved: 08.2." in form.inner_text()
    report = read_report(path)
    assert report["student"] == "Ada Lövelace"
    assert {entry["whose"] for entry in report["exercises"].values()} == {PAGE}
    grades = grade_folder(tmp_path / "in")
    assert grades.passed == {"Ada Lövelace": {"02.1", "11.1"}}
    assert grades.attempted == {"Ada Lövelace": {"02.1", "08.2", "11.1"}}


def test_nothing_answered_is_nothing_to_hand_in(page: Any, small: Path) -> None:
    page.goto(f"{small.as_uri()}/my-progress.html")
    form = page.locator("form.hand-in")
    form.locator("input").fill("Ada")
    form.get_by_role("button").click()
    assert "Nothing written" in form.inner_text()


# ---- a browser that keeps nothing ----


def test_where_storage_is_refused_it_works_and_says_so(refused: Any, small: Path, tmp_path: Path) -> None:
    page = refused
    box = open_exercise(page, small, "08.2")
    assert page.locator(".kept-nowhere").is_visible()
    assert not page.locator(".kept-here").is_visible()
    answer(box, variant(find_exercise("08.2"), PAGE).expected)
    assert said(box).startswith("Right.")
    assert box.locator(".exercise-state").inner_text() == "✓ solved"
    hand_in(page, "Ada", tmp_path / "in")
    assert grade_folder(tmp_path / "in").passed == {"Ada": {"08.2"}}
    page.goto(f"{small.as_uri()}/my-progress.html")
    assert page.locator(".progress-nowhere").is_visible()
    assert "✓ solved" not in page.locator(".progress-table").inner_text()


def test_where_there_is_no_room_it_works_and_says_so(page: Any, small: Path) -> None:
    page.add_init_script(FULL)
    solve(page, small, "08.2")
    assert page.locator(f"{place('08.2')} .exercise-state").inner_text() == "✓ solved"
    assert page.locator(".kept-nowhere").is_visible()


# ---- quick checks ----


def check(page: Any, form: str, text: str) -> str:
    page.locator(f"{form} input").fill(text)
    page.locator(f"{form} button[type=submit]").click()
    return " ".join(page.locator(f"{form} .quiz-say").inner_text().split())


def test_the_way_to_the_answer_is_shown_at_the_second_miss(page: Any, small: Path) -> None:
    page.goto(f"{small.as_uri()}/{LESSONS['02']}.html")
    first = check(page, "#with-a-decimal", "7")
    assert first.startswith("Not quite. Try once more")
    assert "FORMULA" not in first
    assert "FORMULA" not in check(page, "#with-a-decimal", "7,0"), "the same answer is no second try"
    assert "FORMULA" in check(page, "#with-a-decimal", "8")
    assert "another one" in check(page, "#with-a-decimal", "39.7")
    assert check(page, "#with-a-decimal", "40.1").startswith("Right.")


def test_a_rounded_answer_is_taken_kindly_and_gives_nothing_away(page: Any, small: Path) -> None:
    page.goto(f"{small.as_uri()}/{LESSONS['02']}.html")
    kind = "Right, to the digits you gave. Carry one more."
    # 39.7 would be 40, too
    assert check(page, "#with-a-decimal", "40") == "Too few digits to tell. Carry one more."
    assert check(page, "#whole-number", "430") == kind
    assert check(page, "#whole-number", "400").startswith("Not quite. Try once more")
    assert check(page, "#with-a-decimal", "41").startswith("Not quite. Try once more")
    assert check(page, "#whole-number", "432").startswith("Right.")


def test_quick_checks_come_up_for_review(page: Any, small: Path) -> None:
    page.goto(f"{small.as_uri()}/{LESSONS['02']}.html")
    check(page, "#with-a-decimal", "7")
    page.get_by_label("This one.").check()
    page.locator("#with-a-choice button[type=submit]").click()
    page.goto(f"{small.as_uri()}/my-progress.html")
    assert reviews(page) == ["Quick check: How many? missed, today"]
    page.locator(".progress-review a").click()
    assert page.url.endswith("02-random-intercept.html#with-a-decimal")


# ---- the look ----


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("name", ["08-conditional-marginal", "11-shrinkage", "my-progress"])
def test_nothing_is_wider_than_the_page(page: Any, small: Path, width: int, name: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{small.as_uri()}/{name}.html")
    page.evaluate("document.querySelectorAll('details.exercise').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small_targets = page.evaluate(
        """() => [...document.querySelectorAll('.exercise-form :is(button, select, input[type=text])')]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 32).map((one) => one.outerHTML)"""
    )
    assert small_targets == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["02-random-intercept", "06-time-zero", "08-conditional-marginal", "my-progress"])
def test_it_can_be_read_by_all(page: Any, small: Path, name: str, scheme: str) -> None:
    """axe-core, with every exercise open and answered."""
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{small.as_uri()}/{name}.html")
    page.evaluate(
        """() => document.querySelectorAll('details.exercise').forEach((one) => {
        one.open = true;
        one.querySelectorAll('input[type=text]').forEach((field) => { field.value = '3'; });
        one.querySelector('button[type=submit]').click(); })"""
    )
    assert (found := faults(page, colours=scheme == "dark")) == [], "\n".join(found)


def test_pages_without_exercises_load_none_of_it(small: Path) -> None:
    text = (small / "intro.html").read_text(encoding="utf-8")
    assert not any(
        f"_static/{name}.js" in text for name in ("answers", "exercises", "progress", "my-progress", "typed")
    )


FULL_UP = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def test_a_full_store_stops_neither_theme_nor_exercise(page: Any, small: Path) -> None:
    page.add_init_script(FULL_UP)
    box = open_exercise(page, small, "08.2")
    mode = "document.documentElement.dataset.mode"
    before = page.evaluate(mode)
    page.locator(".theme-switch-button").first.click()
    assert page.evaluate(mode) != before
    answer(box, 1.0)
    assert page.locator(".kept-nowhere").is_visible()


# ---- in a platform's frame ----


def framed(page: Any, address: str) -> Any:
    """The page as some platforms show files: programs may run, and nothing else is let through."""
    page.set_content(f'<iframe sandbox="allow-scripts" src="{address}" style="width: 1200px; height: 800px"></iframe>')
    frame = page.frames[1]
    frame.wait_for_selector("article h1")
    return frame


def test_in_a_frame_that_lets_nothing_through_it_answers_all_the_same(page: Any, watch: Any, small: Path) -> None:
    """Such a frame sends no form, and says so to nobody; it refuses storage, files of fonts and downloads."""
    watch.tolerated = lambda text: "allow-downloads" in text
    with open_server(small, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"{server.url}404.html")
        frame = framed(page, f"{server.url}{LESSONS['08']}.html{place('08.2')}")
        box = frame.locator(place("08.2"))
        answer(box, *flat(variant(find_exercise("08.2"), PAGE).expected))
        assert said(box).startswith("Right.")
        assert frame.locator(".kept-nowhere").is_visible()
        mode = "document.documentElement.dataset.mode"
        before = frame.evaluate(mode)
        frame.locator(".theme-switch-button").first.click()
        assert frame.evaluate(mode) != before
        frame = framed(page, f"{server.url}{LESSONS['02']}.html")
        quiz = frame.locator("form[data-quiz]").first
        quiz.locator("input").first.press("Enter")
        assert quiz.locator(".quiz-say").inner_text()
        frame = framed(page, f"{server.url}my-progress.html")
        frame.locator("form.hand-in input").fill("Ada")
        frame.locator("form.hand-in button").click()
        assert "Nothing written" in frame.locator("form.hand-in").inner_text()
        server.shutdown()
