"""Whatever columns, levels and units are called, a saved page and a summary show it as text."""

from __future__ import annotations

import re

import pytest

import lmmteach

NAMES = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "'\"><svg onload=alert(1)>",
    "${alert(1)}\u2028\u2029",
    "]]><b>&lt;",
]
TAGS = ["script", "/script", "img", "svg", "b", "!--"]


def pages(name, folder):
    """Summary, comparison and saved explorer of a fit in which everything carries the name."""
    sleep = lmmteach.load_sleepstudy().assign(dose=[f"{name}a", f"{name}b"] * 90)
    sleep.attrs = {"units": {f"{name}y": name, f"{name}t": name}, "title": name, "source": name}
    sleep = sleep.rename(
        columns={"reaction": f"{name}y", "days": f"{name}t", "subject": f"{name}g", "dose": f"{name}d"}
    )
    formula = f"`{name}y` ~ `{name}t` + `{name}d` + (EFFECTS | `{name}g`)"
    small, large = (lmmteach.lmm(formula.replace("EFFECTS", effects), sleep) for effects in ("1", f"1 + `{name}t`"))
    large.explore().save(folder / "page.html")
    return large._repr_html_(), lmmteach.compare(small, large)._repr_html_(), (folder / "page.html").read_text("utf-8")


def tags(page):
    return [len(re.findall(f"<{tag}[ >]", page)) for tag in TAGS]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return [tags(page) for page in pages("plain", tmp_path_factory.mktemp("plain"))]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_stay_text(name, tmp_path, plain):
    found = pages(name, tmp_path)
    assert [tags(page) for page in found] == plain
    assert not [page for page in found if name in page and re.search("[<>]", name)]
