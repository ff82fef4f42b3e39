"""10.2: a slope for a given sex and age, with its interval."""

import numpy as np

import lmmteach
from lmmteach.check import Exercise, Wrong, framingham
from lmmteach.check.forms import same_form

FORMULA = "cholesterol ~ sex*year + age*year + (1 + year | id)"
NORMAL = 1.959964  # of a normal distribution 95 % lie within so many SDs
RTOL = 1e-4


def numbers(rng):
    data = framingham()
    chosen = rng.choice(data["id"].unique(), 100, replace=False)
    mine = data[data["id"].isin(chosen)].reset_index(drop=True)
    person = {"sex": str(rng.choice(["male", "female"])), "age": float(rng.integers(35, 61))}
    return {"data": mine, "formula": FORMULA} | person


def fit_of(q, method="REML"):
    return q.once(method, lambda: lmmteach.lmm(FORMULA, q.data, method=method))


def slope(sex, age):
    """The weights of the coefficients in the slope of somebody of this sex and age."""
    return {"year": 1.0, "year:age": age} | ({"sexmale:year": 1.0} if sex == "male" else {})


def row_of(q, weights, method="REML"):
    return fit_of(q, method).contrast(weights).iloc[0]


def given(row):
    return {"slope": row["Estimate"], "lower": row["lower"], "upper": row["upper"]}


def times(row):
    """Standard errors in half an interval: of t with this row's df, and of the normal distribution."""
    return (row["upper"] - row["Estimate"]) / row["Std. Error"], NORMAL


def interval(q, half, method="REML"):
    middle = row_of(q, slope(q.sex, q.age), method)["Estimate"]
    return {"slope": middle, "lower": middle - half, "upper": middle + half}


def alike(answer, known):
    """Whether two answers agree; an end near 0 is as exact as the others, not as its own size would have it."""
    arrays = (np.array([one[part] for part in ("slope", "lower", "upper")]) for one in (answer, known))
    return same_form(answer, known, RTOL, rounding=True) or same_form(*arrays, RTOL)


def is_interval(q, answer, method="REML"):
    """Whether this is the estimate, with t times or 1.96 times its standard error to either side."""
    row = row_of(q, slope(q.sex, q.age), method)
    return any(alike(answer, interval(q, k * row["Std. Error"], method)) for k in times(row))


def other_weights(make):
    """How to know an answer whose slope is another combination of the coefficients, however its interval was had."""
    return {
        "answer": lambda q: given(row_of(q, make(q))),
        "when": lambda q, answer: same_form(answer["slope"], row_of(q, make(q))["Estimate"], RTOL, rounding=True),
    }


def other_error(make):
    """How to know an interval of the right slope that was made of another standard error."""

    def recognised(q, answer):
        row = row_of(q, slope(q.sex, q.age))
        return any(alike(answer, interval(q, k * make(q))) for k in times(row))

    return {"answer": lambda q: interval(q, NORMAL * make(q)), "when": recognised}


def no_covariances(q):
    weights = slope(q.sex, q.age)
    return float(np.sqrt(sum((w * fit_of(q).se[name]) ** 2 for name, w in weights.items())))


def added_up(q):
    return float(sum(abs(w) * fit_of(q).se[name] for name, w in slope(q.sex, q.age).items()))


