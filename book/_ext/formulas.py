"""TeX as MathML Core, once, when the book is built: a reader's browser sets formulas by itself.

The parser is math-core.  What it does not know is written in other words first (``\\class``, ``\\mbox``, Sphinx's
``split``), and its MathML is tidied: styles become classes, and colours the classes of the parameters.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache
from xml.etree import ElementTree

from math_core import LatexError, LatexToMathML

#: stand-ins for classes, which TeX does not have: no formula of the book names a colour
COLOURS = ("red", "green", "blue", "cyan", "magenta", "yellow", "orange", "purple", "teal", "brown")
CLASS = re.compile(r"\\class\{([^{}]*)\}")
#: a class alone in its braces, and what it holds
BARE = re.compile(r"^\{\\class\{[^{}]*\}(.*)\}$")
COLOUR = re.compile(r"\\(?:text)?color(?![A-Za-z])")
ENVIRONMENT = re.compile(r"\\(begin|end)\{[^{}]*\}|\\\\|(?<!\\)&")
#: what the converter writes as a cell's style, and the class that says it
STYLES = {
    "text-align: right;justify-items: end;": "at-end",
    "text-align: left;justify-items: start;": "at-start",
    "padding-right: 0;": "no-after",
    "padding-left: 0;": "no-before",
    "padding-left:1em;": "wide-before",
}
#: invisible, or said by what stands beside it
UNSEEN = set("\u2061\u2062\u2063\u2064\ufe00\ufe01\u200b \n\t")
ITALIC = {
    **{chr(0x41 + k): chr(0x1D434 + k) for k in range(26)},
    **{chr(0x61 + k): chr(0x1D44E + k) for k in range(26)},
    **{chr(0x391 + k): chr(0x1D6E2 + k) for k in range(25)},
    **{chr(0x3B1 + k): chr(0x1D6FC + k) for k in range(25)},
    **dict(zip("∂ϵϑϰϕϱϖ", map(chr, range(0x1D715, 0x1D71C)), strict=True)),
    "h": "\u210e",
}
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)


class FormulaError(ValueError):
    """TeX that cannot be set; says why."""


class Formulas:
    """Sets TeX as MathML, with the macros of the book.

    Parameters
    ----------
    macros : mapping
        The meaning of each macro; one with arguments is a list of its meaning and their number.

    Examples
    --------
    >>> set_formula = Formulas({"Goo": r"{\\class{p-g11}{G_{11}}}"})
    >>> set_formula(r"\\Goo")
    '<math data-tex="{G_{11}}"><mrow class="p-g11"><msub><mi>G</mi><mn>11</mn></msub></mrow></math>'
    >>> set_formula(r"\\Gooo")
    Traceback (most recent call last):
    formulas.FormulaError: Unknown command "\\Gooo".
    """

    def __init__(self, macros: Mapping[str, str | list[str | int]]) -> None:
        meanings = {name: said if isinstance(said, str) else str(said[0]) for name, said in macros.items()}
        self._plain = {name: BARE.sub(r"\1", said) for name, said in meanings.items()}
        self._classes: dict[str, str] = {}  # a class: the colour that stands for it
        known = {name: self._coloured(said) for name, said in meanings.items()}
        self._convert = LatexToMathML(macros=known, fancy_error=False)

    def __call__(self, tex: str, display: bool = False) -> str:
        """One formula, displayed or in line.

        Raises
        ------
        FormulaError
            When the formula holds what the converter does not know.
        """
        if COLOUR.search(tex):
            raise FormulaError(r"A colour is said by \class{name}, so that it can differ between light and dark.")
        ready = self._coloured(re.sub(r"\\mbox(?![A-Za-z])", r"\\text", aligned(tex.strip())))
        try:
            made = self._convert.convert_with_local_state(ready, displaystyle=display)
        except LatexError as problem:
            raise FormulaError(re.sub(r"^\d+: ", "", str(problem))) from None
        root = ElementTree.fromstring(re.sub(r"&([A-Za-z]+);", _entity, made))
        _tidied(root, {_hex(colour): name for name, colour in self._classes.items()})
        said = {"display": "block"} if display else {}
        root.attrib = {**said, "data-tex": self.written_out(tex)}
        return ElementTree.tostring(root, encoding="unicode")

    def written_out(self, tex: str) -> str:
        """The formula in TeX that others know, too: without the book's macros and classes."""
        for name, meaning in self._plain.items():
            tex = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, tex)
        return " ".join(CLASS.sub("", tex).split())

    def _coloured(self, tex: str) -> str:
        def colour(found: re.Match[str]) -> str:
            free = [one for one in COLOURS if one not in self._classes.values()]
            if found[1] not in self._classes and not free:
                raise FormulaError(f"More than {len(COLOURS)} classes in the book's formulas.")
            return rf"\textcolor{{{self._classes.setdefault(found[1], free[0] if free else '')}}}"

        return CLASS.sub(colour, tex)


