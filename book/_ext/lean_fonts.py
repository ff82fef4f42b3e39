"""Fonts cut down to the characters that pages show, and carried by the style sheet that names them.

A font that comes after the page is drawn makes its lines break anew.  What stands in the sheet is there before.
"""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from lmmteach.files import write_safely

#: what formulas may hold: a course's algebra, not every symbol there is (one that is missing fails the build)
FORMULAS = frozenset(
    [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0x391, 0x3F6)),
        *"\u00a0–—ˆˇ˜¯ˉ˙¨⃗′±×·∗⋅∘√∑∏∫∂∞∈−∼≈≡≠≤≥∝⊥⊤∣∥⊗⊕…⋯⋮⋱←→⇒⟹⟨⟩ℓ",
    ]
)

#: what a reader may type or bring in a file of data, though no page shows it
ASCII = frozenset(map(chr, range(0x20, 0x7F)))
TYPED = ASCII | set("ÄÖÜäöüßÀÉÈÊÇàâçéèêëîïôùûÅÆØåæøñóíáú€’“”–—")
#: pairs and joined letters, and marks on letters; no fractions, no letters of other countries' habits
FEATURES = ("kern", "liga", "mark", "mkmk", "ccmp")
#: nobody types in these, so they need what pages show and no more
SHOWN = "book-*"
#: named by ``theme.css``; the others, which few pages need, stay files
INSIDE = ("book-serif", "book-serif-italic", "source-sans-3-latin-wght-normal", "source-sans-3-greek-wght-normal")


def cut(
    font: Path,
    characters: Iterable[str | int],
    features: Sequence[str] | None = None,
    flavor: str = "woff",
    kept: Path | None = None,
) -> bytes:
    """The font in a file for the web, with these characters alone, its names and its licence.

    In the folder ``kept`` it is found again by the next build, whose pages mostly show the same characters.
    """
    codes = sorted({ord(one) if isinstance(one, str) else one for one in characters})
    if kept is None:
        return cut_face(TTFont(font, recalcTimestamp=False), codes, features, flavor)
    asked = repr([sha256(font.read_bytes()).hexdigest(), codes, features, flavor])
    file = kept / f"{sha256(asked.encode()).hexdigest()[:24]}.{flavor}"
    if not file.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        write_safely(file, cut(font, codes, features, flavor))  # a build may be stopped anywhere
    return file.read_bytes()


def kept_beside(site: Path) -> Path:
    """Where the cut fonts of a site wait for its next build: beside it, so that they go with all else it left."""
    return site.parent / "fonts-cut"


def cut_face(
    face: TTFont,
    characters: Iterable[str | int],
    features: Sequence[str] | None = None,
    flavor: str = "woff",
    names: Sequence[int] = (0, 13, 14),
) -> bytes:
    """An opened font, cut and packed; some of its features (by default all that are usual), some of its names."""
    options = Options(flavor=flavor, name_IDs=list(names), notdef_outline=True)
    options.drop_tables += ["FFTM"]  # when the font was made
    if features is not None:
        options.layout_features = list(features)
    # packs tighter; no screen of today reads what is dropped
    options.hinting, options.desubroutinize = False, True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(one) if isinstance(one, str) else one for one in characters])
    subsetter.subset(face)
    face.flavor = flavor
    out = BytesIO()
    face.save(out)
    return out.getvalue()


def put_inside(sheet: Path, fonts: Mapping[str, bytes]) -> None:
    """Put fonts into the style sheet that names their files, and take the files away."""
    if not sheet.is_file():
        return
    text = sheet.read_text(encoding="utf-8")
    for name, font in fonts.items():
        text = text.replace(f"fonts/{name}", f"data:font/woff2;base64,{b64encode(font).decode()}")
        (sheet.parent / "fonts" / name).unlink(missing_ok=True)
    sheet.write_text(text, encoding="utf-8")


def text_cuts(site: Path) -> dict[Path, set[str]]:
    """The fonts of text, and what each has to show: what some page or program of the site holds, or one may type."""
    shown, programs = (
        set().union(*(html.unescape(path.read_text(encoding="utf-8")) for path in site.rglob(kind)))
        for kind in ("*.html", "*.js")
    )
    fonts = (site / "_static").glob("fonts/*.woff2")
    return {path: ASCII | shown if path.match(SHOWN) else TYPED | shown | programs for path in fonts}


def cut_texts(site: Path, cuts: Mapping[Path, set[str]]) -> dict[Path, bytes]:
    """Fonts cut; a second time, and in the next build, they are found where they wait."""
    return {path: cut(path, used, FEATURES, "woff2", kept_beside(site)) for path, used in cuts.items()}


def put_text_fonts(site: Path, made: Mapping[Path, bytes]) -> None:
    """Put most of the cut fonts into the style sheet that names them, the others in their places."""
    for path, font in made.items():
        if path.stem not in INSIDE:
            path.write_bytes(font)
    put_inside(site / "_static" / "theme.css", {path.name: font for path, font in made.items() if path.stem in INSIDE})
