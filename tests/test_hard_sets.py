"""A hundred small data sets that break one program or another: the best known optimum, on every one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from lmmteach import LmmWarning
from tests.reference.reading import hard_fit, hard_sets


@pytest.mark.parametrize("entry", hard_sets(), ids=lambda e: e["id"])
def test_best_known_optimum(entry):
    best = entry["best"]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        fit = hard_fit(entry)
    assert fit.loglik > best["logLik"] - 1e-4
    assert fit.converged
    assert fit.singular == best["singular"]
    assert fit.singular == ("Singular fit" in fit.message)
    if abs(fit.loglik - best["logLik"]) < 1e-4:  # a better optimum would have another beta
        se = np.array(best["se"])
        assert np.abs((fit.beta.to_numpy() - best["beta"]) / se).max() < 1e-2
    names = ["(Intercept)", "time", "x2", "group"]
    said = [str(w.message) for w in heard if issubclass(w.category, LmmWarning)]
    if entry["recipe"].startswith("r10"):  # rank-deficient X: dropped as lme4 does, and named
        kept = [names[column] for column in best["kept_X_columns"]]
        assert list(fit.beta.index) == kept
        assert any("'x2'" in text and "dropped" in text for text in said)
    assert not [w for w in heard if not issubclass(w.category, LmmWarning)]
