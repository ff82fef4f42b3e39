"""What a hand moves and a motion passes: the browser's mathematics of grabbing is Python's, and keeps its promises."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import VIEWS
from lmmteach.explore.payload import payload

from .node import close, run_js

Z = np.array([[1.0, 0.0], [1.0, 2.0], [1.0, 4.5], [1.0, 10.0]])
ALL = ["G11", "G12", "G22"]


def covariances(count: int, q: int, seed: int) -> list[np.ndarray]:
    """Random positive semidefinite matrices, every third of them singular."""
    rng = np.random.default_rng(seed)
    out = []
    for k in range(count):
        A = rng.normal(size=(q, q if k % 3 else max(q - 1, 1))) * np.array([30.0, 2.0])[:q, None]
        out.append(A @ A.T)
    return out


def test_an_entry_is_the_sum_of_its_terms_and_goes_where_it_is_pulled(tmp_path: Path) -> None:
    body = """
    const { moverAt, rateOf, reaching, termsOf } = await module("maths/ideas/reach.js");
    const at = { G11: [0, 0], G12: [0, 1], G22: [1, 1] };
    return given.G.map((G) => given.Z.flatMap((u, i) => given.Z.map((w, j) => {
      const valueOf = (name) => (name === "sigma2" ? 400 : G[at[name][0]][at[name][1]]);
      const terms = termsOf(u, w, i === j);
      const entry = terms.reduce((sum, [name, weight]) => sum + weight * valueOf(name), 0);
      const name = moverAt(u, w, given.free);
      return { entry, name, value: reaching(entry + 50, entry, valueOf(name), rateOf(name, u, w, i === j)) };
    })));
    """
    matrices = covariances(6, 2, 1)
    found = run_js(body, {"Z": Z.tolist(), "G": [G.tolist() for G in matrices], "free": ALL}, tmp_path)
    places = {"G11": [(0, 0)], "G12": [(0, 1), (1, 0)], "G22": [(1, 1)]}
    for G, cells in zip(matrices, found, strict=True):
        V = lmmteach.marginal_covariance(Z, G, 400.0)
        close([cell["entry"] for cell in cells], V.ravel())
        for k, cell in enumerate(cells):
            moved = G.copy()
            for place in places[cell["name"]]:
                moved[place] = cell["value"]
            i, j = divmod(k, len(Z))
            assert lmmteach.marginal_covariance(Z, moved, 400.0)[i, j] == pytest.approx(V[i, j] + 50, rel=1e-9)


def test_each_place_has_one_meaning(tmp_path: Path) -> None:
    """G11 where both times are 0, G12 where one is, G22 elsewhere; whatever is not free passes it on."""
    body = """
    const { moverAt } = await module("maths/ideas/reach.js");
    return given.map(([Z, free]) => Z.map((u) => Z.map((w) => moverAt(u, w, free))));
    """
    plain = [[1, 0], [1, 4], [1, -4]]
    whole, no_slope, intercept, none = run_js(
        body,
        [[plain, ALL], [plain, ["G11", "G12"]], [[[1], [1]], ["G11", "sigma2"]], [plain, ["sigma2"]]],
        tmp_path,
    )
    assert whole == [["G11", "G12", "G12"], ["G12", "G22", "G22"], ["G12", "G22", "G22"]]
    assert no_slope == [["G11", "G12", "G12"], ["G12", "G12", "G11"], ["G12", "G11", "G12"]]
    assert intercept == [["G11", "G11"], ["G11", "G11"]]
    assert none == [[None] * 3] * 3


def test_the_way_between_two_covariance_matrices_stays_among_them(tmp_path: Path) -> None:
    matrices = covariances(12, 2, 2)
    states = [
        {"G": G.tolist(), "sigma2": 100.0 * (k + 1), "rho": 0.1, "dials": {"c": float(k), "who": f"{k}"}, "seed": k}
        for k, G in enumerate(matrices)
    ]
    body = """
    const { between, changedBetween, eased } = await module("maths/ideas/between.js");
    const shares = Array.from({ length: 11 }, (_, k) => k / 10);
    return { eased: shares.map(eased), ways: given.slice(1).map((to, k) => ({
      on: shares.map((share) => between(given[k], to, share, ["c"])), changed: changedBetween(given[k], to, ["c"]),
      still: changedBetween(to, to, ["c"]) })) };
    """
    found = run_js(body, states, tmp_path)
    curve = found["eased"]
    assert curve[0] == 0
    assert curve[-1] == 1
    assert curve == sorted(curve)
    assert curve[1] < 0.1 < 0.9 < curve[-2], "slow at both ends"
    for (a, b), way in zip(pairwise(states), found["ways"], strict=True):
        assert way["changed"] == ["G11", "G12", "G22", "sigma2", "c"]
        assert way["still"] == []
        close(way["on"][0]["G"], a["G"])
        assert way["on"][-1]["G"] == b["G"], "it ends exactly where it goes"
        for share, now in zip(np.linspace(0, 1, 11), way["on"], strict=True):
            G = np.array(now["G"])
            close(G, (1 - share) * np.array(a["G"]) + share * np.array(b["G"]))
            assert np.linalg.eigvalsh(G)[0] >= -1e-9 * np.trace(G)
            assert abs(now["rho"]) <= 1 + 1e-9
            close([now["sigma2"], now["dials"]["c"]], [(1 - share) * a[k] + share * b[k] for k in ["sigma2"]]
                  + [(1 - share) * a["dials"]["c"] + share * b["dials"]["c"]])  # fmt: skip
            assert (now["dials"]["who"], now["seed"]) == (b["dials"]["who"], b["seed"])


def test_a_line_through_points_is_read_off_as_numpy_does(tmp_path: Path) -> None:
    xs, ys = [0.0, 1.0, 2.5, 7.0], [3.0, -1.0, 4.0, 4.5]
    at = [0.0, 0.3, 1.0, 2.5, 3.0, 6.99, 7.0]
    body = """
    const { valueAt } = await module("maths/ideas/between.js");
    return given.at.map((x) => valueAt(given.xs, given.ys, x));
    """
    found = run_js(body, {"xs": xs, "ys": ys, "at": [*at, -0.1, 7.1]}, tmp_path)
    close(found, [*np.interp(at, xs, ys), np.nan, np.nan])


def test_the_least_spread_goes_where_it_is_put(tmp_path: Path) -> None:
    body = """
    const { covarianceAt } = await module("maths/ideas/turning.js");
    const { turningPoint, isPositiveSemidefinite } = await module("maths/model.js");
    return given.times.map((t) => {
      const g12 = covarianceAt(t, given.G);
      const G = [[given.G[0][0], g12], [g12, given.G[1][1]]];
      return { t: turningPoint([1, 0], [0, 1], G), psd: isPositiveSemidefinite(G) };
    });
    """
    G = [[1400.0, 13.0], [13.0, 12.0]]
    found = run_js(body, {"times": [0.0, 3.0, 10.0, 25.0], "G": G}, tmp_path)
    assert all(one["psd"] for one in found)
    # Further than sqrt(G11 / G22) no covariance can put it.
    close([one["t"] for one in found], [0.0, 3.0, 10.0, np.sqrt(1400 / 12)])


def test_b_hat_follows_a_reading_that_is_moved(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    data = payload(framingham, VIEWS["shrinkage"])
    body = """
    const { nameOf, shrunk } = await module("maths/ideas/shrinkage.js");
    const nudged = Object.fromEntries(given.by.map((by, j) => [nameOf(given.at, j), by]));
    const d = { ...given.data.fit, dials: { subject: given.data.people.label[given.at], removed: given.removed } };
    const [was, now] = [{}, nudged].map((moved) => shrunk(given.data, { ...d, nudged: moved }));
    return { was: was.b, b: now.b, own: now.own, y: now.person.y, read: was.person.y, others: [was.all, now.all] };
    """
    at = 1
    subject = next(s for s in framingham.design.by_subject() if str(s.label) == data["people"]["label"][at])
    order = np.argsort(subject.times)
    by = [30.0, 0.0, -12.5, 0.0, 4.0, 0.0][: len(order)]  # who has how many visits is the data's to say
    removed = [float(subject.times[order][3])]
    found = run_js(body, {"data": data, "at": at, "by": by, "removed": removed}, tmp_path)
    kept = [k for k in range(len(by)) if k != 3]
    Zi, mu = subject.Z[order][kept], (subject.X @ framingham.beta.to_numpy())[order]
    y = subject.y[order] + np.array(by)
    G, V = framingham.G.to_numpy(), lmmteach.marginal_covariance(Zi, framingham.G, framingham.sigma2)
    r = (y - mu)[kept]
    close(found["b"], G @ Zi.T @ np.linalg.solve(V, r))
    close(found["own"], np.linalg.lstsq(Zi, r, rcond=None)[0])
    close(found["y"], y)
    close(found["read"], subject.y[order])
    assert found["b"] != found["was"]
    assert found["others"][0] == found["others"][1], "nobody else's readings are touched"


def test_dots_of_a_visit_lie_side_by_side(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    x = np.repeat([0, 1, 2], 80).tolist()
    y = rng.normal(100, 15, 240).tolist()
    body = """
    const { swarm } = await module("maths/ideas/swarm.js");
    return [swarm(given.x, given.y, 2, 60), swarm(given.x, given.y, 2, 5), swarm(given.x, given.y, 2, 0)];
    """
    free, tight, none = (np.array(one) for one in run_js(body, {"x": x, "y": y}, tmp_path))
    spots = {(a, b, round(c / 2)) for a, b, c in zip(x, free, y, strict=True)}
    assert len(spots) == 240, "no two in one place"
    assert abs(free).max() > 4
    assert abs(tight).max() <= 5
    assert len({(a, b, round(c / 2)) for a, b, c in zip(x, tight, y, strict=True)}) > 150
    assert not none.any()


def test_a_dial_said_to_be_idle_moves_nothing(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    """The reason is given exactly where the dial's numbers have no effect, and nowhere else."""
    body = """
    const { idleBecause } = await module("maths/ideas/idle.js");
    const { cohort, stays } = await module("maths/ideas/dropout.js");
    const { layeredV } = await module("maths/ideas/layers.js");
    const study = cohort(3, { ...given.study, people: 40, studies: 3 });
    const left = (dials, strength) => Array.from(stays(study, { ...dials, strength }));
    const layered = (dials, memory) => layeredV([0, 1, 2], { ...dials, memory });
    const same = (make, name, [a, b]) => JSON.stringify(make(a)) === JSON.stringify(make(b));
    return {
      strength: given.dropout.map((dials) => [
        idleBecause("strength", { ...dials, strength: 1 }), same((x) => left(dials, x), "", [-2, 3])]),
      memory: given.layers.map((dials) => [
        idleBecause("memory", { ...dials, memory: 0.1 }), same((x) => layered(dials, x), "", [0.1, 0.9])]),
      others: idleBecause("share", { share: 0, mechanism: "MCAR" }),
    };
    """
    times = [0.0, 2.0, 4.0, 6.0]
    study = {
        "line": [220.0, 2.8], "t": times, "Z": [[1.0, t] for t in times], "G": framingham.G.to_numpy().tolist(),
        "sigma2": framingham.sigma2,
    }  # fmt: skip
    dropout = [{"mechanism": m, "share": s} for m in ("MCAR", "MAR", "MNAR") for s in (0, 0.2)]
    layers = [{"level": 900.0, "fluct": f, "error": 100.0} for f in (0.0, 250.0)]
    found = run_js(body, {"study": study, "dropout": dropout, "layers": layers}, tmp_path)
    for why, same in [*found["strength"], *found["memory"]]:
        assert bool(why) == same, why
    assert [bool(why) for why, _ in found["strength"]] == [True, True, True, False, True, False]
    assert found["others"] == ""


