"""An explorer of a fit whose R is not sigma2 I: sliders, code, link, one step back, all as Python has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import Explorer

from .axe import faults
from .explorer_page import cells, fixed, out, settle, three

pytestmark = pytest.mark.browser
DIALS = "() => document.querySelector('.lmmx-host').model.get('dials')"


@pytest.fixture(scope="module")
def fit() -> lmmteach.Fit:
    sleep = lmmteach.load_sleepstudy()
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep, time="days", residual="ar1")


@pytest.fixture(scope="module")
def pages(fit: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("residual")
    sleep = fit.design.frame
    nugget = lmmteach.Exponential() + lmmteach.Independent()
    lmmteach.lmm("reaction ~ days", sleep, groups="subject", time="days", residual=nugget).explore().save(
        where / "sum.html"
    )
    fit.explore().save(where / "ar1.html")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    settle(page)


def slider(page: Any, name: str) -> Any:
    return page.locator(f"input[type=range][data-param={name}]")


def box(page: Any, name: str) -> Any:
    return page.locator(f"input.lmmx-box[data-param={name}]")


def shows(page: Any, explorer: Explorer) -> None:
    """V, the correlations and -2 log L on the page are Python's."""
    settle(page)
    V, corr = explorer.V.to_numpy(), explorer.corr.to_numpy()
    assert cells(page, "V") == [[three(v) for v in row] for row in V]
    assert cells(page, "C")[0][1:] == [fixed(r, 3) for r in corr[0, 1:]]
    assert out(page, "deviance") == fixed(explorer.deviance, 2)


def test_phi_moves_V_as_python_says_and_undo_brings_it_back(page: Any, fit: lmmteach.Fit, pages: Path) -> None:
    opened(page, pages, "ar1")
    explorer = fit.explore()
    names = page.eval_on_selector_all("input[type=range]", "nodes => nodes.map((node) => node.dataset.param)")
    assert names == ["G11", "G12", "rho", "G22", "sigma2", "phi"]
    shows(page, explorer)
    box(page, "phi").fill("0.8")
    explorer.move(phi=0.8)
    shows(page, explorer)
    fed = page.eval_on_selector_all(
        ".lmmx-table-V tbody td", "nodes => nodes.map((node) => Number(node.style.getPropertyValue('--reach')) > 0)"
    )
    off = ~np.eye(len(explorer.V), dtype=bool)
    assert np.array_equal(np.reshape(fed, off.shape), off)  # phi feeds every entry but the variances
    page.locator("[data-action=undo]").click()
    page.wait_for_timeout(700)
    explorer.move(phi=fit.explore().dials["phi"])
    shows(page, explorer)


def test_a_slider_a_number_and_a_key_move_the_same_phi(page: Any, pages: Path) -> None:
    opened(page, pages, "ar1")
    for node in (slider(page, "phi"), page.locator(".lmmx-equation [role=slider][aria-label^=φ]")):
        before = page.evaluate(DIALS)["phi"]
        node.focus()
        page.keyboard.press("ArrowRight")
        settle(page)
        assert page.evaluate(DIALS)["phi"] > before
    page.wait_for_timeout(800)
    assert "correlation in R, one visit apart" in out(page, "summary")
    assert "minus 2 log L" in out(page, "summary")


def test_the_code_reproduces_the_page(page: Any, fit: lmmteach.Fit, pages: Path) -> None:
    opened(page, pages, "ar1")
    box(page, "G22").fill("12")
    box(page, "phi").fill("0.75")
    box(page, "sigma2").fill("1500")
    page.wait_for_timeout(400)
    code = page.locator(".lmmx-code code").inner_text()
    scope: dict[str, Any] = {"lmmteach": lmmteach, "data": fit.design.frame}
    exec(code, scope)
    assert scope["explorer"].dials["phi"] == 0.75
    shows(page, scope["explorer"])
    again: dict[str, Any] = {"lmmteach": lmmteach, "data": fit.design.frame}
    exec(scope["explorer"].code(), again)
    assert again["explorer"].deviance == pytest.approx(scope["explorer"].deviance, abs=1e-8)


def test_link_jump_presets_and_keeping_take_R_along(page: Any, fit: lmmteach.Fit, pages: Path) -> None:
    opened(page, pages, "ar1")
    box(page, "phi").fill("-0.25")
    page.locator("[data-action=keep]").click()
    assert "φ −0.25" in out(page, "kept")
    page.wait_for_timeout(600)
    page.reload()
    settle(page)
    assert page.evaluate(DIALS)["phi"] == -0.25
    page.get_by_role("button", name="No memory").click()
    page.wait_for_timeout(700)
    assert page.evaluate(DIALS)["phi"] == 0
    page.locator("[data-action=fit]").click()
    page.wait_for_timeout(700)
    shows(page, fit.explore())
    assert out(page, "milestone") == "This is the fit."
    box(page, "phi").fill("0.1")
    page.get_by_role("button", name="Parallel lines").click()
    page.wait_for_timeout(700)
    assert page.evaluate(DIALS)["phi"] == pytest.approx(fit.residual.rho)
    page.locator("[data-action=reset]").click()
    page.wait_for_timeout(700)
    shows(page, fit.explore())


def test_an_R_that_is_none_puts_the_light_out_and_says_why(page: Any, pages: Path) -> None:
    opened(page, pages, "ar1")
    box(page, "phi").fill("1")
    settle(page)
    assert page.locator("[data-light=V]").get_attribute("data-state") == "off"
    assert "R alone is not positive definite" in out(page, "explanation")
    box(page, "phi").fill("1.5")
    assert box(page, "phi").get_attribute("aria-invalid") == "true"
    assert page.evaluate(DIALS)["phi"] == 1


@pytest.mark.parametrize("width", [360, 1366])
def test_without_random_effects_there_is_R_alone(page: Any, pages: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, pages, "sum")
    names = page.eval_on_selector_all("input[type=range]", "nodes => nodes.map((node) => node.dataset.param)")
    assert names == ["sigma2", "sigma2_exponential", "phi"]
    assert page.locator("[data-light=G]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width < 500:  # one line of controls in a hand
        assert page.locator(".lmmx-row:visible").count() == 1
        assert page.locator(".lmmx-bar").bounding_box()["height"] < 150


def test_axe_finds_nothing(page: Any, pages: Path) -> None:
    for name in ("ar1", "sum"):
        opened(page, pages, name)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(350)  # the theme's second look
            assert faults(page, colours=scheme == "dark") == [], (name, scheme)
