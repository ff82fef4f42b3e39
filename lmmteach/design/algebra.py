"""Wilkinson and Rogers' algebra: ``sex*year - 1`` becomes a list of terms, each a product of factors.

No text that a user wrote is ever evaluated: the text becomes a tree (:mod:`.grammar`), in which only ``+ - * / ^ :``,
brackets, numbers and the functions named here may stand; and what the evaluator gets, :attr:`Factor.code`, is
written anew from that tree, with v0_, v1_, ... for the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import TypeVar

from ..errors import FormulaError
from .functions import CONTRASTS, KNOWN, REMEMBERING, unknown
from .grammar import EXAMPLE, Node, cut, number, parse, pieces, spell

__all__ = ["EXAMPLE", "MOST_KEPT", "REMEMBERING", "Factor", "Term", "arithmetic", "expand", "factors", "variables"]

MOST_TERMS = 1000
MOST_KEPT = 256  # texts that need not be read again, as re.compile keeps patterns
_ARITHMETIC = {"+": "+", "-": "-", "*": "*", "/": "/", "^": "**"}


@dataclass(frozen=True)
class Factor:
    """A column or a function of columns: ``code`` for the evaluator, R's spelling, and the ``columns`` it names.

    Each column is a pair (v0_, its name); ``levels`` where a number stands for its levels, as in ``factor(day)``.
    ``contrast`` and ``reference`` say how ``C(...)`` codes the levels.
    """

    code: str
    shown: str
    columns: tuple[tuple[str, str], ...]
    levels: bool = False
    contrast: str = ""
    reference: str | None = None

    @property
    def bare(self) -> bool:
        """Whether it is a column as it stands."""
        return not self.levels and self.code == self.columns[0][0]


Term = tuple[Factor, ...]


def expand(text: str) -> list[Term]:
    """The terms of a formula part in R's order (main effects, then pairs, ...); the intercept is the empty term.

    >>> [":".join(factor.shown for factor in term) for term in expand("sex*year + log(age)")]
    ['', 'sex', 'year', 'log(age)', 'sex:year']
    """
    return list(_expanded(text))


@lru_cache(MOST_KEPT)
def _expanded(text: str) -> tuple[Term, ...]:
    return tuple(_read(text, _Reader.ordered))


@lru_cache(MOST_KEPT)
def arithmetic(text: str) -> Factor:
    """One column's worth of arithmetic, as R reads a response: ``log(y)``, ``y / 1000``."""
    return _read(text, _Reader.factor)


def variables(text: str) -> set[str]:
    """The columns that a formula part needs; raises for anything that is not formula algebra."""
    return {name for factor in factors(text) for _, name in factor.columns}


def factors(text: str) -> Term:
    """The factors of all terms of a formula part, each once."""
    return _union(*expand(text))


T = TypeVar("T")


def _read(text: str, what: Callable[[_Reader, Node], T]) -> T:
    try:
        return what(_Reader(text), parse(text))
    except RecursionError as error:
        raise FormulaError(f"The formula part {cut(text)} is too deep to be read.", EXAMPLE) from error


