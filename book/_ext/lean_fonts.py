"""Fonts cut down to the characters that pages show: the theme's icons, and what formulas are set in."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

#: what the book's formulas may hold: a course's algebra, not every symbol there is (a test looks for those missing)
FORMULAS = frozenset(
    [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0x391, 0x3F6)),
        *"\u00a0–—ˆˇ˜¯ˉ˙¨⃗′±×·∗⋅∘√∑∏∫∂∞∈−∼≈≡≠≤≥∝⊥⊤∣∥⊗⊕…⋯⋮⋱←→⇒⟹⟨⟩ℓ",
    ]
)
#: kept whole: the pieces that large brackets are built of, and two fonts of a single glyph
WHOLE = ("_Size", "_Zero", "_Vector")


def cut(font: Path, characters: Iterable[str | int], features: list[str] | None = None) -> bytes:
    """The font as WOFF with these characters alone, its names and its licence."""
    options = Options(flavor="woff", name_IDs=[0, 13, 14], notdef_outline=True)
    options.drop_tables += ["FFTM"]  # when the font was made
    if features is not None:
        options.layout_features = features
    face = TTFont(font, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(one) if isinstance(one, str) else one for one in characters])
    subsetter.subset(face)
    face.flavor = "woff"
    out = BytesIO()
    face.save(out)
    return out.getvalue()


def cut_formulas(folder: Path) -> None:
    """Cut MathJax's fonts in this folder down to :data:`FORMULAS`."""
    for path in sorted(folder.glob("*.woff")):
        if not any(name in path.name for name in WHOLE):
            path.write_bytes(cut(path, FORMULAS))
