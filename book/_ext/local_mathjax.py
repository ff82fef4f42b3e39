"""Put MathJax beside the pages, as one file, so that no page asks another host for it.

The sphinx-mathjax-offline package carries MathJax; of its 24 MB only the one bundle that draws TeX as
SVG (no font files to fetch, every TeX extension inside) is copied.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

BUNDLE = "tex-svg-full.js"


def _bundle() -> Path:
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ExtensionError("MathJax is missing. Run: pip install sphinx-mathjax-offline")
    return Path(spec.origin).parent / "static" / "mathjax" / BUNDLE


def _point(_app: Sphinx, config: Config) -> None:
    config.mathjax_path = f"mathjax/{BUNDLE}"


def _copy(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "mathjax"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_bundle(), target / BUNDLE)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", _point)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
