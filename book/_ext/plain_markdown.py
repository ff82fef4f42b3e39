"""A lesson's MyST as the Markdown that Jupyter, Colab and VS Code read.

Roles and directives mean nothing there: numbers are written out as the book's page has them, questions become
text with their answers folded, buttons become the line of Python that does the same.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from beside_r import beside

from exercises import FOLDER as EXERCISES
from exercises import described
from lmmteach.check.notebooks import notebook_name

FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|:{3,}|~{3,})\s*(?:\{(?P<name>[\w:-]+)\})?\s*(?P<argument>.*)$")
ROLE = re.compile(r"\{(?P<name>[a-z][\w:-]*)\}(?P<tick>`+)(?P<text>.+?)(?P=tick)", re.DOTALL)
OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
ATTRIBUTES = re.compile(r"^\{[.#][^{}`]*\}\s*$")
INLINE_ATTRIBUTES = re.compile(r"(?<=[\])*`])\{[.#][^{}`]*\}")
TARGET = re.compile(r"^\((?P<name>[\w:.-]+)\)=\s*$")
TITLED = re.compile(r"^(?P<words>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\((?P<page>[\w./-]+?)\.(?:md|html)(?P<place>#[^)\s]*)?\)")
PLACE = re.compile(r"\]\((?P<name>[a-z][\w-]*)\)")
MARK = re.compile(r"^\((x| )\)\s*")
#: directives whose text stays, as a box of its own
BOXES = ("admonition", "note", "tip", "hint", "important", "warning", "caution", "attention", "seealso", "error")
#: what only a book can show
DROPPED = ("toctree", "tableofcontents", "offline-copy", "bibliography", "raw", "figure", "image")


@dataclass
class Plain:
    """Turns one page's Markdown cells into plain ones, in the order of the page.

    Parameters
    ----------
    value : callable
        Gives the text that an expression of the page had when the book was built.
    macros : mapping
        The book's TeX macros, written out because no other program knows them.
    pages : frozenset of str
        The pages that are notebooks too: links to them are kept.
    """

    value: Callable[[str], str]
    macros: Mapping[str, str] = field(default_factory=dict)
    pages: frozenset[str] = frozenset()

    def __call__(self, text: str) -> str:
        return re.sub(r"\n{3,}", "\n\n", self.blocks(text.split("\n"))).strip()

    def blocks(self, lines: list[str]) -> str:
        """Directives one by one, and the text between them."""
        out: list[str] = []
        waiting: list[str] = []
        position = 0
        while position < len(lines):
            line = lines[position]
            fence = FENCE.match(line)
            if fence is None:
                waiting.append(line)
                position += 1
                continue
            end = _closing(lines, position, fence["mark"])
            inside = [row.removeprefix(fence["indent"]) for row in lines[position + 1 : end]]
            out += [self.text("\n".join(waiting)), ""]
            waiting = []
            if fence["name"] is None:  # an ordinary block of code
                out += [*lines[position : end + 1], ""]
            else:
                made = self.directive(fence["name"], fence["argument"].strip(), inside)
                out += [*(fence["indent"] + row if row else "" for row in made.split("\n")), ""]
            position = end + 1
        return "\n".join([*out, self.text("\n".join(waiting))])

    def text(self, text: str) -> str:
        """Paragraphs: marks of the book's style go, roles are written out, formulas are made complete."""
        kept = []
        for line in text.split("\n"):
            target = TARGET.match(line)
            if target:
                kept.append(f'<a id="{target["name"]}"></a>\n')
            elif not ATTRIBUTES.match(line):
                kept.append(line)
        text = INLINE_ATTRIBUTES.sub("", "\n".join(kept))
        text = re.sub(r"(?m)^(?!\s|[-*>#|\d])(?P<term>\S.*)\n: +", r"**\g<term>:** ", text)
        text = re.sub(r"\$\$(.+?)\$\$", lambda found: f"$$\n{_aligned(found[1])}\n$$", text, flags=re.DOTALL)
        text = ROLE.sub(self.role, text)
        text = PLACE.sub(r"](#\g<name>)", LINK.sub(self.link, text))
        for name, meaning in self.macros.items():
            text = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, text)
        return text

    def role(self, found: re.Match[str]) -> str:
        name, text = found["name"], " ".join(found["text"].split())
        if name == "eval":
            return self.value(text)
        if name == "minutes":
            return self.value(f"minutes {text}")
        if name == "setup":
            return f"(set the explorer to `{text}`)"
        if name == "math":
            return f"${text}$"
        titled = TITLED.match(text)
        return titled["words"] if titled else text.lstrip("~").rpartition("/")[2]

    def link(self, found: re.Match[str]) -> str:
        page, place = found["page"].removeprefix("./"), found["place"] or ""
        return f"[{found['words']}]({page}.ipynb{place})" if page in self.pages else found["words"]

    def directive(self, name: str, argument: str, lines: list[str]) -> str:
        """What stands for a directive."""
        options, lines = _options(lines)
        if name == "quiz":
            return self.question(options, lines)
        if name == "exercises":
            notebook = f"{EXERCISES}/{notebook_name(argument)}"
            return self.text("\n".join(described(argument, f"[The notebook]({notebook})")))
        if name == "beside-r":
            return f"<details><summary>The same in R</summary>\n\n{_joined(beside(argument))}\n\n</details>"
        if name in DROPPED:
            return f"*Figure: {options['alt']}*" if options.get("alt") else ""
        if name == "dropdown":
            return f"<details><summary>{argument}</summary>\n\n{self(_joined(lines))}\n\n</details>"
        if name == "math":
            return self.text(f"$$\n{_joined(lines)}\n$$")
        if name == "list-table":
            return self.table(_items(lines))
        if name in ("code-block", "code", "sourcecode", "literalinclude"):
            return f"```{argument}\n{_joined(lines)}\n```"
        if name in BOXES:
            title = argument if name == "admonition" else name.capitalize()
            body = self("\n".join(([argument] if argument and name != "admonition" else []) + lines))
            return "\n".join(f"> {row}".rstrip() for row in f"**{self.text(title)}**\n\n{body}".split("\n"))
        return self((f"**{argument}**\n\n" if argument else "") + _joined(lines))

    def question(self, options: Mapping[str, str], lines: list[str]) -> str:
        """A question in text, its answers folded."""
        first = next((i for i, line in enumerate(lines) if line.startswith("- ")), len(lines))
        stem = self(_joined(lines[:first]))
        items = _items(lines[first:])
        if "answer" in options:
            body, notes = self.numbers(items, options)
        else:
            body, notes = self.choices(items)
        return "\n\n".join(
            [f"**Quick check.** {stem}", *body, "<details><summary>The answers</summary>", *notes, "</details>"]
        )

    def choices(self, items: list[str]) -> tuple[list[str], list[str]]:
        body, notes = [], []
        for letter, item in zip(string.ascii_uppercase, items, strict=False):
            label, _, feedback = item.partition("\n\n")
            mark = MARK.match(label)
            right = "Right" if mark and mark[1] == "x" else "Not quite"
            body.append(f"- **{letter}.** {self(MARK.sub('', label))}")
            notes.append(f"**{letter}. {right}.** {self(feedback)}")
        return ["\n".join(body)], notes

    def numbers(self, items: list[str], options: Mapping[str, str]) -> tuple[list[str], list[str]]:
        digits, unit = int(options.get("digits", "1")), options.get("unit", "")
        notes = []
        for item in items:
            found = re.match(r"`([^`]+)`\s*(.*)", item, re.DOTALL)
            code, feedback = (found[1], self(found[2])) if found else ("*", self(item))
            if code == "*":
                notes.append(f"**Anything else?** {feedback}")
                continue
            number = float(self.value(f"float({options['answer'] if code == '=' else code})"))
            shown = f"{round(number, digits):.{digits}f} {unit}".strip()
            notes.append(f"**{shown}{': right.' if code == '=' else '? Not quite.'}** {feedback}")
        return ([f"*Your answer in {unit}.*"] if unit else []), notes

    def table(self, rows: list[str]) -> str:
        cells = [[" ".join(self(cell).split()) for cell in _items(row.split("\n"))] for row in rows]
        lines = ["| " + " | ".join(row) + " |" for row in cells]
        return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


def _closing(lines: list[str], opening: int, mark: str) -> int:
    """The line that closes a fence, or the last."""
    for position in range(opening + 1, len(lines)):
        row = lines[position].strip()
        if row and set(row) == {mark[0]} and len(row) >= len(mark):
            return position
    return len(lines) - 1


def _options(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """A directive's options and its content."""
    options = {}
    while lines and (found := OPTION.match(lines[0])):
        options[found["name"]] = found["value"]
        lines = lines[1:]
    return options, lines


def _items(lines: list[str]) -> list[str]:
    """The items of a list, each without its mark and indentation."""
    items: list[list[str]] = []
    for line in lines:
        if re.match(r"[-*] ", line):
            items.append([line[2:]])
        elif items:
            items[-1].append(line.removeprefix("  "))
    return ["\n".join(item).strip("\n") for item in items]


def _aligned(formula: str) -> str:
    """Several lines of a formula need an environment where the book adds one by itself."""
    formula = formula.strip()
    bare = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", formula, flags=re.DOTALL)
    if r"\\" in bare or re.search(r"(?<!\\)&", bare):
        return f"\\begin{{aligned}}\n{formula}\n\\end{{aligned}}"
    return formula
