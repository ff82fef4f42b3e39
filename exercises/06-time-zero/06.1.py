"""06.1: G when time is counted from another origin."""

import numpy as np

from lmmteach.check import Exercise, Property, Wrong


def inputs(rng):
    root = np.array([[rng.uniform(15, 40), 0.0], [rng.uniform(-3, 3), rng.uniform(1, 4)]])
    return root @ root.T, float(rng.integers(2, 11) * rng.choice([-1, 1]))


EXERCISE = Exercise(
    id="06.1",
    title="G from another origin",
    text="""
A person's line is $b_0 + b_1 t$ with covariance matrix $G$. Count time from $c$ instead: $u = t - c$. The line is
the same, but its intercept is now its height at $t = c$.

Write a function that gives the $G$ of the new intercept and slope. Make it work for any `G` (2 × 2) and any `c`,
also below 0.
""",
    name="shift_G",
    inputs=inputs,
    starter="def shift_G(G, c):\n    ...",
    solution="def shift_G(G, c):\n    T = np.array([[1, c], [0, 1]])\n    return T @ G @ T.T",
    hints=(
        "The slope stays. What is the height of the line b₀ + b₁t at t = c?",
        "Write (new intercept, new slope) as a 2 × 2 matrix T times (b₀, b₁). T's second row is (0, 1).",
        "If b has the covariance matrix G, then T b has T G T'.",
    ),
    properties=(
        Property(
            "symmetric",
            lambda arguments, G: np.shape(G) == (2, 2) and np.allclose(G, np.transpose(G)),
            "This is not symmetric: T G T' is, whatever T.",
        ),
        Property(
            "slope-variance",
            lambda arguments, G: np.shape(G) == (2, 2) and np.isclose(G[1, 1], arguments[0][1, 1]),
            "You changed the variance of the slopes. A line is as steep whatever its origin.",
        ),
        Property(
            "determinant",
            lambda arguments, G: np.isclose(np.linalg.det(G), np.linalg.det(arguments[0])),
            "The determinant of G has changed. It may not: the determinant of T is 1.",
        ),
    ),
    wrong=(
        Wrong(
            "wrong-way",
            "You moved the origin the other way. At u = 0 the time is t = c, so the new intercept is b₀ + c b₁.",
            code="def shift_G(G, c):\n    T = np.array([[1, -c], [0, 1]])\n    return T @ G @ T.T",
        ),
        Wrong(
            "transposed-T",
            "The transpose stands on the wrong side: this moves the slope, not the intercept.",
            code="def shift_G(G, c):\n    T = np.array([[1, c], [0, 1]])\n    return T.T @ G @ T",
        ),
        Wrong(
            "unchanged",
            "G is not changed at all. V does not change with the origin, but the intercept is now at another place.",
            code="def shift_G(G, c):\n    return np.array(G)",
        ),
        Wrong(
            "only-G12",
            "The covariance is right, and the intercept's variance is still the old one.",
            code="def shift_G(G, c):\n    new = np.array(G, dtype=float)\n    new[0, 1] = new[1, 0] = G[0, 1] + "
            "c * G[1, 1]\n    return new",
        ),
        Wrong(
            "only-G11",
            "The intercept's variance is right, and its covariance with the slope is still the old one.",
            code="def shift_G(G, c):\n    new = np.array(G, dtype=float)\n"
            "    new[0, 0] = G[0, 0] + 2 * c * G[0, 1] + c**2 * G[1, 1]\n    return new",
        ),
        Wrong(
            "covariance-once",
            "In the variance of b₀ + c b₁ the covariance counts twice.",
            code="def shift_G(G, c):\n    new = np.array(G, dtype=float)\n"
            "    new[0, 0] = G[0, 0] + c * G[0, 1] + c**2 * G[1, 1]\n"
            "    new[0, 1] = new[1, 0] = G[0, 1] + c * G[1, 1]\n    return new",
        ),
        Wrong(
            "no-G12",
            "G₁₂ is left out of what you started from. Intercept and slope of one person vary together.",
            code="def shift_G(G, c):\n    T = np.array([[1, c], [0, 1]])\n    return T @ np.diag(np.diag(G)) @ T.T",
        ),
        Wrong(
            "c-not-squared",
            "In the variance of b₀ + c b₁ the slope's variance is multiplied by c², not by c.",
            code="def shift_G(G, c):\n    new = np.array(G, dtype=float)\n"
            "    new[0, 0] = G[0, 0] + 2 * c * G[0, 1] + c * G[1, 1]\n"
            "    new[0, 1] = new[1, 0] = G[0, 1] + c * G[1, 1]\n    return new",
        ),
        Wrong(
            "c-squared-in-G12",
            "The covariance of b₀ + c b₁ with b₁ takes in c times the slope's variance; you have c² there.",
            code="def shift_G(G, c):\n    new = np.array(G, dtype=float)\n"
            "    new[0, 0] = G[0, 0] + 2 * c * G[0, 1] + c**2 * G[1, 1]\n"
            "    new[0, 1] = new[1, 0] = G[0, 1] + c**2 * G[1, 1]\n    return new",
        ),
        Wrong(
            "covariance-twice-in-G12",
            "In the covariance of b₀ + c b₁ with b₁ you doubled a term. Only a variance has its cross term twice.",
            code="def shift_G(G, c):\n    new = np.array(G, dtype=float)\n"
            "    new[0, 0] = G[0, 0] + 2 * c * G[0, 1] + c**2 * G[1, 1]\n"
            "    new[0, 1] = new[1, 0] = G[0, 1] + 2 * c * G[1, 1]\n    return new",
        ),
        Wrong(
            "one-sided",
            "T stands on one side only. A covariance matrix is multiplied from both: T G T'.",
            code="def shift_G(G, c):\n    return np.array([[1, c], [0, 1]]) @ G",
        ),
    ),
    right="The new intercept is b₀ + c b₁ and the slope is the same, so T is upper triangular with ones on its "
    "diagonal.",
    notice="ρ changes with the origin, and even its sign may change. “High starters grow slower” says as much about "
    "where zero is as about people.",
)
