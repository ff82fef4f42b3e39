"""What a model and its data cannot do together: every remedy that is printed is followed, and ends in a fit."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import AR1, Diagonal, Exponential, Independent, LmmError
from lmmteach.fitting import cost
from lmmteach.likelihood import blocks
from tests.remedy_cases import SLEEP, Case, F, formula, other, ran
from tests.test_remedies import followed

ROOMS = Path(cost.__file__).parent.parent
FILES = ("fitting/solve", "fitting/validity", "fitting/bounds", "fitting/few_visits", "fitting/cost",
         "fitting/solution", "likelihood/blocks", "covariance/names")  # fmt: skip
#: what no call of lmm reaches: it is asked of a fit, and tests/test_prediction.py follows it
UNREACHED = ("V would be a matrix of",)


def residual(hint: str, data: pd.DataFrame) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    """The residual structure that the hint writes."""
    call = re.search(r"residual=(.+?)(?:, which|, or leave|, or more|\.$)", hint)[1]
    made = eval(call, {"Exponential": Exponential, "Independent": Independent, "AR1": AR1, "Diagonal": Diagonal})
    return "reaction ~ days", data, {"residual": made, "method": "ML", "groups": "subject", "time": "days"}


def left_out(hint: str, data: pd.DataFrame) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    """The rows that the hint leaves out."""
    rest = eval(re.search(r"out: (data\[.*\])\.$", hint)[1], {"data": data})
    return (
        "reaction ~ factor(days)",
        rest,
        {"residual": "diagonal", "method": "ML", "groups": "subject", "time": "days"},
    )


jittered = SLEEP.assign(days=SLEEP.days + np.random.default_rng(1).uniform(-0.05, 0.05, len(SLEEP)))
twice = pd.concat([SLEEP, SLEEP.query("days == 3").assign(reaction=lambda d: d.reaction + 5)])
stray = pd.concat([SLEEP[SLEEP.days < 4], SLEEP.iloc[[0]].assign(days=20)])
few = SLEEP[SLEEP.subject.isin(["308", "309", "310", "330"]) & (SLEEP.days < 6)]
pattern = {"groups": "subject", "time": "days"}
CASES = {
    "a group that is no name": Case(
        "reaction ~ days", SLEEP, other(lambda d: d, "groups='subject'", "reaction ~ days", groups="subject",
                                        residual="cs"), {"groups": 5, "residual": "cs"},
    ),
    "no time": Case(F, SLEEP, other(lambda d: d, "time='...'", residual="exponential", time="days"),
                    {"residual": "exponential"}),
    "categories as time": Case(
        F, SLEEP.assign(c=pd.Categorical(SLEEP.days)), ran(residual="exponential", time="c"),
        {"residual": "exponential", "time": "c"},
    ),
    "a clock that is no grid": Case("reaction ~ days", jittered, residual, {"residual": "ar1", **pattern}),
    "a clock, and an error besides": Case(
        "reaction ~ days", jittered, residual, {"residual": AR1() + Independent(), **pattern}
    ),
    "two rows at one time": Case("reaction ~ days", twice, residual, {"residual": "exponential", **pattern}),
    "two rows at one visit": Case("reaction ~ days", twice, residual, {"residual": "ar1", **pattern}),
    "a level that is fitted exactly": Case(
        "reaction ~ factor(days)", stray, residual, {"residual": "diagonal", "method": "ML", **pattern}
    ),
    "the same, left out": Case(
        "reaction ~ factor(days)", stray, left_out, {"residual": "diagonal", "method": "ML", **pattern}
    ),
    "V without a lower end": Case(
        "reaction ~ days", few, other(lambda d: d, "fewer parameters", "reaction ~ days", residual="ar1", **pattern),
        {"residual": "toeplitz", **pattern},
    ),
    "fewer people than visits": Case("reaction ~ days", few, residual, {"residual": "unstructured", **pattern}),
    "a visit that one person has": Case("reaction ~ days", stray, residual, {"residual": "unstructured", **pattern}),
    "more parameters than rows": Case(
        "reaction ~ days + (1 + days + I(days^2) | subject)", SLEEP[SLEEP.days < 4].iloc[:8],
        formula("reaction ~ days + (1 + days || subject)", "'||' for a diagonal G"),
    ),
    "an exact response": Case(
        "y ~ days + (1 | subject)", SLEEP.assign(y=3.0 * SLEEP.days),
        formula("y ~ 1 + (1 | subject)", "leave that one out"),
    ),
    "a structure nobody knows": Case(F, SLEEP, other(lambda d: d, "ar1", residual="ar1"), {"residual": "ar2"}),
}  # fmt: skip


def sites() -> dict[tuple[str, int], str]:
    """Where the source makes an error, and what it says."""
    found = {}
    for name in FILES:
        for node in ast.walk(ast.parse((ROOMS / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ModelError", "DataError"):
                found[name, node.lineno] = ast.unparse(node.args[0])
    return found


def said_by(error: LmmError, what: str) -> bool:
    """Whether the error says what stands in the source, whatever fills its places."""
    parts = [re.escape(part) for part in re.split(r"\{.*?\}", ast.literal_eval(what.lstrip("f")))]
    return re.fullmatch(".*".join(parts), error.what, re.DOTALL) is not None


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_that_is_followed_ends_in_a_fit(name: str) -> None:
    followed(CASES[name])


def test_a_fit_of_hours_is_refused_and_its_remedy_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as short:
        short.setattr(cost, "ENDLESS", 0.0)
        with pytest.raises(lmmteach.ModelError, match="residual='ar1' has one") as endless:
            lmmteach.lmm("reaction ~ days", SLEEP, residual="unstructured", **pattern)
    assert "This fit would take about" in endless.value.what
    assert lmmteach.lmm("reaction ~ days", SLEEP, residual="ar1", **pattern).converged


@pytest.mark.parametrize("follow", ["sample", "fixed", "independent"])
def test_a_block_too_wide_is_refused_and_its_remedies_fit(follow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are made small: what is refused at 2,000 effects is refused here at a dozen."""
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"a": np.repeat(np.arange(40), 6), "b": rng.integers(0, 8, 240), "x": rng.normal(size=240)})
    data["y"] = data.x + rng.normal(size=40)[data.a] + rng.normal(size=8)[data.b] + rng.normal(size=240)
    crossed = "y ~ x + (1 | a) + (1 | b)"
    monkeypatch.setattr(blocks, "MOST_EFFECTS", 25)
    structured = {"residual": "cs", "groups": "a"} if follow == "independent" else {}
    with pytest.raises(lmmteach.ModelError, match="hang together in one block") as wide:
        lmmteach.lmm(crossed, data, **structured)
    if follow == "sample":
        assert "take a sample of their levels" in wide.value.fix
        assert lmmteach.lmm(crossed, data[(data.a < 12) & (data.b < 6)]).converged
    elif follow == "fixed":
        assert "give the factor with few levels a fixed effect" in wide.value.fix
        assert lmmteach.lmm("y ~ x + factor(b) + (1 | a)", data).converged
    else:
        assert "Use residual='independent'" in wide.value.fix
        monkeypatch.setattr(blocks, "MOST_EFFECTS", 60)  # fewer effects than rows
        assert lmmteach.lmm(crossed, data, residual="independent").converged


def test_every_error_of_model_and_data_has_its_remedy_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new error without a follower fails here."""
    errors = [followed(case) for case in CASES.values()]
    elsewhere = ("would take about", "hang together in one block: every step")  # the two tests above
    lost = [
        f"{name}:{line} {what}"
        for (name, line), what in sites().items()
        if not any(said_by(error, what) for error in errors)
        and not any(part in what for part in (*UNREACHED, *elsewhere))
    ]
    assert lost == []
