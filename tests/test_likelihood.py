"""The bare mathematics, and the fast likelihood held to the readable one."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach import AR1, CompoundSymmetry, Diagonal, Exponential, Independent, Toeplitz, Unstructured
from lmmteach.covariance.factor import free_entries
from lmmteach.covariance.names import as_structure
from lmmteach.design.build import build
from lmmteach.errors import ModelError, ParameterError
from lmmteach.fitting.objective import Objective
from lmmteach.likelihood.pooling import pool
from lmmteach.likelihood.settings import deviance_at
from tests.reference.reading import HERE, data_of, entries, hard_fit, hard_sets

STRUCTURES = [
    Independent(), Diagonal(), Diagonal(by="sex"), CompoundSymmetry(), CompoundSymmetry(by="visit"),
    AR1(), AR1(by="visit"),
    Exponential(), Toeplitz(), Unstructured(), Exponential() + Independent(), AR1() + Independent(),
]  # fmt: skip
FORMULAS = {
    "intercept": "y ~ sex*t + (1 | id)",
    "slope": "y ~ sex*t + (1 + t | id)",
    "diagonal": "y ~ sex + (1 + t || id)",
    "pattern": "y ~ sex*t",
    "nested": "y ~ t + (1 + t | site/id)",
    "crossed": "y ~ t + (1 | id) + (1 | rater)",
}


@pytest.fixture(scope="module")
def data():
    """Forty subjects at up to five visits, some missed, in four sites, seen by three raters."""
    rng = np.random.default_rng(8)
    frame = pd.DataFrame([(i, t) for i in range(40) for t in (0.0, 1.0, 2.0, 4.0, 7.0)], columns=["id", "t"])
    frame = frame[rng.random(len(frame)) > 0.2].reset_index(drop=True)
    frame["sex"] = np.where(frame.id % 2, "m", "f")
    frame["site"], frame["rater"] = frame.id % 4, rng.integers(0, 3, len(frame))
    b = rng.normal(size=(40, 2))
    frame["y"] = 10 + frame.t + b[frame.id, 0] * 2 + b[frame.id, 1] * frame.t * 0.3 + rng.normal(size=len(frame))
    return frame


# Under crossed factors one block holds everybody; serial residuals there are beyond teaching size.
PAIRS = [(n, s) for n in FORMULAS for s in STRUCTURES if n != "crossed" or isinstance(s, Independent)]


@pytest.mark.parametrize(("name", "residual"), PAIRS, ids=[f"{n}-{type(s).__name__}{s.by or ''}" for n, s in PAIRS])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_fast_equals_readable_and_its_gradient_is_exact(data, name, residual, method):
    groups = "id" if name in ("pattern", "nested", "crossed") else None
    design = build(FORMULAS[name], data, groups, "t", residual)
    objective = Objective(pool(design, as_structure(residual)), method)
    rng = np.random.default_rng(5)
    theta = rng.normal(size=objective.size) * 0.4
    at, gradient = objective.evaluate(theta)
    pooled = objective.pooled
    halves = [np.linalg.solve(T, L) for T, L in zip(pooled.scale, objective.factors(theta), strict=True)]
    G = [at.sigma2 * half @ half.T for half in halves]
    R = pooled.structure.at(objective.x(theta), at.sigma2, pooled.occasions)
    assert at.deviance == pytest.approx(deviance_at(design, G, R, method), rel=1e-9)
    for j in range(objective.size):
        step = np.eye(objective.size)[j] * 1e-6
        slope = (objective.evaluate(theta + step)[0].deviance - objective.evaluate(theta - step)[0].deviance) / 2e-6
        assert gradient[j] == pytest.approx(slope, abs=2e-4 * max(1.0, np.abs(gradient).max()))


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e["id"])
def test_fast_equals_readable_on_every_reference_fit(entry):
    from tests.reference.reading import fit_of

    fit = fit_of(entry)
    assert fit.deviance_at() == pytest.approx(fit.deviance, rel=1e-9)


@pytest.mark.parametrize("entry", hard_sets(), ids=lambda e: e["id"])
@pytest.mark.filterwarnings("ignore::lmmteach.errors.LmmWarning")
def test_fast_equals_readable_on_every_hard_set(entry):
    fit = hard_fit(entry)
    assert fit.deviance_at() == pytest.approx(fit.deviance, rel=1e-9)


@pytest.mark.parametrize("name", ["penicillin_crossed", "pastes_nested", "oats_nested"])
def test_crossed_and_nested_fits_of_lme4(name):
    truth = json.loads((HERE / "crossed_nested.json").read_text())[name]
    fit = lmmteach.lmm(truth["call"], pd.read_csv(HERE / "data" / f"{name.split('_')[0].capitalize()}.csv"))
    assert fit.loglik == pytest.approx(truth["logLik"], abs=1e-6)
    assert fit.beta.to_dict() == pytest.approx(truth["beta"], rel=1e-5)
    assert fit.se.to_numpy() == pytest.approx(np.atleast_1d(truth["se"]), rel=1e-4)
    for row in truth["varcorr"]:  # lme4's own tolerance on variances is about 1e-3
        ours = fit.sigma2 if row["grp"] == "Residual" else fit.G[row["grp"]].iloc[0, 0]
        assert ours == pytest.approx(row["vcov"], rel=1e-3)


def test_marginal_covariance_is_the_lectures_formula():
    t = np.arange(0, 11, 2)
    Z = np.column_stack([np.ones(6), t])
    V = lmmteach.marginal_covariance(Z, [[1400, -60], [-60, 12]], 400)
    assert np.diag(V).tolist() == [1800, 1608, 1512, 1512, 1608, 1800]
    assert np.diff(np.diag(V), 2).tolist() == [96] * 4
    assert lmmteach.cov_to_corr(V)[0, 0] == 1
    with pytest.raises(ParameterError, match="G must be 2 x 2, not of shape"):
        lmmteach.marginal_covariance(Z, [[1]], 1)
    with pytest.raises(ParameterError, match="R must be 6 x 6"):
        lmmteach.marginal_covariance(Z, np.eye(2), np.eye(5))
    with pytest.raises(ParameterError, match="must be a matrix"):
        lmmteach.marginal_covariance(t, np.eye(1), 1)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("place", ["Z", "G", "R"])
def test_marginal_covariance_takes_finite_entries_only(place, bad):
    given = {"Z": np.eye(2), "G": np.eye(2), "R": 1.0, place: bad if place == "R" else np.diag([1, bad])}
    with pytest.raises(ParameterError, match=f"{place} holds {bad:g}; every entry must be finite"):
        lmmteach.marginal_covariance(**given)


def test_marginal_covariance_beyond_the_largest_number_is_refused():
    with pytest.raises(ParameterError, match="entries of Z and G are too large"):
        lmmteach.marginal_covariance([[1e200]], [[1e200]], 1)


def test_cov_to_corr_refuses_what_has_no_correlation():
    with pytest.raises(ParameterError, match="Variance number 2 is 0"):
        lmmteach.cov_to_corr([[1, 0], [0, 0]])
    with pytest.raises(ParameterError, match="square"):
        lmmteach.cov_to_corr([[1, 0]])
    with pytest.raises(ParameterError, match="V holds nan"):
        lmmteach.cov_to_corr([[1, np.nan], [np.nan, 1]])


def test_gls_is_aitkens_estimator():
    rng = np.random.default_rng(0)
    X, y, half = rng.normal(size=(8, 3)), rng.normal(size=8), rng.normal(size=(8, 8))
    V = half @ half.T + np.eye(8)
    W = np.linalg.inv(V)
    fit = lmmteach.gls(y, X, V)
    assert fit.beta == pytest.approx(np.linalg.solve(X.T @ W @ X, X.T @ W @ y))
    assert fit.cov_beta == pytest.approx(np.linalg.inv(X.T @ W @ X))
    r = y - X @ fit.beta
    assert fit.rss == pytest.approx(r @ W @ r)
    assert fit.log_det_V == pytest.approx(np.linalg.slogdet(V)[1])
    with pytest.raises(ParameterError, match="subject number 1 is not positive definite"):
        lmmteach.gls(y, X, V - 100 * np.eye(8))


def test_a_V_that_is_not_symmetric_is_refused_with_subject_and_entry():
    lower = [[1.0, 0.5], [0.2, 1.0]]
    with pytest.raises(ParameterError, match=r"number 2 is not symmetric: V\[0, 1\] is 0.5, but V\[1, 0\] is 0.2"):
        lmmteach.gls([np.array([1.0, 3.0])] * 2, [np.ones((2, 1))] * 2, [np.eye(2), np.array(lower)])


@pytest.mark.parametrize("method", ["ml", "foo", None])
def test_a_deviance_is_by_REML_or_ML_and_nothing_else(method):
    with pytest.raises(ModelError, match="is not known"):
        lmmteach.deviance([1.0, 3.0], [[1.0], [1.0]], np.eye(2), method)


def test_a_G_with_labels_is_matched_by_them(data):
    fit = lmmteach.lmm("y ~ t + (1 + t | id)", data)
    turned = fit.G.iloc[::-1, ::-1]
    for G in (turned, fit.G.iloc[::-1], {"id": turned}, [turned]):
        assert fit.deviance_at(G) == pytest.approx(fit.deviance, rel=1e-9)
    assert fit.deviance_at(turned.to_numpy()) > fit.deviance + 1
    with pytest.raises(ParameterError, match=r"G of id is labelled 0, 1, but .* \(Intercept\), t.*to_numpy"):
        fit.deviance_at(pd.DataFrame(fit.G.to_numpy()))
    with pytest.raises(ParameterError, match="is given for site, but the random terms are id"):
        fit.deviance_at({"site": fit.G})
    two = lmmteach.lmm(FORMULAS["crossed"], data)
    assert two.deviance_at(dict(reversed(two.G.items()))) == pytest.approx(two.deviance, rel=1e-9)


def test_deviance_matches_the_normal_density():
    from scipy.stats import multivariate_normal

    rng = np.random.default_rng(1)
    X, y, half = rng.normal(size=(6, 2)), rng.normal(size=6), rng.normal(size=(6, 6))
    V = half @ half.T + np.eye(6)
    beta = lmmteach.gls(y, X, V).beta
    expected = -2 * multivariate_normal(X @ beta, V).logpdf(y)
    assert lmmteach.deviance(y, X, V, "ML") == pytest.approx(expected, rel=1e-12)
    # REML is the density of error contrasts, up to log|X'X|: A'y ~ N(0, A'VA) with A'X = 0.
    A = np.linalg.qr(np.column_stack([X, rng.normal(size=(6, 4))]))[0][:, 2:]
    contrasts = -2 * multivariate_normal(np.zeros(4), A.T @ V @ A).logpdf(A.T @ y) + np.linalg.slogdet(X.T @ X)[1]
    assert lmmteach.deviance(y, X, V, "REML") == pytest.approx(contrasts, rel=1e-10)
    halves = [slice(0, 3), slice(3, 6)]
    apart = [V[h, h] for h in halves]
    joint = np.zeros((6, 6))
    for h, block in zip(halves, apart, strict=True):
        joint[h, h] = block
    pieces = lmmteach.deviance([y[h] for h in halves], [X[h] for h in halves], apart)
    assert pieces == pytest.approx(lmmteach.deviance(y, X, joint), rel=1e-12)


def test_free_entries_run_down_the_columns():
    assert free_entries(3, True) == ((0, 0), (1, 0), (2, 0), (1, 1), (2, 1), (2, 2))
    assert free_entries(3, False) == ((0, 0), (1, 1), (2, 2))


def test_reference_factors_keep_their_baseline():
    entry = next(e for e in entries() if e["id"] == "orth_ri.REML")
    assert data_of(entry).Sex.cat.categories[0] == "Male"


@pytest.mark.parametrize("V", [np.array("a"), np.array(3.0), [[[1], [1, 2]], [[1]]]])
def test_odd_arrays_are_named_not_measured(V):
    with pytest.raises(ParameterError, match="V"):
        lmmteach.gls([[1, 0], [0, 1]], [0, 2], V)
    with pytest.raises(ParameterError, match=r"y|V"):
        lmmteach.gls([[[1], [1, 2]]], [[[1.0]]], V)
