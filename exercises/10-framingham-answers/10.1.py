"""10.1: everyone, or only those seen at every visit: does beta-hat move with G?"""

import numpy as np

import lmmteach
from lmmteach.check import Exercise, Wrong, framingham

FORMULA = "cholesterol ~ sex*year + age*year + (1 + year | id)"


def numbers(rng):
    data = framingham()
    visits = data.groupby("id")["year"].nunique()
    full = rng.choice(visits.index[visits == 6], 60, replace=False)
    gaps = rng.choice(visits.index[visits < 6], 50, replace=False)
    mine = data[data["id"].isin(np.concatenate([full, gaps]))].reset_index(drop=True)
    return {"data": mine, "formula": FORMULA}


def subset(q, who):
    visits = q.data.groupby("id")["year"].transform("nunique")
    return q.data if who == "all" else q.data[visits == 6]


def lmm_of(q, who, formula=FORMULA):
    return q.once(f"{who} {formula}", lambda: lmmteach.lmm(formula, subset(q, who)))


def slopes(q, name="year"):
    """The coefficient by the mixed model and by least squares, for everyone and for the complete."""
    out = {}
    for who in ("all", "complete"):
        fit = lmm_of(q, who)
        ols = np.linalg.lstsq(fit.design.X, fit.design.y, rcond=None)[0]
        place = list(fit.beta.index).index(name)
        out[who] = (float(fit.beta.iloc[place]), float(ols[place]))
    return out


def moved(q, name="year", factor=1.0):
    return {who: factor * abs(lmm - ols) for who, (lmm, ols) in slopes(q, name).items()}


def by_another(q, formula, method="REML"):
    """The two distances of another mixed model."""

    def distance(who):
        fit = lmmteach.lmm(formula, subset(q, who), method=method)
        return abs(float(fit.beta["year"]) - slopes(q)[who][1])

    return {who: distance(who) for who in ("all", "complete")}


EXERCISE = Exercise(
    id="10.1",
    title="Everyone, or only the complete?",
    text="""
`q.data` holds 110 people of your own: 60 were seen at all six visits, 50 were not. `q.formula` is the model, fitted by
REML.

Ordinary least squares is what the mixed model becomes with $G = 0$. By how much does the coefficient of
**`year`** differ between the two,

- `"all"`: on everybody's readings,
- `"complete"`: on the readings of those seen at all six visits?

Predict first. Then hand over `{"all": ..., "complete": ...}`, two distances (not negative), in mg/dL per year.
""",
    numbers=numbers,
    starter='answer = {"all": ..., "complete": ...}',
    solution="""
def distance(data):
    fit = lmmteach.lmm(q.formula, data)
    X, y = fit.design.X, fit.design.y
    ols = np.linalg.lstsq(X, y, rcond=None)[0]
    return abs(fit.beta["year"] - ols[list(fit.beta.index).index("year")])

visits = q.data.groupby("id")["year"].transform("nunique")
answer = {"all": distance(q.data), "complete": distance(q.data[visits == 6])}
""",
    hints=(
        "`fit.design.X` and `fit.design.y` are X and y: `np.linalg.lstsq(X, y, rcond=None)[0]` is least squares.",
        '`q.data.groupby("id")["year"].transform("nunique")` counts each person\'s visits, row by row.',
        "Fit each data set anew. For one of the two the distance is 0 except for rounding. Which, and why?",
    ),
    wrong=(
        Wrong(
            "never-moves",
            "You say that the two agree on everybody's data, too. There people have different visits, and then G "
            "decides how much a person with few readings counts.",
            answer=lambda q: {"all": 0.0, "complete": 0.0},
        ),
        Wrong(
            "exchanged",
            "You exchanged the two. On which of them does every person count the same, whatever G is?",
            answer=lambda q: {"all": moved(q)["complete"], "complete": moved(q)["all"]},
        ),
        Wrong(
            "across-subsets",
            "You compared the two data sets with each other. Compare the two methods, on the same data each time.",
            answer=lambda q: dict.fromkeys(("all", "complete"), abs(slopes(q)["all"][0] - slopes(q)["complete"][0])),
        ),
        Wrong(
            "other-coefficient",
            "These are the distances of another row. `year` alone was asked for, not its interaction with sex.",
            answer=lambda q: moved(q, "sexmale:year"),
        ),
        Wrong(
            "ml-for-reml",
            "You fitted by ML. The question asks for REML, which is what you get when no method is named.",
            answer=lambda q: by_another(q, FORMULA, "ML"),
            close=True,
        ),
        Wrong(
            "random-intercept",
            "You left the random slope out of the mixed model. `q.formula` has one.",
            answer=lambda q: by_another(q, FORMULA.replace("1 + year |", "1 |")),
            close=True,
        ),
        Wrong(
            "in-standard-errors",
            "You divided by the standard error. The question asks for the distance itself, in mg/dL per year.",
            answer=lambda q: {who: x / float(lmm_of(q, who).se["year"]) for who, x in moved(q).items()},
        ),
    ),
    right="With every visit there, and sex and age in X with each column of Z, G does not move β̂ at all. With gaps it "
    "does.",
    notice="least squares has the wrong standard errors in both: six readings of one person are not six people.",
)
