"""Which models these data can have: judged by V and by -2 log L themselves, not by a structure's name."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

import lmmteach
from lmmteach import (
    AR1,
    CompoundSymmetry,
    DataError,
    Diagonal,
    Exponential,
    Independent,
    LmmWarning,
    ModelError,
    ParameterError,
    Toeplitz,
    Unstructured,
    compare,
    lmm,
)

AR1_TIMES = json.loads((Path(__file__).parent / "reference" / "ar1_times.json").read_text())["fits"]


def people(times, m=60, seed=0, rho=0.7, jitter=0.0, rounded=None):
    """m people at ``times``, a little off them, with serially correlated readings."""
    rng = np.random.default_rng(seed)
    times = np.asarray(times, dtype=float)
    L = np.linalg.cholesky(rho ** np.abs(times[:, None] - times))
    year = times + rng.uniform(-jitter, jitter, (m, len(times)))
    y = 0.2 * times + rng.standard_normal((m, len(times))) @ L.T + 0.4 * rng.standard_normal((m, len(times)))
    found = {"id": np.repeat(np.arange(m), len(times)), "visit": np.tile(times, m), "y": y.ravel()}
    return pd.DataFrame(found | {"year": year.ravel() if rounded is None else year.ravel().round(rounded)})


def given(error):
    """The structure that a message's "residual=..." offers."""
    call = str(error).split("residual=")[1]
    names = {name: getattr(lmmteach, name) for name in lmmteach.__all__}
    ends = [k for k in range(len(call), 0, -1) if call[k - 1] == ")"]
    for end in ends:
        try:
            return eval(call[:end], names)
        except SyntaxError:
            continue
    raise AssertionError(call)


BY_VISIT = [AR1(), AR1(by="visit"), CompoundSymmetry(by="visit"), Toeplitz(), Diagonal(), Unstructured(),
            AR1() + Independent(), Exponential(by="visit")]  # fmt: skip


@pytest.mark.parametrize("structure", BY_VISIT, ids=lambda one: one.call)
def test_a_clock_that_is_no_grid_is_refused_and_the_remedy_fits(structure):
    data = people(range(6), jitter=0.05)
    with pytest.raises(
        DataError, match=r"'year' holds 360 distinct times where no id has more than 6.*Exponential\(\)"
    ) as told:
        lmm("y ~ year", data, groups="id", time="year", residual=structure)
    assert lmm("y ~ year", data, groups="id", time="year", residual=given(told.value)).converged
    with warnings.catch_warnings():
        warnings.simplefilter("error", LmmWarning)
        lmm("y ~ year", data, groups="id", time="visit", residual=AR1())


IN_BETWEEN = {
    "times to a hundredth of a year": people(range(6), jitter=0.05, rounded=2),
    "one visit in five off its plan": people(range(6)).assign(
        year=lambda d: d["visit"] + np.where(np.random.default_rng(1).random(len(d)) < 0.2, d.index / 1e4, 0)
    ),
}


@pytest.mark.parametrize("data", IN_BETWEEN.values(), ids=IN_BETWEEN)
def test_a_clock_that_is_a_doubtful_grid_is_warned_of(data):
    with pytest.warns(LmmWarning, match=r"AR1\(\) counts visits, and 'year' holds .* distinct times.*Exponential"):
        fit = lmm("y ~ year", data, groups="id", time="year", residual="ar1")
    assert "counts visits" in fit.message


def test_grids_pass_without_a_word(framingham_data):
    weeks, ages = people([0, 1, 2, 4, 8]), people(range(6))
    ages["year"] = ages["visit"] + 30 + ages["id"] % 40  # enrolled at any age: 45 distinct times, evenly spaced
    with warnings.catch_warnings():
        warnings.simplefilter("error", LmmWarning)
        for data, time in (
            (weeks, "year"),
            (ages, "year"),
            (framingham_data.rename(columns={"cholesterol": "y"}), "year"),
        ):
            lmm("y ~ year", data, groups="id", time=time, residual="ar1")
        lmm("y ~ year", people(range(6), jitter=0.05), groups="id", residual="ar1")  # row order: no clock


