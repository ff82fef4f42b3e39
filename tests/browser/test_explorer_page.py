"""A saved explorer in a real browser, from disk and over http: every control, every number, nothing leaves."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach

from .explorer_page import assert_page_equals_python, cells, light, out, settle, state

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fit(framingham: lmmteach.Fit) -> lmmteach.Fit:
    return framingham


@pytest.fixture(scope="module")
def folder(fit: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("explorer")
    fit.explore(prediction=-1).save(where / "explorer.html")
    fit.explore(G=[[1400, -60], [-60, 12]], sigma2=400, prediction=-1).save(where / "toy.html")
    sleep = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    sleep.explore(prediction=-1).save(where / "sleep.html")
    return where


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """A test's output is not the place for an access log."""

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # asked for by the browser, not by the page
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="module")
def http(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, folder: Path, http: str) -> str:
    return folder.as_uri() if request.param == "file" else http


def slider(page: Any, name: str) -> Any:
    return page.locator(f"input[type=range][data-param='{name}']")


def box(page: Any, name: str) -> Any:
    return page.locator(f"input.lmmx-box[data-param='{name}']")


def value(page: Any, name: str) -> float:
    now = state(page)
    (g11, g12), (_, g22) = now["G"]
    known = {"G11": g11, "G12": g12, "G22": g22, "sigma2": now["sigma2"], "rho": g12 / np.sqrt(g11 * g22)}
    return float(known[name])


NAMES = ("G11", "G12", "rho", "G22", "sigma2")


def test_it_opens_at_the_fit(page: Any, address: str, fit: lmmteach.Fit) -> None:
    page.goto(f"{address}/explorer.html")
    assert_page_equals_python(page, fit)
    assert out(page, "gap") == "+0.00"
    assert "This is the fit" in out(page, "milestone")


@pytest.mark.parametrize("name", NAMES)
def test_sliders_by_keyboard_and_pointer_and_boxes(page: Any, address: str, fit: lmmteach.Fit, name: str) -> None:
    page.goto(f"{address}/explorer.html")
    settle(page)
    before = value(page, name)
    slider(page, name).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settle(page)
    after = value(page, name)
    assert after > before
    assert_page_equals_python(page, fit)

    frame = slider(page, name).bounding_box()
    page.mouse.move(frame["x"] + 0.6 * frame["width"], frame["y"] + frame["height"] / 2)
    page.mouse.down()
    page.mouse.move(frame["x"] + 0.3 * frame["width"], frame["y"] + frame["height"] / 2, steps=5)
    page.mouse.up()
    settle(page)
    assert value(page, name) < after
    assert_page_equals_python(page, fit)

    typed = {"G11": "987.5", "G12": "-12.25", "rho": "-0.3", "G22": "4.125", "sigma2": "512"}[name]
    box(page, name).fill(typed)
    settle(page)
    assert value(page, name) == pytest.approx(float(typed), rel=1e-12)
    assert_page_equals_python(page, fit)


