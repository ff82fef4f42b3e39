"""Any formula: valid ones are fitted, whatever their spelling; broken and hostile ones are refused by name."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmmteach
from lmmteach import FormulaError
from lmmteach.design.algebra import expand
from lmmteach.design.formula import read

from .verdict import assert_right, cases, judged

COLUMNS = ["y", "x", "w", "f", "blood pressure", "µg", "class", "g", "h"]
CALLS = [
    "log({})",
    "exp({})",
    "I({}^2)",
    "I({} - w/2)",
    "sqrt(abs({}))",
    "scale({})",
    "center({})",
    "poly({}, 2)",
    "factor({})",
    "C({})",
    "I(sin(pi*{}))",
    "log(log({}))",
    "I(2^{})",
    "factor(log({}))",
    "I({})",
    "I(1/{})",
]
SIGNS = [
    *list("+-*/^:()|~,`.#@%{}[]'\"=<>!&;\\\x00\n\t ~0123456789xyg"),
    "||",
    "**",
    ":=",
    "1e400",
    "−",
    "\xa0",
    "lambda",
    "if",
]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    made = pd.DataFrame({"x": rng.gamma(4, size=30), "w": np.tile([0.0, 1, 2, 4, 5], 6), "µg": rng.normal(size=30)})
    made["blood pressure"], made["class"] = rng.gamma(50, size=30), rng.integers(0, 3, 30)
    made["f"], made["g"] = rng.choice(["a", "b]", "c:d"], 30), np.repeat(list("pqrstu"), 5)
    made["h"], made["y"] = np.arange(30) % 3, rng.gamma(9, size=30) + np.repeat(rng.normal(size=6), 5)
    return made


def atoms() -> st.SearchStrategy[str]:
    plain = st.sampled_from(["x", "w", "f", "`blood pressure`", "µg", "class", "`x`"])
    return plain | st.builds(str.format, st.sampled_from(CALLS), plain)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from([" + ", "+", " - ", "*", ":", "/", " * "])
    return st.builds(lambda a, s, b: f"{a}{s}{b}", parts, signs, parts) | st.builds(
        lambda a, k: f"({a})^{k}", parts, st.integers(0, 3)
    )


algebra = st.recursive(atoms() | st.sampled_from(["1", "0"]), joined, max_leaves=4)
groupings = st.sampled_from(["g", "h", "g/h", "g:h", "`class`", "f/g", "x", "nowhere"])
bars = st.builds("({} {} {})".format, algebra | st.just("1"), st.sampled_from(["|", "|", "||"]), groupings)
valid = st.builds(
    lambda y, fixed, bar: f"{y} ~ {fixed} + {' + '.join(bar)}",
    st.sampled_from(["y", "log(y)", "y/10", "y - x", "`y`", "I(y^2)", "`blood pressure`"]),
    algebra,
    st.lists(bars, min_size=1, max_size=2),
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A valid formula with one to three signs put in, taken out or exchanged."""
    text = list(draw(valid))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(SIGNS), max_size=2))
    return "".join(text)


def culprits(formula: str) -> list[str]:
    """What a refusal may name: a piece of the formula, or a column."""
    pieces = [formula[k : k + 3] for k in range(len(formula) - 2)] or [formula]
    return [*COLUMNS, *pieces, "formula", "Formula", "rows cannot estimate", "fits every row exactly", "fixed effect"]


@cases(12)
@given(valid)
def test_a_valid_formula_is_fitted_or_refused_by_name(frame, formula):
    fit = judged(lambda: lmmteach.lmm(formula, frame), culprits(formula))
    if fit is not None:
        assert_right(fit)
        spaced = " ".join(formula.replace("^", "**").replace("(", " ( ").replace(")", " ) ").split())
        other = read(spaced)
        assert expand(other.fixed) == expand(read(formula).fixed)
        assert read(f"{other.response} ~ {other.fixed} + (1 | g)").fixed == other.fixed


@cases(15)
@given(broken())
def test_a_broken_formula_is_fitted_or_refused_by_name(frame, formula):
    fit = judged(lambda: lmmteach.lmm(formula, frame), culprits(formula))
    if fit is not None:
        assert_right(fit)


@cases(36)
@given(st.text(max_size=60) | st.lists(st.sampled_from([*SIGNS, *COLUMNS, "(1 | g)", "I("]), max_size=25).map("".join))
def test_any_text_is_read_or_refused(text):
    for given_text in (text, f"y ~ {text} + (1 | g)"):
        judged(lambda given_text=given_text: read(given_text), [*culprits(given_text), repr(given_text)])


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("y ~ (1 | g) x", "not joined by '+'"),
        ("y ~ x # + (1 | g)", "The sign '#'"),
        ("y ~ x*2 + (1 | g)", "'2' cannot be a side"),
        ("y ~ I(2) + (1 | g)", "holds no column"),
        ("y ~ log(x, y) + (1 | g)", "exactly one argument"),
        ("y ~ x^0 + (1 | g)", "The number 0"),
    ],
)
def test_found_by_fuzzing(text, culprit):
    with pytest.raises(FormulaError, match=re.escape(culprit)):
        read(text).names  # noqa: B018
