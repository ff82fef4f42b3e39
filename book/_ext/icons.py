"""The few icons the pages use, cut out of the theme's icon fonts (0.9 MB sent would become 2 kB)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from lean_fonts import cut

#: named by the theme's own style sheets and scripts rather than by a page
ALWAYS = frozenset({"fa-chevron-down", "fa-caret-down", "fa-angle-down"})
CODE = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"\\([0-9a-f]+)\"\}")
NAMED = re.compile(r"\bfa-[a-z0-9-]+")


def icon_sheet(static: Path, pages: Iterable[str]) -> str:
    """Write the style sheet and the font of the icons in use; returns the sheet's name below `static`.

    The theme's own folder of icon fonts is removed: nothing points to it any more.
    """
    vendor = next(static.glob("vendor/fontawesome/*"), None)
    if vendor is None:
        return ""
    source = (vendor / "css" / "all.min.css").read_text(encoding="utf-8")
    codes = {
        name.removesuffix(":before").removeprefix("."): int(code, 16)
        for names, code in CODE.findall(source)
        for name in names.split(",")
    }
    wanted = set(ALWAYS).union(*(NAMED.findall(text) for text in pages)) & set(codes)
    font = cut(vendor / "webfonts" / "fa-solid-900.ttf", {codes[name] for name in wanted}, features=[])
    name = f"icons.{sha256(font).hexdigest()[:12]}"
    (static / f"{name}.woff").write_bytes(font)
    rules = "".join(f'.{icon}::before{{content:"\\{codes[icon]:x}"}}\n' for icon in sorted(wanted))
    (static / f"{name}.css").write_text(SHEET.format(font=f"{name}.woff", rules=rules), encoding="utf-8")
    for path in sorted(vendor.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return f"{name}.css"


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
