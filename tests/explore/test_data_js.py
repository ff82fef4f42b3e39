"""Samples, dropout, hierarchies, compound symmetry: the browser's numbers are pandas' and the library's, to 1e-9."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import draws, explore
from lmmteach.explore.gallery.data import INDIVIDUALS, LOOK
from lmmteach.explore.payload import payload

from .node import close, run_js

SAMPLE = """
const { pairsOf, wideOf } = await module("maths/ideas/sample.js");
const { people, grid } = given.data;
const wide = wideOf(people, people.y, grid.t);
return [null, ...given.groups].map((group) => pairsOf(wide, group ? (i) => group[i] : undefined));
"""


def wide_table(fit: lmmteach.Fit, values: Any) -> pd.DataFrame:
    design = fit.design
    table = pd.DataFrame({"who": design.codes, "when": design.times, "y": np.asarray(values)})
    return table.pivot(index="who", columns="when", values="y")


def assert_pairs(found: list[list[dict[str, Any]]], wide: pd.DataFrame) -> None:
    for what, want in [("cov", wide.cov()), ("corr", wide.corr())]:
        close([[cell[what] for cell in row] for row in found], want)
    both = (wide.notna().T.astype(int) @ wide.notna()).to_numpy()
    assert [[cell["n"] for cell in row] for row in found] == both.tolist()


@pytest.mark.parametrize("name", ["framingham", "sleep"])
def test_sample_covariance_by_visit_is_pandas(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    rng = np.random.default_rng(4)
    count = fit.n_subjects
    groups = [(rng.random(count) < 0.5).tolist(), [k in (3, 4) for k in range(count)]]
    found = run_js(SAMPLE, {"data": payload(fit, LOOK), "groups": groups}, tmp_path)
    wide = wide_table(fit, fit.design.y)
    for got, group in zip(found, [[True] * count, *groups], strict=True):
        assert_pairs(got, wide[np.array(group)])


def test_the_groups_a_dial_offers_are_the_columns_levels(framingham: lmmteach.Fit) -> None:
    data = payload(framingham, LOOK)
    offered = framingham.explore("spaghetti").declared_dials[2]["options"]
    columns = data["people"]["columns"]
    assert [value for value, _ in offered] == ["", *(f"{c['name']}: {level}" for c in columns for level in c["levels"])]
    assert "sex: female" in dict(offered)


def test_without_columns_there_is_no_group_to_choose(sleep: lmmteach.Fit) -> None:
    assert set(sleep.explore("spaghetti").dials) == {"subject", "pair"}


LEFT = """
const { pairsOf, wideOf } = await module("maths/ideas/sample.js");
const { people, grid, extra } = given;
return Object.values(extra.individuals).map((fitted) =>
  pairsOf(wideOf(people, people.y.map((y, k) => (fitted[k] === null ? null : y - fitted[k])), grid.t)));
