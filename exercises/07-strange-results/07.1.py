"""07.1: which G's are covariance matrices, and which give a V that is one."""

import numpy as np

from lmmteach.check import Exercise, Property, Wrong


def least_of_V(G, Z, sigma2):
    return np.linalg.eigvalsh(Z @ G @ Z.T + sigma2 * np.eye(len(Z)))[0]


def inputs(rng):
    """Two proper G's (one with rho = -1), two that only V survives, two that it does not; shuffled."""
    n = int(rng.integers(5, 8))
    t = float(rng.integers(1, 4)) * np.arange(n)
    Z, sigma2 = np.column_stack([np.ones(n), t]), float(rng.integers(2, 9) * 50)
    g, h = sigma2 / n, sigma2 / (t @ t)  # what one reading's worth of noise amounts to, in G's units
    a, b = int(rng.integers(10, 40)), int(rng.integers(1, 5))
    root = np.array([[rng.uniform(15, 40), 0.0], [rng.uniform(-3, 3), rng.uniform(1, 4)]])

    def too_correlated(size, least):
        """A G with |rho| = 1.6, small enough or large enough for V."""
        cross = 1.6 * float(rng.choice([-1, 1]) if least else -1) * np.sqrt(g * h)
        return size * np.array([[g, cross], [cross, h]])

    def variances(G):
        return np.diag(Z @ G @ Z.T) + sigma2

    shrinking = (too_correlated(0.5**k, True) for k in range(20))
    mild = next(G for G in shrinking if least_of_V(G, Z, sigma2) > 0.1 * sigma2)
    # V has no variance below 0, and two negative eigenvalues (their product is positive), or one and G11 = 0
    hidden = [-rng.uniform(1.05, 1.2) * sigma2 * np.linalg.inv(Z.T @ Z), np.diag([0.0, -rng.uniform(1.2, 1.3) * h])]
    wild = next(G for G in (too_correlated(2.0**k, False) for k in range(20)) if variances(G).min() < -0.1 * sigma2)
    rounding = float(rng.choice([-4e-9, 4e-9])) / (a * a + b * b)  # an eigenvalue of 0, and a determinant, but for this
    six = [
        root @ root.T,
        np.array([[a * a, -a * b], [-a * b, b * b]]) + rounding * np.eye(2),
        mild,
        np.diag([-rng.uniform(0.2, 0.4) * g, -rng.uniform(0.2, 0.4) * h]),
        *([*hidden, wild][k] for k in rng.choice(3, 2, replace=False)),
    ]
    return np.array([six[k] for k in rng.permutation(6)]), Z, sigma2


START = "def classify(Gs, Z, sigma2):\n"
LOOP = """    kinds = []
    for G in Gs:
        V = Z @ G @ Z.T + sigma2 * np.eye(len(Z))
"""


def code(people, readings):
    """A student's function: 2 where `people` holds, else 1 where `readings` does, else 0."""
    kinds = f"        kinds.append(2 if {people} else 1 if {readings} else 0)\n    return kinds"
    return START + LOOP + kinds


PSD = "np.linalg.eigvalsh(G)[0] >= -1e-8"
PD = "np.linalg.eigvalsh(V)[0] > 0"

EXERCISE = Exercise(
    id="07.1",
    title="Six G's",
    text="""
A program reports six matrices as estimates of $G$. Sort them. Write a function that takes the six (`Gs`, an array
$6 \\times 2 \\times 2$), the person's `Z` ($n \\times 2$) and `sigma2`, and returns a list of six numbers, one
for each $G$:

- `2` if $G$ is a covariance matrix of people (positive semidefinite),
- `1` if it is not, but $V = Z G Z' + \\sigma^2 I$ is a covariance matrix of readings (positive definite),
- `0` if neither is.

Rounding can put an eigenvalue that is 0 a little below it. When you look at $G$, count anything above $-10^{-8}$ as
not negative.
""",
    name="classify",
    inputs=inputs,
    starter="def classify(Gs, Z, sigma2):\n    ...",
    solution=code(PSD, PD),
    hints=(
        "Go through the six with `for G in Gs:`. For each ask two questions, one about G and one about V.",
        "A symmetric matrix is positive semidefinite if no eigenvalue is negative, positive definite if all are "
        "above 0.",
        "`np.linalg.eigvalsh(A)` gives the eigenvalues of a symmetric A, the smallest first.",
    ),
    properties=(
        Property(
            "six-numbers",
            lambda arguments, kinds: np.shape(kinds) == (6,) and bool(np.isin(kinds, [0, 1, 2]).all()),
            "Return six numbers, one for each G, each of them 0, 1 or 2.",
        ),
    ),
    wrong=(
        Wrong(
            "diagonal-of-G",
            "You looked at the variances alone. They may be positive, and G still impossible: when |G₁₂| is too "
            "large for them, ρ leaves [−1, 1].",
            code=code("G[0, 0] >= 0 and G[1, 1] >= 0", PD),
        ),
        Wrong(
            "determinant-of-G",
            "You looked at the determinant alone. Two negative variances have a positive determinant too.",
            code=code("np.linalg.det(G) >= -1e-8", PD),
        ),
        Wrong(
            "strictly-positive",
            "You rejected a G whose smallest eigenvalue is 0. ρ = −1 is allowed: all lines cross in one point.",
            code=code("np.linalg.eigvalsh(G)[0] > 1e-6", PD),
        ),
        Wrong(
            "no-tolerance",
            "You rejected a G whose smallest eigenvalue is 0 except for rounding. Count anything above −10⁻⁸ as not "
            "negative.",
            code=code("np.linalg.eigvalsh(G)[0] >= 0", PD),
        ),
        Wrong(
            "leading-minors",
            "You asked for G₁₁ and the determinant not to be negative. That is not enough where both are 0: then G₂₂ "
            "may be anything.",
            code=code("G[0, 0] >= 0 and np.linalg.det(G) >= -1e-8", PD),
        ),
        Wrong(
            "determinant-of-V",
            "You looked at the determinant of V alone. It is the product of the eigenvalues, and two negative ones "
            "make a positive product.",
            code=code(PSD, "np.linalg.det(V) > 0"),
        ),
        Wrong(
            "compound-symmetry-bound",
            "For V you used G₁₁ > −σ²/n. That is the bound of a random intercept alone; here the slopes' variance and "
            "G₁₂ count, too.",
            code=code(PSD, "G[0, 0] > -sigma2 / len(Z)"),
        ),
        Wrong(
            "G-decides-V",
            "You gave up V wherever G is impossible. σ² on the diagonal can outweigh what G takes away.",
            code=code(PSD, "False"),
        ),
        Wrong(
            "sigma2-saves-all",
            "You took V for valid whatever G is. σ² outweighs a wrong G only up to a point.",
            code=code(PSD, "True"),
        ),
        Wrong(
            "variances-of-V",
            "You looked at the diagonal of V alone. Every reading may have a positive variance, and a weighted sum "
            "of them a negative one.",
            code=code(PSD, "(np.diag(V) > 0).all()"),
        ),
        Wrong(
            "V-first",
            "You asked about V alone. Wherever G is a covariance matrix V is one too, but not the other way round.",
            code=code(PD, PD),
        ),
    ),
    right="An impossible G says that no people with such lines exist. A valid V says that such readings may still "
    "exist.",
    notice="a program that fits V without asking for a valid G may report such an estimate. It is no bug, but it "
    "cannot be read as people.",
)
