"""16.1: the standard error of a planned difference in slopes, with more people and with more visits."""

import numpy as np

from lmmteach.check import Exercise, Wrong


def numbers(rng):
    visits, years = int(rng.integers(4, 8)), float(rng.integers(6, 13))
    return {
        "G22": float(rng.integers(5, 31)),
        "sigma2": float(rng.integers(10, 61) * 10),
        "people": int(rng.integers(15, 61) * 2),
        "t": [round(x, 2) for x in np.linspace(0, years, visits).tolist()],
        "often": [round(x, 2) for x in np.linspace(0, years, 2 * visits).tolist()],
    }


CODE = """
def error(people, t):
    t = np.array(t)
    S = {S}
    return ({share} / people * ({inside})) ** 0.5


answer = {{
    "plan": error(q.people, q.t),
    "people": error(2 * q.people, q.t),
    "visits": error(q.people, q.often),
}}
""".strip()


def code(S="((t - t.mean()) ** 2).sum()", share="4", inside="q.G22 + q.sigma2 / S"):
    return CODE.format(S=S, share=share, inside=inside)


EXERCISE = Exercise(
    id="16.1",
    title="People or visits?",
    text="""
A study will compare the slopes of two groups, `q.people` people in all, half in each. Everyone will be seen at the
times `q.t`. From an earlier study: slopes vary between people with variance `q.G22`, and a reading has the residual
variance `q.sigma2`.

What is the **standard error** of the estimated difference of the two mean slopes, for this plan? What is it for twice
as many people? And what is it for `q.people` people at the times `q.often`, which are twice as many times in the same
years? Predict first: which of the last two is smaller? Hand over `{"plan": ..., "people": ..., "visits": ...}`.
""",
    numbers=numbers,
    starter='answer = {"plan": ..., "people": ..., "visits": ...}',
    solution=code(),
    hints=(
        "The slope of one person's own line has two variances: that people differ, and the noise of the line.",
        "The noise is `q.sigma2` divided by S, the sum of squared distances of the times from their mean.",
        "A group's mean slope has that variance divided by half of the people, and the difference of two has it twice.",
    ),
    wrong=(
        Wrong(
            "no-noise",
            "Your answer does not depend on σ². Each person's own slope is known only up to its noise, σ²/S.",
            code=code(inside="q.G22"),
        ),
        Wrong(
            "no-people",
            "Your answer does not depend on G₂₂: it treats a group as one person with many readings. People's "
            "slopes differ, and that is averaged over people only.",
            code=code(inside="q.sigma2 / S"),
        ),
        Wrong(
            "all-in-one",
            "You divided by all people, as if there were one group. There are two, of half of them each.",
            code=code(share="1"),
        ),
        Wrong(
            "all-in-both",
            "You divided by all people in each of the two groups. Each has only half of them.",
            code=code(share="2"),
        ),
        Wrong(
            "mean-square",
            "You took the mean squared distance of the times. S is their sum: more visits make it larger.",
            code=code(S="((t - t.mean()) ** 2).mean()"),
        ),
        Wrong(
            "from-zero",
            "You took the distances of the times from 0. What counts is how far they lie from their mean.",
            code=code(S="(t ** 2).sum()"),
        ),
        Wrong(
            "per-visit",
            "You divided σ² by the number of visits: that is the noise of a person's mean, not of the slope. For a "
            "slope it counts how far apart the visits lie.",
            code=code(S="len(t)"),
        ),
        Wrong(
            "readings",
            "You added σ² as it is. It is the noise of one reading; that of a slope is σ²/S.",
            code=code(inside="q.G22 + q.sigma2"),
        ),
    ),
    right="People divide both variances, visits only σ²/S. So twice the people always help at least as much.",
    notice="where σ²/S is small beside G₂₂, the first and the last are nearly the same.",
)
