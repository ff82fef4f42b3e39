"""What every residual structure owes the rest: names, range, inverse, what it depends on, what it contains."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize

import lmmteach
from lmmteach import (
    AR1,
    CompoundSymmetry,
    Diagonal,
    Exponential,
    Independent,
    ParameterError,
    Toeplitz,
    covariance,
    lmm,
)
from lmmteach.covariance.names import NAMES
from lmmteach.covariance.occasions import Occasions
from lmmteach.covariance.structure import Structure, Sum, rho_values
from tests.test_likelihood import STRUCTURES

for chapter in pkgutil.iter_modules(covariance.__path__, "lmmteach.covariance."):
    importlib.import_module(chapter.name)  # a structure that nobody names is found, too
KINDS = [kind for kind in Structure.__subclasses__() if kind.__module__.startswith("lmmteach.") and kind is not Sum]
TIMES = np.array([0.0, 0.5, 1.5, 4.0])


def occasions(times=TIMES, visits=None):
    """Four visits of one subject, each with a stratum of its own."""
    n = len(times)
    visits = np.arange(n) if visits is None else visits
    return Occasions(times, visits, np.arange(n), n, 1.0, n, tuple(range(n)), 0.5, 4.0)


def drawn(structure, rng):
    return rng.uniform(-1.5, 1.5, structure.size(occasions()))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_structure_is_named_wherever_structures_are(kind):
    assert any(type(structure) is kind for structure in NAMES.values()), "NAMES"
    assert any(type(structure) is kind for structure in STRUCTURES), "STRUCTURES of test_likelihood.py"


def test_the_front_door_has_the_structures_of_the_lecture():
    for name in ["AR1", "CompoundSymmetry", "Diagonal", "Exponential", "Independent", "Toeplitz", "Unstructured"]:
        assert name in lmmteach.__all__
    spoken = lmm.__doc__ or ""
    known = ["independent", "diagonal", "cs", "csh", "ar1", "arh1", "exponential", "toeplitz", "unstructured"]
    assert [name for name in known if name not in NAMES or f'"{name}"' not in spoken] == []


@pytest.mark.parametrize("name", NAMES)
def test_who_counts_distances_says_by_which_clock(name):
    """``contains`` goes by it: a structure without a clock would contain those of either."""
    structure = NAMES[name]
    rows = np.arange(4)

    def seen(times, visits):
        at = Occasions(times, visits, rows, 6, 1.0, 4, tuple(range(4)), 0.5, 8.0)
        x = np.linspace(0.3, 0.9, structure.size(at))[: structure.n_rho(at)]
        return np.array(structure.correlation(structure.natural(x, at), at))

    usual = seen(TIMES, rows)
    if not np.allclose(seen(TIMES + 1, rows + 1), usual):
        return  # a correlation for each pair of visits: no distance is counted
    felt = [not np.allclose(other, usual) for other in (seen(TIMES, rows + (rows == 3)), seen(TIMES**1.5, rows))]
    assert structure.clock == {(False, False): "", (True, False): "visit", (False, True): "time"}[tuple(felt)]


@pytest.mark.parametrize("name", NAMES)
def test_every_correlation_lies_in_its_range_and_is_found_again(name):
    structure, at = NAMES[name], occasions()
    rng = np.random.default_rng(3)
    low, high = structure.rho_range(at)
    k = structure.n_rho(at)
    for _ in range(20):
        x = drawn(structure, rng)
        carried = structure.at(x, 1.0, at)
        if not k:
            assert carried.rho is None
            continue
        rho = rho_values(carried.rho)
        assert len(rho) == k
        assert ((low <= rho) & (rho <= high)).all()
        for number in range(k):
            moved = x[:k].copy()
            moved[number] = 0.0
            assert structure.solved(moved, number, rho[number], at) == pytest.approx(x[number], abs=1e-6)
            assert structure.solved(moved, number, 1.0, at) is None
            assert structure.solved(moved, number, -1.0, at) is None


@pytest.mark.parametrize("name", [name for name, one in NAMES.items() if one.n_rho(occasions()) > 1])
def test_the_inverse_follows_the_other_numbers_to_first_order(name):
    structure, at = NAMES[name], occasions()
    x = drawn(structure, np.random.default_rng(5))[: structure.n_rho(at)]
    value = rho_values(structure.natural(x, at))[-1]
    move = np.arange(1.0, len(x) + 1) * (np.arange(len(x)) < len(x) - 1)
    ends = [structure.solved(x + sign * 1e-5 * move, len(x) - 1, value, at) for sign in (1, -1)]
    exact = structure.solved(x + 1e-30j * move, len(x) - 1, value, at)
    assert exact.imag / 1e-30 == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_structure_depends_on_what_it_says(name):
    """Times alone, visits alone, or neither: ``needs_time`` and ``continuous`` are what callers go by."""
    structure = NAMES[name]
    x = drawn(structure, np.random.default_rng(4))
    R = structure.relative(x, occasions())
    by_time = not np.allclose(R, structure.relative(x, occasions(TIMES**2)))
    by_visit = not np.allclose(R, structure.relative(x, occasions(visits=np.array([0, 2, 1, 3]))))
    assert by_time == structure.needs_time
    assert by_visit != structure.continuous


PAIRS = [(large, small) for large in KINDS for small in large.cases]


@pytest.mark.parametrize(("large", "small"), PAIRS, ids=[f"{a.__name__}-{b.__name__}" for a, b in PAIRS])
def test_a_structure_reaches_what_it_is_said_to_contain(large, small):
    at = occasions(np.arange(4.0))
    large = next(one for one in NAMES.values() if type(one) is large)
    small = small()
    rng = np.random.default_rng(7)
    for _ in range(3):
        R = small.relative(drawn(small, rng), at)
        starts = [np.append(start, np.zeros(large.size(at) - len(start))) for start in large.starts(at)]

        def off(x, R=R):
            return (large.relative(x, at) - R).ravel()

        gaps = [optimize.least_squares(off, start, xtol=1e-15, gtol=1e-15).cost for start in starts]
        assert min(gaps) < 1e-12


@pytest.mark.parametrize("unit", [1e-12, 1e-4, 1.0, 8.64e13])
def test_the_unit_of_time_is_nothing_to_an_exponential(unit):
    sleep = lmmteach.load_sleepstudy()
    fits = [
        lmm("reaction ~ days + (1 | subject)", sleep.assign(clock=sleep["days"] * one), time="clock",
            residual="exponential")
        for one in (1.0, unit)
    ]  # fmt: skip
    assert fits[1].deviance == pytest.approx(fits[0].deviance, abs=1e-7)
    assert fits[1].residual.range / unit == pytest.approx(fits[0].residual.range, rel=1e-5)
    assert fits[1].deviance_at() == pytest.approx(fits[1].deviance, abs=1e-7), "the values carried are the values found"
    assert not fits[1].singular


def test_visits_a_little_off_their_plan_leave_the_search_its_way(framingham_data):
    """Among all distinct times the spacing is then tiny; within a subject it is not."""
    rng = np.random.default_rng(1)
    data = framingham_data.assign(exam=framingham_data["year"] + rng.normal(0, 0.05, len(framingham_data)))
    fit = lmm("cholesterol ~ year + (1 | id)", data, time="exam", residual="exponential")
    assert fit.converged
    assert fit.residual.range > 0.3
    for rho in np.linspace(0.02, 0.98, 25):  # nowhere on the way is it lower
        assert fit.deviance_at(sigma2=Exponential(rho=rho, sigma2=fit.sigma2)) > fit.deviance - 1e-9


def test_structures_add_by_sum_and_nothing_else_does():
    assert repr(sum([Exponential(), Independent()])) == "Exponential() + Independent()"
    with pytest.raises(ParameterError, match="3 is no residual structure"):
        Exponential() + 3


@pytest.mark.parametrize(
    ("make", "culprit"),
    [
        (lambda: AR1(rho=2), "rho cannot be 2"),
        (lambda: AR1(rho=[0.1, 0.2]), "Give one correlation"),
        (lambda: AR1(rho="a"), "rho is not made of numbers"),
        (lambda: AR1(by=3), "by cannot be 3"),
        (lambda: AR1(sigma2=-1), "sigma2 is -1"),
        (lambda: Exponential(rho=-0.5), "rho cannot be -0.5"),
        (lambda: Exponential(range=-2), "range cannot be -2"),
        (lambda: AR1(sigma2=1).cov([0, 1]), "carries no values yet"),
        (lambda: AR1(rho=0.5, sigma2=1).cov("abc"), "times is not made of numbers"),
        (lambda: AR1(rho=0.5, sigma2=1).cov([np.nan]), "finite"),
        (lambda: AR1(rho=0.5, sigma2=1).cov([-1, 0]), "counts visits"),
        (lambda: AR1(rho=0.5, sigma2=1).cov([0, 10**10]), "too many"),
        (lambda: Toeplitz(rho=[0.5], sigma2=1).cov([0, 1, 2]), "has 1 correlations and needs 2"),
        (lambda: CompoundSymmetry(rho=-0.9, sigma2=1).cov([0, 1, 2]), "no covariance matrix at 3 times"),
        (lambda: Diagonal(by="sex").cov([0, 1]), "carries no values|strata="),
    ],
)
def test_values_that_cannot_be_are_named(make, culprit):
    with pytest.raises(ParameterError, match=culprit):
        make()


def test_a_structure_of_a_fit_tells_its_visits_apart():
    sleep = lmmteach.load_sleepstudy()
    fit = lmm("reaction ~ days", sleep, groups="subject", time="days", residual="diagonal")
    V = fit.marginal_cov()
    assert np.diag(fit.residual.cov([2, 3])) == pytest.approx(np.diag(V)[2:4])
    with pytest.raises(ParameterError, match="variances for"):
        fit.residual.cov([0, 12])
    with pytest.raises(ParameterError, match="carries no values"):
        fit.deviance_at(sigma2=Independent(by="visit", sigma2=3))
    with pytest.raises(ParameterError, match="carries no values"):
        fit.deviance_at(sigma2=replace(AR1(), sigma2=100.0))
