"""What the book's pages leave out: styles no page uses, what would be carried twice, what only a notebook needs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from lmmteach.explore import explore
from lmmteach.explore.compose import version
from lmmteach.explore.page import in_script, revived
from lmmteach.publish.sources import find_book

pytest.importorskip("tinycss2", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))

from docutils import nodes
from docutils.utils import new_document
from lean_explorers import HOST, panels_program, shared_data
from lean_outputs import without_saved
from lean_sheets import joined, one_sheet
from lean_styles import lean_styles, pruned, used_words

PAGE = ['<p class="here">what is said is gone</p>']
SCRIPT = ["const side = `bs-tooltip-${way}`"]


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        (".here{a:1}", ".here{a:1}"),
        (".gone{a:1}", ""),
        (".here .gone{a:1}", ""),
        (".gone,.here>p{a:1}", ".here>p{a:1}"),
        ("p{a:1}", "p{a:1}"),
        ("#here{a:1}#gone{a:1}", "#here{a:1}"),
        (".bs-tooltip-end{a:1}", ".bs-tooltip-end{a:1}"),
        ("p:not(.gone){a:1}", "p:not(.gone){a:1}"),
        ('a[href=".gone"]{a:1}', 'a[href=".gone"]{a:1}'),
        (".here:is(.gone,.here){a:1}", ".here:is(.gone,.here){a:1}"),
        ("@media (width>9px){.gone{a:1}}", ""),
        ("@media (width>9px){.gone{a:1}.here{a:1}}", "@media (width>9px){.here{a:1}}"),
        ("@supports (a:1){@media print{.here{a:1}.gone{b:1}}}", "@supports (a:1){@media print{.here{a:1}}}"),
        ("@font-face{font-family:f}", "@font-face{font-family:f}"),
        ("@keyframes k{0%{a:1}100%{a:2}}", "@keyframes k{0%{a:1}100%{a:2}}"),
        ("/* said */.here{a:1.5em}", ".here{a:1.5em}"),
    ],
)
def test_a_rule_stays_where_a_page_or_a_script_can_call_for_it(sheet: str, kept: str) -> None:
    assert pruned(sheet, used_words(PAGE, SCRIPT)) == kept


def test_a_page_names_the_sheet_it_was_cut_for(tmp_path) -> None:
    """The theme's own mark stands for the sheet before it was cut: with it a browser would keep an old one."""
    styles = tmp_path / "_static" / "styles"
    styles.mkdir(parents=True)
    page = tmp_path / "page.html"
    marks = []
    for used in ("one", "two"):
        (styles / "bootstrap.css").write_text(".one{a:1}.two{a:1}")
        page.write_text(f'<link href="_static/styles/bootstrap.css?digest=1" rel="stylesheet"><p class="{used}">')
        lean_styles(tmp_path, [page])
        assert (styles / "bootstrap.css").read_text() == f".{used}{{a:1}}"
        marks.append(page.read_text().partition("?v=")[2].partition('"')[0])
    assert len(set(marks)) == 2
    assert all(len(mark) == 12 for mark in marks)


def explorer(data: dict[str, object], panels: str = "sd") -> str:
    return (
        f'<div class="lmmx-host" data-version="v" data-panels="{panels}"><div></div>\n'
        f'<script type="application/json">{in_script(data)}</script></div>'
    )


def test_what_two_explorers_have_alike_stands_once() -> None:
    """The third takes from the first what it shares with it, and what it has from the second alone from that."""
    people, likelihood, other = ({"y": [k] * 300} for k in (1, 2, 3))
    every = [
        {"people": people, "likelihood": likelihood, "view": "a"},
        {"people": people, "likelihood": other, "view": "b"},
        {"people": people, "likelihood": other, "view": "a"},
    ]
    text = shared_data("<p>" + "<p>".join(map(explorer, every)))
    found = [json.loads(one["data"]) for one in HOST.finditer(text)]
    assert found[0] == every[0]
    assert found[1] == {"likelihood": other, "view": "b", "same": {"people": 0}}
    assert found[2] == {"view": "a", "same": {"people": 0, "likelihood": 1}}
    assert text.count('"y"') == 3
    assert shared_data(explorer(every[0])) == explorer(every[0])


def test_a_page_has_one_program_for_the_panels_of_its_explorers() -> None:
    hosts = [f'data-version="{version()}" data-panels="{panels}"' for panels in ("sd code", "sd equation")]
    pages = [explorer({}).replace('data-version="v" data-panels="sd"', host) for host in hosts]
    assert panels_program(pages[0] * 2) is None
    made = panels_program("".join(pages)) or ""
    assert all(made.count(f"PANELS.{panel} = ") == 1 for panel in ("sd", "code", "equation"))
    assert panels_program("".join(pages).replace(version(), "older")) is None


def test_one_sheet_stands_for_all(tmp_path: Path) -> None:
    static = tmp_path / "_static"
    (static / "styles").mkdir(parents=True)
    (static / "basic.css").write_text("p{background:url(file.png)}")
    (static / "styles" / "theme.css").write_text('@charset "UTF-8"; @import "../basic.css"; p{src:url("../a.woff")}')
    (static / "own.css").write_text("a{--bs-gone:1;--bs-kept:2}b{color:var(--bs-kept)}")
    (static / "mathematics.css").write_text("math{a:1}")
    link = '<link rel="stylesheet" type="text/css" href="{}_static/{}?v=1" />'
    pages = {"one.html": ["styles/theme.css", "mathematics.css", "own.css"], "below/two.html": ["own.css"]}
    (tmp_path / "below").mkdir()
    for name, sheets in pages.items():
        root = "../" * name.count("/")
        (tmp_path / name).write_text("<head>" + "".join(link.format(root, sheet) for sheet in sheets) + "</head>")
    one_sheet(tmp_path, [tmp_path / name for name in pages])
    texts = [(tmp_path / name).read_text() for name in pages]
    names = [text.partition("_static/")[2].partition('"')[0] for text in texts]
    assert [text.count("<link") for text in texts] == [1, 1]
    assert 'href="../_static/book.' in texts[1]
    whole = [(static / name).read_text() for name in names]
    assert whole[0].strip() == (
        'p{background:url("file.png")}p{src:url("a.woff")}math{a:1}a{--bs-kept:2}b{color:var(--bs-kept)}'
    )
    assert "math" not in whole[1]
    assert sorted(path.name for path in static.rglob("*.css")) == sorted([*names, "basic.css"])


def test_sheets_in_two_orders_are_refused() -> None:
    with pytest.raises(ValueError, match="two orders"):
        joined([["a", "b"], ["b", "a"]])


def test_what_starts_explorers_in_saved_notebooks_goes_with_its_output() -> None:
    page = new_document("page")
    cell = nodes.container(nb_element="cell_code_output")
    page += cell
    shown = [explore(None, "hierarchy").to_html(), revived()]
    for text in shown:
        bundle, kind = nodes.container(nb_element="mime_bundle"), nodes.container(mime_type="text/html")
        kind += nodes.raw("", text, format="html")
        bundle += kind
        cell += bundle
    without_saved(None, page)
    assert [raw.astext() for raw in page.findall(nodes.raw)] == shown[:1]
    assert len(cell.children) == 1
