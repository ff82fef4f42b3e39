"""Students' functions: endless, failing, spoiling, ending Python; on Linux in a copy, elsewhere in a thread."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.check import trial
from lmmteach.check.forms import Unfit
from lmmteach.check.limits import Died, TimeUp, run_limited
from lmmteach.check.trial import try_function

FORKS = [True, False] if sys.platform == "linux" else [False]
INPUTS: list[tuple[Any, ...]] = [(np.array([[2.0, 1.0], [1.0, 3.0]]), 2.0)] * 3


@pytest.fixture(params=FORKS, ids=lambda fork: "copy" if fork else "thread")
def limited(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways of running a stranger's function."""
    monkeypatch.setattr(trial, "run_limited", lambda job, seconds: run_limited(job, seconds, fork=request.param))
    return bool(request.param)


def tried(function: Any, seconds: float = 1.0) -> Unfit:
    with pytest.raises(Unfit) as caught:
        try_function(function, INPUTS, ("G", "c"), seconds)
    assert "Traceback" not in caught.value.says
    return caught.value


def loop(G: Any, c: float) -> None:
    while True:
        pass


def stubborn(G: Any, c: float) -> None:
    while True:
        try:
            while True:
                sum(range(100))
        except BaseException:
            pass


def stubborn_finally(G: Any, c: float) -> None:
    try:
        while True:
            pass
    finally:
        for _ in range(10**9):
            pass


def asleep(G: Any, c: float) -> None:
    while True:
        time.sleep(0.05)


@pytest.mark.parametrize("function", [loop, stubborn, stubborn_finally, asleep])
def test_endless_loops_end(limited: bool, function: Callable[..., None]) -> None:
    started = time.monotonic()
    unfit = tried(function)
    assert unfit.name == "endless"
    assert "loop that never ends" in unfit.says
    assert "restart" not in unfit.says
    assert time.monotonic() - started < 5
    assert not any(thread.name == "lmmteach check" for thread in threading.enumerate())


@pytest.mark.skipif(sys.platform != "linux", reason="the copy is Linux's")
def test_endless_loops_inside_c_end_in_a_copy() -> None:
    assert tried(lambda G, c: sum(itertools.repeat(0))).name == "endless"
    assert tried(lambda G, c: list(itertools.count())).name in ("endless", "memory")
    assert tried(lambda G, c: np.zeros(10**11) + 1).name in ("memory", "error")
    assert tried(lambda G, c: os._exit(3)).name == "died"
    assert tried(lambda G, c: os.kill(os.getpid(), 9)).name == "died"


def test_a_thread_that_cannot_be_ended_is_left_and_said() -> None:
    def deaf(G: Any, c: float) -> None:
        time.sleep(4)

    with pytest.raises(TimeUp) as caught:
        run_limited(lambda: deaf(None, 0), 0.2, fork=False)
    assert caught.value.left_behind


def test_what_a_failing_function_says(limited: bool) -> None:
    def shapes(G: Any, c: float) -> Any:
        n = 3
        return G @ np.ones((n, 1))

    unfit = tried(shapes)
    line = shapes.__code__.co_firstlineno + 2
    assert unfit.name == "sizes"
    assert f"In line {line} of your code, `return G @ np.ones((n, 1))`: two sizes" in unfit.says
    assert "NameError: name 'undefined' is not defined" in tried(_undefined).says
    assert "calls itself without end" in tried(_recursive).says
    assert "`return" in tried(lambda G, c: None).says
    assert tried(lambda G: G).name == "arguments"
    assert tried(exit).name in ("died", "arguments", "error")
    assert tried(lambda G, c: sys.exit()).name == "died"
    assert tried(lambda G, c: input()).name == "error"
    assert "cannot ask for input" in tried(lambda G, c: input()).says
    assert tried(lambda G, c: 1 / 0).says.endswith("ZeroDivisionError: division by zero.")
    assert tried(_raise_hostile).name == "error"
    assert tried(_not_implemented).name == "blank"
    for nothing in (3.0, "shift_G", np.eye(2), None):
        assert tried(nothing).name == "not-a-function"


def _undefined(G: Any, c: float) -> Any:
    return undefined  # type: ignore[name-defined]  # noqa: F821


def _recursive(G: Any, c: float) -> Any:
    return _recursive(G, c)


def _not_implemented(G: Any, c: float) -> Any:
    raise NotImplementedError


def _raise_hostile(G: Any, c: float) -> Any:
    class Hostile(Exception):
        def __str__(self) -> str:
            raise SystemExit

    raise Hostile


def test_a_function_that_spoils_its_input(limited: bool) -> None:
    def spoils(G: Any, c: float) -> Any:
        G[0, 0] = 0
        return G

    unfit = tried(spoils)
    assert unfit.name == "changes-its-input"
    assert "the G it is given" in unfit.says
    assert INPUTS[0][0][0, 0] == 2.0


def test_prints_and_globals_do_not_come_through(limited: bool, capfd: pytest.CaptureFixture[str]) -> None:
    def chatty(G: Any, c: float) -> Any:
        print("hello")
        print("oops", file=sys.stderr)
        return G

    before = (sys.stdout, sys.stderr, input)
    assert len(try_function(chatty, INPUTS, ("G", "c"))) == 3
    assert (sys.stdout, sys.stderr, input) == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="the copy is Linux's")
def test_nothing_a_function_does_to_the_notebook_stays() -> None:
    seen: list[int] = []

    def leaves_traces(G: Any, c: float) -> Any:
        seen.append(1)
        np.set_printoptions(precision=1)
        return G

    try_function(leaves_traces, INPUTS, ("G", "c"))
    assert seen == []
    assert np.get_printoptions()["precision"] != 1


def test_results_that_are_no_results(limited: bool) -> None:
    class Hostile:
        def __repr__(self) -> str:
            raise SystemExit

        def __array__(self, *args: Any) -> Any:
            raise KeyboardInterrupt

        def __reduce__(self) -> Any:
            return os._exit, (1,)

    assert tried(lambda G, c: Hostile()).name == "wrong-kind"
    assert tried(lambda G, c: (x for x in G)).name == "wrong-kind"
    assert tried(lambda G, c: lambda: 1).name == "function-itself"


def test_died_without_a_result() -> None:
    with pytest.raises(Died):
        run_limited(lambda: sys.exit(), 1.0)


def test_whole_check_of_an_endless_function() -> None:
    started = time.monotonic()
    feedback = lmmteach.check("06.1", loop)
    assert feedback.diagnosis == "endless"
    assert time.monotonic() - started < 6


def test_almost_right_functions_are_wrong() -> None:
    def only_the_example(G: Any, c: float) -> Any:
        T = np.array([[1, c], [0, 1]])
        return T @ G @ T.T if c > 0 else G

    said = lmmteach.check("06.1", only_the_example)
    assert not said.passed

    def wrong_slope(G: Any, c: float) -> Any:
        return np.asarray(G) * 2.0

    assert lmmteach.check("06.1", wrong_slope).diagnosis == "slope-variance"
    for good in (lambda G, c: (np.array([[1, c], [0, 1]]) @ G @ np.array([[1, 0], [c, 1]])).tolist(), _shift_frame):
        assert lmmteach.check("06.1", good).passed


def _shift_frame(G: Any, c: float) -> Any:
    import pandas as pd

    T = np.array([[1, c], [0, 1]])
    return pd.DataFrame(T @ G @ T.T, index=["(Intercept)", "year"], columns=["(Intercept)", "year"])
