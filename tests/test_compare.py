"""Likelihood-ratio tests: the reference's ten, the boundary, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lmmteach
from lmmteach import AR1, CompoundSymmetry, Exponential, Independent, compare, lmm
from lmmteach.errors import ModelError
from tests.reference.reading import HERE, data_of, entries

pytestmark = pytest.mark.filterwarnings("ignore:groups=.* has no effect on this fit")  # no random effects

TESTS = {test["id"]: test for test in json.loads((HERE / "reference_fits.json").read_text())["lrt"]}
SLEEP, ORTH = "Reaction ~ Days", "distance ~ age*Sex"
MODELS = {
    "lrt_sleep_ri_vs_none": ("sleep_ri.REML", SLEEP, SLEEP + " + (1 | Subject)"),
    "lrt_sleep_ris_vs_ri": ("sleep_ri.REML", SLEEP + " + (1 | Subject)", SLEEP + " + (Days | Subject)"),
    "lrt_sleep_diag_vs_ri": ("sleep_ri.REML", SLEEP + " + (1 | Subject)", SLEEP + " + (Days || Subject)"),
    "lrt_sleep_ris_vs_diag": ("sleep_ri.REML", SLEEP + " + (Days || Subject)", SLEEP + " + (Days | Subject)"),
    "lrt_sleep_quad_vs_ris": (
        "sleep_ri.REML", SLEEP + " + (Days | Subject)", SLEEP + " + (Days + I(Days^2) | Subject)",
    ),
    "lrt_orth_ri_vs_none": ("orth_ri.REML", ORTH, ORTH + " + (1 | Subject)"),
    "lrt_orth_ris_vs_ri": ("orth_ri.REML", ORTH + " + (1 | Subject)", ORTH + " + (age | Subject)"),
    "lrt_dyestuff2": ("dyestuff2.REML", "Yield ~ 1", "Yield ~ 1 + (1 | Batch)"),
    "lrt_dyestuff": ("dyestuff.REML", "Yield ~ 1", "Yield ~ 1 + (1 | Batch)"),
    "lrt_sleep_fixed_days": ("sleep_ri.ML", "Reaction ~ 1 + (Days | Subject)", SLEEP + " + (Days | Subject)"),
}  # fmt: skip
BY_ID = {entry["id"]: entry for entry in entries()}
S = "reaction ~ days"


def fitted(formula, data, entry):
    groups = None if "|" in formula else entry["spec"]["group"]
    return lmm(formula, data, method=entry["method"], groups=groups)


@pytest.fixture(scope="module")
def sleep():
    return lmmteach.load_sleepstudy()


def test_every_reference_test_is_here():
    assert set(MODELS) == set(TESTS)


@pytest.mark.parametrize("name", MODELS)
def test_as_the_reference_in_either_order(name):
    like, small, large = MODELS[name]
    data = data_of(BY_ID[like])
    fits = [fitted(formula, data, BY_ID[like]) for formula in (small, large)]
    theirs = TESTS[name]
    for test in (compare(*fits), compare(*fits[::-1])):
        assert test.small is fits[0]
        assert test.statistic == pytest.approx(theirs["LR"], abs=2e-5)
        assert test.df == theirs["naive_df"]
        assert [(weight, df) for weight, df in test.mixture] == [(m["w"], m["df"]) for m in theirs["mixture"]]
        assert test.p_naive == pytest.approx(theirs["naive_p"], rel=1e-4)
        assert test.p == pytest.approx(theirs["mixture_p"], rel=1e-4)
        assert test.exact


def test_a_slope_adds_to_other_changes(sleep):
    """One variance at the edge, one covariance and one fixed effect: 0.5 chi2_2 + 0.5 chi2_3."""
    small = lmm("reaction ~ 1 + (1 | subject)", sleep, method="ML")
    large = lmm(S + " + (1 + days | subject)", sleep, method="ML")
    test = compare(small, large)
    assert test.mixture == ((0.5, 2), (0.5, 3))
    half = stats.chi2.sf(test.statistic, [2, 3]).mean()
    assert test.p == pytest.approx(half, rel=1e-9)


def test_several_random_effects_at_once_get_a_bound(sleep):
    test = compare(lmm(S, sleep, groups="subject"), lmm(S + " + (1 + days | subject)", sleep))
    assert (test.df, test.mixture, test.exact) == (3, ((0.5, 2), (0.5, 3)), False)
    assert "conservative" in " ".join(test.words)
    assert "not a simple" in " ".join(test.words)


def test_the_bound_is_one():
    """Two uncorrelated effects, both 0: the naive p-value lies above the bound, and the bound above the truth."""
    draw = np.random.default_rng(5).standard_normal((200_000, 2))
    positive = (np.maximum(draw, 0) ** 2).sum(axis=1)  # 1/4 chi2_0 + 1/2 chi2_1 + 1/4 chi2_2
    for point in (1.0, 3.0, 5.0):
        bound = stats.chi2.sf(point, [1, 2]).mean()
        assert (positive > point).mean() < bound < stats.chi2.sf(point, 2)


def test_residual_structures(sleep):
    def pattern(residual, formula=S):
        return lmm(formula, sleep, groups="subject", time="days", residual=residual)

    plain, ar1, toeplitz = pattern("independent"), pattern("ar1"), pattern("toeplitz")
    assert compare(plain, ar1).mixture == ((1.0, 1),)
    assert compare(ar1, toeplitz).df == 8
    assert compare(pattern("cs"), toeplitz).df == 8
    nugget = compare(pattern("exponential"), pattern(Exponential() + Independent()))
    assert (nugget.mixture, nugget.exact) == (((0.5, 0), (0.5, 1)), True)
    lost = compare(plain, pattern(Exponential() + Independent()))
    assert not lost.exact
    assert "means nothing" in " ".join(lost.words)
    with pytest.raises(ModelError, match="Neither"):
        compare(ar1, pattern("csh"))
    both = lmm(S + " + (1 | subject)", sleep, time="days", residual=AR1())
    assert compare(ar1, both).mixture == ((0.5, 0), (0.5, 1))


def test_a_random_intercept_and_slope_lie_within_unstructured(sleep):
    few = sleep.query("days in [0, 3, 6, 9]")
    slope = lmm(S + " + (1 + days | subject)", few, time="days")
    every = lmm(S, few, groups="subject", time="days", residual="unstructured")
    test = compare(slope, every)
    assert test.df == 10 - 4
    assert test.statistic > 0


def test_reml_with_different_fixed_effects_is_refused(sleep):
    one, two = lmm("reaction ~ 1 + (1 | subject)", sleep), lmm(S + " + (1 | subject)", sleep)
    with pytest.raises(ModelError, match=r"days in one of them only.*Refit both with method='ML'.*ML and REML by hand"):
        compare(one, two)


def test_what_cannot_be_compared_is_refused(sleep):
    fit = lmm(S + " + (1 | subject)", sleep)
    with pytest.raises(ModelError, match="One fit is by REML, the other by ML"):
        compare(fit, lmm(S + " + (1 + days | subject)", sleep, method="ML"))
    with pytest.raises(ModelError, match="180 rows, the other 170"):
        compare(fit, lmm(S + " + (1 + days | subject)", sleep.iloc[10:]))
    with pytest.raises(ModelError, match="row by row"):
        compare(fit, lmm(S + " + (1 + days | subject)", sleep.assign(reaction=sleep["reaction"][::-1].to_numpy())))
    with pytest.raises(ModelError, match="Neither model contains the other"):
        compare(lmm(S + " + (0 + days | subject)", sleep), fit)
    with pytest.raises(ModelError, match="the same fit twice"):
        compare(fit, fit)


def test_a_full_G_is_not_inside_a_diagonal_one(sleep):
    full = lmm(S + " + (1 + days | subject)", sleep)
    diagonal = lmm(S + " + (1 + days + I(days^2) + I(days^3) || subject)", sleep)
    with pytest.raises(ModelError, match="Neither"):
        compare(full, diagonal)


def test_origin_of_time_does_not_matter_for_a_full_G(sleep):
    """(1 + days) and (1 + I(days - 5)) are one model; a diagonal G in one coding is not inside the other's diagonal."""
    small = lmm(S + " + (0 + I(days - 5) | subject)", sleep)
    assert compare(small, lmm(S + " + (1 + days | subject)", sleep)).mixture == ((0.5, 1), (0.5, 2))
    with pytest.raises(ModelError, match="Neither"):
        compare(small, lmm(S + " + (1 + days || subject)", sleep))


