"""One truth: the browser's mathematics equals Python's, on random settings, to 1e-9 relative."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import MARGINAL, Explorer
from lmmteach.explore.draws import standard_normals
from lmmteach.explore.payload import payload
from lmmteach.explore.still import simulated

from .node import close, run_js

RUNNER = """
const { implied } = await module("maths/derive.js");
const { simulate, standardNormals, drawsNeeded } = await module("maths/draws.js");
const { data, settings } = given;
return settings.map(({ G, sigma2, method, seed }) => {
  const d = implied(data, G, sigma2, method);
  const z = standardNormals(seed, drawsNeeded(data.people, G.length));
  const y = d.isPsd ? [...simulate(data.people, z, G, sigma2, new Float64Array(data.people.y.length))] : null;
  return { V: d.V, C: d.C, sd: d.sd, deviance: d.deviance, isPsd: d.isPsd, isPd: d.isPd, smallestG: d.smallestG,
    smallestV: d.smallestV, rho: d.rho, lowest: d.lowest, z: [...z.slice(0, 50)], y };
});
"""


def settings_near(fit: lmmteach.Fit, count: int, rng: np.random.Generator) -> list[dict]:
    """Random G and sigma2, most of them valid, some with G not PSD, some with V not PD."""
    scale = np.diag(np.asarray(fit.G))
    out = []
    for k in range(count):
        variances = scale * rng.uniform(0.01, 6, len(scale))
        G = np.diag(variances)
        if len(G) > 1:
            reach = 1.0 if k % 5 else 1.3
            G[0, 1] = G[1, 0] = rng.uniform(-reach, reach) * np.sqrt(variances.prod())
            if k % 11 == 0:
                G[1, 1] *= -1
        elif k % 7 == 0:
            G *= -0.05
        out.append({"G": G.tolist(), "sigma2": fit.sigma2 * rng.uniform(0.05, 4), "seed": k,
                    "method": ("REML", "ML")[k % 2]})  # fmt: skip
    return out


def reference(fit: lmmteach.Fit, G: np.ndarray, sigma2: float, method: str) -> float:
    """-2 log L subject by subject; NaN where some V_i is not positive definite."""
    subjects = list(fit.design.by_subject())
    V = [lmmteach.marginal_covariance(s.Z, G, sigma2) for s in subjects]
    try:
        return lmmteach.deviance([s.y for s in subjects], [s.X for s in subjects], V, method)
    except lmmteach.ParameterError:
        return float("nan")


@pytest.mark.parametrize("name", ["framingham", "sleep"])
def test_200_random_settings(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    data = payload(fit, MARGINAL)
    settings = settings_near(fit, 200, np.random.default_rng(5))
    results = run_js(RUNNER, {"data": data, "settings": settings}, tmp_path)
    grid, curve = np.array(data["grid"]["Z"]), np.array(data["curve"]["Z"])
    kinds = {"not PSD": 0, "not PD": 0, "invalid G, valid V": 0}
    for s, got in zip(settings, results, strict=True):
        G, sigma2 = np.array(s["G"]), s["sigma2"]
        V = lmmteach.marginal_covariance(grid, G, sigma2)
        close(got["V"], V)
        want = reference(fit, G, sigma2, s["method"])
        close(got["deviance"], want)
        close(got["smallestG"], np.linalg.eigvalsh(G)[0])
        whole = bool(np.linalg.eigvalsh(V)[0] > 0 and np.isfinite(want))
        assert got["isPd"] is whole
        assert got["isPsd"] is bool(np.linalg.eigvalsh(G)[0] >= 0)
        if whole:
            close(got["smallestV"], np.linalg.eigvalsh(V)[0])
            close(got["C"], lmmteach.cov_to_corr(V))
            close(got["sd"], np.sqrt(np.einsum("ia,ab,ib->i", curve, G, curve) + sigma2))
        if got["isPsd"]:
            close(got["y"], simulated(data, G, sigma2, s["seed"]))
        kinds["not PSD"] += not got["isPsd"]
        kinds["not PD"] += not whole
        kinds["invalid G, valid V"] += whole and not got["isPsd"]
    assert min(kinds.values()) > 0, f"the random settings must reach every kind: {kinds}"


def test_the_draws_are_the_same_and_look_normal(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    settings = settings_near(framingham, 5, np.random.default_rng(1))
    given = {"data": payload(framingham, MARGINAL), "settings": settings}
    for s, got in zip(settings, run_js(RUNNER, given, tmp_path), strict=True):
        close(got["z"], standard_normals(s["seed"], 50))
    many = np.concatenate([standard_normals(seed, 20_000) for seed in range(5)])
    # 100,000 draws: four standard errors of the mean, the variance and the fourth moment.
    assert abs(many.mean()) < 4 / np.sqrt(1e5)
    assert abs(many.var() - 1) < 4 * np.sqrt(2 / 1e5)
    assert abs((many**4).mean() - 3) < 4 * np.sqrt(96 / 1e5)
    b = many.reshape(-1, 2)
    assert abs((b[:, 0] * b[:, 1]).mean()) < 4 / np.sqrt(5e4)


def test_the_least_sd(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    """G = (1400, -60; -60, 12): Var(Y) is least at t* = -G12 / G22 = 5, det(G) / G22 + sigma2 there."""
    toy = {"G": [[1400.0, -60.0], [-60.0, 12.0]], "sigma2": 400.0, "method": "REML", "seed": 1}
    [got] = run_js(RUNNER, {"data": payload(framingham, MARGINAL), "settings": [toy]}, tmp_path)
    close([got["lowest"]["t"], got["lowest"]["sd"]], [5, np.sqrt((1400 * 12 - 3600) / 12 + 400)])
    close(np.diag(got["V"]), [1800, 1608, 1512, 1512, 1608, 1800])


def test_the_explorer_says_the_same(framingham: lmmteach.Fit) -> None:
    explorer = Explorer(framingham)
    assert explorer.deviance == pytest.approx(framingham.deviance, abs=1e-6)
    assert explorer.gap == pytest.approx(0, abs=1e-9)
    assert explorer.V.shape == (6, 6)
