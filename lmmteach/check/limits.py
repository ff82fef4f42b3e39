"""Running a stranger's function with a time limit, so that the notebook survives whatever it does.

Decisions, and why:

- **On Linux (and so in Colab and on most JupyterHubs) the function runs in a forked copy of the process**
  (:mod:`lmmteach.check.copied`).  The copy sees the student's variables, but nothing it does comes back except the
  results, as plain data: it may loop for ever in Python or in C, catch every exception, fill the memory (the copy may
  take 2 GB more, no further), print, call ``exit()``, start other processes or crash.  At the deadline it is ended,
  with all that it started.
- **Elsewhere it runs in a thread.**  macOS' linear algebra does not survive a fork, and Windows has none.  At the
  deadline an exception is thrown into the thread, again and again for a second, which ends loops written in Python
  even where they catch everything.  A loop inside one C call cannot be ended this way: if it lets other threads run,
  it is left behind and the student is told to restart the kernel; if it does not (``sum(range(10**15))``), only the
  notebook's stop button helps.
- ``input()`` answers with an error in both, and what the function prints is not shown.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import io
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

from lmmteach.check.copied import in_a_copy

__all__ = ["Died", "TimeUp", "run_limited"]

GRACE = 1.0  # seconds in which a thread is told to stop


class TimeUp(BaseException):
    """The function did not return in time; ``left_behind`` if it could not be ended."""

    left_behind = False


class Died(Exception):
    """The copy of Python in which the function ran ended without a result."""


class _Stop(TimeUp):
    """Thrown into a thread; its making turns tracing on there, so a handler that catches it raises at its next line."""

    def __init__(self) -> None:
        super().__init__()
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            frame.f_trace = _raise_in_theirs
            frame = frame.f_back
        sys.settrace(_raise_in_theirs)


def _raise_in_theirs(frame: types.FrameType, event: str, argument: Any) -> Any:
    if frame.f_code.co_filename not in (__file__, contextlib.__file__, threading.__file__):
        raise TimeUp
    return _raise_in_theirs


def run_limited(job: Callable[[], Any], seconds: float, fork: bool | None = None) -> Any:
    """What ``job()`` returns, which must be plain data; TimeUp after ``seconds``, Died if Python ended under it."""
    if fork is None:
        fork = sys.platform == "linux" and hasattr(os, "fork")
    if not fork:
        return _in_a_thread(job, seconds)

    def quietly() -> Any:
        with _quiet():
            return job()

    end, found = in_a_copy(quietly, seconds)
    if end == "late":
        raise TimeUp
    if end == "died":
        raise Died
    return found


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("a function that is checked cannot ask for input()")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    asked = builtins.input
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        builtins.input = _no_input
        try:
            yield
        finally:
            builtins.input = asked


def _in_a_thread(job: Callable[[], Any], seconds: float) -> Any:
    results: list[Any] = []

    def work() -> None:
        with contextlib.suppress(BaseException):
            results.append(job())
        sys.settrace(None)

    worker = threading.Thread(target=work, daemon=True, name="lmmteach check")
    with _quiet():
        worker.start()
        try:
            worker.join(seconds)
        finally:  # also where the notebook's stop button ended the waiting
            late = worker.is_alive()
            give_up = time.monotonic() + GRACE
            while worker.is_alive() and time.monotonic() < give_up:
                ident = ctypes.c_ulong(worker.ident or 0)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(_Stop))
                worker.join(0.01)
    if late:
        error = TimeUp()
        error.left_behind = worker.is_alive()
        raise error
    if not results:
        raise Died
    return results[0]
