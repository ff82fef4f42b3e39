"""08.2: what becomes of G where X lacks a column of Z."""

import numpy as np

from lmmteach.check import Exercise, Wrong


def numbers(rng):
    g11, g22 = float(rng.integers(60, 160) * 10), float(rng.integers(4, 40)) / 2
    g12 = float(rng.integers(5, 30)) * float(rng.choice([-1, 1]))
    return {
        "beta": np.array([float(rng.integers(190, 250)), float(rng.integers(12, 45)) / 10]),
        "G": np.array([[g11, g12], [g12, g22]]),
    }


EXERCISE = Exercise(
    id="08.2",
    title="A column that X lacks",
    text="""
In a large population every person has a line: the mean intercept and the mean slope are `q.beta`, their covariance
matrix is `q.G`. Everybody is seen at the same visits.

A colleague forgets the time in the fixed part and fits `y ~ 1 + (1 + year | id)`. With very many people, which
**variance of the slopes**, $G_{22}$, will the program report?
""",
    numbers=numbers,
    quantity="variance",
    starter="answer = ...",
    solution="answer = q.G[1, 1] + q.beta[1] ** 2",
    hints=(
        "The model says that b has mean 0. What is the mean of the slopes of these people?",
        "The program cannot put the mean slope into X. So each person's whole slope is taken for b₁.",
        "It then looks how large slopes are about 0, not about their mean. How are a mean square about 0, a variance "
        "and a mean related?",
    ),
    wrong=(
        Wrong(
            "unchanged",
            "You say that G does not notice. But the mean slope must go somewhere, and X has no place for it.",
            code="answer = q.G[1, 1]",
        ),
        Wrong(
            "slope-not-squared",
            "You added the mean slope itself. A variance is in squared units.",
            code="answer = q.G[1, 1] + q.beta[1]",
        ),
        Wrong(
            "sds-added",
            "You added the mean slope to the standard deviation. It is the squares that add up.",
            code="answer = (q.G[1, 1] ** 0.5 + q.beta[1]) ** 2",
        ),
        Wrong(
            "taken-off",
            "You took the square off. The slopes are farther from 0 than from their mean, not nearer.",
            code="answer = q.G[1, 1] - q.beta[1] ** 2",
        ),
        Wrong(
            "mean-alone",
            "This is the square of the mean slope alone. People's slopes differ from one another as well.",
            code="answer = q.beta[1] ** 2",
        ),
        Wrong(
            "with-the-intercept",
            "You used the mean intercept. X holds a column of ones, so the mean intercept has its place; the slope "
            "has not.",
            code="answer = q.G[1, 1] + q.beta[0] ** 2",
        ),
    ),
    around=(
        "answer = q.G[1, 1] + 2 * q.beta[1]",
        "answer = q.G[1, 1] + q.beta[1] ** 2 + 2 * q.G[0, 1]",
        "answer = (q.G[1, 1] + q.beta[1]) ** 2",
        "answer = q.G[1, 1] * (1 + q.beta[1] ** 2)",
    ),
    right="Slopes have mean β₁ and variance G₂₂, so their mean square about 0 is the sum of G₂₂ and β₁².",
    notice="the fit would also draw intercepts and slopes into a correlation that nobody has. So each column of Z "
    "belongs in X.",
)
