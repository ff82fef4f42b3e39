"""What is said at once of a model that is not what it looks like: no word is a false one, and nothing is silent."""

from __future__ import annotations

import re
import time

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import FormulaError, LmmWarning, ModelError


@pytest.fixture
def sleep():
    rng = np.random.default_rng(4)
    data = lmmteach.load_sleepstudy()
    return data.assign(s=7.0 * data.days + rng.normal(size=180), x=rng.normal(size=180), f=np.tile(["a", "b", "c"], 60))


@pytest.mark.parametrize(("far", "unit"), [(1.7e9, 1.0), (1.7e12, 1e3), (-2.4e6, 1 / 86400), (1e8, 1e-2), (45e3, 1e-4)])
def test_a_column_far_from_zero_is_fitted_as_the_one_beside_zero(sleep, far, unit):
    data = sleep.assign(clock=far + unit * sleep.s)
    near = lmmteach.lmm("reaction ~ s*f + (1 | subject)", data, method="ML")
    fit = lmmteach.lmm("reaction ~ clock*f + (1 | subject)", data, method="ML")
    assert fit.design.dropped == []
    assert fit.deviance == pytest.approx(near.deviance, abs=1e-3)
    assert fit.beta["clock"] * unit == pytest.approx(near.beta["s"], rel=1e-4)
    twice = data.assign(twice=2 * data.clock - 3, early=data.clock - far)
    with pytest.warns(LmmWarning, match="already determine 'twice', 'early'"):
        other = lmmteach.lmm("reaction ~ clock*f + twice + early + (1 | subject)", twice, method="ML")
    assert other.deviance == pytest.approx(fit.deviance, abs=1e-3)


@pytest.mark.parametrize("noise", [1e-3, 1e-6, 1e-9])
def test_a_column_almost_like_another_is_no_alias(sleep, noise):
    data = sleep.assign(z=np.sin(np.arange(180.0) ** 2))
    near = data.assign(near=data.x + noise * data.z)
    fit = lmmteach.lmm("reaction ~ x + near + (1 | subject)", near, method="ML")
    plain = lmmteach.lmm("reaction ~ x + z + (1 | subject)", data, method="ML")
    assert fit.deviance == pytest.approx(plain.deviance, abs=1e-3)