def test_the_border_of_the_bar_shares_out_one_whole(tmp_path: Path) -> None:
    body = """
    const { shared, splitAt } = await module("maths/ideas/icc.js");
    return given.map(([icc, total]) => {
      const split = splitAt(icc, total);
      return split && { ...split, icc: shared(split.G11, split.sigma2, 4).icc };
    });
    """
    asked = [(0.25, 1862.7), (0.0, 900.0), (-0.2, 0.037), (0.999, 5e6)]
    *found, none = run_js(body, [*asked, (0.5, 0)], tmp_path)
    assert none is None
    for (icc, total), one in zip(asked, found, strict=True):
        assert one["G11"] + one["sigma2"] == pytest.approx(total, rel=2e-4)
        assert one["icc"] == pytest.approx(icc, abs=2e-4)
        assert one["sigma2"] > 0


def test_what_is_no_correlation_is_a_dash(tmp_path: Path) -> None:
    body = """
    const { valueOf } = await module("maths/setting.js");
    const { asCorrelation, brief, unpadded } = await module("kit/numbers.js");
    const of = (G) => valueOf({ G, rho: -1, dials: {} }, "rho");
    return {
      rho: [[0, 0, 0], [900, 0, 0], [900, 1e9, 4], [900, 60, 4], [900, -12, 4]]
        .map(([a, b, c]) => of([[a, b], [b, c]])),
      shown: [NaN, 1154.7, -1.2, 1, -1, 0.25].map(asCorrelation),
      six: [brief(6), unpadded(6, 4), unpadded(-60.123, 4), [1200.5, 2.345].map(brief)],
    };
    """
    found = run_js(body, None, tmp_path)
    assert found["rho"] == [None, None, None, 1, pytest.approx(-0.2)]
    assert found["shown"] == ["–", "–", "–", "1", "−1.000", "0.250"]
    assert found["six"] == ["6", "6", "−60.12", ["1200", "2.35"]]
