"""One fit asked the same thing in two ways gives one answer: a hundred random models of every structure.

A model is the same in every run; another number makes another.  A failure begins with the number: ``model(number)``.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.explore import MARGINAL
from lmmteach.explore.payload import payload

from .contradictions.models import STRUCTURES, Model, model
from .contradictions.pairs import QUESTIONS, agree
from .explore.node import run_js
from .explore.test_fit_js import FITS, asked, hold_together, within_scope

NUMBERS = range(100)
FEWER = {"replicates": 3, "profiles": 9}  # each is many fits: every third, every ninth of the models
AT_THE_FIT = """
const { implied } = await module("maths/derive.js");
return given.map(({ data, G, sigma2, method }) => implied(data, G, sigma2, method).deviance);
"""


@pytest.fixture(scope="module")
def fits() -> list[tuple[int, Model, lmmteach.Fit]]:
    found = []
    for number in NUMBERS:
        one = model(number)
        try:
            found.append((number, one, one.fit()))
        except lmmteach.ModelError:  # a likelihood without lower end is refused
            continue
    assert len(found) >= 98
    assert {one.name for _, one, _ in found} == set(STRUCTURES)
    assert sum(fit.singular for *_, fit in found) >= 10
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_question_has_one_answer(question: str, fits: list[tuple[int, Model, lmmteach.Fit]]) -> None:
    wrong: list[tuple[Any, ...]] = []
    count = 0
    for number, one, fit in fits[:: FEWER.get(question, 1)]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lmmteach.LmmWarning)
            for what, here, there in QUESTIONS[question](one, fit):
                count += 1
                if not agree(here, there):
                    wrong.append((number, one.formula, what, here, there))
    assert wrong == []
    assert count >= 20


def test_the_page_gives_pythons_answers(fits: list[tuple[int, Model, lmmteach.Fit]], tmp_path: Path) -> None:
    """Its own fit of the same rows, and -2 log L at the fit as an explorer carries it."""
    shown = [(f"{number}: {one.formula}", fit) for number, one, fit in fits if within_scope(fit)]
    assert len(shown) >= 20
    names, own = zip(*shown, strict=True)
    hold_together(own, run_js(FITS, [asked(fit) for fit in own], tmp_path), names)
    carried = [payload(fit, MARGINAL) for fit in own]
    given = [{"data": data, "G": np.asarray(fit.G).tolist(), "sigma2": fit.sigma2, "method": fit.method}
             for fit, data in zip(own, carried, strict=True)]  # fmt: skip
    found = run_js(AT_THE_FIT, given, tmp_path)
    wrong = [
        (name, a, fit.deviance) for name, fit, a in zip(names, own, found, strict=True) if not agree(a, fit.deviance)
    ]
    assert wrong == []
