"""Undo covers everything: each thing that a hand does, also in quick succession, is one step back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .explorer_page import settle

pytestmark = pytest.mark.browser
STATE = """() => {
  const { model } = document.querySelector(".lmmx-host");
  const names = ["G", "sigma2", "hold", "seed", "method", "dials"];
  return JSON.stringify([...names.map((name) => model.get(name)), document.querySelector(".lmmx-check input").checked]);
}"""


@pytest.fixture
def opened(page: Any, framingham: lmmteach.Fit, tmp_path: Path) -> Any:
    page.emulate_media(reduced_motion="reduce")
    page.goto(framingham.explore(prediction=-1).save(tmp_path / "undo.html").as_uri())
    settle(page)
    return page


def deeds(page: Any) -> dict[str, Any]:
    """Everything in the console and the panels that changes where the explorer stands."""
    click = lambda selector: page.locator(selector).first.click  # noqa: E731
    return {
        "a slider": lambda: page.locator("[data-param=G12][type=range]").press("ArrowRight"),
        "another": lambda: page.locator("[data-param=G11][type=range]").press("ArrowLeft"),
        "a box": lambda: page.locator("input.lmmx-box[data-param=sigma2]").fill("700"),
        "hold": click("[data-hold=rho]:visible"),
        "hold again": click("[data-hold=covariance]:visible"),
        "the method": lambda: page.locator(".lmmx-method").select_option("ML"),
        "draws": click("[data-action=draws]"),
        "more draws": click("[data-action=draws]"),
        "a preset": click("[data-action=preset]"),
        "another preset": page.locator("[data-action=preset]").nth(2).click,
        "the fit shown": click(".lmmx-check input"),
        "someone to follow": lambda: page.locator("[data-param=subject]").select_option(index=3),
        "someone else": lambda: page.locator("[data-param=subject]").select_option(index=5),
        "colours": lambda: page.locator("[data-param=colour]").select_option(index=1),
        "from outside": lambda: page.evaluate("document.querySelector('.lmmx-host').model.set('sigma2', 300)"),
        "the fit": click("[data-action=fit]"),
        "the start": click("[data-action=reset]"),
    }


def test_every_deed_is_one_step_back(opened: Any) -> None:
    page = opened
    undo = page.locator("[data-action=undo]")
    assert undo.is_disabled()
    passed = [page.evaluate(STATE)]
    names = []
    for name, deed in deeds(page).items():
        deed()
        settle(page)
        now = page.evaluate(STATE)
        assert now != passed[-1], f"{name} changed nothing"
        passed.append(now)
        names.append(name)
    for name, before in zip(reversed(names), reversed(passed[:-1]), strict=True):
        undo.click()
        settle(page)
        assert json.loads(page.evaluate(STATE)) == json.loads(before), name
    assert undo.is_disabled()


def test_a_game_of_matching_hides_the_fit_for_good(opened: Any) -> None:
    """What the game hides does not come back by Undo."""
    page = opened
    page.locator("[data-action=preset]").nth(2).click()
    page.locator("[data-action=match]").click()
    settle(page)
    assert not page.locator(".lmmx-check input").is_checked()
    page.locator("[data-action=undo]").click()
    settle(page)
    assert not page.locator(".lmmx-check input").is_checked()
