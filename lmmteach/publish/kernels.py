"""Kernels for the pages of a build, each forked from one process that has imported everything already.

A kernel of its own runs each page.  To start Python and import numpy, scipy, pandas, matplotlib and this package takes
two to three seconds of a core, for thirty pages half of a build.  A *nursery* imports them once and forks: each kernel
begins with the same modules, and shares nothing that a page does afterwards.  Where there is no safe fork (Windows,
macOS) kernels are started as always.

The nursery stands beside the programs of a build: those that read pages and the one that makes the slides find it by
its address.
"""

from __future__ import annotations

import gc
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

from lmmteach.beside import one_thread_each

__all__ = ["ADDRESS", "forked_kernels", "nursery"]

#: the variable that tells a program of a build where the nursery is
ADDRESS = "LMMTEACH_NURSERY"
LAUNCHER = "ipykernel_launcher"
#: letters of the file by which client and kernel meet; a socket's name, a little longer, may have 103 on macOS
LONGEST = 95
#: what pages import; not pyplot, which asks at its import whether a kernel is running
BEFOREHAND = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "psutil",
    "sqlite3",
    "pooch",
    "requests",
    "numpy",
    "pandas",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.stats",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "lmmteach",
    "lmmteach.check",
    "lmmteach.explore",
    "lmmteach.plots",
)


@contextmanager
def nursery() -> Iterator[str]:
    """While this lasts there is a nursery; gives its address, or "" where there is none."""
    if sys.platform != "linux":
        yield ""
        return
    folder = tempfile.mkdtemp(prefix="lmmteach-")
    address = str(Path(folder) / "nursery")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)  # who asks while the nursery still imports waits here
        program = f"from {__name__} import nurse; nurse({listener.fileno()})"
        command = [sys.executable, "-Xfrozen_modules=off", "-c", program]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()], start_new_session=True, env=one_thread_each()
        )  # threads are counted once, as it imports
    try:
        yield address
    finally:
        if process.stdin:
            process.stdin.close()  # its sign to end
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def forked_kernels(address: str) -> Iterator[None]:
    """While this lasts, Jupyter's client has its kernels from the nursery at an address; from none if that is empty."""
    if not address:
        with _meeting_by_files(None):
            yield
        return
    provisioner: Any = import_module("jupyter_client.provisioning.local_provisioner")
    usual = provisioner.launch_kernel

    def launch(cmd: list[str], **kwargs: Any) -> Any:
        if cmd[0] == sys.executable and LAUNCHER in cmd:
            with suppress(ConnectionError):
                return ForkedKernel(address, cmd, kwargs)
        return usual(cmd, **kwargs)

    client = import_module("nbclient.client").NotebookClient
    politely = client._cleanup_kernel

    def at_once(self: Any) -> None:
        self.shutdown_kernel = "immediate"  # a page's kernel has nothing to put away: asked politely it takes a second
        politely(self)

    provisioner.launch_kernel, client._cleanup_kernel = launch, at_once
    try:
        with _meeting_by_files(Path(address).parent):
            yield
    finally:
        provisioner.launch_kernel, client._cleanup_kernel = usual, politely


@contextmanager
def _meeting_by_files(folder: Path | None) -> Iterator[None]:
    """While this lasts, clients and kernels meet by sockets in files of a folder, or of one that is made for that.

    A free port may be another's before it is used: clients side by side look for five each, and tell their kernels,
    which bind them later.  Files have names that nobody else has; where there are none (Windows) it is ports as always.
    """
    if os.name != "posix":
        yield
        return
    client = import_module("nbclient.client").NotebookClient
    managed = client.create_kernel_manager
    own = None if folder else tempfile.TemporaryDirectory(prefix="lmmteach-")
    place = folder or Path(own.name if own else "")

    def by_files(self: Any) -> Any:
        manager, file = managed(self), str(place / f"{uuid4().hex[:12]}.json")
        if len(file) < LONGEST:
            manager.connection_file, manager.transport = file, "ipc"
        return manager

    client.create_kernel_manager = by_files
    try:
        yield
    finally:
        client.create_kernel_manager = managed
        if own:
            own.cleanup()


