"""Kernels from the nursery: each begins where the imports have ended, and keeps what it does to itself."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing import get_context
from typing import Any

import pytest

from lmmteach.publish.kernels import ForkedKernel, forked_kernels, nursery

nbformat = pytest.importorskip("nbformat", reason="the book is not installed (pip install -e .[book])")
nbclient = pytest.importorskip("nbclient", reason="the book is not installed (pip install -e .[book])")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")

CELLS = ["import sys, os; print('lmmteach' in sys.modules, os.getppid())", "seen = globals().get('seen', 0) + 1; seen"]


def run() -> tuple[Any, list[str]]:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = nbclient.NotebookClient(book, timeout=60)
    client.execute()
    first, second = (cell.outputs[0] for cell in book.cells)
    return client, [*first.text.split(), second.data["text/plain"]]


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


def said() -> list[str]:
    return run()[1]


def test_pages_read_side_by_side_have_kernels_of_the_same_nursery() -> None:
    """Sphinx forks a process for some of the pages; to it the nursery is a child that it never had."""
    with nursery() as address, forked_kernels(address):
        with get_context("fork").Pool(1) as pool:
            there = pool.apply(said)
        assert there == said()
    assert there[0] == "True"


def test_without_its_nursery_a_kernel_is_started_as_always() -> None:
    with nursery() as address, forked_kernels(address):
        os.kill(int(said()[1]), signal.SIGKILL)
        assert said()[::2] == ["False", "1"]
