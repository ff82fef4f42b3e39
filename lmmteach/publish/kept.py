"""What a build leaves for the next one: the pages it read, with all that their code printed and drew.

A page is read, and its code run, once.  When only the text of pages changes, the next build reads those again and
writes all pages anew, since each has the titles of the others in its margin.  When anything else changes, the
package, an exercise, an extension, it begins from nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["keep_slides", "pages_read", "same_slides"]

_DIGEST = "made-with.txt"
_READ = ".doctrees"


@contextmanager
def pages_read(work: Path, rest: str) -> Iterator[bool]:
    """Make the folder ready for a build, and say whether it holds pages that were read with the same `rest`.

    A build that fails leaves the folder as it was: a page that was refused is read again.  So does one that was stopped
    or killed: what it had read is not known to be right, and the copy it left is taken.

    Parameters
    ----------
    work : Path
        The folder; the build's ``_build`` is made in it.
    rest : str
        A digest of all that pages depend on besides their own text.
    """
    told, read, before, half = work / _DIGEST, work / "_build" / _READ, work / "before", work / "half"
    if before.is_dir():
        _put_back(before, read)
    known = told.is_file() and told.read_text() == rest and read.is_dir()
    if not known:
        shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(half, ignore_errors=True)
    if known:
        shutil.copytree(read, half)  # its times, too: they say which page is newer
        half.rename(before)  # whole, or not there
    shutil.rmtree(work / "_build" / "html", ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    try:
        yield known
    except BaseException:
        if known:
            _put_back(before, read)
        else:
            shutil.rmtree(work, ignore_errors=True)
        raise
    if known:
        before.rename(half)
        shutil.rmtree(half, ignore_errors=True)
    told.write_text(rest)


def _put_back(before: Path, read: Path) -> None:
    shutil.rmtree(read, ignore_errors=True)
    read.parent.mkdir(parents=True, exist_ok=True)
    before.rename(read)


def same_slides(work: Path, digest: str) -> Path | None:
    """The slides of the last build, if they were made from the same."""
    folder, told = work / "slides", work / "slides.txt"
    return folder if folder.is_dir() and told.is_file() and told.read_text() == digest else None


def keep_slides(work: Path, digest: str, made: Path) -> Path:
    """Slides just made take the place of those of the last build."""
    folder, told = work / "slides", work / "slides.txt"
    told.unlink(missing_ok=True)  # a build may be stopped anywhere
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    told.write_text(digest)
    return folder
