"""05.2: the correlation of two visits."""

import numpy as np

from lmmteach.check import Exercise, Wrong
from lmmteach.check.shared_slips import no_sigma2, rho_for_g12, without_g12

V = "Z = np.array([[1, q.s], [1, q.t]])\nV = Z @ q.G @ Z.T + q.sigma2 * np.eye(2)\n"


def numbers(rng):
    g11, g22 = float(rng.integers(80, 160) * 10), float(rng.integers(5, 20))
    g12 = float(rng.integers(12, 40) * rng.choice([-1, 1]))
    s = float(rng.integers(1, 4))
    t = s + float(rng.integers(4, 8))
    return {"G": np.array([[g11, g12], [g12, g22]]), "sigma2": float(rng.integers(40, 90) * 10), "s": s, "t": t}


EXERCISE = Exercise(
    id="05.2",
    title="The correlation of two visits",
    text="""
With `q.G` and `q.sigma2`: what is the **correlation** of a person's readings at times `q.s` and `q.t`?
""",
    numbers=numbers,
    quantity="correlation",
    starter="answer = ...",
    solution="""
Z = np.array([[1, q.s], [1, q.t]])
V = Z @ q.G @ Z.T + q.sigma2 * np.eye(2)
answer = V[0, 1] / np.sqrt(V[0, 0] * V[1, 1])
""",
    hints=(
        "A correlation needs three numbers: one covariance and two variances.",
        "Build Z for just these two times (two rows) and work out V. It is 2 × 2 and holds all three.",
        "Divide the entry off the diagonal by the square root of the product of the two on it. "
        "`lmmteach.cov_to_corr` does the same.",
    ),
    wrong=(
        no_sigma2(
            "σ² is missing. This is the correlation of the two points on the line; readings are less alike than that."
        ),
        rho_for_g12(),
        without_g12(),
        Wrong(
            "rho-of-G",
            "This is ρ, the correlation of a person's intercept and slope. The question asks for the correlation of "
            "two readings.",
            code="answer = q.G[0, 1] / np.sqrt(q.G[0, 0] * q.G[1, 1])",
        ),
        Wrong(
            "compound-symmetry",
            "This is G₁₁/(G₁₁ + σ²), the correlation when all lines are parallel. With random slopes the times matter.",
            code="answer = q.G[0, 0] / (q.G[0, 0] + q.sigma2)",
        ),
        Wrong(
            "covariance",
            "This is the covariance. Divide it by the two standard deviations.",
            code="answer = q.G[0, 0] + (q.s + q.t) * q.G[0, 1] + q.s * q.t * q.G[1, 1]",
        ),
        Wrong(
            "mean-variance",
            "You divided by the mean of the two variances. It takes the product of the two standard deviations: only "
            "where the variances are equal is that the same.",
            code=V + "answer = V[0, 1] / ((V[0, 0] + V[1, 1]) / 2)",
            close=True,
        ),
        Wrong(
            "first-variance",
            "You divided by the variance of the earlier reading. That is the slope of the later reading on the earlier "
            "one; a correlation takes both standard deviations.",
            code=V + "answer = V[0, 1] / V[0, 0]",
        ),
        Wrong(
            "second-variance",
            "You divided by the variance of the later reading alone. A correlation takes both standard deviations.",
            code=V + "answer = V[0, 1] / V[1, 1]",
        ),
        Wrong(
            "time-between",
            "In the covariance you used the time between the visits. Multiply out (b₀ + s b₁)(b₀ + t b₁): which times "
            "go with G₁₂, and which with G₂₂?",
            code=V + "answer = (q.G[0, 0] + (q.t - q.s) * q.G[0, 1]) / np.sqrt(V[0, 0] * V[1, 1])",
        ),
        Wrong(
            "no-G22-in-covariance",
            "In the covariance the slopes' variance G₂₂ is missing: two readings share the slope, too.",
            code=V + "answer = (q.G[0, 0] + (q.s + q.t) * q.G[0, 1]) / np.sqrt(V[0, 0] * V[1, 1])",
        ),
        Wrong(
            "intercepts-alone",
            "In the covariance only the intercepts count here. Two readings share the slope, too.",
            code=V + "answer = q.G[0, 0] / np.sqrt(V[0, 0] * V[1, 1])",
        ),
        Wrong(
            "square",
            "This is the square, the share of one reading's variance that the other explains. The question asks for "
            "its root.",
            code=V + "answer = V[0, 1] ** 2 / (V[0, 0] * V[1, 1])",
        ),
        Wrong(
            "sigma2-in-covariance",
            "You added σ² to the covariance, too. The leftovers of two readings are independent: σ² stands on "
            "the diagonal alone.",
            code="Z = np.array([[1, q.s], [1, q.t]])\nV = Z @ q.G @ Z.T + q.sigma2\n"
            "answer = V[0, 1] / np.sqrt(V[0, 0] * V[1, 1])",
        ),
        Wrong(
            "divided-by-variances",
            "You divided by the product of the variances. It takes the product of the standard deviations: a "
            "square root is missing.",
            code=V + "answer = V[0, 1] / (V[0, 0] * V[1, 1])",
        ),
        Wrong(
            "whole-matrix",
            "This is the whole matrix. The correlation asked for is one entry of it.",
            code="Z = np.array([[1, q.s], [1, q.t]])\nanswer = lmmteach.cov_to_corr(Z @ q.G @ Z.T + q.sigma2 * "
            "np.eye(2))",
        ),
    ),
    around=(
        V + "answer = V[0, 1] / max(V[0, 0], V[1, 1])",
        V + "answer = V[0, 1] / (np.sqrt(V[0, 0]) + np.sqrt(V[1, 1])) ** 2 * 4",
        V + "answer = 2 / (V[0, 0] / V[0, 1] + V[1, 1] / V[0, 1])",
        "h = (q.s + q.t) / 2\nv = q.G[0, 0] + 2 * h * q.G[0, 1] + h**2 * q.G[1, 1]\nanswer = v / (v + q.sigma2)",
        V + "c = q.G[0, 0] + (q.t - q.s) * q.G[0, 1] + (q.t - q.s) ** 2 * q.G[1, 1]\nanswer = c / (c + q.sigma2)",
        V + "c = q.G[0, 0] + (q.t - q.s) * q.G[0, 1]\nanswer = c / (c + q.sigma2)",
        V + "c = q.G[0, 0] + (q.s + q.t) * q.G[0, 1] + q.s * q.t * q.G[1, 1]\nanswer = c / (c + q.sigma2)",
    ),
    right="The covariance takes in what the two readings share, their line; the variances take in σ², too.",
    notice="raise σ² and every correlation falls, though no covariance moves.",
)
