"""11.2: whose slope is shrunk most?"""

import numpy as np

from lmmteach.check import Exercise, Wrong

KEPT = (
    "def kept(times):\n"
    "    Z = np.column_stack([np.ones(len(times)), times])\n"
    "    V = Z @ q.G @ Z.T + q.sigma2 * np.eye(len(times))\n"
    "    return (q.G @ Z.T @ np.linalg.solve(V, Z @ q.G))[1, 1] / q.G[1, 1]\n"
)
PEOPLE = ("Ada", "Bea", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana")


def numbers(rng):
    g11, g22 = float(rng.integers(80, 150) * 10), float(rng.integers(3, 9))
    last = float(rng.choice([8, 10]))
    patterns = [[0.0], [0.0, 1.0, 2.0], [0.0, last], [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]]
    names = rng.choice(PEOPLE, 4, replace=False)
    order = rng.permutation(4)
    return {
        "visits": {str(names[k]): patterns[k] for k in order},
        "G": np.array([[g11, 10.0], [10.0, g22]]),
        "sigma2": float(rng.integers(30, 60) * 10),
    }


def by_count(q):
    return sorted(q.visits, key=lambda who: len(q.visits[who]))


def by_span(q):
    """By the last visit alone: the two who were seen last at year 10 or 8 change places."""
    ranked = sorted(q.visits, key=lambda who: (max(q.visits[who]), len(q.visits[who])))
    return [*ranked[:2], ranked[3], ranked[2]]


EXERCISE = Exercise(
    id="11.2",
    title="Whose slope is shrunk most?",
    text="""
`q.visits` says at which years each of four people was seen. The model has `q.G` and `q.sigma2`. For whom does the
predicted slope $\\hat b_1$ keep the smallest share of the variance of slopes, $\\mathrm{Var}(\\hat b_1)/G_{22}$? Hand
over the four names as a list, **from the most shrunk to the least**.

Guess first. Then compute.
""",
    numbers=numbers,
    choices=PEOPLE,
    starter='answer = ["...", "...", "...", "..."]',
    solution=KEPT + "answer = sorted(q.visits, key=lambda who: kept(q.visits[who]))",
    hints=(
        "The readings themselves are not even given. So what can the weight depend on?",
        "A slope is known well if the times are far from each other. How many there are is only half of it.",
        "Var(b̂) = G Zʹ V⁻¹ Z G. Work out its lower right entry for each of the four, and divide by G₂₂.",
    ),
    wrong=(
        Wrong(
            "by-count",
            "You ranked by the number of readings. For a slope it matters more how far apart they are.",
            answer=by_count,
        ),
        Wrong(
            "reversed",
            "This is the order the other way round: the question asks for the most shrunk first.",
            code=KEPT + "answer = sorted(q.visits, key=lambda who: -kept(q.visits[who]))",
        ),
        Wrong(
            "span-alone",
            "You ranked by the time of the last visit. The visits in between count, too.",
            answer=by_span,
        ),
    ),
    right="One reading says next to nothing of a slope, three early ones little, two far apart much, and six the most.",
    notice="no reading was needed. Who is shrunk how much is decided by Z, G and σ², before anything is measured.",
)