@pytest.mark.parametrize("case", AR1_TIMES)
def test_both_meanings_of_ar1_are_nlmes(case):
    kind, method = case.split()
    sleep = lmmteach.load_sleepstudy()
    data = sleep[sleep["days"].isin([0, 1, 2, 4, 8])].reset_index(drop=True)
    if kind.startswith("gaps"):
        data = data[(np.arange(1, len(data) + 1) * 7) % 4 > 0]
    if kind.startswith("flipped"):
        data = data.assign(reaction=np.where(data["days"] % 2 == 1, -1, 1) * data["reaction"])
    residual = AR1(spacing=kind.split("_")[-1])
    fit = lmm("reaction ~ days", data, method, groups="subject", time="days", residual=residual)
    assert fit.deviance == pytest.approx(AR1_TIMES[case]["minus2logL"], abs=1e-6)
    assert fit.residual.rho == pytest.approx(AR1_TIMES[case]["rho"], abs=1e-4)
    assert fit.sigma2 == pytest.approx(AR1_TIMES[case]["sigma2"], rel=1e-3)
    assert fit.deviance_at() == pytest.approx(fit.deviance, abs=1e-8)
    assert (fit.residual.rho < 0) == kind.startswith("flipped")


@pytest.mark.filterwarnings("ignore:groups=")
def test_ar1_by_time_is_the_exponential_where_rho_is_positive_and_says_its_name():
    data = people([0, 1, 2, 4, 8])
    by_time, exponential, by_visit = (
        lmm("y ~ year", data, groups="id", time="year", residual=one)
        for one in (AR1(spacing="time"), "exponential", "ar1")
    )
    assert by_time.deviance == pytest.approx(exponential.deviance, abs=1e-7)
    assert "spacing='time'" in repr(by_time.residual)
    low, high = by_time.confint("profile", names=["residual.rho"]).loc["residual.rho", ["lower", "upper"]]
    assert low < by_time.residual.rho < high
    with pytest.raises(ModelError, match="Neither"):  # as many parameters, other models
        compare(by_time, by_visit)
    plain = lmm("y ~ year", data, groups="id")
    assert compare(plain, by_time).exact  # rho = 0 lies inside its range
    within = lmm("y ~ year", data, groups="id", time="year", residual="unstructured")
    assert compare(by_time, within).df == 15 - 2
    assert not Toeplitz().contains(AR1(spacing="time"))
    assert not (AR1(spacing="time") + Independent()).contains(AR1())
    with pytest.raises(ParameterError, match=r"not all whole numbers.*'exponential'"):
        lmm("y ~ year", people(range(6), jitter=0.05), groups="id", time="year", residual=AR1(spacing="time"))
    with pytest.raises(ParameterError, match="spacing cannot be 'day'"):
        AR1(spacing="day")


