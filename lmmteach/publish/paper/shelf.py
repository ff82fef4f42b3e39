"""Where the printed book lies, and the link to it on the welcome page, as long as it is of the pages there.

``make.py print`` writes both files below ``_build/print`` and notes from which sources.  Every build of the pages takes
them along while the sources are the same; else the page offers none.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

__all__ = ["EPUB", "MARK", "PDF", "offer_paper", "stamp"]

PDF, EPUB = "lmmteach.pdf", "lmmteach.epub"
#: where the link stands, below that to the packed book
MARK = "<!-- paper -->"
OFFER = re.compile(rf"{MARK}(?:<p class=\"paper-copy\">.*?</p>)?", re.DOTALL)
_STAMP = "printed-from.txt"


def stamp(made: Path, sources: str) -> None:
    """Note that the files in `made` are of these sources."""
    (made / _STAMP).write_text(sources, encoding="utf-8")


def offer_paper(pages: Path, made: Path, sources: str) -> bool:
    """Put the printed book beside the pages, and link to it, if it is of these sources; else take the link away.

    Parameters
    ----------
    pages : Path
        The folder of built pages.
    made : Path
        The folder of the printed book, perhaps not there.
    sources : str
        What the pages are made from, as one digest.

    Returns
    -------
    bool
        Whether the pages offer it.
    """
    files, told = [made / PDF, made / EPUB], made / _STAMP
    current = told.is_file() and told.read_text(encoding="utf-8") == sources and all(map(Path.is_file, files))
    link = ""
    for file in files:
        (pages / file.name).unlink(missing_ok=True)
        if current:
            shutil.copy2(file, pages / file.name)
    if current:
        sizes = [f"{file.stat().st_size / 1e6:.1f} MB" for file in files]
        link = (
            f'<p class="paper-copy">To read on paper: <a href="{PDF}" download>the book as a PDF</a> ({sizes[0]}). '
            f'For readers of electronic books: <a href="{EPUB}" download>as an EPUB</a> ({sizes[1]}). In both the '
            "explorers stand still.</p>"
        )
    for page in pages.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        if MARK in text:
            page.write_text(OFFER.sub(lambda _: MARK + link, text), encoding="utf-8")
    return current