def test_a_box_takes_more_than_the_slider_shows(page: Any, folder: Path, fit: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/explorer.html")
    box(page, "G11").fill("50000")
    settle(page)
    assert value(page, "G11") == 50000
    assert slider(page, "G11").input_value() == slider(page, "G11").get_attribute("max")
    assert_page_equals_python(page, fit)


def test_a_refused_number_says_why_and_moves_nothing(page: Any, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/explorer.html")
    before = state(page)
    for name, typed, says in [("sigma2", "-3", "above 0"), ("rho", "1.5", "between"), ("G11", "", "number")]:
        box(page, name).fill(typed)
        settle(page)
        assert box(page, name).get_attribute("aria-invalid") == "true"
        note = page.locator("#" + box(page, name).get_attribute("aria-describedby"))
        assert says in note.inner_text()
        assert state(page) == before
        page.keyboard.press("Tab")  # leaving the box brings the standing value back
        settle(page)
        assert box(page, name).input_value() != typed
        assert box(page, name).get_attribute("aria-invalid") is None
        assert note.inner_text() == ""


def test_what_is_held_while_a_variance_moves(page: Any, folder: Path, fit: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/toy.html")
    box(page, "G11").fill("700")
    settle(page)
    assert value(page, "G12") == -60
    page.locator(".lmmx-row input[data-hold='rho']").check()
    rho = value(page, "rho")
    box(page, "G11").fill("1400")
    settle(page)
    assert value(page, "rho") == pytest.approx(rho, rel=1e-12)
    assert value(page, "G12") == pytest.approx(-60 * 2**0.5, rel=1e-12)
    # A variance of 0 has no correlation; coming back from it, the one held is there again.
    box(page, "G22").fill("0")
    settle(page)
    box(page, "G22").fill("12")
    settle(page)
    assert value(page, "rho") == pytest.approx(rho, rel=1e-12)
    assert_page_equals_python(page, fit)


def test_lights_and_their_words(page: Any, folder: Path, fit: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/explorer.html")
    assert (light(page, "G"), light(page, "V"), out(page, "explanation")) == ("on", "on", "")
    page.get_by_role("button", name="Invalid G, valid V").click()
    settle(page)
    assert (light(page, "G"), light(page, "V")) == ("off", "on")
    assert "no variance is negative" in out(page, "explanation")
    assert "still a valid covariance matrix" in out(page, "explanation")
    assert page.locator(".lmmx-overlay").is_visible()
    assert_page_equals_python(page, fit)
    box(page, "G22").fill("-60")
    settle(page)
    assert (light(page, "G"), light(page, "V"), out(page, "deviance")) == ("off", "off", "–")
    assert "no covariance matrix" in out(page, "explanation")
    assert_page_equals_python(page, fit)
    page.get_by_role("button", name="Jump to the fit").click()
    settle(page)
    assert (light(page, "G"), light(page, "V"), out(page, "gap")) == ("on", "on", "+0.00")
    assert not page.locator(".lmmx-overlay").is_visible()


def test_reset_draws_method_and_ghosts(page: Any, folder: Path, fit: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/toy.html")
    settle(page)
    start = state(page)
    moving = page.locator(".lmmx-figure canvas").nth(3)
    picture = moving.evaluate("c => c.toDataURL()")
    page.get_by_role("button", name="New draws").click()
    settle(page)
    assert state(page)["seed"] == start["seed"] + 1
    assert moving.evaluate("c => c.toDataURL()") != picture
    page.locator("select[data-param=method]").select_option("ML")
    assert_page_equals_python(page, fit)
    page.get_by_label("Show the fit").uncheck()
    settle(page)
    assert page.locator(".lmmx-ghost").first.inner_text() == ""
    heard = page.locator("td:has([data-cell='V-0-0'])")
    assert heard.text_content() == "1800"
    page.get_by_label("Show the fit").check()
    assert heard.text_content() == "1800, the fit 1640"
    page.get_by_label("Show the fit").uncheck()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert state(page) == start
    # The same seed and setting draw the very same subjects.
    page.get_by_label("Show the fit").check()
    settle(page)
    assert moving.evaluate("c => c.toDataURL()") == picture


def test_the_same_subjects_are_deformed_not_reshuffled(page: Any, folder: Path) -> None:
    """sigma2 there and back again paints the first picture again."""
    page.goto(f"{folder.as_uri()}/toy.html")
    settle(page)
    moving = page.locator(".lmmx-figure canvas").nth(3)
    picture = moving.evaluate("c => c.toDataURL()")
    box(page, "sigma2").fill("100")
    settle(page)
    assert moving.evaluate("c => c.toDataURL()") != picture
    box(page, "sigma2").fill("400")
    page.locator("body").click(position={"x": 2, "y": 2})
    settle(page)
    box(page, "sigma2").blur()
    page.evaluate("document.querySelector('.lmmx-host').model.set('sigma2', 400)")
    settle(page)
    assert moving.evaluate("c => c.toDataURL()") == picture


def test_the_summary_is_spoken_once_the_hand_rests(page: Any, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/explorer.html")
    settle(page)
    box(page, "G12").fill("40")
    page.wait_for_function("() => document.querySelector('[data-out=summary]').textContent !== ''")
    said = page.locator("[data-out=summary]").text_content()
    assert said.startswith("G 1 2 up to 40; the correlation between year 0 and year 10 rises to 0.7")
    assert "above the fit" in said


def test_a_cell_says_how_it_is_made(page: Any, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/toy.html")
    page.locator("[data-cell='V-1-2']").hover()
    settle(page)
    made = page.locator(".lmmx-panel-covariance .lmmx-made").inner_text()
    assert made == "Cov at 2 and 4 = 1400 − 6·60 + 8·12 = 1140"
    page.locator(".lmmx-panel-covariance .lmmx-tablewrap").focus()
    page.keyboard.press("ArrowLeft")
    settle(page)
    made = page.locator(".lmmx-panel-covariance .lmmx-made").inner_text()
    assert made == "Var at 2 = 1400 − 4·60 + 4·12 + 400 = 1610"


def test_one_random_effect(page: Any, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/sleep.html")
    settle(page)
    assert page.locator("input[type=range]").count() == 2
    assert len(cells(page, "V")) == 10
    box(page, "G11").fill("-50")
    settle(page)
    assert (light(page, "G"), light(page, "V")) == ("off", "on")  # above -sigma2 / n


def test_two_on_a_page_evaluate_the_program_once(page: Any, fit: lmmteach.Fit, tmp_path: Path) -> None:
    piece = fit.explore(prediction=-1).to_html()
    path = tmp_path / "two.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{piece}{piece}</body>", encoding="utf-8")
    page.goto(path.as_uri())
    settle(page)
    assert page.locator(".lmmx").count() == 2
    assert page.locator("style[data-lmmx]").count() == 1
    assert page.evaluate("Object.keys(globalThis.lmmteachExplorers).length") == 1


def test_names_from_data_are_shown_not_run(page: Any, tmp_path: Path) -> None:
    data = lmmteach.load_sleepstudy()
    evil = "<img src=x onerror=document.title=1>"
    data.attrs = {"units": {"reaction": evil}}
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
    page.goto(fit.explore(prediction=-1).save(tmp_path / "evil.html").as_uri())
    settle(page)
    assert page.locator(".lmmx img").count() == 0
    assert evil in page.locator(".lmmx-source").inner_text()


@pytest.mark.parametrize("width", [320, 400, 760, 1280])
def test_nothing_sticks_out(page: Any, folder: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{folder.as_uri()}/toy.html")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_controls_stay_in_sight(page: Any, folder: Path) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{folder.as_uri()}/toy.html")
    page.evaluate("window.scrollTo(0, 1500)")
    settle(page)
    page.locator(".lmmx-chooser").click()
    page.locator("[data-chip=G22]").click()
    assert page.locator(".lmmx-chips").is_hidden()
    slider(page, "G22").focus()
    before = value(page, "G22")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert value(page, "G22") > before
    frame = page.locator(".lmmx-bar").bounding_box()
    assert frame["y"] >= -1
    assert frame["height"] < 64, "one line"


def test_the_page_shows_the_lines_of_python(page: Any, folder: Path, fit: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/explorer.html")
    box(page, "G12").fill("-20")
    box(page, "G22").fill("6")
    box(page, "G11").fill("900")
    box(page, "sigma2").fill("450")
    last = page.locator(".lmmx-code code")
    page.wait_for_function("() => document.querySelector('.lmmx-code code').textContent.includes('450')")
    explorer = fit.explore(prediction=-1)
    explorer.move(G=[[900, -20], [-20, 6]], sigma2=450)
    assert last.text_content() == explorer.code()
