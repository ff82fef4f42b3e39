"""02.2: the sigma2 that gives a target correlation."""

from lmmteach.check import Exercise, Wrong


def numbers(rng):
    return {"G11": float(rng.integers(60, 180) * 10), "target": float(rng.choice([0.55, 0.6, 0.65, 0.7, 0.75, 0.8]))}


EXERCISE = Exercise(
    id="02.2",
    title="Match a correlation",
    text="""
Leave $G_{11}$ = `q.G11` as it is. Which $\\sigma^2$ makes every two readings of one person correlate at `q.target`?
""",
    numbers=numbers,
    quantity="variance",
    starter="answer = ...",
    solution="answer = q.G11 * (1 - q.target) / q.target",
    hints=(
        "Raise σ² and every correlation falls. Does G₁₁ have to be larger or smaller than σ² here?",
        "Write down the correlation of two readings as a formula in G₁₁ and σ². Set it equal to the target.",
        "First ask for the variance of a reading, G₁₁ + σ²: the target says which share of it G₁₁ is.",
    ),
    wrong=(
        Wrong(
            "complement",
            "With this σ² the leftover, not the person, has the share you were given. You exchanged the two parts.",
            code="answer = q.G11 * q.target / (1 - q.target)",
        ),
        Wrong(
            "total",
            "This is the variance of a whole reading, G₁₁ + σ². The question asks for σ² alone.",
            code="answer = q.G11 / q.target",
        ),
        Wrong(
            "share-of-G11",
            "You took the rest as a share of G₁₁. It is a share of the variance of a reading, G₁₁ + σ².",
            code="answer = q.G11 * (1 - q.target)",
        ),
        Wrong(
            "target-of-G11",
            "You multiplied G₁₁ by the target. The target is a share of a reading's variance, G₁₁ + σ², not of G₁₁.",
            code="answer = q.G11 * q.target",
        ),
        Wrong(
            "r2",
            "You squared the target. The ICC is a correlation and a share of variance at once: it is not R².",
            code="answer = q.G11 * (1 - q.target**2) / q.target**2",
        ),
    ),
    right="G₁₁ is then just the target's share of the variance G₁₁ + σ² of a reading.",
    notice="only the ratio σ²/G₁₁ matters. Ten times both gives the same correlations, and a different V.",
)
