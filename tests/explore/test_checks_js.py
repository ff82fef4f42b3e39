"""Residuals: the browser's numbers are the library's, and each planted fault is what it is said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

import lmmteach
from lmmteach.explore import Explorer
from lmmteach.explore.draws import _uniform, square_root, standard_normals
from lmmteach.explore.still import simulated

from .node import close, run_js
from .test_model_js import settings_near

FAULTS = ("none", "outliers", "kinds", "serial", "spread", "curve")


@pytest.fixture(scope="module")
def slopes() -> lmmteach.Fit:
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())


RESIDUALS = """
const residuals = await module("maths/ideas/residuals.js");
const { conditional, normalized, normalQuantiles, correlate, spreadBy, ranksIn } = residuals;
const { people, r, settings, sizes } = given;
const list = (x) => x && [...x];
return {
  at: settings.map(({ G, sigma2 }) => ({ white: list(normalized(people, r, G, sigma2)),
    left: list(conditional(people, r, G, sigma2).left), b: conditional(people, r, G, sigma2).b })),
  bad: normalized(people, r, given.bad, 1),
  quantiles: sizes.map((n) => list(normalQuantiles(n))),
  straight: correlate(r.slice(0, 50), r.slice(50, 100)),
  groups: spreadBy(ranksIn(5, r), r),
};
"""


def rows_drawn(fit: lmmteach.Fit) -> np.ndarray:
    """The data's rows in the page's order: subject after subject, by time."""
    subjects = fit.design.by_subject()
    return np.concatenate([subject.rows[np.argsort(subject.times, kind="stable")] for subject in subjects])


@pytest.mark.parametrize("name", ["framingham", "slopes", "sleep"])
def test_residuals(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    data = Explorer(fit, "residuals")._data
    people, rows = data["people"], rows_drawn(fit)
    r = np.array(people["y"]) - np.array(data["extra"]["residuals"]["mu"])
    close(r, fit.residuals("marginal").to_numpy()[rows])
    here = {"G": fit.G.to_numpy().tolist(), "sigma2": fit.sigma2}
    near = [s for s in settings_near(fit, 10, np.random.default_rng(4)) if np.linalg.eigvalsh(s["G"])[0] >= 0]
    sizes = [1, 2, 7, 200, 1043]
    given = {"people": people, "r": r.tolist(), "settings": [here, *near], "sizes": sizes}
    bad = (-1e4 * np.eye(len(fit.G))).tolist()
    got = run_js(RESIDUALS, given | {"bad": bad}, tmp_path)
    close(got["at"][0]["white"], fit.residuals("marginal", "normalized").to_numpy()[rows])
    close(got["at"][0]["left"], fit.residuals("conditional").to_numpy()[rows])
    close(got["at"][0]["b"], fit.random_effects().to_numpy())
    assert len(near) > 2
    for s, found in zip(near, got["at"][1:], strict=True):
        at = 0
        for subject in fit.design.by_subject():
            order = np.argsort(subject.times, kind="stable")
            Z, own = subject.Z[order], r[at : at + len(order)]
            V = Z @ np.array(s["G"]) @ Z.T + s["sigma2"] * np.eye(len(Z))
            close(found["white"][at : at + len(own)], np.linalg.solve(np.linalg.cholesky(V), own))
            b = np.array(s["G"]) @ Z.T @ np.linalg.solve(V, own)
            close(found["left"][at : at + len(own)], own - Z @ b)
            at += len(own)
    assert got["bad"] is None, "no Cholesky factor, no normalized residuals"
    for n, found in zip(sizes, got["quantiles"], strict=True):
        close(found, norm.ppf((np.arange(n) + 0.5) / n))
    close(got["straight"], np.corrcoef(r[:50], r[50:100])[0, 1])
    fifths = np.empty(len(r), dtype=int)
    fifths[np.argsort(r, kind="stable")] = np.arange(len(r)) * 5 // len(r)
    close([g["sd"] for g in got["groups"]], [r[fifths == k].std(ddof=1) for k in range(5)])


PLANTED = """
const { planted } = await module("maths/ideas/faults.js");
return given.asked.map((one) => { const { r, b } = planted(given.people, one); return { r: [...r], b }; });
"""


def planted(people: dict[str, Any], mu: np.ndarray, G: np.ndarray, sigma2: float, seed: int, fault: str, step: float):
    """The page's simulation with a fault, in Python: (y - mu, b)."""
    q, count, n = len(G), len(people["visitOf"]), len(mu)
    z, L = standard_normals(seed, n + count * (q + 1)), square_root(G)
    far = np.where(_uniform(seed, np.arange(count) + 2 * (n + count * (q + 1))) < 0.06, 3.0, 1.0)
    kinds = [people["visits"][k] for k in people["visitOf"]]
    Z = np.concatenate([np.array(kind["Z"]) for kind in kinds])
    of_b = np.einsum("ia,ab,ib->i", Z, G, Z).mean()
    t = np.concatenate([kind["t"] for kind in kinds])
    bend = t**2 - np.polynomial.Polynomial.fit(t, t**2, 1)(t)
    bend *= 0.6 * np.sqrt(of_b + sigma2) / np.abs(bend).max()
    r, b, draw, row = np.empty(n), [], 0, 0
    for i, kind in enumerate(kinds):
        u = z[draw : draw + q].copy()
        if fault == "kinds":
            u[-1] = 0.95 * np.sign(u[-1]) + np.sqrt(1 - 0.95**2) * z[n + count * q + i]
        if fault == "outliers":
            u *= far[i] / np.sqrt(1 + 0.06 * 8)
        b.append(L @ u)
        times, own = np.array(kind["t"]), np.array(kind["Z"]) @ b[-1]
        e = np.sqrt(sigma2) * z[draw + q : draw + q + len(times)]
        draw += q + len(times)
        if fault == "serial":
            for j in range(1, len(times)):
                phi = 0.6 ** ((times[j] - times[j - 1]) / step)
                e[j] = phi * e[j - 1] + np.sqrt(1 - phi**2) * e[j]
        here = slice(row, row + len(times))
        if fault == "spread":
            e = e * np.exp(0.5 * (mu[here] + own - mu.mean()) / np.sqrt(of_b + mu.var()) - 0.25)
        r[here] = own + e + (bend[here] if fault == "curve" else 0)
        row += len(times)
    return r, np.array(b)


