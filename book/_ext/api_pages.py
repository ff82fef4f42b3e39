"""The library's reference pages, made from its docstrings.

Docstrings are written to be read in a terminal: they say ``(1 | g)`` and ``rho^|j - k|`` bare.  Sphinx would take the
bars, stars and trailing underscores for markup, so they are escaped outside code.  And a public name that no page
documents fails the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

CODE = re.compile(r"(``.+?``|:\w+(?::\w+)?:`[^`]+`|`[^`]+`)")
MARKUP = re.compile(r"(?<!\\)([|*]|(?<=\w)_(?!\w))")
_plain: dict[str, list[str]] = {}
logger = logging.getLogger(__name__)


def escaped(lines: list[str]) -> Iterator[str]:
    r"""The lines of a docstring with what would be taken for markup escaped.

    >>> list(escaped(["R = rho^|j - k|, ``a*b``", ">>> 2 * 3"]))
    ['R = rho^\\|j - k\\|, ``a*b``', '>>> 2 * 3']
    """
    example = False
    for line in lines:
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))
        if example:
            yield line
            continue
        pieces = CODE.split(line)
        yield "".join(piece if CODE.fullmatch(piece) else MARKUP.sub(r"\\\1", piece) for piece in pieces)


def _escape(_app: Sphinx, what: str, name: str, _obj: object, _options: object, lines: list[str]) -> None:
    lines[:] = escaped(lines)
    if what in ("attribute", "property"):
        _plain[name] = list(lines)


def _restore(_app: Sphinx, _what: str, name: str, _obj: object, _options: object, lines: list[str]) -> None:
    """Napoleon reads an attribute's "What it is: more" as a type and a description; it is a sentence."""
    if name in _plain:
        lines[:] = _plain.pop(name)


def _signature(
    _app: Sphinx, _what: str, name: str, _obj: object, _options: object, signature: str | None, _returns: str | None
) -> tuple[str, None] | None:
    """No call for what users do not make themselves; a default that is made afresh reads as what it is."""
    if name.endswith((".Fit", "PublishedFit", "Error", "Warning")):
        return ("", None) if signature else None
    return (signature.replace("<factory>", "{}"), None) if signature else None


def _all_documented(_app: Sphinx, env: BuildEnvironment) -> None:
    import lmmteach

    if not any(page.startswith("reference/api/") for page in env.found_docs):
        return  # a book without these pages
    known = {name for name, *_ in env.get_domain("py").get_objects()}
    for name in sorted(set(lmmteach.__all__)):
        if f"lmmteach.{name}" not in known:
            logger.warning("lmmteach.%s is public, but no page of reference/api documents it", name)


def setup(app: Sphinx) -> dict[str, Any]:
    # before napoleon (priority 500), which turns numpy's sections into markup of its own
    app.connect("autodoc-process-docstring", _escape, priority=400)
    app.connect("autodoc-process-docstring", _restore, priority=600)
    app.connect("autodoc-process-signature", _signature)
    app.connect("env-check-consistency", _all_documented)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
