"""15.1: the correlations in a three-level model, as a function."""

import numpy as np

from lmmteach.check import Exercise, Property, Wrong


def inputs(rng):
    return float(rng.uniform(5, 60)), float(rng.uniform(5, 60)), float(rng.uniform(20, 90))


def ordered(arguments, found):
    return np.shape(found) == (2,) and float(found[0]) >= float(found[1])


def within(arguments, found):
    return np.shape(found) == (2,) and bool(np.all((np.asarray(found) >= 0) & (np.asarray(found) <= 1)))


def code(first, second):
    head = "def icc(sigma2_u, sigma2_v, sigma2):\n    total = sigma2_u + sigma2_v + sigma2\n"
    return f"{head}    return [{first}, {second}]"


EXERCISE = Exercise(
    id="15.1",
    title="How alike are two pupils?",
    text="""
Pupils in classes in schools: schools vary with variance $\\sigma_u^2$ (`sigma2_u`), classes within a school with
$\\sigma_v^2$ (`sigma2_v`), pupils within a class with $\\sigma^2$ (`sigma2`). All are independent.

Write a function that gives two correlations, in this order: that of two pupils of the **same class**, and that of two
pupils of the **same school but different classes**.
""",
    name="icc",
    inputs=inputs,
    starter="def icc(sigma2_u, sigma2_v, sigma2):\n    ...",
    solution=code("(sigma2_u + sigma2_v) / total", "sigma2_u / total"),
    hints=(
        "Write down the score of a pupil as a sum of three parts. Which of them do two pupils of a class share?",
        "Pupils of one class are pupils of one school, too.",
        "The covariance is the variance of what is shared. The variance of one score is the sum of all three.",
    ),
    properties=(
        Property("between-0-and-1", within, "Two numbers are asked for, and each is a share: between 0 and 1."),
        Property("ordered", ordered, "Two pupils of one class share more than two of different classes, not less."),
    ),
    wrong=(
        Wrong(
            "class-alone",
            "For the same class you counted the class's variance alone. Two pupils of a class share the school "
            "as well.",
            code=code("sigma2_v / total", "sigma2_u / total"),
        ),
        Wrong(
            "exchanged",
            "The two are exchanged: the same class comes first.",
            code=code("sigma2_u / total", "(sigma2_u + sigma2_v) / total"),
        ),
        Wrong(
            "total-without-classes",
            "For the same school you left the classes out of the variance of a score. A score varies by all three.",
            code=code("(sigma2_u + sigma2_v) / total", "sigma2_u / (sigma2_u + sigma2)"),
        ),
        Wrong(
            "ratio",
            "You divided by σ² alone. A score varies by its school and its class, too.",
            code=code("(sigma2_u + sigma2_v) / sigma2", "sigma2_u / sigma2"),
        ),
        Wrong(
            "covariances",
            "These are the covariances. Divide by the variance of a score.",
            code=code("sigma2_u + sigma2_v", "sigma2_u"),
        ),
        Wrong(
            "complement",
            "This is what they do not share.",
            code=code("1 - (sigma2_u + sigma2_v) / total", "1 - sigma2_u / total"),
        ),
        Wrong(
            "sds",
            "You added standard deviations. Variances add, standard deviations do not.",
            code="def icc(sigma2_u, sigma2_v, sigma2):\n    total = sigma2_u**0.5 + sigma2_v**0.5 + sigma2**0.5\n"
            "    return [(sigma2_u**0.5 + sigma2_v**0.5) / total, sigma2_u**0.5 / total]",
        ),
        Wrong(
            "root",
            "You took one square root too many. A share of variance is a correlation already.",
            code=code("((sigma2_u + sigma2_v) / total) ** 0.5", "(sigma2_u / total) ** 0.5"),
        ),
    ),
    right="Two pupils covary by what they share: school and class, or the school alone. All scores have "
    "the same variance.",
    notice="the difference of the two correlations is the class's own share of the variance.",
)
