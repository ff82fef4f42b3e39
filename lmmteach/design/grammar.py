"""The text of a formula becomes a tree, by R's own rules of what binds tighter; nothing is evaluated.

``~`` binds least, then ``|`` and ``||``, ``+ -``, ``* /``, ``:``, a sign before a value, and ``^`` most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import FormulaError

EXAMPLE = "A formula reads like 'reaction ~ days + (1 + days | subject)'."
BARS = ("|", "||")
SHOWN = 200  # signs of a formula that a message holds
DEEPEST = 200  # brackets within brackets

_TOKEN = re.compile(
    r"`(?P<quoted>[^`]+)`|(?P<name>[^\W\d][\w.\u0300-\u036f]*)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<space>\s+)|(?P<sign>\|\||\*\*|.)",
    re.DOTALL,
)
_SIGNS = ("~", "|", "||", "+", "-", "*", "/", ":", "^", "**", "(", ")", ",", "=")
_BINDS = {"~": 0, "|": 1, "||": 1, "+": 2, "-": 2, "*": 3, "/": 3, ":": 4, "^": 6}
_BEFORE = 5  # a sign before a value
_PLAIN_NAME = re.compile(r"[^\W\d][\w.\u0300-\u036f]*")


class Token(NamedTuple):
    """A piece of the text: its ``kind`` (name, number, text, sign, end), what it says, and where it starts."""

    kind: str
    says: str
    start: int


@dataclass(frozen=True, eq=False)
class Node:
    """A place in the tree: ``sign`` says what it is, ``parts`` what it joins.

    A leaf is a "name", a "number" or a "text"; a "call" has its function's name as ``value``, an "=" its argument's;
    every other sign joins one or two parts.  ``bracketed`` says whether it stood in brackets.
    """

    sign: str
    parts: tuple[Node, ...] = ()
    value: str = ""
    bracketed: bool = False

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.parts


def parse(text: str) -> Node:
    """The tree of a formula, or of a part of one.

    >>> spell(parse("a*b:c"), grouped=True)
    '(a * (b:c))'
    """
    return _Parser(text).whole()


def spell(node: Node, grouped: bool = False) -> str:
    """A tree as R writes it, with brackets where they are needed; names in `backticks` where they are."""
    if node.sign == "name":
        return spell_name(node.value)
    if node.sign in ("number", "text"):
        return node.value
    if node.sign == "=":
        return f"{node.value} = {spell(node.parts[0], grouped)}"
    if node.sign == "call":
        return f"{node.value}({', '.join(spell(part, grouped) for part in node.parts)})"
    binds = _BEFORE if len(node.parts) == 1 else _BINDS[node.sign]
    inside = [spell(part, grouped) for part in node.parts]
    for k, part in enumerate(node.parts):
        own = _binds(part)
        loose = own < binds or (own == binds and k == (0 if node.sign == "^" else 1))
        if loose and not grouped:
            inside[k] = f"({inside[k]})"
    if len(inside) == 1:
        return f"{node.sign}{inside[0]}"
    joint = node.sign if node.sign in ("/", ":", "^") else f" {node.sign} "
    return f"({joint.join(inside)})" if grouped else joint.join(inside)


def spell_name(name: str) -> str:
    """A column's name, in `backticks` where a formula needs them."""
    return name if _PLAIN_NAME.fullmatch(name) and name != "pi" else f"`{name}`"


def _binds(node: Node) -> int:
    if node.sign in ("name", "number", "text", "call", "="):
        return 9
    return _BEFORE if len(node.parts) == 1 else _BINDS[node.sign]


def pieces(node: Node) -> list[tuple[str, Node]]:
    """What a sum adds up and takes away, each with its sign.

    >>> [(sign, spell(part)) for sign, part in pieces(parse("a - b + c:d"))]
    [('+', 'a'), ('-', 'b'), ('+', 'c:d')]
    """
    found = []
    while node.sign in ("+", "-") and len(node.parts) == 2:
        found.append((node.sign, node.parts[1]))
        node = node.parts[0]
    first = (node.sign, node.parts[0]) if node.sign in ("+", "-") else ("+", node)
    return [first, *found[::-1]]


def number(node: Node) -> float | None:
    """The number that a leaf is, if it is one."""
    return float(node.value) if node.sign == "number" and node.value != "pi" else None


def cut(text: str) -> str:
    """A text as a message holds it."""
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "...")


