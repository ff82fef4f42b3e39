"""The page for data of one's own: bring a table, fit it, explore it, without Python; in the book, and as one file.

Everything is computed in the page (``explore/static/own``); nothing leaves the machine it is opened on.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from .datasets.shipped import shipped_text
from .explore import VIEWS
from .explore.compose import own_css, own_scripts
from .explore.page import in_script, page_of, save_page

__all__ = ["own_fragment", "own_page", "save_own_page"]

POLICY = (
    "default-src 'none'; script-src {programs}; style-src 'unsafe-inline'; img-src data: blob:; "
    "worker-src blob:; connect-src 'none'; form-action 'none'; base-uri 'none'"
)
STYLE = "h1 { margin: 0 0 12px; font-size: 28px; font-weight: 650; letter-spacing: -0.01em; }"
SAMPLES = (("Sleep study", "sleepstudy.csv"), ("Framingham (a simulated stand-in)", "framingham_standin.csv"))


def _shell() -> str:
    """The one file without its inside; only the page's own programs run in it, known by their hashes."""
    digests = (sha256(script.encode()).digest() for script in own_scripts())
    policy = POLICY.format(programs=" ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests))
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    return page_of("<h1>Your own data</h1>\n@own@", "Your own data: linear mixed models", style=STYLE, head=head)


def own_fragment() -> str:
    """The piece of HTML that is the page: its place, its data and its scripts; once on a page."""
    own = '<div class="lmmx-own-host"><p>This page needs JavaScript: it computes everything by itself.</p></div>'
    data = f'<script type="application/json" class="lmmx-own-data">{in_script(_given())}</script>'
    scripts = (f'<script class="lmmx-own-code">{script}</script>' for script in own_scripts())
    return "\n".join([own, data, *scripts])


def own_page() -> str:
    """The same as one file that needs nothing else: to carry on a stick."""
    return _shell().replace("@own@", own_fragment())


def save_own_page(path: str | Path) -> Path:
    """Write the one file; returns its path.

    Raises
    ------
    ParameterError
        If the name does not end in .html, or the file cannot be written.
    """
    return save_page(path, own_page)


def _given() -> dict[str, Any]:
    """What the page is given: the gallery left open for one random effect and for two, data to try, its own parts.

    The views' prompts stay behind: they ask about the course's own data.
    """
    shown = {name: view for name, view in VIEWS.items() if view.needs_fit}
    views = {q: {name: view.open(q) | {"prompt": None} for name, view in shown.items()} for q in (1, 2)}
    samples = [{"title": title, "name": name, "text": shipped_text(name)} for title, name in SAMPLES]
    return {"views": views, "samples": samples, "css": own_css(), "shell": _shell(), "saved": None}
