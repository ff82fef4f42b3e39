r"""How long a lesson takes, by a stated estimate.

A lesson must fit into half an hour, so the estimate counts what a reader does, not only what she reads:

=====================  ===================  ==========================================================
what                   minutes              why
=====================  ===================  ==========================================================
words                  1 for each 150       read to be understood, often in a second language
a displayed formula    0.5                  read twice, once for its sizes
a figure               0.5
a block of code shown  1
an explorer            2                    its question: read, think, lock
a guided move          2                    set it up, move, compare with the text
a quick check          1, or 1.5            with a choice, or with a number to be worked out
=====================  ===================  ==========================================================

The section "Write it yourself" is estimated apart, with ten minutes for each coding exercise; folded code is not
counted.  ``{minutes}`lesson` `` and ``{minutes}`exercises` `` print the two on the page.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from notebooks import SPOKEN
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from lmmteach.check.shelf import lesson_exercises

WORDS_A_MINUTE = 150
MINUTES = {"formula": 0.5, "figure": 0.5, "code": 1.0, "explorer": 2.0, "move": 2.0, "choice": 1.0, "number": 1.5}
AN_EXERCISE = 10.0
#: the section that is estimated apart
CODING = "Write it yourself"

HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUIZ = re.compile(r"^```\{quiz\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"\$\$.+?\$\$", re.DOTALL)
MOVE = re.compile(r"^### \d+\.", re.MULTILINE)
EXERCISES = re.compile(r"^```\{exercises\} (\d\d)$", re.MULTILINE)


def words(text: str) -> int:
    """The words of a page's text: a formula or a computed number in a line counts as one.

    >>> words("The variance is {eval}`f'{x:.1f}'`, or $a + b$. {setup}`G=[[1]]`")
    6
    """
    text = re.sub(r"\{setup\}`[^`]*`|^:[\w-]+:.*$|^\([\w-]+\)=$|^\{\.[^}]*\}$|^`{3,}.*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"\{[a-z]+\}`[^`]*`|\$[^$]+\$|`[^`]+`", " 1 ", text)
    text = re.sub(r"\]\([^)]*\)|\|[-: |]+\|", " ", text)
    return len(re.findall(r"[\w’'−%+-]*\w[\w’'%]*", text))


def counted(source: str) -> Counter[str]:
    r"""What there is to do in a piece of a page.

    >>> piece = "Two words.\n\n$$\na = b\n$$\n\n### 1. A move\n\n```{quiz} one\nWhy?\n\n- (x) So.\n\n  Yes.\n```\n"
    >>> sorted(counted(piece).items())
    [('choice', 1), ('formula', 1), ('move', 1), ('words', 5)]
    """
    found: Counter[str] = Counter()
    for cell in CELL.findall(source):
        tags = re.search(r"^:tags: \[(.*)\]", cell)
        tags = tags[1] if tags else ""
        if "explorer" in tags:
            found["explorer"] += 1
        elif "remove-input" not in tags and "hide-input" not in tags:
            found["code"] += 1
        found["figure"] += len(re.findall(r"\bThemedFigure\(", cell)) if "figures" in tags else 0
    text = CELL.sub("", source)
    for quiz in QUIZ.findall(text):
        found["number" if re.search(r"^:answer:", quiz, re.MULTILINE) else "choice"] += 1
    text = QUIZ.sub("", text)
    found["formula"] = len(DISPLAY.findall(text))
    found["move"] = len(MOVE.findall(text))
    found["words"] = words(DISPLAY.sub("", text))
    return +found


def minutes(source: str) -> float:
    r"""Minutes for a piece of a page, by the table above.

    >>> minutes("### 1. A move\n\nTry it.")  # 2 minutes, and five words
    2.033
    """
    found = counted(source)
    return round(found["words"] / WORDS_A_MINUTE + sum(each * found[what] for what, each in MINUTES.items()), 3)


def apart(source: str) -> tuple[str, str]:
    """A page without its coding exercises, and the section that holds them."""
    source = HEAD.sub("", source)
    found = re.search(rf"^## {CODING}\n.*?(?=^## |\Z)", source, re.MULTILINE | re.DOTALL)
    if found is None:
        return source, ""
    return source[: found.start()] + source[found.end() :], found[0]


def lesson_minutes(source: str) -> float:
    """Minutes to read, play and check."""
    return minutes(apart(source)[0])


def exercise_minutes(source: str) -> float:
    """Minutes for the worked examples and the coding exercises after them."""
    section = apart(source)[1]
    return minutes(section) + AN_EXERCISE * sum(len(lesson_exercises(number)) for number in EXERCISES.findall(section))


def said(source: str, what: str) -> str:
    """The estimate in words: a lesson to the minute, its exercises to five."""
    if what == "lesson":
        return f"about {round(lesson_minutes(source))} minutes"
    if what == "exercises":
        if EXERCISES.search(apart(source)[0]):
            raise ValueError(f"exercises outside the section '{CODING}', which counts their time: move them there")
        return f"about {5 * round(exercise_minutes(source) / 5)} minutes"
    raise ValueError(f"{{minutes}}`{what}`: write lesson or exercises")


class Minutes(SphinxRole):
    """The page's own estimate, in words; kept for the page's notebook, too."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        page = self.env.docname
        words_said = said(Path(self.env.doc2path(page)).read_text(encoding="utf-8"), self.text)
        self.env.metadata[page].setdefault(SPOKEN, []).append((f"minutes {self.text}", words_said))
        return [nodes.Text(words_said)], []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_role("minutes", Minutes())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
