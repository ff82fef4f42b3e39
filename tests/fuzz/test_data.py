"""Any data frame: lmm fits it rightly, or says which column, row or term is in the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmmteach
from lmmteach.covariance.names import as_structure

from .frames import frames, written
from .verdict import assert_right, cases, judged

FORMULAS = [
    "{y} ~ {x} + (1 | {g})",
    "{y} ~ {x} + {z} + (1 | {g})",
    "{y} ~ {x}*{z} + (1 + {z} | {g})",
    "{y} ~ {z} + ({x} || {g})",
    "{y} ~ 1 + (1 | {g})",
    "{y} ~ {z} + (1 | {g}/{x})",
    "{y} ~ 0 + {x} + (1 | {g})",
    "{y} ~ factor({z}) + (1 | {g})",
    "log({y}) ~ I({x}^2) + (1 | {g})",
    "{y} ~ scale({x}) + poly({z}, 2) + (1 | {g})",
    "{y} ~ {x}:{z} + (0 + {x} | {g})",
]
FURTHER = [
    "no rows",
    "rows cannot estimate",
    "fits every row exactly",
    "No row is complete",
    "valid covariance",
    "no lower end",
]


@cases(12)
@given(frames(), st.sampled_from(FORMULAS), st.sampled_from(["REML", "ML"]), st.booleans())
def test_any_frame(made, template, method, reorder):
    frame, names = made
    formula = template.format(**{part: written(name) for part, name in names.items()})
    fit = judged(lambda: lmmteach.lmm(formula, frame, method=method), [*names.values(), *FURTHER])
    if fit is None:
        return
    assert_right(fit)
    if reorder:
        other = judged(lambda: lmmteach.lmm(formula, frame.iloc[::-1], method=method), [])
        assert abs(other.deviance - fit.deviance) < 1e-4 * max(1.0, abs(fit.deviance)) or not fit.converged


PATTERNS = [
    *lmmteach.covariance.NAMES,
    lmmteach.Exponential() + lmmteach.Independent(),
    lmmteach.AR1(by="x"),
    lmmteach.AR1() + lmmteach.CompoundSymmetry(),
    lmmteach.Diagonal("x"),
    lmmteach.Diagonal("nowhere"),
]


@cases(6)
@given(frames(), st.sampled_from(PATTERNS), st.sampled_from(["{z}", "{x}", None, "{g}", "other"]), st.booleans())
def test_any_residual_structure_and_time(made, residual, time, random):
    frame, names = made
    formula = "{y} ~ {z}" + (" + (1 | {g})" if random else "")
    formula = formula.format(**{part: written(name) for part, name in names.items()})
    options = {"residual": residual, "time": time and time.format(**names), "groups": None if random else names["g"]}
    structure = as_structure(residual)
    culprits = [*names.values(), *FURTHER, "other", "nowhere", type(structure).__name__, "residual structure", "by"]
    fit = judged(lambda: lmmteach.lmm(formula, frame, **options), culprits)
    if fit is not None:
        assert_right(fit)
        V = judged(lambda: fit.marginal_cov(subject=fit.design.subjects[0]), [])
        assert np.linalg.eigvalsh(V.to_numpy() / np.abs(V.to_numpy()).max()).min() > -1e-8


@cases(6)
@given(frames(), frames(), st.sampled_from(FORMULAS), st.sampled_from(["conditional", "marginal"]))
def test_predictions_for_any_new_data(made, other, template, level):
    names = dict(zip("yxzg", ["y", "x", "z", "g"], strict=True))
    formula = template.format(**{part: written(name) for part, name in names.items()})
    rng = np.random.default_rng(1)
    good = pd.DataFrame({"y": rng.gamma(9, size=24), "x": rng.normal(size=24), "z": np.tile([0, 1, 2, 4], 6)})
    good["g"] = np.repeat(list("abcdef"), 4)
    fit = judged(lambda: lmmteach.lmm(formula, good), ["'x'", "'g'", *FURTHER])
    if fit is None:
        return
    new = other[0]
    found = judged(lambda: fit.predict(new, level), [*names.values(), "no rows"])
    if found is not None:
        assert np.isfinite(found).all()
        assert set(found.index) <= set(new.index)


def test_found_by_fuzzing_a_likelihood_without_an_end():
    # Two subjects with all three visits: some direction of V is orthogonal to the residuals of both.
    rng = np.random.default_rng(4)
    groups = [1, 1, 1, 2, 2, 2, *np.repeat(range(3, 9), 2)]
    frame = pd.DataFrame({"g": groups, "y": rng.normal(size=18)})
    with pytest.raises(lmmteach.ModelError, match=r"no lower end with the residual structure Unstructured.*of g [12]"):
        lmmteach.lmm("y ~ 1", frame, groups="g", residual="unstructured")
