"""Other R's than sigma2 I: the browser's mathematics equals Python's, subject by subject, to 1e-9 relative."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.explore import Explorer
from lmmteach.explore.draws import square_root
from lmmteach.explore.still import simulated

from .node import close, run_js

RUNNER = """
const { createResidual } = await module("kit/residual.js");
const { implied } = await module("maths/derive.js");
const { standardNormals, drawsNeeded } = await module("maths/draws.js");
return given.map(({ data, settings }) => settings.map(({ G, sigma2, dials, method, seed }) => {
  const R = createResidual(data);
  const d = implied(data, G, sigma2, method, R, dials);
  const z = standardNormals(seed, drawsNeeded(data.people, G.length));
  const y = R.simulate(data.people, z, G, { sigma2, dials }, new Float64Array(data.people.y.length));
  const names = ["sigma2", ...R.dials.map(({ name }) => name)];
  const n = data.grid.t.length;
  const rates = Object.fromEntries(names.map((name) => [name, d.R.map((row, j) => row.map((_, k) =>
    R.rate(name, j, k, { sigma2, dials })))]));
  const written = (runs) => runs.map((run) => (typeof run === "string" ? run : run[1])).join("");
  return { R: d.R, V: d.V, C: d.C, sd: d.sd, deviance: d.deviance, isPd: d.isPd, aboutR: d.aboutR,
    smallestV: d.smallestV, lowest: d.lowest, y: [...y], rates, first: written(R.runs(0, 0, { sigma2, dials })),
    far: written(R.runs(0, n - 1, { sigma2, dials })) };
}));
"""
RESIDUALS: dict[str, Any] = {
    "ar1 by visit": "ar1",
    "ar1 by time": lmmteach.AR1(spacing="time"),
    "exponential": "exponential",
    "exponential and independent": lmmteach.Exponential() + lmmteach.Independent(),
    "ar1 and cs": lmmteach.AR1() + lmmteach.CompoundSymmetry(),
    "cs": "cs",
    "a variance each visit": "diagonal",
    "ar1, a variance each visit": "arh1",
    "a variance each level, by time": lmmteach.Diagonal(by="half"),
    "ar1, a variance each level of people": lmmteach.AR1(by="arm"),
}
FORMULAS = ["y ~ t * arm", "y ~ t + (1 | who)", "y ~ t + (1 + t | who)"]


def made() -> pd.DataFrame:
    """People with gaps, some patterns of visits crowded and some with one person; no two gaps of time alike."""
    rng = np.random.default_rng(7)
    who, visit = np.divmod(np.arange(60 * 4), 4)
    t = np.array([0.0, 1.0, 3.0, 7.0])[visit]
    e = np.empty(len(t))
    for k in range(len(t)):
        e[k] = rng.normal() if visit[k] == 0 else 0.6 * e[k - 1] + 0.8 * rng.normal()
    b = rng.normal(size=(60, 2)) * [3.0, 0.4]
    frame = pd.DataFrame(
        {"who": who, "t": t, "arm": np.where(who % 3 > 0, "new", "old"), "half": np.where(t > 2, "late", "early"),
         "y": 20 + 0.5 * t + b[who, 0] + b[who, 1] * t + (2 + 0.2 * t) * e}
    )  # fmt: skip
    return frame[(who % 20 > 0) | (visit != who // 20)].sample(frac=1, random_state=3)


def fitted(residual: Any, formula: str, data: pd.DataFrame) -> lmmteach.Fit:
    groups = None if "|" in formula else "who"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        return lmmteach.lmm(formula, data, groups=groups, time="t", residual=residual)


@pytest.fixture(scope="module")
def fits() -> dict[str, lmmteach.Fit]:
    data = made()
    found = {f"{name}, {f}": fitted(R, f, data) for k, (name, R) in enumerate(RESIDUALS.items())
             for f in (FORMULAS[k % 3], FORMULAS[(k + 1) % 3])}  # fmt: skip
    rng = np.random.default_rng(2)
    own = data.assign(t=(data["t"] + rng.uniform(0, 0.5, len(data))).round(2))
    return found | {"own times": fitted("exponential", FORMULAS[1], own)}


def settings_near(explorer: Explorer, rng: np.random.Generator, count: int) -> Iterator[dict[str, Any]]:
    """Random states; the first is the fit's own, others have R at an end of its range."""
    for k in range(count):
        G, sigma2 = explorer.G.to_numpy(dtype=float), explorer.fit.sigma2
        dials = dict(explorer.dials)
        if k:
            sd = np.sqrt(np.diag(G) * rng.uniform(0.1, 4, len(G)))
            G = np.outer(sd, sd) * np.where(np.eye(len(G)), 1, rng.uniform(-1, 1))
            sigma2 *= rng.uniform(0.1, 4)
            for dial in explorer.declared_dials:
                if dial.get("residual") == "variance":
                    dials[dial["name"]] = 0.0 if k == 3 else dial["value"] * rng.uniform(0.1, 4)
                elif dial.get("residual"):
                    end = dial["high"] if dial["name"] == "phi" else 0.0
                    dials[dial["name"]] = end if k == 2 else rng.uniform(dial["low"], dial["high"])
                elif dial["name"] == "stratum":
                    dials["stratum"] = dial["options"][k % 2][0]
        yield {"G": G.tolist(), "sigma2": sigma2, "dials": dials, "seed": k, "method": ("REML", "ML")[k % 2]}


