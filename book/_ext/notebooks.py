"""Every lesson can be taken away as a clean notebook, or opened where notebooks run.

The notebook carries the page's own cells without their outputs, and its text as plain Markdown.  Where the
notebooks can be opened is said in one file, ``launch.yml``; while it names no repository there are no buttons.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from docutils import nodes
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_nb.core.variables import VariableOutput
from myst_nb.ext import eval as evaluation
from plain_markdown import Plain
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FOLDER = "notebooks"
SPOKEN = "lmmteach_spoken"
FIRST = """# On Colab and Binder the package has to be fetched first; elsewhere this does nothing.
import importlib.util

if importlib.util.find_spec("lmmteach") is None:
    %pip install --quiet {package}"""

NOTE = """*A page of the book “Linear Mixed Models by Hand” as a notebook. Numbers in its text are those the page had
when the book was built; the cells compute them anew.*"""


def launch_links(settings: Mapping[str, Any], page: str) -> list[tuple[str, str, str]]:
    """Name, address and icon of each place where a page's notebook can be opened.

    Examples
    --------
    >>> launch_links({"repository": "", "colab": True}, "intro")
    []
    >>> launch_links({"repository": "owner/name", "branch": "notebooks", "colab": True}, "intro")
    [('Colab', 'https://colab.research.google.com/github/owner/name/blob/notebooks/intro.ipynb', 'logo_colab.png')]
    """
    repository, branch = settings.get("repository") or "", settings.get("branch") or "main"
    if not repository:
        return []
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise ExtensionError(f"launch.yml: repository is {repository!r}; write owner/name")
    places = {
        "colab": ("Colab", f"https://colab.research.google.com/github/{repository}/blob/{branch}/{page}.ipynb", "png"),
        "binder": ("Binder", f"https://mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/{page}.ipynb", "svg"),
    }
    return [(name, address, f"logo_{key}.{kind}") for key, (name, address, kind) in places.items() if settings.get(key)]


def read_settings(book: Path) -> dict[str, Any]:
    """What ``launch.yml`` says."""
    return dict(yaml.safe_load((book / "launch.yml").read_text(encoding="utf-8")))


def clean_notebook(source: str, plain: Plain, package: str) -> nbformat.NotebookNode:
    """A page's source as a notebook without outputs, whose first cell fetches the package if need be."""
    page = read_myst_markdown_notebook(source)
    cells = [nbformat.v4.new_code_cell(FIRST.format(package=package), metadata={"jupyter": {"source_hidden": True}})]
    cells.append(nbformat.v4.new_markdown_cell(NOTE))
    for cell in page.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code":
            hidden = any(tag in ("remove-input", "hide-input", "remove-cell", "hide-cell") for tag in tags)
            metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
            if "raises-exception" in tags:
                metadata["tags"] = ["raises-exception"]
            cells.append(nbformat.v4.new_code_cell(cell.source, metadata=metadata))
        elif text := plain(cell.source):
            cells.append(nbformat.v4.new_markdown_cell(text))
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"  # the same file from the same page
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": python, "language_info": {"name": "python"}})


def written_out(macros: Mapping[str, Any]) -> dict[str, str]:
    """The book's TeX macros as plain TeX, without the classes that colour them.

    Examples
    --------
    >>> written_out({"Goo": "{\\\\class{p-g11}{G_{11}}}"})
    {'Goo': '{G_{11}}'}
    """
    taking = [name for name, meaning in macros.items() if not isinstance(meaning, str)]
    if taking:
        raise ExtensionError(f"TeX macros with arguments cannot go into notebooks: {taking}")
    return {name: re.sub(r"^\{\\class\{[^{}]*\}(.*)\}$", r"\1", meaning) for name, meaning in macros.items()}


class _Spoken:
    """The values a page's expressions had, given back in the page's order."""

    def __init__(self, page: str, pairs: list[tuple[str, str]]) -> None:
        self.page, self.pairs = page, list(pairs)
        self.known = dict(pairs)

    def __call__(self, key: str) -> str:
        for position, (expression, value) in enumerate(self.pairs):
            if expression == key:
                del self.pairs[position]
                return value
        if key not in self.known:
            raise ExtensionError(f"{self.page}: no value of {key!r} was kept for the notebook")
        return self.known[key]


_retrieve = evaluation.retrieve_eval_data


def _recording(document: nodes.document, key: str) -> list[VariableOutput]:
    """Evaluate as ever, and keep what was said with the page."""
    outputs = _retrieve(document, key)
    env = document.settings.env
    data = outputs[0].data
    text = data.get("text/markdown") or data.get("text/plain", "")
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    env.metadata[env.docname].setdefault(SPOKEN, []).append((" ".join(key.split()), str(value)))
    return outputs


def _is_notebook(app: Sphinx, page: str) -> bool:
    """Whether a page runs anywhere: a lesson. The pages with code in folders need files that stand beside them."""
    source = Path(app.env.doc2path(page))
    return (
        page != app.config.root_doc
        and "/" not in page
        and source.suffix == ".md"
        and is_myst_markdown_notebook(source.read_text(encoding="utf-8"))
    )


def _buttons(app: Sphinx, page: str, _template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    if tree is None or not _is_notebook(app, page):
        return
    buttons = [
        {
            "type": "link",
            "url": context["pathto"](f"{FOLDER}/{page}.ipynb", 1),
            "tooltip": "Download this page as a notebook",
            "icon": "fas fa-download",
            "text": "Notebook",
            "label": "download-notebook",
        }
    ]
    for name, address, icon in launch_links(read_settings(Path(app.srcdir)), page):
        tip = f"Open this page's notebook in {name}"
        button = {"type": "link", "url": address, "tooltip": tip, "text": name, "label": "launch"}
        buttons.append({**button, "icon": f"_static/images/{icon}"})
    context["header_buttons"] = [*context.get("header_buttons", []), *buttons]


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FOLDER
    pages = frozenset(page for page in app.env.found_docs if _is_notebook(app, page))
    macros = written_out(app.config.formula_macros)
    settings = read_settings(Path(app.srcdir))
    for page in sorted(pages):
        spoken = _Spoken(page, app.env.metadata[page].get(SPOKEN, []))
        source = Path(app.env.doc2path(page)).read_text(encoding="utf-8")
        made = clean_notebook(source, Plain(spoken, macros, pages), settings["package"])
        target = folder / f"{page}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, target)
    # what Binder installs when it opens this folder
    (folder / "requirements.txt").write_text(f"{settings['package']}\njupyterlab\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    evaluation.retrieve_eval_data = _recording
    app.connect("html-page-context", _buttons, priority=800)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
