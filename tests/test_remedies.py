"""Every remedy that an error on formula or data offers is followed here, literally, on the data that raised it.

A new error whose remedy nobody follows fails the last test: it reads the source for them.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import lmmteach
from lmmteach import LmmError
from lmmteach.design import columns
from lmmteach.design.grammar import EXAMPLE

from .remedy_cases import CASES, ODD, SLEEP, Case, F, example, like

PACKAGE = Path(columns.__file__).parent
FILES = sorted(path.stem for path in PACKAGE.glob("[a-z]*.py"))
#: errors that no formula or data reach, since another one stands before them
UNREACHED = ("is too deep to be read", "cannot be computed", "Variances cannot differ by")


def sites() -> dict[tuple[str, int], tuple[int, str]]:
    """Where the source makes an error: the file and its first line, then its last line and what the error says."""
    found = {}
    for name in FILES:
        path = PACKAGE / f"{name}.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "FormulaError",
                "DataError",
                "ModelError",
            ):
                found[name, node.lineno] = (node.end_lineno, ast.unparse(node.args[0]))
    return found


@pytest.fixture
def made_at(monkeypatch):
    """Every place at which an error is made."""
    seen: list[tuple[str, int]] = []
    first = LmmError.__init__

    def noted(self: LmmError, *arguments: str, **named: str) -> None:
        frame = sys._getframe(1)
        seen.append((Path(frame.f_code.co_filename).stem, frame.f_lineno))
        first(self, *arguments, **named)

    monkeypatch.setattr(LmmError, "__init__", noted)
    return seen


def followed(case: Case) -> LmmError:
    """The error of a case; its remedy is followed, and must end in a fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        with pytest.raises(LmmError) as caught:
            lmmteach.lmm(case.formula, case.data, **(case.options or {}))
        assert caught.value.fix
        made, data, options = case.follow(caught.value.fix, case.data)
        fit = lmmteach.lmm(made, data, **options)
    assert np.isfinite(fit.deviance)
    assert fit.n_obs > 0.4 * len(data)  # a remedy that makes all values missing is none
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_that_is_followed_ends_in_a_fit(name):
    followed(CASES[name])


def test_new_rows_with_a_level_the_fit_has_not_seen():
    fit = lmmteach.lmm("reaction ~ f + (1 | subject)", ODD["f"])
    with pytest.raises(LmmError, match="Known levels: a, b, c") as caught:
        fit.predict(ODD["f"].assign(f="d"))
    days = lmmteach.lmm("reaction ~ factor(days) + (1 | subject)", SLEEP)
    with pytest.raises(LmmError, match="Known levels: 0, 1, 2"):
        days.predict(SLEEP.assign(days=SLEEP.days + 0.5))
    assert np.isfinite(days.predict(SLEEP.assign(days=2))).all()
    known = caught.value.fix.removeprefix("Known levels: ").rstrip(".").split(", ")
    assert np.isfinite(fit.predict(ODD["f"].assign(f=known[1]))).all()


def test_every_error_on_formula_or_data_has_its_remedy_followed(made_at):
    for case in CASES.values():
        followed(case)
    test_new_rows_with_a_level_the_fit_has_not_seen()
    places = sites()
    assert len(places) > 70, "the reader of errors finds nothing"
    missed = [
        f"{name}.py:{start}: {what}"
        for (name, start), (end, what) in places.items()
        if not any(name == file and start <= line <= end for file, line in made_at)
        and not any(words in what for words in UNREACHED)
    ]
    assert not missed, "\n".join(missed)


REMARKS = {
    "groups": ("reaction ~ days", SLEEP, {"groups": "subject"}, "reaction ~ days + (1 | subject)", "'+ (1 | subject)'"),
    "one level": ("reaction ~ days*f + (1 | subject)", like(f="a"), {}, F, "leave the factor out of the formula"),
    "constant": ("reaction ~ days + k + (1 | subject)", like(k=3.0), {}, F, "leave it out of the formula"),
    "in the bar": ("reaction ~ days + (1 + k | subject)", like(k=3.0), {}, F, "Leave them out of the bar"),
    "double bar": (
        "reaction ~ days + (1 + f + k || subject)", ODD["f"].assign(k=np.repeat([0, 1], 90)), {},
        "reaction ~ days + (1 | subject) + (0 + f | subject) + (0 + k | subject)",
        "(1 | subject) + (0 + f | subject) + (0 + k | subject)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REMARKS)
def test_a_remark_that_is_followed_is_not_made_again(name):
    formula, data, options, made, told = REMARKS[name]
    with pytest.warns(lmmteach.LmmWarning, match=re.escape(told)):
        lmmteach.lmm(formula, data, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lmmteach.lmm(made, data).warnings == ()


@pytest.mark.parametrize("typed", ["température", "tempe\u0301rature", "x\u0304"])
def test_a_name_is_known_in_any_of_its_unicode_forms(typed):
    from unicodedata import normalize

    for form in ("NFC", "NFD"):
        data = SLEEP.rename(columns={"days": normalize(form, typed)})
        fit = lmmteach.lmm(f"reaction ~ {typed} + (1 | subject)", data)
        assert fit.deviance == pytest.approx(lmmteach.lmm(F, SLEEP).deviance, abs=1e-9)
        assert np.isfinite(fit.predict(data)).all()


def test_the_example_of_the_hints_is_a_formula_that_fits():
    assert example(EXAMPLE, None)[0] == "reaction ~ days + (1 + days | subject)"
    assert Decimal(lmmteach.lmm(*example(EXAMPLE, None)[:2]).n_obs) == 180
