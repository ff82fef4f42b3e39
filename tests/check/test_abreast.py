"""Copies of Python side by side: they end with their caller, say once what is said once, and run no caller's script."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from typing import Any

import numpy as np
import pytest

from lmmteach.beside import one_thread_each
from lmmteach.check.abreast import side_by_side
from lmmteach.errors import LmmWarning


def warned(task: Any) -> Any:
    """Prints and warns, as a task must not be heard to."""
    print("printed")
    warnings.warn("the same for all", LmmWarning, stacklevel=1)
    return {"was": task}


def threads(_: Any) -> int:
    """How many run in this process after a product of matrices."""
    square = np.ones((400, 400))
    return len(os.listdir("/proc/self/task")) if (square @ square).any() else 0


def nobody(task: Any) -> Any:
    raise AssertionError(task)


def running() -> set[str]:
    done = subprocess.run(["ps", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    return {line for line in done.stdout.splitlines() if "lmmteach.check.abreast" in line}


def test_results_come_in_order_and_a_warning_once() -> None:
    tasks = [*range(7), "\ud800", {"a": ["\n"]}]
    with pytest.warns(LmmWarning) as caught:
        assert list(side_by_side(warned, tasks, 2, nobody)) == [{"was": task} for task in tasks]
    assert [str(one.message) for one in caught] == ["the same for all"]


def test_a_task_under_which_python_ends_costs_the_others_nothing() -> None:
    assert list(side_by_side(os._exit, [0, 1], 1, lambda task: f"lost {task}")) == ["lost 0", "lost 1"]


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted on Linux")
def test_copies_side_by_side_compute_in_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each has one for every core, and they wait for one another: a class took five times as long."""
    names = [name for name in one_thread_each() if name.endswith("_THREADS")]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    free = list(side_by_side(threads, [1, 2], 2, nobody))
    for name in names:
        monkeypatch.setenv(name, "1")
    assert free == list(side_by_side(threads, [1, 2], 2, nobody))


def test_where_no_copy_starts_the_caller_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert list(side_by_side(os.path.basename, ["a/b", "c"], 2, nobody)) == ["b", "c"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_ends_all_at_once() -> None:
    before, begun = running(), time.monotonic()
    threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        list(side_by_side(time.sleep, [600] * 3, 2, nobody))
    assert time.monotonic() - begun < 60
    assert running() == before


def test_a_script_of_the_callers_own_is_not_run_again() -> None:
    script = """
import os
from lmmteach.beside import one_thread_each
from lmmteach.check.abreast import side_by_side
print("once", list(side_by_side(os.path.basename, ["a/b", "c/d"], 2, None)))
"""
    done = subprocess.run([sys.executable], input=script, capture_output=True, text=True, check=True)
    assert done.stdout == "once ['b', 'd']\n"
