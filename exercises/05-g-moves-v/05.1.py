"""05.1: one entry of V, by the recipe."""

import numpy as np

from lmmteach.check import Exercise, Wrong
from lmmteach.check.shared_slips import no_sigma2, rho_for_g12, without_g12


def numbers(rng):
    g11, g22 = float(rng.integers(80, 160) * 10), float(rng.integers(5, 20))
    g12 = float(rng.integers(12, 40) * rng.choice([-1, 1]))
    return {
        "G": np.array([[g11, g12], [g12, g22]]),
        "sigma2": float(rng.integers(30, 70) * 10),
        "t": float(rng.integers(4, 11)),
    }


EXERCISE = Exercise(
    id="05.1",
    title="One entry of V",
    text="""
A person's reading at time $t$ is the person's line at $t$ plus a leftover. `q.G` is the covariance matrix of
intercept and slope, `q.sigma2` the variance of the leftover.

Work out the **variance** of a reading at time `q.t`.
""",
    numbers=numbers,
    quantity="variance",
    starter="answer = ...",
    solution="z = np.array([1, q.t])\nanswer = z @ q.G @ z + q.sigma2",
    hints=(
        "The line at time t is intercept + t · slope. Which three variances and covariances does its variance need?",
        "Var(a + t b) takes in the covariance of a and b twice, and the variance of b times t².",
        "Take the row of Z for this time, (1, t), put G between it and itself, and add what the leftover brings.",
    ),
    wrong=(
        no_sigma2("σ² is missing. A reading is its line plus a leftover, and both vary."),
        rho_for_g12(),
        without_g12(
            "G₁₂ is missing. It stands off the diagonal of G, and yet it is in the variance of every reading "
            "after time 0."
        ),
        Wrong(
            "G12-once",
            "The covariance counts twice, once for each order.",
            code="answer = q.G[0, 0] + q.t * q.G[0, 1] + q.t**2 * q.G[1, 1] + q.sigma2",
        ),
        Wrong(
            "t-not-squared",
            "The slope's variance is multiplied by t², not by t.",
            code="answer = q.G[0, 0] + 2 * q.t * q.G[0, 1] + q.t * q.G[1, 1] + q.sigma2",
        ),
        Wrong(
            "G12-sign",
            "The covariance is subtracted where it must be added. G₁₂ keeps its sign, and this is a sum.",
            code="answer = q.G[0, 0] - 2 * q.t * q.G[0, 1] + q.t**2 * q.G[1, 1] + q.sigma2",
        ),
        Wrong(
            "no-time",
            "The time does not come in. Each slope is multiplied by t before it is added to an intercept.",
            code="answer = q.G.sum() + q.sigma2",
        ),
        Wrong(
            "sd-of-residual",
            "You added the standard deviation σ. Variances add, standard deviations do not.",
            code="z = np.array([1, q.t])\nanswer = z @ q.G @ z + q.sigma2**0.5",
        ),
        Wrong(
            "time-zero",
            "This is the variance at time 0. At time t the slope counts, too.",
            code="answer = q.G[0, 0] + q.sigma2",
        ),
        Wrong(
            "sd-for-variance",
            "This is the SD; the question asks for the variance.",
            code="z = np.array([1, q.t])\nanswer = (z @ q.G @ z + q.sigma2)**0.5",
        ),
        Wrong(
            "sigma2-squared",
            "You squared σ². It is a variance already.",
            code="z = np.array([1, q.t])\nanswer = z @ q.G @ z + q.sigma2**2",
        ),
    ),
    right="The variance of the line at t, plus σ² for the leftover.",
    notice="as a function of t this is a parabola. Its lowest point is at −G₁₂/G₂₂, so the spread can fall "
    "before it rises.",
)
