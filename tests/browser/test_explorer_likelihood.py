"""The hill, the coefficients and the structures in a real browser: operated, and their printed numbers Python's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.explore.needs.structures import structures

from .explorer_page import fixed, observe, out, settle, state, three

pytestmark = pytest.mark.browser
READY = "() => [...document.querySelectorAll('[data-ready]')].every((e) => e.dataset.ready === 'true')"


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("likelihood")
    for name in ("hill", "estimates", "structures"):
        framingham.explore(name).save(where / f"{name}.html")
    return where


def dials(page: Any) -> dict[str, Any]:
    return page.evaluate("document.querySelector('.lmmx-host').model.get('dials')")


def cell(page: Any, name: str) -> str:
    return page.locator(f"[data-cell='{name}']").inner_text()


def test_the_hill_is_walked_and_searched(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/hill.html")
    handle = page.locator(".lmmx-panel-hill .lmmx-handle")
    assert page.locator(".lmmx-hands").evaluate("node => node.inert"), "nothing moves before a prediction"
    page.get_by_label("REML", exact=True).check()
    page.get_by_role("button", name="Lock my prediction").click()
    page.wait_for_function(READY)
    # By keyboard: right is a larger SD of intercepts, up a larger SD of slopes; the other parameters stay.
    before = state(page)
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    settle(page)
    now = state(page)
    assert now["G"][0][0] > before["G"][0][0]
    assert now["G"][1][1] > before["G"][1][1]
    assert (now["G"][0][1], now["sigma2"]) == (before["G"][0][1], before["sigma2"])
    assert "It came true." in observe(page, 1)
    # By pointer: a click on the map goes there.
    map_ = page.locator(".lmmx-panel-hill canvas").nth(1)
    frame = map_.bounding_box()
    map_.click(position={"x": 0.75 * frame["width"], "y": 0.3 * frame["height"]})
    settle(page)
    walked = state(page)
    assert walked["G"][0][0] > now["G"][0][0]
    assert walked["G"][1][1] > now["G"][1][1]
    gap = framingham.deviance_at(walked["G"], walked["sigma2"]) - framingham.deviance
    assert f"{fixed(gap, 2)} above the fit" in handle.get_attribute("aria-valuetext")
    # The search, step by step.
    path = framingham.explore("hill")._data["extra"]["hill"]["path"]
    for step in path:
        page.locator("[data-action=step]").click()
        settle(page)
        assert state(page)["G"] == step["G"]
        assert f"{fixed(step['deviance'] - framingham.deviance, 2)} above the fit" in out(page, "step")
    assert page.locator("[data-action=step]").is_disabled()
    # Another plane holds other parameters.
    page.locator("select[data-param=plane]").select_option("covariance × slopes")
    settle(page)
    page.wait_for_function(READY)
    held = page.locator(".lmmx-panel-hill .lmmx-held").inner_text()
    assert held == f"held still: G₁₁ = {three(path[-1]['G'][0][0])}, σ² = {three(path[-1]['sigma2'])}"


def test_the_profile_marks_both_minima(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/hill.html")
    page.get_by_role("button", name="Just look").click()
    ml = lmmteach.lmm(framingham.formula, framingham.design.frame, method="ML")
    for along, at in (("slopes, G₂₂", 1), ("intercepts, G₁₁", 0)):
        page.locator("select[data-param=along]").select_option(along)
        settle(page)  # only then has the new curve been begun, and is not ready
        page.wait_for_function(READY)
        for method, fit in (("ML", ml), ("REML", framingham)):
            shown = page.locator(f"[data-out='least-{method}']").text_content()
            assert shown == f"{method} {three(float(np.sqrt(fit.G.iloc[at, at])))}"
    assert ml.G.iloc[0, 0] < framingham.G.iloc[0, 0]


def test_coefficients_follow_G(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/estimates.html")
    page.get_by_role("button", name="Just look").click()
    page.locator("input.lmmx-box[data-param=G22]").fill("20")
    page.locator("input.lmmx-box[data-param=sigma2]").fill("800")
    settle(page)
    now = state(page)

    def assert_gls(people: list[Any]) -> None:
        V = [lmmteach.marginal_covariance(s.Z, now["G"], now["sigma2"]) for s in people]
        want = lmmteach.gls([s.y for s in people], [s.X for s in people], V)
        for k, name in enumerate(framingham.beta.index):
            assert cell(page, f"beta-{name}") == three(want.beta[k])
            assert cell(page, f"se-{name}") == three(np.sqrt(want.cov_beta[k, k]))

    everyone = list(framingham.design.by_subject())
    assert_gls(everyone)
    assert "No coefficient has moved" not in out(page, "beta")
    page.locator("select[data-param=data]").select_option("only those seen at every visit")
    settle(page)
    assert_gls([s for s in everyone if len(s.y) == 6])
    assert "No coefficient has moved" in out(page, "beta")
    # The course, back at the fit: the change per year of a man of 50.
    page.get_by_role("button", name="Jump to the fit").click()
    page.locator(".lmmx-segment", has_text="male").last.click()
    page.locator("input.lmmx-box[data-param=age]").fill("50")
    settle(page)
    b = framingham.beta
    slope = b["year"] + b["sexmale:year"] + 50 * b["year:age"]
    said = page.locator(".lmmx-findings li").first.inner_text()
    assert said.startswith(f"male, age 50: per year the average changes by +{three(slope)} mg/dL per year")


def test_structures_are_compared(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{folder.as_uri()}/structures.html")
    page.get_by_role("button", name="Just look").click()
    sent = structures(framingham)
    for one in sent["fits"]:
        assert cell(page, f"deviance-{one['key']}") == fixed(one["deviance"], 1)
    best = min(sent["fits"], key=lambda one: one["aic"])
    assert page.locator(".lmmx-scores b", has_text=fixed(best["aic"], 1)).count() == 1
    page.locator("[data-structure=un]").check()
    settle(page)
    assert dials(page)["compare"] == ["ri", "ar1", "un"]
    page.locator("select[data-param=curve]").select_option("neighbours, along time")
    settle(page)
    rirs = next(one for one in sent["fits"] if one["key"] == "rirs")
    page.locator("[data-curve=rirs]").click()
    assert page.locator("[data-structure=rirs]").is_checked(), "two places, one choice"
    settle(page)
    spoken = page.locator(".lmmx-panel-courses svg").get_attribute("aria-label")
    assert f"Random intercept + slope {fixed(rirs['C'][4][5], 2)}" in spoken


@pytest.mark.parametrize("name", ["hill", "estimates", "structures"])
def test_nothing_sticks_out_of_a_phone(page: Any, folder: Path, name: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{folder.as_uri()}/{name}.html")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
