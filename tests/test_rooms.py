"""The reader of imports, tried on a package made for it: what it overlooks, no rule of the house can hold."""

from __future__ import annotations

import doctest
import sys
from pathlib import Path
from textwrap import dedent

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "book" / "reference"))

import rooms

FILES = {
    "__init__.py": '"""The front door."""\nfrom .fit import lmm\n',
    "errors.py": "",
    "fit.py": """
        '''Fit: what can be asked.  A second sentence.'''
        import numpy
        import package.errors
        from typing import TYPE_CHECKING
        from .design import frame, make
        if TYPE_CHECKING:
            from .tests import wald
        else:
            import package.tests.normal
        def plot():
            from package import draw
        class Fit:
            async def table(self):
                from .tests.wald import table
    """,
    "draw.py": "from . import fit",
    "design/__init__.py": '"""Is it a table?  It is."""\nfrom .build import make\n',
    "design/build.py": "from . import frame\nfrom .. import errors",
    "design/frame.py": "from ..errors import DataError",
    "tests/__init__.py": "",
    "tests/wald.py": "import typing\nif typing.TYPE_CHECKING:\n    from ..fit import Fit\n",
    "tests/normal.py": "",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / "package" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return tmp_path / "package"


def test_every_import_is_seen_with_its_time(package: Path) -> None:
    known = rooms.modules(package)
    assert len(known) == len(FILES)
    found = rooms.imports("package.fit", known["package.fit"], set(known))
    assert [(one.of, one.late, one.typing) for one in found] == [
        ("package.errors", False, False),
        ("package.design", False, False),
        ("package.design.frame", False, False),
        ("package.tests.wald", False, True),
        ("package.tests.normal", False, False),
        ("package.draw", True, False),
        ("package.tests.wald", True, False),
    ]


def test_a_circle_closed_by_a_late_or_a_typing_import_is_one(package: Path) -> None:
    assert rooms.circles(rooms.module_graph(package, loading_only=True)) == []
    assert rooms.circles(rooms.module_graph(package)) == [["package.draw", "package.fit", "package.tests.wald"]]
    assert rooms.circles(rooms.room_graph(rooms.module_graph(package))) == [["draw", "fit", "tests"]]


def test_rooms_are_folders_and_files_beside_them(package: Path) -> None:
    found = rooms.rooms(package)
    assert set(found) == {"package", "errors", "fit", "draw", "design", "tests"}
    assert found["design"].modules == ("package.design", "package.design.build", "package.design.frame")
    assert found["design"].lines == 2 + 2 + 1
    assert found["design"].says == "Is it a table?"
    assert found["fit"].says == "Fit: what can be asked"
    assert found["errors"].says == ""


def test_floors_stand_on_what_they_import(package: Path) -> None:
    graph = rooms.module_graph(package)
    floors = rooms.floors(rooms.room_graph(graph))
    assert floors == {"errors": 0, "design": 1, "draw": 2, "fit": 2, "tests": 2, "package": 3}
    assert rooms.arrows(graph)["fit", "design"] == 2


def test_arrows_run_downward_where_there_is_no_circle(package: Path) -> None:
    graph = rooms.room_graph(rooms.module_graph(package, loading_only=True))
    floors = rooms.floors(graph)
    assert all(floors[above] > floors[below] for above, used in graph.items() for below in used)


def test_its_examples_hold() -> None:
    done = doctest.testmod(rooms)
    assert done.attempted >= 3
    assert done.failed == 0
