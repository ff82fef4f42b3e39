"""``{front-ends}``: in which programs an explorer lives, as ``python make.py frontends`` saw it without network.

What was seen comes from ``_data/frontends.json``, which that command writes; only its words are here.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

STORED = Path(__file__).resolve().parent.parent / "_data" / "frontends.json"
SEEN = {
    "live with Python": "it moves, and Python hears it",
    "live": "it moves",
    "still": "its numbers and $V$, in a table",
    "blank": "nothing",
}
#: where the trial's own name is no name of a program
WORDS = {
    "Jupyter Notebook": "Jupyter Notebook 7",
    "nbconvert --to html": "`nbconvert --to html`",
    "nbconvert --to html --execute": "`nbconvert --to html --execute`",
    "nbconvert --to slides --execute": "`nbconvert --to slides --execute`",
    "JupyterLab, export as HTML": "JupyterLab, *Save and Export Notebook As, HTML*",
    "JupyterLab, export as HTML, widget state saved": "the same, with *Save Widget State Automatically*",
    "a preview without scripts": "a page of nbconvert's with scripts shut off, as in GitHub's preview",
}


@cache
def stored() -> dict[str, Any]:
    """What was seen, by the trial's name."""
    return dict(json.loads(STORED.read_text(encoding="utf-8")))


def row(name: str, one: dict[str, Any]) -> str:
    """A line of the table.

    >>> row("Panel", {"version": "1.9", "seen": "blank", "asked": ["b.org", "a.org"]})
    '| Panel | 1.9 | nothing: its programs come from other hosts |'
    >>> row("Voila", {"version": "0.5", "seen": "live with Python", "asked": []})
    '| Voila | 0.5 | it moves, and Python hears it |'
    """
    got = SEEN[one["seen"]]
    if one["seen"] == "blank" and one["asked"]:
        got += ": its programs come from other hosts"
    return f"| {WORDS.get(name, name)} | {one['version']} | {got} |"


class FrontEnds(SphinxDirective):
    """The table."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(STORED))
        lines = ["| where | version | what you get without network |", "|---|---|---|"]
        lines += [row(name, one) for name, one in stored().items()]
        box = nodes.Element()
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset, box)
        return list(box.children)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("front-ends", FrontEnds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
