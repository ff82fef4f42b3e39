"""What others reported of their programs (the list is in fuzz/README.md), tried on this one."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import Diagonal, LmmError, lmm

SLEEP = lmmteach.load_sleepstudy()


@pytest.fixture(scope="module")
def trial() -> pd.DataFrame:
    """Forty people, two arms, four named visits, a quarter of them missed."""
    rng = np.random.default_rng(1)
    i, t = np.divmod(np.arange(160), 4)
    data = pd.DataFrame({"id": i, "arm": np.where(i % 2, "drug", "none"), "sex": np.where(i % 3, "f", "m")})
    data["visit"] = pd.Categorical(t + 1, categories=[1, 2, 3, 4], ordered=True)
    data["base"] = rng.normal(40, 9, 40)[i]
    data["y"] = 30 + 3 * t + t * (i % 2) + rng.normal(0, 4, 40)[i] + rng.normal(0, 3, 160)
    return data[rng.random(160) < 0.75].reset_index(drop=True)


def test_a_factor_with_one_level_in_the_new_rows(trial: pd.DataFrame) -> None:
    """lme4 #143 and #275."""
    fit = lmm("y ~ arm*sex + base + (1 | id)", trial)
    for row in (0, 5, 17):
        assert fit.predict(trial.iloc[[row]]).iloc[0] == pytest.approx(fit.fitted().iloc[row], rel=1e-12)


def test_means_do_not_depend_on_how_the_model_is_written(trial: pd.DataFrame) -> None:
    """mmrm #574: visit as a main effect and in the interaction, or in the interaction alone."""
    how = {"groups": "id", "time": "visit", "residual": "cs"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        one, other = (lmm(f"y ~ base + {terms}", trial, "ML", **how) for terms in ("visit + arm:visit", "arm:visit"))
    assert one.deviance == pytest.approx(other.deviance, abs=1e-6)
    mine, theirs = (fit.marginal_means("arm", "visit")[["Estimate", "Std. Error", "df"]] for fit in (one, other))
    np.testing.assert_allclose(mine, theirs, rtol=1e-4)


def test_degrees_of_freedom_do_not_depend_on_the_order_of_rows(trial: pd.DataFrame) -> None:
    """emmeans #555, with a variance for each arm."""
    found = [
        lmm("y ~ sex + visit", rows, groups="id", time="visit", residual=Diagonal(by="arm")).coef_table()["df"]
        for rows in (trial, trial.iloc[::-1], trial.sample(frac=1, random_state=3))
    ]
    np.testing.assert_allclose(found[1:], [found[0]] * 2, rtol=1e-6)


def test_levels_that_nobody_has_change_nothing(trial: pd.DataFrame) -> None:
    """JASP #2570."""
    more = trial.assign(arm=pd.Categorical(trial["arm"], categories=["x", "drug", "none", "y"]))
    plain, wide = (lmm("y ~ arm*sex + (1 + arm | id)", data) for data in (trial, more))
    assert wide.beta.index.tolist() == plain.beta.index.tolist()
    assert wide.deviance == pytest.approx(plain.deviance, abs=1e-9)
    assert len(wide.marginal_means("arm", "sex")) == 4


def test_two_groups_without_a_fixed_effect_are_refused_and_with_one_fitted() -> None:
    """MixedModels.jl #252, where the memory ran out."""
    a = np.array([1, 0, 1, 0, 1, 0, 1, 0, 1])
    data = pd.DataFrame({"a": a, "b": 1 - a, "g": [1, 0, 1, 0, 2, 0, 2, 0, 2], "h": [0, 1, 0, 1, 0, 2, 0, 2, 0]})
    data["y"] = np.random.default_rng(1).normal(size=9)
    with pytest.raises(LmmError, match="no fixed effect at all"):
        lmm("y ~ 0 + (0 + a | g) + (0 + b | h)", data)
    assert lmm("y ~ 1 + (0 + a | g) + (0 + b | h)", data).converged


def test_a_column_of_zeros_takes_no_other_columns_name() -> None:
    """MixedModels.jl #242."""
    data = SLEEP.assign(zero=0.0, half=SLEEP["days"] // 5)
    with pytest.warns(lmmteach.LmmWarning, match="'zero'"):
        fit = lmm("reaction ~ zero + days + half + (1 | subject)", data)
    plain = lmm("reaction ~ days + half + (1 | subject)", data)
    pd.testing.assert_series_equal(fit.beta, plain.beta)


def test_truths_are_no_response() -> None:
    """statsmodels #4152."""
    data = pd.DataFrame({"g": [0, 0, 0, 1, 1, 1], "x": range(1, 7), "y": [False, True, True, False, True, True]})
    with pytest.raises(LmmError, match=r"Convert it: data\['y'\] = data\['y'\].astype\(int\)"):
        lmm("y ~ x + (1 | g)", data)
    assert lmm("y ~ x + (1 | g)", data.astype({"y": int})).beta["x"] == pytest.approx(4 / 9)


def test_a_name_that_is_not_there_is_told_those_that_are() -> None:
    """simr #33, where a subscript was out of bounds."""
    beta = {"(Intercept)": 250.0, "days": 10.0}
    with pytest.raises(LmmError, match=r"no fixed effect 'day'. There are: \(Intercept\), days"):
        lmmteach.power("reaction ~ days + (1 | subject)", SLEEP, beta, G=600.0, sigma2=900.0, test="day", n=2)