def structure_at(explorer: Explorer, state: dict[str, Any]) -> Any:
    """R of a subject's rows, made here of the parameters' meaning alone: (times, visits, levels) -> (n x n)."""
    value = {**state["dials"], "sigma2": state["sigma2"]}

    def R(t: np.ndarray, visits: np.ndarray, levels: np.ndarray) -> np.ndarray:
        whole = np.zeros((len(t), len(t)))
        for part in explorer._data["residual"]["parts"]:
            sd = np.sqrt([value[part["variances"][k if len(part["variances"]) > 1 else 0]] for k in levels])
            apart = np.abs(np.subtract.outer(visits, visits) if part["clock"] == "visit" else np.subtract.outer(t, t))
            C = np.eye(len(t))
            if part["kind"] == "cs":
                C = np.where(C, 1, value[part["correlation"]])
            elif part["correlation"].startswith("range"):
                C = np.exp(-apart / value[part["correlation"]])
            elif part["correlation"]:
                C = value[part["correlation"]] ** apart
            whole += np.outer(sd, sd) * C
        return whole

    return R


def reference(explorer: Explorer, state: dict[str, Any]) -> float:
    """-2 log L subject by subject; NaN where some V_i is not positive definite."""
    design, R = explorer.fit.design, structure_at(explorer, state)
    strata = design.occasions(np.arange(design.n_obs), explorer.fit.residual).strata
    subjects = list(design.by_subject())
    G = np.asarray(state["G"], dtype=float).reshape(len(state["G"]), -1 if state["G"] else 0)
    V = [s.Z @ G @ s.Z.T + R(s.times, design.visits[s.rows], strata[s.rows]) for s in subjects]
    if any(np.linalg.eigvalsh(one)[0] <= 1e-11 * one.max() for one in V):
        return float("nan")
    return lmmteach.deviance([s.y for s in subjects], [s.X for s in subjects], V, state["method"])


@pytest.fixture(scope="module")
def both(
    fits: dict[str, lmmteach.Fit], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, Explorer, dict[str, Any], dict[str, Any]]]:
    """(where, explorer, state, what the browser made of it)."""
    explorers = {name: Explorer(fit) for name, fit in fits.items()}
    rng = np.random.default_rng(5)
    states = {name: list(settings_near(one, rng, 12)) for name, one in explorers.items()}
    given = [{"data": explorers[name]._data, "settings": states[name]} for name in explorers]
    results = run_js(RUNNER, given, tmp_path_factory.mktemp("residual"))
    return [
        (name, explorers[name], state, got)
        for name, found in zip(explorers, results, strict=True)
        for state, got in zip(states[name], found, strict=True)
    ]


def test_V_and_the_likelihood_are_pythons(both: list[Any]) -> None:
    valid = {True: 0, False: 0}
    for name, explorer, state, got in both:
        explorer.move(**{k: v for k, v in state.items() if k in ("sigma2", "method", "seed")}, **state["dials"])
        if state["G"]:
            explorer.G = state["G"]
        V = explorer.V.to_numpy()
        close(got["R"], explorer.R)
        close(got["V"], V)
        close(got["smallestV"], np.linalg.eigvalsh(V)[0])
        sd = curve(explorer)
        close(got["sd"], np.where(sd > 0, sd, np.nan))
        want = reference(explorer, state)
        if np.isfinite(want):
            close(got["C"], lmmteach.cov_to_corr(V))
            close(got["deviance"], want)
            close(explorer.deviance, want)
        assert got["isPd"] is bool(np.isfinite(want)), (name, state)
        assert bool(np.isfinite(explorer.deviance)) is got["isPd"]
        valid[got["isPd"]] += 1
    assert min(valid.values()) > 4, f"the settings must reach both kinds: {valid}"


