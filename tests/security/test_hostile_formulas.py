"""A formula is algebra of columns: nothing that a text can say reaches the system, and the refusal names the part."""

from __future__ import annotations

import builtins
import os
import re
import subprocess
import time
from pathlib import Path

import formulaic.utils.stateful_transforms as evaluator
import pytest

import lmmteach
from lmmteach import DataError, FormulaError

CANARY = Path("canary")

#: (what stands in the place of a term, the part that the refusal names)
HOSTILE = [
    ("__import__('os').system('touch canary')", "'"),
    ("__import__(os)", "__import__(...)"),
    ("open('canary', 'w')", "'"),
    ("open(days)", "open(...)"),
    ("eval(days)", "eval(...)"),
    ("exec(days)", "exec(...)"),
    ("compile(days)", "compile(...)"),
    ("getattr(days, values)", "getattr(...)"),
    ("globals()", "globals(...)"),
    ("print(days)", "print(...)"),
    ("help()", "help(...)"),
    ("exit()", "exit(...)"),
    ("breakpoint()", "breakpoint(...)"),
    ("input()", "input(...)"),
    ("{__import__(os)}", "{"),
    ("{days}", "{"),
    ("I({days})", "{"),
    ('Q("days")', '"'),
    ("Q(days)", "Q(...)"),
    ("days.__class__", "days.__class__"),
    ("days.__class__.__mro__", "days.__class__.__mro__"),
    ("(days).__class__", "(days).__class__"),
    ("I(days).__class__()", "I(days)"),
    ("days.values.tofile(canary)", "days.values.tofile(...)"),
    ("days.to_csv(canary)", "days.to_csv(...)"),
    ("np.save(canary, days)", "np.save(...)"),
    ("np.load(canary)", "np.load(...)"),
    ("np.fromfile(canary)", "np.fromfile(...)"),
    ("lambda: 0", "lambda"),
    ("(lambda: open)()", "lambda"),
    ("[open for x in days]", "["),
    ("days[0]", "["),
    ("(x := days)", "="),
    ("import os", "import os"),
    ("days; import os", ";"),
    ("days\nimport os", "import os"),
    ("days # + (1 | subject)", "#"),
    ("@days", "@"),
    ("days if days else days", "days if days"),
    ("await days", "await days"),
    ("yield(days)", "yield(...)"),
    ("f'{days}'", "'"),
    ("days % subject", "%"),
    ("days < 3", "<"),
    ("I(*days)", "*days"),
    ("I(**days)", "I(**days)"),
    ("I(x=days)", "I(x = days)"),
    ("log(days, reaction)", "log(days, reaction)"),
    ("log(days, where=subject)", "log(days, where = subject)"),
    ("poly(days, 2, _state=subject)", "poly(days, 2, _state = subject)"),
    ("poly(days, 999999999)", "999999999"),
    ("C(days, contr.helmert)", "contr.helmert"),
    ("C(days, spans_intercept=subject)", "C(days, spans_intercept = subject)"),
    ("hashed(days)", "hashed(...)"),
    ("bs(days, df=1000000)", "bs(...)"),
    ("lag(days)", "lag(...)"),
    ("log(log)(days)", "log(log)(...)"),
    ("days\0", "\\x00"),
    ("\\days", "\\\\"),
    ("`days", "`"),
    ("I(`)`", "I("),
    ("__FORMULAIC_CONTEXT__[days]", "["),
]


@pytest.fixture
def no_escape(tmp_path, monkeypatch):
    """Whatever would reach the system leaves a canary or fails the test."""

    def reached(*arguments, **options):
        raise AssertionError(f"a formula reached the system: {arguments}")

    monkeypatch.chdir(tmp_path)
    sleep = lmmteach.load_sleepstudy()
    lmmteach.lmm("reaction ~ log(days + 1) + (1 | subject)", sleep)  # whatever loads at first use has loaded
    for owner, names in ((os, ("system", "popen")), (subprocess, ("Popen",)), (builtins, ("breakpoint", "input"))):
        for name in names:
            monkeypatch.setattr(owner, name, reached)
    yield sleep
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("part", "culprit"), HOSTILE)
@pytest.mark.parametrize("place", ["reaction ~ days + {} + (1 | subject)", "reaction ~ days + (0 + {} | subject)"])
def test_a_hostile_term_is_refused_by_name(no_escape, part, culprit, place):
    with pytest.raises((FormulaError, DataError), match=re.escape(culprit)) as caught:
        lmmteach.lmm(place.format(part), no_escape)
    # A word that Python keeps for itself is an ordinary name here: then it is the column that is missing.
    assert caught.type is FormulaError or culprit == "lambda"


@pytest.mark.parametrize("part", [part for part, _ in HOSTILE if "\n" not in part and "#" not in part])
def test_a_hostile_response_or_group_is_refused(no_escape, part):
    for formula in (f"{part} ~ days + (1 | subject)", f"reaction ~ days + (1 | {part})"):
        with pytest.raises((FormulaError, DataError)):
            lmmteach.lmm(formula, no_escape)


def test_the_evaluator_sees_only_what_was_written_for_it(no_escape, monkeypatch):
    seen = []
    original = evaluator.stateful_eval

    def watching(expression, *arguments, **options):
        seen.append(expression)
        return original(expression, *arguments, **options)

    for module in ("formulaic.materializers.base", "formulaic.utils.stateful_transforms"):
        monkeypatch.setattr(f"{module}.stateful_eval", watching)
    hostile = "__import__('os').system('touch canary')"
    frame = no_escape.rename(columns={"days": hostile})
    formula = f"log(reaction) ~ `{hostile}` + I(`{hostile}`^2 + pi) + (1 + poly(`{hostile}`, 2) | subject)"
    fit = lmmteach.lmm(formula, frame)
    assert fit.beta.index[1] == hostile
    assert fit.beta.index[2] == f"I(`{hostile}`^2 + pi)"
    assert seen
    words = {word for expression in seen for word in re.findall(r"[^\W\d]\w*", expression)}
    assert words <= {"log", "v0_", "I", "pi", "poly", "raw", "False"}
    assert {sign for expression in seen for sign in re.sub(r"[\w\s]", "", expression)} <= set("+-*/(),.=")


def test_levels_are_labels_and_nothing_else(no_escape):
    frame = no_escape.assign(dose=["v0_[T.1]:v1_", "__import__('os')", "a:b]"] * 60)
    fit = lmmteach.lmm("reaction ~ days*dose + (1 | subject)", frame)
    assert list(fit.beta.index)[2:] == ["dosea:b]", "dosev0_[T.1]:v1_", "days:dosea:b]", "days:dosev0_[T.1]:v1_"]


@pytest.mark.parametrize(
    "part",
    [
        "I(days*9^9^9^9^9)",
        "(days + subject)^99999999",
        "*".join(f"x{i}" for i in range(40)),
        "(" * 5000 + ")" * 5000,
        "-" * 20_000 + "days",
        "+".join(["days"] * 20_000),
        "(" * 90 + "days + subject" + ")^9" * 9,
        "I(" * 3000 + "days" + ")" * 3000,
        "days" * 100_000,
        "1e999999*days",
        "I(days/0)",
        ":".join(f"`{i}`" for i in range(5000)),
        "(" + "+".join(f"x{i}" for i in range(60)) + ")^50",
    ],
)
def test_no_formula_takes_for_ever(no_escape, part):
    started = time.monotonic()
    with pytest.raises((FormulaError, DataError)):
        lmmteach.lmm(f"reaction ~ {part} + (1 | subject)", no_escape)
    assert time.monotonic() - started < 5
