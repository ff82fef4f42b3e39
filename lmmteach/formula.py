"""The formula language: lme4's ``y ~ x + (1 + t | g)`` read, checked and spelled as R spells it.

The mixed-model part, ``(... | group)``, is read here; what is left is plain Wilkinson-Rogers
algebra, which :mod:`formulaic` turns into matrices (see :mod:`lmmteach.design`).  Only the
functions named in :data:`FUNCTIONS` may appear in a formula: nothing else reaches an evaluator.
"""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from .errors import FormulaError

FUNCTIONS = {
    "log": np.log, "log2": np.log2, "log10": np.log10, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "pi": np.pi,
}  # fmt: skip
# The formula library's own transforms that are safe on any input and mean what R users expect.
LIBRARY = ("I", "C", "center", "scale", "poly")

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow, ast.BitXor)
_EXAMPLE = "A formula reads like 'reaction ~ days + (1 + days | subject)'."


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
    """``response ~ fixed + (random | group) + ...``, each part still text; powers as Python's ``**``."""

    text: str
    response: str
    fixed: str
    random: tuple[RandomPart, ...]

    @property
    def names(self) -> set[str]:
        """Every column the formula needs."""
        parts = [self.response, self.fixed, *(part.effects for part in self.random)]
        columns = set().union(*(variables(part) for part in parts))
        return columns | {column for part in self.random for column in part.group}


def read(text: str) -> Formula:
    """Read a mixed-model formula; anything that is not one raises a :class:`FormulaError`.

    >>> read("y ~ t + (1 + t | school/class)").random[1].label
    'class:school'
    """
    if not isinstance(text, str):
        raise FormulaError(f"The formula must be a string, not {type(text).__name__}.", _EXAMPLE)
    given, text = text, _quote_keywords(text)
    if text.count("~") != 1:
        raise FormulaError(f"The formula {text!r} needs exactly one '~', between response and terms.", _EXAMPLE)
    response, rhs = (side.strip() for side in text.split("~"))
    if not response:
        raise FormulaError(f"The formula {text!r} has no response before the '~'.", _EXAMPLE)
    fixed, bars = _take_bars(rhs, text)
    random = tuple(part for bar in bars for part in _random_parts(bar, text))
    formula = Formula(given, _python(response), _python(fixed), random)
    for part in (formula.response, formula.fixed, *(r.effects for r in random)):
        variables(part)
    return formula


def variables(expression: str) -> set[str]:
    """The column names in an expression; raises for anything that is not formula algebra."""
    quoted: dict[str, str] = {}

    def hide(match: re.Match[str]) -> str:
        return quoted.setdefault(match[1], f"_quoted_{len(quoted)}_")

    bare = re.sub(r"`([^`]+)`", hide, expression).replace(":", "@")
    try:
        tree = ast.parse(bare.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(
            f"The formula part {expression.replace('**', '^')!r} cannot be read.",
            "Check for a missing or doubled '+', a stray bracket, or a name with spaces "
            f"(put it in `backticks`). {_EXAMPLE}",
        ) from error
    found: set[str] = set()
    _collect(tree.body, expression, found)
    back = {hidden: name for name, hidden in quoted.items()}
    return {back.get(name, name) for name in found}


def _collect(node: ast.AST, expression: str, found: set[str]) -> None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
        _collect(node.left, expression, found)
        _collect(node.right, expression, found)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        _collect(node.operand, expression, found)
    elif isinstance(node, ast.Name):
        if node.id not in FUNCTIONS:
            found.add(node.id)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        pass
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        known = (*FUNCTIONS, *LIBRARY)
        if node.func.id not in known:
            near = get_close_matches(node.func.id, known, 1)
            hint = f"Did you mean {near[0]}(...)?" if near else f"Known: {', '.join(sorted(known))}."
            raise FormulaError(
                f"The function {node.func.id}(...) is not known in a formula.",
                f"{hint} Or compute the column first: data['new'] = ...",
            )
        if node.keywords and node.func.id != "poly":
            raise FormulaError(f"{node.func.id}(...) takes no named arguments in a formula.")
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            _collect(argument, expression, found)
    else:
        source = expression.replace("**", "^")
        remedy = "Write log(x), not np.log(x)." if isinstance(node, (ast.Attribute, ast.Call)) else _EXAMPLE
        raise FormulaError(f"The formula part {source!r} holds something that is not formula algebra.", remedy)


def _quote_keywords(text: str) -> str:
    """Columns may be called yield or class, words that Python keeps for itself."""
    return re.sub(rf"`[^`]*`|\b(?:{'|'.join(keyword.kwlist)})\b", lambda m: f"`{m[0].strip('`')}`", text)


def _python(expression: str) -> str:
    return expression.replace("^", "**").strip()


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
    if "\0" in without:
        raise FormulaError(f"A random term of {text!r} is not joined by '+'.", _EXAMPLE)
    return without.removeprefix("+").strip() or "1"


def _random_parts(inside: str, text: str) -> list[RandomPart]:
    correlated = "||" not in inside
    pieces = re.split(r"\|\|?", inside)
    if len(pieces) != 2 or not all(piece.strip() for piece in pieces):
        raise FormulaError(
            f"The random term ({inside}) of {text!r} needs effects, one '|' (or '||'), and a group.",
            "Write (1 + days | subject).",
        )
    effects, group = _python(pieces[0]), pieces[1]
    nested = [[name.strip().strip("`") for name in level.split(":")] for level in group.split("/")]
    if not all(re.fullmatch(r"[^\W\d][\w. ]*", name) for level in nested for name in level):
        raise FormulaError(
            f"The grouping {group.strip()!r} in ({inside}) is not a column name.",
            "A group is a column, nested columns (school/class), or a combination (school:class).",
        )
    columns: list[str] = []
    parts = []
    for level in nested:
        columns = columns + level
        parts.append(RandomPart(effects, tuple(columns), correlated))
    return parts


def r_name(column: str) -> str:
    """A column's name as R writes it: ``sex[T.male]:year`` becomes ``sexmale:year``.

    >>> r_name("I(days ** 2)"), r_name("Intercept")
    ('I(days^2)', '(Intercept)')
    """
    if column == "Intercept":
        return "(Intercept)"
    return re.sub(r"\[(?:T\.)?([^\]]*)\]", r"\1", column).replace(" ** ", "^")