"""


@pytest.mark.parametrize("name", ["framingham", "sleep"])
def test_what_three_kinds_of_lines_leave_over(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    fit = request.getfixturevalue(name)
    design = fit.design
    own = np.full(len(design.y), np.nan)
    for subject in design.by_subject():
        if np.linalg.matrix_rank(subject.Z) == subject.Z.shape[1]:
            own[subject.rows] = subject.y - subject.Z @ np.linalg.pinv(subject.Z) @ subject.y
    least = design.y - design.X @ np.linalg.pinv(design.X) @ design.y
    found = run_js(LEFT, payload(fit, INDIVIDUALS), tmp_path)
    for got, left in zip(found, [least, own, fit.residuals(level="conditional")], strict=True):
        assert_pairs(got, wide_table(fit, left))


def test_standard_errors_of_least_squares_and_of_the_mixed_model(framingham: lmmteach.Fit) -> None:
    rows = payload(framingham, INDIVIDUALS)["extra"]["errors"]
    X, y = framingham.design.X, framingham.design.y
    left = y - X @ np.linalg.pinv(X) @ y
    s2 = (left @ left) / (len(y) - X.shape[1])
    close([row["ols"] for row in rows], np.sqrt(np.diag(np.linalg.inv(X.T @ X)) * s2))
    close([row["mixed"] for row in rows], framingham.se)


DROPOUT = """
const { cohort, linesOf, momentsOf, stays } = await module("maths/ideas/dropout.js");
return given.map(({ seed, model, dials }) => {
  const data = cohort(seed, model);
  const seen = stays(data, dials);
  const lines = linesOf(data, seen);
  return { y: [...data.y], seen: [...seen], ...lines, moments: momentsOf(lines.gls.map(([, b]) => b)) };
});
"""


def studies_in_python(seed: int, model: dict[str, Any], dials: dict[str, Any]) -> dict[str, Any]:
    """The same draws, cut short by the same rule, then X'V^-1 X person by person."""
    t, Z, G = np.array(model["t"]), np.array(model["Z"]), np.array(model["G"])
    n, q, people, studies = len(t), len(G), model["people"], model["studies"]
    count = people * studies
    z = draws.standard_normals(seed, count * (q + n)).reshape(count, q + n)
    mu = model["line"][0] + model["line"][1] * t
    y = mu + z[:, :q] @ draws.square_root(G).T @ Z.T + np.sqrt(model["sigma2"]) * z[:, q:]
    V = lmmteach.marginal_covariance(Z, G, model["sigma2"])
    u = draws._uniform(seed, 2 * count * (q + n) + np.arange(count * (n - 1))).reshape(count, n - 1)
    score = (y - mu) / np.sqrt(np.diag(V))
    by = {"MCAR": 0 * score[:, 1:], "MAR": score[:, :-1], "MNAR": score[:, 1:]}[dials["mechanism"]]
    logit = np.log(dials["share"] / (1 - dials["share"])) if dials["share"] else -np.inf
    leaves = u < 1 / (1 + np.exp(-(logit + dials["strength"] * by)))
    seen = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, n)
    out: dict[str, Any] = {"y": y, "seen": seen, "ols": [], "gls": []}
    X = np.column_stack([np.ones(n), t])
    for r in range(studies):
        mine = range(r * people, (r + 1) * people)
        for way, cov in [("ols", np.eye(n)), ("gls", V)]:
            A, c = np.zeros((2, 2)), np.zeros(2)
            for i in mine:
                m = seen[i]
                W = X[:m].T @ np.linalg.inv(cov[:m, :m])
                A, c = A + W @ X[:m], c + W @ y[i, :m]
            out[way].append(np.linalg.solve(A, c))
    return out


