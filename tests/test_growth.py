"""How cost grows with the number of subjects: counted, not timed, so that a busy machine changes nothing.

A Python function called once a subject is lost in the noise of a small study and takes minutes in a large one.
So the calls of everything a fit is asked are counted for 300 subjects and for 4,500: their number must not follow
the subjects.  Memory must follow the rows and nothing steeper.

Not asked: ``fit.deviance_at``, which is the readable likelihood, one subject after another, and says so.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from functools import cache, partial
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach

from . import singular

SMALL, LARGE, VISITS = 300, 4_500, 5
FEW, MANY = 60, 900  # ... centres of nested and crossed groups
MORE_CALLS = 1.5  # a search may take a few steps more: fifteen times the subjects must never be felt
MORE_BYTES = 1.5  # of a row, at most: what one row takes may not grow with the number of rows
RESIDUALS = ("independent", "ar1", "exponential")
OWN_TIMES = pytest.mark.parametrize("own_times", [False, True], ids=["shared", "own"])
#: ipywidgets looks through all that it sends, list by list: a pattern of visits is one, and is somebody's own here
NOT_OURS = {"_separate_buffers"}


@cache
def study(subjects: int, own_times: bool) -> pd.DataFrame:
    """Random intercepts and slopes, errors that remember; a sixth of the visits missed, or times nobody shares."""
    rng = np.random.default_rng(20)
    i = np.repeat(np.arange(subjects), VISITS)
    shared = np.tile(2.0 * np.arange(VISITS), (subjects, 1))
    t = np.sort(rng.uniform(0, 8, shared.shape), axis=1) if own_times else shared
    b = rng.normal(size=(subjects, 2)) * [3.0, 0.5]
    # Without this memory the best range is 0, and the search for it long and beside the point.
    e = rng.normal(size=t.shape)
    for k in range(1, VISITS):
        rho = np.exp(-(t[:, k] - t[:, k - 1]) / 2)
        e[:, k] = rho * e[:, k - 1] + np.sqrt(1 - rho**2) * e[:, k]
    t, e = t.ravel(), e.ravel()
    y = 10 + t + b[i, 0] + b[i, 1] * t + 2 * e
    frame = pd.DataFrame({"id": i, "t": t, "x": rng.normal(size=subjects)[i], "y": y})
    return frame if own_times else frame[rng.random(len(frame)) > 1 / 6].reset_index(drop=True)


@cache
def groups(centres: int) -> pd.DataFrame:
    """In each centre three wards and three raters who see all of them: nested in the centre, crossed in it."""
    rng = np.random.default_rng(21)
    row = np.arange(centres * 18)
    centre, place = np.divmod(row, 18)
    ward, rater = place // 6, place % 3
    effects = [rng.normal(size=centres)[centre], *(rng.normal(size=3 * centres)[3 * centre + k] for k in (ward, rater))]
    y = np.sum(effects, axis=0) + rng.normal(size=len(row))
    columns = {"centre": centre, "ward": ward, "bed": 3 * centre + ward, "rater": 3 * centre + rater}
    return pd.DataFrame(columns | {"x": rng.normal(size=len(row)), "y": y})


def fit_of(data: pd.DataFrame, residual: str) -> lmmteach.Fit:
    """The fit whose growth is watched; R in continuous time beside a random intercept, else beside a slope, too."""
    bar = "(1 | id)" if residual == "exponential" else "(1 + t | id)"
    timed = {"time": "t"} if residual == "exponential" else {}
    return lmmteach.lmm(f"y ~ t + x + {bar}", data, residual=residual, **timed)


@cache
def fitted(subjects: int, residual: str, own_times: bool) -> lmmteach.Fit:
    return fit_of(study(subjects, own_times), residual)


#: what is asked of a fit, and of the data it came from
ASKED: dict[str, Callable[[lmmteach.Fit, pd.DataFrame], Any]] = {
    "fitted": lambda fit, data: fit.fitted(),
    "predict": lambda fit, data: fit.predict(data),
    "predict, confidence": lambda fit, data: fit.predict(data, interval="confidence"),
    "predict, prediction": lambda fit, data: fit.predict(data, interval="prediction"),
    "predict, marginal prediction": lambda fit, data: fit.predict(data, "marginal", "prediction"),
    "contrast": lambda fit, data: fit.contrast({"(Intercept)": 1, "t": 4}),
    "marginal_means": lambda fit, data: fit.marginal_means("t", at={"t": [0, 4]}, contrasts="pairwise"),
    "anova": lambda fit, data: fit.anova(),
    "icc": lambda fit, data: fit.icc(),
    "r2": lambda fit, data: fit.r2(),
    "random_effects": lambda fit, data: fit.random_effects(se=True),
    "residuals": lambda fit, data: fit.residuals("marginal", "normalized"),
    "marginal_cov": lambda fit, data: fit.marginal_cov(subject=data["id"].iloc[-1]),
    "coef_table": lambda fit, data: fit.coef_table(),
    "simulate": lambda fit, data: fit.simulate(2, seed=1),
    "summary": lambda fit, data: (repr(fit), str(fit.summary()), fit._repr_html_()),
}
#: what takes a search, or R = sigma2 I
PLAIN: dict[str, Callable[[lmmteach.Fit, pd.DataFrame], Any]] = {
    "refit": lambda fit, data: fit.refit(data["y"] + 0.1 * data["x"]),
    "kenward_roger": lambda fit, data: fit.coef_table("kenward-roger"),
    "confint": lambda fit, data: fit.confint(),
    "explore": lambda fit, data: fit.explore(),
    "explorer's gap": lambda fit, data: fit.explore().gap,
    "to_html": lambda fit, data: fit.explore().to_html(),
}


#: of Python's own functions, and with the built-in ones that it calls by themselves
OURS, ALL = ("call",), ("call", "c_call")


def cost(action: Callable[[], object], events: tuple[str, ...] = OURS) -> tuple[int, int]:
    """How many functions an action calls, and the most bytes it holds at once besides what was there."""
    count = 0

    def hook(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in events and frame.f_code.co_name not in NOT_OURS

    before = sys.getprofile()
    tracemalloc.start()
    sys.setprofile(hook)
    try:
        action()
        sys.setprofile(before)
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        sys.setprofile(before)
        tracemalloc.stop()


def watched(actions: dict[int, Callable[[], object]], rows: dict[int, int], events: tuple[str, ...] = OURS) -> None:
    """Hold what many subjects cost, in calls and in bytes a row, to what few do."""
    counted, used = {}, {}
    few, many = actions
    for subjects, action in actions.items():
        actions[few]()  # what is made once a process is there before anything is counted
        counted[subjects], peak = cost(action, events)
        used[subjects] = peak / rows[subjects]
    assert counted[few] > 10, "the hook counted nothing"
    assert counted[many] < MORE_CALLS * counted[few], counted
    assert used[many] < MORE_BYTES * used[few], used


def asked_of(ask: Callable[[lmmteach.Fit, pd.DataFrame], object], residual: str, own_times: bool) -> None:
    both = (SMALL, LARGE)
    data = {subjects: study(subjects, own_times) for subjects in both}
    fits = {subjects: fitted(subjects, residual, own_times) for subjects in both}
    for subjects in both:
        ask(fits[subjects], data[subjects])  # what is made once a fit, too
    actions = {subjects: lambda subjects=subjects: ask(fits[subjects], data[subjects]) for subjects in both}
    watched(actions, {subjects: len(data[subjects]) for subjects in both})


@OWN_TIMES
@pytest.mark.filterwarnings("ignore:AR1 counts visits")
@pytest.mark.parametrize("residual", RESIDUALS)
@pytest.mark.parametrize("asked", ASKED)
def test_cost_does_not_follow_the_subjects(asked: str, residual: str, own_times: bool) -> None:
    asked_of(ASKED[asked], residual, own_times)


@OWN_TIMES
@pytest.mark.parametrize("asked", PLAIN)
def test_cost_of_more_does_not_follow_the_subjects(asked: str, own_times: bool) -> None:
    asked_of(PLAIN[asked], "independent", own_times)


@OWN_TIMES
@pytest.mark.parametrize("residual", RESIDUALS)
def test_a_fit_costs_as_many_calls_for_many_subjects_as_for_few(residual: str, own_times: bool) -> None:
    data = {subjects: study(subjects, own_times) for subjects in (SMALL, LARGE)}
    actions = {subjects: lambda frame=frame: fit_of(frame, residual) for subjects, frame in data.items()}
    watched(actions, {subjects: len(frame) for subjects, frame in data.items()})


@pytest.mark.parametrize("residual", RESIDUALS)
def test_nor_does_it_follow_the_patterns_of_visits(residual: str) -> None:
    """Of ten planned visits a third is missed: people come in hundreds of patterns, some of them in crowds."""
    rng = np.random.default_rng(22)
    data = {}
    for subjects in (SMALL, LARGE):
        i, t = np.divmod(np.arange(10 * subjects), 10)
        y = 10 + t + rng.normal(size=subjects)[i] + rng.normal(size=subjects)[i] * t / 3 + rng.normal(size=len(i))
        data[subjects] = pd.DataFrame({"id": i, "t": t.astype(float), "y": y})[rng.random(len(i)) < 0.7]
    met = {subjects: frame.groupby("id")["t"].agg(tuple).value_counts() for subjects, frame in data.items()}
    assert len(met[LARGE]) > 3 * len(met[SMALL])
    assert met[LARGE].max() > 20
    shape = {"groups": "id", "time": "t", "residual": residual}
    formula, how = ("y ~ t + (1 + t | id)", {}) if residual == "independent" else ("y ~ t", shape)
    actions = {subjects: lambda frame=frame: lmmteach.lmm(formula, frame, **how) for subjects, frame in data.items()}
    watched(actions, {subjects: len(frame) for subjects, frame in data.items()}, ALL)


#: of searches where G is singular in truth some are a few steps longer than others; what follows the subjects is not so
MORE_STEPS = 2.5


@pytest.mark.parametrize("visits", singular.VISITS)
@pytest.mark.parametrize("truth", singular.TRUTHS)
def test_nor_where_g_is_singular(truth: str, visits: str) -> None:
    """A search that stood still spent forty times the calls on three thousand subjects that it spent on 300."""
    for bar in ("slope", "covariate", "interaction", "apart"):
        counted = {}
        for subjects in (SMALL, LARGE):
            frame = singular.study(subjects, truth, visits, seed=1)
            action = partial(lmmteach.lmm, singular.BARS[bar], frame)
            action()
            counted[subjects], _ = cost(action)
        assert counted[LARGE] < MORE_STEPS * counted[SMALL], (bar, counted)


#: what a column may hold of which there is one a row or one a subject
COLUMNS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "numbers": lambda frame: frame,
    "ids of text": lambda frame: frame.assign(id="p" + frame["id"].astype(str)),
    "ids as categories": lambda frame: frame.assign(id=frame["id"].astype("category")),
    "ids as objects": lambda frame: frame.assign(id=frame["id"].astype(object)),
    "a factor of text": lambda frame: frame.assign(x=np.where(frame["x"] > 0, "high", "low")),
    "a factor of truths": lambda frame: frame.assign(x=frame["x"] > 0),
    "a factor of objects": lambda frame: frame.assign(x=pd.Series(frame["x"] > 0, dtype=object)),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_no_kind_of_column_costs_a_call_a_row(kind: str) -> None:
    """Built-in functions are counted, too: two questions of each text were five milliseconds of a large fit."""
    data = {subjects: COLUMNS[kind](study(subjects, False)) for subjects in (SMALL, LARGE)}
    actions = {subjects: lambda frame=frame: fit_of(frame, "independent") for subjects, frame in data.items()}
    watched(actions, {subjects: len(frame) for subjects, frame in data.items()}, ALL)


def test_ids_of_text_cost_no_call_a_subject() -> None:
    data = {m: study(m, False).assign(id=lambda frame: "p" + frame["id"].astype(str)) for m in (SMALL, LARGE)}
    actions = {m: lambda frame=frame: fit_of(frame, "independent").predict(frame) for m, frame in data.items()}
    watched(actions, {m: len(frame) for m, frame in data.items()})


def test_a_comparison_costs_no_call_a_subject() -> None:
    fits = {
        m: [lmmteach.lmm(f"y ~ t + x + {bar}", study(m, False)) for bar in ("(1 | id)", "(1 + t | id)")]
        for m in (SMALL, LARGE)
    }
    actions = {m: lambda pair=pair: lmmteach.compare(*pair) for m, pair in fits.items()}
    watched(actions, {m: len(study(m, False)) for m in fits})


@pytest.mark.parametrize("bars", ["(1 | centre/ward)", "(1 | bed) + (1 | rater)"], ids=["nested", "crossed"])
def test_groups_in_groups_cost_no_call_a_block(bars: str) -> None:
    data = {centres: groups(centres) for centres in (FEW, MANY)}

    def action(frame: pd.DataFrame) -> None:
        fit = lmmteach.lmm(f"y ~ x + {bars}", frame)
        fit.random_effects(se=True)
        fit.predict(frame)
        fit.residuals("marginal", "normalized")

    actions = {centres: lambda frame=frame: action(frame) for centres, frame in data.items()}
    watched(actions, {centres: len(frame) for centres, frame in data.items()})


def test_the_count_sees_a_loop_over_subjects() -> None:
    """The check can fail: a function called once a subject is noticed."""
    with pytest.raises(AssertionError, match="4500"):
        asked_of(lambda fit, data: data.groupby("id")["y"].agg(lambda one: one.max()), "independent", False)


def test_the_count_sees_memory_that_grows_with_the_square() -> None:
    with pytest.raises(AssertionError, match="4500"):
        asked_of(lambda fit, data: [np.ones((len(data), len(data) // 50)), repr(fit)], "independent", False)


def test_power_of_more_subjects_is_not_more_calls() -> None:
    plans = {subjects: study(subjects, False) for subjects in (SMALL, LARGE)}
    beta = {"(Intercept)": 10.0, "x": 0.0, "t": 1.0}

    def planned(subjects: int) -> Callable[[], object]:
        return lambda: lmmteach.power(
            "y ~ x + t + (1 + t | id)", plans[subjects], beta, G=[[9, 0], [0, 0.25]], sigma2=4.0, test="x", n=3,
            progress=False,
        )  # fmt: skip

    watched(
        {subjects: planned(subjects) for subjects in plans}, {subjects: len(plan) for subjects, plan in plans.items()}
    )