@pytest.mark.parametrize(
    "terms",
    [
        "x + I(2*x)",
        "x + I(x/3 - 7)",
        "log(s + 99) + log2(s + 99)",
        "poly(s, 2) + s + I(s^2)",
        "scale(x) + x",
        "f + I(sin(s)^2) + I(cos(s)^2)",
        "f*x + f:I(x + 1)",
    ],
)
def test_columns_that_others_make_are_dropped_however_they_are_computed(sleep, terms):
    with pytest.warns(LmmWarning, match="already determine"):
        fit = lmmteach.lmm(f"reaction ~ {terms} + (1 | subject)", sleep)
    X = fit.design.X / np.linalg.norm(fit.design.X, axis=0)
    assert np.linalg.matrix_rank(X, tol=1e-9) == X.shape[1]


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("reaction ~ phase + days + (1 | subject)", "'phase' makes"),
        ("reaction ~ phase*days + (1 | subject)", "'phase', 'phase:days' make"),
        ("reaction ~ days + f:phase + f + (1 | subject)", "'f:phase' makes"),
        ("reaction ~ days + (phase | subject)", "'phase' makes"),
        ("reaction ~ days + (1 + phase*days | subject)", "'phase', 'phase:days' make"),
        ("reaction ~ C(phase, sum) + days + (1 | subject)", "'C(phase, sum)' makes"),
        ("reaction ~ C(phase, poly):days + days + (1 | subject)", "'C(phase, poly):days' makes"),
        ("reaction ~ factor(seven) + days + (1 | subject)", "'factor(seven)' makes"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*already determine")
def test_a_term_without_columns_is_reported(sleep, formula, terms):
    with pytest.warns(LmmWarning, match=re.escape(terms)) as heard:
        lmmteach.lmm(formula, sleep.assign(phase="late", seven=7))
    assert any("one level only" in str(one.message) and "filter" in str(one.message) for one in heard)


def test_a_factor_with_one_level_is_no_matter_where_it_makes_a_column(sleep):
    assert lmmteach.lmm("reaction ~ 0 + phase + days + (1 | subject)", sleep.assign(phase="late")).warnings == ()


@pytest.mark.parametrize(
    "formula", ["reaction ~ seven + days + (1 | subject)", "reaction ~ days + I(seven^2) + (1 | subject)"]
)
def test_a_constant_number_is_reported_as_one(sleep, formula):
    with pytest.warns(LmmWarning, match="is the same number in every row.*filter"):
        lmmteach.lmm(formula, sleep.assign(seven=7.0))


@pytest.mark.parametrize("effects", ["1 + seven", "1 + days + I(2*days)", "1 + f:late"])
def test_effects_that_others_make_are_reported_within_the_bar(sleep, effects):
    data = sleep.assign(seven=7.0, late=np.where(sleep.days > 4, "yes", "no"))
    with pytest.warns(LmmWarning, match="other columns of Z already determine"):
        lmmteach.lmm(f"reaction ~ days + ({effects} | subject)", data)


def test_groups_that_nothing_ties_together_are_said_to_have_no_effect(sleep):
    with pytest.warns(LmmWarning, match=r"no effect.*ordinary regression.*\(1 \| subject\).*residual='cs'"):
        lmmteach.lmm("reaction ~ days", sleep, groups="subject")
    assert lmmteach.lmm("reaction ~ days", sleep, groups="subject", residual="cs").warnings == ()
    by = lmmteach.Diagonal("days")  # no ordinary regression: each day has a variance of its own
    assert lmmteach.lmm("reaction ~ days", sleep, groups="subject", residual=by).warnings == ()


@pytest.mark.parametrize(
    "formula",
    [
        "reaction ~ reaction + (1 | subject)",
        "reaction ~ days + reaction:days + (1 | subject)",
        "reaction ~ days + (1 + reaction | subject)",
        "reaction ~ days + (1 | reaction)",
        "log(reaction) ~ log(reaction) + (1 | subject)",
        "reaction ~ log(reaction) + (1 | subject)",
        "reaction ~ days + (1 | subject/reaction)",
    ],
)
def test_a_response_on_both_sides_is_named(sleep, formula):
    with pytest.raises(FormulaError, match=r"reaction\)?' stands on both sides"):
        lmmteach.lmm(formula, sleep)


@pytest.mark.parametrize("noise", [1e-3, 1e-4, 3e-5, 1e-5, 1e-6])
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_a_small_residual_is_fitted_not_called_exact(sleep, noise, scale):
    number = sleep.subject.astype(int) - 300
    y = scale * (2.0 * sleep.days + number + noise * sleep.x)
    fit = lmmteach.lmm("y ~ days + (1 | subject)", sleep.assign(y=y))
    assert fit.converged
    assert np.sqrt(fit.sigma2) == pytest.approx(scale * noise * sleep.x.std(), rel=0.15)
    assert fit.beta["days"] == pytest.approx(2 * scale, rel=1e-4)


@pytest.mark.parametrize(
    "formula",
    [
        "reaction ~ days + (days | x)",
        "reaction ~ days + (subject | x)",
        "reaction ~ f + (1 + s || x)",
        "reaction ~ days + (1 + days | subject:s)",
    ],
)
def test_sides_of_a_bar_that_were_exchanged_are_said_before_any_search(sleep, formula):
    started = time.monotonic()
    with pytest.raises(ModelError, match=r"random effects, \d+ for each of 180 values of .*on the right of the bar"):
        lmmteach.lmm(formula, sleep)
    assert time.monotonic() - started < 2


def test_a_group_of_one_row_each_is_asked_about(sleep):
    with pytest.warns(LmmWarning, match=r"as many as rows. Is 'x' the column"):
        lmmteach.lmm("reaction ~ days + (1 | x)", sleep)


@pytest.mark.parametrize("values", ["x", "s", "third"])
def test_a_variance_for_each_measurement_is_refused_at_once(sleep, values):
    data = sleep.assign(third=np.repeat(np.random.default_rng(1).normal(size=60), 3))
    with pytest.raises(ModelError, match=f"by='{values}' asks for a variance for each of .*qcut"):
        lmmteach.lmm("reaction ~ days + (1 | subject)", data, residual=lmmteach.Diagonal(by=values))
    classes = data.assign(**{"class": pd.qcut(data[values], 2).astype(str)})
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", classes, residual=lmmteach.Diagonal(by="class"))
    assert fit.converged
