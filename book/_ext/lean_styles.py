"""Cut the style sheets down to the rules that some page of the book can use.

A rule goes when each of its selectors asks for a class or an id that no page has and no script of the site names.
What a script may put together (``"bs-tooltip-" + side``) is kept by its beginning, and what a selector names inside
``:not()``, ``:is()`` or ``:has()`` is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import tinycss2
from lean_scripts import FIRST

#: below ``_static``: the themes', and the book's own
SHEETS = (
    "styles/bootstrap.css",
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
    "basic.css",
    "sphinx-design.min.css",
    "mystnb.*.css",
    "theme.css",
    "quiz.css",
    "reference.css",
    "mathematics.css",
    "exercises.css",
    "copybutton.css",
    "pygments.css",
)
SCRIPT = re.compile(r'<script\b[^>]*\bsrc="[^"]*_static/([^"?]+)')
NAMED = re.compile(r"""\b(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
WORD = re.compile(r"[A-Za-z_][\w-]*")
NESTING = ("media", "supports", "layer", "container")


def lean_styles(site: Path, pages: Sequence[Path]) -> None:
    """Rewrite the sheets below `site`, and where a page names one, the mark of its content."""
    static = site / "_static"
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    named = {name for text in texts.values() for name in SCRIPT.findall(text)} | {FIRST}  # which no page names yet
    scripts = [path.read_text(encoding="utf-8") for path in map(static.joinpath, sorted(named)) if path.is_file()]
    words = used_words(texts.values(), scripts)
    marks = {}
    for path in (found for name in SHEETS for found in static.glob(name)):
        lean = pruned(path.read_text(encoding="utf-8"), words)
        path.write_text(lean, encoding="utf-8")
        marks[path.relative_to(site).as_posix()] = sha256(lean.encode()).hexdigest()[:12]
    for page, text in texts.items():
        for name, mark in marks.items():
            # A browser that keeps last month's sheet would lack the rules of this month's page.
            text = re.sub(rf'({re.escape(name)})(\?[^"#]*)?(?=")', rf"\1?v={mark}", text)
        page.write_text(text, encoding="utf-8")


def used_words(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """The classes and ids of pages, and every word of scripts that could be the name of one."""
    named = {word for page in pages for found in NAMED.findall(page) for word in " ".join(found).split()}
    return named.union(*(WORD.findall(script) for script in scripts))


def pruned(sheet: str, words: set[str]) -> str:
    """The sheet without the rules that none of the words can call for.

    Examples
    --------
    >>> pruned("a.b, .c { top: 0 } @media print { .d { top: 1px } } .e-left { top: 2px }", {"b", "e-"})
    'a.b{ top: 0 }.e-left{ top: 2px }'
    """
    beginnings = tuple(word for word in words if word.endswith("-"))

    def known(name: str) -> bool:
        return name in words or name.startswith(beginnings)

    return "".join(_kept(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), known))


def _kept(rules: Iterable[Any], known: Any) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if all(map(known, _names(one)))]
            if selectors:
                head = ",".join(tinycss2.serialize(one).strip() for one in selectors)
                yield f"{head}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTING and rule.content is not None:
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept = "".join(_kept(inside, known))
            if kept:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: Sequence[Any]) -> list[list[Any]]:
    """The selectors of a rule, each as its tokens."""
    out: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            out.append([])
        elif token.type != "comment":
            out[-1].append(token)
    return out


def _names(selector: Sequence[Any]) -> Iterator[str]:
    """The classes and ids a selector asks for; what stands inside a function or brackets is not looked at."""
    for before, token in zip([None, *selector], selector, strict=False):
        if token.type == "hash" or (
            token.type == "ident" and before is not None and before.type == "literal" and before.value == "."
        ):
            yield token.value
