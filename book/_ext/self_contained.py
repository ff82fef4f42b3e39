"""Make the pages need nothing but the folder they stand in, and no more of it than they use.

Scripts that a page has no use for are left out of it: the start of a remote kernel, the state of widgets that
only a kernel could show, tabs and toggles on pages that have none.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from lean_fonts import cut_texts, put_text_fonts, text_cuts
from lean_pages import lean_site, pages_below
from lean_sheets import one_sheet
from mathematics import cut_math_font
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

from lmmteach.beside import beside

#: they keep no state of their own while pages are read, but do not say so
SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
TOGGLE = r'class="(?:[^"]* )?(?:toggle|admonition [^"]*dropdown|dropdown [^"]*admonition)[" ]'
#: scripts (by a part of their name or body), and what in a page gives them something to do; None: nothing
IDLE = {
    "thebe": None,
    "kernelName": None,
    "widget-state": None,
    "DOCUMENTATION_OPTIONS.pagename": None,
    "first.js": None,  # named behind the sheet that carries the fonts
    "design-tabs": "sd-tab-",
    "my-progress.js": 'id="progress-page"',
    "exercises.": "exercise-form",
    "answers.js": "exercise-form",
    "progress.js": "exercise-form|data-quiz",
    "typed.js": "exercise-form|data-quiz",
    "togglebutton": TOGGLE,
    "toggleHint": TOGGLE,
    "toggleOpenOnPrint": TOGGLE,
    "mathematics.": "<math",
    "clipboard": '<div class="highlight"',
    "copybutton": '<div class="highlight"',
}


def _configure(app: Sphinx, _config: Config) -> None:
    for name in SILENT:
        extension = app.extensions.get(name)
        if extension is not None and extension.parallel_read_safe is None:
            extension.parallel_read_safe = True  # pages may then be run side by side
    # the index of the search asks for a word's stem once a page
    SearchEnglish.stem = cache(SearchEnglish.stem)


def drop_idle(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: nodes.document) -> None:
    body = context.get("body") or ""

    def idle(asset: Any) -> bool:
        attributes = getattr(asset, "attributes", {})
        said = " ".join(map(str, (getattr(asset, "filename", ""), attributes.get("body"), attributes.get("type"))))
        return any(name in said and (use is None or not re.search(use, body)) for name, use in IDLE.items())

    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not idle(asset)]


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    cut_math_font(site)
    cuts = text_cuts(site)
    with beside(lambda: cut_texts(site, cuts)):
        lean_site(site)
    put_text_fonts(site, cut_texts(site, cuts))
    one_sheet(site, pages_below(site))
    for unused in ("locales", "sphinx-thebe.js", "sphinx-thebe.css"):
        gone = static / unused
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink(missing_ok=True)
    for unused_file in [*static.rglob("*.map"), *static.glob("*macros.html")]:
        unused_file.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("mathematics")
    app.setup_extension("lean_outputs")
    app.connect("config-inited", _configure)
    app.connect("html-page-context", drop_idle, priority=900)
    # after the theme (priority 500) has written its colours of code; what later makes whole pages comes at 700
    app.connect("build-finished", _finish, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
