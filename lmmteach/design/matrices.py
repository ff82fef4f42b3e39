"""From formula algebra to columns of numbers: the only file that knows the formula library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, FormulaError, ModelError
from .algebra import REMEMBERING, Factor, Term, arithmetic, expand
from .labels import label, places, shown, stray

LARGEST = 1e35  # a slope's variance has squares of y / x; its own variance their squares: 1e280
#: What a formula may call, number by number; the rest are the library's transforms that remember.
FUNCTIONS = {
    "log": np.log, "log2": np.log2, "log10": np.log10, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "pi": np.pi,
}  # fmt: skip
_LEVEL = re.compile(r"(.*?)\[(?:T\.)?(\w+)\]")


class Matrix(NamedTuple):
    """The columns an expression stands for: ``values`` (N x p), R's ``names`` for them, and how to make them again."""

    values: np.ndarray
    names: list[str]
    spec: Recipe


@dataclass(frozen=True, eq=False)
class Recipe:
    """How columns of numbers were made: for other rows, the same contrasts, the same centring.

    The library sees a frame whose columns are v0_, v1_, ... and whose levels are 0, 1, ...: no name or
    label can be taken for algebra.  ``factors`` are by their code, ``levels`` by the library's column.
    """

    library: Any
    factors: dict[str, Factor]
    levels: dict[str, pd.Index]

    @property
    def required_variables(self) -> set[str]:
        """The data's columns that are needed."""
        return {name for factor in self.factors.values() for _, name in factor.columns}

    @property
    def term_columns(self) -> list[tuple[Term, list[int]]]:
        """The terms in the formula's order, each with the places of its columns; the intercept is the empty term."""
        found = self.library.term_indices.items()
        return [(tuple(self.factors[f.expr] for f in term.factors if f.expr in self.factors), at) for term, at in found]

    def r_name(self, column: str) -> str:
        """The library's ``v0_[T.1]:v1_`` as R writes it, ``sexmale:year``."""
        if column == "Intercept":
            return "(Intercept)"
        return ":".join(self._piece(piece) for piece in column.split(":"))

    def _piece(self, piece: str) -> str:
        if piece in self.factors:
            return self.factors[piece].shown
        code, level = _LEVEL.fullmatch(piece).groups()  # type: ignore[union-attr]
        shown = self.factors[code].shown
        level = str(int(level) + 1) if "raw=True" in code else level  # the library counts those powers from 0
        return f"{shown}{label(self.levels[code][int(level)])}" if code in self.levels else f"{shown}{level}"


def matrix(expression: str, frame: pd.DataFrame) -> Matrix:
    """The columns of a formula expression, treatment contrasts as in R."""
    return _first(expression, expand(expression), frame)


def response(expression: str, frame: pd.DataFrame) -> np.ndarray:
    """The one column that a response's arithmetic gives."""
    return _first(expression, [(arithmetic(expression),)], frame).values[:, 0]


def again(spec: Recipe, frame: pd.DataFrame) -> np.ndarray:
    """The same columns for other rows."""
    return _checked(_run(spec, spec.library, frame), spec, frame.index).values


def _first(expression: str, terms: list[Term], frame: pd.DataFrame) -> Matrix:
    import formulaic  # loaded at first use: `import lmmteach` stays light
    from formulaic.parser.types import Factor as Piece
    from formulaic.parser.types import Term as Product

    factors = {factor.code: factor for term in terms for factor in term}
    levels = _levels(factors, frame)
    _check_count(terms, levels, frame)
    one = Product([Piece("1", eval_method="literal")])
    # A bare column needs no evaluator.
    kinds = {code: "lookup" if code.isidentifier() else "python" for code in factors}
    made = [Product([Piece(f.code, eval_method=kinds[f.code]) for f in term]) if term else one for term in terms]
    recipe = Recipe(formulaic.ModelSpec(formulaic.Formula(made), na_action="ignore"), factors, levels)
    try:
        columns = _run(recipe, recipe.library, frame)
    except DataError:
        raise
    except Exception as error:  # whatever the library cannot compute is the formula's fault
        raise FormulaError(f"The formula part {expression!r} cannot be computed: {error}.") from error
    return _checked(columns, Recipe(columns.model_spec, factors, levels), frame.index)


