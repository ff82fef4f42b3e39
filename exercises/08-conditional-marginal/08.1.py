"""08.1: the conditional and the marginal mean and variance of one reading."""

import numpy as np

from lmmteach.check import Exercise, Wrong

MEANS = "m = q.beta[0] + q.beta[1] * q.t\nc = m + q.b[0] + q.b[1] * q.t\n"
GIVE = (
    "answer = {\n    'conditional mean': %s,\n    'marginal mean': %s,\n"
    "    'conditional variance': %s,\n    'marginal variance': %s,\n}"
)
LINES = "z = np.array([1, q.t])\nv = z @ q.G @ z\n"


def numbers(rng):
    g11, g22 = float(rng.integers(60, 160) * 10), float(rng.integers(2, 13))
    g12 = float(rng.integers(10, 40)) * float(rng.choice([-1, 1]))
    return {
        "beta": np.array([float(rng.integers(190, 250)), float(rng.choice([1.5, 2.0, 2.5, 3.0]))]),
        "b": np.array(
            [float(rng.integers(15, 60)) * float(rng.choice([-1, 1])), float(rng.choice([-2.0, -1.0, 1.0, 3.0]))]
        ),
        "G": np.array([[g11, g12], [g12, g22]]),
        "sigma2": float(rng.integers(25, 60) * 10),
        "t": float(rng.choice([4, 6, 8, 10])),
    }


EXERCISE = Exercise(
    id="08.1",
    title="Four quantities, four formulas",
    text="""
One person, one reading at time `q.t`. The average course of people like them is `q.beta[0] + q.beta[1] * t`; the
person's own $b_i$ is `q.b`, and the model has `q.G` and `q.sigma2`.

Hand over four numbers by name: the **conditional** and the **marginal mean**, the **conditional** and the **marginal
variance** of the reading. Conditional is: given $b_i$.
""",
    numbers=numbers,
    starter=GIVE % ("...", "...", "...", "..."),
    solution=MEANS + LINES + GIVE % ("c", "m", "q.sigma2", "v + q.sigma2"),
    rtol=1e-5,
    hints=(
        "Given b, it is known which line is meant. What of Y = Xβ + Zb + e can still vary then?",
        "Over people, b varies with the covariance matrix G. What is the variance of z'b, with z = (1, t)'?",
        "The two means differ by z'b. The two variances differ by z'Gz.",
    ),
    wrong=(
        Wrong(
            "means-exchanged",
            "The two means are exchanged. Given b, the person's own line counts.",
            code=MEANS + LINES + GIVE % ("m", "c", "q.sigma2", "v + q.sigma2"),
        ),
        Wrong(
            "variances-exchanged",
            "The two variances are exchanged. Which is the larger: of one person's readings, or of everybody's?",
            code=MEANS + LINES + GIVE % ("c", "m", "v + q.sigma2", "q.sigma2"),
        ),
        Wrong(
            "all-exchanged",
            "You have taken conditional for marginal throughout. Conditional is: given this person's b.",
            code=MEANS + LINES + GIVE % ("m", "c", "v + q.sigma2", "q.sigma2"),
        ),
        Wrong(
            "no-sigma2",
            "In the marginal variance σ² is missing: over people both the lines and the readings around them vary.",
            code=MEANS + LINES + GIVE % ("c", "m", "q.sigma2", "v"),
        ),
        Wrong(
            "lines-given-b",
            "Your conditional variance is that of the lines, z'Gz. Given b the line is fixed, and only e varies.",
            code=MEANS + LINES + GIVE % ("c", "m", "v", "v + q.sigma2"),
        ),
        Wrong(
            "nothing-varies",
            "Your conditional variance is 0. Given b the line is fixed, but a reading still falls beside it: e varies.",
            code=MEANS + LINES + GIVE % ("c", "m", "0.0", "v + q.sigma2"),
        ),
        Wrong(
            "sigma-for-sigma2",
            "You used the standard deviation σ where its square belongs. The question asks for variances, and "
            "variances add.",
            code=MEANS + LINES + GIVE % ("c", "m", "q.sigma2**0.5", "v + q.sigma2**0.5"),
        ),
        Wrong(
            "no-G12",
            "In the marginal variance G₁₂ is missing: intercept and slope of one person vary together.",
            code=MEANS + "v = q.G[0, 0] + q.t**2 * q.G[1, 1]\n" + GIVE % ("c", "m", "q.sigma2", "v + q.sigma2"),
        ),
        Wrong(
            "G12-sign",
            "In the marginal variance the covariance is subtracted where it must be added. G₁₂ keeps its own sign.",
            code=MEANS
            + "v = q.G[0, 0] - 2 * q.t * q.G[0, 1] + q.t**2 * q.G[1, 1]\n"
            + GIVE % ("c", "m", "q.sigma2", "v + q.sigma2"),
        ),
        Wrong(
            "homoscedastic-V",
            "Your marginal variance leaves the slopes out. R = σ²I is constant over time; V need not be.",
            code=MEANS + GIVE % ("c", "m", "q.sigma2", "q.G[0, 0] + q.sigma2"),
        ),
        Wrong(
            "G12-once",
            "The covariance of intercept and slope counts twice in a variance, once for each order.",
            code=MEANS
            + "v = q.G[0, 0] + q.t * q.G[0, 1] + q.t**2 * q.G[1, 1]\n"
            + GIVE % ("c", "m", "q.sigma2", "v + q.sigma2"),
        ),
        Wrong(
            "no-slope-in-b",
            "In the conditional mean you used the person's intercept with everybody's slope. b has two entries.",
            code=MEANS + LINES + GIVE % ("m + q.b[0]", "m", "q.sigma2", "v + q.sigma2"),
        ),
        Wrong(
            "b-alone",
            "Your conditional mean is z'b, how far the person is from the average. The average comes on top.",
            code=MEANS + LINES + GIVE % ("c - m", "m", "q.sigma2", "v + q.sigma2"),
        ),
        Wrong(
            "sds",
            "The last two are standard deviations. The question asks for variances.",
            code=MEANS + LINES + GIVE % ("c", "m", "q.sigma2**0.5", "(v + q.sigma2)**0.5"),
        ),
    ),
    right="The means differ by z'b, the variances by z'Gz: what is known in the one is what varies in the other.",
    notice="averaged over people, b has mean 0 and covariance G: so the marginal follows from the conditional.",
)
