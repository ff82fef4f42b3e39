"""Heavy models: how often the likelihood is asked, counted; what is said before a long fit; what is refused.

Seconds depend on the machine; ``tests/benchmarks/heavy_models.py`` takes them, beside the established programs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import Exponential, Independent
from lmmteach.errors import ModelError
from lmmteach.fitting import cost
from tests.benchmarks.heavy_models import crossed, levels, series

CROSSED = "y ~ x + (1 | a) + (1 | b)"

#: formula, data, groups and time, residual, and the most evaluations its search may take
MODELS = {
    "unstructured": ("y ~ t", series(60, 12), "id", "unstructured", 60),
    "Toeplitz": ("y ~ t", series(30, 20), "id", "toeplitz", 50),
    "exponential": ("y ~ t", series(3, 150), "id", "exponential", 150),
    "two processes": ("y ~ t", series(3, 100), "id", Exponential() + Independent(), 120),
    "many levels": ("y ~ 1 + (0 + f || id)", levels(30, 60), None, "independent", 30),
    "crossed": (CROSSED, crossed(300, 20, 1500), None, "independent", 60),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore:.*makes the whole G diagonal")
def test_a_search_asks_seldom(name: str) -> None:
    formula, data, groups, residual, most = MODELS[name]
    timed = {"time": "t"} if groups else {}
    fit = lmmteach.lmm(formula, data, groups=groups, residual=residual, **timed)
    assert fit.converged
    assert 3 < fit.estimate.optimum.objective.evaluations <= most
    assert fit.deviance_at() == pytest.approx(fit.deviance, rel=1e-9)


def test_an_ordinary_fit_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    lmmteach.lmm("y ~ t", series(20, 5), groups="id", time="t", residual="unstructured")
    assert capsys.readouterr() == ("", "")


def test_a_long_fit_says_so_first(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "LONG", 0.0)
    lmmteach.lmm("y ~ t", series(20, 5), groups="id", time="t", residual="unstructured")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("This fit will take about 0 s: matrices of 5 x 5 and 14 parameters of Unstructured. Ctrl-C")


def test_a_fit_without_human_end_is_refused_with_a_remedy_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    data = series(20, 12)

    def fit(residual: str) -> lmmteach.Fit:
        return lmmteach.lmm("y ~ t", data, groups="id", time="t", residual=residual)

    monkeypatch.setattr(cost, "ENDLESS", 5e-3)
    with pytest.raises(ModelError, match=r"would take about .* and 77 parameters of Unstructured.*residual='ar1'"):
        fit("unstructured")
    assert fit("ar1").converged


def test_ctrl_c_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from lmmteach.fitting.objective import Objective

    monkeypatch.setattr(cost, "LONG", 0.0)
    asked = Objective.at_psi

    def interrupted(self: Objective, *given: object) -> object:
        if self.evaluations == 3:
            raise KeyboardInterrupt
        return asked(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Objective, "at_psi", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lmmteach.lmm("y ~ t", series(20, 5), groups="id", time="t", residual="toeplitz")
    assert "Ctrl-C stops it" in capsys.readouterr().err
    assert lmmteach.lmm("y ~ t", series(20, 5), groups="id", time="t", residual="toeplitz").converged


def test_a_heavy_model_is_searched_from_its_best_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = series(20, 6)
    everywhere = lmmteach.lmm("y ~ t + (1 | id)", data, time="t", residual="exponential")
    monkeypatch.setattr(cost, "LONG", 0.0)
    heavy = lmmteach.lmm("y ~ t + (1 | id)", data, time="t", residual="exponential")
    searched = [fit.estimate.optimum.objective.evaluations for fit in (heavy, everywhere)]
    assert searched[0] < searched[1]
    assert heavy.deviance == pytest.approx(everywhere.deviance, abs=1e-6)


@pytest.mark.parametrize(("residual", "least", "most"), [("cs", 6.0, 9.0), ("exponential", 1.8, 2.2)])
def test_cost_grows_as_matrices_do_or_along_time(residual: str, least: float, most: float) -> None:
    from lmmteach.covariance.names import as_structure
    from lmmteach.design.build import build
    from lmmteach.likelihood.pooling import pool

    def operations(visits: int) -> float:
        data, structure = series(3, visits), as_structure(residual)
        return cost.operations(pool(build("y ~ t", data, "id", "t", structure), structure))

    assert least < operations(160) / operations(80) < most  # visits cubed, or visits


def test_a_fit_can_be_kept() -> None:
    """The bar that watched the search is gone with it."""
    import pickle

    fit = lmmteach.lmm(CROSSED, crossed(60, 8, 300))
    assert pickle.loads(pickle.dumps(fit)).deviance == fit.deviance
    assert np.isfinite(fit.se).all()
    assert isinstance(fit.random_effects()["a"], pd.DataFrame)