def _levels(factors: dict[str, Factor], frame: pd.DataFrame) -> dict[str, pd.Index]:
    """The levels of each factor that has some; text where numbers are needed is an error."""
    found = {}
    for code, factor in factors.items():
        text = [name for _, name in factor.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)]
        column = frame[factor.columns[0][1]]
        if factor.levels or code == factor.columns[0][0]:
            if text:
                found[code] = column.cat.categories
            elif factor.levels:
                found[code] = pd.Index(np.unique(column))
        elif text:
            raise DataError(
                f"{factor.shown} needs numbers, but {text[0]!r} is text (it holds {stray(frame[text[0]])}).",
                f"Convert it: data[{text[0]!r}] = pandas.to_numeric(data[{text[0]!r}], errors='coerce').",
            )
    return found


def _check_count(terms: list[Term], levels: dict[str, pd.Index], frame: pd.DataFrame) -> None:
    """Refuse factors of more levels than rows can estimate before their columns fill the memory."""
    effects = sum(prod(max(len(levels.get(factor.code, ())) - 1, 1) for factor in term) for term in terms)
    # Without an intercept the first factor keeps all its levels.
    effects += () not in terms and any(all(factor.code in levels for factor in term) for term in terms)
    if not levels or effects < len(frame):
        return
    code = max(levels, key=lambda code: len(levels[code]))
    factor = next(factor for term in terms for factor in term if factor.code == code)
    name = factor.columns[0][1]
    text = isinstance(frame[name].dtype, pd.CategoricalDtype)
    raise ModelError(
        f"{len(frame)} rows cannot estimate {effects} effects: {factor.shown!r} has {len(levels[code])} levels"
        f"{f' (it holds {stray(frame[name])})' if text else ''}.",
        f"If it should hold numbers: data[{name!r}] = pandas.to_numeric(data[{name!r}], errors='coerce'). "
        "If its levels are groups, give them a random term.",
    )


def _run(recipe: Recipe, library: Any, frame: pd.DataFrame) -> Any:
    """The library's answer for a frame in which every name and label is ours."""
    from formulaic.transforms import TRANSFORMS

    hidden: dict[str, Any] = {}
    for code, factor in recipe.factors.items():
        if code in recipe.levels:
            hidden[code] = _coded(frame[factor.columns[0][1]], factor.columns[0][1], recipe.levels[code])
        else:
            hidden.update({place: frame[name].to_numpy(dtype=float) for place, name in factor.columns})
    # The library cannot count rows without a column.
    rows = pd.DataFrame(hidden or {"_rows_": 0.0}, index=pd.RangeIndex(len(frame)))
    context = {**FUNCTIONS, **{name: TRANSFORMS[name] for name in ("I", *REMEMBERING) if name in TRANSFORMS}}
    with np.errstate(all="ignore"):
        return library.get_model_matrix(rows, context=context)


def _coded(column: pd.Series, name: str, levels: pd.Index) -> pd.Categorical:
    """A column's levels as numbers; a level that the fit has not seen is an error."""
    codes = places(column, levels)
    if (codes < 0).any():
        raise DataError(
            f"Column {name!r} holds {shown(column.iloc[int(np.argmax(codes < 0))])}, a level the model has not seen.",
            f"Known levels: {', '.join(map(label, levels))}.",
        )
    return pd.Categorical.from_codes(codes, categories=pd.Index(range(len(levels))).astype(str))


def _checked(made: Any, recipe: Recipe, rows: pd.Index) -> Matrix:
    names = [recipe.r_name(str(column)) for column in made.columns]
    values = np.asarray(made, dtype=float)
    bad = ~np.isfinite(values)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        more = int(bad.sum()) - 1
        raise DataError(
            f"The term {names[column]!r} is not a finite number in row {rows[row]} (and {more} more places).",
            "A log or square root of a value that has none? Check that column.",
        )
    for values_, name in zip(values.T, names, strict=True):
        check_size(values_, name)
    return Matrix(values, names, recipe)


def check_size(column: np.ndarray, name: str) -> None:
    """Refuse numbers of which a computer cannot hold the variance of a variance."""
    size = np.abs(column).max(initial=0)
    if size > LARGEST or 0 < size < 1 / LARGEST:
        raise DataError(
            f"{name!r} reaches {size:.0e}: a variance is its square, that variance's uncertainty its fourth power, and "
            f"beyond {LARGEST:.0e} (or below {1 / LARGEST:.0e}) a computer cannot hold them all.",
            "Change its unit.",
        )
