"""``{beside-r} 05``: the lesson's five lines in R, with what R printed, folded.

Code and printout come from ``_data/beside_r.json``, which ``tests/reference/make_beside.R`` writes: it holds the
snippets, runs them and says with which versions.  Nothing is typed here, so a page cannot show what R did not print.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

STORED = Path(__file__).resolve().parent.parent / "_data" / "beside_r.json"
WRITTEN = 'lmmteach.load_framingham("standin").to_csv("framingham.csv", index=False)'


@cache
def stored() -> dict[str, Any]:
    """What the script has written: versions, and the blocks by their lesson's number."""
    return dict(json.loads(STORED.read_text(encoding="utf-8")))


def whence(number: str) -> str:
    """With what R printed it, and from which data.

    >>> whence("04")
    'Printed by R 4.2.2.'
    """
    block, versions = stored()["blocks"][number], stored()["versions"]
    packages = " and ".join(f"{name} {versions[name]}" for name in block["packages"])
    program = f"R {versions['R']}" + (f" with {packages}" if packages else "")
    if not re.search(r"\bdata\b(?!\.frame)", block["code"]):
        return f"Printed by {program}."
    if number == "15":
        return f"Printed by {program}, from the pupils of this page (`data.to_csv`, then `data <- read.csv(…)`)."
    return (
        f"Printed by {program}, from the stand-in of the Framingham data. In Python `{WRITTEN}` writes the file, and "
        'in R `data <- read.csv("framingham.csv")` reads it.'
    )


def beside(number: str) -> list[str]:
    """The block in Markdown, without what folds it."""
    block = stored()["blocks"][number]
    code, output = block["code"].split("\n"), block["output"].split("\n")
    return ["```r", *code, "```", "", "```text", *output, "```", "", whence(number)]


class BesideR(SphinxDirective):
    """A lesson's five lines in R, folded."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        number = self.arguments[0]
        self.env.note_dependency(str(STORED))
        if number not in stored()["blocks"]:
            raise self.error(f"there is no block {number!r} in tests/reference/make_beside.R")
        lines = ["````{dropdown} The same in R", *beside(number), "````"]
        box = nodes.Element()
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset, box)
        return list(box.children)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("beside-r", BesideR)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
