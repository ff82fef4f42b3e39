"""The house rules that a machine can check: imports run downward, nothing heavy loads early, nothing leaks in."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lmmteach
from tests.conftest import REAL_FILE

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(lmmteach.__file__).resolve().parent
LONGEST = 300


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """The package's own modules that a module imports when it loads (not inside functions)."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    used: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            used.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            # `from package import module` needs the module; the package itself is then only the way there.
            named = {f"{base}.{alias.name}" for alias in node.names}
            used.update(named & known or {base})
        waiting.extend(ast.iter_child_nodes(node))
    return {module for module in used if module in known} - {name}


def test_imports_have_no_cycle() -> None:
    known = modules()
    graph = {name: imports(name, path, set(known)) for name, path in known.items()}
    assert "lmmteach.errors" in graph["lmmteach.cli"], "the reader of imports finds nothing"
    list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the cycle


def test_errors_import_nothing_of_ours() -> None:
    known = modules()
    assert imports("lmmteach.errors", known["lmmteach.errors"], set(known)) == set()


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
