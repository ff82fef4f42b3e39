"""The residuals in a real browser: planted faults, moved parameters, and every printed number Python's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

import lmmteach
from tests.explore.test_checks_js import planted, rows_drawn

from .explorer_page import fixed, observe, out, settle, state, three

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def saved(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("checks") / "residuals.html"
    framingham.explore("residuals").save(where)
    return where


def straight(values: np.ndarray) -> str:
    """How straight the QQ plot of these values is, as printed."""
    n = len(values)
    return fixed(np.corrcoef(np.sort(values), norm.ppf((np.arange(n) + 0.5) / n))[0, 1], 4)


def between(values: Any, show: Any) -> str:
    return f"{show(float(min(values)))} to {show(float(max(values)))}"


def two(x: float) -> str:
    return fixed(x, 2)


def choose(page: Any, data: str, show: str) -> None:
    page.locator("select[data-param=data]").select_option(data)
    page.get_by_label(show, exact=True).check()
    settle(page)


def test_residuals_and_planted_faults(page: Any, saved: Path, framingham: lmmteach.Fit) -> None:
    page.goto(saved.as_uri())
    console = page.locator(".lmmx-console")
    assert console.evaluate("node => node.inert"), "nothing moves before a prediction"
    page.get_by_label("They are normal: b̂ estimates b").check()
    page.get_by_role("button", name="Lock my prediction").click()

    # The data as observed, sigma2 typed: everything normalized follows, nothing raw does.
    page.locator("input.lmmx-box[data-param=sigma2]").fill("800")
    settle(page)
    sigma2, G = state(page)["sigma2"], np.array(state(page)["G"])
    assert sigma2 == 800
    rows = rows_drawn(framingham)
    frame = framingham.design.frame.iloc[rows].assign(r=framingham.residuals("marginal").to_numpy()[rows])
    white = []
    for _, own in frame.groupby("id", sort=False):
        Z = np.column_stack([np.ones(len(own)), own["year"]])
        V = lmmteach.marginal_covariance(Z, G, sigma2)
        white.append(np.linalg.solve(np.linalg.cholesky(V), own["r"]))
    frame["white"] = np.concatenate(white)
    for kind, column in (("raw", "r"), ("white", "white")):
        want = frame.pivot(index="id", columns="year", values=column).corr().to_numpy()
        shown = [[page.locator(f"[data-cell='{kind}-{i}-{j}']").inner_text() for j in range(6)] for i in range(6)]
        assert shown == [["1" if i == j else two(want[i, j]) for j in range(6)] for i in range(6)]
    sd = frame.groupby("year")[["r", "white"]].std()
    said = out(page, "residuals")
    assert f"raw SDs {between(sd['r'], three)}; normalized SDs {between(sd['white'], two)}" in said
    assert "came true" not in page.locator(".lmmx-play").inner_text()
    page.get_by_role("button", name="Jump to the fit").click()

    # Against fitted values: conditional residuals, in fifths.
    page.get_by_label("by fitted value", exact=True).check()
    settle(page)
    fitted, left = (getattr(framingham, name)("conditional").to_numpy()[rows] for name in ("fitted", "residuals"))
    fifths = np.array_split(left[np.argsort(fitted)], 5)
    assert f"conditional SDs {between([part.std(ddof=1) for part in fifths], three)}" in out(page, "residuals")

    # By keyboard to the QQ plot; the observed people's true b are nobody's to know.
    page.get_by_label("by fitted value", exact=True).focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    whole = framingham.residuals("marginal", "normalized").to_numpy()
    assert f"normalized {straight(whole)}" in out(page, "residuals")
    page.get_by_label("QQ of b̂", exact=True).check()
    settle(page)
    assert page.locator(".lmmx-unknown").is_visible()
    assert f"b̂ {straight(framingham.random_effects().to_numpy()[:, 1])}" in out(page, "residuals")

    # Two kinds of people, and the verdict on the prediction.
    choose(page, "two kinds of people (simulated)", "QQ of b̂")
    data = framingham.explore("residuals")._data
    given = data["people"], np.array(data["extra"]["residuals"]["mu"]), framingham.G.to_numpy(), framingham.sigma2
    r, b = planted(*given, state(page)["seed"], "kinds", 2.0)
    assert f"true b {straight(b[:, 1])}" in out(page, "residuals")
    assert f"of the true b {three(np.sqrt((b[:, 1] ** 2).mean()))}" in out(page, "residuals")
    assert not page.locator(".lmmx-unknown").is_visible()
    assert "drawn towards the middle" in observe(page, 2)
    # The explorer's raw data stay while the model moves, and New draws replace them.
    choose(page, "outlying people (simulated)", "QQ")
    r, _ = planted(*given, state(page)["seed"], "outliers", 2.0)
    assert f"raw {straight(r)}" in out(page, "residuals")
    page.get_by_role("button", name="New draws").click()
    settle(page)
    r, _ = planted(*given, state(page)["seed"], "outliers", 2.0)
    assert f"raw {straight(r)}" in out(page, "residuals")


def test_a_V_that_cannot_be(page: Any, saved: Path) -> None:
    page.goto(saved.as_uri())
    page.get_by_role("button", name="Just look").click()
    page.locator("input.lmmx-box[data-param=G11]").fill("-5000")
    settle(page)
    assert page.get_by_text("it has no Cholesky factor").is_visible()
    assert page.locator("[data-cell='white-1-0']").inner_text() == "–"
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert not page.get_by_text("it has no Cholesky factor").is_visible()
    assert page.locator("[data-cell='white-1-0']").inner_text() != "–"
