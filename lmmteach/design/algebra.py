"""Wilkinson and Rogers' algebra: ``sex*year - 1`` becomes a list of terms, each a product of factors.

No text that a user wrote is ever evaluated.  Names become ``v0_, v1_, ...`` before anything is parsed;
only ``+ - * / ^ :``, brackets, numbers and the functions named here may stand between them; and what
the evaluator gets, :attr:`Factor.code`, is written anew from the tree that passed these checks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import comb
from typing import TypeVar

from ..errors import FormulaError

#: Functions of one argument, number by number.
PLAIN = ("log", "log2", "log10", "exp", "sqrt", "abs", "sin", "cos", "tan", "I")
#: Transforms that remember what the fit's data were: predictions use the same centre, scale, polynomials, levels.
REMEMBERING = ("center", "scale", "poly", "C", "factor")
KNOWN = (*PLAIN, *REMEMBERING)
EXAMPLE = "A formula reads like 'reaction ~ days + (1 + days | subject)'."

MOST_TERMS = 1000
MOST_KEPT = 256  # texts that need not be read again, as re.compile keeps patterns
_TOKEN = re.compile(r"`([^`]+)`|([^\W\d][\w.]*)|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|(\s+)|(.)", re.DOTALL)
_SIGNS = "+-*/^:().,|~=`"
_HIDDEN = re.compile(r"\bv\d+_")
_PLAIN_NAME = re.compile(r"[^\W\d][\w.]*")
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


@dataclass(frozen=True)
class Factor:
    """A column or a function of columns: ``code`` for the evaluator, R's spelling, and the ``columns`` it names.

    Each column is a pair (v0_, its name); ``levels`` where a number stands for its levels, as in ``factor(day)``.
    """

    code: str
    shown: str
    columns: tuple[tuple[str, str], ...]
    levels: bool = False

    @property
    def bare(self) -> bool:
        """Whether it is a column as it stands."""
        return not self.levels and self.code == self.columns[0][0]


Term = tuple[Factor, ...]


def hide(text: str) -> tuple[str, dict[str, str]]:
    """The text with each name (in `backticks` or plain) as v0_, v1_, ..., and what these stand for."""
    places: dict[str, str] = {}
    out = []
    for match in _TOKEN.finditer(text):
        quoted, plain, space, sign = match.groups()
        name = quoted or plain
        called = plain in KNOWN and text[match.end() :].lstrip().startswith("(")
        if name and not called and plain != "pi":
            if plain and ".__" in plain:
                raise FormulaError(f"{plain!r} reaches into a value: that is not formula algebra.", EXAMPLE)
            out.append(places.setdefault(name, f"v{len(places)}_"))
        elif sign and sign not in _SIGNS:
            raise FormulaError(f"The sign {sign!r} in {text!r} is not formula algebra.", EXAMPLE)
        else:
            out.append(" " if space else match[0])
    if "`" in out:
        raise FormulaError(f"A `backtick` of {text!r} has no partner.", "Write a name with spaces as `blood pressure`.")
    return "".join(out), {place: name for name, place in places.items()}


def show(hidden: str, names: dict[str, str]) -> str:
    """Names back in their places, in `backticks` where a formula needs them."""
    return _HIDDEN.sub(lambda match: _quoted(names[match[0]]) if match[0] in names else match[0], hidden)


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) and name not in (*KNOWN, "pi") else f"`{name}`"


def expand(text: str) -> list[Term]:
    """The terms of a formula part in R's order (main effects, then pairs, ...); the intercept is the empty term.

    >>> [":".join(factor.shown for factor in term) for term in expand("sex*year + log(age)")]
    ['', 'sex', 'year', 'log(age)', 'sex:year']
    """
    return list(_expanded(text))


@lru_cache(MOST_KEPT)
def _expanded(text: str) -> tuple[Term, ...]:
    return tuple(_read(text, "1 + ", _Reader.ordered))


@lru_cache(MOST_KEPT)
def arithmetic(text: str) -> Factor:
    """One column's worth of arithmetic, as R reads a response: ``log(y)``, ``y / 1000``."""
    return _read(text, "", _Reader.factor)


def variables(text: str) -> set[str]:
    """The columns that a formula part needs; raises for anything that is not formula algebra."""
    return {name for factor in _union(*expand(text)) for _, name in factor.columns}


T = TypeVar("T")


