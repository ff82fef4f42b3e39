"""Numbers typed, stepped and pasted into an explorer's boxes, and the code and the address that follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .explorer_page import settle, state

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fit() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())


@pytest.fixture(scope="module")
def folder(fit: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("boxes")
    fit.explore(prediction=-1).save(where / "open.html")
    fit.explore("two visits", prediction=-1).save(where / "ridge.html")
    fit.explore(prediction=-1, address="a").save(where / "address.html")
    fit.explore(address="a").save(where / "asks.html")
    return where


def box(page: Any, name: str) -> Any:
    return page.locator(f"input.lmmx-box[data-param='{name}']")


def note(page: Any, name: str) -> str:
    return str(page.locator("#" + box(page, name).get_attribute("aria-describedby")).inner_text())


def opened(page: Any, folder: Path, name: str, hash: str = "") -> None:
    page.goto("about:blank")
    page.goto(f"{(folder / name).as_uri()}{hash}")
    settle(page)


def typed(page: Any, name: str, text: str) -> None:
    """Key by key, as a hand does it: what a browser swallows on the way is missing then."""
    box(page, name).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    settle(page)


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_a_decimal_comma_is_a_point_in_every_language(browser: Any, folder: Path, locale: str) -> None:
    page = browser.new_context(locale=locale).new_page()
    opened(page, folder, "open.html")
    for text, value in [("812,5", 812.5), ("812.25", 812.25)]:
        typed(page, "sigma2", text)
        assert state(page)["sigma2"] == value
        assert box(page, "sigma2").input_value() == text, "what is typed stays while it says the number"
    box(page, "sigma2").blur()
    settle(page)
    assert box(page, "sigma2").input_value() == "812.25"
    typed(page, "G12", "\u22123,5")
    assert state(page)["G"][0][1] == -3.5
    page.context.close()


@pytest.mark.parametrize("text", ["1.234,5", "1,234", "0x10", "twelve", "1 000", "1e999", "2e150"])
def test_what_could_be_read_in_two_ways_is_refused_and_said(page: Any, folder: Path, text: str) -> None:
    opened(page, folder, "open.html")
    before = state(page)
    box(page, "G11").fill(text)  # as a paste does it
    settle(page)
    assert state(page) == before
    assert box(page, "G11").get_attribute("aria-invalid") == "true"
    assert "number" in note(page, "G11")
    box(page, "G11").blur()
    settle(page)
    assert note(page, "G11") == ""
    assert box(page, "G11").input_value() == "612.09"


def test_arrows_step_as_in_a_number_box_and_less_where_one_is_much(page: Any, folder: Path) -> None:
    opened(page, folder, "open.html")
    for name, start, want in [("sigma2", "700", 699.0), ("rho", "0.25", 0.24), ("G11", "600,5", 599.5)]:
        box(page, name).fill(start)
        for key in ("ArrowUp", "ArrowDown", "ArrowDown"):
            box(page, name).press(key)
        settle(page)
        rho = state(page)["G"][0][1] / (state(page)["G"][0][0] * state(page)["G"][1][1]) ** 0.5
        assert {"sigma2": state(page)["sigma2"], "rho": rho, "G11": state(page)["G"][0][0]}[name] == pytest.approx(want)
    box(page, "sigma2").fill("0.5")
    box(page, "sigma2").press("ArrowDown")
    settle(page)
    assert "above 0" in note(page, "sigma2")
    assert state(page)["sigma2"] == 0.5
    box(page, "sigma2").blur()  # no change event tells of what a step wrote
    settle(page)
    assert (box(page, "sigma2").input_value(), note(page, "sigma2")) == ("0.5", "")


def test_boxes_are_spin_buttons_and_a_phone_offers_a_minus_where_one_may_stand(page: Any, folder: Path) -> None:
    opened(page, folder, "open.html")
    box(page, "sigma2").fill("700")
    settle(page)
    assert page.get_by_role("spinbutton", name="σ², type a value").get_attribute("aria-valuenow") == "700"
    pads = {name: box(page, name).get_attribute("inputmode") for name in ("G11", "G12", "rho", "G22", "sigma2")}
    assert pads == {"G11": None, "G12": None, "rho": None, "G22": None, "sigma2": "decimal"}


def test_a_box_has_its_own_undo(page: Any, folder: Path) -> None:
    opened(page, folder, "open.html")
    box(page, "sigma2").fill("700")
    settle(page)
    box(page, "sigma2").press("Control+z")
    settle(page)
    assert box(page, "sigma2").input_value() == "654.94"


def test_the_box_of_the_ridge_says_what_it_refuses(page: Any, folder: Path) -> None:
    opened(page, folder, "ridge.html")
    box(page, "ridge").fill("300,5")
    settle(page)
    assert state(page)["sigma2"] == 300.5
    box(page, "ridge").fill("1.300,5")
    settle(page)
    assert state(page)["sigma2"] == 300.5
    assert "number" in note(page, "ridge")


@pytest.mark.parametrize("rho", ["1", "-1"])
def test_the_code_shown_at_a_correlation_of_one_can_be_run(
    page: Any, folder: Path, fit: lmmteach.Fit, rho: str
) -> None:
    opened(page, folder, "open.html")
    for name, text in [("G11", "612.0987654321"), ("G22", "35.07171717171"), ("rho", rho)]:
        box(page, name).fill(text)
        settle(page)
    page.wait_for_function("() => document.querySelector('.lmmx-code code').textContent.includes('612.098')")
    code = page.locator(".lmmx-code code").text_content()
    space = {"lmmteach": lmmteach, "data": lmmteach.load_sleepstudy()}
    exec(code, space)
    assert "allow_not_psd" not in code
    assert space["explorer"].code() == code


def test_a_damaged_link_restores_the_rest(page: Any, folder: Path) -> None:
    opened(page, folder, "address.html", "#lmm.a=colour:%25;sigma2:700")
    page.wait_for_function("() => document.querySelector('.lmmx-host').model.get('sigma2') === 700")


def test_an_anchor_keeps_its_section(page: Any, folder: Path, fit: lmmteach.Fit, tmp_path: Path) -> None:
    piece = fit.explore(prediction=-1, address="a").to_html()
    path = tmp_path / "page.html"
    section = "<div style='height:3000px'></div><h1 id='my-section'>Here</h1><div style='height:3000px'></div>"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>t</title><body>{piece}{section}", encoding="utf-8")
    page.goto(f"{path.as_uri()}#my-section")
    settle(page)
    box(page, "sigma2").fill("700")
    page.wait_for_function("() => location.hash === '#my-section&lmm.a=sigma2:700'")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_function("() => document.querySelector('.lmmx-host').model.get('sigma2') === 700")
    page.wait_for_function("() => Math.abs(document.getElementById('my-section').getBoundingClientRect().top) < 60")
    page.locator("[data-action=reset]").click()
    page.wait_for_function("() => location.hash === '#my-section'")


def test_a_link_waits_for_the_prediction(page: Any, folder: Path) -> None:
    """Its setting may be the answer."""
    opened(page, folder, "asks.html", "#lmm.a=sigma2:700")
    page.wait_for_timeout(600)
    assert state(page)["sigma2"] != 700
    page.evaluate("location.hash = 'lmm.a=sigma2:800'")
    page.wait_for_timeout(300)
    assert state(page)["sigma2"] not in (700, 800)
    page.locator(".lmmx-answer").first.click()
    page.locator("[data-action=lock]").click()
    page.wait_for_function("() => document.querySelector('.lmmx-host').model.get('sigma2') === 800")
    assert "lmm.a=sigma2:800" in page.url


def test_the_projectors_keys_wait_for_the_prediction(page: Any, folder: Path) -> None:
    opened(page, folder, "asks.html")
    page.locator("[data-action=projector]").click()
    before = state(page)
    for key in ("]", "["):
        page.keyboard.press(key)
        settle(page)
        assert state(page) == before
    assert page.locator(".lmmx-stepped").inner_text() == "First a prediction"
    page.locator("[data-action=look]").click()
    page.keyboard.press("]")
    settle(page)
    assert state(page) != before


@pytest.mark.parametrize("width", [320, 400])
def test_long_titles_and_units_do_not_widen_a_phones_page(page: Any, tmp_path: Path, width: int) -> None:
    data = lmmteach.load_sleepstudy()
    data.attrs = {"title": "T" * 60, "units": {"reaction": "u" * 60, "days": "d" * 60}}
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(fit.explore(prediction=-1).save(tmp_path / "long.html").as_uri())
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
