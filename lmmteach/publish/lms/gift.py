"""Questions as GIFT, the text that Moodle imports into its question bank."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .questions import Question, written

__all__ = ["gift"]


def gift(questions: Iterable[Question], category: str) -> str:
    """The questions as one GIFT text, each with the feedback of every answer.

    Parameters
    ----------
    questions : iterable of Question
        From :func:`~lmmteach.publish.lms.questions_of`.
    category : str
        Where they go in the question bank.

    Returns
    -------
    str
        UTF-8 text; texts are HTML, formulas in ``\\(...\\)`` as Moodle's filter for formulas reads them.
    """
    return "\n\n".join([f"$CATEGORY: {category}", *map(_one, questions)]) + "\n"


def _one(question: Question) -> str:
    body = _number(question) if question.is_number else _choice(question)
    ask = question.ask + (f"<br>Answer in {question.unit}." if question.unit else "")
    return f"::{_safe(question.name)}::[html]{_safe(ask)}{{{body}\n}}"


def _choice(question: Question) -> str:
    return "".join(
        f"\n  {'=' if answer.right else '~'}{_told(answer.words)}#{_told(answer.feedback)}"
        for answer in question.answers
    )


def _number(question: Question) -> str:
    """Each number with its slack; what is said of any other comes last."""
    lines = ["#"]
    for answer in sorted(question.answers, key=lambda one: (one.value is None, not one.right)):
        if answer.value is None:
            lines.append(f"  ~#{_told(answer.feedback)}")
        else:
            share = "" if answer.right else "%0%"
            lines.append(f"  ={share}{written(answer.value)}:{written(answer.slack)}#{_told(answer.feedback)}")
    return "\n".join(lines)


def _told(text: str) -> str:
    """An answer or what is said of it; where it begins like a format or a weight, its format is said first.

    >>> _told("[markdown] is a word"), _told("%50% more")
    ('[html][markdown] is a word', '[html]%50% more')
    """
    return ("[html]" if text[:1] in ("[", "%") else "") + _safe(text)


def _safe(text: str) -> str:
    r"""A text in which no sign means anything to GIFT.

    >>> print(_safe(r"\(G_{11}\): 3 = 2 + 1 ~ #"))
    \\(G_\{11\}\\)\: 3 \= 2 + 1 \~ \#
    """
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text)
