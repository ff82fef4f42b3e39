"""TeX as MathML: what the book writes is set as meant, and what cannot be set is said."""

from __future__ import annotations

import doctest
import re
import sys

import pytest

from lmmteach.publish.sources import find_book

pytest.importorskip("math_core", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))

import formulas
from formulas import FormulaError, Formulas, shown
from mathematics import has

MACROS = {"Goo": r"{\class{p-g11}{G_{11}}}", "sigsq": r"{\class{p-s2}{\sigma^2}}", "Var": r"{\operatorname{Var}}"}


@pytest.fixture(scope="module")
def set_formula() -> Formulas:
    return Formulas(MACROS)


def test_the_examples() -> None:
    assert doctest.testmod(formulas).failed == 0


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"\Goo", '<mrow class="p-g11"><msub><mi>G</mi><mn>11</mn></msub></mrow>'),
        (r"\class{p-x}{a}", '<mrow class="p-x"><mi>a</mi></mrow>'),
        (r"\mbox{so}", "<mtext>so</mtext>"),
        (r"\begin{split}a&=b\\&=c\end{split}", '<mtd class="at-end no-after"><mi>a</mi></mtd>'),
        ("a &= b", '<mtd class="at-start no-before"><mo>=</mo><mi>b</mi></mtd>'),
        ("a\n\nb", "<mtr>"),
        (r"\big(x\big)^2", "<msup><mrow><mo "),
        (r"\overline{ab}", '<mo stretchy="true">¯</mo>'),
        ("a < b", "<mo>&lt;</mo>"),
    ],
)
def test_what_the_converter_does_not_know_is_said_in_its_words(set_formula: Formulas, tex: str, part: str) -> None:
    assert part in set_formula(tex)


def test_a_matrix_is_not_taken_for_lines(set_formula: Formulas) -> None:
    made = set_formula(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}")
    assert made.count("<mtable") == 1
    assert made.count("<mtr>") == 2


def test_each_class_has_its_own_formulas_and_no_colour_is_left(set_formula: Formulas) -> None:
    made = set_formula(r"\Goo + \sigsq + \class{p-a}{x} + \class{p-b}{y} + \Goo")
    assert re.findall(r'class="([^"]*)"', made) == ["p-g11", "p-s2", "p-a", "p-b", "p-g11"]
    assert "color" not in made


@pytest.mark.parametrize(
    "tex", [r"\foo", "{a", r"\left( a", r"\textcolor{red}{x}", r"\color{blue}x", r"\begin{odd}\end{odd}"]
)
def test_what_cannot_be_set_is_refused(set_formula: Formulas, tex: str) -> None:
    with pytest.raises(FormulaError, match=r"\w"):
        set_formula(tex)


def test_it_is_copied_as_tex_that_others_know(set_formula: Formulas) -> None:
    assert 'data-tex="\\operatorname{Var}(Y) &lt; {G_{11}} + 1"' in set_formula(r"\Var(Y) < \Goo + 1").replace(
        "{\\operatorname{Var}}", "\\operatorname{Var}"
    )
    assert 'display="block"' in set_formula("x", True)


def test_the_font_has_a_course_in_statistics() -> None:
    assert set("GRVZXYbeij0123456789()[]βσγθρφΣΛ′⊤∑√≤≥≈∼±·×|{}") <= has()
    every = Formulas({})(
        r"\hat\beta \bar y \widehat{ab} \sqrt{x} \mathbf{R} \boldsymbol\Sigma \mathcal{N} \mathbb{R} h"
    )
    assert set(shown(every)) <= has()
    assert "√" in set(shown(every))
