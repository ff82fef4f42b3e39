"""The first volume, to be read in one sitting, and the second, which is fast, give the same fit."""

from __future__ import annotations

import ast

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.errors import LmmError
from lmmteach.fitting import fit_plainly
from tests.test_house import PACKAGE

CHAPTERS = ("covariance/marginal.py", "likelihood/readable.py", "fitting/readable.py")
LONGEST = 450  # lines with docstrings: one sitting


def assert_alike(fit: lmmteach.Fit) -> None:
    design = fit.design
    plain = fit_plainly(design.y, design.X, design.Z, design.codes, fit.method)
    assert plain.deviance == pytest.approx(fit.deviance, abs=1e-8)
    assert plain.beta == pytest.approx(fit.beta.to_numpy(), rel=1e-6)
    assert plain.se == pytest.approx(fit.se.to_numpy(), rel=1e-6)
    assert plain.sigma2 == pytest.approx(fit.sigma2, rel=1e-6)
    size = np.sqrt(np.diag(fit.G))
    assert plain.G / np.outer(size, size) == pytest.approx(fit.G.to_numpy() / np.outer(size, size), abs=1e-6)


def test_the_first_volume_is_read_in_one_sitting() -> None:
    texts = [(PACKAGE / chapter).read_text(encoding="utf-8") for chapter in CHAPTERS]
    assert sum(len(text.splitlines()) for text in texts) < LONGEST
    # Nothing of the second volume is needed on the way.
    second = ("pooling", "evaluation", "blocks", "search", "objective", "solution", "solve", "design")
    for text in texts:
        modules = [node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
        assert not [module for module in modules if set(module.split(".")) & set(second)]


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("bar", ["(1 + days | subject)", "(1 | subject)", "(0 + days | subject)"])
def test_both_volumes_agree_on_the_sleep_study(bar: str, method: str) -> None:
    assert_alike(lmmteach.lmm(f"reaction ~ days + {bar}", lmmteach.load_sleepstudy(), method=method))


def test_both_volumes_agree_on_framingham(framingham: lmmteach.Fit) -> None:
    assert_alike(framingham)


def test_both_volumes_agree_on_unbalanced_data_with_three_random_effects() -> None:
    rng = np.random.default_rng(6)
    i, t = np.repeat(np.arange(60), 7), np.tile(np.arange(7.0), 60)
    b = rng.normal(size=(60, 3)) @ np.diag([2.0, 1.0, 0.3])
    y = 5 + t + b[i, 0] + b[i, 1] * t + b[i, 2] * t**2 + rng.normal(size=len(t))
    data = pd.DataFrame({"i": i, "t": t, "y": y})[rng.random(len(t)) > 0.2]
    fit = lmmteach.lmm("y ~ t + (1 + t + I(t^2) | i)", data)
    assert not fit.singular
    assert_alike(fit)


def test_rows_that_do_not_match_are_refused_with_their_shapes() -> None:
    with pytest.raises(LmmError, match=r"\(3,\), \(3, 2\), \(2, 1\), \(3,\)"):
        fit_plainly([1, 2, 3], np.ones((3, 2)), np.ones((2, 1)), [1, 1, 2])
    with pytest.raises(LmmError, match=r"x\[:, None\]"):
        fit_plainly([1, 2, 3], [1, 1, 1], np.ones((3, 1)), [1, 1, 2])
