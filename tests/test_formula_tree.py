"""A formula is read as a tree, as R binds its signs: a random term never takes a fixed one along, nor the reverse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmmteach
from lmmteach import DataError, FormulaError
from lmmteach.design.algebra import expand
from lmmteach.design.formula import read
from lmmteach.design.grammar import parse, spell

from .fuzz.verdict import cases


@pytest.fixture(scope="module")
def sleep():
    data = lmmteach.load_sleepstudy()
    return data.assign(g=np.where(data.index % 3 == 0, "a", "b"), t=data.days / 2)


@pytest.mark.parametrize("sign", [":", "*", "/", "^", "**"])
@pytest.mark.parametrize(
    "form",
    [
        "days + (1 | subject){}{}",
        "days + {1}{0}(1 | subject)",
        "days + t + (1 | subject){}{}",
        "(1 | subject){}{} + days",
        "days + (t + (1 | subject)){}{}",
    ],
)
def test_a_sign_beside_a_random_term_is_refused_naming_both_sides(sleep, sign, form):
    other = "2" if "^" in sign or "**" in sign else "g"
    if form.startswith("days + {1}") and other == "2":
        other = "t"
    with pytest.raises(FormulaError, match=re.escape("(1 | subject)")) as caught:
        lmmteach.lmm("reaction ~ " + form.format(sign, other), sleep)
    assert "'+'" in caught.value.what
    assert other in caught.value.what


@pytest.mark.parametrize("formula", ["days + -(1 | subject)", "days - (1 | subject)", "days - (t + (1 | subject))",
                                     "days * + (1 | subject)", "log((1 | subject)) + days", "days + (1 | subject) g",
                                     "days(1 | subject)", "f(days, (1 | subject))", "(1 | (1 | subject))",
                                     "((1 | subject) | g)", "days + (1 || g | subject)"])  # fmt: skip
def test_a_random_term_in_any_other_place_is_refused(sleep, formula):
    with pytest.raises(FormulaError, match="subject"):
        lmmteach.lmm("reaction ~ " + formula, sleep)


@pytest.mark.parametrize(
    "formula",
    [
        "days + ((1 | subject))",
        "(days + (1 | subject))",
        "((days) + ((1 | subject)))",
        "(1 | subject) + days",
        "(1 | (subject)) + days",
        "((1) | subject) + (days)",
        "1 + (days + (1 | subject)) + g - g",
    ],
)
def test_brackets_around_a_random_term_change_nothing(sleep, formula):
    plain = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep)
    assert lmmteach.lmm("reaction ~ " + formula, sleep).deviance == pytest.approx(plain.deviance, abs=1e-9)


@pytest.mark.parametrize(
    ("term", "remedy"),
    [
        ("us(1 + t | subject)", "Write (1 + t | subject)."),
        ("diag(1 + t | subject)", "Write (1 + t || subject)."),
        ("ar1(0 + t | subject)", "groups='subject', time='t', residual='ar1'"),
        ("cs(1 | subject)", "groups='subject', residual='cs'"),
        ("cs(0 + t | subject)", "residual='cs'"),
        ("toep(0 + t | subject)", "residual='toeplitz'"),
        ("ou(0 + t | subject)", "residual='exponential'"),
        ("hetar1(0 + t | subject)", "residual='arh1'"),
    ],
)
def test_structures_of_other_programs_point_to_ours(sleep, term, remedy):
    with pytest.raises(FormulaError, match=re.escape(remedy)):
        lmmteach.lmm(f"reaction ~ days + {term}", sleep)


@pytest.mark.parametrize(
    ("text", "terms"),
    [  # from R 4.2.2: attr(terms(y ~ ...), "term.labels")
        ("a*b:c", "a b:c a:b:c"),
        ("a/b:c", "a a:b:c"),
        ("a:b*c", "c a:b a:b:c"),
        ("a+b*c:d*e", "a b e c:d b:e b:c:d c:d:e b:c:d:e"),
        ("a:b^2", "a:b"),
        ("a + (b - a)", "a b"),
        ("a*b - a:b + c", "a b c"),
        ("(a + b)^2 - b", "a a:b"),
        ("a + (0 + b)", "a b"),
    ],
)
def test_signs_bind_as_in_R(text, terms):
    assert [":".join(factor.shown for factor in term) for term in expand(text) if term] == terms.split()


leaves = st.sampled_from(["a", "b", "x y", "`pi`", "2", "0.5", "log(a)", "I(a^2)", "pi"]).map(
    lambda one: f"`{one}`" if " " in one else one
)
texts = st.recursive(
    leaves,
    lambda part: (
        st.builds(
            lambda a, sign, b: f"({a}) {sign} ({b})",
            part,
            st.sampled_from(["+", "-", "*", "/", ":", "^", "|", "||"]),
            part,
        )
        | part.map(lambda one: f"-({one})")
    ),
    max_leaves=8,
)


@cases(10)
@given(texts)
def test_a_tree_is_spelled_so_that_it_is_read_again(text):
    tree = parse(text)
    assert spell(parse(spell(tree)), grouped=True) == spell(tree, grouped=True)


@cases(6)
@given(
    st.lists(st.sampled_from(["days", "t", "days*g", "t:g", "I(t^2)"]), max_size=3),
    st.lists(st.sampled_from(["(1 | subject)", "(0 + t | g)", "(1 + days || subject)"]), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_random_terms_anywhere_in_a_sum_leave_its_fixed_part_alone(fixed, bars, random):
    mixed = fixed + bars
    random.shuffle(mixed)
    shuffled = [one for one in mixed if one in fixed]
    made = read("y ~ " + " + ".join(f"({one})" if random.random() < 0.3 else one for one in mixed))
    assert expand(made.fixed) == expand(" + ".join(shuffled) or "1")
    assert sorted(
        f"({part.effects} {'|' if part.correlated else '||'} {part.label})" for part in made.random
    ) == sorted(bars)


@pytest.mark.parametrize("formula", ["w*log(w)", "(w*log(w))^2", "w:log(w):x", "I(w*1e200):I(x*1e200)"])
def test_a_product_that_is_no_number_is_named_without_a_foreign_warning(sleep, formula):
    data = sleep.assign(w=sleep.days * 1.0, x=sleep.days + 1.0)
    with pytest.raises(DataError, match=r"is not a finite number|reaches"):
        lmmteach.lmm(f"reaction ~ {formula} + (1 | subject)", data)


def test_random_formulas_have_the_terms_that_R_gives_them():
    """Those of R's that we refuse have a number as the side of a product: 1:b is nothing in R, and a slip here."""
    told = json.loads((Path(__file__).parent / "reference" / "terms.json").read_text(encoding="utf-8"))["terms"]
    refused = []
    for text, terms in told.items():
        try:
            ours = expand(text)
        except FormulaError as error:
            refused.append(str(error))
            continue
        assert [":".join(factor.shown for factor in term) or "1" for term in ours] == terms, text
    assert len(told) > 300
    assert all("cannot be a side of a product" in said for said in refused)
    assert len(refused) < 0.06 * len(told)
