"""The chapters as one EPUB 3: formulas as MathML, explorers as pictures, contents for old readers and new."""

from __future__ import annotations

import html
import re
import time
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from lmmteach.publish.paper.chapters import Chapter

__all__ = ["write_epub"]

SHEET = Path(__file__).parent / "epub.css"
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="book.css"/></head>
<body>
{body}
</body>
</html>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator>
<dc:language>en</dc:language>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Formulas are MathML with TeX beside it. Explorers stand as pictures,
each with its name and what it shows in words; each question has its answers in text.</meta>
<meta name="cover" content="cover-picture"/>
</metadata>
<manifest>
{manifest}
</manifest>
<spine toc="ncx">
{spine}
</spine>
</package>
"""
NCX = """<?xml version="1.0" encoding="utf-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="en">
<head><meta name="dtb:uid" content="{identifier}"/></head>
<docTitle><text>{title}</text></docTitle>
<navMap>
{points}
</navMap>
</ncx>
"""


def write_epub(path: Path, chapters: Sequence[Chapter], about: Mapping[str, str], cover: bytes, font: bytes) -> Path:
    """Write the book for readers.

    Parameters
    ----------
    path : Path
        The file to write.
    chapters : sequence of Chapter
        In their order.
    about : mapping
        ``title``, ``author`` and ``version``.
    cover : bytes
        A PNG.
    font : bytes
        The font of formulas, as WOFF 2.

    Returns
    -------
    Path
        The same path.
    """
    identifier = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, about['title'] + ' ' + about['version'])}"
    told = {key: html.escape(said) for key, said in about.items()} | {"identifier": identifier}
    now = time.gmtime()
    files = {"book.css": SHEET.read_bytes(), "cover.png": cover, "fonts/book-math.woff2": font}
    picture = f'<div class="cover"><img src="cover.png" alt="{told["title"]}"/></div>'
    files["cover.xhtml"] = PAGE.format(title=told["title"], body=picture).encode()
    entries = _tree(chapters)
    contents = f'<nav epub:type="toc" id="toc"><h1>Contents</h1>\n{_listed(entries)}</nav>'
    files["contents.xhtml"] = PAGE.format(title="Contents", body=contents).encode()
    for chapter in chapters:
        body = f'<section epub:type="chapter" id="top-of-{chapter.place.name}">\n{chapter.book}\n</section>'
        files[f"{chapter.place.name}.xhtml"] = PAGE.format(title=html.escape(chapter.title), body=body).encode()
        files |= {f"pictures/{name}": data for name, data in chapter.pictures.items()}
    files["contents.ncx"] = NCX.format(points=_points(entries), **told).encode()
    spine = ["cover", "contents", *(chapter.place.name for chapter in chapters)]
    files["package.opf"] = PACKAGE.format(
        **told,
        modified=time.strftime("%Y-%m-%dT%H:%M:%SZ", now),
        manifest="\n".join(_items(files)),
        spine="\n".join(f'<itemref idref="{_id(name + ".xhtml")}"/>' for name in spine),
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        # first and unpacked: by it a file is known for a book
        archive.writestr(zipfile.ZipInfo("mimetype", now[:6]), "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(zipfile.ZipInfo("META-INF/container.xml", now[:6]), CONTAINER)
        for name, data in files.items():
            packed = zipfile.ZIP_STORED if name.endswith((".png", ".woff2")) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(f"book/{name}", now[:6]), data, packed)
    return path


def _id(name: str) -> str:
    """A file's name in the manifest.

    >>> _id("lesson-02.xhtml"), _id("pictures/a-0-1.png")
    ('f-lesson-02-xhtml', 'f-pictures-a-0-1-png')
    """
    return {"cover.png": "cover-picture", "contents.ncx": "ncx"}.get(name) or "f-" + re.sub(r"[^\w-]", "-", name)


KINDS = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".png": "image/png",
    ".ncx": "application/x-dtbncx+xml",
    ".woff2": "font/woff2",
}


def _items(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, data in files.items():
        properties = []
        if name.endswith(".xhtml"):
            properties = [kind for kind, sign in (("mathml", b"<math"), ("svg", b"<svg")) if sign in data]
        if name == "contents.xhtml":
            properties.append("nav")
        if name == "cover.png":
            properties.append("cover-image")
        said = f' properties="{" ".join(properties)}"' if properties else ""
        yield f'<item id="{_id(name)}" href="{name}" media-type="{KINDS[Path(name).suffix]}"{said}/>'


@dataclass
class _Entry:
    """A line of the contents, with the lines below it."""

    title: str
    name: str
    below: list[_Entry] = field(default_factory=list)


def _tree(chapters: Sequence[Chapter]) -> list[_Entry]:
    """The contents: parts, their chapters, the chapters below those; a part leads to its first chapter."""
    top: list[_Entry] = []
    for part, listed in groupby(chapters, key=lambda chapter: chapter.place.part):
        under = [top]
        for chapter in listed:
            place = chapter.place
            if part and under == [top]:
                top.append(_Entry(part, place.name))
                under = [top[-1].below]
            del under[place.depth + 1 :]
            under[-1].append(_Entry(chapter.title, place.name))
            under.append(under[-1][-1].below)
    return top


def _listed(entries: Sequence[_Entry]) -> str:
    lines = [
        f'<li><a href="{entry.name}.xhtml">{html.escape(entry.title)}</a>'
        + (f"\n{_listed(entry.below)}" if entry.below else "")
        + "</li>"
        for entry in entries
    ]
    return "\n".join(["<ol>", *lines, "</ol>"])


def _points(entries: Sequence[_Entry], above: str = "") -> str:
    """The contents for readers of EPUB 2."""
    return "\n".join(
        f'<navPoint id="point{above}-{k}"><navLabel><text>{html.escape(entry.title)}</text></navLabel>'
        f'<content src="{entry.name}.xhtml"/>{_points(entry.below, f"{above}-{k}")}</navPoint>'
        for k, entry in enumerate(entries, start=1)
    )
