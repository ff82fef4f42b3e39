"""A notebook run and turned into a page by nbconvert: the explorers work without a kernel, offline.

Two kinds of notebook reach nbconvert.  JupyterLab saves the outputs alone: the page shows an explorer's own HTML.
``nbconvert --execute``, and a front end told to save widget state, add that state: the page shows an empty place,
which a manager of widgets from another host would fill.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .explorer_page import assert_page_equals_python, settle, state

nbformat = pytest.importorskip("nbformat", reason="nbconvert is not installed")
from nbclient import NotebookClient  # noqa: E402 - only where nbformat is there
from nbconvert import HTMLExporter, SlidesExporter  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
CELLS = [
    "import lmmteach\n"
    "fit = lmmteach.lmm('reaction ~ days + (1 + days | subject)', lmmteach.load_sleepstudy())\n"
    "explorer = fit.explore(G=[[600, 0], [0, 30]], prediction=-1)\n"
    "explorer",
    "explorer.sigma2 = 700  # the page shows what Python last said\n"
    "from lmmteach.explore import explore\n"
    "explore(None, 'hierarchy')",
    "gone = fit.explore()\ngone.close()\ngone",
]
STATE, VIEW = (f"application/vnd.jupyter.widget-{kind}+json" for kind in ("state", "view"))
#: exporter, its template, and whether the notebook keeps its widgets' state
PAGES = {
    "outputs": (HTMLExporter, "lab", False),
    "executed": (HTMLExporter, "lab", True),
    "classic": (HTMLExporter, "classic", True),
    "slides": (SlidesExporter, "reveal", True),
}


@pytest.fixture(scope="module")
def book() -> Any:
    """The notebook, run, with its widgets' state."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


def converted(book: Any, name: str, folder: Path) -> Path:
    """As ``jupyter nbconvert`` makes it, but for the three programs it would fetch before all else."""
    exporter, template, keeps = PAGES[name]
    notebook = nbformat.from_dict(dict(book))
    notebook.metadata = nbformat.from_dict({name: value for name, value in book.metadata.items() if name != "widgets"})
    if keeps:
        notebook.metadata["widgets"] = book.metadata["widgets"]
    made = exporter(template_name=template, mathjax_url="", require_js_url="", jquery_url="")
    path = folder / f"{name}.html"
    path.write_text(made.from_notebook_node(notebook)[0], encoding="utf-8")
    return path


def test_the_notebook_keeps_a_page_a_picture_and_little_else(book: Any) -> None:
    saved, first = book.cells[0].outputs
    assert {"text/html", "image/png", VIEW} <= set(first.data)
    assert set(saved.data) == {"text/html"}
    assert len(saved.data["text/html"]) < 1500
    (closed,) = book.cells[2].outputs
    assert closed.data["text/plain"].startswith("Explorer(")
    assert len(book.metadata["widgets"][STATE]["state"]) >= 2


@pytest.mark.parametrize("name", list(PAGES))
def test_it_moves_and_says_what_python_says(page: Any, watch: Any, book: Any, tmp_path: Path, name: str) -> None:
    watch.tolerated = lambda text: "lmmx" not in text and "blob:" not in text  # nbconvert's own page asks for others
    page.route(re.compile("^https:"), lambda route: route.abort())
    page.goto(converted(book, name, tmp_path).as_uri())
    page.locator(".lmmx").nth(1).wait_for()
    settle(page)
    assert page.locator(".lmmx").count() == 2
    now = state(page)
    assert now["G"] == [[600, 0], [0, 30]]
    assert now["sigma2"] == (700 if PAGES[name][2] else pytest.approx(654.941, rel=1e-5))
    slider = page.locator(".lmmx").first.locator("input[type=range][data-param=G12]")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert state(page)["G"][0][1] > 0
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    assert_page_equals_python(page, fit)
    watch.requests[:] = [url for url in watch.requests if not url.startswith("https:")]
