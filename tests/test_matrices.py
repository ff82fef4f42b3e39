"""The columns that a formula makes: what is put together here is what the formula library makes of the same terms."""

from __future__ import annotations

import re

import formulaic
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmteach.design.algebra import expand
from lmmteach.design.matrices import again, matrix

from .fuzz.verdict import cases

NUMBERS = ["x", "w", "z"]
FACTORS = ["f", "h"]
FUNCTIONS = ["log(x)", "I(w^2)", "poly(x, 2)", "scale(z)", "center(w)", "I(x/w)"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    made = pd.DataFrame({"x": rng.gamma(4, size=40), "w": rng.gamma(9, size=40), "z": rng.normal(size=40)})
    for name, levels in (("f", list("abc")), ("h", ["lo", "hi"])):
        made[name] = pd.Categorical(rng.choice(levels, 40), categories=levels)
    return made


def by_library(formula: str, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """The formula library's own columns, under R's names, those of an interaction in alphabetical order."""
    made = formulaic.model_matrix(re.sub(r"\^", "**", formula), frame)
    return {in_order(spelled(str(name))): made[name].to_numpy(dtype=float) for name in made.columns}


def spelled(name: str) -> str:
    name = re.sub(r"\[T\.(\w+)\]", r"\1", name).replace("Intercept", "(Intercept)")
    name = re.sub(r"(poly\([^)]*\))\[(\d)\]", r"\1\2", name)
    return (
        re.sub(r"(\w)\[(\w+)\]", r"\1\2", name).replace("w ** 2", "w^2").replace("w**2", "w^2").replace("x / w", "x/w")
    )


def in_order(name: str) -> str:
    return ":".join(sorted(name.split(":")))


def compared(formula: str, frame: pd.DataFrame) -> None:
    made, expected = matrix(formula, frame), by_library(formula, frame)
    assert sorted(map(in_order, made.names)) == sorted(expected)
    for column, name in zip(made.values.T, made.names, strict=True):
        np.testing.assert_allclose(column, expected[in_order(name)], rtol=1e-14, atol=1e-300)
    np.testing.assert_array_equal(again(made.spec, frame), made.values)
    some = frame.iloc[[30, 2, 17]].reset_index(drop=True)  # with the centres and scales of all rows
    np.testing.assert_allclose(again(made.spec, some), made.values[[30, 2, 17]], rtol=1e-12, atol=1e-12)


products = st.lists(st.sampled_from(NUMBERS + FUNCTIONS), min_size=1, max_size=3, unique=True).map(":".join)


@cases(8)
@given(st.lists(products, min_size=1, max_size=5, unique=True), st.sampled_from(["", "0 + ", "1 + "]))
def test_columns_of_numbers_are_those_of_the_formula_library(frame, terms, head):
    compared(head + " + ".join(terms), frame)


@cases(8)
@given(
    st.lists(
        st.lists(st.sampled_from(NUMBERS + FACTORS + FUNCTIONS), min_size=1, max_size=3, unique=True).map("*".join),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["", "0 + "]),
)
def test_factors_below_their_interactions_are_coded_as_by_the_formula_library(frame, terms, head):
    formula = head + " + ".join(terms)
    if head and not any(len(term) == 1 and term[0].shown in FACTORS for term in expand(formula)):
        formula = "1 + " + formula.removeprefix(head)  # without intercept the two agree where a factor stands alone
    compared(formula, frame)