def _read(text: str, prefix: str, what: Callable[[_Reader, ast.expr], T]) -> T:
    reader = _Reader(text)
    try:
        tree = ast.parse(prefix + reader.source, mode="eval").body
        return what(reader, tree)
    except (SyntaxError, RecursionError, MemoryError) as error:
        shown = text if len(text) < 200 else text[:200] + "..."
        raise FormulaError(
            f"The formula part {shown!r} cannot be read.",
            "Check for a missing or doubled '+', a stray bracket, or a name with spaces "
            f"(put it in `backticks`). {EXAMPLE}",
        ) from error


class _Reader:
    """One formula part being read: ``names`` says what each v0_ stands for."""

    def __init__(self, text: str) -> None:
        hidden, self.names = hide(text)
        self.text = text
        self.source = hidden.replace("^", "**").replace(":", "@").strip()
        self.seen: dict[Factor, int] = {}

    def ordered(self, node: ast.AST) -> list[Term]:
        """The terms by their size, and the factors of each in the order in which the formula first names them."""
        terms = sorted(self.terms(node), key=len)
        return [tuple(sorted(term, key=self.seen.__getitem__)) for term in terms]

    def terms(self, node: ast.AST) -> list[Term]:
        """The terms that a node of the tree stands for, in order, none twice."""
        if isinstance(node, ast.UnaryOp):
            return self._sum([], node)
        if isinstance(node, ast.Constant):
            return [()] if self._whole(node, (0, 1)) else []
        if not isinstance(node, ast.BinOp):
            return [(self.factor(node),)]
        left, right, sign = node.left, node.right, node.op
        if isinstance(sign, ast.Add):
            return self._sum(self.terms(left), right)
        if isinstance(sign, ast.Sub):
            return self._without(self.terms(left), right)
        if isinstance(sign, ast.Pow):
            return self._power(self._effects(left), self._whole(right, range(1, 100)))
        a, b = self._effects(left), self._effects(right)
        if isinstance(sign, ast.MatMult):
            return self._products(a, b)
        if isinstance(sign, ast.Mult):
            return _distinct([*a, *b, *self._products(a, b)])
        if isinstance(sign, ast.Div):
            return _distinct([*a, *self._products([_union(*a)], b)])
        raise self._refused(node)

    def _sum(self, terms: list[Term], node: ast.AST) -> list[Term]:
        """terms + node; ``+ 0`` and ``+ -1`` take the intercept out, also at the head of a bracket."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            terms = self._sum(terms, node.left)
            return self._sum(terms, node.right) if isinstance(node.op, ast.Add) else self._without(terms, node.right)
        if isinstance(node, ast.UnaryOp):
            add = isinstance(node.op, ast.UAdd)
            return self._sum(terms, node.operand) if add else self._without(terms, node.operand)
        if isinstance(node, ast.Constant) and not self._whole(node, (0, 1)):
            return [term for term in terms if term]
        return _distinct([*terms, *self.terms(node)])

    def _without(self, terms: list[Term], node: ast.AST) -> list[Term]:
        """The terms less those of node; taking 0 away puts the intercept in, as in R."""
        if isinstance(node, ast.Constant) and not self._whole(node, (0, 1)):
            return _distinct([(), *terms])
        out = {frozenset(term) for term in self.terms(node)}
        return [term for term in terms if frozenset(term) not in out]

    def _effects(self, node: ast.AST) -> list[Term]:
        """The terms on one side of a product, where a number has no place."""
        terms = [] if isinstance(node, ast.Constant) else self.terms(node)
        if not all(terms) or not terms:
            raise FormulaError(
                f"{self._spelled(node)!r} cannot be a side of a product or power in {self.text!r}.",
                "For arithmetic write I(...), as in I(x / 10).",
            )
        return terms

    def _products(self, a: list[Term], b: list[Term]) -> list[Term]:
        products = _distinct([_union(one, other) for one in a for other in b])
        self._check_count(len(products))
        return products

    def _power(self, terms: list[Term], power: int) -> list[Term]:
        self._check_count(sum(comb(len(terms), k) for k in range(1, min(power, len(terms)) + 1)))
        made = terms
        for _ in range(min(power, len(terms)) - 1):
            made = _distinct([*made, *self._products(made, terms)])
        return made

    def _check_count(self, count: int) -> None:
        if count > MOST_TERMS:
            raise FormulaError(f"{self.text!r} stands for more than {MOST_TERMS} terms.", "Write out those you need.")

    def _whole(self, node: ast.AST, allowed: range | tuple[int, ...]) -> int:
        value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value in allowed:
            return int(value)
        what = f"The number {value}" if value is not None else self._spelled(node)
        raise FormulaError(
            f"{what} cannot stand there in {self.text!r}.",
            "Numbers are 1 and 0 (with and without intercept) and whole powers; for arithmetic write I(...).",
        )

    def factor(self, node: ast.AST) -> Factor:
        """A column, or arithmetic of columns, checked and written anew."""
        levels = isinstance(node, ast.Call) and self._function(node) in ("C", "factor")
        if isinstance(node, ast.Call) and levels:
            if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Name):
                raise FormulaError(f"{self._spelled(node)} needs one column and nothing else.", "Write factor(x).")
            code = self._code(node.args[0])
        else:
            code = self._code(node)
        places = dict.fromkeys(_HIDDEN.findall(code))
        if not places:
            raise FormulaError(f"The term {self._spelled(node)!r} of {self.text!r} holds no column.", EXAMPLE)
        columns = tuple((place, self.names[place]) for place in places)
        factor = Factor(f"f{code}" if levels else code, self._spelled(node), columns, levels)
        self.seen.setdefault(factor, len(self.seen))
        return factor

    def _spelled(self, node: ast.AST) -> str:
        if isinstance(node, ast.Name) and node.id in self.names:
            return self.names[node.id]
        written = ast.unparse(node).replace(" ** ", "^").replace(" / ", "/").replace(" @ ", ":")
        return show(written, self.names)

    def _function(self, node: ast.Call) -> str:
        name = self._spelled(node.func)
        if isinstance(node.func, ast.Name) and node.func.id in KNOWN:
            return name
        if "." in name:
            raise FormulaError(f"{name}(...) is not formula algebra.", "Write log(x), not np.log(x).")
        near = get_close_matches(name, KNOWN, 1)
        hint = f"Did you mean {near[0]}(...)?" if near else f"Known: {', '.join(sorted(KNOWN))}."
        raise FormulaError(
            f"The function {name}(...) is not known in a formula.",
            f"{hint} Or compute the column first: data['new'] = ...",
        )

    def _code(self, node: ast.AST) -> str:
        """Python for the evaluator, every bracket and decimal point ours."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC):
            sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}[type(node.op)]
            return f"({self._code(node.left)} {sign} {self._code(node.right)})"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
            return f"({'-' if isinstance(node.op, ast.USub) else '+'}{self._code(node.operand)})"
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return repr(float(node.value))  # whole numbers to the power of whole numbers could take for ever
        if isinstance(node, ast.Call):
            return f"{self._function(node)}({', '.join(self._arguments(node))})"
        raise self._refused(node)

    def _arguments(self, node: ast.Call) -> Iterator[str]:
        name, given = self._function(node), list(node.args)
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if name in ("C", "factor"):
            raise FormulaError(f"{self._spelled(node)} cannot stand inside other arithmetic.", "Use factor(x) alone.")
        if not given or (name != "poly" and (len(given) > 1 or named)):
            raise FormulaError(f"{self._spelled(node)} needs exactly one argument.", f"Write {name}(x).")
        yield self._code(given[0])
        if name == "poly":
            named = {self.names.get(str(key), str(key)): value for key, value in named.items()}
            named.update(zip(("degree", "raw"), given[1:], strict=False))
            if len(given) > 3 or not set(named) <= {"degree", "raw"}:
                raise FormulaError(f"{self._spelled(node)} has arguments too many.", "Write poly(x, 2).")
            yield str(self._whole(named.get("degree", ast.Constant(1)), range(1, 21)))
            raw = self._spelled(named["raw"]).upper() if "raw" in named else "FALSE"
            if raw not in ("TRUE", "T", "FALSE", "F"):
                raise FormulaError(f"raw={raw} in {self._spelled(node)} is not known.", "Use raw=TRUE or raw=FALSE.")
            yield f"raw={raw.startswith('T')}"

    def _refused(self, node: ast.AST) -> FormulaError:
        return FormulaError(
            f"The formula part {self._spelled(node)!r} holds something that is not formula algebra.", EXAMPLE
        )


def _union(*terms: Term) -> Term:
    return tuple(dict.fromkeys(factor for term in terms for factor in term))


def _distinct(terms: list[Term]) -> list[Term]:
    """Each term once, where it came first; a:b and b:a are one."""
    found: dict[frozenset[Factor], Term] = {}
    for term in terms:
        found.setdefault(frozenset(term), term)
    return list(found.values())
