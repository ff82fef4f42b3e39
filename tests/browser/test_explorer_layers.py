"""The explorers of layers, of one person against the population, and of shrinkage, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach

from .explorer_page import fixed, observe, out, settle, state, three

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("layers")
    sleep = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    level = lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 | id)", framingham.design.frame)
    level.explore("layers", level=1000, fluct=300, error=100).save(where / "layers.html")
    framingham.explore("conditional", prediction=-1).save(where / "conditional.html")
    framingham.explore("shrinkage", prediction=-1).save(where / "shrinkage.html")
    framingham.explore("shrinkage").save(where / "asked.html")
    sleep.explore("shrinkage", prediction=-1).save(where / "sleep.html")
    return where


def dials(page: Any) -> dict[str, Any]:
    settle(page)
    return page.evaluate("() => document.querySelector('.lmmx-host').model.get('dials')")


def cell(page: Any, key: str) -> str:
    return page.locator(f"[data-cell='{key}']").text_content()


def box(page: Any, name: str) -> Any:
    return page.locator(f"input.lmmx-box[data-param='{name}']")


def assert_parts_are_python(page: Any) -> None:
    now = dials(page)
    lags = np.arange(6) * now["spacing"]
    R = lmmteach.Exponential(rho=now["memory"], sigma2=max(now["fluct"], 1e-300))
    part = R.cov(lags)[0] if now["fluct"] else np.zeros(6)
    total = now["level"] + part + np.where(lags == 0, now["error"], 0)
    for j, lag in enumerate(lags):
        if lag > 10:
            assert cell(page, f"total-{j}") == ""
            continue
        assert cell(page, f"level-{j}") == three(now["level"])
        assert cell(page, f"fluct-{j}") == ("≈ 0" if 0 < part[j] < 0.01 else three(part[j]))
        assert cell(page, f"error-{j}") == three(now["error"] if j == 0 else 0)
        assert cell(page, f"total-{j}") == three(total[j])
        assert cell(page, f"corr-{j}") == three(total[j] / total[0])


def test_layers_predicted_moved_and_read(page: Any, pages: Path) -> None:
    page.goto(f"{pages.as_uri()}/layers.html")
    assert_parts_are_python(page)
    assert "σ² I, with σ² = 300 + 100 = 400" in page.locator("[data-out='layers']").text_content()
    # Predict, lock, reveal: nothing is judged before the visits were moved.
    page.get_by_label("The measurement error", exact=True).check()
    page.locator("[data-action='lock']").click()
    assert page.get_by_text("It did not come true.").count() == 0
    spacing = page.locator("input[type=range][data-param='spacing']")
    spacing.focus()
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    settle(page)
    assert dials(page)["spacing"] == 0.25
    told = observe(page, "The fluctuation")
    assert "So it is on the screen." in told
    assert "It did not come true." in told
    assert_parts_are_python(page)
    assert "R is not σ² I" in page.locator("[data-out='layers']").text_content()
    for name, typed in [("memory", "0.6"), ("fluct", "250"), ("error", "0"), ("level", "800"), ("spacing", "3")]:
        box(page, name).fill(typed)
        assert dials(page)[name] == float(typed)
        assert_parts_are_python(page)
    for k in range(6):
        page.locator("[data-action='preset']").nth(k).click()
        assert_parts_are_python(page)


def test_the_same_v_from_another_split(page: Any, pages: Path) -> None:
    page.goto(f"{pages.as_uri()}/layers.html")
    page.locator("[data-action='look']").click()
    totals = []
    for label in ("Visits far apart", "Same V, another split"):
        page.get_by_role("button", name=label).click()
        assert_parts_are_python(page)
        totals.append((cell(page, "fluct-0"), [cell(page, f"total-{j}") for j in (0, 2, 3)]))
    assert totals[0][0] != totals[1][0]
    assert totals[0][1] == totals[1][1]


def moments_in_python(page: Any, fit: lmmteach.Fit) -> list[list[str]]:
    """Mean, variance and correlation with the first visit: given b, then over people."""
    chosen, now = dials(page)["subject"], state(page)
    subject = next(s for s in fit.design.by_subject() if str(s.label) == chosen)
    order = np.argsort(subject.times)
    X, Z, y = subject.X[order], subject.Z[order], subject.y[order]
    V = lmmteach.marginal_covariance(Z, now["G"], now["sigma2"])
    mu = X @ fit.beta.to_numpy()
    mean = mu + Z @ np.array(now["G"]) @ Z.T @ np.linalg.solve(V, y - mu)
    corr = lmmteach.cov_to_corr(V)[0]
    return [
        [three(mean[j]), three(now["sigma2"]), "0" if j else "1",
         three(mu[j]), three(V[j, j]), fixed(corr[j], 3) if j else "1"]
        for j in range(len(y))
    ]  # fmt: skip


def moments(page: Any) -> list[list[str]]:
    rows = page.locator(".lmmx-moments tbody tr:not([hidden])")
    return [rows.nth(k).locator("td").all_text_contents() for k in range(rows.count())]


def test_conditional_against_marginal(page: Any, pages: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{pages.as_uri()}/conditional.html")
    settle(page)
    assert moments(page) == moments_in_python(page, framingham)
    assert [row[0] for row in moments(page)] == [
        three(m) for m in framingham.fitted(level="conditional")[framingham.design.codes == 1]
    ]
    for name, typed in [("G22", "14"), ("G12", "-40"), ("sigma2", "120")]:
        box(page, name).fill(typed)
        settle(page)
        assert moments(page) == moments_in_python(page, framingham)
    for subject in ("17", "40"):
        page.locator("select[data-param='subject']").select_option(subject)
        settle(page)
        assert dials(page)["subject"] == subject
        assert moments(page) == moments_in_python(page, framingham)
    # Parallel lines: the same variance everywhere, the same words.
    page.get_by_role("button", name="Parallel lines").click()
    settle(page)
    assert len({row[4] for row in moments(page)}) == 1
    assert "at every visit; over people it is" in out(page, "moments")


def test_bands_and_draws(page: Any, pages: Path) -> None:
    page.goto(f"{pages.as_uri()}/conditional.html")
    settle(page)
    area = ".lmmx-bandarea.lmmx-line"
    assert len(page.locator(area).get_attribute("d")) > 10
    page.locator("[data-param='bands-marginal']").focus()
    page.keyboard.press("Space")
    assert dials(page)["bands"] == ["conditional"]
    assert page.locator(area).get_attribute("d") == ""
    drawn = {}
    for kind in ("none", "readings", "people"):
        page.locator("select[data-param='draws']").select_option(index=["none", "readings", "people"].index(kind))
        assert dials(page)["draws"] == kind
        drawn[kind] = page.locator(".lmmx-many").get_attribute("d")
    assert drawn["none"] == ""
    assert drawn["readings"].count("M") == drawn["people"].count("M") == 40
    page.locator("[data-action='draws']").click()
    settle(page)
    assert page.locator(".lmmx-many").get_attribute("d") != drawn["people"]


def assert_numbers_are_python(page: Any, fit: lmmteach.Fit) -> None:
    """b-hat of the one followed from the readings left, and the spread of everybody's."""
    set_, now = dials(page), state(page)
    G, sigma2, beta = np.array(now["G"]), now["sigma2"], fit.beta.to_numpy()
    everybody = []
    for subject in fit.design.by_subject():
        rows = np.arange(len(subject.y))
        r = subject.y - subject.X @ beta
        V = lmmteach.marginal_covariance(subject.Z, G, sigma2)
        everybody.append(G @ subject.Z.T @ np.linalg.solve(V, r))
        if str(subject.label) == set_["subject"]:
            rows = rows[~np.isin(subject.times, set_["removed"])]
            mine = subject.Z[rows], V[np.ix_(rows, rows)], r[rows]
    Z, V, r = mine
    kept = G @ Z.T @ np.linalg.solve(V, Z @ G) if len(r) else np.zeros_like(G)
    b = G @ Z.T @ np.linalg.solve(V, r) if len(r) else np.zeros(len(G))
    own = np.linalg.lstsq(Z, r, rcond=None)[0] if len(r) >= len(G) else None
    sd = np.std(everybody, axis=0, ddof=1)
    for a in range(len(G)):
        assert cell(page, f"own-{a}") == ("–" if own is None else three(own[a]))
        assert cell(page, f"b-{a}") == three(b[a])
        assert cell(page, f"se-{a}") == three(np.sqrt((G - kept)[a, a]))
        assert cell(page, f"kept-{a}") == three(kept[a, a] / G[a, a])
        assert cell(page, f"sdb-{a}") == three(sd[a])
        assert cell(page, f"ratio-{a}") == three(sd[a] / np.sqrt(G[a, a]))
    if len(G) > 1:
        rho = np.corrcoef(np.array(everybody).T)[0, 1]
        assert f"Correlation of the b̂: {fixed(rho, 3)};" in page.locator("[data-out='rho']").text_content()


