"""Long series whitened along time agree with V itself, and cost as their length does."""

from __future__ import annotations

import numpy as np
import pytest

import lmmteach
from lmmteach import AR1, Exponential
from lmmteach.covariance.differences import central
from lmmteach.covariance.names import as_structure
from lmmteach.covariance.structure import Structure
from lmmteach.design.build import build
from lmmteach.fitting.objective import Objective
from lmmteach.likelihood import pooling
from lmmteach.likelihood.pooling import pool
from tests.benchmarks.heavy_models import series

FORMULAS = ["y ~ t", "y ~ t + (1 | id)", "y ~ t + (1 + t | id)"]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("missing", [0.0, 0.2])  # without gaps all subjects are one pattern
@pytest.mark.parametrize("residual", [Exponential(), AR1(), AR1(spacing="time")], ids=["exp", "ar1", "by time"])
def test_along_time_agrees_with_V(
    residual: Structure, formula: str, method: str, missing: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    structure = as_structure(residual)
    design = build(formula, series(4, 90, missing), "id", "t", structure)
    fast = Objective(pool(design, structure), method)
    assert fast.pooled.first_order
    monkeypatch.setattr(pooling, "LONG", 10_000)
    plain = Objective(pool(design, structure), method)
    assert not plain.pooled.first_order
    for seed in range(3):
        theta = np.random.default_rng(seed).normal(size=fast.size)
        monkeypatch.setattr(pooling, "LONG", 60)
        at, gradient = fast.evaluate(theta)
        bend = central(lambda place: fast.evaluate(place)[1], theta)
        monkeypatch.setattr(pooling, "LONG", 10_000)
        other, slopes = plain.evaluate(theta)
        assert at is not None
        assert other is not None
        assert at.deviance == pytest.approx(other.deviance, rel=1e-9)
        assert at.cov_gamma == pytest.approx(other.cov_gamma, rel=1e-8)
        assert gradient == pytest.approx(slopes, rel=1e-7, abs=1e-8 * np.abs(slopes).max())
        assert bend == pytest.approx(plain.hessian(theta), rel=1e-4, abs=1e-5 * np.abs(bend).max())


def test_a_residual_well_below_the_random_effects_costs_no_digits() -> None:
    data = series(3, 200)
    data["y"] = 1e-2 * data.y + 10.0 * data.id
    fit = lmmteach.lmm("y ~ t + (1 | id)", data, time="t", residual="exponential")
    assert fit.deviance_at() == pytest.approx(fit.deviance, rel=1e-9)
    alone = lmmteach.lmm("y ~ t + factor(id)", data, groups="id", time="t", residual="exponential")
    assert fit.residual.rho == pytest.approx(alone.residual.rho, abs=1e-4)


def test_what_is_asked_later_stands_on_V_as_ever() -> None:
    fit = lmmteach.lmm("y ~ t + (1 | id)", series(4, 80), time="t", residual="exponential")
    assert fit.deviance_at() == pytest.approx(fit.deviance, rel=1e-9)
    assert np.isfinite(fit.coef_table().to_numpy(dtype=float)).all()
    assert np.isfinite(fit.residuals("marginal", "normalized")).all()
    assert fit.profile("sigma2") is not None
