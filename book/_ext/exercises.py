"""``{exercises} 05``: a lesson's coding exercises, how to get them, and how they are checked.

The build derives the students' notebooks from ``exercises/`` and puts them beside the pages.  Solutions stay out.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from page_exercises import Progress, answered_here, kept, lead
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from lmmteach.check.declaration import ExerciseError
from lmmteach.check.notebooks import copy_notebook, notebook_name
from lmmteach.check.shelf import all_exercises, lesson_exercises, lesson_number, shelf

#: below the folder of the lessons' own notebooks
FOLDER = "exercises"
#: names as an exercise's first line has them, and as the page sets them
SYMBOLS = (
    (r"\bV = Z G Z' \+ sigma2 I\b", r"$V = Z G Z' + \\sigsq I$"),
    (r"\bsigma2\b", r"$\\sigsq$"),
    (r"\bG11\b", r"$\\Goo$"),
    (r"\bG12\b", r"$\\Got$"),
    (r"\bG22\b", r"$\\Gtt$"),
    (r"-2 log L\b", r"$-2\\log L$"),
    (r"\b(\w+) chi2_(\d)", r"\1 $\\chi^2_\2$"),
    (r"\bbeta-hat\b", r"$\\hat\\beta$"),
    (r"\bb-hat\b", r"$\\hat b$"),
    (r"\bbeta\b(?!\$)", r"$\\beta$"),
)


def one_line(id: str, title: str = "") -> str:
    """What an exercise is about, from the first line of its file; nothing where that is its title again.

    >>> one_line("02.2")
    'The $\\\\sigsq$ that gives a target correlation.'
    """
    folder = next(entry for entry in shelf().iterdir() if entry.name.startswith(f"{lesson_number(id.split('.')[0])}-"))
    said = ast.get_docstring(ast.parse(folder.joinpath(f"{id}.py").read_text(encoding="utf-8"))) or ""
    line = said.partition("\n")[0].removeprefix(f"{id}:").strip()
    plain_title = title.rstrip("?.")
    if plain_title and line.lower().startswith(plain_title.lower()):
        line = line[len(plain_title) :].lstrip("?.:, ")
    for plain, formula in SYMBOLS:
        line = re.sub(plain, formula, line)
    return line[:1].upper() + line[1:]


def described(lesson: str, notebook: str) -> list[str]:
    """The lesson's exercises in Markdown; ``notebook`` is the link to the students' notebook."""
    found = lesson_exercises(lesson)
    number, first = lesson_number(lesson), found[0]
    listed = []
    for exercise in found:
        title = exercise.title if exercise.title.endswith("?") else f"{exercise.title}."
        listed.append(f"- **{exercise.id} {title}** {one_line(exercise.id, exercise.title)}".rstrip())
    return [
        *listed,
        "",
        f"{notebook}, or copy it with",
        "",
        "```console",
        f"$ lmmteach exercises copy {number} .",
        "```",
        "",
        "Open it in Jupyter, VS Code or Colab. In a clone of the project `python make.py lab` opens Jupyter, and the "
        "command is `.venv/bin/lmmteach` (Windows: `.venv\\Scripts\\lmmteach`).",
        "",
        f'In the notebook, `lmmteach.check("{first.id}", {first.name})` looks at what you found. It says what kind of '
        f'mistake it sees, never the answer; you may check as often as you like. `lmmteach.hint("{first.id}")` gives a '
        "hint.",
    ]


class Exercises(SphinxDirective):
    """The exercises of one lesson."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        root = "../" * self.env.docname.count("/")
        address = f"{root}notebooks/{FOLDER}/{notebook_name(self.arguments[0])}"
        # what it says follows from the exercises' files
        try:
            lines = described(self.arguments[0], "EXERCISE-NOTEBOOK")
        except ExerciseError as problem:  # most likely a lesson whose first exercise is still to be written
            raise self.error(str(problem)) from problem
        box = nodes.container(classes=["exercises"])
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset, box)
        link = f'<a class="exercise-notebook" href="{address}" download>Download the notebook</a>'
        for text in list(box.findall(nodes.Text)):
            if text.startswith("EXERCISE-NOTEBOOK"):
                rest = nodes.Text(text.removeprefix("EXERCISE-NOTEBOOK"))
                text.parent.replace(text, [nodes.raw("", link, format="html"), rest])
        here = [part for exercise in lesson_exercises(self.arguments[0]) for part in answered_here(self, exercise)]
        return [box, *([lead(), *here, kept(root)] if here else [])]


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "notebooks" / FOLDER
    for lesson in sorted({exercise.lesson for exercise in all_exercises()}):
        copy_notebook(lesson, folder, force=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("exercises", Exercises)
    app.add_directive("progress", Progress)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
