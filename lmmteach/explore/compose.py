"""The page's modules joined into one script, as anywidget and a page opened from disk need them.

Each file becomes a function of its own that returns what it exports, in the order of the imports.
Only ``import { a, b } from "./x.js";`` and ``export function|const`` are known; all else is refused.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["css", "esm", "script"]

STATIC = Path(__file__).parent / "static"
SHEETS = ("base.css", "controls.css", "panels.css", "layers.css", "likelihood.css", "lines.css")
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)


@cache
def css() -> str:
    """The style sheet."""
    return "".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)


@cache
def esm() -> str:
    """One ES module whose default export is ``{ render }``: what anywidget loads."""
    return f"{_joined('explorer.js')}\nexport default {{ render: {_name('explorer.js')}.render }};\n"


@cache
def script() -> str:
    """One classic script that starts every explorer on its page; a page with several evaluates it once."""
    body = _joined("page.js")
    key = sha256((body + css()).encode()).hexdigest()[:12]
    sheet = css().replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    out = (
        "(() => {\nconst known = (globalThis.lmmteachExplorers ??= {});\n"
        f'if (!known["{key}"]) {{\n{body}\n'
        f'known["{key}"] = () => {_name("page.js")}.startAll(`{sheet}`);\n}}\nknown["{key}"]();\n}})();\n'
    )
    # Inside <script> these two would end or swallow it; the sources have no reason to contain them.
    if re.search(r"</script|<!--", out, re.IGNORECASE):
        raise RuntimeError("A file in explore/static contains '</script' or '<!--', which cannot stand in a page.")
    return out


def _joined(entry: str) -> str:
    done: dict[str, str] = {}
    _collect(STATIC / entry, done)
    return "\n".join(done.values())


def _collect(path: Path, done: dict[str, str]) -> None:
    key = path.relative_to(STATIC).as_posix()
    if key in done:
        return
    source = path.read_text(encoding="utf-8")
    for _, target in IMPORT.findall(source):
        _collect((path.parent / target).resolve(), done)
    body = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_name_of(path, found[2])};\n", source)
    exported = [name for _, name in EXPORT.findall(body)]
    body = EXPORT.sub(r"\1 \2", body)
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise RuntimeError(f"{key}: only 'import {{ a }} from' and 'export function|const' can be joined.")
    done[key] = f"const {_name(key)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _name_of(path: Path, target: str) -> str:
    return _name((path.parent / target).resolve().relative_to(STATIC).as_posix())


def _name(key: str) -> str:
    return "module_" + re.sub(r"\W", "_", key.removesuffix(".js"))