@pytest.mark.parametrize("mechanism", ["MCAR", "MAR", "MNAR"])
def test_dropout_studies_are_pythons(mechanism: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    given = []
    for seed, share in [(1, 0.2), (5, 0.0), (9, 0.5)]:
        t = np.sort(rng.uniform(0, 10, 5))
        root = rng.normal(size=(2, 2)) * [[30, 0], [0.5, 2]]
        model = {"line": [220.0, 2.8], "t": t.tolist(), "Z": np.column_stack([np.ones(5), t]).tolist(),
                 "G": (root @ root.T).tolist(), "sigma2": 400.0, "people": 20, "studies": 6}  # fmt: skip
        given.append({"seed": seed, "model": model,
                      "dials": {"mechanism": mechanism, "share": share, "strength": rng.uniform(-3, 3)}})  # fmt: skip
    for one, got in zip(given, run_js(DROPOUT, given, tmp_path), strict=True):
        want = studies_in_python(one["seed"], one["model"], one["dials"])
        for name in ("y", "seen", "ols", "gls"):
            close(got[name], want[name])
        slopes = pd.Series(np.array(want["gls"])[:, 1])
        close([got["moments"]["mean"], got["moments"]["sd"]], slopes.agg(["mean", "std"]))
        assert one["dials"]["share"] or set(got["seen"]) == {5}


def test_mcar_hurts_nobody_mar_hurts_least_squares_mnar_both(framingham: lmmteach.Fit, tmp_path: Path) -> None:
    t = np.arange(0.0, 11, 2)
    model = {"line": [220.0, 2.8], "t": t.tolist(), "Z": np.column_stack([np.ones(6), t]).tolist(),
             "G": framingham.G.to_numpy().tolist(), "sigma2": framingham.sigma2,
             "people": 100, "studies": 400}  # fmt: skip
    dials = [{"mechanism": m, "share": 0.2, "strength": 1.5} for m in ("MCAR", "MAR", "MNAR")]
    given = [{"seed": 2, "model": model, "dials": one} for one in dials]
    off = {}
    for one, got in zip(dials, run_js(DROPOUT, given, tmp_path), strict=True):
        for way in ("ols", "gls"):
            slope = np.array(got[way])[:, 1]
            off[one["mechanism"], way] = (slope.mean() - 2.8) / (slope.std() / 20)
    assert all(abs(off[right]) < 3.5 for right in [("MCAR", "ols"), ("MCAR", "gls"), ("MAR", "gls")])
    assert all(off[wrong] < -20 for wrong in [("MAR", "ols"), ("MNAR", "ols"), ("MNAR", "gls")])


ICC = """
const { shared } = await module("maths/ideas/icc.js");
return given.map(({ G11, sigma2, n }) => shared(G11, sigma2, n));
"""


def test_the_icc_is_the_correlation_and_the_bound_is_where_v_ends(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    given = [
        {"G11": rng.uniform(-5, 2000), "sigma2": rng.uniform(40, 900), "n": int(rng.integers(2, 9))} for _ in range(40)
    ]
    for one, got in zip(given, run_js(ICC, given, tmp_path), strict=True):
        V = one["G11"] + one["sigma2"] * np.eye(one["n"])
        close(got["icc"], lmmteach.cov_to_corr(V)[0, 1])
        edge = np.full((one["n"], one["n"]), got["bound"]) + (1 - got["bound"]) * np.eye(one["n"])
        assert abs(np.linalg.eigvalsh(edge)[0]) < 1e-12


HIERARCHY = """
const { covariances, relation, scores } = await module("maths/ideas/hierarchy.js");
const cells = (i) => Math.floor(i / 2);
return given.map(({ seed, dials }) => {
  const cov = covariances(dials);
  const pupils = Array.from({ length: 18 }, (_, i) => i);
  const V = pupils.map((i) => pupils.map((j) => cov[relation(i, j, cells, dials.design)]));
  return { V, ...scores(seed, dials) };
});
"""


def test_pupils_in_classes_in_schools(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    given = [{"seed": k, "dials": dict(zip(("school", "classroom", "pupil"), rng.uniform(0, 100, 3), strict=True))
              | {"design": ("nested", "crossed")[k % 2]}} for k in range(6)]  # fmt: skip
    for one, got in zip(given, run_js(HIERARCHY, given, tmp_path), strict=True):
        dials = one["dials"]
        crossed = dials["design"] == "crossed"
        cell = np.arange(9)
        second = cell % 3 if crossed else cell
        Z = np.hstack([np.eye(3)[cell // 3], np.eye(3 if crossed else 9)[second]])
        G = np.diag([dials["school"]] * 3 + [dials["classroom"]] * (Z.shape[1] - 3))
        close(got["V"], lmmteach.marginal_covariance(np.repeat(Z, 2, axis=0), G, dials["pupil"]))
        z = draws.standard_normals(one["seed"], 3 + 9 + 72)
        level = np.sqrt(dials["school"]) * z[:3][cell // 3] + np.sqrt(dials["classroom"]) * z[3:12][second]
        close(got["cell"], level)
        close(got["y"], np.repeat(level, 8) + np.sqrt(dials["pupil"]) * z[12:])


def test_an_explorer_of_no_fit_has_a_still_picture_too() -> None:
    assert explore(None, "hierarchy", school=35).to_png().startswith(b"\x89PNG")


@pytest.mark.parametrize(("unit", "said"), [("years", "year"), ("months", "year (months)"), ("", "year")])
def test_an_axis_says_its_unit_once(framingham_data: pd.DataFrame, unit: str, said: str) -> None:
    data = framingham_data.copy()
    data.attrs = {**data.attrs, "units": {"year": unit}}
    fit = lmmteach.lmm("cholesterol ~ year + (1 + year | id)", data)
    assert payload(fit, LOOK)["labels"]["time"] == said
