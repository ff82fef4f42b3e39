"""Intraclass correlations and R squared: row by row from V, and their limits from refits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import Diagonal, Exponential, Independent
from lmmteach.likelihood.covariances import covariances
from tests.reference.means import HERE


@pytest.fixture(scope="module")
def trial() -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / "generated_trial.csv")


MODELS: list[tuple[str, dict[str, Any]]] = [
    ("y ~ dose*t + age + (1 | id)", {}),
    ("y ~ dose*t + age + (1 + t | id)", {}),
    ("y ~ t + (1 | site/id)", {}),
    ("y ~ t + (1 | id) + (0 + t | id)", {}),
    ("y ~ t + (1 | id)", {"residual": Diagonal(by="dose")}),
    ("y ~ t + (1 | id)", {"residual": "diagonal", "time": "t"}),
    ("y ~ t + (1 | id)", {"residual": Exponential() + Independent(), "time": "t"}),
]


@pytest.mark.filterwarnings("ignore::lmmteach.LmmWarning")
@pytest.mark.parametrize(("formula", "how"), MODELS)
def test_shares_are_averages_over_the_rows(trial: pd.DataFrame, formula: str, how: dict[str, Any]) -> None:
    fit = lmmteach.lmm(formula, trial, **how)
    total, residual = np.empty(fit.n_obs), np.empty(fit.n_obs)
    for stack in covariances(fit.design, fit.estimate.G, fit.residual):
        total[stack.rows] = np.diagonal(stack.V, axis1=1, axis2=2)
        residual[stack.rows] = np.diagonal(stack.R, axis1=1, axis2=2)
    f, r, e = fit.fitted("marginal").var(), (total - residual).mean(), residual.mean()
    icc, r2 = fit.icc()["estimate"], fit.r2()["estimate"]
    assert icc["adjusted"] == pytest.approx(r / (r + e), rel=1e-9)
    assert icc["unadjusted"] == pytest.approx(r / (f + r + e), rel=1e-9)
    assert icc.iloc[:-2].sum() == pytest.approx(icc["adjusted"], rel=1e-9)
    assert r2["marginal"] == pytest.approx(f / (f + r + e), rel=1e-9)
    assert r2["conditional"] == pytest.approx((f + r) / (f + r + e), rel=1e-9)
    assert fit.r2()[["lower", "upper"]].isna().all().all()


def test_one_intercept_is_the_correlation_of_two_readings() -> None:
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    assert fit.icc().loc["subject", "estimate"] == pytest.approx(fit.marginal_corr().iloc[0, 1])


def test_no_origin_or_unit_changes_a_share() -> None:
    sleep = lmmteach.load_sleepstudy()
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep)
    moved = sleep.assign(days=1000 + 24 * sleep.days, reaction=sleep.reaction / 1000)
    other = lmmteach.lmm("reaction ~ days + (1 + days | subject)", moved)
    np.testing.assert_allclose(fit.icc()["estimate"], other.icc()["estimate"], rtol=1e-5)
    np.testing.assert_allclose(fit.r2()["estimate"], other.r2()["estimate"], rtol=1e-5)


@pytest.mark.filterwarnings("ignore:In .* bootstrap")
def test_limits_are_the_middle_of_refits() -> None:
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    y = fit.simulate(20, seed=4)
    refits = [fit.refit(y[k]) for k in y]
    for ask in ("icc", "r2"):
        table = getattr(fit, ask)(n=20, seed=4, level=0.8)
        own = pd.DataFrame([getattr(one, ask)()["estimate"] for one in refits])
        np.testing.assert_allclose(table["lower"], own.quantile(0.1), rtol=1e-3)
        np.testing.assert_allclose(table["upper"], own.quantile(0.9), rtol=1e-3)


def test_limits_hold_the_truth_about_as_often_as_they_say() -> None:
    """Random intercepts, ICC 0.5: 60 studies, 95 % limits; fewer than 50 hits would come once in 2,000 times."""
    rng = np.random.default_rng(2)
    i = np.repeat(np.arange(60), 4)
    hits = 0
    for seed in range(60):
        frame = pd.DataFrame({"id": i, "y": rng.normal(size=60)[i] + rng.normal(size=240)})
        row = lmmteach.lmm("y ~ 1 + (1 | id)", frame).icc(n=200, seed=seed).loc["id"]
        hits += bool(row["lower"] <= 0.5 <= row["upper"])
    assert hits >= 50


def test_a_model_without_groups_says_what_to_ask() -> None:
    fit = lmmteach.lmm("reaction ~ days", lmmteach.load_sleepstudy(), groups="subject", time="days", residual="cs")
    with pytest.raises(lmmteach.ModelError, match="marginal_corr"):
        fit.icc()
    assert fit.marginal_corr().shape == (10, 10)
    r2 = fit.r2()["estimate"]
    assert r2["marginal"] == r2["conditional"]
