"""The book on this machine: built, packed, served.

Read ``sources`` (what the pages depend on), ``build`` (run every page, make the HTML), ``kept`` (what the next build
need not do again), ``kernels`` (what the pages' code runs in, forked from one process), ``shares`` (who reads which
page), ``bookzip`` (all of it as one file that needs no network) and ``serve`` (to this machine only).  Two rooms:
``lms``, for learning platforms, and ``paper``, the book as a PDF and an EPUB.

Handed on: :func:`build_book`, :func:`find_book`, :func:`open_server`.
"""

from .build import build_book
from .serve import open_server
from .sources import find_book

__all__ = ["build_book", "find_book", "open_server"]
