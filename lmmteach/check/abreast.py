"""Work shared among copies of Python that run side by side, and end with the one that started them.

Why not a pool of ``multiprocessing``: it runs the caller's own script again in each process, which must be written for
it; Ctrl-C reaches its processes too, which then print where they were; and each says by itself what is said once.
Here tasks and results pass as JSON, one a line; warnings come back and are given by the caller's process, each once.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lmmteach.beside import one_thread_each
from lmmteach.errors import LmmWarning

__all__ = ["answer", "side_by_side"]

_READY = b"ready\n"
_START = """
import sys
sys.path[:] = {path!r}
from lmmteach.check.abreast import answer
from {module} import {name}
answer({name})
"""


class _Copy:
    """A process that does one task after the other."""

    def __init__(self, job: Callable[[Any], Any]) -> None:
        start = _START.format(path=sys.path, module=job.__module__, name=job.__name__)
        # Out of reach of Ctrl-C, which is for whoever started it.
        apart: dict[str, Any] = (
            {"creationflags": 0x200} if sys.platform == "win32" else {"start_new_session": True}
        )  # CREATE_NEW_PROCESS_GROUP
        self.process = subprocess.Popen(
            [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=one_thread_each(), **apart,
        )  # fmt: skip
        self.ready: bool | None = None

    def ask(self, task: Any) -> Any:
        """The result and the warnings; None if the process has ended under the task."""
        try:
            if self.ready is None:
                self.ready = self.process.stdout.readline() == _READY  # type: ignore[union-attr]
            self.process.stdin.write(json.dumps(task).encode() + b"\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
            return json.loads(self.process.stdout.readline())  # type: ignore[union-attr]
        except (OSError, ValueError):
            return None

    def end(self) -> None:
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self.process.wait()


def side_by_side(
    job: Callable[[Any], Any], tasks: list[Any], processes: int, lost: Callable[[Any], Any]
) -> Iterator[Any]:
    """What ``job`` makes of each task, in their order; of one under which Python ended, what ``lost`` makes.

    ``job`` is a function of a module, and takes and returns what JSON holds.  Where no copy can be started, the tasks
    are done in this process.  However the caller leaves off, no copy outlives it.
    """
    idle: queue.SimpleQueue[_Copy] = queue.SimpleQueue()
    copies: list[_Copy] = []
    starting, over = threading.Lock(), threading.Event()

    def started() -> None:
        with starting:
            if not over.is_set():
                copies.append(_Copy(job))
            idle.put(copies[-1])

    def done(task: Any) -> tuple[Any, bool | None]:
        copy = idle.get()
        found = copy.ask(task)
        if found is None and copy.ready:  # another one for the tasks to come
            copy.end()
            started()
        else:
            idle.put(copy)
        return found, copy.ready

    said: set[str] = set()
    pool = ThreadPoolExecutor(processes)
    try:
        for _ in range(processes):
            started()
        for task, (found, ready) in zip(tasks, pool.map(done, tasks), strict=True):
            if found is None:
                yield lost(task) if ready else job(task)
                continue
            for warning in found["warnings"]:
                if warning not in said:
                    said.add(warning)
                    warnings.warn(warning, LmmWarning, stacklevel=2)
            yield found["result"]
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)
        with starting:
            for copy in copies:
                copy.end()


def answer(job: Callable[[Any], Any]) -> None:
    """The copy's side: do what is asked until nobody asks any more."""
    with os.fdopen(os.dup(1), "wb") as out, open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # what a task prints is no result
        out.write(_READY)
        out.flush()
        for line in sys.stdin.buffer:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", LmmWarning)
                result = job(json.loads(line))
            told = [str(one.message) for one in caught if issubclass(one.category, LmmWarning)]
            out.write(json.dumps({"result": result, "warnings": told}).encode() + b"\n")
            out.flush()
