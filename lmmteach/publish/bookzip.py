"""The built book as one file to keep: unpacked anywhere, it opens without a network."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

__all__ = ["NAME", "zip_book"]

NAME = "lmmteach-book.zip"
#: where the ``{offline-copy}`` directive stood
MARK = "<!-- offline-copy -->"
#: what only a web server or another book's build has a use for
_SERVED = re.compile(r"(^|/)(\.buildinfo|\.nojekyll|objects\.inv|\.doctrees)(/|$)")
_EPOCH = (2020, 1, 1, 0, 0, 0)  # the same bytes from the same pages


def zip_book(html: Path) -> Path:
    """Pack the pages in `html` into a file beside them, and link to it where a page leaves room for that.

    The packed pages keep no link to the archive they stand in.

    Parameters
    ----------
    html : Path
        The folder of built pages; all their links are relative.

    Returns
    -------
    Path
        The archive, ``lmmteach-book.zip`` in `html`.
    """
    target = html / NAME
    target.unlink(missing_ok=True)
    files = [path for path in sorted(html.rglob("*")) if path.is_file()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            name = path.relative_to(html).as_posix()
            if not _SERVED.search(name):
                entry = zipfile.ZipInfo(f"lmmteach-book/{name}", _EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
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
