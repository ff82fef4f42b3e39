"""The terminal's side: ``lmmteach lms`` writes what a learning platform imports."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lmmteach.errors import DataError
from lmmteach.files import write_safely
from lmmteach.publish.lms.shelf import lesson_files, lessons_in, page_of
from lmmteach.publish.sources import find_book

__all__ = ["add_lms"]


def add_lms(commands: Any, say: Callable[[str], None]) -> None:
    """Add ``lms`` to the command line's parser."""
    lms = commands.add_parser(
        "lms",
        help="write a lesson or an explorer for Canvas, Moodle, Blackboard",
        description="Write what a learning platform imports: of a lesson of the built book a SCORM 1.2 package, with "
        "score and completion, and its questions as QTI 1.2 (Canvas) and GIFT (Moodle); of a saved explorer a package.",
    )
    lms.add_argument(
        "what",
        nargs="+",
        metavar="WHAT",
        help="lessons' numbers, other pages' names (review-1), 'all', or pages saved by an explorer",
    )
    lms.add_argument("-o", "--output", type=Path, default=Path(), metavar="FOLDER", help="default: this one")
    lms.set_defaults(run=lambda options: _run(options, say))


def _run(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    if not options.output.is_dir():
        raise DataError(f"There is no folder {options.output}.", "Make it first.")
    written: set[str] = set()
    for what in options.what:
        for name, content in _files(what):
            if name in written:
                raise DataError(f"A second {name} would take the place of the first.", "Give it a folder of its own.")
            written.add(name)
            try:
                write_safely(options.output / name, content)
            except OSError as error:
                raise DataError(
                    f"{options.output / name} cannot be written ({error.strerror}).", "Choose another folder with -o."
                ) from None
            say(f"Written: {options.output / name}")
    return 0


def _files(what: str) -> Iterator[tuple[str, str | bytes]]:
    from .scorm import explorer_package

    if what.lower().endswith((".html", ".htm")):
        page = Path(what)
        yield f"{page.stem}-scorm.zip", explorer_package(page)
        return
    pages = find_book() / "_build" / "html"
    lessons = list(lessons_in(pages))
    if not any(pages.glob("*.html")):
        raise DataError(f"There is no lesson in {pages}.", "Build the book first: lmmteach book --no-serve.")
    chosen = lessons if what == "all" else [what.zfill(2) if what else what]
    if not all(page_of(pages, one).is_file() for one in chosen):
        raise DataError(f"There is no lesson {what!r}.", f"Give one of {', '.join(lessons)}, or all.")
    for lesson in chosen:
        yield from lesson_files(pages, lesson)
