"""Links to what the build puts beside the pages.

``{offline-copy}`` is where the link to the packed book goes, once there is one (see lmmteach/publish/bookzip.py), and
below it those to the printed book, where it has been made (lmmteach/publish/paper/shelf.py);
``{lms-files}`` where the files for learning platforms are listed (see lmmteach/publish/lms);
``{slides}`words` `` links to the lecture's slides.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from lmmteach.publish.bookzip import MARK
from lmmteach.publish.lms.shelf import MARK as LMS_MARK
from lmmteach.publish.paper.shelf import MARK as PAPER_MARK


class OfflineCopy(SphinxDirective):
    """Marks that the build replaces; a book built in another way shows nothing."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", f"{MARK}\n{PAPER_MARK}", format="html")]


class PlatformFiles(SphinxDirective):
    """A mark that the build replaces by a table of links."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", LMS_MARK, format="html")]


class Slides(SphinxRole):
    """A link to the slides from any page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        root = "../" * self.env.docname.count("/")
        return [nodes.reference("", self.text, refuri=f"{root}slides/index.html", internal=True)], []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("offline-copy", OfflineCopy)
    app.add_directive("lms-files", PlatformFiles)
    app.add_role("slides", Slides())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
