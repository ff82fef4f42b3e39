"""What turns sphinx-revealjs' output into pages of this project: no other host, one program, light on a projector."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from lean_pages import lean_site
from self_contained import MATHJAX, copy_mathjax, drop_idle
from sphinx.application import Sphinx
from sphinx.config import Config

#: a page that forbids zooming shuts out who needs it
VIEWPORT = ", maximum-scale=1.0, user-scalable=no"
ICON = '<link rel="icon" href="_static/favicon.svg">'


def _configure(_app: Sphinx, config: Config) -> None:
    config.mathjax_path = f"mathjax/{MATHJAX[0]}"


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "revealjs":
        return
    site = Path(app.outdir)
    copy_mathjax(site / "_static")
    lean_site(site, MATHJAX)
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8").replace(VIEWPORT, "")
        text = text.replace("<html ", '<html data-theme="light" ', 1).replace("</head>", f"{ICON}\n</head>", 1)
        page.write_text(text, encoding="utf-8")
    for unused in ("dist/theme", "plugin"):
        shutil.rmtree(site / "_static" / "revealjs" / unused, ignore_errors=True)
    for source_map in (site / "_static").rglob("*.map"):
        source_map.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", _configure)
    app.connect("html-page-context", drop_idle, priority=900)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
