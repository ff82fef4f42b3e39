"""Random slopes, time origin, strange results and two visits on their saved pages: handles, numbers, prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach

from .explorer_page import assert_page_equals_python, cells, fixed, light, observe, out, settle, state, three

pytestmark = pytest.mark.browser

TOY = {"G": [[1400, -60], [-60, 12]], "sigma2": 400}


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("lines")
    framingham.explore("slopes", prediction=-1, **TOY).save(where / "slopes.html")
    framingham.explore("time origin", prediction=-1, **TOY).save(where / "origin.html")
    framingham.explore("strange results", prediction=-1).save(where / "strange.html")
    framingham.explore("two visits", prediction=-1, **TOY).save(where / "two.html")
    framingham.explore("two visits").save(where / "ask.html")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto(f"{folder.as_uri()}/{name}.html")
    settle(page)


def dial(page: Any, name: str) -> Any:
    return page.evaluate("n => document.querySelector('.lmmx-host').model.get('dials')[n]", name)


def brief(x: float) -> str:
    """Three significant digits and no padding, as the small tables print."""
    return f"{float(f'{x:.3g}'):.6g}".replace("-", "−")


def drag(page: Any, handle: Any, dx: float, dy: float) -> None:
    frame = handle.bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    settle(page)


def handle(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name)


def test_the_rim_moves_G_by_pointer_and_by_keyboard(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "slopes")
    width, height, tilt = (handle(page, name) for name in ("Width", "Height", "Tilt"))
    for one in (width, height, tilt):
        frame = one.bounding_box()
        assert frame["width"] >= 44
        assert frame["height"] >= 44

    drag(page, width, 30, 0)
    (g11, g12), (_, g22) = state(page)["G"]
    assert g11 > 1450
    assert (g12, g22) == pytest.approx((-60, 12), rel=1e-9)
    drag(page, height, 0, 25)
    (now11, now12), (_, now22) = state(page)["G"]
    assert now22 < 11
    assert (now11, now12) == pytest.approx((g11, -60), rel=1e-9)

    before = state(page)["G"]
    tilt.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settle(page)
    after = state(page)["G"]
    rho = [G[0][1] / np.sqrt(G[0][0] * G[1][1]) for G in (before, after)]
    assert rho[1] == pytest.approx(rho[0] + 0.1, abs=1e-9)
    assert (after[0][0], after[1][1]) == pytest.approx((before[0][0], before[1][1]), rel=1e-12)
    drag(page, tilt, 400, -400)  # far beyond the corner: rho stops at 1
    G = np.array(state(page)["G"])
    assert G[0, 1] == pytest.approx(np.sqrt(G[0, 0] * G[1, 1]), rel=1e-9)
    assert light(page, "G") == "on"


def test_a_dot_is_a_line_is_a_subject_and_its_V(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "slopes")
    assert dial(page, "subject") == ""
    svg = page.locator(".lmmx-panel-ellipse svg").bounding_box()
    page.mouse.move(svg["x"] + 0.55 * svg["width"], svg["y"] + 0.42 * svg["height"], steps=3)
    settle(page)
    chosen = dial(page, "subject")
    assert chosen != ""
    canvas = page.locator(".lmmx-panel-lines canvas").last.bounding_box()
    page.mouse.move(canvas["x"] + 0.5 * canvas["width"], canvas["y"] + 0.42 * canvas["height"], steps=3)
    settle(page)
    assert dial(page, "subject") not in ("", chosen)
    undo = page.locator("[data-action=undo]")
    assert undo.is_disabled(), "whom the pointer passes is no move to take back"

    short = next(str(s.label) for s in framingham.design.by_subject() if len(s.times) == 3)
    page.get_by_label("Follow").select_option(label=short)
    settle(page)
    assert undo.is_enabled()
    V = framingham.explore(**TOY)  # for its G and sigma2
    subject = next(s for s in framingham.design.by_subject() if str(s.label) == short)
    want = lmmteach.marginal_covariance(subject.Z, V.G, V.sigma2)
    assert cells(page, "Vi") == [[three(v) for v in row] for row in want]

    page.locator(".lmmx-entries").focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    t = subject.times
    row = [1400 - 60 * t[1], -60 + 12 * t[1]]
    assert f"({brief(row[0])} {brief(row[1])})" in " ".join(out(page, "made").split())
    assert "no σ² is added" in out(page, "made")


def test_another_time_zero(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    """The table's numbers are T G T' and its kin; V, det G and -2 log L never move."""
    opened(page, folder, "origin")
    frozen = cells(page, "V")
    deviance = framingham.explore(**TOY).deviance
    G = np.array(TOY["G"], dtype=float)
    for origin, rho in [(-10, "−0.84"), (5, "0.00"), (10, "0.46")]:
        page.locator("input.lmmx-box[data-param='origin']").fill(str(origin))
        settle(page)
        T = np.array([[1, origin], [0, 1]])
        there = T @ G @ T.T
        assert out(page, "origin-G₁₁") == brief(there[0, 0])
        assert out(page, "origin-G₁₂") == brief(there[0, 1])
        assert out(page, "origin-ρ") == rho
        assert out(page, "origin-G₂₂") == "12"
        assert out(page, "origin-det G") == "13200"
        assert out(page, "origin-Cov at 0 and 10") == "800"
        assert out(page, "origin-−2 log L") == fixed(deviance, 2)
        assert cells(page, "V") == frozen
    assert "rise more" in out(page, "origin-says")

    axis = page.get_by_role("slider", name="Time zero", exact=True)
    axis.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    settle(page)
    assert dial(page, "origin") == 6
    drag(page, axis, -120, 0)
    assert dial(page, "origin") < 4
    # The rim of the ellipse at another origin moves the same G, told from that origin.
    page.locator("input.lmmx-box[data-param='origin']").fill("5")
    settle(page)
    assert "costs nothing" in out(page, "trap")
    tilt = handle(page, "Tilt")
    tilt.focus()
    page.keyboard.press("PageUp")
    settle(page)
    T = np.array([[1, 5], [0, 1]])
    there = T @ np.array(state(page)["G"]) @ T.T
    assert there[0, 1] / np.sqrt(there[0, 0] * there[1, 1]) == pytest.approx(0.1, abs=1e-9)
    assert (there[0, 0], there[1, 1]) == pytest.approx((1100, 12), rel=1e-9)
    assert "cost" in out(page, "trap")
    assert "costs nothing" not in out(page, "trap")


def test_strange_settings_light_the_right_lights(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "strange")
    seen = {}
    for button in page.locator("[data-action='preset']").all():
        button.click()
        assert_page_equals_python(page, framingham)
        seen[button.inner_text()] = (light(page, "G"), light(page, "V"))
    assert seen["Invalid G, valid V"] == seen["Negative intraclass correlation"] == ("off", "on")
    assert seen["Neither valid"] == ("off", "off")
    assert sum(lights == ("on", "on") for lights in seen.values()) == len(seen) - 3

    page.get_by_role("button", name="First against last").click()
    settle(page)
    assert cells(page, "C")[0][5] == "−0.760"
    page.get_by_role("button", name="Neighbours ever more alike").click()
    settle(page)
    corr = cells(page, "C")
    lag1 = [float(corr[k][k + 1]) for k in range(5)]
    assert lag1 == sorted(lag1)
    assert (round(lag1[0], 2), round(lag1[-1], 2)) == (0.48, 0.83)


def likelihood_at(fit: lmmteach.Fit, times: list[float], G: Any, sigma2: float) -> float:
    """-2 log L (REML) of the readings at these times alone."""
    data = fit.design.frame
    part = data[np.isin(fit.design.times, times)]
    small = lmmteach.lmm(fit.design.formula.replace("(1 + year | id)", "(1 | id)"), part, time="year")
    subjects = list(small.design.by_subject())
    Z = [np.column_stack([np.ones(len(s.times)), s.times]) for s in subjects]
    V = [lmmteach.marginal_covariance(z, G, sigma2) for z in Z]
    return lmmteach.deviance([s.y for s in subjects], [s.X for s in subjects], V, "REML")


def test_along_the_ridge(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "two")
    box = page.locator("input[data-param='ridge']")
    two = fixed(likelihood_at(framingham, [0, 10], TOY["G"], 400), 2)
    page.get_by_label("three", exact=True).check()
    at_three = set()
    for sigma2, G in [(400, (1400, -60, 12)), (250, (1550, -75, 15)), (100, (1700, -90, 18))]:
        box.fill(str(sigma2))
        settle(page)
        now = state(page)
        assert now["sigma2"] == sigma2
        np.testing.assert_allclose(now["G"], [[G[0], G[1]], [G[1], G[2]]], rtol=1e-9)
        assert cells(page, "G") == [[brief(G[0]), brief(G[1])], [brief(G[1]), brief(G[2])]]
        assert cells(page, "V2") == [["1800", "800"], ["800", "1800"]]
        assert light(page, "G") == light(page, "V") == "on"
        assert out(page, "ridge-deviance-2") == two
        middle = [0, 4, 10] if "year 4" in page.locator(".lmmx-smalls").inner_text() else [0, 6, 10]
        assert out(page, "ridge-deviance-3") == fixed(likelihood_at(framingham, middle, now["G"], sigma2), 2)
        at_three.add((out(page, "ridge-deviance-3"), cells(page, "V3")[1][1]))
    assert len(at_three) == 3, "a third visit tells the three apart"
    box.fill("1100")  # beyond the smaller eigenvalue of V, 1000
    settle(page)
    assert (light(page, "G"), light(page, "V")) == ("off", "on")
    assert cells(page, "V2") == [["1800", "800"], ["800", "1800"]]
    assert out(page, "ridge-deviance-2") == two


def test_nothing_moves_before_the_prediction(page: Any, folder: Path) -> None:
    opened(page, folder, "ask")
    ridge = handle(page, "along the ridge")
    assert ridge.is_disabled()
    assert page.locator("input[data-param='ridge']").is_disabled()
    assert page.locator(".lmmx-panel-ridge .lmmx-line").get_attribute("d") == ""  # the curve is the answer
    page.get_by_label("It rises: more noise explains the data worse").check()
    page.get_by_role("button", name="Lock my prediction").click()
    settle(page)
    assert "Now find out: move σ²" in page.locator(".lmmx-verdict").inner_text()
    ridge.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    told = observe(page, "It stays exactly the same")
    assert "So it is on the screen." in told
    assert "It did not come true" in told
    assert "The likelihood sees only V" in told
