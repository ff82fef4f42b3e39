r"""The lessons by number: their table on the welcome page, and a link wherever the text says "lesson 6".

``{lessons}`` makes the table from the contents and from each lesson's own title and first sentences.
``{lesson}`6` `` is the bare number with a link, ``{lesson}`Strange results <7#two-visits>` `` a section of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole

#: "lesson 4", "Lessons 4 and 5", "lessons 1, 2 and 3"
SAID = re.compile(r"\b[Ll]essons? \d{1,2}(?:(?:, | and | or | to )\d{1,2})*\b")
NUMBER = re.compile(r"(?:[Ll]essons? )?\d{1,2}")
#: where a link would be in the way
CLOSED = (nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
QUIZ_WORDS = "quiz-words"
PLACE = re.compile(r"^(?:(?P<words>.+?)\s*<)?(?P<number>\d{1,2})(?P<anchor>#[\w-]+)?>?$", re.DOTALL)


def lessons_of(pages: Iterable[str]) -> dict[int, str]:
    """The lessons among some pages, by number.

    >>> lessons_of(["intro", "05-g-moves-v", "reference/notation", "00-spaghetti"])
    {0: '00-spaghetti', 5: '05-g-moves-v'}
    """
    return {int(page[:2]): page for page in sorted(pages) if re.match(r"\d\d-[\w-]+$", page)}


#: exercises that belong to a page without a lesson's number
APART = {20: "capstone"}


def homes_of(pages: Iterable[str]) -> dict[int, str]:
    """The page of each number that exercises may have: the lessons, and the pages apart.

    >>> homes_of(["intro", "05-g-moves-v", "capstone"])
    {5: '05-g-moves-v', 20: 'capstone'}
    """
    there = list(pages)
    return lessons_of(there) | {number: page for number, page in APART.items() if page in there}


def pieces(text: str) -> Iterator[tuple[str, int | None]]:
    """A text cut where it names a lesson: each piece, and the lesson it names.

    >>> list(pieces("See lessons 4 and 5."))
    [('See ', None), ('lessons 4', 4), (' and ', None), ('5', 5), ('.', None)]
    """
    end = 0
    for said in SAID.finditer(text):
        for found in NUMBER.finditer(text, said.start(), said.end()):
            if found.start() > end:
                yield text[end : found.start()], None
            yield found[0], int(found[0].split()[-1])
            end = found.end()
    if end < len(text):
        yield text[end:], None


def head(source: str) -> tuple[str, str]:
    """A lesson's title, and the paragraph that leads into it.

    >>> head("# A title\\n\\n{.lede}\\nIts first\\nsentences.\\n\\nMore.")
    ('A title', 'Its first sentences.')
    """
    title = re.search(r"^# (.+)$", source, re.MULTILINE)
    lede = re.search(r"^\{\.lede\}\n(.+?)\n\s*\n", source, re.MULTILINE | re.DOTALL)
    if title is None or lede is None:
        raise ValueError("a lesson starts with a title (# ...), then the line {.lede} and a paragraph right below it")
    return title[1].strip(), " ".join(lede[1].split())


class Lessons(SphinxDirective):
    """The table of lessons, as the contents have them."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        book = Path(self.env.srcdir)
        contents = book / "_toc.yml"
        self.env.note_dependency(str(contents))
        _tables(self.env)[self.env.docname] = lines = _table(book)
        box = nodes.Element()
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset, box)
        return list(box.children)


def _table(book: Path) -> list[str]:
    first, *_ = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    lines = ["```{list-table}", ":class: lessons", ":widths: auto", ""]
    for number, page in lessons_of(entry["file"] for entry in first["chapters"]).items():
        try:
            title, lede = head((book / f"{page}.md").read_text(encoding="utf-8"))
        except ValueError as problem:
            raise ValueError(f"book/{page}.md: {problem}") from None
        lines += [f"* - {number}", f"  - **[{title}]({page}.md)**", "", f"    {lede}"]
    return [*lines, "```"]


def _tables(env: BuildEnvironment) -> dict[str, list[str]]:
    """The table that each page has which asks for one, as it was read."""
    if not hasattr(env, "lesson_tables"):
        env.lesson_tables = {}  # type: ignore[attr-defined]
    return env.lesson_tables  # type: ignore[attr-defined,no-any-return]


def _outdated(app: Sphinx, env: BuildEnvironment, *found: set[str]) -> list[str]:
    """Pages whose table is another by now: only titles and first sentences matter, not each edit of a lesson."""
    tables = _tables(env)
    return [page for page, lines in tables.items() if page in env.found_docs and lines != _table(Path(app.srcdir))]


def _gone(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    _tables(env).pop(page, None)


def _merged(app: Sphinx, env: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:
    _tables(env).update({page: lines for page, lines in _tables(other).items() if page in pages})


class Lesson(SphinxRole):
    """A lesson by its number, or one section of it in words; plain text while the book does not have it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        found = PLACE.match(self.text)
        if found is None:
            raise ValueError(f"{{lesson}}`{self.text}`: write 6, or words <6#anchor>")
        words = found["words"] or found["number"]
        page = lessons_of(self.env.found_docs).get(int(found["number"]))
        if page is None:
            return [nodes.Text(words)], []
        root = "../" * self.env.docname.count("/")
        return [nodes.reference("", words, refuri=f"{root}{page}.html{found['anchor'] or ''}", internal=True)], []


class LessonLinks(SphinxPostTransform):
    """Turn each "lesson 6" of a page's text into a link, except on that lesson's own page."""

    default_priority = 20
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        listed = lessons_of(self.env.found_docs)
        for text in list(self.document.findall(nodes.Text)):
            if SAID.search(text) is None or _closed(text):
                continue
            parts: list[nodes.Node] = []
            for words, number in pieces(str(text)):
                page = listed.get(-1 if number is None else number)
                if page is None or page == self.env.docname:
                    parts.append(nodes.Text(words))
                else:
                    address = self.app.builder.get_relative_uri(self.env.docname, page)
                    parts.append(nodes.reference("", words, refuri=address, internal=True))
            text.parent.replace(text, parts)


def _closed(node: nodes.Node) -> bool:
    above = node.parent
    while above is not None:
        if isinstance(above, CLOSED) or QUIZ_WORDS in (above.get("classes") or ()):
            return True
        above = above.parent
    return False


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("lessons", Lessons)
    app.add_role("lesson", Lesson())
    app.add_post_transform(LessonLinks)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-purge-doc", _gone)
    app.connect("env-merge-info", _merged)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
