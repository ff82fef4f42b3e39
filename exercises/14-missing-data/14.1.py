"""14.1: a study with MAR dropout: the slope by least squares and by the mixed model."""

import numpy as np
import pandas as pd

import lmmteach
from lmmteach.check import Exercise, Wrong

FORMULA = "y ~ year + (1 + year | id)"


def numbers(rng):
    people, t = 150, np.arange(0.0, 11, 2)
    line = (
        220 + rng.normal(0, 35, (people, 1)) + (float(rng.integers(20, 45)) / 10 + rng.normal(0, 1.5, (people, 1))) * t
    )
    y = np.round(line + rng.normal(0, 20, line.shape), 1)
    high = y > float(rng.choice([245, 250, 255]))
    seen = np.column_stack([np.ones(people, dtype=bool), ~np.maximum.accumulate(high, axis=1)[:, :-1]])
    who, visit = np.nonzero(seen)
    return {"data": pd.DataFrame({"id": who + 1, "year": t[visit], "y": y[who, visit]}), "formula": FORMULA}


def by_mixed(q, formula=FORMULA, place=1, method="REML"):
    return float(q.once(f"{formula} {method}", lambda: lmmteach.lmm(formula, q.data, method=method)).beta.iloc[place])


def by_ols(q, data=None, place=0):
    data = q.data if data is None else data
    return float(np.polyfit(data["year"], data["y"], 1)[place])


def visit_means(q):
    return q.data.groupby("year", as_index=False)["y"].mean()


def own_slopes(q):
    people = [person for _, person in q.data.groupby("id") if len(person) > 1]
    return float(np.mean([by_ols(q, person) for person in people]))


def complete(q):
    return q.data[q.data.groupby("id")["year"].transform("size") == 6]


EXERCISE = Exercise(
    id="14.1",
    title="Who left, and why?",
    text="""
In a study of 150 people, whoever had a high reading `y` was sent to a clinic and not seen again. The high
reading itself is in the file. `q.data` holds all that was read: `id`, `year`, `y`.

Missing at random, then. Predict first: will least squares find the slope over time too low or too high? Then estimate
the **slope of `year`** by ordinary least squares and by the mixed model `q.formula`, fitted by REML. Hand over
`{"OLS": ..., "LMM": ...}`.
""",
    numbers=numbers,
    starter='answer = {"OLS": ..., "LMM": ...}',
    solution="""
ols = np.polyfit(q.data["year"], q.data["y"], 1)[0]
lmm = lmmteach.lmm(q.formula, q.data).beta["year"]
answer = {"OLS": ols, "LMM": lmm}
""".strip(),
    rtol=1e-4,
    hints=(
        "Both use every row of `q.data`; nobody is to be thrown out.",
        "`np.polyfit(x, y, 1)` gives slope and intercept of the least-squares line, the slope first.",
        '`lmmteach.lmm(q.formula, q.data).beta` is a Series; its entry "year" is the slope.',
    ),
    wrong=(
        Wrong(
            "exchanged",
            "You exchanged the two. Which of them uses the earlier readings of those who left?",
            answer=lambda q: {"OLS": by_mixed(q), "LMM": by_ols(q)},
        ),
        Wrong(
            "complete-only",
            "You kept only the people who stayed to the end. They are a selection: those who were never high.",
            answer=lambda q: {
                "OLS": by_ols(q, complete(q)),
                "LMM": float(q.once("complete", lambda: lmmteach.lmm(FORMULA, complete(q))).beta.iloc[1]),
            },
        ),
        Wrong(
            "both-ols",
            "Both are the least-squares slope. The mixed model weighs each person's readings by V.",
            answer=lambda q: dict.fromkeys(("OLS", "LMM"), by_ols(q)),
        ),
        Wrong(
            "both-lmm",
            "Both are the mixed model's. Least squares treats every row as another person.",
            answer=lambda q: dict.fromkeys(("OLS", "LMM"), by_mixed(q)),
        ),
        Wrong(
            "ml-for-reml",
            "The mixed model's slope is that of an ML fit. The question asks for REML, which you get when no method "
            "is named.",
            answer=lambda q: {"OLS": by_ols(q), "LMM": by_mixed(q, method="ML")},
            close=True,
        ),
        Wrong(
            "random-intercept",
            "The mixed model's slope is that of a random intercept alone. `q.formula` has a random slope, too.",
            answer=lambda q: {"OLS": by_ols(q), "LMM": by_mixed(q, FORMULA.replace("1 + year |", "1 |"))},
        ),
        Wrong(
            "visit-means",
            "You drew the least-squares line through the means of the visits. Fewer people stand behind the late ones: "
            "use every row.",
            answer=lambda q: {"OLS": by_ols(q, visit_means(q)), "LMM": by_mixed(q)},
        ),
        Wrong(
            "mean-of-own-slopes",
            "The second is the mean of the people's own least-squares slopes. There a slope from two readings counts "
            "as much as one from six; the mixed model weighs them.",
            answer=lambda q: {"OLS": by_ols(q), "LMM": own_slopes(q)},
        ),
        Wrong(
            "intercepts",
            "These are the intercepts, the means at year 0. The question asks for the slopes.",
            answer=lambda q: {"OLS": by_ols(q, place=1), "LMM": by_mixed(q, place=0)},
        ),
    ),
    right="Least squares takes those who stayed for everybody and finds far too low a slope. The mixed model "
    "knows from V that the leavers would have gone on high.",
    notice="both had the same rows. Had people left because of the reading that nobody saw, both would be wrong.",
)
