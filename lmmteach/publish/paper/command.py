"""The terminal's side: ``lmmteach print`` writes the book as a PDF and as an EPUB."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from lmmteach.publish.build import build_book
from lmmteach.publish.paper.shelf import EPUB, offer_paper, stamp
from lmmteach.publish.sources import find_book, fingerprint, is_current

__all__ = ["add_print"]


def add_print(commands: Any, say: Callable[[str], None]) -> None:
    """Add ``print`` to the command line's parser."""
    paper = commands.add_parser(
        "print",
        help="write the book as a PDF and as an EPUB, explorers standing still",
        description="Build the book if need be, and write it as a PDF, to be printed, and as an EPUB, for readers of "
        "electronic books. Explorers stand in both as still panels. Needs Chromium or Chrome.",
    )
    paper.add_argument("--check", action="store_true", help="have the EPUB checked by epubcheck, which needs Java")
    paper.set_defaults(run=lambda options: _run(options, say))


def _run(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    from .chapters import browser
    from .checked import check_epub
    from .edition import print_book

    book = find_book()
    if not is_current(book):
        build_book(book, say=say)
    build, sources = book / "_build", fingerprint(book)
    with browser() as chromium:
        made = print_book(chromium, book, build / "html", build / "print", say)
    if options.check:
        say("checking the EPUB")
        check_epub(build / "print" / EPUB)
    stamp(build / "print", sources)
    offer_paper(build / "html", build / "print", sources)
    for file in made:
        say(f"Written: {file}")
    return 0
