"""How cost grows with the number of subjects: counted, not timed, so that a busy machine changes nothing.

A Python function called once a subject is lost in the noise of a small study and takes minutes in a large one.
So the calls of everything a fit is asked are counted for 300 subjects and for 4,500: their number must not follow
the subjects.  Memory must follow the rows and nothing steeper.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lmmteach

SMALL, LARGE, VISITS = 300, 4_500, 5
MORE_CALLS = 1.5  # a search may take a few steps more: fifteen times the subjects must never be felt
MORE_BYTES = 1.5  # of a row, at most: what one row takes may not grow with the number of rows
RESIDUALS = ("independent", "ar1", "exponential")


def study(subjects: int, own_times: bool) -> pd.DataFrame:
    """Random intercepts and slopes; a sixth of the visits missed, or times that no two subjects share."""
    rng = np.random.default_rng(20)
    i = np.repeat(np.arange(subjects), VISITS)
    shared = np.tile(2.0 * np.arange(VISITS), subjects)
    t = np.sort(rng.uniform(0, 8, (subjects, VISITS)), axis=1).ravel() if own_times else shared
    b = rng.normal(size=(subjects, 2)) * [3.0, 0.5]
    y = 10 + t + b[i, 0] + b[i, 1] * t + rng.normal(size=len(t))
    frame = pd.DataFrame({"id": i, "t": t, "x": rng.normal(size=subjects)[i], "y": y})
    return frame if own_times else frame[rng.random(len(frame)) > 1 / 6].reset_index(drop=True)


def fitted(data: pd.DataFrame, residual: str) -> lmmteach.Fit:
    """The fit whose growth is watched; R in continuous time beside a random intercept, else beside a slope, too."""
    bar = "(1 | id)" if residual == "exponential" else "(1 + t | id)"
    timed = {"time": "t"} if residual == "exponential" else {}
    return lmmteach.lmm(f"y ~ t + x + {bar}", data, residual=residual, **timed)


#: what is asked of a fit, and of the data it came from
ASKED: dict[str, Callable[[lmmteach.Fit, pd.DataFrame], Any]] = {
    "predict": lambda fit, data: fit.predict(data),
    "random_effects": lambda fit, data: fit.random_effects(se=True),
    "residuals": lambda fit, data: fit.residuals("marginal", "normalized"),
    "coef_table": lambda fit, data: fit.coef_table(),
    "simulate": lambda fit, data: fit.simulate(2, seed=1),
}


def calls(action: Callable[[], object]) -> int:
    """How many Python functions an action calls."""
    count = 0

    def hook(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(hook)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def peak(action: Callable[[], object]) -> int:
    """The most bytes that an action holds at once, besides what was there before."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def watched(ask: Callable[[lmmteach.Fit, pd.DataFrame], object], own_times: bool, residual: str) -> None:
    """Hold what 4,500 subjects cost, in calls and in bytes a row, to what 300 do."""
    counted, used = {}, {}
    for subjects in (SMALL, LARGE):
        data = study(subjects, own_times)
        fit = fitted(data, residual)

        def action(fit: lmmteach.Fit = fit, data: pd.DataFrame = data) -> None:
            ask(fit, data)

        action()  # what is made once a process, or once a fit, is there before anything is counted
        counted[subjects], used[subjects] = calls(action), peak(action) / len(data)
    assert counted[SMALL] > 10, "the hook counted nothing"
    assert counted[LARGE] < MORE_CALLS * counted[SMALL], counted
    assert used[LARGE] < MORE_BYTES * used[SMALL], used


@pytest.mark.parametrize("own_times", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("residual", RESIDUALS)
@pytest.mark.parametrize("asked", ASKED)
def test_cost_does_not_follow_the_subjects(asked: str, residual: str, own_times: bool) -> None:
    watched(ASKED[asked], own_times, residual)


@pytest.mark.parametrize("own_times", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("residual", RESIDUALS)
def test_a_fit_costs_as_many_calls_for_many_subjects_as_for_few(residual: str, own_times: bool) -> None:
    watched(lambda fit, data: fitted(data, residual), own_times, residual)


@pytest.mark.parametrize("own_times", [False, True], ids=["shared", "own"])
def test_an_explorer_costs_no_call_a_subject(own_times: bool) -> None:
    watched(lambda fit, data: fit.explore(), own_times, "independent")


def test_the_count_sees_a_loop_over_subjects() -> None:
    """The check can fail: a function called once a subject is noticed."""
    with pytest.raises(AssertionError, match="4500"):
        watched(lambda fit, data: data.groupby("id")["y"].agg(lambda one: one.max()), False, "independent")
