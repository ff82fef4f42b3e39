"""20.2: which G? The test of the slopes, on a file that was raw."""

import pandas as pd
from scipy import stats

import lmmteach
from lmmteach.check import Exercise, Wrong
from lmmteach.datasets import mended_trial, raw_trial

SMALL = "sbp ~ arm*month + (1 | patient)"
LARGE = "sbp ~ arm*month + (1 + month | patient)"


def numbers(rng):
    return {"raw": raw_trial(rng), "small": SMALL, "large": LARGE}


def statistic(q, method="REML"):
    def make():
        rows = mended_trial(q.raw)
        small, large = (lmmteach.lmm(formula, rows, method=method) for formula in (SMALL, LARGE))
        return small.deviance - large.deviance

    return q.once(method, make)


def twice(q):
    """The statistic with the patient entered twice in it twice."""

    def make():
        rows = mended_trial(q.raw)
        double = q.raw.loc[q.raw["patient"].duplicated(), "patient"].iloc[0]
        rows = pd.concat([rows, rows[rows["patient"] == double]], ignore_index=True)
        return lmmteach.lmm(SMALL, rows).deviance - lmmteach.lmm(LARGE, rows).deviance

    return q.once("twice", make)


def mixture(x):
    return 0.5 * stats.chi2.sf(x, 1) + 0.5 * stats.chi2.sf(x, 2)


def given(x, p):
    return {"statistic": x, "p": p}


EXERCISE = Exercise(
    id="20.2",
    title="Which G?",
    text="""
`q.raw` is the file of another centre, as it came; the rules in the notes are those of exercise 20.1. Make
rows of it with your function.

Do the patients' **slopes** differ? Fit `q.small` and `q.large` by **REML**, and hand over the likelihood-ratio
statistic and its p-value, `{"statistic": ..., "p": ...}`. `lmmteach.compare` gives both.
""",
    numbers=numbers,
    expected=lambda q: given(statistic(q), mixture(statistic(q))),
    starter='answer = {"statistic": ..., "p": ...}',
    solution="""
rows = q.raw.drop_duplicates("patient").copy()
rows["arm"] = rows["arm"].str.strip().str.lower()
rows = rows.melt(id_vars=["patient", "arm"], var_name="month", value_name="sbp")
rows["month"] = rows["month"].str.replace("sbp_", "").astype(int)
rows["sbp"] = rows["sbp"].replace(["", "n/a", "999"], np.nan).str.replace(",", ".").astype(float)
rows.loc[rows["sbp"] > 300, "sbp"] /= 10
rows = rows.dropna(subset=["sbp"])

test = lmmteach.compare(lmmteach.lmm(q.small, rows), lmmteach.lmm(q.large, rows))
answer = {"statistic": test.statistic, "p": test.p}
""".strip(),
    rtol=1e-3,
    hints=(
        "Two models with the same fixed effects, one a special case of the other: what does the larger one add?",
        "A variance and a covariance are added, and no variance is negative. Lesson 12 has the reference distribution.",
    ),
    wrong=(
        Wrong(
            "plain-chi2-2",
            "The statistic is right. The p-value is that of a plain χ² with 2 degrees of freedom, and no variance "
            "is negative.",
            answer=lambda q: given(statistic(q), stats.chi2.sf(statistic(q), 2)),
        ),
        Wrong(
            "plain-chi2-1",
            "The statistic is right. The p-value is that of χ² with 1 degree of freedom, which holds in one half "
            "of all studies only.",
            answer=lambda q: given(statistic(q), stats.chi2.sf(statistic(q), 1)),
        ),
        Wrong(
            "half-chi2-1",
            "The statistic is right. The p-value would be right for a variance alone; a covariance came with it.",
            answer=lambda q: given(statistic(q), 0.5 * stats.chi2.sf(statistic(q), 1)),
        ),
        Wrong(
            "ml-for-reml",
            "You fitted by ML. Both models have the same X, so take REML, which is what you get when no method "
            "is named.",
            answer=lambda q: given(statistic(q, "ML"), mixture(statistic(q, "ML"))),
            close=True,
        ),
        Wrong(
            "log-likelihood",
            "You took the difference of log L. The statistic is the difference of −2 log L.",
            answer=lambda q: given(statistic(q) / 2, mixture(statistic(q) / 2)),
        ),
        Wrong(
            "twice",
            "One patient's readings are in your rows twice: look for `duplicated()`.",
            answer=lambda q: given(twice(q), mixture(twice(q))),
            close=True,
        ),
    ),
    right="The larger G is tested at the edge of what is allowed, and by REML, because X is the same.",
    notice="a test is not the only reason: without random slopes the standard error of a slope is too small if slopes "
    "differ (lesson 1), so plan for them.",
)
