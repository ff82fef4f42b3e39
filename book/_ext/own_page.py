"""The page for data of one's own: the place it has in the book, and the same as one file beside the pages.

``{own-data}`` is the page itself; ``{own-file}`words` `` links to the file to carry on a stick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from lmmteach.own_page import own_fragment, save_own_page

FILE = "_static/own-data.html"


class OwnData(SphinxDirective):
    """All of it: its place, what it is given, its scripts."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", own_fragment(), format="html")]


class OwnFile(SphinxRole):
    """A link to the one file, from any page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        root = "../" * self.env.docname.count("/")
        return [nodes.reference("", self.text, refuri=f"{root}{FILE}", internal=True)], []


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        save_own_page(Path(app.outdir) / FILE)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("own-data", OwnData)
    app.add_role("own-file", OwnFile())
    app.connect("build-finished", _write, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
