"""What a check says: plain text in a terminal, a quiet card in a notebook, light or dark."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape

__all__ = ["Feedback", "one_line"]

# The bars are Okabe-Ito's green, vermillion and blue, mid-tone, so that they stand out from white and from black; words
# take the page's own colour.
STYLE = """
.lmmc{max-width:42rem;margin:.3em 0 .5em;padding:.55em 1em .6em;border-left:4px solid #888;color:inherit;
font-size:.95rem;line-height:1.5;background:rgba(128,128,128,.07)}
.lmmc p{margin:.25em 0;color:inherit}.lmmc .lmmc-head{font-weight:600;margin-top:0}
.lmmc .lmmc-mark{display:inline-block;width:1.3em}
.lmmc .lmmc-id{font-weight:400;opacity:.75;margin-left:.5em;font-variant-numeric:tabular-nums}
.lmmc code{font-size:.92em;color:inherit;background:rgba(128,128,128,.16);padding:.05em .3em;
border-radius:3px;white-space:pre-wrap}
.lmmc .lmmc-next{opacity:.85}
.lmmc-right{border-color:#009E73}.lmmc-wrong{border-color:#D55E00}
.lmmc-blank,.lmmc-hint,.lmmc-note{border-color:#3C8DC5}
"""
MARKS = {"right": "✓", "wrong": "✗", "blank": "…", "hint": "?", "note": "i"}
WIDTH = 92
LONGEST = 160


@dataclass(frozen=True)
class Feedback:
    """A short answer of the checker: ``passed``, the name of the ``diagnosis``, and its ``text``.

    >>> print(Feedback("wrong", "Not yet", "05.1", ("This is the SD; the question asks for the variance.",)))
    ✗ Not yet (05.1)
      This is the SD; the question asks for the variance.
    """

    kind: str  # "right", "wrong", "blank", "hint" or "note"
    title: str
    id: str = ""
    paragraphs: tuple[str, ...] = ()
    next: str = ""
    diagnosis: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.kind == "right"

    def __bool__(self) -> bool:
        return self.passed

    @property
    def text(self) -> str:
        """All of it as plain text."""
        head = f"{MARKS[self.kind]} {self.title}{f' ({self.id})' if self.id else ''}"
        body = [*self.paragraphs, *([self.next] if self.next else [])]
        return "\n".join([head, *(_wrapped(paragraph) for paragraph in body)])

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        mark = f"<span class='lmmc-mark' aria-hidden='true'>{MARKS[self.kind]}</span>"
        number = f"<span class='lmmc-id'>{escape(self.id)}</span>" if self.id else ""
        body = "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in self.paragraphs)
        if self.next:
            body += f"<p class='lmmc-next'>{_inline(self.next)}</p>"
        head = f"<p class='lmmc-head'>{mark}{escape(self.title)}{number}</p>"
        return f"<style>{STYLE}</style><div class='lmmc lmmc-{self.kind}' role='status'>{head}{body}</div>"


def one_line(text: str, longest: int = LONGEST) -> str:
    """What somebody else wrote, on one line: what a terminal would obey is written out, what is long is cut.

    >>> one_line("notes\\n\\x1b[2J.txt")
    'notes\\\\n\\\\x1b[2J.txt'
    """
    cut = text if len(text) <= longest else f"{text[:longest]}..."
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut)


def _wrapped(paragraph: str) -> str:
    return textwrap.fill(" ".join(paragraph.split()), WIDTH, initial_indent="  ", subsequent_indent="  ")


def _inline(paragraph: str) -> str:
    """Text with `code` in it as HTML; what a student wrote is text, never markup."""
    parts = re.split(r"`([^`]+)`", " ".join(paragraph.split()))
    return "".join(f"<code>{escape(part)}</code>" if k % 2 else escape(part) for k, part in enumerate(parts))
