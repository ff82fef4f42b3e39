"""The symbols in the formulas of a page of the book, each in one form: ``\\hat\\beta_{0}`` and ``\\beta_0`` are one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lmmteach.publish.sources import find_book

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the book extra")

#: what has no meaning of its own: layout, signs, functions
SIGNS = (
    "quad|qquad|left|right|big|Big|cdot|cdots|dots|times|sum|log|le|ge|ne|sim|mid|pm|lvert|rvert|otimes|Longrightarrow"
    "|frac|sqrt|underbrace|overline|hat|bar|widehat|infty|to|textstyle|tfrac|prime|pi|approx"
)
NO_CODE = re.compile(
    r"\A---\n.*?\n---\n|^```\{code-cell\}.*?^```$|^```(?:python|console|\w*)\n.*?^```$|\{[a-z]+\}`[^`]*`|(?<!`)`[^`\n]+`(?!`)",
    re.DOTALL | re.MULTILINE,
)
SUBSCRIPT = r"(?:\{[^{}]*\}|\\?\w)"
SYMBOL = re.compile(
    rf"(?P<base>\\[A-Za-z]+|[A-Za-z])\}}?(?:_(?P<sub>{SUBSCRIPT}))?\}}?(?P<power>\^(?:{SUBSCRIPT}|\*|'))?"
)


def macros() -> dict[str, str]:
    """The book's TeX macros, without their colours."""
    config = yaml.safe_load((find_book() / "_config.yml").read_text(encoding="utf-8"))
    found = config["sphinx"]["config"]["formula_macros"]
    return {name: re.sub(r"^\{\\class\{[^{}]*\}(.*)\}$", r"\1", meaning) for name, meaning in found.items()}


MACROS = macros()


def formulas(page: str) -> list[str]:
    """The formulas of a page's text, displayed and in line.

    >>> formulas("Take $a$ and\\n$$\\nb\\n$$\\nnot `$c$`.")
    ['\\nb\\n', 'a']
    """
    page = NO_CODE.sub(" ", page)
    shown = re.findall(r"\$\$(.+?)\$\$", page, re.DOTALL)
    return shown + re.findall(r"\$([^$]+?)\$", re.sub(r"\$\$.+?\$\$", " ", page, flags=re.DOTALL))


def symbols(formula: str) -> Iterator[tuple[str, str]]:
    """Each symbol of a formula with its subscript, and its power.

    >>> list(symbols(r"\\hat\\beta_0 + \\Goo^2 + \\phi^{|s-t|} + e_{1ij} + Y^{\\text{seen}}"))
    [('\\\\beta_0', ''), ('G_11', '2'), ('\\\\phi', '|s-t|'), ('e_1ij', ''), ('Y', 'seen')]
    """
    for name, meaning in MACROS.items():
        formula = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, formula)
    formula = re.sub(r"([_^])\{\\text\{([^{}]*)\}\}", r"\1{\2}", formula)
    formula = re.sub(r"([_^])\\text\{([^{}]*)\}", r"\1{\2}", formula)
    formula = re.sub(r"\\(?:underset\{\\text\{[^{}]*\}\}|begin\{[^{}]*\}|end\{[^{}]*\}|text\{[^{}]*\})", " ", formula)
    formula = re.sub(r"\\(?:operatorname|mathrm)\{(\w+)\}", r" \\\1 ", formula)
    formula = re.sub(rf"\\(?:{SIGNS})(?![A-Za-z])", " ", formula)
    formula = re.sub(r"\\underset|\\[;,!:%{}\\ ]", " ", formula)
    for found in SYMBOL.finditer(formula):
        sub, power = ((found[part] or "").strip("^{} ").replace(" ", "") for part in ("sub", "power"))
        yield found["base"] + (f"_{sub}" if sub else ""), power
