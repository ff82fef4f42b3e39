"""Pages read side by side: each process takes the next page that nobody has, until there is none.

Sphinx deals the pages out beforehand, in few large packs: whoever has a pack of short ones is idle while another goes
on alone.  In many small packs each costs a process that has to warm up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any

__all__ = ["Share", "shared_reading"]


class Share:
    """What one process reads: there, each page that is free when its turn comes; here, those that it had.

    Parameters
    ----------
    pages : sequence of str
        All pages; the last are taken first, which should be those that take longest.
    takers : shared array of int
        Whose each page is, one process's number each; 0: nobody's yet.
    number : int
        This one's, from 1.
    """

    def __init__(self, pages: Sequence[str], takers: Any, number: int) -> None:
        self.pages, self.takers, self.number = list(reversed(pages)), takers, number
        self._here = os.getpid()

    def __iter__(self) -> Iterator[str]:
        for place, page in enumerate(self.pages):
            if os.getpid() == self._here:
                if self.takers[place] == self.number:
                    yield page
            elif self._took(place):
                # straight out: what Sphinx says in a process is heard when that ends
                sys.stdout.write(f"reading sources... [{100 * (place + 1) // len(self.pages):3}%] {page}\n")
                sys.stdout.flush()
                yield page
            if os.getpid() != self._here != os.getppid():
                os._exit(1)  # who would hear of the pages is gone, and those who wait for this one would wait for ever

    def _took(self, place: int) -> bool:
        with self.takers.get_lock():
            free = not self.takers[place]
            if free:
                self.takers[place] = self.number
        return free

    def __str__(self) -> str:
        return ""  # each page has been named already


def _length(builder: Any, page: str) -> int:
    """Of a page's source, in bytes."""
    return int(os.path.getsize(builder.env.doc2path(page)))


@contextmanager
def shared_reading() -> Iterator[None]:
    """While this lasts, Sphinx's processes that read pages share them as they go."""
    builders: Any = import_module("sphinx.builders")
    # Sphinx's own names, of no contract: where they are others it deals its packs.
    read, deal = getattr(builders.Builder, "_read_parallel", None), getattr(builders, "make_chunks", None)
    if read is None or deal is None:
        yield
        return

    def shares(pages: Sequence[str], count: int) -> list[Share]:
        takers = get_context("fork").Array("i", len(pages))
        return [Share(pages, takers, number) for number in range(1, count + 1)]

    def sharing(self: Any, docnames: list[str], nproc: int) -> None:
        builders.make_chunks = shares
        try:
            # A long page that is taken last is waited for: the longer its source, the sooner it is read.
            read(self, sorted(docnames, key=lambda page: (_length(self, page), page)), nproc)
        finally:
            builders.make_chunks = deal

    builders.Builder._read_parallel = sharing
    try:
        yield
    finally:
        builders.Builder._read_parallel = read
