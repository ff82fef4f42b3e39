"""After an edit to one page the next build runs that page and no other; a change of what pages use runs all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmmteach.publish.build import _pages
from lmmteach.publish.kept import pages_read

pytest.importorskip("jupyter_book", reason="the book is not installed (pip install -e .[book])")

CONFIG = """title: Three pages
only_build_toc_files: true
execute: {execute_notebooks: inline}
sphinx: {config: {nb_execution_raise_on_error: true}}
"""
PAGE = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{name: python3, display_name: Python 3}}
---
# Page {name}

```{{code-cell}} python3
open({log!r}, "a").write("{name}")
{code}
```
"""


def test_an_edit_runs_its_page_alone(tmp_path: Path) -> None:
    book, work, log = tmp_path / "book", tmp_path / "work", tmp_path / "ran.txt"
    book.mkdir()

    def write(name: str, code: str) -> None:
        (book / f"{name}.md").write_text(PAGE.format(name=name, log=str(log), code=code), encoding="utf-8")

    def built(rest: str) -> str:
        """Which pages ran, in the order of their names."""
        log.write_text("")
        with pages_read(work, rest) as known:
            site = _pages(book, work, tmp_path / "build.log", lambda text: None, known)
        assert {"a.html", "b.html", "c.html"} <= {path.name for path in site.glob("*.html")}
        return "".join(sorted(log.read_text()))

    (book / "_config.yml").write_text(CONFIG)
    (book / "_toc.yml").write_text("format: jb-book\nroot: a\nchapters: [{file: b}, {file: c}]\n")
    for name in "abc":
        write(name, "1 + 1")
    assert built("one") == "abc"
    write("b", "print('edited')")
    assert built("one") == "b"
    assert "edited" in (work / "_build" / "html" / "b.html").read_text(encoding="utf-8")
    assert built("two") == "abc", "the package or an extension has changed"
