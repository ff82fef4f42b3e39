"""A lesson's files for a platform; and all of them beside the built pages, as downloads on the instructor's page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from lmmteach.check.shelf import lesson_titles

__all__ = ["MARK", "add_lms_files", "lesson_files", "lessons_in", "page_of"]

#: where the ``{lms-files}`` directive stood
MARK = "<!-- lms-files -->"
FOLDER = "lms"
COLUMNS = (("scorm", "SCORM 1.2"), ("qti", "QTI 1.2"), ("gift", "GIFT"))


def lessons_in(pages: Path) -> dict[str, str]:
    """The titles of the pages that ask something, by the lesson's two digits or the page's name (``review-1``)."""
    titles, found = lesson_titles(), {}
    for page in sorted(pages.glob("*.html")):
        text = page.read_text(encoding="utf-8")
        if '<form class="quiz' not in text:
            continue
        name = page.name[:2] if re.match(r"\d\d-", page.name) else page.stem
        found[name] = titles.get(name) or html.unescape(re.sub("<.*?>|#$", "", re.findall("<h1>(.*?)</h1>", text)[0]))
    return found


def page_of(pages: Path, lesson: str) -> Path:
    """Where a lesson's page stands, or where it would."""
    return next(iter(pages.glob(f"{lesson}-*.html")), None) or pages / f"{lesson}.html"


def lesson_files(pages: Path, lesson: str) -> Iterator[tuple[str, str | bytes]]:
    """What there is of a lesson for a platform: names of files and what stands in them.

    Parameters
    ----------
    pages : Path
        The built book's folder of pages.
    lesson : str
        Its two digits, or the page's name.

    Raises
    ------
    DataError
        If the book is not built.
    """
    from .exercises import number_questions
    from .gift import gift
    from .qti import qti
    from .questions import questions_of
    from .scorm import lesson_package

    page = page_of(pages, lesson)
    questions = [*questions_of(page), *number_questions(lesson)]
    title = lessons_in(pages)[lesson]
    named, file = (
        (f"lmmteach {lesson}: {title}", f"lesson-{lesson}") if lesson.isdigit() else (f"lmmteach: {title}", lesson)
    )
    yield f"{file}-scorm.zip", lesson_package(page)
    yield f"{file}-qti.zip", qti(questions, named)
    yield f"{file}-gift.txt", gift(questions, named.replace("/", "-"))


def add_lms_files(pages: Path) -> None:
    """Write the files of every lesson into ``pages/lms``, and a table of links where a page leaves room for it.

    The packed book (see :mod:`lmmteach.publish.bookzip`) does not hold them: call this after it.
    """
    marked = [page for page in pages.rglob("*.html") if MARK in page.read_text(encoding="utf-8")]
    if not marked:
        return
    (pages / FOLDER).mkdir(exist_ok=True)
    rows = [_row(pages, lesson, title) for lesson, title in lessons_in(pages).items()]
    heads = "".join(f'<th scope="col">{title}</th>' for _, title in COLUMNS)
    for page in marked:
        up = "../" * (len(page.relative_to(pages).parts) - 1)
        table = (
            f'<table class="table lms-files"><thead><tr><th scope="col">Lesson</th>{heads}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        ).replace("@up@", up)
        page.write_text(page.read_text(encoding="utf-8").replace(MARK, table), encoding="utf-8")


def _row(pages: Path, lesson: str, title: str) -> str:
    cells = []
    for (_, form), (name, content) in zip(COLUMNS, lesson_files(pages, lesson), strict=True):
        data = content if isinstance(content, bytes) else content.encode()
        (pages / FOLDER / name).write_bytes(data)
        label = html.escape(f"{form} of lesson {lesson}")
        size = f"{max(1, round(len(data) / 1000))} kB"
        cells.append(f'<td><a href="@up@{FOLDER}/{name}" download aria-label="{label}, {size}">{size}</a></td>')
    return f'<tr><th scope="row">{lesson} {html.escape(title)}</th>{"".join(cells)}</tr>'
