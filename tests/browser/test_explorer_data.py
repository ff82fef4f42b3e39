"""The explorers of data, individuals, compound symmetry, dropout and hierarchies on their saved pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import explore

from ..explore.test_data_js import studies_in_python
from .explorer_page import assert_page_equals_python, cells, fixed, observe, out, settle, state, three

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def level(framingham: lmmteach.Fit) -> lmmteach.Fit:
    """The same data with a random intercept alone."""
    return lmmteach.lmm("cholesterol ~ sex + age + year + (1 | id)", framingham.design.frame)


@pytest.fixture(scope="module")
def folder(framingham: lmmteach.Fit, level: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("data")
    framingham.explore("spaghetti").save(where / "spaghetti.html")
    framingham.explore("individuals").save(where / "individuals.html")
    level.explore("random intercept", prediction=-1).save(where / "intercept.html")
    framingham.explore("dropout", prediction=-1).save(where / "dropout.html")
    explore(None, "hierarchy", prediction=-1).save(where / "hierarchy.html")
    return where


def opened(page: Any, folder: Path, name: str) -> None:
    page.goto(f"{folder.as_uri()}/{name}.html")
    settle(page)


def dials(page: Any) -> dict[str, Any]:
    settle(page)
    return page.evaluate("() => document.querySelector('.lmmx-host').model.get('dials')")


def shown(page: Any, kind: str, **numbers: float) -> None:
    """The printed cells ``kind-name`` hold these numbers."""
    for name, value in numbers.items():
        assert page.locator(f"[data-cell='{kind}-{name}']").text_content() == three(value)


def by_visit(fit: lmmteach.Fit, keep: Any = slice(None)) -> pd.DataFrame:
    frame = fit.design.frame[keep]
    return frame.pivot(index="id", columns="year", values="cholesterol")


def assert_sample(page: Any, wide: pd.DataFrame) -> None:
    settle(page)
    assert cells(page, "cov") == [[three(v) for v in row] for row in wide.cov().to_numpy()]
    want = [["1" if i == j else fixed(v, 3) for j, v in enumerate(row)] for i, row in enumerate(wide.corr().to_numpy())]
    assert cells(page, "corr") == want


def test_the_tables_wait_for_a_prediction_and_then_are_pandas(
    page: Any, folder: Path, framingham: lmmteach.Fit
) -> None:
    opened(page, folder, "spaghetti")
    assert {text for row in cells(page, "corr") + cells(page, "cov") for text in row} == {"?"}
    page.locator("[data-cell='corr-5-0']").click()
    assert dials(page)["pair"] == [0, 10]  # where it stood
    page.get_by_label("Two that follow one another").check()
    page.locator("[data-action='lock']").click()
    assert page.get_by_text("It came true.").count() == 0
    wide = by_visit(framingham)
    assert_sample(page, wide)
    page.locator("[data-cell='corr-4-3']").click()
    assert dials(page)["pair"] == [6, 8]
    assert "It came true." in observe(page, "Two that follow one another")
    assert out(page, "pair").endswith(
        f"covariance {three(wide.cov()[6][8])}, correlation {fixed(wide.corr()[6][8], 3)}"
    )
    assert f"{len(wide[[6, 8]].dropna())} people with both" in out(page, "pair")
    # The keyboard walks from there; one visit alone has a variance.
    page.get_by_role("group", name="Sample covariances: arrow keys choose two visits").focus()
    page.keyboard.press("ArrowUp")
    assert dials(page)["pair"] == [6]
    assert f"variance {three(wide[6].var())}, SD {three(wide[6].std())}" in out(page, "pair")
    page.locator("select[data-param='rows']").select_option("sex: female")
    assert_sample(page, by_visit(framingham, framingham.design.frame["sex"] == "female"))


def test_a_line_pointed_at_is_followed(page: Any, folder: Path) -> None:
    opened(page, folder, "spaghetti")
    page.locator("[data-action='look']").click()
    top = page.locator(".lmmx-panel-observed canvas").last.bounding_box()
    page.mouse.click(top["x"] + 0.5 * top["width"], top["y"] + 0.5 * top["height"])
    assert dials(page)["subject"] != ""
    page.mouse.click(top["x"] + 0.5 * top["width"], top["y"] + 0.97 * top["height"])
    assert dials(page)["subject"] == ""


def test_lines_for_all_and_for_each(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "individuals")
    ratio = page.locator("[data-cell='ratio-year']")
    assert not ratio.is_visible()
    page.locator("[data-action='look']").click()
    assert ratio.is_visible()
    design = framingham.design
    ols = np.linalg.lstsq(design.X, design.y, rcond=None)[0]
    left = {"ols": design.y - design.X @ ols, "blup": framingham.residuals(level="conditional").to_numpy()}
    means = {}
    for name, label in [("blup", "the mixed model’s"), ("ols", "one line for all")]:
        page.get_by_label(label, exact=True).check()
        assert dials(page)["lines"] == name
        table = design.frame.assign(left=left[name]).pivot(index="id", columns="year", values="left").corr().to_numpy()
        for i, j in [(1, 0), (3, 2), (5, 0)]:
            assert page.locator(f"[data-cell='left-{i}-{j}']").text_content() == fixed(table[i, j], 2)
        means[name] = np.diag(table, 1).mean()
        assert f"on average: {fixed(means[name], 2)}." in out(page, "left")
    assert means["ols"] > 0.5 > means["blup"]
    s2 = (left["ols"] @ left["ols"]) / (len(design.y) - design.X.shape[1])
    se = np.sqrt(s2 * np.diag(np.linalg.inv(design.X.T @ design.X)))
    names = design.fixed_names
    shown(page, "ols", **dict(zip(names, se, strict=True)))
    shown(page, "mixed", **dict(zip(names, framingham.se, strict=True)))
    assert ratio.text_content() == fixed(se[names.index("year")] / framingham.se["year"], 2)


def test_compound_symmetry_reached_and_left(page: Any, folder: Path, level: lmmteach.Fit) -> None:
    opened(page, folder, "intercept")
    box = page.locator("input.lmmx-box[data-param='sigma2']")
    target = page.get_by_label("Make the correlation")
    target.select_option("0.90")
    assert "too low" in out(page, "target")
    box.fill(str(round(float(level.G.iloc[0, 0]) / 9, 3)))
    settle(page)
    assert out(page, "target") == "Reached."
    for preset in ("G₁₁ three times σ²", "Noisy readings", "Negative G₁₁, valid V"):
        page.get_by_role("button", name=preset).click()
        assert_page_equals_python(page, level)
        now = state(page)
        icc = now["G"][0][0] / (now["G"][0][0] + now["sigma2"])
        assert f"= {fixed(icc, 3)}." in out(page, "icc")
        assert {cell for i, row in enumerate(cells(page, "C")) for cell in row[:i]} == {fixed(icc, 3)}
    assert "down to −1/(n − 1) = −0.20" in out(page, "icc")


def test_dropout_numbers_are_pythons(page: Any, folder: Path, framingham: lmmteach.Fit) -> None:
    opened(page, folder, "dropout")
    curve = framingham.explore("dropout")._data["curve"]
    slope, start = np.polyfit(curve["t"], curve["mean"], 1)
    t = np.arange(0.0, 11, 2)
    model = {"line": [start, slope], "t": t, "Z": np.column_stack([np.ones(6), t]), "G": framingham.G.to_numpy(),
             "sigma2": framingham.sigma2, "people": 100, "studies": 100}  # fmt: skip
    said = {}
    for press in ("MCAR: by chance", "MAR: high readings leave", "MNAR: who would be high"):
        page.get_by_role("button", name=press).click()
        want = studies_in_python(state(page)["seed"], model, dials(page))
        slopes = {way: np.array(want[way])[:, 1] for way in ("ols", "gls")}
        assert out(page, "truth") == three(slope)
        for way, found in slopes.items():
            assert out(page, way) == three(found[0])
            assert three(found.mean()) in out(page, "bias")
        still = [int((want["seen"][:100] > j).sum()) for j in range(6)]
        assert f"of 100: {', '.join(map(str, still))}." in out(page, "seen")
        said[press[:4].strip(":")] = out(page, "bias").count("too low")
    assert said == {"MCAR": 0, "MAR": 1, "MNAR": 2}
    page.locator("input[type=range][data-param='share']").focus()
    page.keyboard.press("Home")
    assert dials(page)["share"] == 0
    assert "100, 100, 100, 100, 100, 100" in out(page, "seen")


def test_hierarchy_shares(page: Any, folder: Path) -> None:
    opened(page, folder, "hierarchy")
    page.get_by_role("button", name="The riddle").click()
    settle(page)
    shown(page, "cov", self=100, cell=40, school=35, none=0)
    assert [page.locator(f"[data-cell='corr-{kind}']").text_content() for kind in ("cell", "school")] == [
        "0.40",
        "0.35",
    ]
    assert "Most: pupils." in out(page, "blocks")
    page.get_by_label("crossed factors").check()
    page.locator("input.lmmx-box[data-param='classroom']").fill("85")
    settle(page)
    shown(page, "cov", self=180, cell=120, school=35, district=85, none=0)
    assert page.locator("[data-cell='corr-district']").text_content() == fixed(85 / 180, 2)
    assert "Most: districts." in out(page, "blocks")
