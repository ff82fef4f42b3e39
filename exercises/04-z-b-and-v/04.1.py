"""04.1: V = Z G Z' + sigma2 I as a function."""

import numpy as np

from lmmteach.check import Exercise, Property, Wrong


def inputs(rng):
    n = int(rng.integers(3, 8))
    times = np.sort(rng.choice(np.arange(0, 15), n, replace=False)).astype(float)
    root = np.array([[rng.uniform(15, 40), 0.0], [rng.uniform(-3, 3), rng.uniform(1, 4)]])
    return np.column_stack([np.ones(n), times]), root @ root.T, float(rng.uniform(100, 700))


def positive(arguments, V):
    return np.ndim(V) == 2 and bool((np.diag(V) > 0).all())


EXERCISE = Exercise(
    id="04.1",
    title="Write V as a function",
    text="""
Write a function that gives the covariance matrix of one person's readings, for any person:

$$V_i = Z_i\\, G\\, Z_i' + \\sigma^2 I$$

`Z` is $n \\times 2$ (a column of ones, a column of times), `G` is $2 \\times 2$, `sigma2` is a number. The check
tries it on people with different visits.
""",
    name="marginal_cov",
    inputs=inputs,
    starter="def marginal_cov(Z, G, sigma2):\n    ...",
    solution="def marginal_cov(Z, G, sigma2):\n    return Z @ G @ Z.T + sigma2 * np.eye(len(Z))",
    hints=(
        "Begin with the sizes: n × 2, 2 × 2, 2 × n. Which product of matrices gives n × n?",
        "In NumPy `A @ B` is the product of matrices, `A * B` multiplies entry by entry, and `A.T` is the transpose.",
        "`np.eye(n)` is the n × n identity; n is the number of rows of Z.",
    ),
    properties=(
        Property(
            "symmetric",
            lambda arguments, V: np.ndim(V) == 2 and np.allclose(V, np.transpose(V)),
            "This is not symmetric. The covariance of s and t is the covariance of t and s.",
        ),
        Property("positive-diagonal", positive, "There is a variance on the diagonal that is not above 0."),
    ),
    wrong=(
        Wrong(
            "no-sigma2",
            "σ² is missing on the diagonal: a reading is not only its line.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ G @ Z.T",
        ),
        Wrong(
            "sigma2-everywhere",
            "You added σ² to every entry. The leftovers of two different readings are independent: σ² belongs "
            "to the diagonal alone.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ G @ Z.T + sigma2",
        ),
        Wrong(
            "sigma-squared-again",
            "You squared σ². The function is given the variance already.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ G @ Z.T + sigma2**2 * np.eye(len(Z))",
        ),
        Wrong(
            "sd-of-residual",
            "You put the standard deviation σ on the diagonal. Variances add, standard deviations do not.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ G @ Z.T + sigma2**0.5 * np.eye(len(Z))",
        ),
        Wrong(
            "no-size-of-sigma2",
            "You added the identity itself. σ² says how large the leftovers' variance is: multiply.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ G @ Z.T + np.eye(len(Z))",
        ),
        Wrong(
            "diagonal-G",
            "You left G₁₂ out. Intercept and slope of one person vary together.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ np.diag(np.diag(G)) @ Z.T + sigma2 * np.eye(len(Z))",
        ),
        Wrong(
            "no-G",
            "G does not come in: this treats intercept and slope as if both had variance 1.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ Z.T + sigma2 * np.eye(len(Z))",
        ),
        Wrong(
            "sigma2-in-G",
            "You added σ² to G. It is the variance of a reading's leftover, not of a person's intercept or slope.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z @ (G + sigma2 * np.eye(2)) @ Z.T",
        ),
        Wrong(
            "only-variances",
            "This keeps the variances and throws the covariances away. Readings of one person are not independent.",
            code="def marginal_cov(Z, G, sigma2):\n    return np.diag(np.diag(Z @ G @ Z.T)) + sigma2 * np.eye(len(Z))",
        ),
        Wrong(
            "two-by-two",
            "This has the size of G. `Z.T @ ... @ Z` adds up over readings; V has a row and a column for each reading.",
            code="def marginal_cov(Z, G, sigma2):\n    return Z.T @ Z @ G + sigma2 * np.eye(2)",
        ),
    ),
    right="Z turns the covariance of a person's line into that of the points on it; σ² I adds what each reading "
    "has for itself.",
    notice="Z holds only when the visits were, so people with the same visits have the same V.",
)
