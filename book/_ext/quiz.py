"""Quick checks, as plain HTML that works on a page without a kernel.

A check with a choice::

    ```{quiz} which-entries
    You raise $G_{12}$. Which entries of $V$ change?

    - (x) Every entry in which a time appears.

      Right, because ...
    - ( ) Only those off the diagonal.

      That takes $G_{12}$ for an entry of $V$ ...
    ```

A check with a number: `:answer:` and the code at the head of each wrong answer are Python, evaluated by the
page's kernel when the book is built, so no number is typed by hand; ``=`` is the answer, ``*`` any other::

    ```{quiz} sd-at-ten
    :answer: V[5, 5] ** 0.5
    :digits: 1
    :unit: mg/dL
    What is the standard deviation at year 10?

    - `=` Right ...
    - `V[5, 5]` That is the variance ...
    - `*` Start from ...
    ```

``:recalls: 3`` says that the idea is lesson 3's, asked again later; the check's title says so.

Every answer's feedback is in the page, folded, for readers without JavaScript.  What is predicted before an explorer
opens is the explorer's own question, a `Prompt`.

``{setup}`G=[[400, 0], [0, 20]], sigma2=400` `` is a button that puts the page's explorer at that setting.
"""

from __future__ import annotations

import ast
import html
import json
import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError
from myst_nb.ext import eval as evaluation
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

MARK = re.compile(r"^\((x| )\)\s*")


def _raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def _wrapped(opening: str, children: list[nodes.Node], closing: str) -> list[nodes.Node]:
    return [_raw(opening), *children, _raw(closing)]


def spoken(tex: str, macros: dict[str, str]) -> str:
    """A short formula in words.

    Examples
    --------
    >>> spoken(r"\\Goo + \\frac{1}{2}\\sigma^2", {"Goo": r"{\\class{p-g11}{G_{11}}}"})
    'G 11 + frac 1 2 sigma squared'
    """
    for name, meaning in macros.items():
        tex = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, tex)
    tex = re.sub(r"\\class\{[^{}]*\}", "", tex).replace("^2", " squared ").replace("'", " transposed ")
    return " ".join(re.sub(r"[\\{}_$]|\\[,;!]", " ", tex).split())