def curve(explorer: Explorer) -> np.ndarray:
    """The SD along the times of the curve."""
    carried, G = explorer._data["curve"], explorer.G.to_numpy(dtype=float)
    Z = np.asarray(carried["Z"], dtype=float).reshape(len(carried["t"]), len(G))
    return np.sqrt(np.einsum("ia,ab,ib->i", Z, G, Z) + explorer.residual_variances())


def test_where_the_fit_stands_its_own_likelihood_is_shown(both: list[Any]) -> None:
    own = [(explorer.fit, got) for _, explorer, state, got in both if state["seed"] == 0]
    assert len(own) == 2 * len(RESIDUALS) + 1
    for fit, got in own:
        assert got["deviance"] == pytest.approx(fit.deviance, abs=1e-6)


def test_the_table_is_the_fits_V(fits: dict[str, lmmteach.Fit]) -> None:
    for name, fit in fits.items():
        if fit.residual.columns or name == "own times":
            continue
        times = fit.explore()._data["grid"]["t"]
        np.testing.assert_allclose(fit.explore().V, fit.marginal_cov(times=times), rtol=1e-9)


def test_simulated_residuals_are_the_same_draws(both: list[Any]) -> None:
    for _, explorer, state, got in both:
        explorer.move(sigma2=state["sigma2"], **state["dials"])
        G = np.asarray(state["G"], dtype=float).reshape(len(state["G"]), -1 if state["G"] else 0)
        y = simulated(explorer._data, G, state["sigma2"], state["seed"], explorer.R_of)
        np.testing.assert_allclose(got["y"], y, rtol=1e-7, atol=1e-7 * np.abs(y).max())


def test_draws_with_R_sigma2_I_are_those_of_a_plain_explorer(fits: dict[str, lmmteach.Fit]) -> None:
    explorer = Explorer(fits[f"cs, {FORMULAS[2]}"], phi=0.0)
    G, sigma2 = explorer.G.to_numpy(), explorer.sigma2
    with_R = simulated(explorer._data, G, sigma2, 4, explorer.R_of)
    np.testing.assert_allclose(with_R, simulated(explorer._data, G, sigma2, 4), rtol=1e-12)
    R = explorer.R_of({"t": [0, 1, 3], "v": [0, 1, 2]})
    np.testing.assert_allclose(square_root(R) @ square_root(R).T, R)


def test_which_entries_a_parameter_feeds(both: list[Any]) -> None:
    """dR / dparameter by central differences, where it has one."""
    for name, explorer, state, got in both:
        if state["seed"] in (2, 3):
            continue  # at an end of its range
        rows = explorer._residual.rows(np.asarray(table(explorer)), state["dials"])
        for parameter, rates in got["rates"].items():
            value = {**state["dials"], "sigma2": state["sigma2"]}
            step = 1e-6 * max(abs(value[parameter]), 1e-2)
            edge = value[parameter] if parameter.startswith("sigma2") else 1 - abs(value[parameter])
            if edge < 100 * step:
                continue  # estimated at the end of its range
            up, down = (
                explorer._residual.R(moved["sigma2"], moved, rows)
                for moved in ({**value, parameter: value[parameter] + sign * step} for sign in (1, -1))
            )
            scale = np.abs(up).max() / max(abs(value[parameter]), 1e-2)
            np.testing.assert_allclose(
                rates, (up - down) / (2 * step), atol=1e-6 * scale, err_msg=f"{name} {parameter}"
            )


def table(explorer: Explorer) -> np.ndarray:
    from lmmteach.explore.payload import table_rows

    return table_rows(explorer.fit.design, explorer._residual)


def test_an_entry_of_R_is_written_out(both: list[Any]) -> None:
    said = {name: (got["first"], got["far"]) for name, _, state, got in both if state["seed"] == 0}
    assert len(said["cs, " + FORMULAS[2]][1].split("·")) == 2
    assert said["ar1 by visit, " + FORMULAS[0]][1].endswith("³")  # visits 0 and 3
    assert said["ar1 by time, " + FORMULAS[1]][1].endswith("⁷")  # days 0 and 7
    assert said["a variance each visit, " + FORMULAS[0]][1] == ""
    assert said["exponential and independent, " + FORMULAS[0]][0].count(" + ") == 2