def repeats(seed=5):
    """Two readings at time 1 of everybody; ``x`` tells them apart."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"id": np.repeat(np.arange(25), 5), "t": np.tile([0, 1, 1, 2, 3.5], 25)})
    serial = np.concatenate([np.cumsum(rng.standard_normal(4))[[0, 1, 1, 2, 3]] for _ in range(25)])
    return data.assign(x=rng.standard_normal(len(data)), y=serial + 0.7 * rng.standard_normal(len(data)))


def dense(data, R, size, Z=None):
    """The least -2 log L (ML) of y ~ t with V = R(theta) (+ theta[-1] Z Z'), by a search that knows nothing of ours."""
    n = 5
    y, t = data["y"].to_numpy().reshape(-1, n), data["t"].to_numpy()[:n]  # all at the same times
    X = np.stack([np.ones_like(y), np.broadcast_to(t, y.shape)], axis=2)
    outer = 0 if Z is None else data[Z].to_numpy().reshape(-1, n, 1) * data[Z].to_numpy().reshape(-1, 1, n)

    def value(theta):
        V = R(theta, t) + theta[-1] ** 2 * outer if Z else np.broadcast_to(R(theta, t), (len(y), n, n))
        sign, log_det = np.linalg.slogdet(V)
        if not (sign > 0).all() or np.linalg.eigvalsh(V).min() < 1e-10:
            return 1e10
        W = np.linalg.solve(V, np.concatenate([X, y[..., None]], axis=2))
        beta = np.linalg.solve(np.einsum("mni,mnj->ij", X, W[..., :2]), np.einsum("mni,mn->i", X, W[..., 2]))
        r = y - X @ beta
        return y.size * np.log(2 * np.pi) + log_det.sum() + np.einsum("mn,mn->", r, W[..., 2] - W[..., :2] @ beta)

    found = [
        optimize.minimize(value, np.full(size, start), method="Nelder-Mead",
                          options={"maxiter": 4000, "xatol": 1e-8, "fatol": 1e-9})
        for start in (0.3, 0.9)
    ]  # fmt: skip
    return min(one.fun for one in found)


def lagged(times):
    return np.abs(np.subtract.outer(times, times))


def ranked(times):
    return np.searchsorted([0, 1, 2, 3.5], times)


REPEATED = {
    "exponential + independent": (
        Exponential() + Independent(), "y ~ t", None,
        lambda p, t: p[0] ** 2 * np.exp(-lagged(t) / p[1] ** 2) + p[2] ** 2 * np.eye(len(t)), 3),
    "ar1 + independent": (
        AR1() + Independent(), "y ~ t", None,
        lambda p, t: p[0] ** 2 * np.tanh(p[1]) ** lagged(ranked(t)) + p[2] ** 2 * np.eye(len(t)), 3),
    "diagonal": (
        Diagonal(), "y ~ t", None, lambda p, t: np.diag(p[ranked(t)] ** 2), 4),
    "csh": (
        CompoundSymmetry(by="visit"), "y ~ t", None,
        lambda p, t: np.outer(p[ranked(t)], p[ranked(t)]) * (np.tanh(p[4]) + (1 - np.tanh(p[4])) * np.eye(len(t))), 5),
    "exponential, told apart by a random slope": (
        Exponential(), "y ~ t + (0 + x | id)", "x", lambda p, t: p[0] ** 2 * np.exp(-lagged(t) / p[1] ** 2), 3),
}  # fmt: skip


@pytest.mark.parametrize("case", REPEATED)
def test_two_readings_at_one_time_are_fitted_where_V_is_positive_definite(case):
    structure, formula, Z, R, size = REPEATED[case]
    data = repeats()
    fit = lmm(formula, data, "ML", groups="id", time="t", residual=structure)
    assert fit.deviance == pytest.approx(dense(data, R, size, Z), abs=1e-4)
    assert fit.deviance_at() == pytest.approx(fit.deviance, abs=1e-7)
    assert np.isfinite(fit.simulate(2, seed=1).to_numpy()).all()
    assert np.isfinite(fit.bootstrap(2, seed=1, progress=False)["sigma2"]).all()
    assert np.isfinite(fit.residuals("marginal", "normalized")).all()


@pytest.mark.parametrize(
    "structure", [Exponential(), AR1(), AR1(by="visit"), Toeplitz(), Unstructured(), Exponential() + AR1()],
    ids=lambda one: one.call,
)  # fmt: skip
def test_where_V_is_singular_the_remedy_keeps_every_row(structure):
    data = repeats()
    with pytest.raises(DataError, match=r"id 0 has two rows at t 1.*V is singular") as told:
        lmm("y ~ t", data, groups="id", time="t", residual=structure)
    assert "Average" not in str(told.value)
    fit = lmm("y ~ t", data, groups="id", time="t", residual=given(told.value))
    assert fit.n_obs == len(data)


def stray(seed=0, people_there=1, value=None):
    """15 people at four visits; a few at a fifth, where nobody else is."""
    rng = np.random.default_rng(seed)
    rows = [(i, t, rng.standard_normal() + b) for i in range(15) for b in [rng.standard_normal()] for t in range(4)]
    rows += [(i, 4, rng.standard_normal() if value is None else value) for i in range(people_there)]
    data = pd.DataFrame(rows, columns=["id", "t", "y"])
    return data.assign(factor=pd.Categorical(data["t"]), last=np.where(data["t"] == 4, "a", "b"))


HETEROGENEOUS = [Diagonal(), CompoundSymmetry(by="visit"), AR1(by="visit"), Unstructured(), Exponential(by="visit"),
                 AR1(by="visit") + Independent(), Diagonal(by="last"), Exponential() + Diagonal(by="last")]  # fmt: skip
FORMULAS = ["y ~ factor", "y ~ t", "y ~ t + (1 | id)"]


@pytest.mark.filterwarnings("ignore:groups=")
@pytest.mark.parametrize("structure", HETEROGENEOUS, ids=lambda one: one.call)
@pytest.mark.parametrize("formula", FORMULAS)
def test_a_variance_that_can_run_to_0_is_refused_by_name(structure, formula):
    cases = [
        (stray(), "ML"),
        (stray(3, 4, value=0.0), "REML"),  # a floor: all readings of a visit are one number
        (stray(1), "ML"),
        (stray(2, 4, value=0.0), "ML"),
    ]
    for data, method in cases[: 2 if "|" in formula or len(structure.parts) > 1 else 4]:
        level = "last a" if "last" in structure.call else "visit 4"
        with pytest.raises(ModelError, match=f"no lower end.*{level} has . rows?, which the fixed effects fit") as told:
            lmm(formula, data, method, groups="id", time="t", residual=structure)
        assert structure.call.split(" ")[0].rstrip("()") in str(told.value)
        lmm(formula, data, method, groups="id", time="t", residual=given(told.value))
        kept = eval(re.search(r"out: (data\[data\[.*\])\.", str(told.value))[1], {"data": data})
        assert 0 < len(data) - len(kept) < 5


@pytest.mark.filterwarnings("ignore:groups=")
def test_minus_2_log_L_does_fall_without_end_where_it_is_refused():
    data = stray()
    fit = lmm("y ~ t", data, "ML", groups="id", time="t")
    at = [Independent(by="visit", sigma2=1.0, sd_ratio={0: 1, 1: 1, 2: 1, 3: 1, 4: d}) for d in (1e-2, 1e-4, 1e-6)]
    values = [fit.deviance_at(sigma2=one) for one in at]
    assert np.diff(values) == pytest.approx([2 * np.log(1e-2)] * 2, rel=0.01)


@pytest.mark.parametrize("structure", [Diagonal(), AR1(by="visit"), Diagonal(by="last")], ids=lambda one: one.call)
def test_a_variance_that_cannot_run_to_0_is_estimated(structure):
    """REML takes X's share away: one row that X fits leaves nothing of its variance."""
    for data, method in ((stray(2, 6), "ML"), (stray(2, 6), "REML"), (stray(0), "REML")):
        fit = lmm("y ~ t", data, method, groups="id", time="t", residual=structure)
        assert fit.converged
        assert fit.deviance_at() == pytest.approx(fit.deviance, abs=1e-7)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_an_optimum_at_infinity_is_certified(method):
    """The first visit has no variance of its own: the others' ratios to it have no end, and are walked in leaps."""
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"id": np.repeat(np.arange(20), 3), "t": np.tile(np.arange(3), 20)})
    data["y"] = np.column_stack([np.zeros(20), rng.normal(size=(20, 1)) @ [[2.0, 2.0]]]).ravel()
    data = pd.concat([data, data[::4]], ignore_index=True)
    data["y"] += rng.normal(size=len(data))
    fit = lmm("y ~ t", data, method, groups="id", time="t", residual=AR1(by="visit") + Independent())
    assert fit.converged
    assert fit.residual.parts[0].sigma2 < 1e-3 * fit.sigma2
    assert fit.estimate.optimum.objective.evaluations < 250
    assert fit.deviance_at() == pytest.approx(fit.deviance, abs=1e-7)
