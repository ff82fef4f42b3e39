"""One style sheet in place of fifteen: fewer requests before a page is drawn, and what sheets have in common packs.

The pages' sheets are joined in the order in which the pages name them.  Pages without formulas get a sheet without the
rules, and the font, of formulas.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from lean_scripts import FIRST

LINK = re.compile(
    r'\n?<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="(?P<root>(?:\.\./)*)_static/(?P<name>[^"?]*)[^>]*>'
)
ADDRESS = re.compile(r'url\(\s*(["\']?)(?!data:|#|[a-z]+:)([^"\')]+)\1\s*\)')
IMPORT = re.compile(r'@import\s+"([^"]+)"\s*;')
CHARSET = re.compile(r'@charset\s+"[^"]*"\s*;', re.IGNORECASE)
#: what a theme declares for its other uses; left out where nothing asks for it
DECLARED = re.compile(r"(?<=[{;\s])(--(?:bs|sd|mystnb|pst|sbt|sn)-[\w-]+)\s*:[^;{}]*(?:;|(?=\}))")
ASKED = re.compile(r"--[\w-]+")
#: remarks and room between rules; what stands in quotes is left alone
ROOM = re.compile(r"""("[^"]*"|'[^']*')|/\*.*?\*/|\s*([{};])\s*|\s+""", re.DOTALL)
MATHEMATICS = "mathematics.css"
#: the one program that the theme has run before anything is drawn, as lean_pages.py wrote it
NOW = re.compile(r'\s*<script src="[^"]*_static/(page\.[0-9a-f]{12}\.js)"></script>')
#: before all that a page fetches
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def joined(orders: Iterable[Sequence[str]]) -> list[str]:
    """All names, in an order that every one of the orders agrees with.

    Examples
    --------
    >>> joined([["a", "c"], ["a", "b", "d"], ["c", "d"]])
    ['a', 'c', 'b', 'd']

    Raises
    ------
    ValueError
        When two of them contradict each other.
    """
    left = [list(order) for order in dict.fromkeys(map(tuple, orders))]
    out: list[str] = []
    while left := [order for order in left if order]:
        first = next((o[0] for o in left if not any(o[0] in other[1:] for other in left)), None)
        if first is None:
            raise ValueError(f"style sheets in two orders: {left}")
        out.append(first)
        left = [order[1:] if order[0] == first else order for order in left]
    return out


def without_unused(sheet: str, texts: Iterable[str]) -> str:
    """A sheet without the themes' variables that neither it nor a text names.

    Examples
    --------
    >>> without_unused("a{--bs-x:1;--bs-y:var(--bs-x);color:red}", [])
    'a{color:red}'
    >>> without_unused("a{--bs-x:1;--own:2}", ["style='width: var(--bs-x)'"])
    'a{--bs-x:1;--own:2}'
    """
    asked = {name for text in texts for name in ASKED.findall(text)}
    while True:
        here = asked | set(ASKED.findall(DECLARED.sub(lambda found: found[0].partition(":")[2], sheet)))
        lean = DECLARED.sub(lambda found, here=here: found[0] if found[1] in here else "", sheet)
        if lean == sheet:
            return sheet
        sheet = lean


def _room(found: re.Match[str]) -> str:
    """
    >>> ROOM.sub(_room, "p,  a :hover { top : calc(1px + 2px) ; } /* so */b::after { content: '{  }' }")
    "p, a :hover{top : calc(1px + 2px);}b::after{content: '{  }'}"
    """
    return found[1] or found[2] or (" " if found[0].isspace() else "")


def read_sheet(path: Path, static: Path) -> str:
    """A sheet as it reads in the folder ``static``, with the sheets that it imports."""
    here = path.parent.relative_to(static).as_posix()
    text = CHARSET.sub("", path.read_text(encoding="utf-8"))
    text = ADDRESS.sub(lambda found: f'url("{posixpath.normpath(posixpath.join(here, found[2]))}")', text)
    return IMPORT.sub(lambda found: read_sheet((path.parent / found[1]).resolve(), static), text)


def one_sheet(site: Path, pages: Sequence[Path]) -> None:
    """Write the joined sheets, named by their content, and let each page name one of them."""
    static = (site / "_static").resolve()
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    named = {page: [found["name"] for found in LINK.finditer(text)] for page, text in texts.items()}
    order = joined(named.values())
    scripts = [path.read_text(encoding="utf-8") for path in static.rglob("*.js")]
    kept: dict[str, str] = {}
    for kind in (order, [name for name in order if name != MATHEMATICS]):
        whole = "".join(read_sheet(static / name, static) for name in kind)
        whole = ROOM.sub(_room, without_unused(whole, [*texts.values(), *scripts]))
        name = f"book.{sha256(whole.encode()).hexdigest()[:12]}.css"
        (static / name).write_text(whole, encoding="utf-8")
        kept[" ".join(kind)] = name
    with_it, without = [*kept.values()] * 2 if len(kept) == 1 else kept.values()
    for page, text in texts.items():
        sheet = with_it if MATHEMATICS in named[page] else without
        first = next(LINK.finditer(text), None)
        if first:
            # Before all that is deferred, and one program that waits for it: a page asks for all of them at once.
            policy = POLICY.search(text, 0, first.start())
            place = policy.end() if policy else first.start()
            link = f'\n<link rel="stylesheet" href="{first["root"]}_static/{sheet}">'
            text = text[:place] + link + LINK.sub("", text[place:])
            page.write_text(_settled(text, first["root"], static), encoding="utf-8")
    now = {name for text in texts.values() for name in [*NOW.findall(text), FIRST]}
    for path in {static / name for names in [now, *named.values()] for name in names}:
        path.unlink(missing_ok=True)


def _settled(text: str, root: str, static: Path) -> str:
    """A page's text with one program that settles what has to be before there is anything to lay out, last in its head.

    The theme's says light or dark, as the reader chose it; the book's goes on from there.
    """
    if not (static / FIRST).is_file():
        return text
    chosen = [(static / name).read_text(encoding="utf-8") for name in NOW.findall(text)]
    whole = "\n".join([*chosen, (static / FIRST).read_text(encoding="utf-8")])
    name = f"first.{sha256(whole.encode()).hexdigest()[:12]}.js"
    (static / name).write_text(whole, encoding="utf-8")
    return NOW.sub("", text).replace("</head>", f'<script src="{root}_static/{name}"></script>\n</head>', 1)
