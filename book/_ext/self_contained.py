"""Make the pages need nothing but the folder they stand in: no other host, no complaint from ``file://``.

MathJax comes from the sphinx-mathjax-offline package.  Of its 24 MB only the one bundle that draws TeX as
SVG (no font files to fetch, every TeX extension inside) is copied.  Two habits of the theme are undone: the
scripts that would start a remote kernel, and font preloads that browsers refuse on pages opened from disk.
"""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

BUNDLE = "tex-svg-full.js"
FONT_PRELOAD = re.compile(r'\s*<link rel="preload" as="font"[^>]*>')


def _bundle() -> Path:
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ExtensionError("MathJax is missing. Run: pip install sphinx-mathjax-offline")
    return Path(spec.origin).parent / "static" / "mathjax" / BUNDLE


def _point_to_bundle(_app: Sphinx, config: Config) -> None:
    config.mathjax_path = f"mathjax/{BUNDLE}"


def _drop_remote_kernel(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    def remote(script: object) -> bool:
        body = getattr(script, "attributes", {}).get("body")
        return "thebe" in f"{getattr(script, 'filename', '')} {body}".lower()

    context["script_files"] = [script for script in context.get("script_files", []) if not remote(script)]


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_bundle(), target / BUNDLE)
    for page in Path(app.outdir).glob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(FONT_PRELOAD.sub("", text), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", _point_to_bundle)
    app.connect("html-page-context", _drop_remote_kernel, priority=900)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
