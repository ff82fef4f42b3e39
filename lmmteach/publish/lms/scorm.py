"""A lesson or an explorer as a SCORM 1.2 package: the page, what it needs, a manifest, and the adapter."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from lmmteach.errors import DataError
from lmmteach.version import __version__

__all__ = ["explorer_package", "lesson_package"]

ADAPTER = "scorm-adapter.js"
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="lmmteach.{name}" version="{version}" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="lmmteach">
    <organization identifier="lmmteach">
      <title>{title}</title>
      <item identifier="item" identifierref="page">
        <title>{title}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="{start}">
{files}
    </resource>
  </resources>
</manifest>
"""
#: the rest of the book is not in the package: its lists of pages are hidden, and links to it are words
ALONE = """<style>
.bd-sidebar-primary, .primary-toggle, .prev-next-area, .search-button, .search-button__wrapper, .kept-here a,
.dropdown-launch-buttons, .dropdown-download-buttons { display: none !important }
[data-elsewhere] { color: inherit; text-decoration: none }
</style>"""
_NAMED = re.compile(r"""(?:src|href)=["']([^"'#]+)["']|url\(\s*["']?([^"')#]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
_LINK = re.compile(r"""(<a\b[^>]*?)\shref=["']([^"'#]*)(#[^"']*)?["']""")
_EPOCH = (2020, 1, 1, 0, 0, 0)  # the same bytes from the same pages


def lesson_package(page: Path) -> bytes:
    """A built lesson as a SCORM 1.2 package.

    Score: the share of its quick checks and number exercises that were answered rightly, 0 to 100.  Completed: when
    each was tried.  What was done comes back when the lesson is opened again.

    Parameters
    ----------
    page : Path
        The page in the built book, HTML.

    Raises
    ------
    DataError
        If there is no such page.
    """
    text = _read(page)
    files = _needed(page.parent, page.name, text)
    return _packed(page.stem, text, files, alone=True)


def explorer_package(page: Path) -> bytes:
    """An explorer that was saved as a page, as a SCORM 1.2 package.

    Score: the share of its steps that were done (predicted, moved, told what was seen); a prediction is not graded, for
    a wrong one teaches more.  Completed: when all were done.  The setting comes back when it is opened again.

    Parameters
    ----------
    page : Path
        What ``explorer.save("page.html")`` wrote.

    Raises
    ------
    DataError
        If that is no page of an explorer.
    """
    text = _read(page)
    if "lmmx-host" not in text:
        raise DataError(f"{page.name} is no saved explorer.", 'Save one first: fit.explore().save("page.html").')
    return _packed(page.stem, text, {}, alone=False)


def _read(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise DataError(
            f"There is no page {page}.", "Build the book first: lmmteach book --no-serve; or save an explorer."
        ) from None


def _needed(root: Path, name: str, text: str) -> dict[str, bytes]:
    """Every file that a page and its style sheets name, by its place; other pages of the book are not followed."""
    found: dict[str, bytes] = {}
    waiting = [(name, text)]
    while waiting:
        place, content = waiting.pop()
        for names in _NAMED.findall(content):
            target = _beside(place, next(filter(None, names)))
            if target is None or target in found or target.endswith((".html", ".ipynb", ".zip")):
                continue
            file = root / target
            if file.is_file() and root.resolve() in file.resolve().parents:
                found[target] = file.read_bytes()
                if target.endswith(".css"):
                    waiting.append((target, found[target].decode("utf-8")))
    return found


def _beside(place: str, address: str) -> str | None:
    """Where an address leads that stands in a file at ``place``; None if that is outside."""
    parts = urlsplit(html.unescape(address))
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return None
    steps: list[str] = []
    for step in (PurePosixPath(place).parent / unquote(parts.path)).parts:
        if step == "..":
            if not steps:
                return None
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)


def _packed(name: str, text: str, files: dict[str, bytes], *, alone: bool) -> bytes:
    if alone:
        text = _LINK.sub(_word, text)
    # Before the page's own scripts; an explorer's page allows none that it does not know by its hash or its folder.
    head = f'<script src="{ADAPTER}"></script>' + (ALONE if alone else "")
    text = text.replace("<head>", f"<head>{head}", 1)
    start = f"{name}.html"
    adapter = (Path(__file__).parent / "adapter.js").read_bytes()
    content = {start: text.encode(), ADAPTER: adapter} | files
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    listed = "\n".join(f'      <file href="{html.escape(quote(place))}"/>' for place in content)
    manifest = MANIFEST.format(
        name=re.sub(r"[^\w.-]", "-", name), version=__version__, start=html.escape(quote(start)), files=listed,
        title=" ".join(title[1].split()) if title else html.escape(name),
    )  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for place, data in ({"imsmanifest.xml": manifest.encode()} | content).items():
            entry = zipfile.ZipInfo(place, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def _word(link: re.Match[str]) -> str:
    """A link to a page that is not in the package becomes a word; one within the page or to elsewhere stays."""
    opening, address, _ = link.groups()
    stays = not address or urlsplit(address).scheme or address.startswith("//")
    return link[0] if stays else f'{opening} data-elsewhere title="In the whole book"'