def test_readings_taken_away_by_keyboard_and_pointer(page: Any, pages: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{pages.as_uri()}/shrinkage.html")
    settle(page)
    assert_numbers_are_python(page, framingham)
    table = framingham.random_effects(se="given_beta")
    assert [cell(page, "b-0"), cell(page, "b-1")] == [three(b) for b in table.iloc[1, :2]]
    assert [cell(page, "se-0"), cell(page, "se-1")] == [three(b) for b in table.iloc[1, 2:]]

    visits = page.locator("[data-visit]")
    times = next(one.times for one in framingham.design.by_subject() if str(one.label) == dials(page)["subject"])
    assert visits.count() == len(times)
    visits.nth(1).focus()
    page.keyboard.press("Enter")
    assert dials(page)["removed"] == [times[1]]
    assert visits.nth(1).get_attribute("aria-pressed") == "false"
    assert_numbers_are_python(page, framingham)
    page.locator(".lmmx-dot").nth(3).click()
    assert dials(page)["removed"] == [times[1], times[3]]
    assert_numbers_are_python(page, framingham)
    visits.nth(1).click()
    assert dials(page)["removed"] == [times[3]]
    for k in [k for k in range(len(times)) if k not in (1, 3)]:  # one reading left: no line of its own any more
        page.locator("[data-visit]").nth(k).click()
        assert_numbers_are_python(page, framingham)
    assert cell(page, "own-0") == "–"
    page.get_by_role("button", name="No reading at all").click()
    assert_numbers_are_python(page, framingham)
    assert cell(page, "b-0") == "0"
    page.locator("[data-action='reset']").click()
    for name, typed in [("sigma2", "1500"), ("G22", "9"), ("G12", "-30"), ("G11", "700")]:
        box(page, name).fill(typed)
        assert_numbers_are_python(page, framingham)
    page.locator("select[data-param='subject']").select_option("120")
    assert_numbers_are_python(page, framingham)


def test_the_answer_is_not_shown_before_the_prediction(page: Any, pages: Path, framingham: lmmteach.Fit) -> None:
    page.goto(f"{pages.as_uri()}/asked.html")
    settle(page)
    assert [cell(page, f"sdb-{a}") for a in (0, 1)] == ["?", "?"]
    assert "Correlation of the b̂: ?;" in page.locator("[data-out='rho']").text_content()
    page.get_by_label("No, it is smaller", exact=False).check()
    page.locator("[data-action='lock']").click()
    assert_numbers_are_python(page, framingham)
    box(page, "sigma2").fill("900")
    settle(page)
    assert "It came true." in observe(page, "No, it is smaller")


def test_shrinkage_with_a_random_intercept_alone(page: Any, pages: Path) -> None:
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    page.goto(f"{pages.as_uri()}/sleep.html")
    settle(page)
    assert_numbers_are_python(page, fit)
    page.locator("[data-visit]").nth(0).click()
    box(page, "sigma2").fill("4000")
    assert_numbers_are_python(page, fit)


@pytest.mark.parametrize("name", ["layers", "conditional", "shrinkage"])
def test_at_400_pixels_nothing_runs_over(page: Any, pages: Path, name: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{pages.as_uri()}/{name}.html")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
