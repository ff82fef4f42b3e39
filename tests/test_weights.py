"""Weights, offset and other programs' arguments: refused with a way round, which gives lme4's own fit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach import ModelError
from lmmteach.arguments import ELSEWHERE

LME4 = json.loads((Path(__file__).parent / "reference" / "weights.json").read_text(encoding="utf-8"))
F = "reaction ~ days + (1 | subject)"


@pytest.fixture
def sleep():
    data = lmmteach.load_sleepstudy()
    return data.assign(w=1.0 + np.arange(1, 181) % 5)


def agrees(fit, told):
    np.testing.assert_allclose(fit.beta, told["beta"], rtol=1e-6)
    np.testing.assert_allclose(fit.se, told["se"], rtol=1e-5)
    assert np.sqrt(fit.sigma2) == pytest.approx(told["sigma"], rel=1e-6)
    assert np.sqrt(fit.G.iloc[0, 0]) == pytest.approx(told["sd"], rel=1e-6)
    assert fit.deviance - told["log weights"] == pytest.approx(told["deviance"], abs=1e-6)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_known_weights_written_into_the_formula_are_those_of_lme4(sleep, method):
    with pytest.raises(ModelError, match="weights= is not an argument") as caught:
        lmmteach.lmm(F, sleep, weights=sleep.w)
    told = re.search(r"formula: (.*) is the model", caught.value.fix)[1]
    made = told.replace("y*", "reaction*").replace("x*", "days*").replace("| g)", "| subject)")
    agrees(lmmteach.lmm(made, sleep, method=method), LME4[method])


def test_an_offset_taken_from_the_response_is_that_of_lme4(sleep):
    with pytest.raises(ModelError, match=r"offset= is not an argument.*y - z ~"):
        lmmteach.lmm(F, sleep, offset=3 * sleep.days**2)
    agrees(lmmteach.lmm("reaction - 3*days^2 ~ days + (1 | subject)", sleep), LME4["offset"])


@pytest.mark.parametrize("name", ELSEWHERE)
def test_an_argument_of_other_programs_is_answered(sleep, name):
    with pytest.raises(ModelError, match=f"^{name}= is not an argument of lmm") as caught:
        lmmteach.lmm(F, sleep, **{name: "anything"})
    assert caught.value.fix == ELSEWHERE[name]


def test_any_other_argument_names_those_there_are(sleep):
    with pytest.raises(ModelError, match="formula, data, method, groups, time, residual"):
        lmmteach.lmm(F, sleep, tiem="days")
