"""Any argument of any method: a right answer, or an LmmError that names the argument; and the loaders' arguments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmmteach

from .verdict import assert_right, cases, judged

FORMULA = "reaction ~ days + (1 + days | subject)"
odd = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -1,
        2,
        0.5,
        1.5,
        10**30,
        float("nan"),
        float("inf"),
        1e200,
        1j,
        "",
        "days",
        "x",
        "308",
        "REML",
        "<b>",
        b"x",
        [],
        [1],
        [[1]],
        [0, 2],
        ["days"],
        ["days", "days"],
        [None],
        [[], [1]],
        [range(10**9)],
        [[1, 0], [0, 1]],
        [[1, 2], [3, 4]],
        {},
        {"days": 1},
        {"days": "a"},
        {"days": float("inf")},
        {1, 2},
        (),
        object(),
        np.eye(2),
        np.eye(3),
        -np.eye(2),
        np.zeros((0, 0)),
        np.array("a"),
        np.datetime64("2020"),
        pd.Series([1, 2]),
        pd.DataFrame({"days": [1]}),
        lambda: 0,
        pd.Timestamp("2020"),
        pd.NA,
        308,
        9,
        slice(3),
        lmmteach.AR1(),
        lmmteach.Independent(sigma2=100.0),
    ]
)


@pytest.fixture(scope="module")
def fit() -> lmmteach.Fit:
    return lmmteach.lmm(FORMULA, lmmteach.load_sleepstudy().iloc[:60])


CALLS = {
    "random_effects": ["se"],
    "fitted": ["level"],
    "predict": ["new_data", "level"],
    "residuals": ["level", "kind"],
    "marginal_cov": ["subject", "times"],
    "marginal_corr": ["subject", "times"],
    "deviance_at": ["G", "sigma2"],
    "coef_table": ["df", "level"],
    "test": ["what", "df"],
    "confint": ["method", "level", "names"],
    "information_criteria": ["convention"],
    "simulate": ["n", "seed"],
    "refit": ["y"],
    "bootstrap": ["n", "seed"],
}
#: what a message may call the argument instead of its name
CALLED = [
    "must be a pandas DataFrame",
    "is not in the data",
    "response",
    "fixed effect",
    "contrast",
    "weight",
    "rows of L",
    "Change its unit",
    "term",
    "subject",
    "variance",
    "parameter",
    "confidence level",
    "random stream",
    "replicates",
    "not positive",
]


@cases(8)
@given(st.sampled_from(sorted(CALLS)), st.data())
def test_any_argument_of_a_fit(fit, method, data):
    names = data.draw(st.lists(st.sampled_from(CALLS[method]), unique=True, min_size=1))
    options = {name: data.draw(odd) for name in names}
    if method in ("refit", "predict", "test"):
        options.setdefault(CALLS[method][0], None)
    if options.get("n") is not pd.NA and isinstance(options.get("n"), int) and options["n"] > 9:
        options["n"] = 2
    found = judged(lambda: getattr(fit, method)(**options), [*names, *CALLED])
    if isinstance(found, lmmteach.Fit):
        assert_right(found)


BARE = [lmmteach.marginal_covariance, lmmteach.gls, lmmteach.deviance]


@cases(3)
@given(st.sampled_from(BARE), odd, odd, odd)
def test_any_argument_of_the_bare_mathematics(function, a, b, c):
    judged(lambda: function(a, b, c), ["Z", "G ", "R ", "y", "X", "V", "subject number"])
    judged(lambda: lmmteach.cov_to_corr(a), ["V ", "Variance", "covariance matrix"])


@cases(3)
@given(odd, odd, odd, odd)
def test_any_option_of_lmm_compare_and_the_loaders(fit, a, b, c, d):
    sleep = lmmteach.load_sleepstudy().iloc[:30]
    words = ["method=", "groups=", "time=", "residual structure", "Column", "formula", "DataFrame", "needs to know"]
    judged(lambda: lmmteach.lmm(FORMULA, sleep, method=a), words)
    judged(
        lambda: lmmteach.lmm(FORMULA, sleep, groups=b, time=c, residual=d),
        [*words, "rows", "sigma2", "AR1", "only one"],
    )
    judged(lambda: lmmteach.lmm(a, b), words)
    judged(lambda: lmmteach.compare(fit, a), ["compare()", "data"])
    judged(lambda: lmmteach.framingham_fit(a, b), ["published fit"])
    judged(lambda: lmmteach.load_framingham(a if not isinstance(a, str) or a != "real" else 3), ["source"])


@pytest.mark.parametrize("value", [pd.NA, np.eye(2), np.zeros((0, 0)), pd.DataFrame({"a": [1]}), slice(3)], ids=type)
@pytest.mark.parametrize(
    "call",
    [
        lambda fit, value: fit.residuals(kind=value),
        lambda fit, value: fit.fitted(value),
        lambda fit, value: fit.random_effects(value),
        lambda fit, value: fit.information_criteria(value),
        lambda fit, value: fit.confint(value),
        lambda fit, value: fit.coef_table(value),
        lambda fit, value: lmmteach.lmm(FORMULA, fit.design.frame, method=value),
        lambda fit, value: lmmteach.load_framingham(value),
        lambda fit, value: lmmteach.framingham_fit(value),
        lambda fit, value: lmmteach.deviance([1.0, 2.0], value, pd.NA),
        lambda fit, value: lmmteach.compare(fit, value),
    ],
)
def test_found_by_fuzzing_values_that_cannot_be_compared(fit, call, value):
    with pytest.raises(lmmteach.LmmError):
        call(fit, value)


@pytest.mark.parametrize("value", [range(10**9), [range(10**9)], [[range(10**9)]]], ids=["flat", "list", "lists"])
@pytest.mark.parametrize(
    "call",
    [
        lambda fit, value: fit.deviance_at(value),
        lambda fit, value: fit.marginal_cov(times=value),
        lambda fit, value: fit.refit(value),
        lambda fit, value: fit.test(value),
        lambda fit, value: lmmteach.cov_to_corr(value),
        lambda fit, value: lmmteach.marginal_covariance(value, [[1]], [[1]]),
        lambda fit, value: lmmteach.gls(value, value, value),
        lambda fit, value: lmmteach.deviance([1.0, 2.0], [[1.0], [1.0]], value),
    ],
)
def test_found_by_fuzzing_what_would_fill_the_memory_is_not_copied(fit, call, value):
    words = ["G holds", "times holds", "y holds", "response holds", "contrast holds", "V holds", "Z holds", "not lists"]
    assert judged(lambda: call(fit, value), words) is None
