"""03.1: two splits of sigma2 that give one V."""

import numpy as np

from lmmteach.check import Exercise, Wrong


def numbers(rng):
    G11, sigma2 = float(rng.integers(60, 180) * 10), float(rng.integers(20, 70) * 10)
    return {"V": np.full((3, 3), G11) + sigma2 * np.eye(3), "n": 3}


def sums(answer):
    return np.asarray(answer).sum(axis=1)


def add_up(answer, total):
    return bool(np.allclose(sums(answer), total, rtol=1e-4))


def sigma2(q):
    return q.V[0, 0] - q.V[0, 1]


def apart(answer):
    (a, _), (b, _) = answer
    return abs(a - b) > 1e-6 * sums(answer).max()


def right(q, answer):
    return np.min(answer) >= 0 and add_up(answer, sigma2(q)) and apart(answer)


EXERCISE = Exercise(
    id="03.1",
    title="Two splits, one V",
    text="""
`q.V` is the covariance matrix of three readings of one person. The visits were so far apart that nothing of the
fluctuation was left from one to the next. Behind $V$ stand three layers: people ($G_{11}$), fluctuation ($\\sigma_1^2$)
and measurement error ($\\sigma_2^2$).

Find **two different pairs** $(\\sigma_1^2, \\sigma_2^2)$ that both give exactly this $V$, with the same $G_{11}$.
Hand over `[(s1, s2), (t1, t2)]`.
""",
    numbers=numbers,
    starter="answer = [(..., ...), (..., ...)]",
    solution="s = q.V[0, 0] - q.V[0, 1]\nanswer = [(s, 0), (0.25 * s, 0.75 * s)]",
    hints=(
        "Begin with what the readings share. Which of the three layers stands off the diagonal here?",
        "A variance is the sum of all three layers. You know one of the three now.",
        "So you know the sum of σ₁² and σ₂². Nothing in V says more, so choose.",
    ),
    accepts=right,
    otherwise="At least one of the two pairs gives another V. Work out V from each pair, and compare it with `q.V`.",
    wrong=(
        Wrong(
            "G11-forgotten",
            "Your pairs add up to the whole variance of a reading. Then the people would not differ at all.",
            code="answer = [(q.V[0, 0], 0), (0.5 * q.V[0, 0], 0.5 * q.V[0, 0])]",
            when=lambda q, answer: add_up(answer, q.V[0, 0]),
        ),
        Wrong(
            "shared-part",
            "Your pairs add up to the covariance. That is what two readings share; the question asks for what they do "
            "not share.",
            code="answer = [(q.V[0, 1], 0), (0.5 * q.V[0, 1], 0.5 * q.V[0, 1])]",
            when=lambda q, answer: add_up(answer, q.V[0, 1]),
        ),
        Wrong(
            "one-pair-twice",
            "That is one pair, given twice. It gives the right V; now find another that does.",
            code="s = q.V[0, 0] - q.V[0, 1]\nanswer = [(0.5 * s, 0.5 * s), (0.5 * s, 0.5 * s)]",
            when=lambda q, answer: add_up(answer, sigma2(q)) and not apart(answer),
        ),
        Wrong(
            "negative",
            "The sums are right, but there is a variance below 0. No layer can take away variation.",
            code="s = q.V[0, 0] - q.V[0, 1]\nanswer = [(1.5 * s, -0.5 * s), (0.5 * s, 0.5 * s)]",
            when=lambda q, answer: add_up(answer, sigma2(q)) and apart(answer) and np.min(answer) < 0,
        ),
        Wrong(
            "sds",
            "The squares of your numbers add up as they should: these are standard deviations. The question asks for "
            "variances.",
            code="s = q.V[0, 0] - q.V[0, 1]\nanswer = [(s**0.5, 0), ((0.25 * s)**0.5, (0.75 * s)**0.5)]",
            when=lambda q, answer: add_up(np.square(answer), sigma2(q)),
        ),
        Wrong(
            "added-to-G11",
            "The second number of each pair looks like G₁₁. The pair holds the two layers *within* a person.",
            code="s = q.V[0, 0] - q.V[0, 1]\nanswer = [(s, q.V[0, 1]), (0.5 * s, q.V[0, 1])]",
            when=lambda q, answer: bool(np.allclose(np.asarray(answer)[:, 1], q.V[0, 1], rtol=1e-4)),
        ),
    ),
    right="Both pairs have the sum σ² = Var − Cov, and with visits far apart V knows nothing but this sum.",
    notice="every split of σ² would have passed. That is why the word for σ² cannot come from such data alone.",
)
