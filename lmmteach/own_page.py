"""The page for data of one's own: bring a table, fit it, explore it, without Python; in the book, and as one file.

Everything is computed in the page (``explore/static/own``); nothing leaves the machine it is opened on.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from .datasets.shipped import shipped_text
from .errors import ParameterError
from .explore import VIEWS
from .explore.compose import own_css, own_scripts
from .explore.page import in_script
from .files import write_safely

__all__ = ["own_fragment", "own_page", "save_own_page"]

POLICY = (
    "default-src 'none'; script-src @programs@; style-src 'unsafe-inline'; img-src data: blob:; "
    "worker-src blob:; connect-src 'none'; form-action 'none'; base-uri 'none'"
)
SHELL = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>Your own data: linear mixed models</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; background: #fdfcfa; color: #1d1f24;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }}
main {{ max-width: 1240px; margin: 0 auto; padding: 24px clamp(14px, 3vw, 32px) 48px; }}
h1 {{ margin: 0 0 12px; font-size: 28px; font-weight: 650; letter-spacing: -0.01em; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #16181d; color: #e6e5e1; }} }}
</style>
</head>
<body>
<main>
<h1>Your own data</h1>
@own@
</main>
</body>
</html>
"""
SAMPLES = (("Sleep study", "sleepstudy.csv"), ("Framingham (a simulated stand-in)", "framingham_standin.csv"))


def _shell() -> str:
    """The one file without its inside; only the page's own programs run in it, known by their hashes."""
    digests = (sha256(script.encode()).digest() for script in own_scripts())
    return SHELL.replace("@programs@", " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests))


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
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ParameterError(f"{str(path.name)!r} does not end in .html.", "The page is saved as a web page.")
    try:
        write_safely(path, own_page())
    except (OSError, ValueError) as error:
        raise ParameterError(
            f"{str(path)!r} cannot be written: {getattr(error, 'strerror', None) or error}.",
            "Save under another name or somewhere else; what stood there is as it was.",
        ) from error
    return path


def _given() -> dict[str, Any]:
    """What the page is given: the gallery left open for one random effect and for two, data to try, its own parts.

    The views' prompts stay behind: they ask about the course's own data.
    """
    shown = {name: view for name, view in VIEWS.items() if view.needs_fit}
    views = {q: {name: view.open(q) | {"prompt": None} for name, view in shown.items()} for q in (1, 2)}
    samples = [{"title": title, "name": name, "text": shipped_text(name)} for title, name in SAMPLES]
    return {"views": views, "samples": samples, "css": own_css(), "shell": _shell(), "saved": None}
