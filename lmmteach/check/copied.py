"""Running a stranger's function in a copy of this process, from which nothing comes back but plain data.

Three processes: the notebook; a guard, forked from it; and the copy, forked from the guard, in which the function
runs.  What the copy has to say is one line of JSON through a pipe: reading it makes numbers, texts and lists, and
never runs anything.  When the line has come, or at the deadline, or when the notebook ends, the guard ends the copy
and every process that it has left behind, in whatever session.

They are known by a mark that is inherited and cannot be taken off: the copy's hard limit of memory, lowered to a
number nobody else has.  The guard stands between so that a function that ends its parent does not end the notebook.
A function that sets out to end its user's other programs still can: it runs as that user.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import secrets
import select
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["in_a_copy"]

EXTRA_MEMORY = 2 << 30
LARGEST = 1 << 28  # bytes of an answer
GRACE = 2.0  # seconds in which the guard ends what is left
SUBREAPER, DEATH_SIGNAL = 36, 1  # what prctl calls them
_one_at_a_time = threading.Lock()  # a second copy would hold the first one's pipes open


def in_a_copy(job: Callable[[], Any], seconds: float) -> tuple[str, Any]:
    """("done", what ``job()`` returned), or "late", or "died": the copy ended without a result."""
    with _one_at_a_time:
        return _watched(job, seconds)


def _watched(job: Callable[[], Any], seconds: float) -> tuple[str, Any]:
    mark = _marked_limit()
    reading, writing = os.pipe()
    ending, held = os.pipe()  # the guard sees the end of this one when the notebook lets go of it, or ends
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of forking beside threads; the copy starts none
        guard = os.fork()
    if guard == 0:
        _be_the_guard(job, mark, writing, ending, (reading, held))
    os.close(writing)
    os.close(ending)
    try:
        line = _line(reading, time.monotonic() + seconds)
    finally:
        os.close(held)
        os.close(reading)
        if not _ended(guard):
            _end_marked(mark)
    if line is None:
        return "late", None
    try:
        return "done", json.loads(line)
    except (ValueError, RecursionError):
        return "died", None


def _line(reading: int, deadline: float) -> bytes | None:
    """What comes through the pipe up to the end of a line; None at the deadline."""
    chunks: list[bytes] = []
    size = 0
    while size < LARGEST:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return None
        chunk = os.read(reading, 1 << 20)
        chunks.append(chunk.partition(b"\n")[0])
        size += len(chunk)
        if not chunk or b"\n" in chunk:
            return b"".join(chunks)
    return b""


def _ended(guard: int) -> bool:
    """Wait for the guard; whether it has ended what it watched over."""
    patience = time.monotonic() + 2 * GRACE
    while time.monotonic() < patience:
        found, status = os.waitpid(guard, os.WNOHANG)
        if found:
            return status == 0
        time.sleep(0.001)
    os.kill(guard, signal.SIGKILL)  # stopped, perhaps, by what it watched over
    os.waitpid(guard, 0)
    return False


def _be_the_guard(job: Callable[[], Any], mark: int, writing: int, ending: int, others: tuple[int, ...]) -> None:
    """What happens in the guard; it never returns."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for other in others:
            os.close(other)
        _prctl(SUBREAPER, 1)  # processes whose parent has ended become the guard's
        copy = os.fork()
        if copy == 0:
            _be_the_copy(job, mark, writing, ending)
        os.close(writing)
        while not select.select([ending], [], [], 0.02)[0] and _is_there(copy):
            pass
        status = 0 if _end_marked(mark) else 1
    finally:
        os._exit(status)


def _is_there(copy: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(copy, os.WNOHANG)[0] == 0
    return False


def _be_the_copy(job: Callable[[], Any], mark: int, writing: int, ending: int) -> None:
    """What happens in the copy; it never returns, and neither does a copy that the function makes of it."""
    import resource  # not on Windows

    try:
        me = os.getpid()
        os.setsid()
        os.close(ending)
        _prctl(DEATH_SIGNAL, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (mark, mark))
        content = json.dumps(job()).encode() + b"\n"
        if os.getpid() == me:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(content)
    finally:
        os._exit(0)


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _marked_limit() -> int:
    """A limit of memory for the copy that no other process has."""
    import resource  # not on Windows

    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = used + EXTRA_MEMORY if hard == resource.RLIM_INFINITY else min(hard, used + EXTRA_MEMORY)
    return most - 1 - secrets.randbelow(1 << 20)


def _end_marked(mark: int) -> bool:
    """End every process with the mark, also those that are being made meanwhile; whether none is left."""
    patience = time.monotonic() + GRACE
    while time.monotonic() < patience:
        there = list(_marked(mark))
        for process in there:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        _reap()
        if not there:
            return True
    return False


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _marked(mark: int) -> Iterator[int]:
    """The living processes whose limit of memory is the mark."""
    sought, mine = str(mark), os.getuid()
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError, StopIteration, IndexError):
            if entry.stat().st_uid != mine:
                continue
            with open(f"/proc/{entry.name}/limits") as file:
                limits = next(line for line in file if line.startswith("Max address space")).split()
            with open(f"/proc/{entry.name}/stat") as file:
                state = file.read().rpartition(")")[2].split()[0]
            if limits[4] == sought and state not in "ZX":
                yield int(entry.name)
