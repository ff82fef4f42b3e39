"""Kernels from the nursery: each begins where the imports have ended, and keeps what it does to itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from typing import Any

import pytest

from lmmteach.beside import one_thread_each
from lmmteach.publish.kernels import ForkedKernel, forked_kernels, nursery

nbformat = pytest.importorskip("nbformat", reason="the book is not installed (pip install -e .[book])")
nbclient = pytest.importorskip("nbclient", reason="the book is not installed (pip install -e .[book])")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")

CELLS = ["import sys, os; print('lmmteach' in sys.modules, os.getppid())", "seen = globals().get('seen', 0) + 1; seen"]


def run(cells: list[str] = CELLS) -> tuple[Any, list[str]]:
    """The client, and the words that each cell printed or showed."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(book, timeout=60)
    client.execute()
    outputs = [cell.outputs[0] for cell in book.cells]
    return client, [word for one in outputs for word in (one.get("text") or one.data["text/plain"]).split()]


def test_two_pages_have_kernels_of_one_nursery_that_know_nothing_of_each_other() -> None:
    with nursery() as address, forked_kernels(address):
        (_, one), (client, two) = run(), run()
        with client.setup_kernel():
            kernel = client.km.provisioner.process
            assert isinstance(kernel, ForkedKernel)
            assert kernel.poll() is None
            kernel.kill()
            assert kernel.wait(20) == kernel.poll() == 0
    assert one[0] == two[0] == "True"
    assert one[1] == two[1], "one parent"
    assert one[2] == two[2] == "1"


def test_client_and_kernel_meet_by_a_file_that_nobody_else_has() -> None:
    """Ports that are free when a client looks may be taken, by the kernel of another page, when its own begins."""

    def manager() -> Any:
        return nbclient.NotebookClient(nbformat.v4.new_notebook()).create_kernel_manager()

    with nursery() as address, forked_kernels(address):
        one, other = manager(), manager()
        assert run(["1", "2"])[1] == ["1", "2"]
    assert one.transport == other.transport == "ipc"
    assert one.ip != other.ip
    with forked_kernels(""):
        assert manager().transport == "ipc", "without a nursery, too"
        assert run(["1", "2"])[1] == ["1", "2"]
    with forked_kernels(f"/tmp/{'y' * 100}/nursery"):
        assert manager().transport == "tcp", "the name of a socket is short"


def test_a_kernel_that_cannot_begin_says_why() -> None:
    program = "from lmmteach.publish.kernels import become_kernel\n"
    program += "become_kernel({'words': ['x'], 'env': {}, 'cwd': '/no/such/folder'}, 1)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "/no/such/folder" in ended.stderr


def said() -> list[str]:
    return run()[1]


def test_pages_read_side_by_side_have_kernels_of_the_same_nursery() -> None:
    """Sphinx forks a process for some of the pages; to it the nursery is a child that it never had."""
    with nursery() as address, forked_kernels(address):
        with get_context("fork").Pool(1) as pool:
            there = pool.apply(said)
        assert there == said()
    assert there[0] == "True"


def test_a_kernel_begins_with_what_a_first_fit_and_a_first_explorer_take() -> None:
    """Each would import it again for every page: psutil alone takes a tenth of a second of a core."""
    taken = ["psutil", "requests", "lmmteach.explore.payload"]
    with nursery() as address, forked_kernels(address):
        kept = run([f"import sys; [name for name in {taken} if name not in sys.modules]"])[1]
    assert kept == ["[]"]


def test_kernels_side_by_side_compute_in_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nursery's own environment says so: libraries count their threads as it imports them."""
    for name in one_thread_each():
        if name.endswith("_THREADS"):
            monkeypatch.delenv(name, raising=False)
    count = "import os; len(os.listdir('/proc/self/task'))"
    product = "import numpy; (numpy.ones((400, 400)) @ numpy.ones((400, 400))).max()"
    with nursery() as address, forked_kernels(address):
        before, _, after = run([count, product, count])[1]
    assert before == after


def test_without_its_nursery_a_kernel_is_started_as_always() -> None:
    with nursery() as address, forked_kernels(address):
        os.kill(int(said()[1]), signal.SIGKILL)
        assert said()[::2] == ["False", "1"]
