"""A search knows when it has arrived: where G is singular, too, whatever the data, it ends soon and at the top.

The certificate is computed anew, from the slope in psi = G / sigma2 alone (Karush, Kuhn and Tucker's conditions):
with D = d(-2 log L) / d psi no move into the space of valid G leads down, and none within what G has leads anywhere.
"""

from __future__ import annotations

import numpy as np
import pytest

import lmmteach

from .singular import BARS, TRUTHS, VISITS, study

PROMISE = 1e-4  # units of -2 log L that a wall of the space of valid G may still promise
SOON = 60  # evaluations from one start: of 5,780 such fits the longest took 42 from one start, 122 from three


def certified(fit: lmmteach.Fit) -> bool:
    """Whether no direction in which G may go leads down from this fit."""
    optimum = fit.estimate.optimum
    for D, L, correlated in zip(optimum.at.d_psi, optimum.factors, fit.estimate.pooled.correlated, strict=True):
        into = np.linalg.eigvalsh(D)[0] if correlated else np.diag(D).min()
        along = D @ L if correlated else np.diag(D) * np.diag(L)
        if into < -PROMISE or np.abs(along).max() > PROMISE:
            return False
    return True


def searched(formula: str, people: int, truth: str, visits: str, seed: int, method: str) -> dict[str, object]:
    """What is wrong with the search of one fit; empty where it is as it should be."""
    data = study(people, truth, visits, seed)
    fit = lmmteach.lmm(formula, data, method=method)
    starts = 1 if len(data) >= 500 else 3
    spent = fit.estimate.optimum.objective.evaluations
    wrong: dict[str, object] = {} if fit.converged else {"converged": False}
    wrong |= {} if certified(fit) else {"slope": fit.estimate.optimum.at.d_psi}
    return wrong | ({} if spent <= starts * SOON else {"evaluations": spent})


@pytest.mark.parametrize("visits", VISITS)
@pytest.mark.parametrize("truth", TRUTHS)
def test_a_singular_fit_is_found_soon_and_certified(truth: str, visits: str) -> None:
    wrong = {}
    for bar, formula in BARS.items():
        for people, seeds in ((12, 2), (40, 2), (100, 1), (600, 1)):
            for seed in range(seeds):
                method = ("REML", "ML")[seed % 2]
                if found := searched(formula, people, truth, visits, seed, method):
                    wrong[bar, people, seed, method] = found
    assert wrong == {}


#: sixty rounds of 26 evaluations were spent on the first two; the third and the fourth stood still at a place that no
#: curvature of a lower triangular L could tell from an optimum, 0.014 and 6e-5 above it
STOOD_STILL = (
    (1000, "nobody differs", "own", 104, "covariate", "REML"),
    (1000, "nobody differs", "own", 104, "slope", "REML"),
    (100, "nobody differs", "shared", 2, "bent", "ML"),
    (300, "hardly anybody differs", "missed", 2, "bent", "REML"),
    (12, "as one", "shared", 0, "bent", "REML"),
)


@pytest.mark.parametrize("case", STOOD_STILL, ids=str)
def test_a_search_that_stood_still_arrives(case: tuple[int, str, str, int, str, str]) -> None:
    people, truth, visits, seed, bar, method = case
    assert searched(BARS[bar], people, truth, visits, seed, method) == {}


def test_the_certificate_can_be_refused() -> None:
    """A search that is stopped where G is 0, which is a saddle here, is not certified."""
    data = lmmteach.load_sleepstudy()
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
    assert certified(fit)
    optimum = fit.estimate.optimum
    at, _ = optimum.objective.evaluate(0 * optimum.theta)
    assert at is not None
    object.__setattr__(optimum, "at", at)
    object.__setattr__(optimum, "theta", 0 * optimum.theta)
    assert not certified(fit)


def test_turned_axes_are_the_same_model() -> None:
    """-2 log L, slope and curvature along G's own axes: by differences, and against the axes of Z."""
    data = study(40, "as one", "missed", 1)
    objective = lmmteach.lmm(BARS["nested"], data).estimate.optimum.objective
    theta = np.array([0.01, -0.9, 0.03, 0.4])  # the first pivot is small, and a later entry large
    own, place = objective.turned(theta)
    assert own is not objective
    assert own.turned(place)[0] is own
    value, slope = own(place)
    assert value == pytest.approx(objective(own.in_plain(place))[0], abs=1e-9)
    assert value == pytest.approx(objective(theta)[0], abs=1e-9)
    step = 1e-6 * np.eye(len(place))
    differences = [(own(place + one)[0] - own(place - one)[0]) / 2e-6 for one in step]
    np.testing.assert_allclose(slope, differences, atol=1e-4)
    bend = [(own(place + one)[1] - own(place - one)[1]) / 2e-6 for one in step]
    np.testing.assert_allclose(own.hessian(place), bend, atol=1e-4)
    plain, path = objective.turned(np.array([1.0, 0.2, 0.5, 0.4])), len(objective.path)
    assert plain[0] is objective
    assert objective.path[path - 1][0].shape == theta.shape
