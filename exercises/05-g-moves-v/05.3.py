"""05.3: be REML: match the fit within 1 unit of -2 log L."""

import numpy as np

import lmmteach
from lmmteach.check import Exercise, Wrong, framingham

FORMULA = "cholesterol ~ sex*year + age*year + (1 + year | id)"
CLOSE = 1.0


def numbers(rng):
    data = framingham()
    chosen = rng.choice(data["id"].unique(), 100, replace=False)
    mine = data[data["id"].isin(chosen)].reset_index(drop=True)
    return {"data": mine, "formula": FORMULA}


def fit_of(q):
    return q.once("fit", lambda: lmmteach.lmm(FORMULA, q.data))


def gap(q, answer):
    """How far above the fit's -2 log L a setting (G, sigma2) lies."""
    G, sigma2 = answer
    fit = fit_of(q)
    return fit.deviance_at(G, sigma2) - fit.deviance


def says_gap(q, answer):
    above = f"Your setting is {gap(q, answer):.1f} above the best −2 log L. Below {CLOSE:g} is asked for."
    return f"{above} Move one number at a time."


def parallel(q):
    fit = lmmteach.lmm(FORMULA.replace("1 + year |", "1 |"), q.data)
    return np.array([[float(fit.G.iloc[0, 0]), 0.0], [0.0, 0.0]]), fit.sigma2


def is_parallel(q, answer):
    G, _ = answer
    return G[0, 0] > 0 and abs(G[1, 1]) < 1e-6 and abs(G[0, 1]) < 1e-6


def near(q, G, sigma2):
    """Whether a setting is anywhere near the fit; one that no data can have is not."""
    try:
        return gap(q, (np.array(G), sigma2)) < 10 * CLOSE
    except lmmteach.LmmError:
        return False


def is_sd(q, answer):
    G, sigma2 = answer
    return near(q, [[G[0, 0] ** 2, G[0, 1]], [G[1, 0], G[1, 1] ** 2]], sigma2**2)


def is_exchanged(q, answer):
    G, sigma2 = answer
    return near(q, [[sigma2, G[0, 1]], [G[1, 0], G[1, 1]]], G[0, 0])


def as_sd(q):
    fit = fit_of(q)
    G = fit.G.to_numpy().copy()
    G[0, 0], G[1, 1] = np.sqrt(G[0, 0]), np.sqrt(G[1, 1])
    return G, fit.sigma2**0.5


def exchanged(q):
    fit = fit_of(q)
    G = fit.G.to_numpy().copy()
    sigma2, G[0, 0] = float(G[0, 0]), fit.sigma2
    return G, sigma2


EXERCISE = Exercise(
    id="05.3",
    title="Be REML",
    text="""
`q.data` holds your own 100 people, `q.formula` the model. Find $G$ and $\\sigma^2$ by hand that bring $-2 \\log L$
within **1 unit** of the REML fit's.

Begin anywhere: `e = lmmteach.lmm(q.formula, q.data).explore(G=[[800, 0], [0, 6]], sigma2=700)`, then `e` in a line of
its own, gives you the sliders (take the tick out of *Show the fit*). What they show is `e.G` and `e.sigma2`. Hand over
what you find, as `(G, sigma2)`.
""",
    numbers=numbers,
    starter="G = [[..., ...],\n     [..., ...]]\nsigma2 = ...\nanswer = (G, sigma2)",
    solution="fit = lmmteach.lmm(q.formula, q.data)\nanswer = (fit.G, fit.sigma2)",
    hints=(
        "Begin with σ² and G₁₁, in turn, until neither helps. The other two matter less.",
        "Then G₂₂: slopes differ between people, but by a few mg/dL a year at most. A variance of slopes is the "
        "square of that.",
        "G₁₂ comes last, and it may be small. Then go round once more: each answer depends on the others.",
    ),
    accepts=lambda q, answer: gap(q, answer) < CLOSE,
    otherwise=says_gap,
    wrong=(
        Wrong(
            "parallel-lines",
            "With G₂₂ = 0 all lines are parallel. However well you choose the rest, that is too far from the "
            "fit: these people's "
            "slopes differ.",
            answer=parallel,
            when=is_parallel,
        ),
        Wrong(
            "sd-for-variances",
            "These look like standard deviations. G and σ² hold variances.",
            answer=as_sd,
            when=is_sd,
        ),
        Wrong(
            "exchanged",
            "You have exchanged G₁₁ and σ²: one is how people differ, the other what their lines leave over.",
            answer=exchanged,
            when=is_exchanged,
        ),
    ),
    right=lambda q, answer: (
        f"Your setting is {max(gap(q, answer), 0):.2f} above REML's. No likelihood-ratio test could tell the two apart."
    ),
    notice="many settings pass. The likelihood is a hill with a broad top, and a standard error says how broad.",
)
