"""The page's modules joined into scripts, as anywidget and a page opened from disk need them.

Each file becomes a function of its own that returns what it exports, in the order of the imports.  A notebook gets
all of them as one module; a page gets the core, the same for every explorer, and the panels of its own view.
Only ``import { a, b } from "../room/x.js";``, on as many lines as it needs, and ``export function|const`` are known;
all else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["css", "esm", "kinds", "lecture_script", "own_css", "own_scripts", "saved_script", "scripts", "version"]

STATIC = Path(__file__).parent / "static"
SHEETS = (
    "base", "layout", "play", "controls", "panels", "layers", "likelihood", "lines", "data", "checks",
    "repeat", "hands", "hall", "whole", "keep", "steady", "hand", "save", "forced", "print",
)  # fmt: skip
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)
EXPLORER, PAGE, REGISTRY = "frame/explorer.js", "frame/page.js", "frame/registry.js"
REVIVE, SAVED = "frame/revive.js", "frame/saved.js"
OWN = "own"  # the room, and the sheet, of the page for data of one's own
ENTRY = re.compile(r"^  (\w+): \{ create: (\w+)(.*?) \},$", re.MULTILINE)
MATHS = re.compile(r"^  (\w+): \{ make: (\w+) \},$", re.MULTILINE)
READING = re.compile(r'^  (\w+): \{ read: (\w+), of: "(\w+)" \},$', re.MULTILINE)


@cache
def css() -> str:
    """The style sheet, without its comments, empty lines and the breaks inside a rule."""
    return _sheet(SHEETS)


def _sheet(names: Iterable[str]) -> str:
    text = "".join((STATIC / "style" / f"{name}.css").read_text(encoding="utf-8") for name in names)
    text = re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).lstrip()
    return re.sub(r"(?<=[{(,;])\n", "", text)


@cache
def esm() -> str:
    """One ES module whose default export is ``{ render, revive }``: for anywidget, and for :func:`saved_script`."""
    done: dict[str, str] = {}
    _collect(STATIC / REVIVE, done)
    modules = "\n".join(done.values())
    entries = f'render: M["{EXPLORER}"].render, revive: M["{REVIVE}"].revive'
    return f"const M = {{}};\n{modules}\nexport default {{ {entries} }};\n"


@cache
def saved_script() -> str:
    """A classic script: on a page made of a notebook that kept its widgets' state it starts the explorers."""
    done: dict[str, str] = {}
    _collect(STATIC / SAVED, done)
    modules = "\n".join(done.values())
    return _checked(
        f'(() => {{\nconst M = {{}};\n{modules}\nconst {{ reviveAll }} = M["{SAVED}"];\n'
        'if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", reviveAll);\n'
        "else reviveAll();\n})();\n"
    )


@cache
def version() -> str:
    """A name for this state of the modules: explorers of two versions on one page keep to their own."""
    return sha256((esm() + _core()[1] + css()).encode()).hexdigest()[:12]


def scripts(panels: Iterable[str]) -> list[str]:
    """The classic scripts of a page: the core, then these panels (and mathematics), which starts what can start.

    Run again they do nothing new, so each of several explorers on a page may bring its own.
    """
    return [_core_script(), _panels_script(tuple(dict.fromkeys(panels)))]


@cache
def lecture_script(name: str) -> str:
    """A classic script of ``static/hall``, with what it imports: ``"deck"`` for slides, ``"speaker"`` for the notes."""
    done: dict[str, str] = {}
    _collect(STATIC / "hall" / f"{name}.js", done)
    return _checked("(() => {\nconst M = {};\n" + "\n".join(done.values()) + "\n})();\n")


@cache
def own_scripts() -> list[str]:
    """The scripts of the page for data of one's own: its mathematics, which also run as a worker; the page itself."""
    mathematics: dict[str, str] = {}
    _collect(STATIC / OWN / "worker.js", mathematics)
    whole = dict(mathematics)
    _collect(STATIC / OWN / "page.js", whole)
    own = "\n".join(body for key, body in whole.items() if key not in mathematics)
    worker = f'if (typeof document === "undefined") M["{OWN}/worker.js"].listen(globalThis);'
    known = "const M = (globalThis.lmmteachOwn ??= {});"
    return [
        _checked(f"(() => {{\n{known}\n" + "\n".join(mathematics.values()) + f"\n{worker}\n}})();\n"),
        _checked(f'(() => {{\n{known}\n{own}\nM["{OWN}/page.js"].startAllOwn();\n}})();\n'),
    ]


@cache
def own_css() -> str:
    """The style sheet of that page, explorers included."""
    return _sheet((*SHEETS, OWN))


