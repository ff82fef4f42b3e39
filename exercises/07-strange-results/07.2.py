"""07.2: two visits: the G's that share one V."""

import numpy as np

from lmmteach.check import Exercise, Wrong

TAKEN = "U = q.V - q.sigma2 * np.eye(2)\n"
GIVE = 'answer = {"G11": %s, "G12": %s, "G22": %s, "most": %s}'
G11, G12 = "U[0, 0]", "(U[0, 1] - U[0, 0]) / q.t"
G22 = "(U[0, 0] + U[1, 1] - 2 * U[0, 1]) / q.t**2"
MOST = "np.linalg.eigvalsh(q.V)[0]"


def numbers(rng):
    t = float(rng.choice([2, 4, 5, 6, 8, 10]))
    Z = np.array([[1.0, 0.0], [1.0, t]])
    while True:
        g11, g22 = float(rng.integers(60, 160) * 10), float(rng.integers(3, 25))
        g12 = float(rng.integers(10, 60) * rng.choice([-1, 1]))
        V = Z @ np.array([[g11, g12], [g12, g22]]) @ Z.T + float(rng.integers(20, 60) * 10) * np.eye(2)
        least = np.linalg.eigvalsh(V)[0]
        sigma2 = float(rng.integers(5, 60) * 10)
        if V[0, 1] > 0 and 0.1 * least < sigma2 < 0.9 * least:
            return {"V": V, "t": t, "sigma2": sigma2}


EXERCISE = Exercise(
    id="07.2",
    title="Walk the ridge",
    text="""
Everybody came twice, at times 0 and `q.t`. There are so many people that the covariance matrix of the two readings is
known exactly: it is `q.V`. A random intercept and slope with residual variance $\\sigma^2$ give this $V$ for many pairs
of $G$ and $\\sigma^2$.

Suppose that $\\sigma^2$ = `q.sigma2`. Which **$G$** gives this $V$? And what is the **largest** $\\sigma^2$ for which
there is a $G$ that is a covariance matrix? Hand over `{"G11": ..., "G12": ..., "G22": ..., "most": ...}`.
""",
    numbers=numbers,
    starter='answer = {"G11": ..., "G12": ..., "G22": ..., "most": ...}',
    solution=TAKEN + GIVE % (G11, G12, G22, MOST),
    hints=(
        "What the readings have beyond their lines stands on the diagonal of V. Take it off: what is left is the "
        "covariance matrix of the two points on the line, Z G Z'.",
        "At time 0 the point on the line is the intercept. The slope is the difference of the two points, divided by "
        "t.",
        "G stays a covariance matrix as long as V − σ²I is one. Which σ² makes its smallest eigenvalue 0?",
    ),
    wrong=(
        Wrong(
            "sigma2-left-in",
            "σ² is still in it. Take it off the diagonal of V first: a reading varies more than the point on its line.",
            code="U = q.V\n" + GIVE % (G11, G12, G22, MOST),
        ),
        Wrong(
            "sigma2-off-everywhere",
            "You took σ² off every entry. The covariance of two readings holds none of it: it stands on the diagonal.",
            code="U = q.V - q.sigma2\n" + GIVE % (G11, G12, G22, MOST),
        ),
        Wrong(
            "points-for-line",
            "This is the covariance matrix of the two points on the line. G is that of intercept and slope.",
            code=TAKEN + GIVE % ("U[0, 0]", "U[0, 1]", "U[1, 1]", MOST),
        ),
        Wrong(
            "difference-not-divided",
            "You took the difference of the two points for the slope. A slope is a difference per year.",
            code=TAKEN + GIVE % (G11, "U[0, 1] - U[0, 0]", "U[0, 0] + U[1, 1] - 2 * U[0, 1]", MOST),
        ),
        Wrong(
            "t-not-squared",
            "The difference of the points is divided by t, so its variance is divided by t².",
            code=TAKEN + GIVE % (G11, G12, "(U[0, 0] + U[1, 1] - 2 * U[0, 1]) / q.t", MOST),
        ),
        Wrong(
            "covariance-once",
            "In the variance of a difference the covariance is subtracted twice.",
            code=TAKEN + GIVE % (G11, G12, "(U[0, 0] + U[1, 1] - U[0, 1]) / q.t**2", MOST),
        ),
        Wrong(
            "covariances-forgotten",
            "In the variance of the slope the covariance of the two points is missing.",
            code=TAKEN + GIVE % (G11, G12, "(U[0, 0] + U[1, 1]) / q.t**2", MOST),
        ),
        Wrong(
            "smallest-variance",
            "Your largest σ² leaves no variance below 0. That is not enough: a weighted sum of the two points would "
            "have one. Look at the eigenvalues.",
            code=TAKEN + GIVE % (G11, G12, G22, "q.V[0, 0] if q.V[0, 0] < q.V[1, 1] else q.V[1, 1]"),
        ),
        Wrong(
            "variance-less-covariance",
            "Your largest σ² is a variance less the covariance. That would be the bound if both variances were equal.",
            code=TAKEN + GIVE % (G11, G12, G22, "min(q.V[0, 0], q.V[1, 1]) - q.V[0, 1]"),
        ),
        Wrong(
            "larger-root",
            "There are two σ² at which the determinant of V − σ²I is 0. Before the larger one is reached, G has long "
            "ceased to be a covariance matrix.",
            code=TAKEN + GIVE % (G11, G12, G22, "np.linalg.eigvalsh(q.V)[1]"),
        ),
        Wrong(
            "eigenvalue-of-G",
            "You added the smallest eigenvalue of this G to σ². But σ² is taken off V, not off G: look at V's "
            "eigenvalues.",
            code=TAKEN
            + f"G = np.array([[{G11}, {G12}], [{G12}, {G22}]])\n"
            + GIVE % (G11, G12, G22, "q.sigma2 + np.linalg.eigvalsh(G)[0]"),
        ),
    ),
    right="V has three numbers, G and σ² have four. One of them is free, as far as G stays a covariance matrix.",
    notice="a third visit would tell them apart. More people would not: they only make V precise.",
)
