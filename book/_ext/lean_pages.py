"""Rewrite finished pages so that a strict Content-Security-Policy holds and nothing is sent twice.

Every script written into a page moves to a file named by its content: the browser keeps it, all explorers
share one program, and ``script-src 'self'`` is enough.  A button the theme writes by script becomes plain HTML.
Works on text alone, so the book and the slides use the same pass.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from icons import icon_sheet
from lean_explorers import panels_program, shared_data
from lean_scripts import FIRST, copying_later, explorers_first, lean_scripts, shorter, without_bootstrap
from lean_styles import lean_styles

from lmmteach.beside import beside

#: what a page may load and run.  ``frame-ancestors`` has no effect here: a server has to send it.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "script-src 'self'; object-src 'none'; base-uri 'none'"
)
EXPLORER = "globalThis.lmmteachExplorers"
#: programs that read their own text, to run beside the page or be saved with it, stay in the page: known by their hash
OWN = 'class="lmmx-own-code"'
#: and such a page may connect to nothing, not even to its own site
OWN_POLICY = "; connect-src 'none'; form-action 'none'; worker-src blob:"
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
WRITE = re.compile(r"^\s*document\.write\(`(?P<html>[^`$\\]*)`\);\s*$", re.DOTALL)
FONT_PRELOAD = re.compile(r'<link rel="preload" as="font"[^>]*>')
ICONS = re.compile(r'<link href="(?P<root>[^"]*)_static/vendor/fontawesome/[^"]*" rel="stylesheet" />')
ICON_SCRIPT = re.compile(r'<script[^>]*src="[^"]*fontawesome[^"]*"[^>]*></script>')
#: the theme opens what it links to in a new tab; a file to keep is kept
DOWNLOAD = re.compile(r'(<a href="[^"]*\.ipynb") target="_blank"')
#: what the theme leaves without a name, or out of the keyboard's reach
UNNAMED = (
    ('<summary><span class="toctree-toggle"', '<summary aria-label="Pages below"><span class="toctree-toggle"'),
    ('<div class="pst-scrollable-table-container">', '<div class="pst-scrollable-table-container" tabindex="0">'),
    ('role="doc-biblioentry"', 'role="listitem"'),
)
#: the explorer's programs are made ready in whole, beside the reading of the page, and not a function at a time
COMPILED = "//# allFunctionsCalledOnLoad\n"
#: the theme writes it three times; one is kept
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')
#: a long signature, one parameter a line: a list of definitions that defines nothing
SIGNATURE = re.compile(r"<dl>\s*(?P<lines>(?:<dd>.*?</dd>\s*)+)</dl>")
#: an opening tag's event handler: none may stand in a page
HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+=", re.IGNORECASE)
#: a frame, or a browser that keeps nothing, refuses the very words: the theme is lent what lasts as long as the page
LENT = """for (const name of ["localStorage", "sessionStorage"]) {
  try { if (!window[name]) throw new Error("none"); } catch {
    const held = new Map();
    Object.defineProperty(window, name, { configurable: true, value: {
      brief: true,
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => { held.set(key, String(value)); },
      removeItem: (key) => { held.delete(key); },
    } });
  }
}
window.lmmteachKeep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* it is full */ } };
"""


def pages_below(site: Path) -> list[Path]:
    """The pages of a site."""
    return [page for page in sorted(site.rglob("*.html")) if "_static" not in page.relative_to(site).parts]


def lean_site(site: Path) -> None:
    """Rewrite every page below `site`; the scripts taken out of them go to ``_static``."""
    pages = pages_below(site)
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    sheet = icon_sheet(site / "_static", texts.values())

    def rewrite(some: list[Path]) -> None:
        for page in some:
            root = "../" * (len(page.relative_to(site).parts) - 1)
            page.write_text(lean_page(texts[page], root, site / "_static", sheet), encoding="utf-8")

    with beside(lambda: rewrite(pages[::2])):  # what both write into a file of one name is the same
        rewrite(pages[1::2])
    lean_styles(site, pages)
    lean_scripts(site / "_static")


def lean_page(text: str, root: str, static: Path, sheet: str = "") -> str:
    """One page's text, rewritten.

    Parameters
    ----------
    text : str
        The page.
    root : str
        The way from the page to the site's folder, ``""`` or ``"../"``.
    static : Path
        Where the scripts taken out are written.
    sheet : str
        The style sheet of icons, below ``_static``, that stands in for the theme's.
    """
    if HANDLER.search(SCRIPT.sub("", text)):
        raise ValueError(f"an event handler in a page: {HANDLER.search(SCRIPT.sub('', text))}")
    explorers: list[str] = []
    own: list[str] = []
    seen: set[str] = set()
    text = shared_data(text)
    together = panels_program(text)

    def moved(found: re.Match[str]) -> str:
        attributes, body = found["attributes"], found["body"]
        if OWN in attributes:
            own.append(f" 'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'")
            return found[0]
        if "src=" in attributes:
            # The order of deferred scripts is kept; nothing holds up the page.
            later = "" if re.search(r"\b(defer|async|type=.module)", attributes) else " defer"
            return f"<script{attributes}{later}></script>"
        if re.search(r"\btype=", attributes) and "javascript" not in attributes:
            return "" if "thebe" in attributes else found[0]  # data, not a program
        written = WRITE.match(body)
        if written:
            return written["html"].strip()
        if EXPLORER in body:
            # what every explorer needs, or the panels of one view
            core = f"({EXPLORER} ??=" in body
            body = body if core else together or body
            explorers.append(_file(static, "lmmteach-explorer" if core else "lmmteach-panels", body))
            return ""
        if "kernelName" in body or not body.strip():
            return ""
        # The first script of the page sets light or dark: it must run before anything is painted.
        now = "localStorage" in body
        body = LENT + body if now else body
        if body in seen:
            return ""
        seen.add(body)
        return f'<script src="{root}_static/{_file(static, "page", body)}"{"" if now else " defer"}></script>'

    text = without_bootstrap(ICON_SCRIPT.sub("", FONT_PRELOAD.sub("", text)))
    text = copying_later(SCRIPT.sub(moved, text))
    if explorers and (static / FIRST).is_file():  # which fetches them
        text = explorers_first(text)
    for fault, cure in UNNAMED:
        text = text.replace(fault, cure)
    text = SIGNATURE.sub(_lines, text)
    text = DOWNLOAD.sub(r"\1 download", text)
    text = ICONS.sub(f'<link href="{root}_static/{sheet}" rel="stylesheet" />' if sheet else "", text)
    first, *more = VIEWPORT.findall(text) or [""]
    text = VIEWPORT.sub("", text).replace("</title>", f"</title>{first}", 1) if more else text
    policy = POLICY.replace("script-src 'self'", "script-src 'self'" + "".join(own)) + (OWN_POLICY if own else "")
    head = [f'<meta http-equiv="Content-Security-Policy" content="{policy}">']
    head += [f'<script src="{root}_static/{name}" defer></script>' for name in dict.fromkeys(explorers)]
    # after the character set, which has to stand in the first kilobyte
    return re.sub(r"(<meta charset=[^>]*>|<head>(?!.*<meta charset))", r"\1\n" + "\n".join(head), text, count=1)


def _lines(signature: re.Match[str]) -> str:
    lines = signature["lines"].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")
    return f'<span class="sig-lines">{lines}</span>'


def _file(static: Path, stem: str, body: str) -> str:
    """Write a script, shortened, under a name that its content decides; returns the name."""
    body = (COMPILED if stem.startswith("lmmteach") else "") + shorter(body)
    name = f"{stem}.{sha256(body.encode()).hexdigest()[:12]}.js"
    path = static / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return name
