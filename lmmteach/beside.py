"""Programs that run beside one another on a machine's cores."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context

__all__ = ["beside", "one_thread_each"]

#: what the libraries of linear algebra ask how many threads they may start: OpenBLAS, MKL, Accelerate, and the rest
_ASKED = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS")


def one_thread_each() -> dict[str, str]:
    """This process's environment for a program beside others: linear algebra in one thread, unless it says otherwise.

    Each library starts as many threads as there are cores.  In several processes at once they wait for one another:
    matrices as small as a subject's are computed five times slower then.
    """
    return {**dict.fromkeys(_ASKED, "1"), **os.environ}


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """While this lasts another process does some `work`, whose results are files.

    What fails there is done here afterwards, where its error is heard; so is all of it where there is no safe fork.
    """
    process = get_context("fork").Process(target=work) if sys.platform == "linux" else None
    if process:
        process.start()
    try:
        yield
    finally:
        if process:
            process.join()
    if process is None or process.exitcode != 0:
        work()
