"""13.1: find the planted faults."""

from functools import cache

import numpy as np
import pandas as pd

import lmmteach
from lmmteach.check import Exercise, Wrong

CENTRES = ("north", "south", "east", "west", "centre")
CHOICES = ("none", "bend", "memory", "noise", "outliers")
TIMES = np.arange(0, 11, 2.0)
G = np.array([[1200.0, 20.0], [20.0, 8.0]])
SIGMA2 = 400.0
STOCK = 8

LOOK = """
def look(data):
    fit = lmmteach.lmm("y ~ year + (1 + year | id)", data)
    white = data.assign(r=fit.residuals("marginal", kind="normalized")).pivot(index="id", columns="year", values="r")
    if (white.mean().abs() * len(white) ** 0.5).max() > 6:
        return "bend"
    left = fit.residuals("conditional").to_numpy()[np.argsort(fit.fitted("conditional").to_numpy())]
    fifths = [part.std() for part in np.array_split(left, 5)]
    if fifths[-1] > 2 * fifths[0]:
        return "noise"
    b = fit.random_effects().iloc[:, 0]
    if b.abs().max() > 4 * 1.48 * b.abs().median():  # 1.48 median |b| is an SD that outliers do not move
        return "outliers"
    # in R, memory and a random slope can stand for one another; an AR(1) beside them says which it is
    ar1 = lmmteach.lmm("y ~ year + (1 + year | id)", data, residual="ar1", time="year")
    return "memory" if fit.deviance - ar1.deviance > 10 else "none"
"""


def simulated(rng, fault, people=120):
    """Readings of 120 people at six visits, with one fault, above a level."""
    u = rng.standard_normal((people, 2))
    e = np.sqrt(SIGMA2) * rng.standard_normal((people, 6))
    if fault == "outliers":
        u[:4, 0] = 5.5 * np.sign(u[:4, 0])
    if fault == "memory":
        for j in range(1, 6):
            e[:, j] = 0.7 * e[:, j - 1] + np.sqrt(1 - 0.7**2) * e[:, j]
    b = u @ np.linalg.cholesky(G).T
    lines = b[:, :1] + np.outer(b[:, 1], TIMES)
    if fault == "noise":
        e *= np.exp(0.5 * lines / lines.std() - 0.25)
    mean = 2 * TIMES + (0.9 * ((TIMES - 5) ** 2 - 35 / 3) if fault == "bend" else 0)
    return np.round(mean + lines + e, 1)


def as_frame(y, centre="", first=1):
    ids = np.repeat(np.arange(first, first + len(y)), 6)
    return pd.DataFrame({"centre": centre, "id": ids, "year": np.tile(TIMES, len(y)), "y": y.ravel()})


@cache
def stocked(fault, number):
    """One of a few centres with this fault, in which the solution finds it.

    Fits take long, and what is found depends neither on the level nor on the order of the people. So a student gets
    five of these centres, each with a level and an order of her own.
    """
    names = {"np": np, "lmmteach": lmmteach}
    exec(LOOK, names)
    rng = np.random.default_rng([13, CHOICES.index(fault), number])
    while True:
        y = simulated(rng, fault)
        if names["look"](as_frame(y)) == fault:
            return y


def numbers(rng):
    faults = [CHOICES[k] for k in rng.permutation(len(CHOICES))]
    parts = []
    for k, (centre, fault) in enumerate(zip(CENTRES, faults, strict=True)):
        y = rng.permutation(stocked(fault, int(rng.integers(STOCK)))) + float(rng.integers(190, 251))
        parts.append(as_frame(np.round(y, 1), centre, 1000 * (k + 1)))
    data = pd.concat(parts, ignore_index=True)
    data.attrs["planted"] = faults
    return {"data": data}


def truth(q):
    return dict(zip(CENTRES, q.data.attrs["planted"], strict=True))