@cache
def kinds() -> tuple[str, ...]:
    """The panels there are, as the registry names them."""
    source = (STATIC / REGISTRY).read_text(encoding="utf-8")
    found = tuple(name for name, _, _ in ENTRY.findall(source))
    begun = re.findall(r"\bcreate:", source)
    if len(found) != len(begun):
        raise RuntimeError(f"{REGISTRY}: each panel is one line, 'name: {{ create: createName }},'.")
    return found


@cache
def _core() -> tuple[dict[str, str], str]:
    """The modules that no panel alone needs, and their text; the registry of panels is empty."""
    done = {REGISTRY: f'M["{REGISTRY}"] = {{ PANELS: {{}}, MATHS: {{}}, SEEN: {{}} }};'}
    _collect(STATIC / PAGE, done)
    return done, "\n".join(done.values())


@cache
def _core_script() -> str:
    sheet = css().replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return _checked(
        f'(() => {{\nconst all = (globalThis.lmmteachExplorers ??= {{}});\nif (all["{version()}"]) return;\n'
        f"const M = {{}};\n{_core()[1]}\n"
        f'all["{version()}"] = {{ M, startAll: () => M["{PAGE}"].startAll(`{sheet}`, "{version()}") }};\n}})();\n'
    )


@cache
def _panels_script(panels: tuple[str, ...]) -> str:
    registry = STATIC / REGISTRY
    source = registry.read_text(encoding="utf-8")
    file_of = {name.strip(): path for names, path in IMPORT.findall(source) for name in names.split(",")}
    declared = {name: (create, more) for name, create, more in ENTRY.findall(source)}
    maths = dict(MATHS.findall(source))
    core = _core()[0]
    done, lines = dict(core), []
    for panel in panels:
        if panel in maths:
            made = _taken(maths[panel], f"the mathematics {panel!r}", file_of, done)
            lines.append(f'M["{REGISTRY}"].MATHS.{panel} = {{ make: {made} }};')
            continue
        create, more = declared[panel]
        made = _taken(create, f"the panel {panel!r}", file_of, done)
        lines.append(f'M["{REGISTRY}"].PANELS.{panel} = {{ create: {made}{more} }};')
    for name, read, panel in READING.findall(source):
        if panel in panels:
            made = _taken(read, f"the reading {name!r}", file_of, done)
            lines.append(f'M["{REGISTRY}"].SEEN.{name} = {{ read: {made} }};')
    own = "\n".join(body for key, body in done.items() if key not in core)
    return _checked(
        f'(() => {{\nconst {{ M, startAll }} = globalThis.lmmteachExplorers["{version()}"];\n{own}\n'
        + "\n".join(lines) + "\nstartAll();\n})();\n"
    )  # fmt: skip


def _taken(export: str, what: str, file_of: dict[str, str], done: dict[str, str]) -> str:
    """Where what the registry names for a panel or a reading is found; its modules go into `done`."""
    if export not in file_of:
        raise RuntimeError(f"{REGISTRY} names {export} for {what} and does not import it.")
    registry = STATIC / REGISTRY
    own_file = (registry.parent / file_of[export]).resolve()
    if export not in [name for _, name in EXPORT.findall(own_file.read_text(encoding="utf-8"))]:
        raise RuntimeError(f"{file_of[export]} does not export {export}, which {REGISTRY} imports.")
    _collect(own_file, done)
    return f"{_module(registry, file_of[export])}.{export}"


def _collect(path: Path, done: dict[str, str]) -> None:
    key = path.relative_to(STATIC).as_posix()
    if key in done:
        return
    source = path.read_text(encoding="utf-8")
    for _, target in IMPORT.findall(source):
        _collect((path.parent / target).resolve(), done)
    body = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_module(path, found[2])};\n", source)
    exported = [name for _, name in EXPORT.findall(body)]
    body = EXPORT.sub(r"\1 \2", body)
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise RuntimeError(f"{key}: only 'import {{ a }} from' and 'export function|const' can be joined.")
    done[key] = f'M["{key}"] = (() => {{\n{_packed(body)}\nreturn {{ {", ".join(exported)} }};\n}})();'


def _module(path: Path, target: str) -> str:
    return f'M["{(path.parent / target).resolve().relative_to(STATIC).as_posix()}"]'


def _packed(source: str) -> str:
    """Comments, indentation and breaks inside a statement stay in the repository: a third of what would be sent."""
    source = re.sub(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", "", source, flags=re.DOTALL | re.MULTILINE)
    source = re.sub(r"^[ \t]*//.*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r" // .*$", "", source, flags=re.MULTILINE)
    source = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)
    return re.sub(r"(?<=[{(\[,;=>])\n", "", source)


def _checked(text: str) -> str:
    # Inside <script> these two would end or swallow it; the sources have no reason to contain them.
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise RuntimeError("A file in explore/static contains '</script' or '<!--', which cannot stand in a page.")
    return text
