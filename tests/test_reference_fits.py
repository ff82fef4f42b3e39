"""The fits of lme4, nlme and glmmTMB, refined to the optimum, against ours.

Tolerances are the collection's own (``suggested_tolerances`` in reference_fits.json).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.reference.reading import entries, fit_of

ENTRIES = entries()
_fits: dict[str, object] = {}


def fit(entry):
    """Fit once, look at many numbers."""
    if entry["id"] not in _fits:
        _fits[entry["id"]] = fit_of(entry)
    return _fits[entry["id"]]


def every(name):
    return pytest.mark.parametrize("entry", [e for e in ENTRIES if e["truth"].get(name)], ids=lambda e: e["id"])


@every("logLik")
def test_loglik_and_its_companions(entry):
    ours, truth = fit(entry), entry["truth"]
    tolerance = 1e-5 if entry["boundary"] else 1e-6
    assert ours.loglik == pytest.approx(truth["logLik"], abs=tolerance)
    assert ours.aic == pytest.approx(truth["AIC"], abs=4 * tolerance)
    assert ours.bic == pytest.approx(truth["BIC_N"], abs=4 * tolerance)
    assert ours.converged
    assert ours.singular == entry["boundary"]
    assert bool(ours.singular) == ("Singular fit" in ours.message)


@every("beta")
def test_beta_se_and_covariance(entry):
    ours, truth = fit(entry), entry["truth"]
    se = np.array(list(truth["se"].values()))
    assert list(ours.beta.index) == list(truth["beta"])
    assert np.abs((ours.beta.to_numpy() - list(truth["beta"].values())) / se).max() < 1e-4
    assert np.abs(ours.se.to_numpy() / se - 1).max() < 1e-4
    assert np.abs((ours.cov_beta.to_numpy() - truth["vcov_beta"]["values"]) / np.outer(se, se)).max() < 1e-4


@every("G")
def test_G(entry):
    ours, truth = fit(entry), entry["truth"]
    G = np.array(truth["G"]["values"])
    scale = np.sqrt(np.diag(G))
    # Where a variance is estimated as 0 the scale of comparison is the residual's.
    scale = np.maximum(scale, 1e-3 * np.sqrt(truth["sigma2"]))
    assert list(ours.G.index) == truth["G"]["names"]
    assert (np.abs(ours.G.to_numpy() - G) <= 1e-3 * np.outer(scale, scale)).all()


@every("sigma2")
def test_residual_parameters(entry):
    ours, truth = fit(entry), entry["truth"]
    expected, residual = truth["resid_params"] or {}, ours.residual
    first = 1.0
    if "sd_ratio" in expected:  # variances relative to one level; which is first differs between programs
        want = {str(k): v for k, v in expected["sd_ratio"].items()}
        got = {f"{k:g}" if isinstance(k, float) else str(k): v for k, v in residual.sd_ratio.items()}
        if set(got) != set(want):  # the same levels under the visits' numbers
            got = dict(zip(want, residual.sd_ratio.values(), strict=True))
        first = got[next(k for k, v in want.items() if v == 1.0)]
        for level, ratio in want.items():
            assert got[level] / first == pytest.approx(ratio, rel=1e-3)
    assert residual.sigma2 * first**2 == pytest.approx(truth["sigma2"], rel=1e-4)
    correlation = residual.parts[0].rho if hasattr(residual, "parts") else residual.rho
    for name in ("phi", "rho", "phi_unit"):
        if name in expected:
            assert correlation == pytest.approx(expected[name], abs=1e-4)
    if "acf" in expected:
        assert correlation == pytest.approx(expected["acf"][1:], abs=1e-3)
    if "corr" in expected:
        assert np.asarray(correlation) == pytest.approx(np.array(expected["corr"]), abs=1e-3)
    if "var_serial" in expected:
        assert [part.sigma2 for part in residual.parts] == pytest.approx(
            [expected["var_serial"], expected["var_measurement"]], rel=1e-3
        )


@every("blup")
def test_random_effects_and_both_standard_errors(entry):
    ours, truth = fit(entry), entry["truth"]
    table = ours.random_effects(se=True)
    table.index = table.index.astype(str)
    q = len(ours.G)
    scale = np.maximum(np.sqrt(np.diag(ours.G)), 1e-3 * np.sqrt(ours.residual.sigma2))
    for subject in truth["blup"]:
        row = table.loc[subject].to_numpy()
        assert np.abs((row[:q] - truth["blup"][subject]) / scale).max() < 1e-3
        for number, kind in enumerate(("blup_se_given_beta", "blup_se_pev"), start=1):
            assert np.abs((row[number * q : (number + 1) * q] - truth[kind][subject]) / scale).max() < 1e-3
