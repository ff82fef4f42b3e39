"""12.1: a test at the edge: half chi2_1, half chi2_2."""

from functools import cache

from scipy import stats

import lmmteach
from lmmteach.check import Exercise, Wrong

SMALL = "reaction ~ days + (1 | subject)"
LARGE = "reaction ~ days + (1 + days | subject)"


def numbers(rng):
    """Six sleepers whose slopes differ by little: then the reference distribution matters."""
    data = lmmteach.load_sleepstudy()
    while True:
        chosen = rng.choice(data["subject"].unique(), 6, replace=False)
        if 1.5 < difference(tuple(sorted(chosen)), "REML") < 12:
            return {"data": sleepers(chosen), "small": SMALL, "large": LARGE}


def sleepers(chosen):
    data = lmmteach.load_sleepstudy()
    return data[data["subject"].isin(chosen) & (data["days"] < 6)].reset_index(drop=True)


@cache
def difference(chosen, method):
    """The statistic of six sleepers: fits take long, and the draw of the numbers needs them, too."""
    small, large = (lmmteach.lmm(formula, sleepers(chosen), method=method) for formula in (SMALL, LARGE))
    return small.deviance - large.deviance


def statistic(q, method="REML"):
    return difference(tuple(sorted(q.data["subject"].unique())), method)


def mixture(x):
    return 0.5 * stats.chi2.sf(x, 1) + 0.5 * stats.chi2.sf(x, 2)


EXERCISE = Exercise(
    id="12.1",
    title="A test at the edge",
    text="""
`q.data` holds six sleepers and six days of your own. Do their **slopes** differ? Test the model `q.small` (a random
intercept) against `q.large` (a random intercept and slope), both fitted by **REML**.

Work out the likelihood-ratio statistic and its **p-value** against the right reference distribution. A variance
cannot be negative. Hand over the p-value. `scipy.stats.chi2.sf(x, df)` is the probability of more than `x`.

Do it by hand first; `lmmteach.compare` is there to check you.
""",
    numbers=numbers,
    expected=lambda q: mixture(statistic(q)),
    starter="from scipy import stats\n\nanswer = ...",
    solution="""
from scipy import stats

small, large = lmmteach.lmm(q.small, q.data), lmmteach.lmm(q.large, q.data)
lr = small.deviance - large.deviance
answer = 0.5 * stats.chi2.sf(lr, 1) + 0.5 * stats.chi2.sf(lr, 2)
""",
    hints=(
        "`fit.deviance` is −2 log L. The statistic is the small model's less the large model's.",
        "Two parameters are added: a variance and a covariance. If the truth is a variance of 0, the estimate would "
        "like to be negative in half of all studies.",
        "In that half only one of the two parameters can move. So the reference is an even mixture of two chi-squares.",
    ),
    wrong=(
        Wrong(
            "plain-chi2-2",
            "This is the tail of a plain χ² with 2 degrees of freedom. It forgets that no variance is negative, and "
            "is too large.",
            answer=lambda q: stats.chi2.sf(statistic(q), 2),
        ),
        Wrong(
            "plain-chi2-1",
            "This is the tail of χ² with 1 degree of freedom. That holds in one half of all studies only.",
            answer=lambda q: stats.chi2.sf(statistic(q), 1),
        ),
        Wrong(
            "half-chi2-1",
            "This is half a χ² tail with 1 degree of freedom: right for a variance alone. A covariance came with it.",
            answer=lambda q: 0.5 * stats.chi2.sf(statistic(q), 1),
        ),
        Wrong(
            "half-chi2-2",
            "This is half a χ² tail with 2 degrees of freedom. The other half of all studies counts, too: there one "
            "parameter can still move.",
            answer=lambda q: 0.5 * stats.chi2.sf(statistic(q), 2),
        ),
        Wrong(
            "sum-not-mixture",
            "You added the two tails. In a mixture each holds in its share of all studies.",
            answer=lambda q: stats.chi2.sf(statistic(q), 1) + stats.chi2.sf(statistic(q), 2),
        ),
        Wrong(
            "ml-for-reml",
            "This is the ML value; REML was asked. Both models have the same X, so REML may be used.",
            answer=lambda q: mixture(statistic(q, "ML")),
        ),
        Wrong(
            "log-likelihood",
            "You took the difference of log L. The statistic is twice that, the difference of −2 log L.",
            answer=lambda q: mixture(statistic(q) / 2),
        ),
        Wrong(
            "statistic",
            "This is the statistic itself. How likely is one at least as large, if slopes do not differ?",
            answer=statistic,
        ),
    ),
    right="If all lines are parallel, half of all studies end at a variance of 0, with one parameter left to move; "
    "in the other half two can move.",
    notice="plain χ² with 2 degrees of freedom gives a larger p-value every time: it sees slopes differ too seldom.",
)
