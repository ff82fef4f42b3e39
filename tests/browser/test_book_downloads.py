"""What can be taken away: each lesson as a clean notebook that runs, and the whole book in one archive."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lmmteach.publish.bookzip import NAME
from lmmteach.publish.kernels import forked_kernels, nursery
from lmmteach.publish.sources import find_book

from .painted import settle
from .test_book_pages import PAGES, broken_links

nbformat = pytest.importorskip("nbformat")
sys.path.insert(0, str(find_book() / "_ext"))
from notebooks import launch_links  # noqa: E402
from plain_markdown import Plain  # noqa: E402

LEFT_OVER = re.compile(
    r"\{[a-z][\w:-]*\}`|^\s*(:{3,}|`{3,}\{)|^\{[.#]|\\(Goo|Got|Gtt|sigsq)\b|\]\([^)]*\.md", re.MULTILINE
)


def sources() -> list[str]:
    """The lessons: pages with code that stand beside the welcome page."""
    pages = [name for name in PAGES if (find_book() / f"{name}.md").is_file() and "/" not in name and name != "intro"]
    return [name for name in pages if "{code-cell}" in (find_book() / f"{name}.md").read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def kernels() -> Iterator[None]:
    """Kernels as a build has them, forked from one process that has imported everything: a core's second each."""
    pytest.importorskip("nbclient")
    with nursery() as address, forked_kernels(address):
        yield


@pytest.mark.parametrize("name", sources())
def test_a_notebook_is_clean_and_runs(html: Path, kernels: None, tmp_path: Path, name: str) -> None:
    client = pytest.importorskip("nbclient")
    notebook = nbformat.read(html / "notebooks" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "%pip install" in notebook.cells[0].source
    for cell in notebook.cells:
        assert not cell.get("outputs")
        if cell.cell_type == "markdown":
            assert LEFT_OVER.search(cell.source) is None, cell.source[:300]
    client.NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))


def test_a_page_offers_its_notebook(html: Path) -> None:
    for name in sources():
        text = (html / f"{name}.html").read_text(encoding="utf-8")
        assert re.search(r'href="[./]*notebooks/[\w/.-]+\.ipynb" download', text), name


def test_no_page_offers_a_notebook_that_needs_the_clone(html: Path) -> None:
    """Only the lessons' notebooks are tried; other pages with code import files that stand beside them."""
    assert {path.stem for path in (html / "notebooks").glob("*.ipynb")} == set(sources())
    assert {path.name for path in (html / "notebooks").iterdir() if path.is_dir()} <= {"exercises"}
    for page in html.rglob("*.html"):
        name = page.relative_to(html).with_suffix("").as_posix()
        if name not in sources():
            assert "label-download-notebook" not in page.read_text(encoding="utf-8"), name


def test_no_dead_buttons_while_there_is_no_repository(html: Path) -> None:
    settings = yaml.safe_load((find_book() / "launch.yml").read_text(encoding="utf-8"))
    if not settings["repository"]:
        for page in html.rglob("*.html"):
            assert "btn-launch" not in page.read_text(encoding="utf-8")
    known = {"repository": "someone/book", "branch": "notebooks", "colab": True, "binder": True}
    places = {place: address for place, address, _ in launch_links(known, "a/b")}
    assert places["Colab"] == "https://colab.research.google.com/github/someone/book/blob/notebooks/a/b.ipynb"
    assert places["Binder"] == "https://mybinder.org/v2/gh/someone/book/notebooks?urlpath=lab/tree/a/b.ipynb"
    assert [place for place, *_ in launch_links({**known, "binder": False}, "a")] == ["Colab"]
    assert launch_links({**known, "repository": ""}, "a") == []


def test_questions_and_formulas_become_text() -> None:
    plain = Plain(
        lambda key: {"x": "7", "float(x)": "7.0", "float(x * x)": "49.0"}[key], {"Goo": "G_{11}"}, frozenset({"b"})
    )
    source = """(here)=
## A title

See {eval}`x`, [there](b.md#c), [nowhere](reference/z.md) and {setup}`G=[[1]]`: $\\Goo$.

$$
a &= b \\\\
c &= d
$$

````{quiz} one
:answer: x
:digits: 0
:unit: kg
How much?

- `=` Yes.
- `x * x` That is its square.
- `*` Look again.
````"""
    text = plain(source)
    assert '<a id="here"></a>' in text
    assert "See 7, [there](b.ipynb#c), nowhere and (set the explorer to `G=[[1]]`): $G_{11}$." in text
    assert "\\begin{aligned}\na &= b" in text
    assert "**7 kg: right.** Yes." in text
    assert "**49 kg? Not quite.** That is its square." in text
    assert LEFT_OVER.search(text) is None


@pytest.mark.browser
def test_the_archive_works_from_disk(page: Any, html: Path, tmp_path: Path) -> None:
    assert f'href="{NAME}"' in (html / "intro.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(html / NAME) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "lmmteach-book"
    assert NAME not in (folder / "intro.html").read_text(encoding="utf-8")
    assert broken_links(folder) == []
    packed = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert packed == {path.relative_to(html).as_posix() for path in html.rglob("*.html")}
    moved = shutil.move(folder, tmp_path / "some where else")
    page.goto((Path(moved) / "index.html").as_uri())
    page.wait_for_selector(".lmmx-host .lmmx")
    page.evaluate("() => document.querySelectorAll('[data-action=look]').forEach((button) => button.click())")
    slider = page.locator(".lmmx-host input[type=range]").first
    before = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert slider.input_value() != before
