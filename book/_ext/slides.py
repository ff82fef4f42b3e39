"""What turns sphinx-revealjs' output into pages of this project: no other host, one program, light on a projector.

Beside the slides stands the speaker's window, ``speaker.html``: the notes of each slide, read from
``instructor/notes.md``, and the plan of the lecture, read from the table of timings in ``instructor/using-it.md``.  A
slide without a note fails the build, and so does a note without a slide.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lean_fonts import cut_texts, put_text_fonts, text_cuts
from lean_pages import lean_site
from markdown_it import MarkdownIt
from mathematics import cut_math_font
from self_contained import drop_idle
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from lmmteach.explore.compose import lecture_script

#: a page that forbids zooming shuts out who needs it
VIEWPORT = ", maximum-scale=1.0, user-scalable=no"
ICON = '<link rel="icon" href="_static/favicon.svg">'
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)
#: a row of the timings: the minutes in lectures of several lengths, a step
ROW = re.compile(r"^\|((?:\s*\d+\s*\|)+)\s*(\d+ · [^|]+?)\s*\|", re.MULTILINE)
HEAD = re.compile(r"^\|((?:\s*\d+\s*\|)+)\s*step\s*\|", re.MULTILINE)


def notes_of(source: str) -> list[tuple[str, str]]:
    """Each slide's title and its note, in Markdown.

    >>> notes_of("# Notes\\n\\nFor whom.\\n\\n## 1 · Look\\n\\nSay little.\\n\\n## 2 · Ask\\n\\nWait.\\n")
    [('1 · Look', 'Say little.'), ('2 · Ask', 'Wait.')]
    """
    _, *rest = HEADING.split(source)
    return [(title.strip(), text.strip()) for title, text in zip(rest[::2], rest[1::2], strict=True)]


def plan_of(source: str, titles: Sequence[str]) -> list[dict[str, Any]]:
    """The parts of the lecture: title, the slide it begins with, and its minutes by the lecture's length.

    >>> table = "| 20 | 9 | step |\\n|--:|--:|---|\\n| 15 | 9 | 1 · Look |\\n| 5 | 0 | 2 · Go home |"
    >>> for part in plan_of(table, ["T", "1 · Look", "2 · Ask"]):
    ...     print(part)
    {'title': '1 · Look', 'slide': 0, 'minutes': {'20': 15, '9': 9}}
    {'title': '2 · Go home', 'slide': 2, 'minutes': {'20': 5, '9': 0}}
    """
    head = HEAD.search(source)
    if head is None:
        raise ExtensionError("The table of timings has no head such as '| 90 | 50 | step |'.")
    lengths = _numbers(head[1])
    parts: list[dict[str, Any]] = []
    for found in ROW.finditer(source):
        title, number = found[2], found[2].split(" ")[0]
        if not any(part["title"].split(" ")[0] == number for part in parts):
            begins = [k for k, name in enumerate(titles) if name.split(" ")[0] == number]
        else:
            begins = [k for k, name in enumerate(titles) if name == title]
        if not begins:
            raise ExtensionError(f"The timings name {title!r}, and no slide begins that step.")
        minutes = dict(zip(map(str, lengths), _numbers(found[1]), strict=True))
        parts.append({"title": title, "slide": begins[0] if parts else 0, "minutes": minutes})
    for length in map(str, lengths):
        if (planned := sum(part["minutes"][length] for part in parts)) != int(length):
            raise ExtensionError(f"The timings of a lecture of {length} minutes add up to {planned}.")
    return parts


def _numbers(cells: str) -> list[int]:
    return [int(cell) for cell in cells.strip("| ").split("|")]


def speaker_page(page: str, titles: Sequence[str], notes: Sequence[tuple[str, str]], plan: Sequence[Any]) -> str:
    """The speaker's window: `page` with the notes and the plan in it."""
    named = [title for title, _ in notes]
    if missing := [title for title in titles if title not in named]:
        raise ExtensionError(f"instructor/notes.md has no note for: {'; '.join(missing)}.")
    if named != list(titles):
        wrong = next((a for a, b in zip(named, titles, strict=False) if a != b), named[-1])
        raise ExtensionError(f"instructor/notes.md: {wrong!r} is no slide, or not the slide that comes next.")
    render = MarkdownIt().render
    sections = "\n".join(
        f'<section data-slide="{k}"{" hidden" if k else ""}><h2>{html.escape(title)}</h2>\n{render(text)}</section>'
        for k, (title, text) in enumerate(notes)
    )
    return page.replace("<!-- notes -->", sections).replace("<!-- plan -->", json.dumps(plan, ensure_ascii=False))


def _speaker(site: Path, source: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    titles = [html.unescape(title) for title in TITLE.findall(text)]
    instructor = source.parent / "instructor"
    notes = notes_of((instructor / "notes.md").read_text(encoding="utf-8"))
    plan = plan_of((instructor / "using-it.md").read_text(encoding="utf-8"), titles)
    page = (source / "speaker.html").read_text(encoding="utf-8")
    (site / "speaker.html").write_text(speaker_page(page, titles, notes, plan), encoding="utf-8")


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "revealjs":
        return
    site = Path(app.outdir)
    _speaker(site, Path(app.srcdir))
    for name in ("deck", "speaker"):
        (site / "_static" / f"{name}.js").write_text(lecture_script(name), encoding="utf-8")
    cut_math_font(site)
    put_text_fonts(site, cut_texts(site, text_cuts(site)))
    lean_site(site)
    page = site / "index.html"
    text = page.read_text(encoding="utf-8").replace(VIEWPORT, "")
    text = text.replace("<html ", '<html data-theme="light" ', 1).replace("</head>", f"{ICON}\n</head>", 1)
    page.write_text(text.replace("</body>", '<script src="_static/deck.js" defer></script>\n</body>', 1), "utf-8")
    for unused in ("dist/theme", "plugin"):
        shutil.rmtree(site / "_static" / "revealjs" / unused, ignore_errors=True)
    for source_map in (site / "_static").rglob("*.map"):
        source_map.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", drop_idle, priority=900)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
