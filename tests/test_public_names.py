"""Every public name explains itself: a docstring with a sentence, and an example that runs."""

from __future__ import annotations

import inspect

import pytest

import lmmteach

THINGS = [getattr(lmmteach, name) for name in lmmteach.__all__]
METHODS = [
    member for name, member in vars(lmmteach.Fit).items() if inspect.isfunction(member) and not name.startswith("_")
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda t: t.__name__)
def test_public_name_has_docstring_and_example(thing):
    doc = inspect.getdoc(thing)
    assert doc
    assert doc.split("\n")[0].rstrip().endswith((".", ":", ")"))
    if not (inspect.isclass(thing) and issubclass(thing, (Exception, Warning)) and thing is not lmmteach.LmmError):
        assert ">>>" in doc


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)
def test_method_of_fit_has_docstring_and_example(method):
    doc = inspect.getdoc(method)
    assert doc
    assert ">>>" in doc


def test_the_contract_of_names():
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    attributes = "beta se cov_beta G sigma2 residual loglik deviance aic bic n_obs n_subjects method converged"
    for name in (attributes + " singular message path").split():
        assert getattr(fit, name) is not None
    calls = "summary coef_table random_effects fitted predict residuals marginal_cov marginal_corr simulate refit"
    for name in (calls + " bootstrap confint explore").split():
        assert callable(getattr(fit, name))
    with pytest.raises(AttributeError):
        fit.beta = 1
