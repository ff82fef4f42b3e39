"""The thing itself in the hand: each part to grab moves by pointer and keyboard, says its value, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import explore

from .explorer_page import assert_page_equals_python, cells, settle, state, three

pytestmark = pytest.mark.browser

TOY = {"G": [[1400, -60], [-60, 12]], "sigma2": 400}
VIEWS = ("marginal", "slopes", "shrinkage", "conditional", "layers", "hill", "hierarchy")


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, sleep: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("hands")
    for name in VIEWS:
        setting = TOY if name in ("marginal", "slopes") else {}
        fit = None if name == "hierarchy" else framingham
        explore(fit, name, prediction=-1, **setting).save(where / f"{name}.html")
    sleep.explore("random intercept", prediction=-1).save(where / "icc.html")
    framingham.explore(**TOY).save(where / "asks.html")
    return where


@pytest.fixture(scope="module")
def sleep() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)


def moved(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The parameters that differ."""
    names = {(0, 0): "G11", (0, 1): "G12", (1, 1): "G22"}
    found = {n for (i, j), n in names.items() if j < len(before["G"]) and before["G"][i][j] != after["G"][i][j]}
    return found | ({"sigma2"} if before["sigma2"] != after["sigma2"] else set())


def drag(page: Any, target: Any, dx: float, dy: float, rest: float = 0) -> None:
    """Pull at the middle of something, resting for a while on the way."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=3)
    if rest:
        page.wait_for_timeout(rest)
    page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()
    settle(page)


def undone(page: Any, before: dict[str, Any]) -> None:
    """One step back is where it was."""
    page.locator("[data-action=undo]").click()
    assert state(page) == before
    assert page.locator("[data-action=undo]").is_disabled()


CELLS = {"V-0-0": "G11", "V-0-5": "G12", "V-3-1": "G22", "V-4-4": "G22"}


def test_a_cell_of_V(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "marginal")
    before = state(page)
    grip = page.locator(".lmmx-panel-covariance .lmmx-grip")
    for cell, parameter in CELLS.items():
        i, j = (int(k) for k in cell.split("-")[1:])
        value = float(cells(page, "V")[i][j])
        box = page.locator(f"td:has([data-cell='{cell}'])")
        drag(page, box, 0, -20)
        assert moved(before, state(page)) == {parameter}
        assert float(cells(page, "V")[i][j]) > value
        assert_page_equals_python(page, framingham)
        undone(page, before)

        page.locator(f"[data-cell='{cell}']").hover()
        grip.focus()
        said = grip.get_attribute("aria-valuetext")
        page.keyboard.press("ArrowDown")
        assert moved(before, state(page)) == {parameter}
        assert float(cells(page, "V")[i][j]) < value
        assert grip.get_attribute("aria-valuetext") != said
        assert grip.get_attribute("aria-label").startswith("Var at" if i == j else "Cov at")
        assert grip.get_attribute("aria-label")[-9:] == box.get_attribute("title")[-9:], "it says what it moves"
        undone(page, before)
        grip.blur()


def test_a_drag_is_one_step_however_long_it_rests(page: Any, folder: Path) -> None:
    opened(page, folder, "marginal")
    before = state(page)
    drag(page, page.locator("td:has([data-cell='V-0-0'])"), 0, -30, rest=800)  # longer than a gesture of keys
    undone(page, before)


def test_a_drag_stops_where_the_slider_does(page: Any, folder: Path) -> None:
    opened(page, folder, "marginal")
    drag(page, page.locator("td:has([data-cell='V-0-0'])"), 0, -600)
    most = page.locator("input[type=range][data-param=G11]")
    assert most.input_value() == most.get_attribute("max")
    drag(page, page.locator("td:has([data-cell='V-0-0'])"), 0, 900)
    assert state(page)["G"][0][0] == 0


ON_THE_CURVE = [("SD at 10", 0, -25, "G22"), ("Residual SD", 0, 14, "sigma2"), ("Least spread", 40, 0, "G12")]


def test_the_curve_of_the_SD(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "marginal")
    before = state(page)
    for name, dx, dy, parameter in ON_THE_CURVE:
        page.locator(".lmmx-panel-sd svg").scroll_into_view_if_needed()
        handle = page.get_by_role("slider", name=name)
        start = handle.bounding_box()
        drag(page, handle, dx, dy)
        assert moved(before, state(page)) == {parameter}
        end = handle.bounding_box()
        assert (end["x"] - start["x"], end["y"] - start["y"]) == pytest.approx((dx, dy), abs=2), "under the pointer"
        assert_page_equals_python(page, framingham)
        undone(page, before)
        handle.focus()
        said = handle.get_attribute("aria-valuetext")
        page.keyboard.press("ArrowUp")
        assert moved(before, state(page)) == {parameter}
        assert handle.get_attribute("aria-valuetext") != said
        undone(page, before)


def test_the_arrow_keys_take_the_point_of_the_SD_to_another_visit(page: Any, folder: Path) -> None:
    opened(page, folder, "marginal")
    before = state(page)
    page.get_by_role("slider", name="SD at 10").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert page.get_by_role("slider", name="SD at 0: moves G₁₁").count() == 1
    assert state(page) == before, "looking is no move"
    page.keyboard.press("ArrowUp")
    assert moved(before, state(page)) == {"G11"}


def test_a_number_of_the_equation(page: Any, folder: Path) -> None:
    opened(page, folder, "marginal")
    before = state(page)
    for number, parameter in enumerate(["G11", "G12", "G12", "G22", "sigma2"]):
        node = page.locator(".lmmx-equation .lmmx-scrub").nth(number)
        drag(page, node, 30, 0)
        assert moved(before, state(page)) == {parameter}
        undone(page, before)
        if number == 2:  # G12 is printed twice and is one slider
            assert node.get_attribute("role") is None
            continue
        node.focus()
        said = node.get_attribute("aria-valuetext")
        page.keyboard.press("ArrowUp")
        assert moved(before, state(page)) == {parameter}
        assert node.get_attribute("aria-valuetext") != said
        undone(page, before)


def test_nothing_can_be_pulled_before_the_prediction(page: Any, folder: Path) -> None:
    opened(page, folder, "asks")
    before = state(page)
    drag(page, page.locator("td:has([data-cell='V-0-0'])"), 0, -30)
    drag(page, page.locator(".lmmx-equation .lmmx-scrub").first, 30, 0)
    assert page.locator(".lmmx-grip").is_disabled()
    assert page.get_by_role("slider", name="SD at").is_disabled()
    assert state(page) == before


def test_the_pinch_of_the_lines(page: Any, folder: Path) -> None:
    opened(page, folder, "slopes")
    before = state(page)
    drag(page, page.locator(".lmmx-panel-lines").get_by_role("slider", name="Least spread"), 50, 0)
    (_, g12), (_, g22) = state(page)["G"]
    assert moved(before, state(page)) == {"G12"}
    assert -g12 / g22 > 5.5
    undone(page, before)


def b_hat(fit: lmmteach.Fit, label: str, change: dict[int, float]) -> np.ndarray:
    """b-hat of a subject some of whose readings, by their number in time, are others."""
    subject = next(s for s in fit.design.by_subject() if str(s.label) == label)
    order = np.argsort(subject.times)
    y = subject.y[order] + [change.get(k, 0.0) for k in range(len(order))]
    Z, X = subject.Z[order], subject.X[order]
    V = lmmteach.marginal_covariance(Z, fit.G, fit.sigma2)
    return fit.G.to_numpy() @ Z.T @ np.linalg.solve(V, y - X @ fit.beta.to_numpy())


def test_a_reading_that_is_pulled_takes_b_hat_along(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "shrinkage")
    label = page.evaluate("document.querySelector('.lmmx-host').model.get('dials').subject")
    shown = lambda: [page.locator(f"[data-cell='b-{a}']").inner_text() for a in (0, 1)]  # noqa: E731
    was = [three(b) for b in b_hat(framingham, label, {})]
    assert shown() == was
    reading = page.get_by_role("slider", name="Reading at 0")
    value = float(reading.get_attribute("aria-valuenow"))
    drag(page, page.locator(".lmmx-dot").first, 0, 40)
    by = float(reading.get_attribute("aria-valuenow")) - value
    assert by < -10
    assert shown() == [three(b) for b in b_hat(framingham, label, {0: by})]
    assert page.locator(".lmmx-were").get_attribute("d") != "", "where it was read stays in sight"
    page.wait_for_function("() => document.querySelector('.lmmx-code').textContent.includes('stay behind')")
    page.locator("[data-action=undo]").click()
    assert shown() == was

    reading.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    second = page.get_by_role("slider", name="Reading at ")  # one handle for all readings
    when = float(second.get_attribute("aria-label").removeprefix("Reading at "))
    assert shown() != was
    assert when > 0
    assert second.get_attribute("aria-valuetext")
    page.locator("[data-action='as-read']").click()
    assert shown() == was
    second.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('.lmmx-host').model.get('dials').removed") == [when]


def test_the_edge_of_one_persons_band(page: Any, folder: Path) -> None:
    opened(page, folder, "conditional")
    before = state(page)
    edge = page.locator(".lmmx-panel-conditional").get_by_role("slider", name="Residual SD")
    drag(page, edge, 0, -20)
    assert moved(before, state(page)) == {"sigma2"}
    assert state(page)["sigma2"] > before["sigma2"]
    undone(page, before)
    page.locator("[data-param='bands-conditional']").uncheck()
    assert not edge.is_visible(), "no band, no edge"


def test_the_border_of_the_bar(page: Any, folder: Path) -> None:
    opened(page, folder, "icc")
    before = state(page)
    border = page.get_by_role("slider", name="Border of")
    total = before["G"][0][0] + before["sigma2"]
    drag(page, border, -60, 0)
    after = state(page)
    assert after["G"][0][0] < before["G"][0][0]
    assert after["G"][0][0] + after["sigma2"] == pytest.approx(total, rel=1e-4), "the whole stays"
    undone(page, before)
    border.focus()
    said = border.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert border.get_attribute("aria-valuetext") != said
    assert state(page)["G"][0][0] > before["G"][0][0]


def dials(page: Any) -> dict[str, Any]:
    return page.evaluate("document.querySelector('.lmmx-host').model.get('dials')")


def test_the_borders_of_a_stacked_bar(page: Any, folder: Path) -> None:
    opened(page, folder, "layers")
    before = dials(page)
    for symbol, dial in {"G₁₁": "level", "σ₁²": "fluct", "σ₂²": "error"}.items():
        border = page.get_by_role("slider", name=f"Top of {symbol}")
        drag(page, border, 0, 12)
        now = dials(page)
        assert {name for name in now if now[name] != before[name]} == {dial}
        assert now[dial] < before[dial]
        page.locator("[data-action=undo]").click()
        assert dials(page) == before
        border.focus()
        page.keyboard.press("ArrowUp")
        assert dials(page)[dial] > before[dial]
        page.locator("[data-action=undo]").click()


def test_a_block_of_pupils(page: Any, folder: Path) -> None:
    """A block moves what it has beyond the block around it."""
    opened(page, folder, "hierarchy")
    before = dials(page)
    square = page.locator(".lmmx-blocks")
    square.scroll_into_view_if_needed()
    frame = square.bounding_box()
    size = frame["width"] / 18
    for (i, j), dial in {(0, 0): "pupil", (0, 1): "classroom", (1, 5): "school"}.items():
        x, y = frame["x"] + (j + 0.5) * size, frame["y"] + (i + 0.5) * size
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 16, steps=4)
        page.mouse.up()
        now = dials(page)
        assert {name for name in now if now[name] != before[name]} == {dial}
        assert now[dial] == before[dial] + 8
        page.locator("[data-action=undo]").click()
        assert dials(page) == before
    number = page.get_by_role("slider", name="σᵥ² in V")
    number.focus()
    page.keyboard.press("ArrowUp")
    assert dials(page)["classroom"] == before["classroom"] + 1


def test_the_setting_along_a_profile(page: Any, folder: Path) -> None:
    opened(page, folder, "hill")
    page.wait_for_function("() => document.querySelector('.lmmx-panel-profile .lmmx-body').dataset.ready === 'true'")
    before = state(page)
    here = page.get_by_role("slider", name="Your setting along")
    drag(page, here, 18, 0)
    assert moved(before, state(page)) == {"G11"}
    undone(page, before)
    here.focus()
    page.keyboard.press("ArrowRight")
    assert moved(before, state(page)) == {"G11"}


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    size = {"width": 400, "height": 850}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_a_finger_taps_a_cell_and_then_pulls_at_it(phone: Any, folder: Path) -> None:
    opened(phone, folder, "marginal")
    before = state(phone)
    box = phone.locator("td:has([data-cell='V-0-0'])")
    scrolls = "(td) => getComputedStyle(td).touchAction"
    assert box.evaluate(scrolls) != "none", "a cell that was not tapped lets the page scroll"
    box.tap()
    settle(phone)
    assert box.evaluate(scrolls) == "none"
    place = box.bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    session = phone.context.new_cdp_session(phone)
    for kind, dy in [("touchStart", 0), ("touchMove", -10), ("touchMove", -30), ("touchEnd", None)]:
        points = [] if dy is None else [{"x": x, "y": y + dy}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    settle(phone)
    assert moved(before, state(phone)) == {"G11"}
    assert state(phone)["G"][0][0] > 1400
