"""Power by simulation: against a closed form, its own error, the boundary, and what is refused."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lmmteach
from lmmteach import DataError, FormulaError, LmmWarning, ModelError, ParameterError, power
from lmmteach.inference.power import Power
from lmmteach.simulation import bootstrap

BETA = {"(Intercept)": 10.0, "arm": 1.5, "t": 1.0}
FORMULA = "y ~ arm + t + (1 | id)"


def plan(people=16, visits=4):
    frame = pd.MultiIndex.from_product([range(people), range(visits)], names=["id", "t"]).to_frame(index=False)
    return frame.assign(arm=frame["id"] % 2)


def closed(people, visits, effect, G, sigma2, alpha=0.05):
    """Two arms, random intercept: the people's means differ with variance (G + sigma2 / n) 4 / m, on m - 2 df."""
    df, ncp = people - 2, effect / np.sqrt(4 / people * (G + sigma2 / visits))
    edge = stats.t.ppf(1 - alpha / 2, df)
    return stats.nct.sf(edge, df, ncp) + stats.nct.cdf(-edge, df, ncp)


@pytest.mark.parametrize(
    ("people", "visits", "effect", "df", "alpha"),
    [
        (16, 4, 1.5, "satterthwaite", 0.05),
        (16, 4, 1.5, "kenward-roger", 0.05),
        (30, 3, 1.0, "satterthwaite", 0.05),
        (12, 6, 0.0, "satterthwaite", 0.05),
        (24, 4, 1.5, "satterthwaite", 0.01),
    ],
)
def test_it_is_the_noncentral_ts(people, visits, effect, df, alpha):
    found = power(
        FORMULA, plan(people, visits), BETA | {"arm": effect}, G=2.0, sigma2=1.0, test="arm", n=1500, df=df,
        alpha=alpha, progress=False,
    )  # fmt: skip
    truth = closed(people, visits, effect, 2.0, 1.0, alpha)
    assert abs(found.power - truth) < 3.5 * np.sqrt(truth * (1 - truth) / found.n)
    assert found.uncertified == 0


def test_its_own_error_is_right():
    """40 powers of 60 studies each spread as their standard error says, and their limits hold the truth."""
    truth = closed(10, 3, 1.5, 1.0, 1.0)
    runs = [
        power(FORMULA, plan(10, 3), BETA, G=1.0, sigma2=1.0, test="arm", n=60, seed=seed, progress=False)
        for seed in range(40)
    ]
    spread = np.array([run.power - truth for run in runs])
    variance = truth * (1 - truth) / 60
    low, high = stats.chi2.ppf([0.001, 0.999], 40) / 40
    assert low < (spread**2).mean() / variance < high
    assert np.mean([run.se for run in runs]) == pytest.approx(np.sqrt(variance), rel=0.1)
    assert sum(run.lower <= truth <= run.upper for run in runs) >= stats.binom.ppf(0.001, 40, 0.95)


def test_its_limits_are_clopper_and_pearsons():
    p_values = np.r_[np.zeros(7), np.ones(13)]
    one = Power("arm", 0.05, p_values, 0, 0)
    exact = stats.binomtest(7, 20).proportion_ci(0.95, method="exact")
    assert (one.lower, one.upper) == pytest.approx((exact.low, exact.high), abs=1e-12)
    assert (Power("", 0.05, np.ones(9), 0, 0).lower, Power("", 0.05, np.zeros(9), 0, 0).upper) == (0.0, 1.0)


TESTS = {
    "a coefficient": ("arm:t", {}),
    "a combination": ({"arm": 1, "arm:t": 3}, {}),
    "two at once": (["arm", "arm:t"], {"df": "kenward-roger"}),
    "a smaller formula, other fixed effects": ("y ~ arm + t + (1 + t | id)", {}),
    "a smaller formula, one variance at its edge": ("y ~ arm*t + (1 | id)", {}),
    "no random effects": ("y ~ arm*t", {}),
}
LARGE = "y ~ arm*t + (1 + t | id)"
TRUTH = {"(Intercept)": 10.0, "arm": 0.5, "t": 1.0, "arm:t": 0.7}
G = pd.DataFrame([[0.4, -0.1], [-0.1, 2.0]], ["t", "(Intercept)"], ["t", "(Intercept)"])