class Quiz(SphinxDirective):
    """A question with one right answer, judged at once: a stem, a list of answers, feedback to each."""

    has_content = True
    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "answer": directives.unchanged_required,
        "digits": directives.nonnegative_int,
        "recalls": directives.unchanged_required,
        "unit": directives.unchanged,
    }

    def _parts(self) -> tuple[list[nodes.Node], list[nodes.list_item]]:
        """The question's paragraphs and the items of the list that closes it."""
        box = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, box)
        *stem, answers = box.children or [None]
        if not isinstance(answers, nodes.bullet_list) or not stem:
            raise self.error(f"quiz {self.name!r}: needs a question, then a list of answers")
        return stem, list(answers.children)

    @property
    def id(self) -> str:
        return nodes.make_id(self.arguments[0])

    def _title(self) -> list[nodes.Node]:
        """What stands over the question; the lesson it comes back to becomes a link."""
        recalls = self.options.get("recalls", "")
        if recalls == "before":
            address = "../" * self.env.docname.count("/") + "before.html"
            return [
                nodes.Text("Quick check · from "),
                nodes.reference("", "the six tools", refuri=address, internal=True),
            ]
        return [nodes.Text(f"Quick check · from lesson {int(recalls)}" if recalls else "Quick check")]

    def _form(
        self,
        kind: str,
        stem: list[nodes.Node],
        inputs: list[nodes.Node],
        notes: list[nodes.Node],
        extra: str = "",
    ) -> list[nodes.Node]:
        ask = f"{self.id}-ask"
        head = f'<form class="quiz quiz-{kind}" id="{self.id}" data-quiz="{kind}" novalidate {extra}>'
        return [
            *_wrapped(f'{head}<p class="quiz-title">', [nodes.inline("", "", *self._title())], "</p>"),
            *_wrapped(f'<div class="quiz-ask" id="{ask}">', stem, "</div>"),
            *_wrapped(f'<div class="quiz-answers" role="group" aria-labelledby="{ask}">', inputs, "</div>"),
            _raw('<div class="quiz-foot"><button type="submit">Check</button></div>'),
            _raw('<div class="quiz-say" role="status" aria-live="polite"></div>'),
            *_wrapped('<details class="quiz-notes"><summary>The answers</summary>', notes, "</details>"),
            _raw("</form>"),
        ]

    def _choices(self, items: list[nodes.list_item]) -> tuple[list[nodes.Node], list[nodes.Node]]:
        """Radio buttons, and the feedback that belongs to each."""
        inputs: list[nodes.Node] = []
        notes: list[nodes.Node] = []
        for position, item in enumerate(items):
            label, *feedback = item.children
            first = label.children[0] if label.children else None
            found = MARK.match(first.astext()) if isinstance(first, nodes.Text) else None
            if found is None or not feedback:
                raise self.error(f"quiz {self.id!r}: write `- (x) text` or `- ( ) text`, then feedback")
            words = [nodes.Text(MARK.sub("", first.astext())), *label.children[1:]]
            radio = f'<input type="radio" name="{self.id}" value="{position}"{self._spoken(words)}>'
            inline = nodes.inline("", "", *words, classes=["quiz-words"])
            inputs += _wrapped(f'<label class="quiz-option">{radio}<span>', [inline], "</span></label>")
            right = str(found[1] == "x").lower()
            echo = nodes.strong("", "", *[word.deepcopy() for word in words])
            note = [nodes.paragraph("", "", echo, classes=["quiz-echo"]), *feedback]
            opening = f'<div class="quiz-note" data-answer="{position}" data-right="{right}">'
            notes += _wrapped(opening, note, "</div>")
        if sum('data-right="true"' in note.astext() for note in notes) != 1:
            raise self.error(f"quiz {self.id!r}: exactly one answer must be marked (x)")
        return inputs, notes

    def _spoken(self, words: list[nodes.Node]) -> str:
        """A name for an answer that is a formula alone: signs and letters read out one by one are no name."""
        if any(re.search(r"[A-Za-z]{2}", word.astext()) for word in words if not isinstance(word, nodes.math)):
            return ""
        macros = self.config.formula_macros
        return f' aria-label="{html.escape(spoken(" ".join(word.astext() for word in words), macros))}"'

    def _value(self, code: str) -> float:
        """A Python expression's value in the page's kernel."""
        try:
            output = evaluation.retrieve_eval_data(self.state.document, f"float({code})")[0]
            return float(ast.literal_eval(output.data["text/plain"]))
        except (RetrievalError, ValueError) as problem:
            raise self.error(f"quiz {self.id!r}: {code!r} gives no number ({problem})") from problem

    def run(self) -> list[nodes.Node]:
        stem, items = self._parts()
        if "answer" not in self.options:
            inputs, notes = self._choices(items)
            return self._form("choice", stem, inputs, notes)
        box = f"{self.id}-box"
        unit = html.escape(self.options.get("unit", ""))
        inputs = [
            _raw(
                f'<label for="{box}">Your answer</label> <input id="{box}" type="text" inputmode="decimal" '
                f'autocomplete="off" spellcheck="false"> <span class="quiz-unit">{unit}</span>'
            )
        ]
        digits = self.options.get("digits", 1)
        return self._form("number", stem, inputs, self._numbers(items, digits), f'data-digits="{digits}"')

    def _numbers(self, items: list[nodes.list_item], digits: int) -> list[nodes.Node]:
        """The feedback for each number; two answers that round alike are an author's error."""
        notes: list[nodes.Node] = []
        seen: dict[float, str] = {}
        for item in items:
            head = item.children[0]
            code = head.children[0]
            if not isinstance(code, nodes.literal):
                raise self.error(f"quiz {self.id!r}: an answer is `- `code` feedback`")
            head.remove(code)
            expression = code.astext()
            attributes = ""
            if expression != "*":
                meant = self.options["answer"] if expression == "=" else expression
                value = round(self._value(meant), digits)
                if value in seen:
                    both = f"{expression!r} and {seen[value]!r}"
                    raise self.error(f"quiz {self.id!r}: {both} both round to {value}")
                seen[value] = expression
                attributes = f'data-value="{value:.{digits}f}"'
            right = str(expression == "=").lower()
            attributes += f' data-answer="{html.escape(expression)}" data-right="{right}"'
            notes += _wrapped(f'<div class="quiz-note" {attributes}>', list(item.children), "</div>")
        if "=" not in seen.values():
            raise self.error(f"quiz {self.id!r}: needs one answer headed `=`")
        return notes


class Setup(SphinxRole):
    """A button that puts the page's explorer at a setting, and takes the reader there."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        call = ast.parse(f"setting({self.text})", mode="eval").body
        assert isinstance(call, ast.Call)
        setting = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        state = html.escape(json.dumps(setting))
        name = html.escape(f"Set it up: {self.text}")
        opening = f'<button type="button" class="setup" data-setting="{state}" aria-label="{name}">'
        return [_raw(f"{opening}Set it up</button>")], []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("quiz", Quiz)
    app.add_role("setup", Setup())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
