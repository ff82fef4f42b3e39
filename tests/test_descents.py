"""Of several searches one walks a valley: the others join it, and what is found is what all would have found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.fitting.descents import Descents

SEVERAL = {
    "exponential": lmmteach.Exponential(),
    "exponential and error": lmmteach.Exponential() + lmmteach.Independent(),
    "AR(1) and error": lmmteach.AR1() + lmmteach.Independent(),
    "Toeplitz": lmmteach.Toeplitz(),
    "independent": lmmteach.Independent(),
}
BARS = ("(1 | id)", "(1 + t | id)")


def study(people: int, seed: int) -> pd.DataFrame:
    """Whatever the seed says of G and R: people who hardly differ, errors that hardly fade, visits missed."""
    rng = np.random.default_rng(seed)
    visits = np.tile(np.arange(5.0), (people, 1))
    rho, size = rng.choice([0.2, 0.6, 0.97]), rng.choice([0.2, 2.0])
    fades = np.linalg.cholesky(size * rho ** np.abs(np.subtract.outer(visits[0], visits[0])) + 0.5 * np.eye(5))
    b = rng.normal(size=(people, 2)) * rng.choice([0.0, 0.3, 2.0], size=2)
    y = 5 + 0.4 * visits + b[:, :1] + b[:, 1:] * visits + rng.normal(size=(people, 5)) @ fades.T
    long = pd.DataFrame({"id": np.repeat(range(people), 5), "t": visits.ravel(), "y": y.ravel()})
    return long[rng.random(len(long)) > 0.1]


def fitted(data: pd.DataFrame, bar: str, structure: str, method: str) -> tuple[float, bool, int]:
    fit = lmmteach.lmm(f"y ~ t + {bar}", data, time="t", residual=SEVERAL[structure], method=method)
    return fit.deviance, fit.converged, fit.estimate.optimum.objective.evaluations


@pytest.mark.parametrize("structure", SEVERAL)
def test_whoever_joins_a_known_way_would_have_found_its_end(structure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        (study(people, seed), bar, structure, ("REML", "ML")[seed % 2])
        for people, seed in ((10, 0), (10, 1), (40, 2))
        for bar in BARS
    ]
    joined = [fitted(*one) for one in asked]
    monkeypatch.setattr(Descents, "lead_on", lambda *_: False)
    alone = [fitted(*one) for one in asked]
    for one, other in zip(joined, alone, strict=True):
        assert one[0] == pytest.approx(other[0], abs=1e-7)
        assert one[1] == other[1]
    assert sum(one[2] for one in joined) < 0.95 * sum(one[2] for one in alone)


def test_a_valley_is_walked_once() -> None:
    """Lesson 3's fit has twelve starts; to walk each to its end takes 2,652 evaluations on the stand-in."""
    data = lmmteach.load_framingham(source="standin")
    fit = lmmteach.lmm(
        "cholesterol ~ sex*year + age*year + (1 | id)", data, time="year", residual=SEVERAL["exponential and error"]
    )
    assert fit.converged
    assert fit.estimate.optimum.objective.evaluations < 600


def test_no_way_leads_over_a_hill_or_from_far_off() -> None:
    data = study(40, 0)
    fit = lmmteach.lmm("y ~ t + (1 + t | id)", data, time="t")
    optimum = fit.estimate.optimum
    known = Descents()
    near = optimum.theta + 0.05
    value = optimum.objective.evaluate(near)[0].deviance
    assert not known.lead_on(optimum.objective, near, value), "nothing is known yet"
    known.add(optimum.objective, [*optimum.path, (optimum.theta, optimum.at.deviance)])
    assert known.lead_on(optimum.objective, near, value)
    assert known.lead_on(optimum.objective, near * np.where(np.arange(len(near)) < 2, -1, 1), value), (
        "L, column by column"
    )
    assert not known.lead_on(optimum.objective, near, optimum.at.deviance), "as low already"
    assert not known.lead_on(optimum.objective, near, value + 10), "far up"
    assert not known.lead_on(optimum.objective, near, value - 0.9 * (value - optimum.at.deviance)), "uphill first"
    far = optimum.theta + 3
    assert not known.lead_on(optimum.objective, far, value), "far off"
