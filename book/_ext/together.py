"""No line begins with a comma, a bracket or a unit: what belongs to a number or a formula stays on its line.

A formula is a box of its own, and a browser may break before what follows it, be it a full stop.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

UNIT = re.compile(r"(?:(?<=\d)|^) (?=(?:%|ms|mg/dL)(?!\w))")
OPENING = re.compile(r"[(\[“]+$")
CLOSING = re.compile(r"^[.,;:?!)\]”’%]+")
#: text that is shown as it was written
VERBATIM = (nodes.literal, nodes.FixedTextElement, nodes.raw, nodes.math)
TOGETHER = "together"


def bind_units(document: nodes.Node) -> None:
    """Put a space that does not break between a number, or what a page computed, and its unit."""
    for text in list(document.findall(nodes.Text)):
        if not isinstance(text.parent, VERBATIM):
            bound = UNIT.sub("\N{NO-BREAK SPACE}", text)
            if bound != text:
                text.parent.replace(text, nodes.Text(bound))


def bind_punctuation(document: nodes.Node) -> None:
    """Put each formula in a sentence into one span with the marks that touch it."""
    for formula in list(document.findall(nodes.math)):
        parent = formula.parent
        place = parent.index(formula)
        before = parent[place - 1] if place else None
        after = parent[place + 1] if place + 1 < len(parent) else None
        opening = OPENING.search(before) if isinstance(before, nodes.Text) else None
        closing = CLOSING.match(after) if isinstance(after, nodes.Text) else None
        if opening is None and closing is None:
            continue
        whole = nodes.inline(classes=[TOGETHER])
        if opening:
            parent[place - 1] = nodes.Text(before[: opening.start()])
            whole += nodes.Text(opening[0])
        if closing:
            parent[place + 1] = nodes.Text(after[closing.end() :])
        parent[place] = whole
        whole += formula
        if closing:
            whole += nodes.Text(closing[0])


class Together(SphinxPostTransform):
    """Both, once all that a page computes is text."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        bind_units(self.document)
        bind_punctuation(self.document)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_post_transform(Together)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
