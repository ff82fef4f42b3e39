"""The published Framingham fits, reproduced: on the real file every figure, on the stand-in its own promise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import lmmteach

FITS = json.loads((Path(__file__).parent / "reference" / "framingham_reference_fits.json").read_text())
FORMULAS = {
    "A0": "cholesterol ~ 1 + (1 | id)",
    "A1": "cholesterol ~ year + (1 | id)",
    "A2": "cholesterol ~ sex + age + year + (1 | id)",
    "A3": "cholesterol ~ sex + age + year + sex:year + age:year + (1 | id)",
    "B1": "cholesterol ~ year + (1 + year | id)",
    "B2": "cholesterol ~ sex + age + year + (1 + year | id)",
    "B3": "cholesterol ~ sex + age + year + sex:year + age:year + (1 + year | id)",
}
FLAGSHIP = "cholesterol ~ sex*year + age*year + (1 + year | id)"


@pytest.fixture(scope="module")
def coded():
    """The real data with sex as the published fits code it: 0 = male, 1 = female."""
    data = lmmteach.load_framingham(source="real")
    return data.assign(sex=(data.sex == "female").astype(float))


@pytest.mark.real_data
@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("model", list(FORMULAS))
def test_published_fit(coded, model, method):
    published = next(fit for name, fit in FITS.items() if name.startswith(f"{model} ") and name.endswith(f" {method}"))
    fit = lmmteach.lmm(FORMULAS[model], coded, method=method)
    se = np.array(published["se"])
    assert fit.loglik == pytest.approx(published["logLik"], abs=1e-6)
    assert np.abs((fit.beta.to_numpy() - published["beta"]) / se).max() < 1e-4
    assert np.abs(fit.se.to_numpy() / se - 1).max() < 1e-4
    assert np.abs(fit.G.to_numpy() / np.array(published["G"]) - 1).max() < 1e-3
    assert fit.sigma2 == pytest.approx(published["sigma2"], rel=1e-3)
    assert fit.converged
    assert not fit.singular
    assert fit.message == ""


@pytest.mark.real_data
def test_flagship_formula_is_model_B3(coded):
    long, short = lmmteach.lmm(FORMULAS["B3"], coded), lmmteach.lmm(FLAGSHIP, lmmteach.load_framingham(source="real"))
    assert short.deviance == pytest.approx(long.deviance, abs=1e-8)
    assert short.beta["sexmale"] == pytest.approx(-long.beta["sex"], rel=1e-8)
    assert (short.n_obs, short.n_subjects) == (1044, 200)


def test_stand_in_gives_the_real_estimates_back():
    published = lmmteach.framingham_fit("B3", "REML")
    fit = lmmteach.lmm(FLAGSHIP, lmmteach.load_framingham(source="standin"))
    assert list(fit.beta.index) == list(published.beta.index)
    assert (np.abs(fit.beta - published.beta) < 0.1 * published.se).all()
    assert np.abs(fit.G.to_numpy() / published.G.to_numpy() - 1).max() < 0.02
    assert fit.sigma2 == pytest.approx(published.sigma2, rel=0.02)
    assert "stand-in" in str(fit)


@pytest.mark.parametrize(("method", "deviance"), [("ML", 1751.939344), ("REML", 1743.628272)])
def test_sleepstudy(method, deviance):
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy(), method=method)
    assert fit.deviance == pytest.approx(deviance, abs=1e-6)
