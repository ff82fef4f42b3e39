"""The glossary sends nobody to a lesson that lacks the word."""

from __future__ import annotations

import re

from lmmteach.publish.sources import find_book

BOOK = find_book()
GLOSSARY = (BOOK / "reference" / "glossary.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^(?P<term>\S[^\n]*)\n {2}(?P<meaning>(?: {2})?\S.*?)(?=\n\n|\n```)", re.MULTILINE | re.DOTALL)


def entries() -> dict[str, str]:
    body = GLOSSARY.split(":sorted:")[1]
    return {found["term"]: " ".join(found["meaning"].split()) for found in ENTRY.finditer(body)}


def plain(text: str) -> str:
    """A text as one searches it: no code, small letters, one kind of hyphen, formulas without their marks."""
    text = re.sub(r"^```\{code-cell\}.*?^```$", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"[–-]", " ", text.lower()).replace("*", "").replace("$", " ")
    return " ".join(text.split())


def lesson_text(number: int) -> str:
    (page,) = BOOK.glob(f"{number:02d}-*.md")
    return plain(page.read_text(encoding="utf-8"))


def lacks(term: str, number: int) -> bool:
    words = plain(term.split(",")[0])
    if words in {"g", "r", "v"}:  # a symbol: with the person's index, or with its size
        return re.search(rf"(?<![a-z]){words}(?:_i)?(?![a-z])", lesson_text(number)) is None
    return re.search(rf"(?<![a-z]){re.escape(words)}", lesson_text(number)) is None


def test_every_entry_names_lessons_and_they_have_the_word() -> None:
    found = entries()
    assert len(found) > 60
    lost = []
    for term, meaning in found.items():
        numbers = re.findall(r"\b[Ll]essons? (\d+)", meaning)
        assert numbers, f"{term!r} names no lesson"
        lost += [f"{term}: lesson {number}" for number in numbers if lacks(term, int(number))]
    assert lost == []


def test_a_word_that_is_not_there_is_missed() -> None:
    assert lacks("heteroscedastic spaghetti", 8)
    assert not lacks("spaghetti plot", 0)
