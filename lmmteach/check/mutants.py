"""Formulas that look like the right one: a term left out, a sign turned, a square forgotten, two entries exchanged.

They need no sentence of their own.  But a student's numbers are drawn so that none of them gives the right answer, so
that a slip nobody has listed is not called right by chance.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

__all__ = ["mutants"]

TURNED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
SIDES = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)


@lru_cache(maxsize=128)
def mutants(code: str) -> tuple[CodeType, ...]:
    """Every program that one slip makes of this one, each once.

    >>> space = {"a": 3.0, "b": 2.0}
    >>> found = []
    >>> for program in mutants("answer = a + b**2"):
    ...     exec(program, space)
    ...     found.append(space["answer"])
    >>> found
    [-1.0, 3.0, 4.0, 5.0, 5.0, 11.0]
    """
    tree = ast.parse(code)
    places = list(ast.walk(tree))
    made: dict[str, Any] = {}
    for number, place in enumerate(places):
        for slip in range(len(list(_slips(place)))):
            changed = copy.deepcopy(tree)
            old = list(ast.walk(changed))[number]
            new = list(_slips(old))[slip]
            program = ast.fix_missing_locations(_Put(old, new).visit(changed))
            made.setdefault(ast.unparse(program), program)
    made.pop(ast.unparse(tree), None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a slip may be bad Python
        return tuple(compile(program, "<slip>", "exec") for program in made.values())


class _Put(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().visit(node)


def _slips(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand by mistake where this stands."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, SIDES):
        turned = TURNED.get(type(node.op))
        if turned:
            yield ast.BinOp(node.left, turned(), node.right)
        yield node.left
        if not isinstance(node.op, ast.Pow):
            yield node.right
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        yield node.args[0]  # the root, the inverse, the logarithm forgotten
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        number: Any = node.value
        for other in {0: (1,), 1: (0, 2), 2: (1, 3)}.get(number, (2 * number,)):
            yield ast.Constant(other)
