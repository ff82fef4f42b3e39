"""What the book's pages leave out: rules of style that no page uses."""

from __future__ import annotations

import sys

import pytest

from lmmteach.publish.build import find_book

pytest.importorskip("tinycss2", reason="the book is not installed (pip install -e .[book])")
sys.path.insert(0, str(find_book() / "_ext"))

from lean_styles import lean_styles, pruned, used_words


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
    assert pruned(sheet, used_words(['<p class="here">', "const side = `bs-tooltip-${way}`"])) == kept


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
