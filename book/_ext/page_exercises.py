"""Exercises that answer in the page, and the page of progress.

``{exercises} 05`` puts a form beside each exercise whose numbers fit on a page (see lmmteach/check/page.py);
``{progress}`` is the list of all of them, with what to review next and the file to hand in.  What a reader does is kept
in the browser and nowhere else.
"""

from __future__ import annotations

import html
import json
from typing import Any

from docutils import nodes
from lessons import homes_of
from sphinx.util.docutils import SphinxDirective

from lmmteach.check.declaration import Exercise
from lmmteach.check.page import mixed_up, on_page, page_table
from lmmteach.check.session import PAGE
from lmmteach.check.shelf import all_exercises
from lmmteach.check.variant import variant

KEPT = """
<div class="exercises-kept">
<p class="kept-here">Your answers are kept in this browser, and nowhere else. <a href="{page}">My progress</a> says what
to review, and writes the file to hand in.</p>
<div class="kept-nowhere" hidden><p><b>This browser keeps nothing for this page</b> (a private window, perhaps). The
check works all the same, but what you solve is forgotten when you leave the page: write the file before you go.</p>
{hand_in}</div>
</div>
"""
HAND_IN = """
<form class="hand-in exercise-form" novalidate>
<label for="{id}">Your name or number, as in the course list</label>
<input id="{id}" type="text" autocomplete="name" spellcheck="false">
<button type="submit">Write the file to hand in</button>
<div class="quiz-say" role="status" aria-live="polite"></div>
</form>
"""
PROGRESS = """
<div id="progress-page" data-exercises="{listed}">
<p class="progress-unread">This page needs JavaScript, which is off here.</p>
<p class="progress-here" hidden>What you answer on these pages is kept in this browser, and nowhere else. Another
browser knows nothing of it.</p>
<p class="progress-nowhere" hidden><b>This browser keeps nothing for these pages</b> (a private window, perhaps). The
exercises answer all the same, but what you solve is forgotten when you leave a page.</p>
<section aria-labelledby="progress-next"><h2 id="progress-next">To review now</h2>
<div class="progress-review"></div></section>
<section aria-labelledby="progress-all"><h2 id="progress-all">All exercises</h2>
<div class="progress-scroll" tabindex="0" role="region" aria-labelledby="progress-all">
<table class="progress-table"><thead><tr><th scope="col">exercise</th><th scope="col">state</th>
<th scope="col">attempts</th><th scope="col">last</th></tr>
</thead><tbody></tbody></table></div></section>
<section aria-labelledby="progress-file"><h2 id="progress-file">Hand in</h2>
<p>The file holds what you answered here, under your name. It is the file that <code>lmmteach.report()</code> writes in
a notebook; hand in both if you have worked in both.</p>{hand_in}</section>
<section aria-labelledby="progress-end"><h2 id="progress-end">Forget</h2>
<p><button type="button" class="progress-forget">Forget all of it in this browser</button>
<span class="progress-forgotten" role="status" aria-live="polite"></span></p></section>
</div>
"""


def raw(text: str) -> nodes.raw:
    """HTML as it is."""
    return nodes.raw("", text, format="html")


def anchor(exercise: Exercise) -> str:
    """An exercise's place on its lesson's page."""
    return f"exercise-{exercise.id.replace('.', '-')}"


def hand_in(place: str) -> str:
    """The form that writes the report; ``place`` makes its field's name the page's own."""
    return HAND_IN.format(id=f"{place}-name")


def answered_here(directive: SphinxDirective, exercise: Exercise) -> list[nodes.Node]:
    """The exercise, folded, with a form for its answer; nothing where a page cannot hold it."""
    if not on_page(exercise):
        return []
    text = nodes.container(classes=["exercise-text"])
    text += directive.parse_text_to_nodes(exercise.text.strip())
    name, title = anchor(exercise), html.escape(exercise.title)
    return [
        raw(
            f'<details class="exercise" id="{name}"><summary><span class="exercise-id">{exercise.id}</span> {title} '
            '<span class="exercise-here">answer here</span> <span class="exercise-state"></span></summary>'
        ),
        text,
        raw(_numbers(exercise)),
        raw(_form(exercise, name)),
        raw("</details>"),
    ]


def lead() -> nodes.raw:
    """What stands over the forms."""
    return raw('<p class="exercises-lead">Without Python, answer here, to numbers that everybody has:</p>')


def kept(root: str) -> nodes.raw:
    """Where a reader's answers are kept."""
    return raw(KEPT.format(page=f"{root}my-progress.html", hand_in=hand_in("kept")))


def _numbers(exercise: Exercise) -> str:
    shown = variant(exercise, PAGE).q.shown
    rows = "".join(
        f'<tr><th scope="row"><code>q.{html.escape(name)}</code></th><td><pre>{html.escape(number)}</pre></td></tr>'
        for name, number in shown.items()
    )
    head = "<caption>The page's numbers, the same for everybody</caption>"
    return f'<table class="exercise-numbers">{head}{rows}</table>' if rows else ""


def _form(exercise: Exercise, name: str) -> str:
    table = page_table(exercise)
    letters = html.escape(mixed_up(table))
    return (
        f'<form class="exercise-form" data-exercise="{exercise.id}" data-table="{letters}" novalidate>'
        f'<div class="exercise-fields" role="group" aria-label="Your answer">{_fields(table, name)}</div>'
        '<div class="quiz-foot"><button type="submit">Check</button>'
        '<button type="button" class="exercise-hint">Hint</button></div>'
        '<div class="quiz-say" role="status" aria-live="polite"></div>'
        '<p class="exercise-unread">The check needs JavaScript, which is off here. The notebook checks, too.</p></form>'
    )


def _fields(table: dict[str, Any], name: str) -> str:
    if table["kind"] == "set":
        boxes = (f'<label><input type="checkbox" value="{html.escape(word)}"> <code>{html.escape(word)}</code></label>'
                 for word in table["options"])  # fmt: skip
        return "".join(boxes)
    if table["kind"] == "order":
        options = "".join(f"<option>{html.escape(word)}</option>" for word in ("", *table["options"]))
        places = range(1, len(table["options"]) + 1)
        return "".join(
            f'<label for="{name}-{k}">{k}.</label><select id="{name}-{k}">{options}</select>' for k in places
        )
    fields = []
    for part in table["parts"]:
        for k in range(part["size"]):
            label = (
                part["key"]
                if isinstance(part["key"], str)
                else f"Number {k + 1}"
                if part["size"] > 1
                else "Your answer"
            )
            id = f"{name}-{len(fields)}"
            fields.append(
                f'<label for="{id}">{html.escape(label)}</label><input id="{id}" type="text" inputmode="decimal" '
                'autocomplete="off" spellcheck="false">'
            )
    return "".join(fields)


class Progress(SphinxDirective):
    """All exercises, how far the reader is, what to review, and the file to hand in."""

    def run(self) -> list[nodes.Node]:
        homes = homes_of(self.env.found_docs)
        listed = []
        for exercise in all_exercises():
            page = homes.get(int(exercise.lesson))
            if page:
                here = on_page(exercise)
                place = f"#{anchor(exercise)}" if here else ""
                listed.append({"id": exercise.id, "title": exercise.title, "href": f"{page}.html{place}", "page": here})
        return [raw(PROGRESS.format(listed=html.escape(json.dumps(listed)), hand_in=hand_in("progress")))]