def aligned(tex: str) -> str:
    """Lines and columns that stand in no environment, in one; Sphinx reads an empty line as a new line.

    >>> aligned(r"a &= b \\\\ &= c"), aligned(r"\\begin{matrix} a \\\\ b \\end{matrix}")
    ('\\\\begin{aligned}a &= b \\\\\\\\ &= c\\\\end{aligned}', '\\\\begin{matrix} a \\\\\\\\ b \\\\end{matrix}')
    """
    tex = re.sub(r"\\(begin|end)\{(?:split|align\*?)\}", r"\\\1{aligned}", tex)
    tex = r"\\".join(part for part in re.split(r"\n\s*\n", tex) if part.strip())
    depth = 0
    for found in ENVIRONMENT.finditer(tex):
        if found[1]:
            depth += 1 if found[1] == "begin" else -1
        elif depth == 0:
            return rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex


def shown(mathml: str) -> Iterator[str]:
    """Each character that formulas show, as the font has it: a variable's letter is the slanted one.

    >>> sorted(shown("<math><mi>x</mi><mo>+</mo><mi>log</mi></math>"))
    ['+', 'g', 'l', 'o', '𝑥']
    """
    for found in re.finditer(r"<(mi|mo|mn|mtext)\b([^>]*)>([^<]*)", mathml):
        text = html.unescape(found[3])
        if found[1] == "mi" and len(text) == 1 and "mathvariant" not in found[2]:
            text = ITALIC.get(text, text)
        # a minus is written as a hyphen in places, and drawn as a minus
        yield from (one for one in text if one not in UNSEEN)
    if "<msqrt" in mathml or "<mroot" in mathml:
        yield "√"


@cache
def _hex(colour: str) -> str:
    """How the converter writes a colour."""
    made = LatexToMathML().convert_with_local_state(rf"\textcolor{{{colour}}}{{x}}", displaystyle=False)
    found = re.search(r"color:(#\w+)", made)
    assert found is not None
    return found[1]


def _entity(found: re.Match[str]) -> str:
    return found[0] if found[1] in ("lt", "gt", "amp", "quot") else html.unescape(found[0])


def _tidied(root: ElementTree.Element, colours: Mapping[str, str]) -> None:
    for node in root.iter():
        if "style" in node.attrib:
            _restyled(node, colours)
        if node.tag in ("msup", "msub", "msubsup") and len(node) and "minsize" in node[0].attrib:
            # a tall bracket with a power: inside a script it would lose its size
            row = ElementTree.Element("mrow")
            row.append(node[0])
            node[0] = row
        if node.tag == "mover" and len(node) == 2 and node[1].text == "\u0332":
            node[1].text = "¯"  # a line over, not a line under


def _restyled(node: ElementTree.Element, colours: Mapping[str, str]) -> None:
    style, classes = node.attrib.pop("style"), []
    for said, name in STYLES.items():
        if said in style:
            style = style.replace(said, "")
            classes.append(name)
    coloured = re.fullmatch(r"color:(#\w+);?", style)
    if coloured:
        style = ""
        classes.append(colours[coloured[1]])
    if classes:
        node.set("class", " ".join(classes))
    if style:
        node.set("style", style)
