"""What cannot be meant: each is refused in words, with what was wrong and what to do, or has a right result."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lmmteach import (
    AR1,
    CompoundSymmetry,
    Diagonal,
    Exponential,
    Independent,
    LmmError,
    LmmWarning,
    Toeplitz,
    Unstructured,
    compare,
    cov_to_corr,
    framingham_fit,
    gls,
    lmm,
    marginal_covariance,
    power,
)
from tests.asked import sound
from tests.asked.data import ARMS, CROSSED, GROUPED, INTERCEPT, SLEEP, SLOPE, fitted
from tests.asked.fits import new

ODD = [
    "x", "", b"days", -1.5, np.nan, np.inf, 10**5000, 1j, pd.NA, pd.NaT, object(), len, {"day"}, [[]], [None],
    {"days": "x"}, {None: 1}, {"days": {}}, np.array([]), np.array([[1, 2], [3, 4]]), np.array(["days"]),
    pd.DataFrame(), pd.Series(dtype=float), slice(None), pd.Timestamp("2020-01-01"),
]  # fmt: skip
F = "reaction ~ arm*early + age + (1 | subject)"
BETA = {"(Intercept)": 250.0, "days": 10.0}


def planned(**changed: Any) -> float:
    given = {"formula": SLOPE, "design": SLEEP, "beta": BETA, "G": np.eye(2), "sigma2": 1.0, "test": "days", "n": 1}
    return power(**(given | changed)).power


def is_huge(cell: Any) -> bool:
    return isinstance(cell, int) and abs(cell) > 2**63


def row(**columns: Any) -> pd.DataFrame:
    """One row with these cells, whatever they are."""
    cells = {"days": 1.0, "subject": "308", "arm": "a", "early": "late", "age": 30.0} | columns
    found = {name: pd.Series([cell], dtype=object) for name, cell in cells.items()}
    # an older pandas cannot look at an integer beyond all floats; it keeps it as it is
    return pd.DataFrame({name: cell if is_huge(cell[0]) else cell.infer_objects() for name, cell in found.items()})


CALLS: dict[str, Callable[[Any], Any]] = {
    "contrast": lambda x: fitted().contrast(x),
    "contrast df": lambda x: fitted().contrast("days", df=x),
    "contrast level": lambda x: fitted().contrast("days", level=x),
    "a weight": lambda x: fitted().contrast({"days": x}),
    "test": lambda x: fitted().test(x),
    "anova": lambda x: fitted().anova(x),
    "means": lambda x: fitted(F).marginal_means(x),
    "means at": lambda x: fitted(F).marginal_means("arm", at=x),
    "means at a number": lambda x: fitted(F).marginal_means("arm", at={"age": x}),
    "means weights": lambda x: fitted(F).marginal_means("arm", weights=x),
    "means contrasts": lambda x: fitted(F).marginal_means("arm", contrasts=x),
    "means adjust": lambda x: fitted(F).marginal_means("arm", contrasts="pairwise", adjust=x),
    "means level": lambda x: fitted(F).marginal_means("arm", level=x),
    "predict": lambda x: fitted().predict(x),
    "predict level": lambda x: fitted().predict(new(), x),
    "predict interval": lambda x: fitted().predict(new(), interval=x),
    "predict coverage": lambda x: fitted().predict(new(), interval="prediction", coverage=x),
    "predict days": lambda x: fitted().predict(row(days=x), interval="prediction"),
    "predict arm": lambda x: fitted(F).predict(row(arm=x), interval="prediction"),
    "predict a time": lambda x: fitted("reaction ~ days", residual="ar1", **GROUPED).predict(
        row(days=x), interval="prediction"),
    "confint": lambda x: fitted().confint(x),
    "confint level": lambda x: fitted().confint(level=x),
    "confint names": lambda x: fitted().confint(names=x),
    "confint n": lambda x: fitted(INTERCEPT).confint("bootstrap", n=x),
    "confint seed": lambda x: fitted(INTERCEPT).confint("bootstrap", n=2, seed=x),
    "profile": lambda x: fitted().profile(x, points=2),
    "profile points": lambda x: fitted().profile("sigma2", points=x),
    "profile level": lambda x: fitted().profile("sigma2", points=2, level=x),
    "compare": lambda x: compare(fitted(), x).p,
    "a chain": lambda x: compare(fitted(INTERCEPT), fitted(), x).table,
    "convention": lambda x: fitted().information_criteria(x),
    "simulate": lambda x: fitted().simulate(x),
    "simulate seed": lambda x: fitted().simulate(1, seed=x),
    "refit": lambda x: fitted().refit(x),
    "bootstrap": lambda x: fitted(INTERCEPT).bootstrap(x),
    "bootstrap seed": lambda x: fitted(INTERCEPT).bootstrap(2, seed=x),
    "icc n": lambda x: fitted(INTERCEPT).icc(n=x),
    "icc level": lambda x: fitted(INTERCEPT).icc(level=x),
    "r2 n": lambda x: fitted(INTERCEPT).r2(n=x),
    "r2 seed": lambda x: fitted(INTERCEPT).r2(n=2, seed=x),
    "coef_table": lambda x: fitted().coef_table(x),
    "coef_table level": lambda x: fitted().coef_table(level=x),
    "random_effects": lambda x: fitted().random_effects(x),
    "fitted": lambda x: fitted().fitted(x),
    "residuals": lambda x: fitted().residuals(x),
    "residuals kind": lambda x: fitted().residuals(kind=x),
    "marginal_cov": lambda x: fitted().marginal_cov(times=x),
    "deviance_at G": lambda x: fitted().deviance_at(G=x),
    "deviance_at sigma2": lambda x: fitted().deviance_at(sigma2=x),
    "explore": lambda x: fitted().explore(x).code(),
    **{f"power {name}": lambda x, name=name: planned(**{name: x})
       for name in ("formula", "design", "beta", "G", "sigma2", "test", "n", "seed", "df", "alpha", "method",
                    "groups")},
    **{f"lmm {name}": lambda x, name=name: lmm(**{"formula": INTERCEPT, "data": SLEEP, name: x})
       for name in ("formula", "data", "method", "groups", "time", "residual", "weights")},
    **{f"{kind.__name__} {name}": lambda x, kind=kind, name=name: kind(
        **({"sigma2": 1.0} | ({} if name == "rho" or kind is Independent else {"rho": 0.5}) | {name: x})).cov([0, 1])
       for kind in (AR1, CompoundSymmetry, Exponential, Independent, Toeplitz, Unstructured)
       for name in ("rho", "sigma2", "by", "sd_ratio")},
    "spacing": lambda x: AR1(spacing=x, rho=0.5, sigma2=1.0).cov([0, 1]),
    "range": lambda x: Exponential(range=x, sigma2=1.0).cov([0, 1]),
    "times": lambda x: AR1(rho=0.5, sigma2=1.0).cov(x),
    "strata": lambda x: Independent(sigma2=1.0, by="arm", sd_ratio={"a": 1, "b": 2}).cov([0, 1], strata=x),
    "a ratio": lambda x: Independent(sigma2=1.0, by="visit", sd_ratio={0: 1, 1: x}).cov([0, 1]),
    "added": lambda x: AR1() + x,
    "marginal_covariance": lambda x: marginal_covariance(x, [[1.0]], 1.0),
    "cov_to_corr": lambda x: cov_to_corr(x),
    "gls": lambda x: gls([1.0, 2.0], [[1.0], [1.0]], x).beta,
    "framingham_fit": lambda x: framingham_fit(x).beta,
}  # fmt: skip


def offence(call: Callable[[], Any]) -> str:
    """What is wrong with how a call ends; nothing, where it is refused in words or has a result."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # numpy's word on overflow is no message either
        warnings.simplefilter("ignore", LmmWarning)
        try:
            result = call()
        except LmmError as error:
            return "" if error.what and error.fix else f"no remedy: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:100]}"
    empty = isinstance(result, np.ndarray) and result.shape == (0, 0)  # R at no time
    return "" if empty or sound(result) or isinstance(result, (pd.DataFrame, pd.Series)) else f"gave {result!r}"


