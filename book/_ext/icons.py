"""The few icons the pages use, cut out of the theme's icon fonts (0.9 MB sent would become 2 kB)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from lean_fonts import cut, kept_beside

#: named by the theme's own style sheets and scripts rather than by a page
ALWAYS = frozenset({"fa-chevron-down", "fa-caret-down", "fa-angle-down"})
CODE = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"\\([0-9a-f]+)\"\}")
CODE_2026 = re.compile(r"((?:\.fa-[\w-]+,?)+)\{--fa:\"\\([0-9a-f]+)\"\}")
NAMED = re.compile(r"\bfa-[a-z0-9-]+")


def icon_sheet(static: Path, pages: Iterable[str]) -> str:
    """Write the style sheet and the font of the icons in use; returns the sheet's name below `static`.

    The theme's own folder of icon fonts is removed: nothing points to it any more.
    """
    newer = static / "vendor" / "fontawesome" / "webfonts"
    if newer.is_dir():
        _cut_in_place(static / "styles" / "pydata-sphinx-theme.css", newer, pages)
        return ""
    vendor = next(static.glob("vendor/fontawesome/*"), None)
    if vendor is None:
        return ""
    source = (vendor / "css" / "all.min.css").read_text(encoding="utf-8")
    codes = {
        name.removesuffix(":before").removeprefix("."): int(code, 16)
        for names, code in CODE.findall(source)
        for name in names.split(",")
    }
    wanted = _wanted(pages) & set(codes)
    font = cut(
        vendor / "webfonts" / "fa-solid-900.ttf",
        {codes[name] for name in wanted},
        [],
        "woff",
        kept_beside(static.parent),
    )
    # In the sheet, not beside it: a frame without an origin of its own may not read a font from a file.
    inside = f"data:font/woff;base64,{b64encode(font).decode()}"
    name = f"icons.{sha256(font).hexdigest()[:12]}"
    rules = "".join(f'.{icon}::before{{content:"\\{codes[icon]:x}"}}\n' for icon in sorted(wanted))
    (static / f"{name}.css").write_text(SHEET.format(font=inside, rules=rules), encoding="utf-8")
    for path in sorted(vendor.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return f"{name}.css"


def _wanted(pages: Iterable[str]) -> set[str]:
    return set(ALWAYS).union(*(NAMED.findall(text) for text in pages))


def _cut_in_place(sheet: Path, fonts: Path, pages: Iterable[str]) -> None:
    """The themes of 2026 name icons and font in their own sheet: the font is cut where it lies, the others go."""
    rules = sheet.read_text(encoding="utf-8")
    codes = {name: int(code, 16) for names, code in CODE_2026.findall(rules) for name in NAMED.findall(names)}
    solid = fonts / "fa-solid-900.woff2"
    solid.write_bytes(cut(solid, {codes[name] for name in _wanted(pages) & set(codes)}, [], "woff2"))
    for other in fonts.iterdir():
        if other != solid:
            rules = re.sub(rf"@font-face\{{[^}}]*{re.escape(other.name)}[^}}]*\}}", "", rules)
            other.unlink()
    sheet.write_text(rules, encoding="utf-8")


SHEET = """/* Icons: Font Awesome Free 6 by Fonticons, SIL Open Font License 1.1; only those in use. */
@font-face {{ font-family: "Font Awesome 6 Free"; font-weight: 900; font-display: block;
  src: url("{font}") format("woff"); }}
@font-face {{ font-family: "Font Awesome 5 Free"; font-weight: 900; font-display: block;
  src: url("{font}") format("woff"); }}
html {{ --fa-font-solid: normal 900 1em/1 "Font Awesome 6 Free"; --fa-style-family-classic: "Font Awesome 6 Free"; }}
.fa, .fas, .fa-solid {{ font: var(--fa-font-solid); display: inline-block; text-rendering: auto;
  -webkit-font-smoothing: antialiased; }}
.fa-lg {{ font-size: 1.25em; line-height: .05em; vertical-align: -.075em; }}
{rules}"""
