"""The house rules that a machine can check: imports run downward, nothing heavy loads early, nothing leaks in."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lmmteach
from lmmteach.covariance import NAMES
from tests.conftest import REAL_FILE

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "book" / "reference"))

import rooms

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(lmmteach.__file__).resolve().parent
LONGEST = 300


def test_imports_have_no_cycle() -> None:
    loading = rooms.module_graph(PACKAGE, loading_only=True)
    assert "lmmteach.errors" in loading["lmmteach.cli"], "the reader of imports finds nothing"
    assert rooms.circles(loading) == []


def test_imports_have_no_cycle_whenever_they_happen() -> None:
    assert rooms.circles(rooms.module_graph(PACKAGE)) == []


def test_rooms_have_no_cycle() -> None:
    assert rooms.circles(rooms.room_graph(rooms.module_graph(PACKAGE))) == []


#: the rooms of the explorers' scripts, lowest first, and which rooms each may import from
SCRIPTS = PACKAGE / "explore" / "static"
ROOMS = {
    "maths": {"maths"},
    "kit": {"maths", "kit"},
    "panels": {"maths", "kit"},
    "frame": {"maths", "kit", "panels", "frame"},
    "hall": {"kit", "hall"},
    "own": {"maths", "kit", "frame", "own"},
}


def scripts() -> dict[str, set[str]]:
    """Every script of the explorers, by its place in ``static/``, with the scripts it imports."""
    graph = {}
    for path in sorted(SCRIPTS.rglob("*.js")):
        # Any import there may be, however written, so that none goes unseen.
        targets = re.findall(r"""^import\b[^"']*["']([^"']+)["']""", path.read_text("utf-8"), re.MULTILINE)
        used = {(path.parent / target).resolve().relative_to(SCRIPTS).as_posix() for target in targets}
        graph[path.relative_to(SCRIPTS).as_posix()] = used
    return graph


def test_scripts_import_downward_and_in_no_circle() -> None:
    graph = scripts()
    assert "maths/model.js" in graph["maths/derive.js"], "the reader of imports finds nothing"
    assert {name.split("/")[0] for name in graph} == set(ROOMS), "a script stands in no room"
    upward = [
        f"{name} -> {target}"
        for name, targets in graph.items()
        for target in targets
        if target not in graph or target.split("/")[0] not in ROOMS[name.split("/")[0]]
    ]
    assert upward == []
    assert rooms.circles(graph) == []


def test_every_room_has_a_front_page() -> None:
    """Three sentences: what the room holds, in which order to read it (every file named), what it hands on."""
    plan = "comparison covariance design fitting inference likelihood prediction publish simulation"
    for room in plan.split():
        page = importlib.import_module(f"lmmteach.{room}")
        words = page.__doc__ or ""
        files = {path.stem for path in (PACKAGE / room).glob("*.py")} - {"__init__"}
        if room == "covariance":  # names.py lists the structures
            files -= {type(structure).__module__.rpartition(".")[2] for structure in NAMES.values()}
        assert {name for name in files if f"``{name}``" not in words} == set(), room
        handed_on = re.findall(r":(?:func|class|data):`(\w+)`", words.partition("Handed on")[2])
        assert handed_on, room
        assert {name for name in handed_on if name not in page.__all__} == set(), room


def test_lines_of_scripts_and_sheets_can_be_read() -> None:
    """No linter looks at them: a line is at most as long as one of Python's."""
    ours = [path for path in tracked() if path.suffix in {".js", ".css"}]
    assert {path.suffix for path in ours} == {".js", ".css"}
    long = [
        f"{path.relative_to(ROOT)}: {number}"
        for path in ours
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert not long, "longer than 120 letters, break them by hand: " + ", ".join(long)


def test_every_script_says_first_what_it_is() -> None:
    heads = {path.name: path.read_text(encoding="utf-8").split("\n", 1)[0] for path in SCRIPTS.rglob("*.js")}
    assert {name: head for name, head in heads.items() if not re.match(r"// [A-Z]\S* \S", head)} == {}


def test_errors_import_nothing_of_ours() -> None:
    assert rooms.module_graph(PACKAGE)["lmmteach.errors"] == set()


def test_import_stays_light() -> None:
    heavy = {"matplotlib", "ipywidgets", "anywidget", "IPython", "pooch"}
    code = "import sys, lmmteach; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "lmmteach.likelihood.evaluation" in loaded
    assert heavy & loaded == set()


def tracked() -> list[Path]:
    """The files of this clone that git knows."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_no_file_names_a_folder_of_the_machine_it_was_made_on() -> None:
    machine = {str(ROOT) + "/", str(ROOT.parent) + "/", str(Path.home()) + "/"} - {"/", "//"}
    named = {
        f"{path.relative_to(ROOT)}: {folder}"
        for path in tracked()
        for folder in machine
        if folder in (text_of(path) or "")
    }
    assert not named


def test_the_real_framingham_file_is_not_committed() -> None:
    # The file's own first rows, whatever it is called: see tests/datasets for its checksum.
    names = {path.name.lower() for path in tracked()}
    assert "cholesterol.txt" not in names
    tables = {path.name: (text_of(path) or "")[:200] for path in tracked() if path.suffix != ".py"}
    assert not [name for name, head in tables.items() if "newid" in head and "cholst" in head]


def lines_of_code(path: Path) -> int:
    """A file's lines, without its docstrings: a well explained chapter is not a long one."""
    text = path.read_text(encoding="utf-8")
    docstrings = 0
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            named = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if named and ast.get_docstring(node, clean=False) is not None:
                docstrings += node.body[0].end_lineno - node.body[0].lineno + 1
    return len(text.splitlines()) - docstrings


def test_files_stay_chapters() -> None:
    code = [p for p in tracked() if PACKAGE in p.parents and p.suffix in {".py", ".js", ".css"}]
    lengths = {str(p.relative_to(ROOT)): lines_of_code(p) for p in code}
    assert lengths, "no file found"
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_files_that_notes_name_exist() -> None:
    """A note that sends its reader to a file nobody finds is worse than none."""
    files = {path.relative_to(ROOT).as_posix() for path in tracked()}
    notes = [ROOT / name for name in files if Path(name).name in {"README.md", "CONTRIBUTING.md"}]
    assert len(notes) >= 4
    lost = []
    for note in notes:
        text = note.read_text(encoding="utf-8")
        for name in re.findall(r"`([\w./-]+\.(?:py|js|css|json|R|txt|yml))`", text):
            beside = (note.parent / name).resolve()
            if name != REAL_FILE and not beside.is_file() and not any(f"/{one}".endswith(f"/{name}") for one in files):
                lost.append(f"{note.relative_to(ROOT)}: {name}")
    assert lost == []


def test_the_contents_name_every_lesson_there_is() -> None:
    """A lesson's page that the contents leave out is neither built nor tested."""
    listed = re.findall(r"file: (\d\d-[\w-]+)$", (ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted(path.stem for path in (ROOT / "book").glob("[0-9][0-9]-*.md"))
