"""The quick checks of a built page, read back from it: its numbers are computed, so its source does not hold them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from lmmteach.errors import DataError

__all__ = ["Answer", "Question", "html_text", "questions_of", "written"]

KEPT = {"b": "strong", "code": "code", "em": "em", "i": "em", "strong": "strong", "sub": "sub", "sup": "sup"}
BLOCKS = {"div", "li", "ol", "p", "ul"}
#: the book's own commands of TeX, which a platform does not know
MACROS = {
    "Goo": "G_{11}", "Got": "G_{12}", "Gtt": "G_{22}", "sigsq": r"\sigma^2", "Var": r"\operatorname{Var}",
    "Cov": r"\operatorname{Cov}", "Cor": r"\operatorname{Corr}",
}  # fmt: skip
#: a form holds no other; of a page, which is long, the parser then reads these alone
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """One answer: words to choose, or where a number is asked ``value`` give or take ``slack`` (None: any other)."""

    words: str
    feedback: str
    right: bool
    value: float | None = None
    slack: float = 0.0


@dataclass(frozen=True)
class Question:
    r"""A quick check; texts are HTML of few plain tags on one line, formulas stand in ``\(...\)``."""

    name: str
    ask: str
    answers: tuple[Answer, ...]
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number is asked for."""
        return self.right.value is not None

    @property
    def right(self) -> Answer:
        """The one that is right."""
        return next(answer for answer in self.answers if answer.right)


def questions_of(page: Path) -> list[Question]:
    """Every quick check of a built page, in its order.

    Parameters
    ----------
    page : Path
        A page of the built book, HTML.

    Raises
    ------
    DataError
        If there is no such page, or it asks nothing.
    """
    try:
        forms = BeautifulSoup("".join(FORM.findall(page.read_text(encoding="utf-8"))), "html.parser")
    except (OSError, UnicodeDecodeError):
        raise DataError(f"There is no page {page}.", "Build the book first: lmmteach book --no-serve.") from None
    found = [_question(form) for form in forms.select("form.quiz")]
    if not found:
        raise DataError(f"{page.name} has no quick check.", "Choose another lesson; the reference pages ask nothing.")
    return found


def _question(form: Tag) -> Question:
    notes = form.select(".quiz-note")
    if form["data-quiz"] == "number":
        slack = 0.5 * 10.0 ** -int(str(form["data-digits"]))  # an answer counts if it rounds as asked
        answers = tuple(Answer("", _text(note), note["data-right"] == "true", _number(note), slack) for note in notes)
    else:
        echoes = [note.select_one(".quiz-echo") for note in notes]
        words = [_text(echo.extract()).removeprefix("<strong>").removesuffix("</strong>") for echo in echoes if echo]
        answers = tuple(
            Answer(said, _text(note), note["data-right"] == "true") for said, note in zip(words, notes, strict=True)
        )
    unit, ask = form.select_one(".quiz-unit"), form.select_one(".quiz-ask")
    assert ask is not None
    return Question(str(form["id"]), _text(ask), answers, unit.get_text().strip() if unit else "")


def written(number: float) -> str:
    """A number of twelve digits without a power of ten, which not every platform reads.

    >>> written(1e-8), written(3436.99999999), written(0.6)
    ('0.00000001', '3436.99999999', '0.6')
    """
    return format(Decimal(f"{number:.12g}"), "f")


def html_text(text: str) -> str:
    """A piece of HTML as a question's text."""
    return _text(BeautifulSoup(text, "html.parser"))


def _number(note: Tag) -> float | None:
    value = note.get("data-value")
    return None if value is None else float(str(value))


def _text(node: Tag) -> str:
    """What stands in an element, on one line; its paragraphs are parted by line breaks."""
    pieces = re.split("\0+", _inside(node))
    return "<br>".join(" ".join(piece.split()) for piece in pieces if piece.strip())


def _inside(node: Tag) -> str:
    return "".join(_piece(child) for child in node.children)


def _piece(node: object) -> str:
    if not isinstance(node, Tag):
        return html.escape(str(node), quote=False) if type(node) is NavigableString else ""
    if node.name == "math" or "math" in (node.get("class") or []):
        return _formula(node)
    if node.name == "br":
        return "\0"
    inside = _inside(node)
    if node.name in KEPT:
        return f"<{KEPT[node.name]}>{inside}</{KEPT[node.name]}>"
    return f"\0{inside}\0" if node.name in BLOCKS else inside


def _formula(node: Tag) -> str:
    r"""A formula's TeX: written at build time it is an attribute, else it is the element's text, in ``\(...\)``."""
    told = node if node.get("data-tex") else node.select_one("[data-tex]")
    tex = str(told["data-tex"]) if told else re.sub(r"^\s*\\[(\[]|\\[)\]]\s*$", "", node.get_text())
    for name, meaning in MACROS.items():
        braced = f"{{{meaning}}}".replace("\\", r"\\")
        tex = re.sub(rf"\\{name}(?![A-Za-z])", braced, tex)
    return rf"\({html.escape(' '.join(tex.split()), quote=False)}\)"
