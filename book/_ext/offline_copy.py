"""``{offline-copy}``: where the link to the packed book goes, once there is one (see lmmteach/bookzip.py)."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from lmmteach.bookzip import MARK


class OfflineCopy(SphinxDirective):
    """A mark that the build replaces; a book built in another way shows nothing."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", MARK, format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("offline-copy", OfflineCopy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
