"""A lesson's files for a platform; and all of them beside the built pages, as downloads on the instructor's page."""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from lmmteach.check.abreast import side_by_side
from lmmteach.check.shelf import lesson_titles

__all__ = ["MARK", "add_lms_files", "lesson_files", "lessons_in", "page_of"]

#: where the ``{lms-files}`` directive stood
MARK = "<!-- lms-files -->"
FOLDER = "lms"
#: the file that says from what a lesson's files were made
TOLD = "made-from.txt"
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


def add_lms_files(pages: Path, kept: Path | None = None, rest: str = "") -> None:
    """Write the files of every lesson into ``pages/lms``, and a table of links where a page leaves room for it.

    The packed book (see :mod:`lmmteach.publish.bookzip`) does not hold them: call this after it.  To make a lesson's
    takes the fits of its exercises: in the folder `kept` they wait for the next build, which takes them if neither
    the page nor the `rest`, a digest of all else that they depend on, has changed.
    """
    marked = [page for page in pages.rglob("*.html") if MARK in page.read_text(encoding="utf-8")]
    if not marked:
        return
    (pages / FOLDER).mkdir(exist_ok=True)
    rows = []
    lessons = lessons_in(pages)
    if kept:
        _make_anew(pages, list(lessons), kept, rest)
    for lesson, title in lessons.items():
        files = _kept_files(kept / lesson) if kept else _made_files(pages, lesson)
        for name, data in files:
            (pages / FOLDER / name).write_bytes(data)
        rows.append(_row(page_of(pages, lesson).name, lesson, title, files))
    heads = "".join(f'<th scope="col">{title}</th>' for _, title in COLUMNS)
    for page in marked:
        up = "../" * (len(page.relative_to(pages).parts) - 1)
        table = (
            f'<table class="table lms-files"><thead><tr><th scope="col">Lesson</th>{heads}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        ).replace("@up@", up)
        page.write_text(page.read_text(encoding="utf-8").replace(MARK, table), encoding="utf-8")


def _made_files(pages: Path, lesson: str) -> list[tuple[str, bytes]]:
    return [(name, said if isinstance(said, bytes) else said.encode()) for name, said in lesson_files(pages, lesson)]


def _kept_files(kept: Path) -> list[tuple[str, bytes]]:
    return [(path.name[2:], path.read_bytes()) for path in sorted(kept.glob("? *"))]


def _make_anew(pages: Path, lessons: list[str], kept: Path, rest: str) -> None:
    """Make the files of the lessons whose kept ones are from another page or another rest, several side by side; a
    page names its sheets and programs by what is in them."""
    tasks = []
    for lesson in lessons:
        digest, told = sha256(rest.encode() + page_of(pages, lesson).read_bytes()).hexdigest(), kept / lesson / TOLD
        if not told.is_file() or told.read_text() != digest:
            tasks.append([str(pages), lesson, str(kept / lesson), digest])
    copies = min(os.cpu_count() or 1, len(tasks))
    for _ in side_by_side(make, tasks, copies, make) if copies > 1 else map(make, tasks):
        pass


def make(task: list[str]) -> None:
    """Make a lesson's files: the folder of pages, the lesson, the folder for its files, what they are made from."""
    pages, lesson, kept, digest = Path(task[0]), task[1], Path(task[2]), task[3]
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for place, (name, data) in enumerate(_made_files(pages, lesson)):
        (kept / f"{place} {name}").write_bytes(data)
    (kept / TOLD).write_text(digest)


def _row(page: str, lesson: str, title: str, files: list[tuple[str, bytes]]) -> str:
    cells = []
    for (_, form), (name, data) in zip(COLUMNS, files, strict=True):
        label = html.escape(f"{form} of lesson {lesson}")
        size = f"{max(1, round(len(data) / 1000))}\u00a0kB"
        cells.append(f'<td><a href="@up@{FOLDER}/{name}" download aria-label="{label}, {size}">{size}</a></td>')
    named = f"{lesson} {html.escape(title)}" if lesson.isdigit() else html.escape(title)
    return f'<tr><th scope="row"><a href="@up@{page}">{named}</a></th>{"".join(cells)}</tr>'
