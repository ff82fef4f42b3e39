"""09.2: which estimate of G is larger?"""

import numpy as np

import lmmteach
from lmmteach.check import Exercise, Wrong

FORMULA = "reaction ~ days + (1 + days | subject)"


def numbers(rng):
    data = lmmteach.load_sleepstudy()
    chosen = rng.choice(data["subject"].unique(), 9, replace=False)
    return {"data": data[data["subject"].isin(chosen)].reset_index(drop=True), "formula": FORMULA}


def fits(q):
    return q.once("fits", lambda: {method: lmmteach.lmm(FORMULA, q.data, method=method) for method in ("ML", "REML")})


def slopes(q):
    return {method: float(fit.G.iloc[1, 1]) for method, fit in fits(q).items()}


def own_slopes(q):
    """The variance of the nine least-squares slopes, divided by 8 and by 9."""
    lines = [
        np.polyfit(person["days"], person["reaction"], 1)[0] for _, person in q.data.groupby("subject", observed=True)
    ]
    return [float(np.var(lines, ddof=1)), float(np.var(lines))]


def predicted_slopes(q):
    """The same of the predicted slopes, by REML and by ML."""
    predicted = [fit.random_effects().iloc[:, 1] for fit in fits(q).values()]
    return [float(np.var(b, ddof=ddof)) for b in predicted for ddof in (1, 0)]


def uncorrelated(q):
    formula = FORMULA.replace("|", "||")
    found = {method: lmmteach.lmm(formula, q.data, method=method) for method in ("ML", "REML")}
    return {method: float(fit.G.iloc[1, 1]) for method, fit in found.items()}


def among(values):
    """Whether a part of an answer is one of these values, to four digits."""
    return lambda q, answer: any(
        abs(part - known) <= 5e-4 * known
        for known in q.once(values.__name__, lambda: values(q))
        for part in answer.values()
    )


EXERCISE = Exercise(
    id="09.2",
    title="Which one is larger?",
    text="""
`q.data` holds the sleep data of nine people of your own, `q.formula` the model. Before you compute: which method
will give the larger variance of the slopes, ML or REML?

Then estimate $G_{22}$, the **variance** of the slopes, by both. Hand over `{"ML": ..., "REML": ...}`.
""",
    numbers=numbers,
    quantity="variance",
    starter='answer = {"ML": ..., "REML": ...}',
    solution='answer = {m: lmmteach.lmm(q.formula, q.data, method=m).G.loc["days", "days"] for m in ("ML", "REML")}',
    hints=(
        '`lmmteach.lmm(q.formula, q.data)` fits by REML; `method="ML"` asks for the other.',
        "`fit.G` is a table, with rows and columns named after the effects. Pick the variance of `days`.",
    ),
    wrong=(
        Wrong(
            "exchanged",
            "You exchanged the two. Which of them takes into account that β was estimated from the same data?",
            answer=lambda q: {"ML": slopes(q)["REML"], "REML": slopes(q)["ML"]},
        ),
        Wrong(
            "ml-for-reml",
            "Both are the ML value; REML was asked for the second.",
            answer=lambda q: dict.fromkeys(("ML", "REML"), slopes(q)["ML"]),
        ),
        Wrong(
            "reml-for-ml",
            "Both are the REML value, which is what you get when no method is named. ML was asked for the first.",
            answer=lambda q: dict.fromkeys(("ML", "REML"), slopes(q)["REML"]),
        ),
        Wrong(
            "sd-for-variance",
            "These are the SDs; the question asks for the variances.",
            answer=lambda q: {method: value**0.5 for method, value in slopes(q).items()},
        ),
        Wrong(
            "intercepts",
            "This is G₁₁, the variance of the intercepts. The question asks for that of the slopes.",
            answer=lambda q: {method: float(fit.G.iloc[0, 0]) for method, fit in fits(q).items()},
        ),
        Wrong(
            "own-slopes",
            "This is the variance of the people's own least-squares slopes. They vary more than slopes do: each has "
            "its readings' noise in it, and G₂₂ has that taken out.",
            answer=lambda q: dict.fromkeys(("ML", "REML"), own_slopes(q)[0]),
            when=among(own_slopes),
        ),
        Wrong(
            "predicted-slopes",
            "This is the variance of the predicted slopes b̂. They are drawn towards 0, so they vary less than "
            "slopes do. G₂₂ stands in `fit.G`.",
            answer=lambda q: dict.fromkeys(("ML", "REML"), predicted_slopes(q)[0]),
            when=among(predicted_slopes),
        ),
        Wrong(
            "no-G12",
            "These come from a model in which intercept and slope are uncorrelated. `q.formula` lets them covary.",
            answer=uncorrelated,
        ),
        Wrong(
            "sigma2",
            "This is σ², what the lines leave over. The question asks for the variance of the slopes.",
            answer=lambda q: {method: fit.sigma2 for method, fit in fits(q).items()},
        ),
    ),
    right="REML's is larger. ML behaves as if β were known, and so finds the slopes nearer to their mean than "
    "they are.",
    notice="the difference shrinks as people are added. With nine it is more than a tenth; which of the two "
    "would you report?",
)