def test_it_shows_itself(sleep):
    test = compare(lmm(S + " + (1 | subject)", sleep), lmm(S + " + (1 + days | subject)", sleep))
    text, page = repr(test), test._repr_html_()
    for shown in (text, page):
        assert "LR = 42.84 on 2 df" in shown
        assert "edge of its range" in shown
    assert "0.5 chi2_1 + 0.5 chi2_2" in text
    assert "0.5 χ<sup>2</sup><sub>1</sub> + 0.5 χ<sup>2</sup><sub>2</sub>" in page
    assert list(test.table.index) == ["small", "large"]
    assert page.count("<table") == page.count("</table>") == 1


def test_a_formula_in_html_is_text_not_markup(sleep):
    fits = [lmm(S + term, sleep) for term in (" + (1 | subject)", " + (1 + days | subject)")]
    fits = [replace(fit, design=replace(fit.design, formula="<b>y</b> ~ 1")) for fit in fits]
    assert "<b>" not in compare(*fits)._repr_html_()


def test_a_residual_structure_on_other_times_or_subjects_is_another_model(sleep):
    data = sleep.assign(other=np.random.default_rng(1).permutation(10)[sleep["days"]], site=sleep["subject"].str[:2])
    one, two = "reaction ~ days + (1 | subject)", "reaction ~ days + (1 + days | subject)"
    for residual in ("exponential", "ar1"):
        fit = lmm(two, data, time="days", residual=residual)
        assert compare(lmm(one, data, time="days", residual=residual), fit).df == 2
        with pytest.raises(ModelError, match="Neither"):
            compare(lmm(one, data, time="other", residual=residual), fit)
        assert compare(lmm(one, data), lmm(one, data, time="other", residual=residual)).df == 1, "sigma2 I has no times"
    twins = lmm("reaction ~ days", data, groups="site", residual="cs")
    with pytest.raises(ModelError, match="Neither"):
        compare(twins, lmm(one, data, residual="cs"))