class _Reader:
    """One formula part being read: ``places`` says which v0_ stands for a name, ``intercept`` whether there is one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, str] = {}
        self.seen: dict[Factor, int] = {}
        self.intercept = True

    def ordered(self, node: Node) -> list[Term]:
        """The terms by their size, and the factors of each in the order in which the formula first names them."""
        terms = sorted(self.terms(node), key=len)
        first: list[Term] = [()] if self.intercept else []
        return first + [tuple(sorted(term, key=self.seen.__getitem__)) for term in terms]

    def terms(self, node: Node, adding: bool = True) -> list[Term]:
        """The terms that a node of the tree stands for, in order, none twice; numbers say what the intercept does."""
        if node.sign in ("+", "-"):
            return self._sum(node, adding)
        if number(node) is not None:
            self.intercept = adding == bool(self._whole(node, (0, 1)))
            return []
        if len(node.parts) != 2 or node.sign not in ("^", ":", "*", "/"):
            return [(self.factor(node),)]
        left, right = node.parts
        if node.sign == "^":
            return self._power(self._effects(left, adding), self._whole(right, range(1, 100)))
        a, b = self._effects(left, adding), self._effects(right, adding)
        if node.sign == ":":
            return self._products(a, b)
        if node.sign == "*":
            return _distinct([*a, *b, *self._products(a, b)])
        return _distinct([*a, *self._products([_union(*a)], b)])

    def _sum(self, node: Node, adding: bool) -> list[Term]:
        """What is added, less what is taken away; as in R, ``+ 0`` and ``- 1`` take the intercept out wherever."""
        found: dict[frozenset[Factor], Term] = {}
        for sign, piece in pieces(node):
            for term in self.terms(piece, adding == (sign == "+")):
                if sign == "+":
                    found.setdefault(frozenset(term), term)
                else:
                    found.pop(frozenset(term), None)
        return list(found.values())

    def _effects(self, node: Node, adding: bool) -> list[Term]:
        """The terms on one side of a product, where a number has no place."""
        terms = [] if node.sign == "number" else self.terms(node, adding)
        if not terms:
            raise FormulaError(
                f"{self._spelled(node)!r} cannot be a side of a product or power in {cut(self.text)}.",
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
            made = self._products(made, terms)  # a term times itself is itself
        return made

    def _check_count(self, count: int) -> None:
        if count > MOST_TERMS:
            raise FormulaError(
                f"{cut(self.text)} stands for more than {MOST_TERMS} terms.", "Write out those you need."
            )

    def _whole(self, node: Node, allowed: range | tuple[int, ...]) -> int:
        value = number(node)
        if value is not None and value in allowed:
            return int(value)
        what = f"The number {node.value}" if value is not None else repr(self._spelled(node))
        raise FormulaError(
            f"{what} cannot stand there in {cut(self.text)}.",
            "Numbers are 1 and 0 (with and without intercept) and whole powers; for arithmetic write I(...).",
        )

    def factor(self, node: Node) -> Factor:
        """A column, or arithmetic of columns, checked and written anew."""
        if node.sign == "call" and node.value in ("C", "factor"):
            return self._keep(self._levels(node))
        code = self._code(node)
        names = dict.fromkeys(leaf.value for leaf in node.walk() if leaf.sign == "name" and leaf.value in self.places)
        if not names:
            raise FormulaError(f"The term {self._spelled(node)!r} of {cut(self.text)} holds no column.", EXAMPLE)
        return self._keep(Factor(code, self._spelled(node), tuple((self.places[name], name) for name in names)))

    def _keep(self, factor: Factor) -> Factor:
        self.seen.setdefault(factor, len(self.seen))
        return factor

    def _levels(self, node: Node) -> Factor:
        """``factor(x)``, or ``C(x, ...)`` with the contrasts or the reference level of its column."""
        column, *rest = node.parts or (Node("number"),)
        named = {part.value: part.parts[0] for part in rest if part.sign == "="}
        given = [part for part in rest if part.sign != "="] + [named.pop(k) for k in ("contr",) if k in named]
        reference = named.pop("ref", None)
        if column.sign != "name" or len(given) > 1 or named or (node.value == "factor" and rest):
            raise FormulaError(
                f"{self._spelled(node)} needs one column, and what its levels are compared with at most.",
                f'Write factor({spell(column) if column.sign == "name" else "x"}), C(x, ref="b"), C(x, sum), '
                "C(x, poly) or C(x, treatment); compute a column that is not there yet first.",
            )
        contrast = _contrast(given[0], spell(column)) if given else ""
        level = None
        if reference is not None:
            level = reference.value.strip("\"'") if reference.sign in ("text", "number", "name") else ""
            if not level or contrast not in ("", "treatment"):
                raise FormulaError(
                    f"{self._spelled(node)}: a reference level is the name of a level, and belongs to treatment "
                    "contrasts.",
                    f'Write C({spell(column)}, ref="b"), with a level of {column.value!r} for b.',
                )
        place = self._place(column.value)
        code = f"f{place}" + (f"({contrast}, {level!r})" if rest else "")
        return Factor(code, self._spelled(node), ((place, column.value),), True, contrast, level)

    def _place(self, name: str) -> str:
        return self.places.setdefault(name, f"v{len(self.places)}_")

    def _spelled(self, node: Node) -> str:
        return node.value if node.sign == "name" else spell(node)

    def _code(self, node: Node) -> str:
        """Python for the evaluator, every bracket and decimal point ours."""
        if node.sign in _ARITHMETIC and len(node.parts) == 2:
            left, right = (self._code(part) for part in node.parts)
            return f"({left} {_ARITHMETIC[node.sign]} {right})"
        if node.sign in ("+", "-"):
            return f"({node.sign}{self._code(node.parts[0])})"
        if node.sign == "name":
            return self._place(node.value)
        if node.sign == "number":
            value = number(node)
            return "pi" if value is None else repr(value)  # whole numbers to the power of such could take for ever
        if node.sign == "call":
            if node.value not in KNOWN:
                raise unknown(node, self.text)
            return f"{node.value}({', '.join(self._arguments(node))})"
        raise FormulaError(
            f"The formula part {self._spelled(node)!r} holds something that is not formula algebra.", EXAMPLE
        )

    def _arguments(self, node: Node) -> Iterator[str]:
        name, given = node.value, [part for part in node.parts if part.sign != "="]
        named = {part.value: part.parts[0] for part in node.parts if part.sign == "="}
        if name in ("C", "factor"):
            raise FormulaError(
                f"{self._spelled(node)} cannot stand inside other arithmetic.",
                "Use it alone, as a term of its own: factor(x).",
            )
        if not given or (name != "poly" and (len(given) > 1 or named)):
            raise FormulaError(f"{self._spelled(node)} needs exactly one argument.", f"Write {name}(x).")
        yield self._code(given[0])
        if name == "poly":
            named.update(zip(("degree", "raw"), given[1:], strict=False))
            if len(given) > 3 or not set(named) <= {"degree", "raw"}:
                raise FormulaError(f"{self._spelled(node)} has arguments too many.", "Write poly(x, 2).")
            yield str(self._whole(named.get("degree", Node("number", (), "1")), range(1, 21)))
            raw = self._spelled(named["raw"]).upper() if "raw" in named else "FALSE"
            if raw not in ("TRUE", "T", "FALSE", "F"):
                raise FormulaError(f"raw={raw} in {self._spelled(node)} is not known.", "Use raw=TRUE or raw=FALSE.")
            yield f"raw={raw.startswith('T')}"


def _contrast(node: Node, column: str) -> str:
    """Which contrasts ``sum``, ``contr.sum`` or ``"sum"`` asks for."""
    name = node.value.strip("\"'").removeprefix("contr.")
    if node.sign in ("name", "text") and name in CONTRASTS:
        return name
    if node.sign == "call" and node.value in ("Treatment", "treatment", "contr.treatment"):
        level = next((leaf.value.strip("\"'") for leaf in node.walk() if leaf.sign in ("text", "number")), "b")
        raise FormulaError(f"The contrasts {spell(node)} are not known here.", f'Write C({column}, ref="{level}").')
    raise FormulaError(
        f"The contrasts {spell(node)} are not known.",
        f'Write {", ".join(f"C({column}, {one})" for one in CONTRASTS)}, or C({column}, ref="b").',
    )


def _union(*terms: Term) -> Term:
    return tuple(dict.fromkeys(factor for term in terms for factor in term))


def _distinct(terms: list[Term]) -> list[Term]:
    """Each term once, where it came first; a:b and b:a are one."""
    found: dict[frozenset[Factor], Term] = {}
    for term in terms:
        found.setdefault(frozenset(term), term)
    return list(found.values())
