"""10.3: older people, or people getting older: the cross-sectional and the longitudinal effect."""

import numpy as np

import lmmteach
from lmmteach.check import Exercise, Wrong, framingham

FORMULA = "cholesterol ~ sex + age + year + (1 + year | id)"


def numbers(rng):
    data = framingham()
    chosen = rng.choice(data["id"].unique(), 120, replace=False)
    return {"data": data[data["id"].isin(chosen)].reset_index(drop=True), "formula": FORMULA}


def fit_of(q, formula=FORMULA):
    return q.once(formula, lambda: lmmteach.lmm(formula, q.data))


def line(x, y):
    """The least-squares slope of y on x."""
    return float(np.polyfit(x, y, 1)[0])


def first(q):
    return q.data[q.data["year"] == 0]


def with_sex(q):
    rows = first(q)
    X = np.column_stack([np.ones(len(rows)), rows["age"], rows["sex"] == "male"])
    return float(np.linalg.lstsq(X, rows["cholesterol"].to_numpy(), rcond=None)[0][1])


def parts(q):
    return line(first(q)["age"], first(q)["cholesterol"]), float(fit_of(q).beta["year"])


def given(cross, long):
    return {"cross-sectional": cross, "longitudinal": long}


EXERCISE = Exercise(
    id="10.3",
    title="Older people, or getting older?",
    text="""
`q.data` holds 120 people of your own. "Per year of age" can mean two things. Work out both.

- **Cross-sectional**: how much higher are those who are a year older? Take the readings of year 0 alone, one for each
  person, and the least-squares slope of `cholesterol` on `age`.
- **Longitudinal**: how much does a person's reading rise in a year? Take the coefficient of `year` in the mixed model
  `q.formula`.

Predict which is larger. Then hand over `{"cross-sectional": ..., "longitudinal": ...}`.
""",
    numbers=numbers,
    starter='answer = {"cross-sectional": ..., "longitudinal": ...}',
    solution="""
first = q.data[q.data["year"] == 0]
across = np.polyfit(first["age"], first["cholesterol"], 1)[0]
along = lmmteach.lmm(q.formula, q.data).beta["year"]
answer = {"cross-sectional": across, "longitudinal": along}
""".strip(),
    rtol=1e-3,  # ML and REML agree so far
    hints=(
        "Which of the two compares people with one another, and which each person with herself?",
        '`q.data[q.data["year"] == 0]` has one row for each person. `np.polyfit(x, y, 1)[0]` is the least-squares '
        "slope.",
        "`lmmteach.lmm(q.formula, q.data).beta` holds the coefficients by name. `age` is the age at the first exam, "
        "and does not change.",
    ),
    wrong=(
        Wrong(
            "exchanged",
            "You exchanged the two. Across people: at one time. Along a person: over the years.",
            answer=lambda q: given(*parts(q)[::-1]),
        ),
        Wrong(
            "age-of-the-model",
            "The first is the coefficient of `age` in the mixed model. It compares people, too, but over all visits "
            "and within a sex; the question asks for the readings of year 0 alone.",
            answer=lambda q: given(float(fit_of(q).beta["age"]), parts(q)[1]),
            close=True,
        ),
        Wrong(
            "all-visits",
            "For the first you used every visit, with the age at the first exam. The question asks for year 0, one "
            "row for each person.",
            answer=lambda q: given(line(q.data["age"], q.data["cholesterol"]), parts(q)[1]),
            close=True,
        ),
        Wrong(
            "present-age",
            "For the first you used age plus year, over all visits. There people of different ages and people getting "
            "older are mixed. Take year 0 alone.",
            answer=lambda q: given(line(q.data["age"] + q.data["year"], q.data["cholesterol"]), parts(q)[1]),
            close=True,
        ),
        Wrong(
            "sex-held",
            "For the first you held sex fixed. The question asks for the plain slope on age.",
            answer=lambda q: given(with_sex(q), parts(q)[1]),
            close=True,
        ),
        Wrong(
            "least-squares-over-time",
            "The second is the least-squares slope over all rows. It treats those who came to the late visits as if "
            "they were everybody; the mixed model compares each person with herself.",
            answer=lambda q: given(parts(q)[0], line(q.data["year"], q.data["cholesterol"])),
            close=True,
        ),
        Wrong(
            "age-for-time",
            "The second is the coefficient of `age`, which does not change in a person. Time is `year`.",
            answer=lambda q: given(parts(q)[0], float(fit_of(q).beta["age"])),
            close=True,
        ),
        Wrong(
            "random-intercept",
            "The second is that of a random intercept alone. `q.formula` has a random slope, too.",
            answer=lambda q: given(parts(q)[0], float(fit_of(q, FORMULA.replace("1 + year |", "1 |")).beta["year"])),
            close=True,
        ),
        Wrong(
            "inverse",
            "The first is the slope of age on cholesterol. The question asks for that of cholesterol on age.",
            answer=lambda q: given(line(first(q)["cholesterol"], first(q)["age"]), parts(q)[1]),
        ),
        Wrong(
            "correlation",
            "The first is a correlation. The question asks for a slope, in mg/dL per year of age.",
            answer=lambda q: given(float(np.corrcoef(first(q)["age"], first(q)["cholesterol"])[0, 1]), parts(q)[1]),
        ),
        Wrong(
            "by-ten",
            "You counted by tens of years. The question asks for the change per year.",
            answer=lambda q: given(10 * parts(q)[0], 10 * parts(q)[1]),
        ),
    ),
    right="The first compares people of different ages at one time, the second each person with herself over time.",
    notice="they need not agree. People born earlier differ in more than age, and only a longitudinal study sees "
    "change.",
)
