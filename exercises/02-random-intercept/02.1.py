"""02.1: the intraclass correlation from G11 and sigma2."""

from lmmteach.check import Exercise, Wrong


def numbers(rng):
    return {"G11": float(rng.integers(60, 180) * 10), "sigma2": float(rng.integers(20, 90) * 10)}


EXERCISE = Exercise(
    id="02.1",
    title="How alike are two readings of one person?",
    text="""
Every person has a level of their own, $b_i \\sim N(0, G_{11})$, and every reading its own leftover, $e_{ij} \\sim
N(0, \\sigma^2)$. The variances are `q.G11` and `q.sigma2`, in (mg/dL)².

Work out the **intraclass correlation**: the correlation of any two readings of one person.
""",
    numbers=numbers,
    quantity="correlation",
    starter="answer = ...",
    solution="answer = q.G11 / (q.G11 + q.sigma2)",
    hints=(
        "What do two readings of one person share? Their covariance is the variance of just that.",
        "A correlation is a covariance divided by the two standard deviations. Here both readings have the same "
        "variance.",
        "The variance of a reading has two parts, because the person's level and the leftover are independent. "
        "Add them.",
    ),
    wrong=(
        Wrong(
            "ratio",
            "This divides by σ² alone. A reading varies by its person's level, too.",
            code="answer = q.G11 / q.sigma2",
        ),
        Wrong(
            "complement",
            "This is the share of σ², the part two readings do not have in common. The question asks for the other "
            "part.",
            code="answer = q.sigma2 / (q.G11 + q.sigma2)",
        ),
        Wrong(
            "sd-for-variances",
            "You divided standard deviations. Variances add, standard deviations do not.",
            code="answer = q.G11**0.5 / (q.G11**0.5 + q.sigma2**0.5)",
        ),
        Wrong(
            "r-for-r2",
            "You took one square root too many. An ICC is a share of variance already: it is not an R² whose root "
            "is a correlation.",
            code="answer = (q.G11 / (q.G11 + q.sigma2))**0.5",
        ),
        Wrong(
            "squared",
            "You squared it. The ICC is the correlation itself, although it is a share of variance: it is not R².",
            code="answer = (q.G11 / (q.G11 + q.sigma2))**2",
        ),
        Wrong(
            "covariance",
            "This is the covariance of the two readings. Divide by what makes it a correlation.",
            code="answer = q.G11",
        ),
    ),
    right="Two readings of one person share b, so their covariance is G₁₁; each has the variance G₁₁ + σ².",
    notice="the time between the two readings does not come in. With a random intercept alone, every pair is "
    "equally alike.",
)
