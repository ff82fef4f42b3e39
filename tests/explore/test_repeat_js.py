"""A study repeated in the page against the library: each study's fits, and what a thousand of them say.

The draws are the page's own, from a seed: nothing is left to chance, and a limit of some Monte-Carlo standard errors is
met or missed the same way each time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lmmteach

from .node import close, run_js

FORMULA = "y ~ arm*t + (1 + t | id)"
DIALS: dict[str, Any] = {
    "people": 24, "visits": 5, "length": 8, "when": "even", "effect": 2.0, "intercepts": 1400.0, "slopes": 12.0,
    "correlation": -0.46, "residual": 400.0, "mechanism": "MCAR", "share": 0.0,
}  # fmt: skip
ESTIMATED = ("effect", "G11", "G22", "rho", "sigma2")
SE_APART = 3.5  # Monte-Carlo standard errors

ONE = """
const { designOf, laboratory } = await module("maths/ideas/repeat.js");
return given.map(({ dials, seed, k }) => {
  const lab = laboratory(designOf(dials), seed);
  const { y, rows, ...by } = lab.fitted(lab.draw(k));
  const told = ({ beta, se, G, sigma2, deviance, singular }) => ({ beta, se, G, sigma2, deviance, singular });
  return { y, id: rows.subject, t: rows.time, arm: rows.arm, ML: told(by.ML), REML: told(by.REML) };
});
"""
MANY = """
const { designOf, studies, summaryOf, plannedSe } = await module("maths/ideas/repeat.js");
return given.map(({ dials, seed, n }) => {
  const run = studies(designOf(dials), seed);
  while (run.count < n) run.more();
  return { found: run.found, summary: summaryOf(run, n), planned: plannedSe(run.design) };
});
"""


def many(cases: list[dict[str, Any]], folder: Path, n: int, seed: int = 1) -> list[Any]:
    return run_js(MANY, [{"dials": DIALS | one, "seed": seed, "n": n} for one in cases], folder)


def plan(people: int, visits: int, length: float) -> pd.DataFrame:
    """A row a planned reading, treated by turns."""
    i, j = np.divmod(np.arange(people * visits), visits)
    return pd.DataFrame({"id": i, "arm": i % 2, "t": length * j / (visits - 1)})


def test_students_t(tmp_path: Path) -> None:
    found = run_js(
        'const { quantile } = await module("maths/student.js"); return given.map((df) => quantile(0.95, df));',
        list(range(1, 200)), tmp_path,
    )  # fmt: skip
    close(found, stats.t.ppf(0.975, np.arange(1, 200)))


LEAVING = [{"mechanism": name, "share": 0.25} for name in ("MCAR", "MAR", "MNAR")]


@pytest.mark.parametrize(
    "change", [{}, {"when": "ends", "visits": 6}, {"people": 10, "visits": 3, "slopes": 0.0}, *LEAVING], ids=str
)
def test_each_study_is_fitted_as_python_fits_it(tmp_path: Path, change: dict[str, Any]) -> None:
    found = run_js(ONE, [{"dials": DIALS | change, "seed": 5, "k": k} for k in range(4)], tmp_path)
    singular = 0
    for one in found:
        data = pd.DataFrame({name: one[name] for name in ("y", "id", "t", "arm")})
        for method in ("ML", "REML"):
            fit, got = lmmteach.lmm(FORMULA, data, method=method), one[method]
            se, scale = fit.se.to_numpy(), np.sqrt(np.diag(fit.G)) + 1e-3
            assert got["deviance"] == pytest.approx(fit.deviance, abs=1e-6)
            assert np.abs((np.array(got["beta"]) - fit.beta) / se).max() < 1e-5
            assert np.abs(np.array(got["se"]) / se - 1).max() < 1e-5
            assert (np.abs(np.array(got["G"]) - fit.G) <= 1e-4 * np.outer(scale, scale)).to_numpy().all()
            assert got["sigma2"] == pytest.approx(fit.sigma2, rel=1e-5)
            assert got["singular"] == fit.singular
            singular += fit.singular
    assert singular > 0 or change.get("slopes") != 0, "without slopes some fits are on the boundary"


def test_more_studies_go_on_with_the_stream(tmp_path: Path) -> None:
    few, more = many([{}], tmp_path, 20)[0]["found"], many([{}], tmp_path, 50)[0]["found"]
    for method in ("ML", "REML"):
        for name in ESTIMATED:
            assert more[method][name][:20] == few[method][name]
    assert len(set(more["REML"]["effect"])) == 50, "no study comes twice"
    other = many([{}], tmp_path, 20, seed=2)[0]["found"]
    assert not set(other["REML"]["effect"]) & set(few["REML"]["effect"])


def sd_error(x: np.ndarray) -> float:
    """The standard error of an SD, by the fourth moment."""
    centred = x - x.mean()
    return float(np.sqrt(((centred**4).mean() - x.var() ** 2) / len(x)) / (2 * x.std()))


def test_a_thousand_studies_are_the_libraries_own_simulate_and_refit(tmp_path: Path) -> None:
    """Both repeat the study at the estimates of one study: means, SDs and singular fits, by ML and by REML."""
    (first,) = run_js(ONE, [{"dials": DIALS | {"people": 16, "visits": 4}, "seed": 9, "k": 0}], tmp_path)
    data = pd.DataFrame({name: first[name] for name in ("y", "id", "t", "arm")})
    for method in ("ML", "REML"):
        fit = lmmteach.lmm(FORMULA, data, method=method)
        sd = np.sqrt(np.diag(fit.G))
        truth = {
            "people": 16, "visits": 4, "effect": float(fit.beta["arm:t"]), "intercepts": float(fit.G.iloc[0, 0]),
            "slopes": float(fit.G.iloc[1, 1]), "correlation": float(fit.G.iloc[0, 1] / sd.prod()),
            "residual": float(fit.sigma2),
        }  # fmt: skip
        page = many([truth], tmp_path, 1000)[0]
        rows = fit.bootstrap(1000, seed=4, progress=False)
        G11, G12, G22 = (
            rows[f"G[{entry}]"].to_numpy() for entry in ("(Intercept),(Intercept)", "(Intercept),t", "t,t")
        )
        flat = 1 - G12**2 / np.maximum(G11 * G22, 1e-300) < 1e-9
        python = {"effect": rows["arm:t"].to_numpy(), "G11": G11, "G22": G22, "sigma2": rows["sigma2"].to_numpy()}
        for name, theirs in python.items():
            mine = np.array(page["found"][method][name])
            error = np.sqrt(mine.var() / 1000 + theirs.var() / 1000)
            assert abs(mine.mean() - theirs.mean()) < SE_APART * error, (method, name, "mean")
            assert abs(mine.std() - theirs.std()) < SE_APART * np.hypot(sd_error(mine), sd_error(theirs)), (
                method,
                name,
            )
        share, other = page["summary"][method]["singular"], flat.mean()
        pooled = (share + other) / 2
        assert pooled > 0.02, "there is something to compare"
        assert abs(share - other) < SE_APART * np.sqrt(2 * pooled * (1 - pooled) / 1000)


def test_power_is_that_of_lmmteach_power(tmp_path: Path) -> None:
    page = many([{"effect": 4.0}], tmp_path, 1000)[0]["summary"]["REML"]
    G12 = -0.46 * np.sqrt(1400 * 12)
    python = lmmteach.power(
        FORMULA, plan(24, 5, 8.0), {"(Intercept)": 220, "arm": 0, "t": 0, "arm:t": 4.0},
        G=[[1400, G12], [G12, 12]], sigma2=400.0, test="arm:t", n=600, seed=3, progress=False,
    )  # fmt: skip
    assert 0.2 < python.power < 0.8
    assert abs(page["power"] - python.power) < 3 * np.hypot(
        python.se, np.sqrt(page["power"] * (1 - page["power"]) / 1000)
    )


def test_what_theory_says_of_a_balanced_study(tmp_path: Path) -> None:
    """SE by the closed formula, REML without bias, ML too small, intervals that hold what they promise."""
    cases = [{}, {"when": "ends", "visits": 6}, {"people": 60}]
    for one, got in zip(cases, many(cases, tmp_path, 1000), strict=True):
        dials = DIALS | one
        t = np.array([0.0] * 3 + [8.0] * 3) if one.get("when") else np.linspace(0, 8, 5)
        noise = dials["residual"] / ((t - t.mean()) ** 2).sum()
        assert got["planned"] == pytest.approx(np.sqrt(4 / dials["people"] * (dials["slopes"] + noise)))
        ML, REML = (got["summary"][by]["moments"] for by in ("ML", "REML"))
        assert abs(REML["effect"]["sd"] / got["planned"] - 1) < SE_APART / np.sqrt(2000)
        assert abs(REML["effect"]["mean"] - dials["effect"]) < SE_APART * REML["effect"]["error"]
        n, slope = dials["people"], dials["slopes"] + noise
        too_small = dials["slopes"] - 2 / n * slope  # ML divides people's squared slopes by n where REML has n - 2
        # A few fits end on the boundary, where neither is exact: a little more room.
        assert abs(ML["G22"]["mean"] - too_small) < SE_APART * ML["G22"]["error"] + 0.02 * slope
        assert abs(REML["G22"]["mean"] - dials["slopes"]) < SE_APART * REML["G22"]["error"] + 0.02 * slope
        assert REML["G22"]["mean"] > ML["G22"]["mean"]
        covered = [got["summary"][by]["covered"] for by in ("ML", "REML")]
        assert abs(covered[1] - 0.95) < SE_APART * np.sqrt(0.95 * 0.05 / 1000)
        assert covered[0] < covered[1]


def test_who_leaves_and_what_it_does(tmp_path: Path) -> None:
    """By chance and by what was seen the mixed model stays right; by what nobody saw it does not."""
    kinds = [one | {"people": 100, "effect": 4.0} for one in LEAVING]
    chance, seen, unseen = (one["summary"]["REML"]["moments"]["effect"] for one in many(kinds, tmp_path, 300))
    for one in (chance, seen):
        assert abs(one["mean"] - 4.0) < SE_APART * one["error"]
    assert unseen["mean"] < 4.0 - SE_APART * unseen["error"], "treated people rise more, and so leave unseen"


DOUBLED = """
const { designOf } = await module("maths/ideas/repeat.js");
const { SEEN } = await module("frame/registry.js");
return given.map(({ runs, now }) => {
  const ran = () => runs.map(({ dials, sd, n }) => (
    { design: designOf(dials), seed: 1, count: n, summary: { REML: { moments: { effect: { sd, n } } } } }
  ));
  return SEEN.doubled.read({ now, data: { repeat: { ran } } });
});
"""


def test_people_or_visits_is_read_off_what_was_run(tmp_path: Path) -> None:
    def run(sd: float, n: int = 300, **change: Any) -> dict[str, Any]:
        return {"dials": DIALS | change, "sd": sd, "n": n}

    base, twice, often = run(1.4), run(0.96, people=48), run(1.2, visits=10)
    few = [base, run(1.0, 100, people=48), run(1.1, 100, visits=10)]
    many = [base, run(1.0, 1000, people=48), run(1.03, 1000, visits=10)]
    cases = [[base, twice, often], [twice, often, base], [base, run(1.2, people=48), run(0.9, visits=10)], few, many,
             [base, twice], [base], [], [base, twice, run(0.9, visits=10, length=4)]]  # fmt: skip
    found = run_js(DOUBLED, [{"runs": one, "now": {"dials": DIALS}} for one in cases], tmp_path)
    assert [one["seen"] for one in found] == [
        ["people"], ["people"], ["visits"], None, ["alike"], None, None, None, None
    ]  # fmt: skip
    assert [part for part in found[0]["tell"] if not isinstance(part, str)] == [1.4, 0.96, 1.2]
    assert "run 1,000 of each" in "".join(map(str, found[3]["tell"]))
    assert "24 people at 10 visits" in found[5]["tell"][0]
    assert "Run 1,000" in found[7]["tell"][0]