class _Parser:
    """One text being read, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def whole(self) -> Node:
        node = self.expression(0)
        if self.now.kind != "end":
            raise self.unreadable()
        return node

    def expression(self, least: int) -> Node:
        """All that is joined by signs that bind at least so tight."""
        node = self.value()
        while self.now.kind == "sign" and _BINDS.get(self.now.says, -1) >= least:
            sign = self.take().says
            right = self.nested(_BEFORE) if sign == "^" else self.expression(_BINDS[sign] + 1)
            node = Node(sign, (node, right))
        return node

    def value(self) -> Node:
        token = self.now
        if token.kind in ("name", "quoted"):
            self.take()
            if self.now.says == "(" and self.now.kind == "sign" and token.kind == "name":
                return self.called(token.says)
            constant = (token.kind, token.says) == ("name", "pi")
            return self.last(Node("number" if constant else "name", (), token.says))
        if token.kind == "number" and not math.isfinite(float(token.says)):
            raise FormulaError(
                f"The number {token.says} in {cut(self.text)} is larger than a computer holds.", "Write a smaller one."
            )
        if token.kind in ("number", "text"):
            says = token.says if token.kind == "number" else f'"{token.says[1:-1]}"'  # as R spells a text
            return self.last(Node(self.take().kind, (), says))
        if token.kind == "sign" and token.says in "+-":
            return Node(self.take().says, (self.nested(_BEFORE),))
        if token.kind == "sign" and token.says == "(":
            self.take()
            node = self.nested(0)
            self.close()
            return self.last(Node(node.sign, node.parts, node.value, bracketed=True))
        raise self.unreadable()

    def nested(self, least: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(
                f"The formula {cut(self.text)} has more than {DEEPEST} brackets or signs within each other.", EXAMPLE
            )
        node = self.expression(least)
        self.depth -= 1
        return node

    def called(self, function: str) -> Node:
        """A function's arguments, some with their names."""
        self.take()
        given: list[Node] = []
        while not (self.now.kind == "sign" and self.now.says == ")"):
            if given:
                if self.now.says != ",":
                    raise self.unreadable()
                self.take()
            following = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
            if self.now.kind in ("name", "quoted") and (following.kind, following.says) == ("sign", "="):
                name = self.take().says
                self.take()
                given.append(Node("=", (self.nested(0),), name))
            else:
                given.append(self.nested(0))
        self.close()
        return self.last(Node("call", tuple(given), function))

    def last(self, node: Node) -> Node:
        """A value that is complete: another one may not follow it without a sign between them."""
        following = self.now
        if (following.kind == "sign" and following.says == "(") or following.kind not in ("sign", "end"):
            raise self.unreadable(node)
        return node

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def close(self) -> None:
        if (self.now.kind, self.now.says) != ("sign", ")"):
            raise self.unreadable()
        self.take()

    def unreadable(self, before: Node | None = None) -> FormulaError:
        """What is wrong at the present token."""
        signs = [token.says for token in self.tokens if token.kind == "sign"]
        if signs.count("(") != signs.count(")"):
            return FormulaError(f"The brackets of {cut(self.text)} do not match.", "Each '(' needs its ')'.")
        here = self.now
        rest = f"at {cut(self.text[here.start :].strip())}" if here.kind != "end" else "at its end"
        if before is not None and here.kind == "sign" and before.sign == "call":
            return FormulaError(f"{spell(before)}(...) in {cut(self.text)} is not formula algebra.", EXAMPLE)
        if before is not None and before.sign == "number" and here.kind == "name":
            return FormulaError(
                f"{cut(before.value + here.says)} in {cut(self.text)} begins with a digit: that is no name.",
                f"Put it in backticks: `{before.value}{here.says}`.",
            )
        if before is not None:
            barred = any(sign in BARS for sign in signs)
            what = "A random term" if barred else "Something"
            return FormulaError(
                f"{what} of {cut(self.text)} is not joined by '+': the text cannot be read {rest}.",
                f"Write a sign between the two, and a name with spaces in `backticks`. {EXAMPLE}",
            )
        return FormulaError(
            f"The formula part {cut(self.text)} cannot be read {rest}.",
            f"Check for a missing or doubled '+', a stray bracket, or a name with spaces (put it in `backticks`). "
            f"{EXAMPLE}",
        )


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a text, the last one its end."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        says = match[kind]
        if kind == "space":
            continue
        if kind == "name" and ".__" in says:
            raise FormulaError(f"{says!r} reaches into a value: that is not formula algebra.", EXAMPLE)
        if kind == "sign" and says == "`":
            raise FormulaError(
                f"A `backtick` of {cut(text)} has no partner.", "Write a name with spaces as `blood pressure`."
            )
        if kind == "sign" and says not in _SIGNS:
            around = re.search(rf"[\w.]*{re.escape(says)}[^\s+~|()]*", text[max(0, match.start() - 60) :])
            raise FormulaError(
                f"The sign {says!r} in {cut(text)} is not formula algebra.",
                f"If it belongs to a column's name, put that in `backticks`: `{around[0] if around else says}`. "
                f"{EXAMPLE}",
            )
        yield Token(kind, "^" if says == "**" else says, match.start())
    yield Token("end", "", len(text))