@pytest.mark.parametrize("name", ["framingham", "sleep"])
def test_planted_faults(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    data = Explorer(fit, "residuals")._data
    mu, step = np.array(data["extra"]["residuals"]["mu"]), data["facts"]["step"]
    G, sigma2 = fit.G.to_numpy(), fit.sigma2
    common = {"mu": mu.tolist(), "G": G.tolist(), "sigma2": sigma2, "step": step}
    asked = [common | {"fault": fault, "seed": seed} for fault in FAULTS for seed in (1, 12)]
    got = run_js(PLANTED, {"people": data["people"], "asked": asked}, tmp_path)
    for one, found in zip(asked, got, strict=True):
        r, b = planted(data["people"], mu, G, sigma2, one["seed"], one["fault"], step)
        close(found["r"], r)
        close(found["b"], b)
    # No fault: the simulation every other explorer shows, but for the means' rounding there.
    same = simulated(data, G, sigma2, 1) - np.array(data["people"]["mu"])
    close(got[0]["r"], same)


def test_each_fault_keeps_the_rest(framingham: lmmteach.Fit) -> None:
    """Over many people b keeps G and e its average variance: what changes is the fault alone."""
    G, sigma2, t = np.array([[1200.0, 15.0], [15.0, 2.5]]), 430.0, np.arange(0, 11, 2.0)
    visit = {"t": t.tolist(), "Z": np.column_stack([np.ones(6), t]).tolist()}
    people = {"visits": [visit], "visitOf": [0] * 20_000}
    mu = np.full(120_000, 230.0)
    for fault in FAULTS:
        r, b = planted(people, mu, G, sigma2, 5, fault, 2.0)
        cov = np.cov(b.T)
        np.testing.assert_allclose(np.diag(cov), np.diag(G), rtol=0.06, err_msg=fault)
        np.testing.assert_allclose(cov[0, 1], 15, atol=3, err_msg=fault)
        if fault != "curve":
            e = (r.reshape(-1, 6) - b @ np.array(visit["Z"]).T).ravel()
            assert e.var() == pytest.approx(sigma2, rel=0.03), fault
