"""What the book is made of: the files and programs on which its pages depend, and whether they have changed since."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lmmteach.errors import LmmError

__all__ = ["STAMP", "BuildError", "find_book", "fingerprint", "is_current", "sources"]

#: what the built pages depend on besides the files: the programs that make them
_MAKERS = (
    "jupyter-book",
    "sphinx",
    "myst-nb",
    "sphinx-book-theme",
    "math-core",
    "numpy",
    "scipy",
    "pandas",
    "matplotlib",
)
STAMP = ".built-from"


class BuildError(LmmError):
    """The book could not be built."""


def _package() -> Path:
    return Path(__file__).resolve().parent.parent


def find_book() -> Path:
    """The book's source folder, which stands next to the package in a clone.

    Raises
    ------
    BuildError
        When the package was installed without the book.
    """
    book = _package().parent / "book"
    if not (book / "_config.yml").is_file():
        raise BuildError(
            f"There is no book at {book}: the installed package does not carry it.",
            "Clone the project and run `python make.py book` in the clone, "
            "or install the clone with `pip install -e .[book]`.",
        )
    return book


def _files(book: Path) -> Iterator[tuple[str, Path]]:
    """Every file the pages are made from: the book's own, the package's, the exercises, the figures on record."""
    package, clone = _package(), book.parent
    records = tuple(clone / "tests" / kept for kept in ("reference", "selfcheck", "benchmarks/kept"))
    for root in (book, package, clone / "exercises", *records):
        for path in sorted(root.rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and not {"_build", "__pycache__", ".ipynb_checkpoints"} & set(parts):
                yield f"{root.name}/{path.relative_to(root).as_posix()}", path


def sources(book: Path) -> dict[Path, bytes]:
    """Every file the pages are made from, and a digest of its name and of what is in it."""
    return {
        path: f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest() for name, path in _files(book)
    }  # fmt: skip


def fingerprint(
    book: Path, wanted: Callable[[Path], bool] = lambda path: True, files: Mapping[Path, bytes] | None = None
) -> str:
    """A digest of all that could change a page, or of the wanted files and the programs; `files` read already."""
    digest = hashlib.sha256()
    for path, one in (sources(book) if files is None else files).items():
        if wanted(path):
            digest.update(one)
    makers = [f"{name} {_version(name)}" for name in _MAKERS]
    digest.update(repr([sys.version, os.environ.get("LMMTEACH_DATA"), makers]).encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "missing"  # a build says what to install


def is_current(book: Path) -> bool:
    """Whether the built pages belong to the sources as they are now."""
    stamp = book / "_build" / STAMP
    if not (book / "_build" / "html" / "index.html").is_file() or not stamp.is_file():
        return False
    return stamp.read_text() == fingerprint(book)
