"""What a page shows of a cell's outputs.

What an explorer leaves beside itself for a saved notebook has nothing to do on a page of the book: it goes.  What a
cell prints is one output, whenever its pieces arrived; else the page has a box for each, and now and then an empty one.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from nbclient.client import NotebookClient
from sphinx.application import Sphinx

MARK = "<script data-lmmx-saved>"


def without_saved(_app: Sphinx, document: nodes.document) -> None:
    """Drop the outputs that only start explorers from a notebook's saved state."""
    for raw in [node for node in document.findall(nodes.raw) if node.astext().startswith(MARK)]:
        output = raw.parent  # the container of its kind, in that of the output
        if isinstance(output.parent, nodes.container) and output.parent.get("nb_element") == "mime_bundle":
            output = output.parent
        output.parent.remove(output)


def setup(app: Sphinx) -> dict[str, Any]:
    NotebookClient.coalesce_streams = True
    app.connect("doctree-read", without_saved)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
