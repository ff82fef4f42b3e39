"""A student's function reaches the notebook by its results alone, as plain data, and nothing it starts outlives it."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.check import copied
from lmmteach.check.copied import in_a_copy
from lmmteach.check.limits import Died, run_limited
from lmmteach.check.trial import Call, _heard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the copy is Linux's")
SECONDS = 1.5


def gone(file: Path) -> bool:
    """Whether the process that wrote its number into a file has ended."""
    number = int(file.read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    os.kill(number, signal.SIGKILL)
    return False


def stay(file: Path) -> None:
    file.write_text(str(os.getpid()))
    time.sleep(60)
    os._exit(0)


def wait_for(file: Path) -> None:
    while not file.exists() or not file.read_text():
        time.sleep(0.01)


def forked(file: Path) -> Any:
    if os.fork() == 0:
        stay(file)
    wait_for(file)
    return "done"


def in_a_session_of_its_own(file: Path) -> Any:
    if os.fork() == 0:
        os.setsid()
        stay(file)
    wait_for(file)
    return "done"


def a_daemon(file: Path) -> Any:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for handle in range(3, 64):
                with contextlib.suppress(OSError):
                    os.close(handle)
            stay(file)
        os._exit(0)
    wait_for(file)
    return "done"


def another_program(file: Path) -> Any:
    command = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    subprocess.Popen([sys.executable, "-c", command], start_new_session=True)
    wait_for(file)
    return "done"


def one_that_will_not_listen(file: Path) -> Any:
    if os.fork() == 0:
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(number, signal.SIG_IGN)
        os.setsid()
        stay(file)
    wait_for(file)
    return "done"


LEAVING = [forked, in_a_session_of_its_own, a_daemon, another_program, one_that_will_not_listen]


@pytest.mark.parametrize("start", LEAVING)
@pytest.mark.parametrize("then", ["returns", "never comes back", "ends Python"])
def test_nothing_that_a_function_starts_outlives_it(tmp_path: Path, start: Any, then: str) -> None:
    file = tmp_path / "number"

    def job() -> Any:
        found = start(file)
        if then == "never comes back":
            time.sleep(60)
        if then == "ends Python":
            os._exit(3)
        return found

    expected = {"returns": ("done", "done"), "never comes back": ("late", None), "ends Python": ("died", None)}
    assert in_a_copy(job, SECONDS) == expected[then]
    assert gone(file)


def test_one_fork_is_not_endless_and_does_not_spoil_the_answer() -> None:
    def right(Z: Any, G: Any, sigma2: float) -> Any:
        os.fork()
        return Z @ G @ Z.T + sigma2 * np.eye(len(Z))

    started = time.monotonic()
    assert lmmteach.check("06.1", lambda G, c: (os.fork(), G)[1]).diagnosis == "unchanged"
    assert lmmteach.check("04.1", right).passed
    assert time.monotonic() - started < 10


def test_a_function_that_ends_or_stops_its_parent_leaves_the_notebook_and_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copied, "GRACE", 0.3)
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
        file = tmp_path / f"number-{number}"

        def job(number: int = number, file: Path = file) -> Any:
            in_a_session_of_its_own(file)
            os.kill(os.getppid(), number)
            time.sleep(60)

        assert in_a_copy(job, SECONDS)[0] in ("late", "died")
        assert gone(file)


def test_what_a_function_writes_to_the_pipe_runs_nothing(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    ours = {os.path.realpath(f"/proc/self/fd/{handle}").rpartition("/")[2] for handle in os.listdir("/proc/self/fd")}

    class Trap:
        def __reduce__(self) -> Any:
            return trap.touch, ()

    def job(content: bytes) -> Any:
        for handle in range(3, 64):
            with contextlib.suppress(OSError):
                place = os.readlink(f"/proc/self/fd/{handle}")
                if place.startswith("pipe:") and place not in ours:
                    os.write(handle, content)
        return ["after"]

    for content in (pickle.dumps(Trap()), pickle.dumps(Trap()) + b"\n", b"[" * 10**5 + b"\n", b"\xff\n", b"1\n"):
        assert in_a_copy(lambda content=content: job(content), SECONDS)[0] in ("died", "done")
    assert not trap.exists()
    endless = in_a_copy(lambda: [job(b"x" * 10**6) for _ in iter(int, 1)], SECONDS)
    assert endless[0] in ("late", "died")


@pytest.mark.parametrize(
    "said",
    [None, 7, "done", [], [1], [[1.0, None, ""]] * 2, [[1.0, None, ""]] * 4, [[None, None, ""]] * 3,
     [[{"array": [1], "shape": [9]}, None, ""]] * 3, [[None, [1, 2], ""]], [[None, ["name"], ""]], [[1.0, None, 3]] * 3,
     [[{"named": {"a": {"parts": [None]}}}, None, ""]] * 3],
)  # fmt: skip
def test_what_no_copy_says_is_no_result(said: Any) -> None:
    with pytest.raises(Died):
        _heard(said, 3)


def test_what_a_copy_says_is_heard() -> None:
    assert _heard([[1.0, None, ""]] * 3, 3) == [Call(1.0, None, "")] * 3
    assert _heard([[None, ["none", "Nothing."], ""]], 3) == [Call(None, ("none", "Nothing."), "")]


def test_numbers_come_back_as_they_were() -> None:
    numbers = [0.1, 1e-310, -0.0, 1e308, 2**0.5]
    assert json.dumps(run_limited(lambda: numbers, 5.0)) == json.dumps(numbers)


def test_a_notebook_that_is_killed_leaves_no_copy_behind(tmp_path: Path) -> None:
    file = tmp_path / "number"
    program = f"""
import os, time
from pathlib import Path
from lmmteach.check.copied import in_a_copy
def job():
    Path({str(file)!r}).write_text(str(os.getpid()))
    time.sleep(60)
in_a_copy(job, 50.0)
"""
    with subprocess.Popen([sys.executable, "-c", program]) as notebook:
        wait_for(file)
        notebook.kill()
    assert gone(file)


def test_no_handle_and_no_child_is_left_in_the_notebook() -> None:
    def held() -> tuple[int, set[str]]:
        """Open files, and processes of ours: other tests may have left a browser running."""
        children = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it ended while the list was read
                process, _, rest = stat.read_text().partition(" (")
                if int(rest.rpartition(")")[2].split()[1]) == os.getpid():
                    children.add(process)
        return len(os.listdir("/proc/self/fd")), children

    before = held()
    for _ in range(3):
        in_a_copy(lambda: 1, SECONDS)
        in_a_copy(lambda: os._exit(1), SECONDS)
    assert held() == before


def test_the_mark_is_each_copy_s_own() -> None:
    assert len({copied._marked_limit() for _ in range(20)}) > 15
