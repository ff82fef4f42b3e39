"""The play: predict, lock, reveal, explain; undo; match the fit; the projector; the address; the frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .explorer_page import assert_page_equals_python, observe, out, settle, state

pytestmark = pytest.mark.browser
FAR = {"G": [[800, 0], [0, 6]], "sigma2": 700}


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("play")
    framingham.explore(**FAR).save(where / "asks.html")
    framingham.explore(**FAR, prediction=-1).save(where / "open.html")
    framingham.explore(**FAR, prediction=-1, address="a").save(where / "address.html")
    framingham.explore(**FAR).embed(where / "bare.html")
    return where


def open_(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / name).as_uri())
    settle(page)


def g12(page: Any) -> Any:
    return page.locator("input[type=range][data-param=G12]")


def press(page: Any, action: str) -> None:
    page.locator(f"[data-action={action}]").click()
    settle(page)


def test_nothing_moves_before_a_prediction_is_locked(page: Any, folder: Path) -> None:
    open_(page, folder, "asks.html")
    focused = "() => { const s = document.querySelector('[data-param=G12]'); s.focus(); return s.matches(':focus'); }"
    assert not page.evaluate(focused), "the sliders take no focus yet"
    press(page, "lock")
    assert "Choose one" in page.locator(".lmmx-prompt-note").inner_text()
    assert page.evaluate("() => document.querySelector('.lmmx-host').model.get('prediction')") is None


NOW = "Now find out: move G₁₂, the covariance of intercepts and slopes."


@pytest.mark.parametrize(("answer", "right"), [(0, False), (1, True)])
def test_predict_lock_move_observe_reveal(page: Any, folder: Path, answer: int, right: bool) -> None:
    open_(page, folder, "asks.html")
    page.locator(".lmmx-answer").nth(answer).click()
    press(page, "lock")
    next_ = page.locator(".lmmx-next")
    assert next_.inner_text() == NOW
    focused = "() => [document.activeElement.type, document.activeElement.dataset.param]"
    assert page.evaluate(focused) == ["range", "G12"], "the hand is led to what the question names"
    assert page.locator(".lmmx-saw:enabled").count() == 0, "nothing to observe before G12 moved"
    page.locator("input[type=range][data-param=G11]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    assert next_.inner_text() == NOW, "another parameter does not answer the question"
    page.locator("input.lmmx-box[data-param=G12]").fill("0.01")
    page.get_by_text("Too little to see yet: move it further.").wait_for()
    assert page.locator(".lmmx-saw:enabled").count() == 0
    g12(page).focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    text = observe(page, 0)
    assert "Look again." in text
    assert f"to {state(page)['G'][0][1]:.3g}: the variance at 0 stayed" in text, "the screen's own numbers"
    assert ("It came true." in text) is right
    assert ("It did not come true." in text) is not right
    assert "(s + t)·G₁₂" in text, "the right answer's reason is given either way"
    assert page.evaluate("() => document.activeElement.dataset.out") == "verdict", "the focus is not lost"
    press(page, "anew")
    assert page.locator(".lmmx-saw:enabled").count() == 0
    assert page.evaluate(focused) == ["range", "G12"]
    g12(page).focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    assert "So it is on the screen." in observe(page, 1)
    press(page, "again")
    assert page.locator(".lmmx-ask").is_visible()


def test_nothing_is_judged_while_the_pointer_is_down(page: Any, folder: Path) -> None:
    open_(page, folder, "asks.html")
    page.locator(".lmmx-answer").first.click()
    press(page, "lock")
    place = g12(page).bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.7, place["y"] + place["height"] / 2, steps=4)
    page.wait_for_timeout(700)
    assert page.locator(".lmmx-saw:enabled").count() == 0
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('.lmmx-saw:enabled') !== null")


def test_undo_goes_back_gesture_by_gesture(page: Any, folder: Path) -> None:
    open_(page, folder, "open.html")
    undo = page.locator("[data-action=undo]")
    assert undo.is_disabled()
    g12(page).focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.locator("input[type=range][data-param=G11]").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    moved = state(page)
    press(page, "undo")
    assert state(page)["G"][0][0] == 800
    assert state(page)["G"][0][1] == moved["G"][0][1], "one gesture, one step"
    page.keyboard.press("Control+z")
    settle(page)
    assert state(page)["G"] == FAR["G"]
    assert undo.is_disabled()


def test_match_the_fit_by_hand(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    open_(page, folder, "open.html")
    press(page, "match")
    assert not page.locator(".lmmx-check input").is_checked(), "the fit is out of sight"
    G, sigma2 = framingham.G.to_numpy(), framingham.sigma2
    for name, value in {"G11": G[0, 0], "G22": G[1, 1], "sigma2": sigma2}.items():
        page.locator(f"input.lmmx-box[data-param={name}]").fill(f"{value:.4g}")
        settle(page)
    assert "Best so far" in out(page, "score")
    page.locator("input.lmmx-box[data-param=G12]").fill(f"{G[0, 1]:.4g}")
    settle(page)
    page.wait_for_function("() => document.querySelector('[data-out=score]').textContent.includes('Matched')")
    settle(page)
    assert page.locator(".lmmx-check input").is_checked()


def test_the_projector_and_its_keys(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    open_(page, folder, "open.html")
    press(page, "projector")
    page.wait_for_timeout(200)
    box = page.locator(".lmmx").bounding_box()
    size = page.evaluate("() => [innerWidth, innerHeight]")
    assert box["width"] >= size[0] - 20
    assert box["height"] >= size[1] - 20
    page.keyboard.press("]")
    page.wait_for_function("() => document.querySelector('.lmmx-stepped').textContent === 'Parallel lines'")
    settle(page)
    assert state(page)["G"][1] == [0, 0], "the first preset: parallel lines"
    page.keyboard.press("]")
    settle(page)
    page.wait_for_timeout(600)  # it is on its way for half a second
    assert state(page)["G"][1][1] > 0
    assert_page_equals_python(page, framingham)
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert "lmmx-full" not in page.locator(".lmmx").get_attribute("class")


def test_a_link_restores_the_state(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    open_(page, folder, "address.html")
    page.locator("input.lmmx-box[data-param=G12]").fill("-31.5")
    page.locator(".lmmx-select[data-param=colour]").select_option("sex")
    page.wait_for_function("() => location.hash.includes('-31.5') && location.hash.includes('colour:sex')")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    settle(page)
    page.wait_for_function("() => document.querySelector('.lmmx-host').model.get('G')[0][1] === -31.5")
    assert page.locator(".lmmx-legend").inner_text().split() == ["female", "male"]
    assert_page_equals_python(page, framingham)


FALSE = ("G:1,2,3,4", "G:a", "sigma2:-4", "sigma2:", "seed:1.5", "colour:<b>", "nope", "method:reml;hold:x", "%E0%A4%A")


@pytest.mark.parametrize("bad", FALSE)
def test_a_false_address_changes_nothing(page: Any, folder: Path, bad: str) -> None:
    page.goto(f"{(folder / 'address.html').as_uri()}#lmm.a={bad}")
    page.wait_for_timeout(150)
    now = state(page)
    assert (now["G"], now["sigma2"], now["seed"], now["method"]) == (FAR["G"], 700, 1, "REML")


def test_without_chrome(page: Any, folder: Path) -> None:
    open_(page, folder, "bare.html")
    assert page.locator(".lmmx-header").count() == 0
    g12(page).focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert state(page)["G"][0][1] > 0


def test_a_subject_is_followed_by_list_and_by_pointer(page: Any, folder: Path) -> None:
    open_(page, folder, "open.html")
    follow = page.locator(".lmmx-select[data-param=subject]")
    follow.select_option(index=3)
    settle(page)
    chosen = page.evaluate("() => document.querySelector('.lmmx-host').model.get('dials').subject")
    assert chosen == page.evaluate("() => document.querySelector('.lmmx-host').model.get('_data').people.label[2]")
    page.locator(".lmmx-panel-spaghetti canvas").nth(1).click()
    settle(page)
    other = page.evaluate("() => document.querySelector('.lmmx-host').model.get('dials').subject")
    assert other not in ("", chosen)


def test_the_live_summary_says_what_a_dial_did(page: Any, folder: Path) -> None:
    open_(page, folder, "open.html")
    g12(page).focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('[data-out=summary]').textContent !== ''")
    text = page.locator("[data-out=summary]").inner_text()
    assert text.startswith("G 1 2 up to ")
    assert "the correlation between year 0 and year 10 rises to" in text
