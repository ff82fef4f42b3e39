"""The hill, the profiles, beta and the structures: the browser's numbers and the data sent are the library's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import Explorer
from lmmteach.explore.needs.structures import structures
from lmmteach.fitting.parameters import parameters
from lmmteach.inference.profile import Profile

from .node import close, run_js
from .test_model_js import settings_near


@pytest.fixture(scope="module")
def slopes() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())


GLS = """
const { gls, leastSquares } = await module("maths/ideas/gls.js");
const { likelihood, parts, settings } = given;
return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, { ols: leastSquares(part),
  at: settings.map(({ G, sigma2 }) => gls(part.likelihood || likelihood, part, G, sigma2)) }]));
"""


@pytest.mark.parametrize("name", ["framingham", "slopes"])
def test_beta_is_gls(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    data = Explorer(fit, "estimates")._data
    parts = data["extra"]["beta"]["parts"]
    settings = [s for s in settings_near(fit, 30, np.random.default_rng(3)) if np.linalg.eigvalsh(s["G"])[0] >= 0]
    got = run_js(GLS, {"likelihood": data["likelihood"], "parts": parts, "settings": settings}, tmp_path)
    everyone = list(fit.design.by_subject())
    visits = len(np.unique(fit.design.times))
    whole = [s for s in everyone if len(s.y) == visits]
    assert set(parts) == ({"all", "complete"} if len(whole) < len(everyone) else {"all"})
    for key, people in (("all", everyone), ("complete", whole)):
        if key not in parts:
            continue
        y, X = np.concatenate([s.y for s in people]), np.vstack([s.X for s in people])
        ols = np.linalg.lstsq(X, y, rcond=None)[0]
        s2 = ((y - X @ ols) ** 2).sum() / (len(y) - X.shape[1])
        close(got[key]["ols"]["beta"], ols)
        close(got[key]["ols"]["se"], np.sqrt(s2 * np.diag(np.linalg.inv(X.T @ X))))
        for s, found in zip(settings, got[key]["at"], strict=True):
            V = [lmmteach.marginal_covariance(one.Z, s["G"], s["sigma2"]) for one in people]
            want = lmmteach.gls([one.y for one in people], [one.X for one in people], V)
            close(found["beta"], want.beta)
            close(found["cov"], want.cov_beta)
        if key == "complete" or len(whole) == len(everyone):
            # Z stands inside X and everyone has every visit: G does not move beta at all.
            close([found["beta"] for found in got[key]["at"]], [ols] * len(settings))


def test_an_answer_is_a_marginal_prediction(framingham: lmmteach.Fit) -> None:
    sent = Explorer(framingham, "estimates")._data["extra"]["answer"]
    who = sent["who"]
    assert (who["factor"]["name"], who["number"]["name"]) == ("sex", "age")
    beta = framingham.beta.to_numpy()
    for level, sex in enumerate(who["factor"]["levels"]):
        for place in (0, 7, len(sent["X"][level]) - 1):
            age = who["number"]["low"] + place * who["number"]["step"]
            new = pd.DataFrame({"sex": sex, "age": age, "year": sent["t"]})
            np.testing.assert_allclose(np.array(sent["X"][level][place]) @ beta, framingham.predict(new, "marginal"))
    np.testing.assert_allclose(sent["Z"], np.column_stack([np.ones(11), sent["t"]]))


PROFILE = """
const { profileAt } = await module("maths/ideas/profile.js");
const { likelihood, asked } = given;
const least = (one) => profileAt(likelihood, one.method, one.parameter, one.value, one.start);
return asked.map((one) => least(one).deviance);
"""


@pytest.mark.parametrize("name", ["framingham", "slopes", "sleep"])
def test_profiles(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    data = Explorer(fit, "hill")._data
    best, asked, want = data["extra"]["profile"], [], []
    for method in ("ML", "REML"):
        refit = lmmteach.lmm(fit.formula, fit.design.frame, method=method)
        np.testing.assert_allclose(best[method]["G"], refit.G, rtol=1e-5)
        assert best[method]["deviance"] == pytest.approx(refit.deviance, abs=1e-7)
        for one in parameters(refit.design, refit.residual):
            if one.kind not in ("variance", "covariance", "residual variance"):
                continue
            at = refit.sigma2 if one.name == "sigma2" else float(refit.estimate.G[0][one.where[1:]])
            key = "sigma2" if one.name == "sigma2" else f"G{one.where[1] + 1}{one.where[2] + 1}"
            curve = Profile(refit.estimate, method, one, at)
            for factor in (0.8, 1.25):
                asked.append({"parameter": key, "value": factor * at, "method": method, "start": best[method]})
                want.append(curve(factor * at))
    found = run_js(PROFILE, {"likelihood": data["likelihood"], "asked": asked}, tmp_path)
    np.testing.assert_allclose(found, want, rtol=0, atol=2e-6)


SLICE = """
const { plane, newGrid, fillGrid, refined, levelLine } = await module("maths/ideas/slice.js");
const { likelihood, states } = given;
const back = states.map((state) => ["slopes", "covariance", "residual"].map((pair) => {
  const on = plane(pair, state);
  const place = on.where(state);
  return { place, again: on.at(...place), edge: on.edge(place[0]) };
}));
const on = plane("slopes", states[0]);
const grid = newGrid(on, [20, 50], [1, 3], 7, 5);
let calls = 0;
while (!fillGrid(grid, likelihood, "REML", () => true)) calls += 1;
const points = [...grid.values].map((value, k) => ({ value, ...on.at(20 + 5 * (k % 7), 1 + 0.5 * Math.floor(k / 7)) }));
const height = (_, k) => (k % 9 - 4.2) ** 2 + 2 * (Math.floor(k / 9) - 3.1) ** 2;
const bowl = { nx: 9, ny: 8, values: Float64Array.from({ length: 72 }, height) };
const fine = refined(bowl, 4);
return { back, points, calls, fine: [...fine.values], size: [fine.nx, fine.ny], pieces: levelLine(fine, 5) };
"""


def test_planes_grids_and_level_lines(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    data = Explorer(framingham, "hill")._data
    states = [
        {"G": [[1210.0, rho * np.sqrt(1210 * 2.5)], [rho * np.sqrt(1210 * 2.5), 2.5]], "sigma2": 434.0,
         "hold": hold, "rho": rho}
        for rho in (0.25, -0.9) for hold in ("covariance", "rho")
    ]  # fmt: skip
    got = run_js(SLICE, {"likelihood": data["likelihood"], "states": states}, tmp_path)
    for state, planes in zip(states, got["back"], strict=True):
        for one in planes:
            close(one["again"]["G"], state["G"])
            close(one["again"]["sigma2"], state["sigma2"])
            assert one["edge"] <= one["place"][1]  # these settings are all positive semidefinite
        limit = abs(state["G"][0][1]) / np.sqrt(1210.0)
        close(planes[1]["edge"], limit)  # |G12| = sd(intercepts) x sd(slopes) exactly there
        close(planes[0]["edge"], 0 if state["hold"] == "rho" else limit)
    for point in got["points"]:
        close(point["value"], framingham.deviance_at(point["G"], point["sigma2"]))
    assert got["calls"] > 2, "the grid is filled in several goes"
    nx, ny = got["size"]
    x, y = np.meshgrid(np.arange(nx) / 4, np.arange(ny) / 4)
    assert (nx, ny) == (33, 29)
    # Cubics give a parabola back.
    np.testing.assert_allclose(np.reshape(got["fine"], (ny, nx)), (x - 4.2) ** 2 + 2 * (y - 3.1) ** 2, atol=1e-9)
    ends = np.reshape(got["pieces"], (-1, 2)) / 4
    assert len(ends) > 40
    np.testing.assert_allclose((ends[:, 0] - 4.2) ** 2 + 2 * (ends[:, 1] - 3.1) ** 2, 5, atol=0.07)


def test_the_path_leads_down_to_the_fit(framingham: lmmteach.Fit) -> None:
    path = Explorer(framingham, "hill")._data["extra"]["hill"]["path"]
    deviances = [step["deviance"] for step in path]
    assert len(path) > 2
    assert deviances == sorted(deviances, reverse=True)
    assert deviances[-1] == pytest.approx(framingham.deviance, abs=2e-3)
    for step in path:
        assert framingham.deviance_at(step["G"], step["sigma2"]) == pytest.approx(step["deviance"], rel=1e-10)


def test_structures_are_the_library_s_fits(framingham: lmmteach.Fit, slopes: lmmteach.Fit) -> None:
    sent = structures(framingham)
    by = {one["key"]: one for one in sent["fits"]}
    assert list(by) == ["ri", "rirs", "ar1", "riar1", "un"]  # compound symmetry is the random intercept here
    assert by["rirs"]["deviance"] == pytest.approx(framingham.deviance, abs=1e-6)
    assert by["rirs"]["parameters"] == 4
    np.testing.assert_allclose(by["rirs"]["C"], framingham.marginal_corr(times=sent["t"]), atol=1e-5)
    plain = {"groups": "id", "time": "year"}
    un = lmmteach.lmm("cholesterol ~ sex*year + age*year", framingham.design.frame, residual="unstructured", **plain)
    assert (by["un"]["aic"], by["un"]["bic"]) == pytest.approx((un.aic, un.bic), abs=1e-4)
    assert by["un"]["parameters"] == 21
    frame = framingham.design.frame
    X, y = framingham.design.X, framingham.design.y
    left = frame.assign(r=y - X @ np.linalg.lstsq(X, y, rcond=None)[0])
    wide = left.pivot(index="id", columns="year", values="r")
    np.testing.assert_allclose(sent["observed"]["C"], wide.corr(), atol=1e-6)
    np.testing.assert_allclose(sent["observed"]["sd"], wide.std(), rtol=1e-9)
    assert structures(framingham) is sent, "kept for the fit"
    ten = structures(slopes)
    assert ten["tooMany"]
    assert "un" not in {one["key"] for one in ten["fits"]}
