"""Which pages a printed book has, in which order, and what they are called there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Place", "places"]

#: pages that are programs: on paper nothing of them is left
PROGRAMS = ('id="progress-page"', 'class="lmmx-own-host')


@dataclass(frozen=True)
class Place:
    """A chapter's place: its page below the built book's folder, its name, its part, how deep it stands."""

    page: str
    name: str
    part: str
    depth: int


def places(book: Path, pages: Path) -> list[Place]:
    """The chapters, in the order of the book's contents.

    Parameters
    ----------
    book : Path
        The source folder, whose ``_toc.yml`` is read.
    pages : Path
        The folder of built pages; a page that is a program is left out.

    Returns
    -------
    list of Place
    """
    import yaml  # comes with the book

    contents = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    listed = [Place(f"{contents['root']}.html", _name(contents["root"]), "", 0)]
    for part in contents["parts"]:
        listed += [
            Place(f"{page}.html", _name(page), part["caption"], depth) for page, depth in _walk(part["chapters"], 0)
        ]
    return [place for place in listed if not _program(pages / place.page)]


def _walk(entries: list[Mapping[str, Any]], depth: int) -> Iterator[tuple[str, int]]:
    for entry in entries:
        yield entry["file"], depth
        yield from _walk(entry.get("sections", []), depth + 1)


def _name(page: str) -> str:
    """A page's name as a file of the book for readers, and as the head of its marks.

    >>> _name("reference/api/fit"), _name("04-random-slope")
    ('reference-api-fit', 'lesson-04-random-slope')
    """
    name = page.replace("/", "-")
    return f"lesson-{name}" if name[0].isdigit() else name  # a mark begins with a letter


def _program(page: Path) -> bool:
    text = page.read_text(encoding="utf-8")
    return any(sign in text for sign in PROGRAMS)
