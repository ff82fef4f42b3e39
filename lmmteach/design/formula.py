"""The formula language: lme4's ``y ~ x + (1 + t | g)`` read, checked and spelled as R spells it.

The mixed-model part, ``(... | group)``, is read here; what is left is plain Wilkinson-Rogers algebra (see
:mod:`lmmteach.design.algebra`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..errors import FormulaError
from .algebra import EXAMPLE, MOST_KEPT, arithmetic, hide, show, variables

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
    return _read(text)


@lru_cache(MOST_KEPT)
def _read(text: str) -> Formula:
    hidden, names = hide(text)
    if hidden.count("~") != 1:
        raise FormulaError(f"The formula {text!r} needs exactly one '~', between response and terms.", EXAMPLE)
    response, rhs = (side.strip() for side in hidden.split("~"))
    if not response:
        raise FormulaError(f"The formula {text!r} has no response before the '~'.", EXAMPLE)
    fixed, bars = _take_bars(rhs, text)
    random = tuple(part for bar in bars for part in _random_parts(bar, text, names))
    formula = Formula(text, show(response, names), show(fixed, names), random)
    _ = formula.names  # whatever cannot be read says so here
    return formula


def _take_bars(rhs: str, text: str) -> tuple[str, list[str]]:
    """Split the right-hand side into its fixed part and the insides of its ``( | )`` terms."""
    fixed, bars, depth, start = "", [], 0, 0
    for position, sign in enumerate(rhs):
        if sign == "(":
            depth += 1
            if depth == 1:
                start = position
        elif sign == ")":
            depth -= 1
            if depth < 0:
                break
            if depth == 0:
                inside = rhs[start + 1 : position]
                if "|" in inside:
                    bars.append(inside)
                    fixed += "\0"
                else:
                    fixed += rhs[start : position + 1]
        elif depth == 0:
            fixed += sign
    if depth != 0:
        raise FormulaError(f"The brackets of {text!r} do not match.", "Each '(' needs its ')'.")
    if "|" in fixed:
        raise FormulaError(
            f"The random part of {text!r} stands without brackets.",
            "Write '+ (1 + days | subject)', with them.",
        )
    return _drop_marks(fixed, text), bars


def _drop_marks(fixed: str, text: str) -> str:
    """Take the places of the random terms out of the sum, with the '+' that joined each."""
    squeezed = re.sub(r"\s+", " ", fixed).strip()
    without = re.sub(r"(^|\+) ?\0", "", squeezed).strip()
    if "\0" in without or (squeezed.startswith("\0") and without and without[0] not in "+-"):
        raise FormulaError(f"A random term of {text!r} is not joined by '+'.", EXAMPLE)
    return without.removeprefix("+").strip() or "1"


def _random_parts(inside: str, text: str, names: dict[str, str]) -> list[RandomPart]:
    correlated = "||" not in inside
    pieces = re.split(r"\|\|?", inside)
    if len(pieces) != 2 or not all(piece.strip() for piece in pieces):
        raise FormulaError(
            f"The random term ({show(inside, names)}) of {text!r} needs effects, one '|' (or '||'), and a group.",
            "Write (1 + days | subject).",
        )
    effects, group = (piece.strip() for piece in pieces)
    nested = [[name.strip() for name in level.split(":")] for level in group.split("/")]
    if not all(name in names for level in nested for name in level):
        raise FormulaError(
            f"The grouping {show(group, names)!r} in ({show(inside, names)}) is not a column name.",
            "A group is a column, nested columns (school/class), or a combination (school:class).",
        )
    columns: list[str] = []
    parts = []
    for level in nested:
        columns = list(dict.fromkeys([*columns, *(names[name] for name in level)]))
        parts.append(RandomPart(show(effects, names), tuple(columns), correlated))
    return parts