@pytest.mark.parametrize("case", TESTS)
def test_every_p_is_that_of_a_fit_by_hand(case):
    """The n studies are those of ``simulate``, and each p is what lmm and test, or compare, give."""
    what, more = TESTS[case]
    n, data = 12, plan()
    found = power(LARGE, data, TRUTH, G=G, sigma2=1.0, test=what, n=n, seed=3, progress=False, **more)
    smaller = isinstance(what, str) and "~" in what
    method = "ML" if smaller and "*" not in what else "REML"
    rng = [np.random.default_rng(seed) for seed in np.random.SeedSequence(3).spawn(n)]
    root = np.linalg.cholesky(G.loc[["(Intercept)", "t"], ["(Intercept)", "t"]])
    variance, axes = np.linalg.eigh(root @ root.T)
    root = axes * np.sqrt(variance) @ axes.T
    mean = 10 + 0.5 * data["arm"] + data["t"] + 0.7 * data["arm"] * data["t"]
    for i, stream in enumerate(rng):
        b = stream.standard_normal((16, 2)) @ root
        y = mean + b[data["id"], 0] + b[data["id"], 1] * data["t"] + stream.standard_normal(len(data))
        large = lmmteach.lmm(LARGE, data.assign(y=y), method)
        if smaller:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LmmWarning)  # groups= ties nothing where there are no random effects
                small = lmmteach.lmm(what, data.assign(y=y), method, groups="id")
            p = lmmteach.compare(small, large).p
        else:
            p = large.test(what, **more).p
        assert found.p_values[i] == pytest.approx(p, rel=1e-3, abs=1e-9)


def test_the_level_of_a_test_is_kept_where_there_is_nothing():
    found = power(LARGE, plan(), TRUTH | {"arm:t": 0.0}, G=G, sigma2=1.0, test="arm:t", n=1500, progress=False)
    assert abs(found.power - 0.05) < 3.5 * np.sqrt(0.05 * 0.95 / 1500)


def test_singular_studies_are_counted_and_it_shows_itself():
    found = power(LARGE, plan(8, 3), TRUTH, G=np.diag([0.0, 0.0]), sigma2=1.0, test="t", n=60, progress=False)
    assert found.singular > 20
    assert "fits were singular" in repr(found)
    assert f"of 60 studies: {found.power:.3f}" in repr(found)
    assert "t, F test, df by satterthwaite, REML" in repr(found)
    again = power(LARGE, plan(8, 3), TRUTH, G=np.diag([0.0, 0.0]), sigma2=1.0, test="t", n=30, progress=False)
    assert again.p_values == pytest.approx(found.p_values[:30]), "study i is the same whatever n"


def test_several_terms_take_a_dict():
    data = plan().assign(site=lambda d: d["id"] // 4)
    formula = "y ~ arm + t + (1 | site) + (1 | id)"
    found = power(formula, data, BETA, G={"id": [[1.0]], "site": [[0.5]]}, sigma2=1.0, test="arm", n=20, progress=False)
    other = power(formula, data, BETA, G=[np.eye(1) * 0.5, np.eye(1)], sigma2=1.0, test="arm", n=20, progress=False)
    assert found.p_values == pytest.approx(other.p_values)


@pytest.mark.parametrize(
    ("change", "error", "culprit"),
    [
        ({"beta": {"(Intercept)": 1.0, "t": 1.0}}, ParameterError, "no value for arm"),
        ({"beta": BETA | {"sex": 1.0}}, ParameterError, "names sex"),
        ({"beta": [1.0, 2.0]}, ParameterError, r"shape \(2,\).*3 coefficients"),
        ({"G": [[1.0, 0.0], [0.0, 1.0]]}, ParameterError, "not 1 x 1"),
        ({"G": -1.0}, ParameterError, "no random effects have that"),
        ({"G": None}, ParameterError, "G is not made of numbers|G of id"),
        ({"sigma2": 0.0}, ParameterError, "sigma2 is 0"),
        ({"test": None}, ParameterError, "told no test"),
        ({"test": "sex"}, ParameterError, "sex"),
        ({"test": "y ~ arm*t + (1 | id)"}, ModelError, "is the larger model"),
        ({"test": "y ~ arm + t + (0 + t | id)"}, ModelError, "Neither"),
        ({"alpha": 5}, ParameterError, "alpha=5"),
        ({"n": 0}, ParameterError, "n"),
        ({"df": "between"}, ParameterError, "between"),
        ({"formula": "log(y) ~ arm + t + (1 | id)"}, FormulaError, "computed"),
        ({"design": [1, 2]}, DataError, "DataFrame"),
        (
            {"formula": "y ~ arm + t + (1 + t || id)", "G": [[1.0, 0.5], [0.5, 1.0]]},
            ParameterError,
            "makes it diagonal",
        ),
        ({"method": "ML", "df": "kenward-roger"}, ModelError, "derived for REML"),
    ],
)
def test_what_cannot_be_is_named(change, error, culprit):
    given = {
        "formula": FORMULA,
        "design": plan(),
        "beta": BETA,
        "G": 1.0,
        "sigma2": 1.0,
        "test": "arm",
        "n": 5,
    } | change
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(error, match=culprit):
            power(**given, progress=False)


def test_ctrl_c_keeps_what_is_finished(monkeypatch):
    monkeypatch.setattr(bootstrap, "TOGETHER", 10)
    real, calls = bootstrap.Refits.solutions, []

    def interrupted(self, Y):
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return real(self, Y)

    monkeypatch.setattr(bootstrap.Refits, "solutions", interrupted)
    with pytest.warns(LmmWarning, match="20 of 50 studies were finished"):
        found = power(FORMULA, plan(), BETA, G=1.0, sigma2=1.0, test="arm", n=50, progress=False)
    assert found.n == 20
