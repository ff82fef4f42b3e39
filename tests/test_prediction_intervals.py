"""Intervals of predictions: against one dense matrix of all readings, old and new, and by simulation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import AR1, CompoundSymmetry, Diagonal, Exponential, Independent


def study(subjects: int = 40, visits: int = 5, seed: int = 3) -> pd.DataFrame:
    """Pupils of schools, some of them seen by raters, with readings missed; residuals follow one another."""
    rng = np.random.default_rng(seed)
    i = np.repeat(np.arange(subjects), visits)
    t = np.tile(np.arange(float(visits)), subjects)
    e = rng.normal(size=(subjects, visits))
    for k in range(1, visits):
        e[:, k] = 0.6 * e[:, k - 1] + 0.8 * e[:, k]
    school, rater = i % 7, rng.integers(0, 4, len(i))
    b = rng.normal(size=(subjects, 2)) * [2.0, 0.4]
    y = 10 + t + b[i, 0] + b[i, 1] * t + rng.normal(size=7)[school] + rng.normal(size=4)[rater] + e.ravel()
    frame = pd.DataFrame({"id": i, "school": school, "rater": rater, "t": t, "sex": np.where(i % 3, "f", "m"), "y": y})
    return frame[rng.random(len(frame)) > 0.2].reset_index(drop=True)


def new_readings(data: pd.DataFrame, times: tuple[int, ...] = (0, 3, 4)) -> pd.DataFrame:
    """Known pupils at times they were and were not read, a new pupil of a known school, and a new school."""
    known = data.groupby("id").head(1)[["id", "school", "rater", "sex"]].head(6)
    again = pd.concat([known.assign(t=float(t)) for t in times])
    strange = pd.DataFrame(
        {"id": [900, 900, 901], "school": [2, 2, 77], "rater": [1, 99, 0], "sex": ["f", "f", "m"], "t": [1.0, 4.0, 2.0]}
    )
    return pd.concat([again, strange], ignore_index=True)


def lag(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    return np.abs(a.t.to_numpy()[:, None] - b.t.to_numpy()[None, :])


def same(a: pd.DataFrame, b: pd.DataFrame, column: str = "id") -> np.ndarray:
    return a[column].to_numpy()[:, None] == b[column].to_numpy()[None, :]


def white(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """Which pairs are one and the same reading."""
    return (a["key"].to_numpy()[:, None] == b["key"].to_numpy()[None, :]).astype(float)


Covariance = Callable[[lmmteach.Fit, pd.DataFrame, pd.DataFrame], np.ndarray]


def by_sex(fit: lmmteach.Fit, a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    sd = np.array([fit.residual.sd_ratio[sex] for sex in a.sex])
    return fit.sigma2 * sd[:, None] ** 2 * white(a, b)


def by_visit(fit: lmmteach.Fit, a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    sd = [np.array([fit.residual.sd_ratio[int(t)] for t in one.t]) for one in (a, b)]
    return fit.sigma2 * np.outer(*sd) * same(a, b) * fit.residual.rho ** lag(a, b)


def summed(fit: lmmteach.Fit, a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    serial, nugget = fit.residual.parts
    return serial.sigma2 * same(a, b) * np.exp(-lag(a, b) / serial.range) + nugget.sigma2 * white(a, b)


#: what is fitted, and Cov(e, e') of any two tables of readings, written out
MODELS: dict[str, tuple[str, dict[str, Any], Covariance]] = {
    "slopes": ("y ~ t*sex + (1 + t | id)", {}, lambda fit, a, b: fit.sigma2 * white(a, b)),
    "nested": ("y ~ t + (1 | school/id)", {}, lambda fit, a, b: fit.sigma2 * white(a, b)),
    "crossed": ("y ~ t + (1 | id) + (1 | rater)", {}, lambda fit, a, b: fit.sigma2 * white(a, b)),
    "two_terms": ("y ~ t + (1 | id) + (0 + t | id)", {}, lambda fit, a, b: fit.sigma2 * white(a, b)),
    "by_sex": ("y ~ t + sex + (1 | id)", {"residual": Diagonal(by="sex")}, by_sex),
    "ar1": (
        "y ~ t + (1 | id)", {"residual": AR1(), "time": "t"},
        lambda fit, a, b: fit.sigma2 * same(a, b) * fit.residual.rho ** lag(a, b),
    ),
    "ar1_alone": (
        "y ~ t", {"residual": AR1(), "time": "t", "groups": "id"},
        lambda fit, a, b: fit.sigma2 * same(a, b) * fit.residual.rho ** lag(a, b),
    ),
    "ar1_steps": (
        "y ~ t", {"residual": AR1(spacing="time"), "time": "t", "groups": "id"},
        lambda fit, a, b: fit.sigma2 * same(a, b) * fit.residual.rho ** lag(a, b),
    ),
    "arh1": ("y ~ t", {"residual": AR1(by="visit"), "time": "t", "groups": "id"}, by_visit),
    "sum": ("y ~ t + (1 | id)", {"residual": Exponential() + Independent(), "time": "t"}, summed),
    "nested_ar1": (
        "y ~ t + (1 | school/id)", {"residual": AR1(), "time": "t"},
        lambda fit, a, b: fit.sigma2 * same(a, b) * fit.residual.rho ** lag(a, b),
    ),
    "cs": (
        "y ~ t", {"residual": CompoundSymmetry(), "groups": "id"},
        lambda fit, a, b: fit.sigma2 * (fit.residual.rho * same(a, b) + (1 - fit.residual.rho) * white(a, b)),
    ),
}  # fmt: skip


@cache
def fitted(name: str) -> lmmteach.Fit:
    formula, how, _ = MODELS[name]
    return lmmteach.lmm(formula, keyed(study(), 0), **how)


def keyed(data: pd.DataFrame, first: int) -> pd.DataFrame:
    """Each reading with a number of its own."""
    return data.assign(key=first + np.arange(len(data)))


def random_covariance(fit: lmmteach.Fit, a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """Cov(z'b, z'b') of any two tables of readings."""
    total = np.zeros((len(a), len(b)))
    for term, G in zip(fit.design.terms, fit.estimate.G, strict=True):
        Z = [
            np.column_stack([np.ones(len(one)) if name == "(Intercept)" else one.t for name in term.names])
            for one in (a, b)
        ]
        together = np.logical_and.reduce([same(a, b, column) for column in term.grouping.columns])
        total += (Z[0] @ G @ Z[1].T) * together
    return total


def by_hand(
    fit: lmmteach.Fit, residual: Covariance, old: pd.DataFrame, new: pd.DataFrame, reading: bool
) -> pd.DataFrame:
    """The best linear unbiased predictor lambda'y of each row, and the variance of what it misses."""
    rows = fit.design.frame.index
    X = fit.design.X
    X_new = np.column_stack([np.ones(len(new)), new.t, new.sex == "m", new.t * (new.sex == "m")])[:, : X.shape[1]]
    if "sex" in fit.formula and "*" not in fit.formula:
        X_new = X_new[:, [0, 1, 2]]
    old = old.loc[rows]
    V = random_covariance(fit, old, old) + residual(fit, old, old)
    c, v = random_covariance(fit, old, new), np.diag(random_covariance(fit, new, new)).copy()
    if reading:
        c = c + residual(fit, old, new)
        v = v + np.diag(residual(fit, new, new))
    Vi = np.linalg.inv(V)
    weights = Vi @ c + Vi @ X @ np.linalg.solve(X.T @ Vi @ X, X_new.T - X.T @ Vi @ c)
    variance = np.einsum("nm,nk,km->m", weights, V, weights) - 2 * np.einsum("nm,nm->m", weights, c) + v
    return pd.DataFrame({"fit": weights.T @ fit.design.y, "se": np.sqrt(np.maximum(variance, 0))}, index=new.index)


@pytest.mark.parametrize("name", MODELS)
def test_conditional_intervals_are_those_of_one_dense_matrix(name: str) -> None:
    fit, residual = fitted(name), MODELS[name][2]
    data = keyed(study(), 0)
    beyond = (6,) if all(part.continuous for part in fit.residual.parts) else ()
    new = keyed(new_readings(data, (0, 3, 4, *beyond)), len(data))
    for interval in ("confidence", "prediction"):
        ours = fit.predict(new, interval=interval)
        expected = by_hand(fit, residual, data, new, interval == "prediction")
        np.testing.assert_allclose(ours["fit"], expected["fit"], rtol=1e-7)
        # A reading at the very time of one without measurement error has a variance of 0, up to rounding.
        np.testing.assert_allclose(ours["se"] ** 2, expected["se"] ** 2, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(fit.predict(new, interval="confidence")["fit"], fit.predict(new), rtol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_marginal_intervals_know_no_one(name: str) -> None:
    fit, residual = fitted(name), MODELS[name][2]
    data = keyed(study(), 0)
    new = keyed(new_readings(data), len(data))
    stranger = new.assign(id=-1, school=-1, rater=-1)
    ours = fit.predict(new, level="marginal", interval="prediction")
    expected = by_hand(fit, residual, data, stranger, True)
    np.testing.assert_allclose(ours[["fit", "se"]], expected, rtol=1e-7)
    curve = fit.predict(new, level="marginal", interval="confidence")
    variance = np.diag(random_covariance(fit, new, new)) + np.diag(residual(fit, new, new))
    np.testing.assert_allclose(ours["se"] ** 2 - curve["se"] ** 2, variance, rtol=1e-7)
    half = curve["upper"] - curve["fit"]
    np.testing.assert_allclose(half / curve["se"], 1.959963985, rtol=1e-8)
    wider = fit.predict(new, level="marginal", interval="confidence", coverage=0.99)
    np.testing.assert_allclose((wider["fit"] - wider["lower"]) / wider["se"], 2.575829304, rtol=1e-8)


SUBJECTS = 2_000
ONE_SE = np.sqrt(0.95 * 0.05 / SUBJECTS)


def covered(table: pd.DataFrame, truth: np.ndarray) -> float:
    return float(((table["lower"] <= truth) & (truth <= table["upper"])).mean())


@pytest.mark.parametrize("serial", [False, True], ids=["slopes", "ar1"])
def test_intervals_cover_as_often_as_they_say(serial: bool) -> None:
    """2,000 subjects with four readings and one to come, and 2,000 new ones: within 3 Monte-Carlo errors of 95 %."""
    rng = np.random.default_rng(11)
    rho, sigma, visits = 0.7 * serial, 1.0, 5
    e = rng.normal(size=(2 * SUBJECTS, visits))
    for k in range(1, visits):
        e[:, k] = rho * e[:, k - 1] + np.sqrt(1 - rho**2) * e[:, k]
    b = rng.normal(size=(2 * SUBJECTS, 2)) * [2.0, 0.0 if serial else 0.5]
    t = np.arange(float(visits))
    curve = 10 + t + b[:, :1] + b[:, 1:] * t
    y = curve + sigma * e
    i = np.repeat(np.arange(2 * SUBJECTS), visits)
    wide = pd.DataFrame({"id": i, "t": np.tile(t, 2 * SUBJECTS), "y": y.ravel()})
    told = wide[(wide.id < SUBJECTS) & ((wide.t < 4) | (wide.id < 30))]  # a few were read at the last visit, too
    how: dict[str, Any] = {"residual": "ar1", "time": "t"} if serial else {}
    fit = lmmteach.lmm("y ~ t + (1 | id)" if serial else "y ~ t + (1 + t | id)", told, **how)
    for who in ("known", "new"):
        first = 30 if who == "known" else SUBJECTS
        new = wide[(wide.id >= first) & (wide.id < first + SUBJECTS - 30) & (wide.t == 4)]
        levels = ("conditional", "marginal") if who == "new" else ("conditional",)
        for level in levels:
            table = fit.predict(new, level=level, interval="prediction")
            assert abs(covered(table, new.y.to_numpy()) - 0.95) < 3 * ONE_SE, (who, level)
        table = fit.predict(new, interval="confidence")
        inside = covered(table, curve[new.id.to_numpy(), 4])
        assert abs(inside - 0.95) < 3 * ONE_SE, who


def test_what_one_knows_narrows_the_interval() -> None:
    data = study()
    fit = lmmteach.lmm("y ~ t + (1 | id)", data, residual="ar1", time="t")
    width = {
        level: fit.predict(data.assign(t=4.0).head(5), level=level, interval="prediction")["se"].mean()
        for level in ("conditional", "marginal")
    }
    assert width["conditional"] < 0.9 * width["marginal"]


@pytest.mark.filterwarnings("ignore:The other columns of X")
def test_predictions_that_the_data_do_not_determine_are_nan_and_named() -> None:
    data = study()
    data["twice"] = 2 * data["t"]
    fit = lmmteach.lmm("y ~ t + twice + (1 | id)", data)
    new = data.head(3).set_axis(["a", "b", "c"]).assign(twice=[2 * data.t[0], 2000.0, 2 * data.t[2]])
    for ask in (
        lambda: fit.predict(new),
        lambda: fit.predict(new, "marginal"),
        lambda: fit.predict(new, interval="prediction")["fit"],
        lambda: fit.predict(new, "marginal", "confidence")["upper"],
    ):
        with pytest.warns(lmmteach.LmmWarning, match="do not determine the prediction in row b: nan"):
            assert ask().isna().tolist() == [False, True, False]
    assert fit.predict(data).notna().all()


@pytest.mark.filterwarnings("ignore:The other columns of X", "ignore:'sexm.fb' is 0 in every row")
def test_an_empty_cell_predicts_nothing_whatever_the_coding() -> None:
    data = study().assign(f=lambda d: np.where(d.school < 3, "a", "b"))
    data = data[~((data.sex == "m") & (data.f == "b"))]
    new = pd.DataFrame({"sex": ["m", "f"], "f": ["b", "b"], "t": [1.0, 1.0], "id": [0, 0]})
    for levels in (["a", "b"], ["b", "a"]):
        fit = lmmteach.lmm("y ~ sex*f + t + (1 | id)", data.assign(f=pd.Categorical(data.f, levels)))
        with pytest.warns(lmmteach.LmmWarning, match="row 0: nan"):
            assert fit.predict(new).isna().tolist() == [True, False]


def test_a_visit_that_the_data_do_not_have_is_said() -> None:
    data = study()
    fit = lmmteach.lmm("y ~ t", data, residual="ar1", time="t", groups="id")
    new = data.head(1).assign(t=12.0)
    with pytest.warns(lmmteach.LmmWarning, match="the residual of 1 new readings is taken as new"):
        found = fit.predict(new, interval="prediction")
    plain = fit.predict(new, level="marginal", interval="prediction")
    np.testing.assert_allclose(found, plain)
    other = lmmteach.lmm("y ~ t", data, residual="exponential", time="t", groups="id")
    assert len(other.predict(new, interval="prediction"))  # what the warning recommends
    steps = lmmteach.lmm("y ~ t", data, residual=AR1(spacing="time"), time="t", groups="id")
    with pytest.raises(lmmteach.ParameterError, match="times 't' are not all whole"):
        steps.predict(new.assign(t=1.5), interval="prediction")
    by_visit = lmmteach.lmm("y ~ t", data, residual="arh1", time="t", groups="id")
    with pytest.raises(lmmteach.DataError, match="have none for '12'"):
        by_visit.predict(new, interval="prediction")
    assert len(by_visit.predict(new, interval="confidence"))


def test_visits_that_no_column_tells_are_said() -> None:
    data = study()
    fit = lmmteach.lmm("y ~ t + (1 | id)", data, residual="ar1")
    with pytest.warns(lmmteach.LmmWarning, match="Fit with time="):
        fit.predict(data.head(3), interval="prediction")
    named = lmmteach.lmm("y ~ t + (1 | id)", data, residual="ar1", time="t")
    found = named.predict(data.head(3), interval="prediction")  # read at those very times, without measurement error
    np.testing.assert_allclose(found["fit"], data.y.head(3), rtol=1e-9)
    np.testing.assert_allclose(found["se"], 0, atol=1e-5)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"interval": "both"}, "'confidence'"),
        ({"interval": "prediction", "coverage": 95}, "0.95"),
        ({"level": 0.95}, "level=0.95"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(how: dict[str, Any], said: str) -> None:
    data = study()
    fit = lmmteach.lmm("y ~ t + (1 | id)", data)
    with pytest.raises(lmmteach.ParameterError, match=said):
        fit.predict(data, **how)
