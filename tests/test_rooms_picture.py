"""The picture and the tables of the page "Architecture": everything in them, nothing over anything else."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.patches import PathPatch, Rectangle

import lmmteach
import lmmteach.explore

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "book" / "reference"))

import rooms
import rooms_page
import rooms_picture

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(lmmteach.__file__).resolve().parent
PAGE = (ROOT / "book" / "reference" / "architecture.md").read_text(encoding="utf-8")


@pytest.fixture
def circling(tmp_path: Path) -> Path:
    """A package of many rooms on one floor, two of which import each other."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("".join(f"from . import room_number_{k}\n" for k in range(12)))
    for k in range(12):
        (folder / f"room_number_{k}.py").write_text("from . import ground\n")
    (folder / "room_number_0.py").write_text("def later():\n    from . import room_number_1\n")
    (folder / "room_number_1.py").write_text("from . import ground, room_number_0\n")
    (folder / "ground.py").write_text("")
    return folder


@pytest.mark.parametrize("width", [rooms_page.NARROW, rooms_page.WIDE])
@pytest.mark.parametrize("which", ["ours", "circling"])
def test_every_room_stands_alone_and_inside(width: float, which: str, circling: Path) -> None:
    package = PACKAGE if which == "ours" else circling
    ax = rooms_picture.picture(package, width).axes[0]
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    floors = rooms.floors(rooms.room_graph(rooms.module_graph(package)))
    names = {text.get_text() for text in ax.texts} - {str(floor) for floor in floors.values()}
    assert names == set(rooms.rooms(package))
    assert len(frames) == len(names)
    left, right = ax.get_xlim()
    boxes = [frame.get_bbox() for frame in frames]
    for box in boxes:
        assert left <= box.x0 < box.x1 <= right
        assert not [other for other in boxes if other is not box and box.overlaps(other)]


@pytest.mark.parametrize("width", [rooms_page.NARROW, rooms_page.WIDE])
def test_no_arrow_runs_through_a_room(width: float) -> None:
    ax = rooms_picture.picture(PACKAGE, width).axes[0]
    boxes = [patch.get_bbox() for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    ways = [patch.get_path() for patch in ax.patches if isinstance(patch, PathPatch)]
    assert ways
    for way in ways:
        drawn = np.asarray(way.to_polygons(closed_only=False)[0])
        steps = np.linspace(0, 1, 9)[:, None]
        for start, end in pairwise(drawn):
            x, y = (start + steps * (end - start)).T
            for box in boxes:
                assert not np.any((box.x0 < x) & (x < box.x1) & (box.y0 + 1e-6 < y) & (y < box.y1 - 1e-6))


def test_arrows_lead_from_each_room_to_all_it_is_built_on() -> None:
    graph = rooms.room_graph(rooms.module_graph(PACKAGE))
    arrows = rooms_picture.needed(graph)
    assert rooms.reached(arrows) == rooms.reached(graph)
    assert sum(map(len, arrows.values())) < sum(map(len, graph.values())) / 2
    lines = rooms_picture.lines_of(rooms.floors(graph), arrows, rooms_picture.widths(rooms.rooms(PACKAGE), 330)[1], 310)
    for (upper, above), (lower, below) in rooms_picture.steps_of(lines, arrows):
        assert below == above + 1
        assert upper.box or upper.to == lower.to


def test_a_circle_is_dashed_and_named(circling: Path) -> None:
    ax = rooms_picture.picture(circling, rooms_page.WIDE).axes[0]
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    assert sum(frame.get_linestyle() == "--" for frame in frames) == 2
    assert "room_number_0, room_number_1" in rooms_page.circle_note(circling)


def test_the_tables_name_every_room_and_every_step() -> None:
    table = rooms_page.rooms_table(PACKAGE)
    assert set(re.findall(r"<td><code>(\w+)</code></td>", table)) == set(rooms.rooms(PACKAGE))
    assert "``" not in table
    assert ":class:" not in table
    assert "<td class='says'></td>" not in table, "a room without a docstring"
    scripts = PACKAGE / "explore" / "static"
    folders = {path.name for path in scripts.iterdir() if path.is_dir()}
    assert set(re.findall(r"<code>(\w+)/</code></td>", rooms_page.scripts_table(scripts))) == folders


def test_a_walk_sees_the_files_in_the_order_of_work() -> None:
    data = lmmteach.load_sleepstudy()
    before = sys.getprofile()
    walk = rooms_page.walk(PACKAGE, lambda: lmmteach.lmm("reaction ~ days + (1 | subject)", data))
    assert sys.getprofile() is before
    assert walk[0] == ("lmmteach.model", "lmm")
    order = [rooms.room_of(entered.module) for entered in walk]
    assert order.index("design") < order.index("likelihood")
    assert len(walk) == len({entered.module for entered in walk})
    listed = rooms_page.walk_list(PACKAGE, lambda: lmmteach.lmm("reaction ~ days + (1 | subject)", data))
    assert listed.startswith("<ol class='walk'><li><code>model.py</code>, by <code>lmm</code>:<br>The front door")
    assert listed.count("<li>") >= len(walk) - 2  # what is kept from the first time need not be entered again


def test_the_page_names_files_that_exist() -> None:
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    named = re.findall(r"`([\w./]+(?:/|\.\w+))`", prose)
    assert len(named) >= 10
    places = [ROOT, PACKAGE, PACKAGE / "explore" / "static"]
    assert [name for name in named if not any((place / name).exists() for place in places)] == []
