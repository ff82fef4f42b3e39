"""The tables and lists of the page "Architecture", and what runs when, watched while it runs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import rooms
from rooms_picture import needed, picture

from lmmteach.plots import ThemedFigure

WIDE, NARROW = 676.0, 330.0  # pixels: the column of text, and a phone's
STYLE = (
    "<style>.rooms-narrow { display: none }\n@media (max-width: 760px) "
    "{ .rooms-wide { display: none } .rooms-narrow { display: block } }\n"
    ".rooms-table table.table :is(th, td) { min-width: 0 !important }\n"
    ".rooms-table table.table td.says { min-width: 12rem !important; width: 60% }\n"
    ".rooms-table table.table :is(th, td).number { text-align: right }\n"
    "ol.walk li { margin-bottom: .35rem }</style>"
)

NUMBERS = ("floor", "files", "lines")


class Entered(NamedTuple):
    """A file that a call went into, and the first of its functions that ran."""

    module: str
    function: str


def both_pictures(package: Path) -> str:
    """The picture of the rooms, for wide pages and for phones; only one is shown."""
    count, floors = len(rooms.rooms(package)), rooms.floors(rooms.room_graph(rooms.module_graph(package)))
    alt = (
        f"{count} rooms on {max(floors.values()) + 1} floors, joined by arrows downward. The table below says the same"
    )
    return STYLE + "".join(
        f"<div class='rooms-{name}'>{ThemedFigure(picture(package, width), f'{alt}{end}')._repr_html_()}</div>"
        for name, width, end in (("wide", WIDE, "."), ("narrow", NARROW, ", in words."))
    )


def circle_note(package: Path) -> str:
    """Whether every arrow runs downward, in words."""
    found = rooms.circles(rooms.room_graph(rooms.module_graph(package)))
    if not found:
        return "There is no circle: every import runs downward."
    return "Dashed rooms import each other in a circle, and share a floor: " + "; ".join(map(", ".join, found)) + "."


def rooms_table(package: Path) -> str:
    """Every room, from the top floor down: what it holds, its files and lines, and what it stands on."""
    plan, graph = rooms.rooms(package), rooms.room_graph(rooms.module_graph(package))
    floors, arrows = rooms.floors(graph), needed(graph)
    rows = [
        [
            str(floors[name]), f"<code>{name}</code>", marked(plan[name].says), str(len(plan[name].modules)),
            f"{plan[name].lines:,}", ", ".join(sorted(arrows[name])) or "nothing of ours",
        ]
        for name in sorted(plan, key=lambda name: (-floors[name], name))
    ]  # fmt: skip
    return table("The rooms", ["floor", "room", "what it holds", "files", "lines", "stands on"], rows)


def walk(package: Path, call: Callable[[], object]) -> list[Entered]:
    """The files of a package that a call goes into, in the order in which it first does."""
    known = {os.path.realpath(path): name for name, path in rooms.modules(package).items()}
    real = cache(os.path.realpath)  # one of some hundred files, at each of a million calls
    seen: dict[str, str] = {}

    def watch(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and not code.co_name.startswith("<"):
            name = known.get(real(code.co_filename))
            if name is not None and name not in seen:
                seen[name] = code.co_qualname

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(before)
    return [Entered(module, function) for module, function in seen.items()]


def walk_list(package: Path, call: Callable[[], object]) -> str:
    """The walk of a call as a list: each file, the function by which it is entered, and what the file says it is."""
    known = rooms.modules(package)
    items = (
        f"<li><code>{place(package, known[module])}</code>, by <code>{escape(function)}</code>:<br>"
        f"{marked(rooms.first_sentence(known[module]))}</li>"
        for module, function in walk(package, call)
    )
    return f"<ol class='walk'>{''.join(items)}</ol>"


def scripts_table(static: Path) -> str:
    """The rooms of the explorers' scripts, as their README lists them: how many files and lines each has."""
    text = (static / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\d+\. `(\w+)/`: (.+?)\.\s", text, re.MULTILINE | re.DOTALL)
    rows = []
    for name, says in listed:
        files = [path for path in (static / name).rglob("*") if path.is_file()]
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
        rows.append([f"<code>{name}/</code>", marked(says.replace("`", "``")), str(len(files)), f"{lines:,}"])
    return table("The rooms of the scripts", ["room", "what it holds", "files", "lines"], rows)


def place(package: Path, path: Path) -> str:
    """A file as one finds it in the package's folder."""
    return path.relative_to(package).as_posix()


def marked(text: str) -> str:
    """A docstring's sentence as HTML: code stays code.

    >>> marked("The door: ``lmm(y < x)`` gives a :class:`lmmteach.Fit`")
    'The door: <code>lmm(y &lt; x)</code> gives a <code>Fit</code>'
    """
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"``\1``", text)
    pieces = text.split("``")
    return "".join(f"<code>{escape(one)}</code>" if k % 2 else escape(one) for k, one in enumerate(pieces))


def table(label: str, head: list[str], rows: list[list[str]]) -> str:
    """A table that looks like the page's others and scrolls where it is wider than a phone; cells are HTML.

    The column of sentences takes the room there is; numbers stand at the right.
    """
    kinds = [" class='says'" if one.startswith("what") else " class='number'" if one in NUMBERS else "" for one in head]
    top = "".join(
        f"<th scope='col'{kind}>{escape(one)}</th>" if one else "<td></td>"
        for one, kind in zip(head, kinds, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(f'<td{kind}>{cell}</td>' for cell, kind in zip(row, kinds, strict=True))}</tr>" for row in rows
    )
    named = f"tabindex='0' role='region' aria-label='{escape(label)}'"
    return (
        f"<div class='pst-scrollable-table-container rooms-table' {named}>"
        f"<table class='table'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
