"""Questions as QTI 1.2, the archive that Canvas and others import; text2qti writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lmmteach.errors import ModelError

from .questions import Question, written

__all__ = ["qti", "quiz_text"]

FINEST = 1e-4  # text2qti writes the ends of a range with four decimals
#: signs with a meaning in Markdown; and those that have one where a text begins
MARKED, AT_FRONT = re.compile(r"[\\`*_\[\]$|~^{}]"), re.compile(r"^(?:[#+\-=:.!]|\d(?=\d*[.)]\s))")


def qti(questions: Iterable[Question], title: str) -> bytes:
    """The questions as a QTI 1.2 archive.

    Parameters
    ----------
    questions : iterable of Question
        From :func:`~lmmteach.publish.lms.questions_of`.
    title : str
        The quiz's name on the platform.

    Returns
    -------
    bytes
        A zip.  Of a question for a number the platform is told the right one and its slack; what belongs to each
        wrong number QTI 1.2, as platforms read it, can't hold: all of them are told the same.

    Raises
    ------
    ModelError
        If text2qti is not installed.
    """
    try:
        from text2qti.config import Config
        from text2qti.qti import QTI
        from text2qti.quiz import Quiz
    except ImportError:
        raise ModelError(
            "QTI is written by text2qti, which is not installed.", "Install it: pip install text2qti."
        ) from None
    quiz = Quiz(quiz_text(questions, title), config=Config(), source_name=title)
    written: bytes = QTI(quiz).zip_bytes()
    return written


def quiz_text(questions: Iterable[Question], title: str) -> str:
    """The questions in text2qti's own language."""
    lines = [f"Quiz title: {title}", ""]
    for number, question in enumerate(questions, 1):
        unit = f"<br>Answer in {_plain(question.unit)}, rounded." if question.unit else ""
        lines += [f"Title: {question.name}", "Points: 1", f"{number}. {_marked(question.ask)}{unit}"]
        lines += _number(question) if question.is_number else _choice(question)
        lines.append("")
    return "\n".join(lines)


def _choice(question: Question) -> list[str]:
    lines = []
    for letter, answer in zip("abcdefghij", question.answers, strict=False):
        star = "*" if answer.right else ""
        lines += [f"{star}{letter}) {_marked(answer.words)}", f"... {_marked(answer.feedback)}"]
    return lines


def _number(question: Question) -> list[str]:
    right = question.right
    other = next((answer for answer in question.answers if answer.value is None), None)
    assert right.value is not None
    slack = max(right.slack, FINEST)
    if abs(abs(right.value) - slack) < 1.01 * FINEST:  # no end of a range may be 0, says text2qti
        slack += 2.02 * FINEST
    said = [f"+ {_marked(right.feedback)}"] + ([f"- {_marked(other.feedback)}"] if other else [])
    return [*said, f"= {written(right.value)} +- {written(slack)}"]


def _marked(text: str) -> str:
    r"""HTML and formulas as Markdown that means the same: formulas in dollars, every other sign as it is."""
    one = text.replace(r"\)\(", " ")  # two formulas side by side would be read as displayed
    pieces = re.split(r"\\\((.*?)\\\)", one)
    pieces[0] = AT_FRONT.sub(_entity, pieces[0])
    return "".join(f"${_tex(piece)}$" if k % 2 else _plain(piece) for k, piece in enumerate(pieces))


def _plain(text: str) -> str:
    """Every sign as it is; two hyphens, too, which would become a dash."""
    found = re.sub(r"(</?\w+>)|(&\w+;)|(.)", lambda m: m[0] if not m[3] else MARKED.sub(_entity, m[3]), text)
    return re.sub(r"--+", lambda m: "&#45;" * len(m[0]), found)


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"


def _tex(tex: str) -> str:
    return tex.replace("&lt;", r"\lt ").replace("&gt;", r"\gt ").replace("&amp;", "&").strip()
