"""Factors are coded and named as R does it: R's own model.matrix, in tests/reference/contrasts.json."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import DataError, FormulaError
from lmmteach.design.algebra import arithmetic, expand
from lmmteach.design.contrasts import Coding
from lmmteach.design.matrices import again, matrix

FOUND = json.loads((Path(__file__).parent / "reference" / "contrasts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    made = pd.DataFrame(FOUND["data"])
    for name, levels in FOUND["levels"].items():
        made[name] = pd.Categorical(made[name], categories=levels, ordered=name == "o")
    return made


def spelled(name: str, ours: str) -> str:
    """R's column name with what we call the function in place of what R calls it."""
    asked = [factor.shown for term in expand(ours) for factor in term if factor.contrast or factor.reference]
    for call in dict.fromkeys(asked):
        column = arithmetic(call).columns[0][1]
        changed = rf'relevel\((factor\({column}, ordered = FALSE\)|{column}), ref = "\w+"\)'
        name = re.sub(rf"C\({column}, contr\.\w+\)|{changed}", lambda match, call=call: call, name)
    return name


@pytest.mark.parametrize("entry", FOUND["matrices"], ids=lambda entry: entry["formula"])
def test_columns_and_names_are_those_of_R(frame, entry):
    made = matrix(entry["formula"], frame)
    assert made.names == [spelled(name, entry["formula"]) for name in entry["names"]]
    np.testing.assert_allclose(made.values, np.array(entry["values"]), rtol=1e-11, atol=1e-13)
    np.testing.assert_array_equal(again(made.spec, frame.iloc[5:9]), made.values[5:9])


@pytest.mark.parametrize("levels", [2, 3, 4, 7, 20])
def test_contrasts_of_any_number_of_levels_are_orthonormal_or_add_up_to_nothing(levels):
    names = pd.Index(range(levels))
    poly = Coding(names, "poly").columns(whole=False)[0]
    np.testing.assert_allclose(poly.T @ poly, np.eye(levels - 1), atol=1e-13)
    scores = np.vander(np.arange(levels) - (levels - 1) / 2, 3, increasing=True)
    assert abs(poly[:, 2:].T @ scores[:, :2]).max(initial=0) < 1e-11  # no more than the linear one holds of a line
    assert (poly[-1] > 0).all()
    np.testing.assert_array_equal(Coding(names, "sum").columns(whole=False)[0].sum(axis=0), 0)


def test_one_model_however_its_factor_is_coded(frame):
    data = frame.assign(y=np.sin(np.arange(24.0)), g=np.arange(24) // 4)
    fits = [
        lmmteach.lmm(f"y ~ {one}*x + (1 | g)", data, method="ML")
        for one in (
            "f",
            "C(f, sum)",
            "C(f, poly)",
            'C(f, ref="b")',
            "C(f, treatment)",
            "C(f, contr.sum)",
            "C(f, ref='c')",
        )
    ]
    assert [fit.deviance for fit in fits] == pytest.approx([fits[0].deviance] * 7, abs=1e-7)
    new = data.iloc[[3, 9]]
    for fit in fits:
        assert fit.predict(new).to_numpy() == pytest.approx(fits[0].predict(new).to_numpy(), abs=1e-7)
    assert list(fits[3].beta.index[1:3]) == ['C(f, ref = "b")a', 'C(f, ref = "b")c']
    assert fits[3].beta.iloc[1] == pytest.approx(-fits[0].beta["fb"])
    means = fits[0].beta["(Intercept)"] + np.array([0, fits[0].beta["fb"], fits[0].beta["fc"]])
    assert fits[1].beta["(Intercept)"] == pytest.approx(means.mean())


def test_an_ordered_factor_has_polynomials_also_between_groups(frame):
    data = frame.assign(y=np.cos(np.arange(24.0) ** 2), g=np.tile(np.arange(6), 4))
    fit = lmmteach.lmm("y ~ o + (1 | g)", data)
    assert list(fit.beta.index) == ["(Intercept)", "o.L", "o.Q", "o.C", "o^4"]
    assert lmmteach.lmm("y ~ x + (0 + h | g)", data).G.shape == (2, 2)


def test_a_number_may_be_compared_with_one_of_its_values():
    sleep = lmmteach.load_sleepstudy()
    fit = lmmteach.lmm("reaction ~ C(days, ref=3) + (1 | subject)", sleep)
    plain = lmmteach.lmm("reaction ~ factor(days) + (1 | subject)", sleep)
    assert fit.beta["C(days, ref = 3)0"] == pytest.approx(-plain.beta["factor(days)3"])


@pytest.mark.parametrize(
    ("part", "culprit", "remedy"),
    [
        ('C(f, ref="z")', "'f' has no level 'z'", "Its levels are a, b, c"),
        ("C(f, helmert)", "contrasts helmert are not known", "C(f, sum)"),
        ("C(f, sum, poly)", "needs one column", "C(x, sum)"),
        ('C(f, sum, ref="a")', "belongs to treatment", 'C(f, ref="b")'),
        ("C(f, Treatment('b'))", "contrasts Treatment", 'C(f, ref="b")'),
        ("relevel(f, ref='b')", "relevel(...) is not known", 'C(f, ref="b")'),
        ('C(`f`, contr="x")', 'contrasts "x" are not known', "C(f, poly)"),
    ],
)
def test_contrasts_that_are_not_there(frame, part, culprit, remedy):
    data = frame.assign(y=np.sin(np.arange(24.0)), g=np.arange(24) // 4)
    for formula in (f"y ~ {part} + (1 | g)", f"y ~ x + (0 + {part} | g)"):
        with pytest.raises((FormulaError, DataError), match=re.escape(culprit)) as caught:
            lmmteach.lmm(formula, data)
        assert remedy in str(caught.value)
