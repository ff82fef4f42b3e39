"""20.3: the answer to the study's question, with its interval and its test."""

import numpy as np
from scipy import stats

import lmmteach
from lmmteach.check import Exercise, Wrong
from lmmteach.check.forms import same_form
from lmmteach.datasets import mended_trial, raw_trial

FORMULA = "sbp ~ arm*month + (1 + month | patient)"
YEAR = {"armtraining:month": 12.0}
RTOL = 1e-3
PARTS = ("difference", "lower", "upper", "p")


def numbers(rng):
    return {"raw": raw_trial(rng), "formula": FORMULA}


def rows_of(q):
    return q.once("rows", lambda: mended_trial(q.raw))


def row_of(q, weights=YEAR, formula=FORMULA, method="REML"):
    fit = q.once(f"{formula} {method}", lambda: lmmteach.lmm(formula, rows_of(q), method=method))
    return fit.contrast(weights).iloc[0]


def given(row):
    return dict(zip(PARTS, (row["Estimate"], row["lower"], row["upper"], row["p value"]), strict=True))


def normally(row):
    """The same with the normal distribution in the place of t."""
    half = stats.norm.ppf(0.975) * row["Std. Error"]
    p = 2 * stats.norm.sf(abs(row["Estimate"] / row["Std. Error"]))
    return dict(zip(PARTS, (row["Estimate"], row["Estimate"] - half, row["Estimate"] + half, p), strict=True))


def alike(answer, known):
    """Whether two answers agree; an end near 0 is as exact as the others."""
    ends = (np.array([one[part] for part in PARTS[:3]], dtype=float) for one in (answer, known))
    return same_form(*ends, RTOL) and same_form(float(answer["p"]), float(known["p"]), RTOL, rounding=True)


def accepts(q, answer):
    """The interval and p-value of t, or of the normal distribution."""
    row = row_of(q)
    return alike(answer, given(row)) or alike(answer, normally(row))


def of(make):
    """An answer of another combination or another model, with t or the normal distribution."""
    return {
        "answer": lambda q: given(make(q)),
        "when": lambda q, answer: alike(answer, given(make(q))) or alike(answer, normally(make(q))),
    }


def least_squares(q):
    rows = rows_of(q)
    X = np.column_stack([np.ones(len(rows)), rows["arm"] == "training", rows["month"]]).astype(float)
    X = np.column_stack([X, X[:, 1] * X[:, 2]])
    y = rows["sbp"].to_numpy()
    beta, rss = np.linalg.lstsq(X, y, rcond=None)[:2]
    se = np.sqrt(rss[0] / (len(y) - 4) * np.linalg.inv(X.T @ X)[3, 3])
    return tested(12 * beta[3], 12 * se, len(y) - 4)


def tested(estimate, se, df):
    half = stats.t.ppf(0.975, df) * se
    p = 2 * stats.t.sf(abs(estimate / se), df)
    return {"Estimate": estimate, "Std. Error": se, "lower": estimate - half, "upper": estimate + half, "p value": p}


def completers(q):
    """The t-test of the change from month 0 to month 12, of those seen at both."""
    wide = rows_of(q).pivot(index=["patient", "arm"], columns="month", values="sbp")
    change = (wide[12] - wide[0]).dropna().reset_index()
    one, two = (change.loc[change["arm"] == arm, 0].to_numpy() for arm in ("training", "control"))
    n = len(one) + len(two) - 2
    pooled = ((len(one) - 1) * one.var(ddof=1) + (len(two) - 1) * two.var(ddof=1)) / n
    return tested(one.mean() - two.mean(), float(np.sqrt(pooled * (1 / len(one) + 1 / len(two)))), n)


