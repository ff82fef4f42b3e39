"""A fit stays what it is: what is handed out can be changed by nobody, or is a copy."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import lmmteach


@pytest.fixture(scope="module")
def fit():
    sleep = lmmteach.load_sleepstudy()
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep[sleep.days < 4], residual="diagonal")


@pytest.fixture(scope="module")
def unstructured():
    sleep = lmmteach.load_sleepstudy()
    return lmmteach.lmm(
        "reaction ~ days", sleep[sleep.days < 4], groups="subject", time="days", residual="unstructured"
    )


def state(fit):
    """Everything that a change could reach."""
    return str(fit), fit.message, fit.path.to_numpy().tolist(), fit.marginal_cov().to_numpy().tolist()


def test_changing_what_a_fit_hands_out_changes_no_fit(fit, unstructured):
    before = state(fit), state(unstructured)
    beta, se, cov_beta, G, path = fit.beta, fit.se, fit.cov_beta, fit.G, fit.path
    beta["days"] = se["days"] = 99.0
    cov_beta.loc["days", "days"] = G.loc["days", "days"] = 99.0
    path.loc[:, "deviance"] = 0.0
    fit.notes.append("Nothing can be trusted.")
    fit.residual.sd_ratio[2] = 7.0
    unstructured.residual.rho[0, 1] = 0.3
    unstructured.residual.sd_ratio.clear()
    assert (state(fit), state(unstructured)) == before


COPIES = {
    "itself": lambda fit: fit,
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "pickled": lambda fit: pickle.loads(pickle.dumps(fit)),
}


@pytest.mark.parametrize("how", COPIES)
def test_the_arrays_that_answers_are_computed_from_are_read_only_also_in_copies(fit, unstructured, how):
    one, other = COPIES[how](fit), COPIES[how](unstructured)
    arrays = [one.estimate.beta, one.estimate.cov_beta, *one.estimate.G, one.design.y, one.design.X]
    for array in [*arrays, one.design.terms[0].Z, other.estimate.residual.rho]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 99.0
    assert state(one) == state(fit)
    np.testing.assert_array_equal(one.predict(one.design.frame), fit.fitted())
    assert one.refit(one.simulate(seed=1)[0]).deviance == fit.refit(fit.simulate(seed=1)[0]).deviance