EXERCISE = Exercise(
    id="10.2",
    title="How fast, and how sure?",
    text="""
`q.data` holds 100 people of your own, `q.formula` the model, fitted by REML. By how much does cholesterol change per
year, on average, in people of sex `q.sex` who are `q.age` at the first exam? How sure is that?

Hand over the **slope** and its 95 % interval, `{"slope": ..., "lower": ..., "upper": ...}`. `fit.contrast` takes a
dictionary of weights, and gives all three. Estimate ± 1.96 standard errors counts as well.
""",
    numbers=numbers,
    starter='answer = {"slope": ..., "lower": ..., "upper": ...}',
    solution="""
weights = {"year": 1, "year:age": q.age}
if q.sex == "male":
    weights["sexmale:year"] = 1
row = lmmteach.lmm(q.formula, q.data).contrast(weights).iloc[0]
answer = {"slope": row["Estimate"], "lower": row["lower"], "upper": row["upper"]}
""".strip(),
    rtol=RTOL,
    accepts=is_interval,
    hints=(
        "Write the model's mean for this person as a function of the year. What is the year multiplied by?",
        "Every coefficient with `year` in its name may belong to it. Women are the reference: `sexmale` is 1 for men.",
        "The names of the coefficients stand in `fit.beta.index`. The weight of an interaction with age is the age.",
    ),
    wrong=(
        Wrong(
            "other-sex",
            "This is the slope of the other sex. `sexmale:year` is what men's slope has beyond women's.",
            **other_weights(lambda q: slope("female" if q.sex == "male" else "male", q.age)),
        ),
        Wrong(
            "age-zero",
            "This is the slope of somebody aged 0. The interaction with age belongs to the slope, too.",
            **other_weights(lambda q: slope(q.sex, 0.0)),
        ),
        Wrong(
            "age-not-multiplied",
            "You added the interaction with age as it is. It is the change of the slope per year of age: multiply.",
            **other_weights(lambda q: slope(q.sex, 1.0)),
        ),
        Wrong(
            "main-effects",
            "You used `sexmale` and `age`. They say how the level differs; the interactions with year say how the "
            "slope differs.",
            **other_weights(
                lambda q: {"year": 1.0, "age": q.age} | ({"sexmale": 1.0} if q.sex == "male" else {"(Intercept)": 0.0})
            ),
        ),
        Wrong(
            "level",
            "This is the mean level at year 0. The question asks for the change per year.",
            **other_weights(lambda q: {"(Intercept)": 1.0, "age": q.age, "sexmale": float(q.sex == "male")}),
        ),
        Wrong(
            "mean-at-year-1",
            "This is the mean at year 1. The slope is what a year adds to it.",
            **other_weights(
                lambda q: {"(Intercept)": 1.0, "age": q.age, "sexmale": float(q.sex == "male"), **slope(q.sex, q.age)}
            ),
        ),
        Wrong(
            "covariances-forgotten",
            "The slope is right. For its standard error you added variances, and the estimates are correlated: their "
            "covariances belong to it, c'Cov(β̂)c.",
            **other_error(no_covariances),
        ),
        Wrong(
            "errors-added",
            "The slope is right. For its standard error you added standard errors. Not even variances add up here: the "
            "estimates are correlated.",
            **other_error(added_up),
        ),
        Wrong(
            "error-of-year",
            "The slope is right. Its standard error is not that of `year` alone, which is the slope of a woman aged 0.",
            **other_error(lambda q: float(fit_of(q).se["year"])),
        ),
        Wrong(
            "people-for-mean",
            "The slope is right. Your interval is where most *people's* slopes lie; the question asks how sure the "
            "mean slope is.",
            **other_error(lambda q: float(fit_of(q).G.iloc[1, 1]) ** 0.5),
        ),
        Wrong(
            "one-standard-error",
            "The slope is right. You went one standard error to either side; for 95 % it takes about two.",
            **other_error(lambda q: row_of(q, slope(q.sex, q.age))["Std. Error"] / NORMAL),
        ),
        Wrong(
            "two-standard-errors",
            "The slope is right. You took two standard errors, a rule of thumb. Take 1.96, or the interval of "
            "`fit.contrast`.",
            **other_error(lambda q: row_of(q, slope(q.sex, q.age))["Std. Error"] * 2 / NORMAL),
        ),
        Wrong(
            "ml-for-reml",
            "You fitted by ML. The question asks for REML, which is what you get when no method is named.",
            answer=lambda q: given(row_of(q, slope(q.sex, q.age), "ML")),
            when=lambda q, answer: is_interval(q, answer, "ML"),
        ),
        Wrong(
            "ends-exchanged",
            "The two ends are exchanged: the lower one is the smaller.",
            answer=lambda q: interval(q, -NORMAL * row_of(q, slope(q.sex, q.age))["Std. Error"]),
            when=lambda q, answer: is_interval(q, answer | {"lower": answer["upper"], "upper": answer["lower"]}),
        ),
    ),
    right="All that is multiplied by the year belongs to the slope, and the covariances of these estimates to its "
    "error.",
    notice="`year` alone is the slope of a woman aged 0. A main effect in a model with interactions is somebody's, and "
    "often nobody's.",
)