EXERCISE = Exercise(
    id="20.3",
    title="The answer, with its interval",
    text="""
`q.raw` is the file of a third centre, as it came; the rules in the notes are those of exercise 20.1. Make
rows of it, and fit `q.formula` by REML.

By how much more does blood pressure change **over the twelve months** with training than without? Hand over the
difference (training minus control), its 95 % interval and the p-value,
`{"difference": ..., "lower": ..., "upper": ..., "p": ...}`. `fit.contrast` takes a dictionary of weights, and gives
all four. With 1.96 standard errors, and the p-value that belongs to them, it counts as well.
""",
    numbers=numbers,
    expected=lambda q: given(row_of(q)),
    starter='answer = {"difference": ..., "lower": ..., "upper": ..., "p": ...}',
    solution="""
rows = q.raw.drop_duplicates("patient").copy()
rows["arm"] = rows["arm"].str.strip().str.lower()
rows = rows.melt(id_vars=["patient", "arm"], var_name="month", value_name="sbp")
rows["month"] = rows["month"].str.replace("sbp_", "").astype(int)
rows["sbp"] = rows["sbp"].replace(["", "n/a", "999"], np.nan).str.replace(",", ".").astype(float)
rows.loc[rows["sbp"] > 300, "sbp"] /= 10
rows = rows.dropna(subset=["sbp"])

found = lmmteach.lmm(q.formula, rows).contrast({"armtraining:month": 12}).iloc[0]
answer = {"difference": found["Estimate"], "lower": found["lower"], "upper": found["upper"], "p": found["p value"]}
""".strip(),
    rtol=RTOL,
    accepts=accepts,
    hints=(
        "Write down the mean of each arm as a function of the month. What is the month multiplied by in each of them?",
        "The coefficient `armtraining:month` is the difference of the slopes, per month.",
        "A weight multiplies the estimate and its standard error: twelve months, weight 12.",
    ),
    wrong=(
        Wrong(
            "per-month",
            "This is the difference per month. The question asks for twelve months: estimate and limits are "
            "multiplied, the p-value stays.",
            **of(lambda q: row_of(q, {"armtraining:month": 1.0})),
        ),
        Wrong(
            "arm",
            "This is the difference of the arms at month 0, before anybody trained. The question asks for that of "
            "their changes.",
            **of(lambda q: row_of(q, {"armtraining": 1.0})),
        ),
        Wrong(
            "at-twelve",
            "This is the difference of the two means at month 12. It holds the difference at month 0, too, "
            "which is not training's.",
            **of(lambda q: row_of(q, {"armtraining": 1.0} | YEAR)),
        ),
        Wrong(
            "training-alone",
            "This is the change in the training arm. Without training blood pressure changes, too: the question asks "
            "for the difference.",
            **of(lambda q: row_of(q, {"month": 12.0} | YEAR)),
        ),
        Wrong(
            "control-alone",
            "This is the change in the control arm. `armtraining:month` is what training adds to it.",
            **of(lambda q: row_of(q, {"month": 12.0})),
        ),
        Wrong(
            "random-intercept",
            "Your model has parallel lines, `(1 | patient)`. Then the slopes' standard error is too small.",
            **of(lambda q: row_of(q, formula=FORMULA.replace("1 + month |", "1 |"))),
        ),
        Wrong(
            "least-squares",
            "This is ordinary least squares: every reading a patient of its own.",
            **of(least_squares),
        ),
        Wrong(
            "completers",
            "You compared last minus first of those who were seen at both. Those who left had high readings: "
            "the rest are a selection.",
            **of(completers),
        ),
        Wrong(
            "ml-for-reml",
            "You fitted by ML. The question asks for REML, which is what you get when no method is named.",
            answer=lambda q: given(row_of(q, method="ML")),
            when=lambda q, answer: (
                alike(answer, given(row_of(q, method="ML"))) or alike(answer, normally(row_of(q, method="ML")))
            ),
            close=True,
        ),
        Wrong(
            "exchanged",
            "You took control minus training. The question asks for training minus control.",
            answer=lambda q: turned(given(row_of(q))),
            when=lambda q, answer: accepts(q, turned(answer)),
        ),
        Wrong(
            "one-sided",
            "Estimate and interval are right. The p-value is one-sided; without a plan that says so it has two sides.",
            answer=lambda q: given(row_of(q)) | {"p": row_of(q)["p value"] / 2},
            when=lambda q, answer: accepts(q, answer | {"p": 2 * answer["p"]}),
        ),
    ),
    right="Training's effect is a difference of changes, and its interval says how well sixty patients can know it.",
    notice="now write the paragraph, and give yourself points by the rubric of the page.",
)


def turned(answer):
    return {"difference": -answer["difference"], "lower": -answer["upper"], "upper": -answer["lower"], "p": answer["p"]}
