"""01.1: two standard errors, by least squares and by the mixed model."""

import numpy as np

import lmmteach
from lmmteach.check import Exercise, Wrong, framingham

FORMULA = "cholesterol ~ sex + year + (1 + year | id)"
GIVE = '\nanswer = {"OLS sex": %s, "OLS year": %s, "LMM sex": %s, "LMM year": %s}'
BOTH = """
fit = lmmteach.lmm(q.formula, q.data)
X, y = fit.design.X, fit.design.y                # columns: (Intercept), sex, year
beta = np.linalg.lstsq(X, y, rcond=None)[0]
s2 = ((y - X @ beta) ** 2).sum() / (len(y) - X.shape[1])
ols = np.sqrt(s2 * np.diag(np.linalg.inv(X.T @ X)))
lmm = fit.se.to_numpy()
""".strip()


def numbers(rng):
    data = framingham()
    chosen = rng.choice(data["id"].unique(), 100, replace=False)
    return {"data": data[data["id"].isin(chosen)].reset_index(drop=True), "formula": FORMULA}


def parts(q):
    """(OLS se, LMM se, OLS beta, LMM beta, s2, sigma2, inverse of X'X) of sex and year."""

    def found():
        fit = lmmteach.lmm(FORMULA, q.data)
        X, y = fit.design.X, fit.design.y
        beta = np.linalg.lstsq(X, y, rcond=None)[0]
        s2 = ((y - X @ beta) ** 2).sum() / (len(y) - X.shape[1])
        inverse = np.diag(np.linalg.inv(X.T @ X))
        return np.sqrt(s2 * inverse), fit.se.to_numpy(), beta, fit.beta.to_numpy(), s2, fit.sigma2, inverse

    return q.once("parts", found)


def other_lmm(q, formula=FORMULA, method="REML"):
    """The standard errors of another mixed model."""
    return q.once(f"{formula} {method}", lambda: lmmteach.lmm(formula, q.data, method=method).se.to_numpy())


def divided(q, by):
    """Least squares' standard errors with another divisor of the sum of squares."""
    rows, columns = len(q.data), 3
    return parts(q)[0] * np.sqrt((rows - columns) / by(rows))


def given(ols, lmm):
    return {"OLS sex": ols[1], "OLS year": ols[2], "LMM sex": lmm[1], "LMM year": lmm[2]}


EXERCISE = Exercise(
    id="01.1",
    title="Which standard error is too small?",
    text="""
`q.data` holds 100 people of your own, `q.formula` the mixed model. Predict first: for which of `sex` and `year` is
least squares too sure?

Then work out the **standard errors** of both coefficients,

- `"OLS ..."`: by ordinary least squares on the same rows, as if they were independent,
- `"LMM ..."`: by the mixed model, fitted by REML.
""",
    numbers=numbers,
    starter='answer = {"OLS sex": ..., "OLS year": ..., "LMM sex": ..., "LMM year": ...}',
    solution=BOTH + GIVE % ("ols[1]", "ols[2]", "lmm[1]", "lmm[2]"),
    hints=(
        "`fit = lmmteach.lmm(q.formula, q.data)` has the mixed model's standard errors in `fit.se`, and the matrix X "
        "and the vector y in `fit.design`.",
        "For least squares: estimate β, take the residual variance s² (divide by rows minus columns), and put it "
        "before (X′X)⁻¹.",
        "The square roots of the diagonal of s² (X′X)⁻¹ are the standard errors, in the order of the columns of X.",
    ),
    wrong=(
        Wrong(
            "methods-exchanged",
            "You exchanged the two methods. Which of them knows that rows of one person belong together?",
            answer=lambda q: given(parts(q)[1], parts(q)[0]),
        ),
        Wrong(
            "coefficients-exchanged",
            "You exchanged sex and year. Look at the order of the columns: `fit.design.fixed_names`.",
            answer=lambda q: {
                name.replace("year", "x").replace("sex", "year").replace("x", "sex")
                if "year" in name
                else name.replace("sex", "year"): value
                for name, value in given(parts(q)[0], parts(q)[1]).items()
            },
        ),
        Wrong(
            "estimates",
            "These are the coefficients themselves. The question asks how sure they are.",
            answer=lambda q: given(parts(q)[2], parts(q)[3]),
        ),
        Wrong(
            "sigma2-of-the-lmm",
            "For least squares you used the mixed model's σ². That is only what the people's own lines leave over; "
            "one line for all leaves more.",
            answer=lambda q: given(np.sqrt(parts(q)[5] * parts(q)[6]), parts(q)[1]),
        ),
        Wrong(
            "no-s2",
            "In the least-squares part the residual variance s² is missing before (X′X)⁻¹.",
            answer=lambda q: given(np.sqrt(parts(q)[6]), parts(q)[1]),
        ),
        Wrong(
            "divided-by-n",
            "In the least-squares part you divided the sum of squares by the number of rows. Three coefficients were "
            "estimated from these rows: divide by rows minus columns.",
            answer=lambda q: given(divided(q, lambda n: n), parts(q)[1]),
            close=True,
        ),
        Wrong(
            "divided-by-n-1",
            "In the least-squares part you divided by the rows less one, as for a single mean. Here three coefficients "
            "were estimated: divide by rows minus columns.",
            answer=lambda q: given(divided(q, lambda n: n - 1), parts(q)[1]),
            close=True,
        ),
        Wrong(
            "ml-for-reml",
            "The mixed model's standard errors are those of an ML fit. The question asks for REML, which is what you "
            "get when no method is named.",
            answer=lambda q: given(parts(q)[0], other_lmm(q, method="ML")),
            close=True,
        ),
        Wrong(
            "random-intercept",
            "The mixed model's standard errors are those of a random intercept alone. `q.formula` has a random slope, "
            "too.",
            answer=lambda q: given(parts(q)[0], other_lmm(q, FORMULA.replace("1 + year |", "1 |"))),
        ),
        Wrong(
            "twice-the-same",
            "These are the mixed model's, twice. Least squares takes the rows for independent; compute it from X and "
            "y.",
            answer=lambda q: given(parts(q)[1], parts(q)[1]),
        ),
    ),
    right="Least squares is too sure of sex, which compares people, and too cautious about year, which compares each "
    "person with herself.",
    notice="both errors come from the same mistake. Ignoring correlation does not shrink every standard error.",
)
