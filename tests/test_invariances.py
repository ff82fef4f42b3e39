"""What must not matter does not matter: scale, origin, order, empty levels, and how a formula is spelled."""

from __future__ import annotations

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lmmteach

FORMULA = "y ~ t*group + (1 + t | id)"
SLACK = 2e-6  # in -2 log L; two certified optima of one likelihood


@st.composite
def studies(draw):
    """Small unbalanced longitudinal data with honest variation."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    m, n = draw(st.integers(8, 20)), draw(st.integers(4, 6))
    frame = pd.DataFrame({"id": np.repeat(np.arange(m), n), "t": np.tile(np.arange(n) * 1.5, m)})
    frame["group"] = np.where(frame.id % 2 == 0, "a", "b")
    b = rng.normal(size=(m, 2)) * [2.0, 0.7]
    frame["y"] = 5 + frame.t + b[frame.id, 0] + b[frame.id, 1] * frame.t + rng.normal(size=m * n)
    return frame[rng.random(m * n) > 0.15].reset_index(drop=True)


def same(fit, other, shift=0.0):
    """Both are certified, and their -2 log L differ by ``shift`` and rounding."""
    assert fit.converged
    assert other.converged
    assert other.deviance - fit.deviance == pytest.approx(shift, abs=SLACK)


@settings(max_examples=25, deadline=None)
@given(studies(), st.floats(-3000, 3000))
def test_moving_the_origin_of_time_maps_G_to_TGT_and_leaves_V(frame, origin):
    fit, moved = lmmteach.lmm(FORMULA, frame), lmmteach.lmm(FORMULA, frame.assign(t=frame.t - origin))
    same(fit, moved)
    T = np.array([[1, origin], [0, 1]])  # b0 at the new origin is b0 + origin * b1
    G = T @ fit.G.to_numpy() @ T.T
    scale = np.sqrt(np.outer(np.diag(G), np.diag(G)))
    assert np.abs(moved.G.to_numpy() - G).max() < 2e-3 * scale.max()
    times = np.unique(frame.t)
    V, V_moved = fit.marginal_cov(times=times), moved.marginal_cov(times=times - origin)
    assert V_moved.to_numpy() == pytest.approx(V.to_numpy(), rel=2e-3, abs=2e-3 * np.abs(V.to_numpy()).max())
    for name in ("t", "t:groupb"):
        assert moved.beta[name] == pytest.approx(fit.beta[name], abs=1e-3 * fit.se[name])
    assert moved.fitted().to_numpy() == pytest.approx(fit.fitted().to_numpy(), abs=1e-2)


@settings(max_examples=25, deadline=None)
@given(studies(), st.floats(-6, 6), st.floats(-6, 6))
def test_units_of_response_and_time(frame, log_y, log_t):
    a, c = 10.0**log_y, 10.0**log_t
    fit, scaled = lmmteach.lmm(FORMULA, frame), lmmteach.lmm(FORMULA, frame.assign(y=a * frame.y, t=c * frame.t))
    # y -> a y adds 2 (N - p) log a; REML's log|X'V^-1X| feels the unit of time in each column that has it.
    same(fit, scaled, 2 * (len(frame) - 4) * np.log(a) + 2 * 2 * np.log(c))
    D = np.diag([a, a / c])
    G = D @ fit.G.to_numpy() @ D
    assert (
        np.abs(np.linalg.inv(D) @ (scaled.G.to_numpy() - G) @ np.linalg.inv(D)).max()
        < 2e-3 * np.abs(fit.G.to_numpy()).max()
    )
    assert scaled.sigma2 == pytest.approx(a**2 * fit.sigma2, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(studies(), st.randoms(use_true_random=False))
def test_order_and_names_of_rows_and_subjects(frame, random):
    fit = lmmteach.lmm(FORMULA, frame)
    labels = random.sample(range(1000), int(frame.id.max()) + 1)
    shuffled = frame.assign(id=[f"s{labels[i]:03d}" for i in frame.id]).sample(
        frac=1, random_state=random.randint(0, 99)
    )
    other = lmmteach.lmm(FORMULA, shuffled)
    same(fit, other)
    assert other.beta.to_numpy() == pytest.approx(fit.beta.to_numpy(), abs=1e-3 * fit.se.max())
    back = other.fitted().reindex(fit.fitted().index)
    assert back.to_numpy() == pytest.approx(fit.fitted().to_numpy(), abs=1e-2)


@settings(max_examples=10, deadline=None)
@given(studies())
def test_an_empty_level_changes_nothing(frame):
    wider = frame.assign(
        id=pd.Categorical(frame.id, categories=range(50)),
        group=pd.Categorical(frame.group, categories=["a", "none", "b"]),
    )
    fit, other = lmmteach.lmm(FORMULA, frame), lmmteach.lmm(FORMULA, wider)
    same(fit, other)
    assert list(other.beta.index) == list(fit.beta.index)
    assert other.n_subjects == fit.n_subjects == len(other.random_effects())


@settings(max_examples=10, deadline=None)
@given(studies())
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y ~ t*group + (1 + t | id)", "y ~ t + group + t:group + (t | id)"),
        ("y ~ t*group + (1 + t | id)", "y ~ 1 + group*t + (t + 1 | id)"),
        ("y ~ t + I(t^2) + (1 + t || id)", "y ~ t + sq + (1 | id) + (0 + t | id)"),
        ("y ~ t + (1 | group/id)", "y ~ t + (1 | group) + (1 | group:id)"),
        ("y ~ (t + group)^2 + (1 | id)", "y ~ t*group + (1 | id)"),
    ],
)
def test_spellings_of_one_model(one, other, frame):
    frame = frame.assign(sq=frame.t**2)
    same(lmmteach.lmm(one, frame), lmmteach.lmm(other, frame))


@settings(max_examples=10, deadline=None)
@given(studies())
def test_a_random_intercept_is_compound_symmetry_where_the_correlation_is_positive(frame):
    intercept = lmmteach.lmm("y ~ t + (1 | id)", frame)
    pattern = lmmteach.lmm("y ~ t", frame, groups="id", time="t", residual="cs")
    if not intercept.singular:
        same(intercept, pattern)
    else:  # compound symmetry may go below 0, a random intercept cannot
        assert pattern.deviance <= intercept.deviance + SLACK


@settings(max_examples=10, deadline=None)
@given(studies(), st.integers(0, 3))
def test_adding_a_line_that_X_contains_moves_beta_by_it_and_nothing_else(frame, k):
    fit, moved = lmmteach.lmm(FORMULA, frame), lmmteach.lmm(FORMULA, frame.assign(y=frame.y + 3 + k * frame.t))
    same(fit, moved)
    assert moved.beta["t"] - fit.beta["t"] == pytest.approx(k, abs=1e-3 * fit.se["t"])


SINGULAR = ["y ~ t + (1 + t | id)", "y ~ t + (1 + t || id)", "y ~ t + (1 + t + I(t^2) | id)", "y ~ t + (0 + t | id)"]


@st.composite
def alike(draw):
    """Studies whose people differ in one way at most, or in none: G is often singular."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    m, n = draw(st.integers(6, 15)), draw(st.integers(4, 6))
    frame = pd.DataFrame({"id": np.repeat(np.arange(m), n), "t": np.tile(np.arange(n) * 1.5, m)})
    b, way = rng.normal(size=m), draw(st.sampled_from([(0, 0), (2, 0), (0, 1), (2, -0.6), (1, 0.5)]))
    return frame.assign(y=(way[0] + way[1] * frame["t"]) * b[frame["id"]] + rng.normal(size=m * n))


