"""The package's plan, read from its imports: modules, rooms, arrows, floors, circles.

A module is a file. A room is a folder of the package, or a file that stands beside the folders; the package's own
``__init__`` is a room of its own, the front door. Where one room imports another there is an arrow. Files are parsed
and never run, so imports for type checking and imports inside functions count as well: both say who knows whom.

``tests/test_house.py`` holds the package to its rules with this, and ``architecture.md`` draws its picture with it.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

Graph = Mapping[str, set[str]]


class Import(NamedTuple):
    """One module's import of another: its line, and whether it waits for a call or is for type checkers only."""

    of: str
    line: int
    late: bool
    typing: bool


class Room(NamedTuple):
    """A folder, or a file beside the folders: its modules, its lines, and how its docstring begins."""

    name: str
    modules: tuple[str, ...]
    lines: int
    says: str


def modules(package: Path) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _tree(text: str) -> ast.Module:
    """A file's text as a tree; a page asks for the same ones again and again."""
    return ast.parse(text)


def imports(name: str, path: Path, known: set[str]) -> list[Import]:
    """A module's imports of the ``known`` ones, in the order of its lines; not of itself.

    ``from package import module`` needs the module; the package itself is then only the way there.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = []
    for node, late, typing in _import_nodes(_tree(path.read_text(encoding="utf-8"))):
        for used in sorted(_named(node, package, known) & known - {name}):
            found.append(Import(used, node.lineno, late, typing))
    return sorted(found, key=lambda one: one.line)


def _import_nodes(tree: ast.AST) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    """Each import of a tree, whether it stands inside a function, and whether it is for type checkers only."""
    waiting: list[tuple[ast.AST, bool, bool]] = [(tree, False, False)]
    while waiting:
        node, late, typing = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, late, typing
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting.extend((child, late, True) for child in node.body)
            waiting.extend((child, late, typing) for child in node.orelse)
        else:
            waiting.extend((child, late, typing) for child in ast.iter_child_nodes(node))


def _named(node: ast.Import | ast.ImportFrom, package: str, known: set[str]) -> set[str]:
    """The dotted names that an import inside ``package`` asks for."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([node.module] if node.module else [])])
    inside = {f"{base}.{alias.name}" for alias in node.names}
    return {name if name in known else base for name in inside}


def module_graph(package: Path, loading_only: bool = False) -> dict[str, set[str]]:
    """Which modules each module imports: all of them, or only those it needs in order to load."""
    known = modules(package)
    return {
        name: {
            one.of for one in imports(name, path, set(known)) if not (loading_only and (one.late or one.typing))
        }
        for name, path in known.items()
    }  # fmt: skip


def room_of(module: str) -> str:
    """The room of a module.

    >>> room_of("package.design.frame"), room_of("package.design"), room_of("package.fit"), room_of("package")
    ('design', 'design', 'fit', 'package')
    """
    parts = module.split(".")
    return parts[min(1, len(parts) - 1)]


def rooms(package: Path) -> dict[str, Room]:
    """Every room of a package by its name; a folder speaks through its ``__init__``."""
    members: dict[str, list[str]] = {}
    known = modules(package)
    for module in known:
        members.setdefault(room_of(module), []).append(module)
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in known.items()}
    return {
        name: Room(name, tuple(inside), sum(lines[module] for module in inside), first_sentence(known[inside[0]]))
        for name, inside in members.items()
    }


def first_sentence(path: Path) -> str:
    """The first sentence of a file's docstring, without its full stop; nothing where there is no docstring."""
    said = ast.get_docstring(_tree(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(said.split("\n\n")[0].split())
    return re.split(r"(?<=[.?!])\s", paragraph)[0].rstrip(".:")


def arrows(graph: Graph) -> dict[tuple[str, str], int]:
    """From which room to which other room imports go, and how many modules' imports each arrow stands for."""
    return dict(
        Counter(
            (room_of(name), room_of(used))
            for name, all_used in graph.items()
            for used in all_used
            if room_of(name) != room_of(used)
        )
    )  # fmt: skip


def room_graph(graph: Graph) -> dict[str, set[str]]:
    """Which rooms each room imports."""
    found: dict[str, set[str]] = {room_of(name): set() for name in graph}
    for above, below in arrows(graph):
        found[above].add(below)
    return found


def circles(graph: Graph) -> list[list[str]]:
    """The sets of names that reach each other; a graph that runs downward has none.

    >>> circles({"fit": {"summary"}, "summary": {"fit", "errors"}, "errors": set()})
    [['fit', 'summary']]
    """
    below = reached(graph)
    found = {tuple(sorted(other for other in below[name] if name in below[other])) for name in graph}
    return [list(circle) for circle in sorted(found) if len(circle) > 1]


def floors(graph: Graph) -> dict[str, int]:
    """The floor of each name: 0 imports nothing, every other stands one above the highest it imports.

    The members of a circle share a floor.

    >>> floors({"fit": {"summary", "errors"}, "summary": {"errors"}, "errors": set()})
    {'fit': 2, 'summary': 1, 'errors': 0}
    """
    below = reached(graph)
    together = {name: {other for other in below[name] if name in below[other]} | {name} for name in graph}

    @cache
    def floor(name: str) -> int:
        under = {used for member in together[name] for used in graph[member]} - together[name]
        return 1 + max((floor(min(together[used])) for used in under), default=-1)

    return {name: floor(min(together[name])) for name in graph}


def reached(graph: Graph) -> dict[str, set[str]]:
    """The names to which the arrows lead from each, directly or not."""
    found = {}
    for name in graph:
        seen: set[str] = set()
        waiting = list(graph[name])
        while waiting:
            next_one = waiting.pop()
            if next_one not in seen:
                seen.add(next_one)
                waiting.extend(graph[next_one])
        found[name] = seen
    return found
