"""11.1: b-hat of one person, by hand."""

import numpy as np

from lmmteach.check import Exercise, Wrong
from lmmteach.check.shared_slips import without_g12

BEGIN = "r = q.y - q.X @ q.beta\nV = q.Z @ q.G @ q.Z.T + q.sigma2 * np.eye(len(q.y))\n"


def numbers(rng):
    times = np.sort(rng.choice(np.arange(0, 11, 2), int(rng.integers(3, 6)), replace=False)).astype(float)
    Z = np.column_stack([np.ones(len(times)), times])
    g11, g22 = float(rng.integers(70, 150) * 10), float(rng.integers(3, 12))
    g12 = round(float(rng.uniform(0.3, 0.7) * rng.choice([-1, 1]) * np.sqrt(g11 * g22)))
    G, sigma2 = np.array([[g11, g12], [g12, g22]], dtype=float), float(rng.integers(30, 60) * 10)
    beta = np.array([float(rng.integers(200, 240)), float(rng.choice([1.5, 2.0, 2.5]))])
    b = np.linalg.cholesky(G) @ rng.standard_normal(2)
    y = np.round(Z @ (beta + b) + np.sqrt(sigma2) * rng.standard_normal(len(times)))
    return {"y": y, "X": Z.copy(), "Z": Z, "beta": beta, "G": G, "sigma2": sigma2}


EXERCISE = Exercise(
    id="11.1",
    title="Predict b by hand",
    text="""
One person: readings `q.y`, design `q.X` and `q.Z`, and from the fit `q.beta`, `q.G` and `q.sigma2`. Compute the
prediction $\\hat b$, two numbers.
""",
    numbers=numbers,
    starter="answer = ...",
    solution=BEGIN + "answer = q.G @ q.Z.T @ np.linalg.solve(V, r)",
    rtol=1e-4,
    hints=(
        "The prediction starts from how far the readings are from the average of people like this one.",
        "These distances are weighted by the inverse of their covariance matrix, V. First build V.",
        "Then come Zʹ and G, in the order that the sizes allow: 2 × 2, 2 × n, n × n, n × 1.",
    ),
    wrong=(
        Wrong(
            "not-centred",
            "You predicted from y itself. b is the distance from the average: take Xβ off first.",
            code=BEGIN + "answer = q.G @ q.Z.T @ np.linalg.solve(V, q.y)",
        ),
        Wrong(
            "own-least-squares",
            "This is the person's own least-squares line, less the average. Nothing is shrunk: where are G and σ²?",
            code=BEGIN + "answer = np.linalg.lstsq(q.Z, r, rcond=None)[0]",
        ),
        Wrong(
            "R-for-V",
            "You weighted by σ²I. The distances hold b, too, so their covariance matrix is V.",
            code=BEGIN + "answer = q.G @ q.Z.T @ r / q.sigma2",
        ),
        Wrong(
            "no-G",
            "G is missing in front of Zʹ: so far nothing says how much intercepts and slopes differ at all.",
            code=BEGIN + "answer = q.Z.T @ np.linalg.solve(V, r)",
        ),
        Wrong(
            "V-not-inverted",
            "You multiplied by V. A reading of large variance must count less: divide, that is, take the inverse.",
            code=BEGIN + "answer = q.G @ q.Z.T @ V @ r",
        ),
        Wrong(
            "fixed-part-added",
            "You added β. That gives the person's own intercept and slope; the question asks how far they are from "
            "the average.",
            code=BEGIN + "answer = q.beta + q.G @ q.Z.T @ np.linalg.solve(V, r)",
        ),
        Wrong(
            "sd-on-diagonal",
            "You put σ on the diagonal of V where σ² belongs.",
            code="r = q.y - q.X @ q.beta\nV = q.Z @ q.G @ q.Z.T + q.sigma2**0.5 * np.eye(len(q.y))\n"
            "answer = q.G @ q.Z.T @ np.linalg.solve(V, r)",
        ),
        without_g12("G₁₂ is missing: a high intercept says something about the slope, too."),
    ),
    right="What the readings say, y − Xβ, is weighted by V⁻¹ and carried over to intercept and slope by GZʹ.",
    notice="GZʹ is the covariance of b with the readings. It is the regression of b on y, nothing more mysterious.",
)