@settings(max_examples=40, deadline=None)
@given(alike(), st.sampled_from(SINGULAR), st.floats(-9, 9), st.floats(-9, 9))
def test_what_is_said_of_a_fit_does_not_depend_on_the_units(frame, formula, log_t, log_y):
    fit = lmmteach.lmm(formula, frame)
    other = lmmteach.lmm(formula, frame.assign(t=frame["t"] * 10**log_t, y=frame["y"] * 10**log_y))
    hypothesis.assume(fit.converged and other.converged)
    assert other.message == fit.message
    tables = [one.confint("wald")["lower"].notna().tolist() for one in (fit, other)]
    assert tables[0] == tables[1], "the same parameters have an interval"


def test_a_correlation_of_one_is_one_in_every_unit():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"id": np.repeat(np.arange(20), 5), "t": np.tile(np.arange(5.0), 20)})
    frame["y"] = (2 - 0.6 * frame["t"]) * rng.normal(size=20)[frame["id"]] + 0.5 * rng.normal(size=100)
    said = {
        lmmteach.lmm("y ~ t + (1 + t | id)", frame.assign(t=frame["t"] * 10.0**k)).message for k in range(-9, 10, 3)
    }
    assert len(said) == 1
    assert "the correlation of (Intercept) and t across id is estimated as -1" in said.pop()
