"""The built book as one file to keep: unpacked anywhere, it opens without a network."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["NAME", "zip_book"]

NAME = "lmmteach-book.zip"
#: where the ``{offline-copy}`` directive stood
MARK = "<!-- offline-copy -->"
#: what only a web server or another book's build has a use for
_SERVED = re.compile(r"(^|/)(\.buildinfo|\.nojekyll|objects\.inv|\.doctrees)(/|$)")
_EPOCH = (2020, 1, 1, 0, 0, 0)  # the same bytes from the same pages


def zip_book(html: Path, meanwhile: Callable[[], None] = lambda: None) -> Path:
    """Pack the pages in `html` into a file beside them, and link to it where a page leaves room for that.

    The packed pages keep no link to the archive they stand in.

    Parameters
    ----------
    html : Path
        The folder of built pages; all their links are relative.
    meanwhile : callable
        What is done beside the packing; what it writes into the folder is not packed.

    Returns
    -------
    Path
        The archive, ``lmmteach-book.zip`` in `html`.
    """
    target = html / NAME
    target.unlink(missing_ok=True)
    files = {path.relative_to(html).as_posix(): path.read_bytes() for path in sorted(html.rglob("*")) if path.is_file()}
    with ThreadPoolExecutor(1) as packer:  # a packer leaves Python to others
        packing = packer.submit(_pack, files, target)
        meanwhile()
    packing.result()
    link = (
        f'<p class="offline-copy"><a href="{NAME}" download>Download the whole book</a> '
        f"({target.stat().st_size / 1e6:.1f} MB, zip). Unpack it and open <code>index.html</code>: "
        "every page and every explorer works without a network.</p>"
    )
    for page in html.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        if MARK in text:
            page.write_text(text.replace(MARK, link), encoding="utf-8")
    return target


def _pack(files: dict[str, bytes], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            if not _SERVED.search(name):
                entry = zipfile.ZipInfo(f"lmmteach-book/{name}", _EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
