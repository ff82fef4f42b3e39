"""Fonts cut down to the characters that pages show: the theme's icons, and what formulas are set in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

#: what formulas may hold: a course's algebra, not every symbol there is (one that is missing fails the build)
FORMULAS = frozenset(
    [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0x391, 0x3F6)),
        *"\u00a0–—ˆˇ˜¯ˉ˙¨⃗′±×·∗⋅∘√∑∏∫∂∞∈−∼≈≡≠≤≥∝⊥⊤∣∥⊗⊕…⋯⋮⋱←→⇒⟹⟨⟩ℓ",
    ]
)


def cut(
    font: Path, characters: Iterable[str | int], features: Sequence[str] | None = None, flavor: str = "woff"
) -> bytes:
    """The font in a file for the web, with these characters alone, its names and its licence."""
    return cut_face(TTFont(font, recalcTimestamp=False), characters, features, flavor)


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