def exchanged(one, other):
    """The truth with two faults taken for one another."""
    turn = {one: other, other: one}
    return lambda q: {centre: turn.get(fault, fault) for centre, fault in truth(q).items()}


def takes(one, other):
    """Whether an answer says ``other`` of the centre that has ``one``."""
    return lambda q, answer: any(answer[c] == other for c, fault in truth(q).items() if fault == one)


EXERCISE = Exercise(
    id="13.1",
    title="Find the planted faults",
    text="""
Five centres measured 120 people each, six times: `q.data` has the columns `centre`, `id`, `year` and `y`. In four of
the centres something is wrong. Fit `y ~ year + (1 + year | id)` in each, look at the residuals, and say what you find.

- `"none"`: nothing is wrong
- `"bend"`: the mean is not a straight line
- `"memory"`: the leftovers $e$ of one person are correlated in time
- `"noise"`: $\\mathrm{Var}(e)$ grows with the level
- `"outliers"`: a few people lie far out

Each word is used once. `fit.residuals(level, kind=...)` gives any residual, `fit.random_effects()` the $\\hat b$, and
`fit.explore("residuals")` the pictures of the lesson.
""",
    numbers=numbers,
    expected=truth,
    choices=CHOICES,
    starter='answer = {"north": "...", "south": "...", "east": "...", "west": "...", "centre": "..."}',
    solution=LOOK + 'answer = {c: look(part.reset_index(drop=True)) for c, part in q.data.groupby("centre")}',
    hints=(
        "Choose the residual by the question: raw or normalized by time for the mean, conditional by fitted value for "
        "the noise, the ends of the QQ plot of b̂ for people.",
        "Begin with what is easiest to see: means by visit that are far from 0, and fifths of the fitted values whose "
        "conditional residuals differ in spread.",
        "Memory and no fault are left. Random slopes can pass for memory and the other way round, so look whether a "
        "model with `residual='ar1'` and `time='year'` is much better.",
    ),
    wrong=(
        Wrong(
            "growing-V",
            "You see noise that grows where nothing is wrong. The spread of the readings grows over time in every "
            "centre: that is the random slopes' doing. Look at conditional residuals against fitted values.",
            answer=exchanged("none", "noise"),
            when=takes("none", "noise"),
        ),
        Wrong(
            "raw-correlation",
            "You see memory where nothing is wrong. Raw residuals of one person are correlated in every centre: they "
            "share b. What counts is what is left after normalizing.",
            answer=exchanged("none", "memory"),
            when=takes("none", "memory"),
        ),
        Wrong(
            "far-out",
            "You see outlying people where nothing is wrong. In 120 people somebody is always the farthest. Compare "
            "how far: in SDs of the b̂, and with the other centres.",
            answer=exchanged("none", "outliers"),
            when=takes("none", "outliers"),
        ),
        Wrong(
            "noise-for-people",
            "You took noise that grows for outlying people, or the other way round. Both make long tails. Are whole "
            "lines far out, or single readings around their lines?",
            answer=exchanged("noise", "outliers"),
            when=lambda q, answer: takes("noise", "outliers")(q, answer) or takes("outliers", "noise")(q, answer),
        ),
        Wrong(
            "mean-for-memory",
            "You took a bend in the mean for memory, or the other way round. A bend lifts everybody at the same "
            "visits; memory lifts one person at neighbouring visits. Look at the means by visit.",
            answer=exchanged("bend", "memory"),
            when=lambda q, answer: takes("bend", "memory")(q, answer) or takes("memory", "bend")(q, answer),
        ),
    ),
    otherwise="Not all five are right. Go by the questions: the means by visit, the spread by fitted value, the ends "
    "of the b̂, and only then the correlation.",
    right="Each fault showed in the residual that asks about it.",
    notice="four plots were needed. None of them shows every fault, and a straight QQ plot of the b̂ would not have "
    "shown two kinds of people.",
)