def test_the_unit_of_time_does_not_change_the_mixture(sleep):
    for unit in (1, 8.64e13):
        data = sleep.assign(days=sleep["days"] * unit)
        small, large = (lmm(f"reaction ~ {x} + (1 + days | subject)", data, method="ML") for x in ("1", "days"))
        assert compare(small, large).mixture == ((1.0, 1),)


def test_two_variances_on_their_edge_are_both_named_and_p_is_a_bound(sleep):
    def pattern(formula, residual):
        return lmm(formula, sleep, groups="subject", time="days", residual=residual)

    small = pattern(S, AR1())
    for formula, named in ((S + " + (1 | subject)", r"\(Intercept\)"), (S + " + (0 + days | subject)", "days")):
        test = compare(small, pattern(formula, AR1() + Independent()))
        assert not test.exact
        assert re.search(f"variances of {named} across subject and of an independent part", " ".join(test.words))
        assert "at most" in repr(test)
    one = compare(
        pattern(S + " + (0 + days | subject)", AR1()), pattern(S + " + (0 + days | subject)", AR1() + Independent())
    )
    assert one.exact


def flat(seed=0, groups=12):
    """People who do not differ: the variance of their levels is estimated as 0."""
    rng = np.random.default_rng(seed)
    e = rng.standard_normal((groups, 5))
    e -= 0.9 * e.mean(axis=1, keepdims=True)
    return pd.DataFrame({"id": np.repeat(np.arange(groups), 5), "t": np.tile(np.arange(5), groups), "y": e.ravel()})


