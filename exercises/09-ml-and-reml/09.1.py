"""09.1: -2 log L with beta profiled out, by ML and by REML."""

import numpy as np

from lmmteach.check import Exercise, Wrong


def inputs(rng):
    n, p = int(rng.integers(5, 10)), int(rng.integers(2, 4))
    X = np.column_stack([np.ones(n), rng.normal(0, 3, (n, p - 1))])
    A = rng.normal(0, 2, (n, n))
    return rng.normal(10, 5, n), X, A @ A.T + n * np.eye(n), str(rng.choice(["ML", "REML"]))


CODE = """
def neg2loglik(y, X, V, method):
    N, p = X.shape
    W = np.linalg.inv(V)
    beta = np.linalg.solve(X.T @ W @ X, X.T @ W @ y)
    r = y - X @ beta
    value = N * np.log(2 * np.pi) + np.linalg.slogdet(V)[1] + r @ W @ r
    if method == "REML":
        value = value - p * np.log(2 * np.pi) + np.linalg.slogdet(X.T @ W @ X)[1]
    return value
"""


def slip(name, old, new, says):
    assert old in CODE, (name, old)
    return Wrong(name, says, code=CODE.replace(old, new))


EXERCISE = Exercise(
    id="09.1",
    title="Two likelihoods by hand",
    text="""
Write $-2 \\log L$ of `y` (length $N$) with design `X` ($N \\times p$) and covariance `V` ($N \\times N$), at the
best $\\beta$ for this $V$:

$$\\text{ML: } N \\log 2\\pi + \\log|V| + r'V^{-1}r \\qquad
\\text{REML: } (N-p) \\log 2\\pi + \\log|V| + \\log|X'V^{-1}X| + r'V^{-1}r$$

Here $r = y - X\\hat\\beta$ with $\\hat\\beta = (X'V^{-1}X)^{-1}X'V^{-1}y$, and `method` is `"ML"` or `"REML"`.
""",
    name="neg2loglik",
    inputs=inputs,
    starter='def neg2loglik(y, X, V, method="REML"):\n    ...',
    solution=CODE,
    hints=(
        "Three steps: β̂ by generalised least squares, the residuals r, then the sum. Do ML first.",
        "`np.linalg.slogdet(V)[1]` is log|V|. `np.log(np.linalg.det(V))` overflows once there are many readings.",
        "REML differs from ML in two places: the constant, and one more determinant, which is p × p.",
    ),
    wrong=(
        slip(
            "always-ml",
            'if method == "REML"',
            "if False",
            "This is right for ML; for REML it still gives the ML value.",
        ),
        slip(
            "always-reml",
            'if method == "REML"',
            "if True",
            "This is right for REML; for ML it still gives the REML value.",
        ),
        slip(
            "reml-constant",
            "value - p * np.log(2 * np.pi)",
            "value",
            "REML's constant is not ML's: p of the N readings have been used up for β.",
        ),
        slip(
            "reml-determinant",
            " + np.linalg.slogdet(X.T @ W @ X)[1]",
            "",
            "For REML the determinant of X'V⁻¹X is missing. It is what makes REML more than another constant.",
        ),
        slip(
            "no-log-V",
            "np.linalg.slogdet(V)[1] + r",
            "r",
            "log|V| is missing. Without it, the larger V, the better the fit.",
        ),
        slip(
            "reml-determinant-sign",
            "value - p * np.log(2 * np.pi) + np",
            "value - p * np.log(2 * np.pi) - np",
            "The determinant of X'V⁻¹X comes with the wrong sign: its logarithm is added.",
        ),
        slip(
            "reml-determinant-without-V",
            "np.linalg.slogdet(X.T @ W @ X)",
            "np.linalg.slogdet(X.T @ X)",
            "REML's determinant is that of X'V⁻¹X. You left V⁻¹ out of it.",
        ),
        slip(
            "reml-determinant-with-V",
            "np.linalg.slogdet(X.T @ W @ X)",
            "np.linalg.slogdet(X.T @ V @ X)",
            "In REML's determinant you used V, not its inverse.",
        ),
        slip(
            "log-V-sign",
            "+ np.linalg.slogdet(V)[1] + r",
            "- np.linalg.slogdet(V)[1] + r",
            "log|V| comes with the wrong sign: a larger V must be paid for.",
        ),
        slip(
            "ols-beta",
            "beta = np.linalg.solve(X.T @ W @ X, X.T @ W @ y)",
            "beta = np.linalg.solve(X.T @ X, X.T @ y)",
            "Your β̂ is that of ordinary least squares. Here V⁻¹ has to weigh the readings.",
        ),
        slip(
            "no-constant",
            "N * np.log(2 * np.pi) + np",
            "p * np.log(2 * np.pi) * (method == 'REML') + np",
            "The constant with 2π is missing. It moves no estimate, but AIC and the library count it.",
        ),
        slip("log-likelihood", "return value", "return -value / 2", "This is log L. The question asks for −2 log L."),
        slip("minus-log", "return value", "return value / 2", "This is −log L. The question asks for twice that."),
        slip("no-residual", "r = y - X @ beta", "r = y", "You used y itself where the residual r = y − Xβ̂ belongs."),
        slip("no-V", "r @ W @ r", "r @ r", "You summed the squares of r as they are. V⁻¹ has to weigh them: r'V⁻¹r."),
        slip("V-for-inverse", "r @ W @ r", "r @ V @ r", "In r'V⁻¹r you used V, not its inverse."),
    ),
    right="It agrees with `lmmteach.deviance` on every V it was tried on.",
    notice="REML's extra term is a p × p determinant that depends on V and X, not on y: REML likelihoods with "
    "different X cannot be compared.",
)
