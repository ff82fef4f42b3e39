"""Layers of a reading, and the prediction of b: the browser's numbers are the library's, to 1e-9."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach.explore.gallery.layers import SHRINKAGE
from lmmteach.explore.payload import payload

from .node import close, run_js
from .test_model_js import settings_near

V = """
const { layeredV, fluctuation, layerDraws } = await module("maths/ideas/layers.js");
const { count, dt, set } = given.paths;
const e1 = layerDraws(3, given.paths.people, count).map((one) => [...fluctuation(one.e1, dt, set)]);
return { V: given.settings.map(({ times, set }) => layeredV(times, set)), e1 };
"""


def test_v_of_the_layers_is_the_librarys(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    settings = []
    for _ in range(60):
        level, fluct, error = rng.uniform(0.1, 2000, 3)
        times = np.sort(rng.uniform(0, 10, rng.integers(1, 9))).tolist()
        drawn = {"level": level, "fluct": fluct, "error": error, "memory": rng.uniform(0.01, 0.99)}
        settings.append({"times": times, "set": drawn})
    paths = {"people": 400, "count": 21, "dt": 0.25, "set": {"fluct": 9.0, "memory": 0.3}}
    got = run_js(V, {"settings": settings, "paths": paths}, tmp_path)
    for given, found in zip(settings, got["V"], strict=True):
        one = given["set"]
        R = lmmteach.Exponential(rho=one["memory"], sigma2=one["fluct"]) + lmmteach.Independent(sigma2=one["error"])
        Z = np.ones((len(given["times"]), 1))
        close(found, lmmteach.marginal_covariance(Z, [[one["level"]]], R.cov(given["times"])))
    # The drawn fluctuation has that covariance: 400 paths, four standard errors.
    e1 = np.array(got["e1"])
    for j, k in [(0, 0), (0, 2), (20, 20), (10, 14)]:
        product = e1[:, j] * e1[:, k]
        want = 9 * 0.3 ** (0.25 * (k - j))
        assert abs(product.mean() - want) < 4 * product.std() / np.sqrt(len(e1))


BLUP = """
const blup = await module("maths/ideas/blup.js");
const { against, crossproduct, gather, ownEstimate, predicted, shrinker, spreadOf } = blup;
const { data, settings, kept } = given;
const known = gather(data, data.extra.shrinkage);
const fewer = known.all.map((one, k) => {
  const rows = (list) => list.filter((_, j) => kept[k][j]);
  return [crossproduct(rows(one.Z), known.q), against(rows(one.Z), rows(one.r), known.q)];
});
return settings.map(({ G, sigma2 }) => {
  const full = known.all.map((one) => predicted(shrinker(known.A[one.kind], G, sigma2), one.c));
  return { full, spread: spreadOf(full), fewer: fewer.map(([A, c]) => {
    const s = shrinker(A, G, sigma2);
    return { b: predicted(s, c), given: s.given, kept: s.kept, own: ownEstimate(A, c) };
  }) };
});
"""


def kept_rows(fit: lmmteach.Fit) -> list[list[bool]]:
    """Some readings of each subject, for some subjects none and for some all."""
    rng = np.random.default_rng(3)
    share = {0: 0.0, 1: 1.0}
    return [(rng.random(len(s.y)) < share.get(k % 7, 0.5)).tolist() for k, s in enumerate(fit.design.by_subject())]


@pytest.mark.parametrize("name", ["framingham", "sleep"])
def test_predictions_of_b(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    settings = [{"G": fit.G.to_numpy().tolist(), "sigma2": float(fit.sigma2)}]
    near = settings_near(fit, 12, np.random.default_rng(2))
    settings += [s for s in near if np.linalg.eigvalsh(s["G"])[0] > 0]
    assert len(settings) > 6
    kept = kept_rows(fit)
    given = {"data": payload(fit, SHRINKAGE), "settings": settings, "kept": kept}
    results = run_js(BLUP, given, tmp_path)

    table = fit.random_effects()
    close(results[0]["full"], table)
    close(results[0]["spread"]["sd"], table.std())
    if table.shape[1] > 1:
        close(results[0]["spread"]["rho"], table.corr().iloc[0, 1])
    se = fit.random_effects(se="given_beta").to_numpy()[:, table.shape[1] :]

    beta = fit.beta.to_numpy()
    for s, got in zip(settings, results, strict=True):
        G, sigma2 = np.array(s["G"]), s["sigma2"]
        for k, subject in enumerate(fit.design.by_subject()):
            order = np.argsort(subject.times, kind="stable")
            rows = order[np.array(kept[k], dtype=bool)]
            Z, r = subject.Z[rows], (subject.y - subject.X @ beta)[rows]
            found = got["fewer"][k]
            GZ = G @ Z.T
            inverse = np.linalg.inv(lmmteach.marginal_covariance(Z, G, sigma2)) if len(rows) else np.zeros((0, 0))
            close(found["b"], GZ @ inverse @ r)
            close(found["given"], G - GZ @ inverse @ GZ.T)
            close(found["kept"], np.diag(GZ @ inverse @ GZ.T) / np.diag(G))
            if len(rows) < Z.shape[1]:
                assert found["own"] is None
            else:
                close(found["own"], np.linalg.lstsq(Z, r, rcond=None)[0])
            if all(kept[k]) and s is settings[0]:
                close(np.sqrt(np.diag(found["given"])), se[k])


def test_a_subjects_mean_is_a_line_where_the_model_says_so(framingham: lmmteach.Fit) -> None:
    extra = payload(framingham, SHRINKAGE)["extra"]["shrinkage"]
    close(extra["mu"], framingham.design.X @ framingham.beta.to_numpy())
    times = framingham.design.times
    subject = np.repeat(np.arange(200), [len(s.y) for s in framingham.design.by_subject()])
    line = np.array(extra["line"])
    close(line[subject, 0] + line[subject, 1] * times, extra["mu"])


def test_a_curved_mean_is_drawn_at_the_visits_alone(tmp_path: Path) -> None:
    sleep = lmmteach.load_sleepstudy()
    fit = lmmteach.lmm("reaction ~ days + I(days^2) + (1 + days | subject)", sleep, time="days")
    data = payload(fit, SHRINKAGE)
    assert data["extra"]["shrinkage"]["line"] is None
    body = """
const { gather } = await module("maths/ideas/blup.js");
return gather(given, given.extra.shrinkage).all.map(({ course }) => course.mu);
"""
    close(run_js(body, data, tmp_path), data["extra"]["shrinkage"]["mu"])
