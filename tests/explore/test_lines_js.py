"""Random slopes, time origin and the two-visit ridge: the browser's numbers are Python's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize
from scipy.stats import chi2

import lmmteach
from lmmteach.explore import MARGINAL
from lmmteach.explore.draws import square_root, standard_normals
from lmmteach.explore.payload import payload

from .node import close, run_js
from .test_model_js import settings_near

TIMES = np.arange(0, 11, 2.0)
TOY = np.array([[1400.0, -60.0], [-60.0, 12.0]])


def valid_settings(fit: lmmteach.Fit, count: int) -> list[dict]:
    """Random G that are positive definite, with a sigma2 each."""
    drawn = settings_near(fit, 3 * count, np.random.default_rng(11))
    return [one for one in drawn if np.linalg.eigvalsh(one["G"])[0] > 0][:count]


def V_at(G: np.ndarray, sigma2: float, times: np.ndarray, origin: float = 0.0) -> np.ndarray:
    Z = np.column_stack([np.ones(len(times)), times - origin])
    return lmmteach.marginal_covariance(Z, G, sigma2)


def test_b_of_every_subject_and_its_ellipse(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    data = payload(framingham, MARGINAL)
    settings = valid_settings(framingham, 20)
    settings.append({"G": [[900.0, -90.0], [-90.0, 9.0]], "sigma2": 400.0, "seed": 3})  # rho = -1
    body = """
    const { ellipse, RADIUS } = await module("maths/ideas/ellipse.js");
    const { effects } = await module("maths/ideas/lines.js");
    const { entryOf } = await module("maths/ideas/build.js");
    const { standardNormals, drawsNeeded } = await module("maths/draws.js");
    const { people, grid } = given.data;
    return given.settings.map(({ G, sigma2, seed }) => ({
      b: effects(people, standardNormals(seed, drawsNeeded(people, 2)), G, new Array(2 * people.visitOf.length)),
      rim: ellipse(G, RADIUS.most), radius: RADIUS,
      V: grid.Z.map((_, j) => grid.Z.map((_, k) => entryOf(grid.Z, G, sigma2, j, k).value)),
      row: entryOf(grid.Z, G, sigma2, 3, 1).row,
    }));
    """
    kinds, visit_of = data["people"]["visits"], data["people"]["visitOf"]
    Z = np.array(data["grid"]["Z"])
    for s, got in zip(settings, run_js(body, {"data": data, "settings": settings}, tmp_path), strict=True):
        G = np.array(s["G"])
        sizes = [len(kinds[k]["Z"]) for k in visit_of]
        z = standard_normals(s["seed"], sum(sizes) + 2 * len(sizes))
        first = np.cumsum([0, *(n + 2 for n in sizes[:-1])])
        close(got["b"], np.array([square_root(G) @ z[k : k + 2] for k in first]).ravel())
        close([got["radius"]["half"], got["radius"]["most"]], np.sqrt(chi2.ppf([0.5, 0.95], 2)))
        close(got["V"], lmmteach.marginal_covariance(Z, G, s["sigma2"]))
        close(got["row"], Z[3] @ G)
        if np.linalg.det(G) > 1:
            rim = np.array(got["rim"])
            close(np.einsum("ak,ab,bk->k", rim, np.linalg.inv(G), rim), np.full(rim.shape[1], chi2.ppf(0.95, 2)))


def test_another_origin_gives_another_G_and_the_same_V(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    settings = [
        {**one, "c": c} for one, c in zip(valid_settings(framingham, 20), np.linspace(-10, 12, 20), strict=True)
    ]
    body = """
    const { shifted, covarianceFrom } = await module("maths/ideas/origin.js");
    return given.settings.map(({ G, sigma2, c }) => {
      const there = shifted(G, c);
      return { there, V: given.times.map((s) => given.times.map((t) => covarianceFrom(there, sigma2, c, s, t))) };
    });
    """
    for s, got in zip(settings, run_js(body, {"settings": settings, "times": TIMES.tolist()}, tmp_path), strict=True):
        G, T = np.array(s["G"]), np.array([[1, s["c"]], [0, 1]])
        close(got["there"], T @ G @ T.T)
        close(got["V"], V_at(G, s["sigma2"], TIMES))
        assert np.linalg.det(got["there"]) == pytest.approx(np.linalg.det(G), rel=1e-8)


def test_the_toy_correlation_at_four_origins(tmp_path: Path) -> None:
    body = """
    const { shifted } = await module("maths/ideas/origin.js");
    const { rhoOf } = await module("maths/model.js");
    return [-10, 0, 5, 10].map((c) => rhoOf(shifted(given, c)));
    """
    rho = run_js(body, TOY.tolist(), tmp_path)
    assert [f"{r:.2f}" for r in rho] == ["-0.84", "-0.46", "0.00", "0.46"]


def cost(parameters: np.ndarray, V: np.ndarray, c: float) -> float:
    """What a diagonal G (and this sigma2) costs a subject with covariance V: twice the Kullback-Leibler distance."""
    Vd = V_at(np.diag(parameters[:2]), parameters[2], TIMES, c)
    return float(np.linalg.slogdet(Vd)[1] + np.trace(np.linalg.solve(Vd, V)) - np.linalg.slogdet(V)[1] - len(V))


def test_the_best_diagonal_G_at_an_origin(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    """No other start finds a better one, and where the toy's b0 and b1 are uncorrelated it costs nothing."""
    drawn = valid_settings(framingham, 8)
    settings = [{**one, "c": c} for one, c in zip(drawn, np.linspace(-10, 12, 8), strict=True)]
    settings.append({"G": TOY.tolist(), "sigma2": 400.0, "c": 5.0})
    body = """
    const { bestDiagonal } = await module("maths/ideas/origin.js");
    return given.settings.map(({ G, sigma2, c }) => bestDiagonal(given.times, G, sigma2, c));
    """
    on_edge = 0
    found = run_js(body, {"settings": settings, "times": TIMES.tolist()}, tmp_path)
    for s, got in zip(settings, found, strict=True):
        V = V_at(np.array(s["G"]), s["sigma2"], TIMES)
        mine = np.array([got["G11"], got["G22"], got["sigma2"]])
        assert got["loss"] == pytest.approx(cost(mine, V, s["c"]), abs=1e-9)
        scale = np.array([s["G"][0][0], s["G"][1][1], s["sigma2"]])
        for start in (mine, 0.2 * scale):
            other = optimize.minimize(
                lambda u, V=V, c=s["c"], scale=scale: cost(u * scale, V, c), start / scale,
                bounds=[(0, None), (0, None), (1e-3, None)], method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-9},
            )  # fmt: skip
            assert got["loss"] <= other.fun + 1e-8
        on_edge += bool((mine[:2] == 0).any())
    assert on_edge > 0, "the settings must include one where a variance is driven to 0"
    close([found[-1]["G11"], found[-1]["G22"], found[-1]["sigma2"]], [1100, 12, 400])
    assert found[-1]["loss"] < 1e-12


def test_the_ridge_of_two_visits(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    settings = [{**one, "times": [first, first + 4.0]} for first, one in enumerate(valid_settings(framingham, 12))]
    body = """
    const { alongRidge, ridgeEnd } = await module("maths/ideas/ridge.js");
    return given.map(({ V, times }) => {
      const end = ridgeEnd(V);
      return { end, G: [0.1, 0.5, 1, 1.3].map((share) => alongRidge(times, V, share * end)) };
    });
    """
    for s in settings:
        s["V"] = V_at(np.array(s["G"]), s["sigma2"], np.array(s["times"])).tolist()
    for s, got in zip(settings, run_js(body, settings, tmp_path), strict=True):
        close(got["end"], np.linalg.eigvalsh(s["V"])[0])
        for share, G in zip([0.1, 0.5, 1, 1.3], got["G"], strict=True):
            np.testing.assert_allclose(V_at(np.array(G), share * got["end"], np.array(s["times"])), s["V"], rtol=1e-8)
            smallest = np.linalg.eigvalsh(G)[0]
            scale = np.abs(np.array(G)).max()
            assert (smallest > 0) if share < 1 else (abs(smallest) < 1e-8 * scale) if share == 1 else (smallest < 0)