def test_p_is_not_exact_where_the_smaller_fit_lies_on_an_edge_itself():
    data = flat()
    singular = lmm("y ~ t + (1 | id)", data)
    assert singular.singular
    test = compare(singular, lmm("y ~ t + (1 + t | id)", data))
    assert not test.exact
    assert "itself singular" in " ".join(test.words)
    for residual, edge in (
        (AR1() + Independent(), "the variance of the Independent part is 0"),
        (CompoundSymmetry() + AR1(), "rho of CompoundSymmetry is -0.25, the end of its range"),
    ):
        fits = [
            lmm(formula, flat(1), groups="id", time="t", residual=residual) for formula in ("y ~ t", "y ~ t + (1 | id)")
        ]
        test = compare(*fits)
        assert not test.exact
        assert edge in " ".join(test.words)


def three_of_six(rho, m=80):
    """Everybody seen at three of six visits, so that rho may be below -1/5."""
    rng = np.random.default_rng(0)
    L = np.linalg.cholesky(rho + (1 - rho) * np.eye(3))
    rows = [
        (i, t, y)
        for i in range(m)
        for t, y in zip(np.sort(rng.choice(6, 3, replace=False)), L @ rng.normal(size=3), strict=True)
    ]
    return pd.DataFrame(rows, columns=["id", "t", "y"])


@pytest.mark.parametrize("large", ["toeplitz", "unstructured"])
@pytest.mark.parametrize("small", ["cs", "csh"])
def test_a_structure_of_all_visits_does_not_contain_what_no_six_visits_can_have(small, large):
    def fitted(rho, residual):
        return lmm("y ~ 1", three_of_six(rho), "ML", groups="id", time="t", residual=residual)

    if (small, large) != ("csh", "toeplitz"):
        inside = compare(fitted(-0.1, small), fitted(-0.1, large))
        assert inside.statistic > 0
    if large == "toeplitz":
        said = r"Neither.*is no covariance of all 6 visits" if small == "cs" else "Neither"
        with pytest.raises(ModelError, match=said):
            compare(fitted(-0.4, small), fitted(-0.4, large))
    assert compare(fitted(-0.4, "cs"), fitted(-0.4, "csh")).statistic > 0  # nor is csh a structure of all visits


def test_a_chain_is_its_steps(sleep):
    formulas = [S, S + " + (1 | subject)", S + " + (1 + days || subject)", S + " + (1 + days | subject)"]
    fits = [lmm(formula, sleep, groups="subject") for formula in formulas]
    chain = compare(fits[2], fits[0], fits[3], fits[1])
    assert [fit.formula for fit in chain.fits] == [fit.formula for fit in fits]
    for k, (small, large) in enumerate(pairwise(fits)):
        alone = compare(small, large)
        assert chain.table["LR"].iloc[k + 1] == alone.statistic
        assert chain.table["p"].iloc[k + 1] == alone.p
        assert chain.table["df"].iloc[k + 1] == alone.df
        assert set(alone.words) == set(chain.steps[k].words)
    assert chain.table[["LR", "df", "p"]].iloc[0].isna().all()
    text, page = repr(chain), chain._repr_html_()
    for shown in (text, page):
        assert "4 nested fits by REML" in shown
        assert all(f"{k + 1}: {fit.formula}" in shown for k, fit in enumerate(fits))
    assert "Step 2 to 3: LR ~ 0.5 chi2_0 + 0.5 chi2_1" in text
    assert "0.5 χ<sup>2</sup><sub>1</sub>" in page


def test_a_chain_of_fits_that_do_not_nest_is_refused(sleep):
    fits = [lmm(S + term, sleep) for term in (" + (1 | subject)", " + (0 + days | subject)", " + (1 + days | subject)")]
    with pytest.raises(ModelError, match="Neither"):
        compare(*fits)
    with pytest.raises(ModelError, match="One fit is by REML, the other by ML"):
        compare(fits[0], fits[2], lmm(S + " + (1 + days + I(days^2) | subject)", sleep, "ML"))
    with pytest.raises(ModelError, match="two fits, and a str is none"):
        compare(fits[0], fits[2], "large")
