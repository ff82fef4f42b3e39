"""Programs without their remarks and their room, and without the theme's parts that one small file stands in for.

Of Bootstrap's 80 kB the theme's pages use three things: hints on buttons, which a browser shows by itself, the mark in
the page's contents, and the way back to its top.  ``_static/contents.js`` does the last two.

What copies code waits for the first hand on the page, and where there are explorers all that is not theirs waits for
them: ``_static/first.js`` brings both.
"""

from __future__ import annotations

import re
from pathlib import Path

import rjsmin

#: what runs before a page is laid out
FIRST = "first.js"
#: the theme's copies, fetched early and run late; no pattern begins with room: it would be tried wherever there is some
BOOTSTRAP = re.compile(
    r'<link rel="preload" as="script"[^>]*bootstrap\.js[^>]*>|<script[^>]*bootstrap\.js[^>]*></script>'
)
#: where a module of the explorer's programs begins (lmmteach/explore/compose.py)
MODULE = re.compile(r'\n(?=M\["[\w/]+\.js"\] = )')
#: what copies code
COPYING = re.compile(r'<script src="([^"]*_static/(?:clipboard\.min|copybutton)\.js[^"]*)"[^>]*></script>')
#: what a page with explorers can do without until they stand
AFTER = re.compile(
    r'<script src="([^"]*_static/(?:scripts/[\w-]+|documentation_options|doctools|sphinx_highlight|contents|typed|quiz|'
    r'progress|exercises|answers|mathematics)\.js[^"]*)"[^>]*></script>'
)
#: where an explorer stands, and the sections after the last one, which are laid out after it (first.js)
EXPLORER, SECTION, LATER = '<div class="lmmx-host"', "<section id=", '<section class="is-later" id='
PRELOAD = re.compile(r'<(?:!-- Pre-loaded[^>]*--|link rel="preload" as="script"[^>]*)>')
#: where the theme stops at a store that is full; what stands in for it is in lean_pages.py
KEEPS = "localStorage.setItem("
#: they ask Bootstrap to draw a hint; without it the title that stands beside them is the hint
HINTS = re.compile(r'data-bs-(?:toggle="tooltip"|placement="\w+")')


def without_bootstrap(text: str) -> str:
    """A page's text that names no part of Bootstrap's program."""
    return HINTS.sub("", BOOTSTRAP.sub("", text))


def copying_later(text: str) -> str:
    """A page's text whose programs that copy code are named, and fetched by the first hand on the page.

    >>> copying_later('<script src="../_static/copybutton.js?v=1" defer></script>')
    '<script type="text/plain" data-src="../_static/copybutton.js?v=1"></script>'
    """
    return COPYING.sub(r'<script type="text/plain" data-src="\1"></script>', text)


def explorers_first(text: str) -> str:
    """A page's text whose other programs are named, and fetched when its explorers stand; and what follows them, too.

    >>> explorers_first('<script src="_static/quiz.js?v=1" defer></script><script src="_static/x.js"></script>')
    '<script type="text/plain" data-after-src="_static/quiz.js?v=1"></script><script src="_static/x.js"></script>'
    >>> explorers_first('<section id="play"><div class="lmmx-host"></div></section><section id="in-python"></section>')
    '<section id="play"><div class="lmmx-host"></div></section><section class="is-later" id="in-python"></section>'
    """
    text = AFTER.sub(r'<script type="text/plain" data-after-src="\1"></script>', PRELOAD.sub("", text))
    before, explorer, after = text.rpartition(EXPLORER)
    return before + explorer + (after.replace(SECTION, LATER) if explorer else after)


def shorter(program: str) -> str:
    """A program without its remarks; a module stays as it is where a template stands in a template: the shortener
    misreads that.

    >>> shorter("// said\\nconst a = 1;   /* so */\\n")
    'const a=1;'
    >>> shorter("say(`${n ? ` not, so ${n}` : 0}.`);")
    'say(`${n ? ` not, so ${n}` : 0}.`);'
    >>> shorter('M["a.js"] = 1;  // one\\nM["b.js"] = `${n ? ` ${n}` : 0}`;')
    'M["a.js"]=1;\\nM["b.js"] = `${n ? ` ${n}` : 0}`;'
    """
    modules = MODULE.split(program)
    return "\n".join(one if _nested(one) else rjsmin.jsmin(one) for one in modules)


def _nested(program: str) -> bool:
    """Whether a template may stand in a template's expression."""
    for found in re.finditer(r"\$\{", program):
        depth = 1
        for sign in program[found.end() :]:
            depth += (sign == "{") - (sign == "}")
            if sign == "`":
                return True
            if not depth:
                break
    return False


def lean_scripts(static: Path) -> None:
    """Shorten the programs below a site's folder of static files; those that were moved out of pages are so already."""
    for path in static.rglob("*.js"):
        if not re.search(r"\.[0-9a-f]{12}\.js$|\.min\.js$", path.name):
            program = path.read_text(encoding="utf-8").replace(KEEPS, "lmmteachKeep(")
            path.write_text(shorter(program), encoding="utf-8")
    for unused in static.glob("scripts/bootstrap.js*"):
        unused.unlink()