@pytest.mark.parametrize("name", CALLS)
def test_no_argument_is_answered_by_numpy(name: str) -> None:
    offences = [(k, said) for k, x in enumerate(ODD) if (said := offence(lambda x=x: CALLS[name](x)))]
    assert offences == []


THREE = ARMS.iloc[:3].assign(a=0, b=0, t=[0.0, 1.0, 0.0])
NUMBERS = ("days", "age", "t")


def with_numbers(value: Any) -> pd.DataFrame:
    """Three new rows with this in every column of numbers."""
    return THREE.assign(**dict.fromkeys(NUMBERS, value))


FRAMES = {
    "no rows": THREE.iloc[:0], "no columns": THREE[[]], "nothing": pd.DataFrame(), "a row": THREE.iloc[0],
    "a dict": {"days": [1.0]}, "an array": np.eye(2), "a name": "days",
    "all missing": with_numbers(np.nan).assign(arm=None), "some missing": with_numbers([np.nan, 1.0, 0.0]),
    "no number": with_numbers(np.inf), "text": with_numbers("x"), "numbers as text": with_numbers(["0", "1", "0"]),
    "dates": with_numbers(pd.Timestamp("2020-01-01")), "spans": with_numbers(pd.to_timedelta([1, 2, 3], unit="D")),
    "truths": with_numbers([True, False, True]), "complex": with_numbers(1j), "lists": with_numbers([[1], [2], [3]]),
    "missing whole numbers": with_numbers(pd.array([0, None, 1], dtype="Int64")), "huge": with_numbers(1e300),
    "decimals": with_numbers([Decimal(1), Decimal(0), Decimal(1)]), "before the first": with_numbers(-5.0),
    "categories": with_numbers(pd.Categorical([1, 0, 1])), "unknown levels": THREE.assign(arm="z", early="z"),
    "nobody": THREE.assign(subject=None, a=np.nan, b=np.nan), "somebody new": THREE.assign(subject=[308, 308.5, "new"]),
    "no subject": THREE.drop(columns=["subject", "a"]), "the subject as index": THREE.set_index("subject"),
    "one label twice": THREE.iloc[[0, 0, 1]], "columns twice": pd.concat([THREE, THREE], axis=1),
    "levels of columns": pd.concat({"a": THREE}, axis=1),
}  # fmt: skip
ASKED = {
    "slope": lambda: fitted(),
    "factors": lambda: fitted(F),
    "log": lambda: fitted("reaction ~ log(days + 1) + (1 | subject)"),
    "AR(1)": lambda: fitted("reaction ~ days", residual="ar1", **GROUPED),
    "exponential": lambda: lmm("reaction ~ days", SLEEP, residual=Exponential() + Independent(), **GROUPED),
    "by arm": lambda: fitted("reaction ~ days", residual=Diagonal(by="arm"), **GROUPED),
    "by visit": lambda: fitted(INTERCEPT, residual="diagonal", time="days"),
    "crossed": lambda: lmm("y ~ t + (1 | a) + (1 | b)", CROSSED),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_new_rows_are_answered_by_numpy(name: str) -> None:
    fit = ASKED[name]()
    ways = [("marginal", None), ("conditional", None), ("conditional", "confidence"), ("conditional", "prediction")]
    offences = [
        (what, *way, said)
        for what, frame in FRAMES.items()
        for way in ways
        if (said := offence(lambda frame=frame, way=way: fit.predict(frame, *way)))
    ]
    assert offences == []


#: the call, and what its error names
NAMED: dict[str, tuple[Callable[[], Any], str]] = {
    "an unknown effect": (lambda: fitted().contrast("dayz"), "'dayz'"),
    "an unknown effect among others": (lambda: fitted().test(["days", "dayz"]), "'dayz'"),
    "an unknown weight": (lambda: fitted().contrast({"days": 1, "dayz": 1}), "'dayz'"),
    "an unknown factor": (lambda: fitted(F).marginal_means("sex"), "'sex'"),
    "at a stranger": (lambda: fitted(F).marginal_means("arm", at={"sex": "f"}), "'sex'"),
    "at an unknown level": (lambda: fitted(F).marginal_means("arm", at={"early": "noon"}), "noon"),
    "an unknown level": (lambda: fitted(F).predict(row(arm="c")), "'c'"),
    "a missing column": (lambda: fitted(F).predict(row().drop(columns="age")), "'age'"),
    "no rows": (lambda: fitted().predict(SLEEP.iloc[:0]), "no rows"),
    "only missing rows": (lambda: fitted().predict(SLEEP.assign(days=np.nan)), "'days'"),
    "an unknown parameter": (lambda: fitted().confint(names=["sd"]), "'sd'"),
    "an unknown profile": (lambda: fitted().profile("sd"), "'sd'"),
    "a level above 1": (lambda: fitted().confint(level=1.2), "level=1.2"),
    "a level of 0": (lambda: fitted().coef_table(level=0), "level=0"),
    "coverage in per cent": (lambda: fitted().predict(new(), interval="confidence", coverage=95), "coverage=95"),
    "unknown df": (lambda: fitted().anova("kr"), "df='kr'"),
    "Kenward and Roger by ML": (lambda: fitted(method="ML").test("days", "kenward-roger"), "by ML"),
    "no replicates": (lambda: fitted().bootstrap(0), "n=0"),
    "half a replicate": (lambda: fitted().simulate(1.5), "n=1.5"),
    "a seed below 0": (lambda: fitted().simulate(1, seed=-1), "seed=-1"),
    "no replicates for an interval": (lambda: fitted(INTERCEPT).icc(n=0), "n=0"),
    "shares of nothing": (lambda: fitted("reaction ~ days", residual="cs", **GROUPED).icc(), "no random effects"),
    "a shorter response": (lambda: fitted().refit(SLEEP.reaction[:90].to_numpy()), "(90,)"),
    "a test of nothing": (lambda: fitted().test([]), "all zero"),
    "a weight that is no number": (lambda: fitted().contrast([np.nan, 1]), "not a finite number"),
    "a weight beyond all": (lambda: fitted().contrast({"days": 1e308}), "1e+308"),
    "a weight next to nothing": (lambda: fitted().contrast([0, 1e-300]), "1e-300"),
    "a test of such weights": (lambda: fitted().test({"days": 1e308, "(Intercept)": 1e308}), "1e+308"),
    "means too far out": (lambda: fitted(F).marginal_means("arm", at={"age": 1e308}), "'age'"),
    "a plan of such effects": (lambda: planned(beta=BETA | {"days": 1e308}), "'beta'"),
    "a plan with a wrong G by name": (lambda: planned(G={"subject": np.eye(3)}), "not 2 x 2"),
    "a table for a column": (lambda: lmm(SLOPE, SLEEP, groups=SLEEP.subject), "groups=0 308 1 308"),
    "no test of a plan": (lambda: planned(test=None), "no test"),
    "a plan for another effect": (lambda: planned(test="dayz"), "'dayz'"),
    "no studies": (lambda: planned(n=0), "n=0"),
    "a fit and a formula": (lambda: compare(fitted(), SLOPE), "a str"),
    "a fit and itself": (lambda: compare(fitted(), fitted()), "same fit"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_what_was_wrong_is_named(name: str) -> None:
    call, culprit = NAMED[name]
    with pytest.raises(LmmError) as told:
        call()
    assert culprit in told.value.what
    assert told.value.fix


def test_a_plan_takes_its_one_G_by_name() -> None:
    """As deviance_at does: a dict of terms is a dict of one."""
    assert planned(G={"subject": np.eye(2)}, n=3, seed=1) == planned(G=np.eye(2), n=3, seed=1)


@pytest.mark.parametrize("names", [[], (), pd.Index([])])
def test_no_names_are_no_rows(names: Any) -> None:
    table = fitted().confint(names=names)
    assert list(table.columns) == ["estimate", "lower", "upper"]
    assert table.empty
