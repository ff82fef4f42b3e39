"""The formula language: lme4's ``y ~ x + (1 + t | g)`` read, checked and spelled as R spells it.

The mixed-model part, ``(... | group)``, is taken from the tree here; what is left is plain Wilkinson-Rogers algebra
(see :mod:`lmmteach.design.algebra`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from unicodedata import normalize

from ..errors import FormulaError
from .algebra import MOST_KEPT, arithmetic, variables
from .functions import structured
from .grammar import BARS, EXAMPLE, Node, cut, parse, pieces, spell, tokens

LONGEST = 100_000  # signs of a formula


@dataclass(frozen=True)
class RandomPart:
    """One ``(effects | group)``: ``group`` lists the columns whose combination names the group."""

    effects: str
    group: tuple[str, ...]
    correlated: bool

    @property
    def label(self) -> str:
        """The group's name as lme4 prints it: the innermost first, ``class:school``."""
        return ":".join(reversed(self.group))


@dataclass(frozen=True)
class Formula:
    """``response ~ fixed + (random | group) + ...``, each part still text."""

    text: str
    response: str
    fixed: str
    random: tuple[RandomPart, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every column the formula needs."""
        columns = {name for _, name in arithmetic(self.response).columns}
        columns = columns.union(*(variables(part) for part in (self.fixed, *(one.effects for one in self.random))))
        return frozenset(columns.union(*(part.group for part in self.random)))


def read(text: str) -> Formula:
    """Read a mixed-model formula; anything that is not one raises a :class:`FormulaError`.

    >>> read("y ~ t + (1 + t | school/class)").random[1].label
    'class:school'
    """
    if not isinstance(text, str):
        raise FormulaError(f"The formula must be a string, not {type(text).__name__}.", EXAMPLE)
    if len(text) > LONGEST:
        raise FormulaError(f"The formula is {len(text)} signs long; {LONGEST} can be read.", EXAMPLE)
    return _read(normalize("NFC", text))


@lru_cache(MOST_KEPT)
def _read(text: str) -> Formula:
    if [token.says for token in tokens(text) if token.kind == "sign"].count("~") != 1:
        raise FormulaError(f"The formula {cut(text)} needs exactly one '~', between response and terms.", EXAMPLE)
    if text.lstrip().startswith("~"):
        raise FormulaError(f"The formula {cut(text)} has no response before the '~'.", EXAMPLE)
    try:
        tree = parse(text)
        if tree.sign != "~":
            raise FormulaError(f"The '~' of {cut(text)} stands in brackets.", EXAMPLE)
        response, right = tree.parts
        fixed, bars = _split(right, text)
        random = tuple(part for bar in bars for part in _random_parts(bar, text))
        formula = Formula(text, spell(response), _sum(fixed), random)
        _ = formula.names  # whatever cannot be read says so here
    except RecursionError as error:
        raise FormulaError(f"The formula {cut(text)} is too deep to be read.", EXAMPLE) from error
    return formula


def _split(right: Node, text: str) -> tuple[list[tuple[str, Node]], list[Node]]:
    """What a sum adds up, with its signs, and its random terms, also those in brackets of their own."""
    fixed, bars = [], []
    for sign, piece in pieces(right):
        if piece.sign in BARS and sign == "+":
            if not piece.bracketed:
                raise FormulaError(
                    f"The random part of {cut(text)} stands without brackets.",
                    f"Write {_bracketed(piece)}.",
                )
            bars.append(piece)
        elif not any(node.sign in BARS for node in piece.walk()):
            fixed.append((sign, piece))
        elif piece.sign in ("+", "-") and sign == "+":
            inner, more = _split(piece, text)
            fixed += [("+", _joined(inner))] if inner else []
            bars += more
        else:
            raise _grabbed(sign, piece)
    return fixed, bars


def _bracketed(bar: Node) -> str:
    """What ``days + 1 | subject`` means as a rule: the last piece of the sum varies between the groups."""
    *before, (_, last) = pieces(bar.parts[0])
    return " + ".join([_sum(before)] * bool(before) + [f"({spell(last)} {bar.sign} {spell(bar.parts[1])})"])


def _grabbed(sign: str, piece: Node) -> FormulaError:
    """A random term that another sign than '+' joins to something."""
    if sign == "-":
        return FormulaError(f"A random term is taken away in '- {_closed(piece)}'.", "Leave it out of the formula.")
    if piece.sign == "call":
        return structured(piece)
    while True:  # down to the sign that the random term stands beside
        below = [part for part in piece.parts if any(node.sign in BARS for node in part.walk())]
        if len(below) > 1 or below[0].sign in (*BARS, "+", "-"):
            break
        piece = below[0]
    if piece.sign == "call":
        return structured(piece)
    sides = " and ".join(_closed(part) for part in piece.parts)
    apart = " + ".join(_closed(part) for part in piece.parts if part.sign != "number")
    return FormulaError(
        f"The sign {piece.sign!r} of '{spell(piece)}' joins {sides}: a random term is joined by '+' alone.",
        f"Write {apart}.",
    )


def _closed(node: Node) -> str:
    return f"({spell(node)})" if node.sign in BARS else spell(node)


def _joined(added: list[tuple[str, Node]]) -> Node:
    """A sum's pieces as one node again."""
    (sign, node), *rest = added
    node = node if sign == "+" else Node("-", (node,))
    for sign, piece in rest:
        node = Node(sign, (node, piece))
    return node


def _sum(added: list[tuple[str, Node]]) -> str:
    """The fixed part as text; a formula of random terms alone has an intercept."""
    return spell(_joined(added)) if added else "1"


def _random_parts(bar: Node, text: str) -> list[RandomPart]:
    effects, group = bar.parts
    if any(node.sign in BARS for part in bar.parts for node in part.walk()):
        raise FormulaError(
            f"The random term ({spell(bar)}) of {cut(text)} needs effects, one '|' (or '||'), and a group.",
            "Write (1 + days | subject).",
        )
    columns: list[str] = []
    parts = []
    for level in _chain(group, "/"):
        names = _chain(level, ":")
        if not all(node.sign == "name" for node in names):
            inner = group.parts[0] if group.sign == "call" and group.value.endswith("factor") else None
            raise FormulaError(
                f"The grouping {spell(group)!r} in ({spell(bar)}) is not a column name.",
                f"A group's column is a factor without being called one: write ({spell(effects)} | {spell(inner)})."
                if inner
                else "A group is a column, nested columns (school/class), or a combination (school:class).",
            )
        columns = list(dict.fromkeys([*columns, *(node.value for node in names)]))
        parts.append(RandomPart(spell(effects), tuple(columns), bar.sign == "|"))
    return parts


def _chain(node: Node, sign: str) -> list[Node]:
    """What one sign joins, from left to right."""
    found = []
    while node.sign == sign and len(node.parts) == 2:
        found.append(node.parts[1])
        node = node.parts[0]
    return [node, *found[::-1]]
