"""Ways to pool subjects, by rotations, by cross-products, by elimination: which is taken when; that they agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmmteach.covariance.independent import Independent
from lmmteach.design.build import Design, build
from lmmteach.fitting.objective import Objective
from lmmteach.likelihood import crossed, crossproducts, pooling

FORMULAS = {
    "intercept": "y ~ t*x + (1 | id)",
    "slope": "y ~ t + x + (1 + t | id)",
    "diagonal": "y ~ t + x + (1 + t || id)",
    "two terms": "y ~ t + x + (1 | id) + (0 + t | id)",
    "nested": "y ~ t + (1 | pair/id)",
    "within": "y ~ w + t + (1 + t | id)",
}


def study(subjects: int = 1_200, effects: float = 3.0, noise: float = 1.0, origin: float = 0.0) -> pd.DataFrame:
    """Four shared visits, one subject in four without the last."""
    rng = np.random.default_rng(4)
    i, t = np.repeat(np.arange(subjects), 4), np.tile([0.0, 1.0, 2.0, 5.0], subjects)
    b = effects * rng.normal(size=(subjects, 2)) * [1.0, 0.3]
    y = origin + t + b[i, 0] + b[i, 1] * t + noise * rng.normal(size=len(t))
    x, w = rng.normal(size=subjects)[i], rng.normal(size=len(t))
    frame = pd.DataFrame({"id": i, "pair": i // 2, "t": t, "x": x, "w": w, "y": y})
    return frame[(frame.t < 5) | (frame.pair % 4 > 0)].reset_index(drop=True)


def by_products(design: Design) -> bool:
    """Whether a design is pooled by cross-products."""
    scale = [np.eye(term.q) for term in design.terms]
    return crossproducts.products(design, scale) is not None


def designed(frame: pd.DataFrame, formula: str = FORMULAS["slope"]) -> Design:
    return build(formula, frame, None, None, Independent())


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("origin", [0.0, 1e6])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_both_ways_agree(name: str, origin: float, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    design = designed(study(origin=origin), FORMULAS[name])
    assert by_products(design)
    fast = Objective(pooling.pool(design), method)
    monkeypatch.setattr(pooling, "products", lambda design, scale: None)
    plain = Objective(pooling.pool(design), method)
    for seed in range(3):
        theta = np.random.default_rng(seed).normal(size=fast.size)
        (at, gradient), (other, slopes) = fast.evaluate(theta), plain.evaluate(theta)
        assert at is not None
        assert other is not None
        assert at.deviance == pytest.approx(other.deviance, rel=1e-9)
        assert at.sigma2 == pytest.approx(other.sigma2, rel=1e-9)
        assert gradient == pytest.approx(slopes, rel=1e-8, abs=1e-9 * np.abs(slopes).max())


@pytest.mark.parametrize(
    ("frame", "taken"),
    [
        pytest.param(study(), True, id="ordinary"),
        pytest.param(study(origin=1e9), True, id="far from 0"),  # X takes the origin out before anything is squared
        pytest.param(study(effects=30.0), True, id="large effects"),
        pytest.param(study(noise=1e-2), False, id="residual far below the random effects"),
        pytest.param(study(noise=1e-6), False, id="residual all but nothing"),
        pytest.param(study(subjects=1_000), False, id="few subjects"),
        pytest.param(study().assign(t=lambda d: d.t + np.linspace(0, 1e-3, len(d))), False, id="times of one's own"),
    ],
)
def test_which_way_is_taken(frame: pd.DataFrame, taken: bool) -> None:
    assert by_products(designed(frame)) == taken


def test_X_of_columns_all_but_alike_goes_by_rotations() -> None:
    frame = study()
    frame["near"] = frame.x + 1e-6 * frame.w
    assert not by_products(designed(frame, "y ~ t + x + near + (1 | id)"))


def test_a_residual_far_below_costs_no_digits() -> None:
    """y is random effects and 3e-5 of noise: sigma2 is found all the same."""
    from lmmteach.fitting.solution import maximise

    found = maximise(designed(study(noise=3e-5)), Independent(), "REML")
    assert found.optimum.converged
    assert found.sigma2 == pytest.approx(9e-10, rel=0.15)


CROSSED = ["y ~ t + (1 | a) + (1 | b)", "y ~ t + (1 + t | a) + (1 + t | b)", "y ~ t + (1 + t || b) + (1 | a) + (1 | c)"]


def ratings(noise: float = 1.0) -> pd.DataFrame:
    """Eighty people judged by six others, on twelve occasions, here and there."""
    rng = np.random.default_rng(3)
    levels = {"a": 80, "b": 6, "c": 5}
    frame = pd.DataFrame({name: rng.integers(0, count, 400) for name, count in levels.items()})
    effects = sum(rng.normal(size=count)[frame[name]] for name, count in levels.items())
    frame["t"] = rng.normal(size=400)
    return frame.assign(y=frame.t + effects + noise * rng.normal(size=400))


@pytest.mark.parametrize("formula", CROSSED)
@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("noise", [1.0, 1e-4])
def test_elimination_agrees_with_whole_blocks(
    formula: str, method: str, noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = designed(ratings(noise), formula)
    fast = Objective(pooling.pool(design), method)
    monkeypatch.setattr(pooling, "outer_term", lambda design: None)
    plain = Objective(pooling.pool(design), method)
    assert fast.pooled.inner is not None
    assert plain.pooled.inner is None
    for seed in range(3):
        theta = np.random.default_rng(seed).normal(size=fast.size) / noise
        (at, gradient), (other, slopes) = fast.evaluate(theta), plain.evaluate(theta)
        assert at is not None
        assert other is not None
        assert at.deviance == pytest.approx(other.deviance, rel=1e-9)
        assert at.cov_gamma == pytest.approx(other.cov_gamma, rel=1e-8, abs=1e-9 * np.abs(other.cov_gamma).max())
        assert gradient == pytest.approx(slopes, rel=1e-6, abs=1e-7 * np.abs(slopes).max())
        bend = plain.hessian(theta)
        assert fast.hessian(theta) == pytest.approx(bend, abs=1e-5 * np.abs(bend).max() + 1e-4)


def test_only_wide_blocks_are_eliminated() -> None:
    frame = ratings()
    assert crossed.outer_term(designed(frame, CROSSED[0])) == 0
    assert crossed.outer_term(designed(frame, CROSSED[2])) == 1
    assert crossed.outer_term(designed(frame[frame.a < 30], CROSSED[0])) is None  # small enough as it is
    assert crossed.outer_term(designed(frame, "y ~ t + (1 | a) + (0 + t | a)")) is None  # every a is a block
    assert crossed.outer_term(designed(frame.assign(b=frame.a // 2 + 7), CROSSED[0])) is None  # nested


@pytest.mark.parametrize("formula", CROSSED)
def test_effects_by_elimination_are_those_of_whole_blocks(formula: str) -> None:
    from dataclasses import replace

    from lmmteach.fitting.solution import maximise
    from lmmteach.prediction.blups import blups

    design = designed(ratings(), formula)
    found = maximise(design, Independent(), "REML")
    assert found.pooled.inner is not None
    fast = blups(design, found)
    plain = blups(design, replace(found, pooled=replace(found.pooled, inner=None)))
    for of_term in range(len(design.terms)):
        for one, other in zip(fast, plain, strict=True):
            assert one[of_term] == pytest.approx(other[of_term], rel=1e-7, abs=1e-9)
