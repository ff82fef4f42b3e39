"""Formulas typeset when the book is built: Sphinx's nodes as MathML, and one font with the characters they show.

A formula that cannot be set is a warning, which names page and formula and fails the build.  In ``_config.yml``
``formula_macros`` says what ``\\Goo`` and the like mean; ``\\class{p-g11}{...}`` colours a parameter.
"""

from __future__ import annotations

import html
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from formulas import MATH, FormulaError, Formulas, shown
from lean_fonts import cut, kept_beside, put_inside
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)
#: the font as it lies with the book's sources
FONT = Path(__file__).resolve().parent.parent / "_static" / "fonts" / "book-math.woff2"
SHEET = "mathematics.css"


def _set(translator: Any, node: nodes.Element, display: bool) -> str:
    tex = node.astext()
    try:
        made: str = translator.builder.app.formulas(tex, display)
        missing = sorted(set(shown(made)) - has())
        if missing:
            raise FormulaError(f"The font of formulas has no {' '.join(missing)} (see tests/reference/math_font.py).")
    except FormulaError as problem:
        logger.warning("The formula %r cannot be set: %s", tex, problem, location=node)
        return f"<code>{html.escape(tex)}</code>"
    return made


@lru_cache
def has() -> frozenset[str]:
    """The characters of the font."""
    from fontTools.ttLib import TTFont

    return frozenset(map(chr, TTFont(FONT).getBestCmap()))


def visit_inline(self: Any, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(f"{_set(self, node, False)}</span>")
    raise nodes.SkipNode


def visit_display(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(f"{_set(self, node, True)}</div>\n")
    raise nodes.SkipNode


def cut_math_font(site: Path) -> None:
    """Put the font into the style sheet, with the characters that the pages' formulas show and no others."""
    static = site / "_static"
    used = {
        one for page in site.rglob("*.html") for math in MATH.findall(page.read_text("utf-8")) for one in shown(math)
    }
    if used:
        # In the sheet itself it comes before the page is drawn: no formula changes its size afterwards.
        put_inside(static / SHEET, {FONT.name: cut(FONT, used, [], "woff2", kept_beside(site))})


def _configure(app: Sphinx, config: Config) -> None:
    app.formulas = Formulas(config.formula_macros)  # type: ignore[attr-defined]
    config.html_math_renderer = "mathml"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("formula_macros", {}, "env", dict)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.connect("config-inited", _configure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