class ForkedKernel:
    """A forked kernel as its client sees it: the part of ``subprocess.Popen`` that is used of a kernel."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, cmd: list[str], asked: dict[str, Any]) -> None:
        self.returncode: int | None = None
        self._line = socket.socket(socket.AF_UNIX)  # open as long as the kernel lives
        told = {"words": cmd[cmd.index(LAUNCHER) :], "cwd": asked.get("cwd"), "env": asked.get("env") or {**os.environ}}
        try:
            self._line.connect(address)
            socket.send_fds(self._line, [b"!"], [1, 2])  # it says what it says where this process does
            self._line.sendall(json.dumps(told).encode() + b"\n")
            number = self._line.makefile("rb", buffering=0).readline()
            if not number:
                raise ConnectionResetError("The nursery has ended.")
        except ConnectionError:
            self._line.close()
            raise
        self.pid = int(number)

    def poll(self) -> int | None:
        """Its exit code, or None while it lives."""
        if self.returncode is None:
            self._line.setblocking(False)
            with suppress(BlockingIOError):
                self._gone(self._line.recv(1))
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            self._gone(self._line.recv(1))
        return self.returncode or 0

    def _gone(self, said: bytes) -> None:
        self.returncode = 0 if not said else None
        self._line.close()

    def send_signal(self, signum: int) -> None:
        """Send a signal, if it lives."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


# ---- the nursery ----


def nurse(door: int) -> None:
    """Import everything, then fork a kernel for whoever asks at a socket, until standard input is closed."""
    listener = socket.socket(fileno=door)
    for name in BEFOREHAND:
        import_module(name)
    _first_figure()
    _first_explorer()
    gc.freeze()  # what is there stays: no kernel looks through it for what nobody needs, or copies it by looking
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no kernel that has ended is kept
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        line, _ = listener.accept()
        _, streams, _, _ = socket.recv_fds(line, 1, 2)
        asked = json.loads(line.makefile("rb").readline())
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            listener.close()
            os.setsid()  # before anyone knows it: who ends a kernel ends its whole group
            for place, stream in enumerate(streams, 1):
                os.dup2(stream, place)
            line.sendall(f"{os.getpid()}\n".encode())
            threading.Thread(target=_end_with, args=[line], daemon=True).start()
            become_kernel(asked, parent)
        line.close()  # the kernel holds its own end
        for stream in streams:
            os.close(stream)


def _end_with(line: socket.socket) -> None:
    """End this kernel when who asked for it is gone: where a page fails, the programs that read others are killed."""
    try:
        line.recv(1)
    finally:
        os._exit(1)


def _first_figure() -> None:
    """Draw what nobody sees: the first figure of a process reads fonts and learns to read formulas."""
    figure = import_module("matplotlib.figure").Figure(layout="constrained")
    figure.subplots().set(title="$G_{11}$", xlabel="a word")
    import_module("lmmteach.plots").ThemedFigure(figure, "")._repr_html_()


def _first_explorer() -> None:
    """Fit and show what nobody sees: the first table, fit and explorer of a process read programs and learn words."""
    ours = import_module("lmmteach")
    fit = ours.lmm("reaction ~ days + (1 + days | subject)", ours.load_sleepstudy())
    fit.explore().to_html()


def become_kernel(asked: dict[str, Any], parent: int) -> NoReturn:
    """What ``python -m ipykernel_launcher`` does, in a process that has imported it."""
    try:
        for signum in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(signum, signal.SIG_DFL if signum == signal.SIGCHLD else signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(asked["env"], JPY_PARENT_PID=str(parent))
        if asked["cwd"]:
            os.chdir(asked["cwd"])
        sys.argv = asked["words"]
        sys.path[0] = os.getcwd()
        import_module("ipykernel.kernelapp").launch_new_instance()
    except Exception:
        traceback.print_exc()  # of a kernel that cannot begin its client learns no more than that
        os._exit(1)
    finally:
        os._exit(0)
