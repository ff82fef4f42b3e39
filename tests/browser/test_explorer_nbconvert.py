"""A notebook run and turned into a page by nbconvert: the explorer works without a kernel, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lmmteach

from .explorer_page import assert_page_equals_python, settle, state

nbformat = pytest.importorskip("nbformat", reason="nbconvert is not installed")
from nbclient import NotebookClient  # noqa: E402 - only where nbformat is there
from nbconvert import HTMLExporter  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
CELL = (
    "import lmmteach\n"
    "fit = lmmteach.lmm('reaction ~ days + (1 + days | subject)', lmmteach.load_sleepstudy())\n"
    "fit.explore(G=[[600, 0], [0, 30]], prediction=-1)"
)


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``jupyter nbconvert --to html`` makes it of a notebook that JupyterLab saved: outputs, no widget state."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=False).execute()
    bundle = book.cells[0].outputs[-1].data
    assert {"text/html", "image/png", "application/vnd.jupyter.widget-view+json"} <= set(bundle)
    html, _ = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="").from_notebook_node(book)
    path = tmp_path_factory.mktemp("converted") / "lesson.html"
    path.write_text(html, encoding="utf-8")
    return path


def test_it_moves_and_says_what_python_says(page: Any, watch: Any, converted: Path) -> None:
    watch.tolerated = lambda text: "mermaid" in text or "mathjax" in text.lower()  # nbconvert's own page asks for them
    page.route("https://**", lambda route: route.abort())
    watch.requests.clear()
    page.goto(converted.as_uri())
    settle(page)
    assert state(page)["G"] == [[600, 0], [0, 30]]
    slider = page.locator("input[type=range][data-param=G12]")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert state(page)["G"][0][1] > 0
    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    assert_page_equals_python(page, fit)
    watch.requests[:] = [url for url in watch.requests if "mermaid" not in url]
