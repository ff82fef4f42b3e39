"""Freeze and compare: a setting that is kept is the ghost, the live one is held against it, and they change places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import explore

from .explorer_page import settle, state, three

pytestmark = pytest.mark.browser
A = {"G": [[800, -30], [-30, 6]], "sigma2": 700}
GHOSTS = "() => [...document.querySelectorAll('.lmmx-table-V .lmmx-ghost')].map((cell) => cell.textContent)"


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("keeping")
    framingham.explore(**A, prediction=-1).save(where / "marginal.html")
    explore(None, "hierarchy", prediction=-1).save(where / "hierarchy.html")
    return where


def press(page: Any, action: str) -> None:
    page.locator(f"[data-action={action}]").click()
    settle(page)
    page.wait_for_timeout(600)  # what a button sets is on its way for half a second
    settle(page)


def type_in(page: Any, name: str, value: float) -> None:
    page.locator(f"input.lmmx-box[data-param={name}]").fill(f"{value:g}")
    settle(page)


def printed(explorer: Any) -> list[str]:
    return [three(v) for v in explorer.V.to_numpy().ravel()]


def test_a_kept_setting_is_the_ghost_until_it_is_let_go(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    page.goto((folder / "marginal.html").as_uri())
    settle(page)
    of_fit, of_a = printed(framingham.explore()), printed(framingham.explore(**A))
    assert page.evaluate(GHOSTS) == of_fit
    page.locator("[data-action=keep]").click()
    settle(page)
    assert page.evaluate(GHOSTS) == of_a
    said = page.locator(".lmmx-keep [role=status]").inner_text()
    assert said == "Kept: A is drawn as a ghost, G₁₁ 800, G₁₂ −30, G₂₂ 6, σ² 700; you move B."
    assert "A, kept" in page.locator(".lmmx-panel-covariance .lmmx-key").inner_text()
    kept = page.locator(".lmmx-panel-sd .lmmx-ghostline").get_attribute("d")
    type_in(page, "G12", 40)
    live = page.locator(".lmmx-panel-sd .lmmx-line").get_attribute("d")
    assert page.evaluate(GHOSTS) == of_a
    b = printed(framingham.explore(G=[[800, 40], [40, 6]], sigma2=700))

    press(page, "swap")
    assert (state(page)["G"], state(page)["sigma2"]) == (A["G"], A["sigma2"])
    assert page.evaluate(GHOSTS) == b
    assert "B, kept" in page.locator(".lmmx-panel-covariance .lmmx-key").inner_text()
    assert page.locator(".lmmx-panel-sd .lmmx-line").get_attribute("d") == kept
    assert page.locator(".lmmx-panel-sd .lmmx-ghostline").get_attribute("d") == live

    press(page, "undo")
    assert state(page)["G"] == [[800, 40], [40, 6]]
    assert page.evaluate(GHOSTS) == of_a, "a swap is a step to undo"
    press(page, "let-go")
    assert page.evaluate(GHOSTS) == of_fit
    press(page, "undo")
    assert page.evaluate(GHOSTS) == of_a, "letting go is a step to undo"
    for _ in range(3):
        if page.locator("[data-action=undo]").is_enabled():
            press(page, "undo")
    assert page.evaluate(GHOSTS) == of_fit, "keeping is a step to undo"
    assert page.locator("[data-action=keep]").is_visible()


def test_without_a_fit_the_two_change_places_all_the_same(page: Any, folder: Path) -> None:
    page.goto((folder / "hierarchy.html").as_uri())
    settle(page)
    page.locator("[data-action=keep]").click()
    settle(page)
    type_in(page, "school", 80)
    press(page, "swap")
    assert page.locator("input.lmmx-box[data-param=school]").input_value() == "20"
    press(page, "swap")
    assert page.locator("input.lmmx-box[data-param=school]").input_value() == "80"
