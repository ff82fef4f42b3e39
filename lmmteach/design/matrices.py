"""From formula algebra to columns of numbers, as R makes them: the only file that knows the formula library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, FormulaError, ModelError
from .algebra import REMEMBERING, Factor, Term, arithmetic, expand
from .contrasts import Coding
from .frame import TRUTHS, as_days, as_numbers
from .grammar import spell_name
from .labels import label, places, shown, stray

LARGEST = 1e35  # a slope's variance has squares of y / x; its own variance their squares: 1e280
#: What a formula may call, number by number; the rest are the library's transforms that remember.
FUNCTIONS = {
    "log": np.log, "log2": np.log2, "log10": np.log10, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "pi": np.pi,
}  # fmt: skip


class Matrix(NamedTuple):
    """The columns an expression stands for: ``values`` (N x p), R's ``names`` for them, and how to make them again."""

    values: np.ndarray
    names: list[str]
    spec: Recipe


@dataclass(frozen=True, eq=False)
class Recipe:
    """How columns of numbers were made: for other rows, the same contrasts, the same centring.

    ``factors`` and ``codings`` (of those that have levels) are by their code; ``whole`` says in which terms, by their
    number, an indicator of every level stands for a factor.  The ``library`` computes functions of columns, and
    remembers their centres and scales; it sees columns called v0_, v1_, ...: no name can be taken for algebra.
    """

    terms: tuple[Term, ...]
    factors: dict[str, Factor]
    codings: dict[str, Coding]
    whole: frozenset[tuple[int, str]]
    library: Any

    @property
    def required_variables(self) -> set[str]:
        """The data's columns that are needed."""
        return {name for factor in self.factors.values() for _, name in factor.columns}

    @property
    def levels(self) -> dict[str, pd.Index]:
        """The levels of each factor that has some, by its code."""
        return {code: coding.levels for code, coding in self.codings.items()}

    @property
    def term_columns(self) -> list[tuple[Term, list[int]]]:
        """The terms in the formula's order, each with the places of its columns; the intercept is the empty term."""
        ends = np.cumsum([0, *(self._width(number) for number in range(len(self.terms)))])
        return [(term, list(range(ends[k], ends[k + 1]))) for k, term in enumerate(self.terms)]

    def _width(self, number: int) -> int:
        """How many columns a term has."""
        widths = [1]
        for factor in self.terms[number]:
            if factor.code in self.codings:
                widths.append(self.codings[factor.code].columns((number, factor.code) in self.whole)[0].shape[1])
            elif not factor.bare:
                places = self.library.term_indices.items()
                widths += [len(where) for term, where in places if term.factors[0].expr == factor.code]
        return prod(widths)

    def empty(self) -> list[str]:
        """What to say of the terms that make no column, since a factor in them has one level."""
        lone = {code: coding for code, coding in self.codings.items() if len(coding.levels) == 1}
        terms = [
            ":".join(factor.shown for factor in term)
            for number, term in enumerate(self.terms)
            if any(factor.code in lone and (number, factor.code) not in self.whole for factor in term)
        ]
        if not terms:
            return []
        said = [
            f"{self.factors[code].shown!r} has one level only ({label(one.levels[0])!r})" for code, one in lone.items()
        ]
        return [
            f"{' and '.join(said)} in the rows that are used: {', '.join(map(repr, terms))} "
            f"make{'s' if len(terms) == 1 else ''} no column. A filter before the fit is the usual cause; if it was "
            "meant, leave the factor out of the formula."
        ]


def matrix(expression: str, frame: pd.DataFrame) -> Matrix:
    """The columns of a formula expression, treatment contrasts as in R."""
    return _first(expression, expand(expression), frame)


def response(expression: str, frame: pd.DataFrame) -> np.ndarray:
    """The one column that a response's arithmetic gives."""
    return _first(expression, [(arithmetic(expression),)], frame).values[:, 0]


def again(spec: Recipe, frame: pd.DataFrame) -> np.ndarray:
    """The same columns for other rows."""
    return _made(spec, _computed(spec, frame), frame).values


def _first(expression: str, terms: list[Term], frame: pd.DataFrame) -> Matrix:
    factors = {factor.code: factor for term in terms for factor in term}
    codings = _codings(factors, frame)
    _check_count(terms, codings, frame)
    functions = [code for code, factor in factors.items() if code not in codings and not factor.bare]
    library = _library(functions) if functions else None
    recipe = Recipe(tuple(terms), factors, codings, _whole(terms, codings), library)
    try:
        computed = _computed(recipe, frame)
    except Exception as error:  # whatever the library cannot compute is the formula's fault
        raise FormulaError(
            f"The formula part {expression!r} cannot be computed: {error}.",
            "Compute that column first, and name it in the formula.",
        ) from error
    if functions:
        recipe = replace(recipe, library=computed.model_spec)  # it has seen the data's centres and scales
    return _made(recipe, computed, frame)


def _whole(terms: list[Term], codings: dict[str, Coding]) -> frozenset[tuple[int, str]]:
    """In which terms R codes a factor by an indicator of every level, not by contrasts.

    Where no earlier term holds the other factors of its term (the intercept, or a main effect, stands for none of
    them), and, for want of an intercept, where the first factor that has levels stands first.
    """
    codes = [{factor.code for factor in term} for term in terms]
    coded = [(k, factor.code) for k, term in enumerate(terms) for factor in term if factor.code in codings]
    found = {
        (k, code)
        for k, code in coded
        if len(codes[k]) > 1 and not any(codes[k] - {code} <= earlier for earlier in codes[:k])
    }
    return frozenset(found | set(coded[:1] if () not in terms else ()))


def _library(functions: list[str]) -> Any:
    """What will compute these functions of columns, one after another."""
    import formulaic  # loaded at first use: `import lmmteach` stays light
    from formulaic.parser.types import Factor as Piece
    from formulaic.parser.types import Term as Product

    made = [Product([Piece(code, eval_method="python")]) for code in functions]
    return formulaic.ModelSpec(formulaic.Formula(made), na_action="ignore")


def _codings(factors: dict[str, Factor], frame: pd.DataFrame) -> dict[str, Coding]:
    """The coding of each factor that has levels; text where numbers are needed is an error."""
    found = {}
    for code, factor in factors.items():
        text = [name for _, name in factor.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)]
        column = frame[factor.columns[0][1]]
        if factor.levels or (factor.bare and text):
            found[code] = _coding(factor, column, column.cat.categories if text else pd.Index(np.unique(column)))
        elif text and not factor.bare:
            levels = frame[text[0]].cat.categories
            truths = set(levels) == set(TRUTHS)
            holds = "holds TRUE and FALSE" if truths else f"is text (it holds {stray(frame[text[0]])})"
            raise DataError(f"{factor.shown} needs numbers, but {text[0]!r} {holds}.", as_numbers(text[0], levels))
    return found


def _coding(factor: Factor, column: pd.Series, levels: pd.Index) -> Coding:
    """The contrasts that a formula asks for; else polynomials where the levels have an order, treatment otherwise."""
    contrast = "poly" if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered else "treatment"
    if factor.reference is None:
        return Coding(levels, factor.contrast or contrast)
    spelled = [label(level) for level in levels]
    if factor.reference not in spelled:
        near = get_close_matches(factor.reference, spelled, 1, 0.0)
        raise DataError(
            f"{factor.shown}: {factor.columns[0][1]!r} has no level {factor.reference!r}.",
            f'Its levels are {", ".join(spelled[:12])}: write C({spell_name(factor.columns[0][1])}, ref="{near[0]}").',
        )
    return Coding(levels, "treatment", spelled.index(factor.reference))


def _check_count(terms: list[Term], codings: dict[str, Coding], frame: pd.DataFrame) -> None:
    """Refuse factors of more levels than rows can estimate before their columns fill the memory."""
    if not codings:
        return
    levels = {code: len(coding.levels) for code, coding in codings.items()}
    effects = sum(prod(max(levels.get(factor.code, 0) - 1, 1) for factor in term) for term in terms)
    # Without an intercept the first factor keeps all its levels.
    effects += () not in terms and any(all(factor.code in levels for factor in term) for term in terms)
    if effects < len(frame):
        return
    code = max(levels, key=lambda code: levels[code])
    factor = next(factor for term in terms for factor in term if factor.code == code)
    name = factor.columns[0][1]
    text = isinstance(frame[name].dtype, pd.CategoricalDtype)
    dates = as_days(name, codings[code].levels) if text and len(factor.columns) == 1 else ""
    number = f"data[{name!r}] = pandas.to_numeric(data[{name!r}], errors='coerce')."
    raise ModelError(
        f"{len(frame)} rows cannot estimate {effects} effects: {factor.shown!r} has {levels[code]} levels"
        f"{f' (it holds {stray(frame[name])})' if text else ''}.",
        f"{f'These are dates. {dates}' if dates else f'If it should hold numbers: {number}'} "
        "If its levels are groups, give them a random term.",
    )


def _computed(recipe: Recipe, frame: pd.DataFrame) -> Any:
    """The library's answer for a frame in which every name is ours; None where nothing is to be computed."""
    if recipe.library is None:
        return None
    from formulaic.transforms import TRANSFORMS

    needed = dict(pair for factor in recipe.factors.values() for pair in factor.columns)
    numeric = {place: name for place, name in needed.items() if not isinstance(frame[name].dtype, pd.CategoricalDtype)}
    hidden = pd.DataFrame({place: frame[name].to_numpy(dtype=float) for place, name in numeric.items()})
    context = {**FUNCTIONS, **{name: TRANSFORMS[name] for name in ("I", *REMEMBERING) if name in TRANSFORMS}}
    with np.errstate(all="ignore"):
        return recipe.library.get_model_matrix(hidden, context=context)


def _made(recipe: Recipe, computed: Any, frame: pd.DataFrame) -> Matrix:
    """Every term's columns side by side: products of those of its factors, the first factor's changing fastest."""
    ready = {} if computed is None else _functions(recipe, computed)
    columns: list[np.ndarray] = []
    names: list[str] = []
    for number, term in enumerate(recipe.terms):
        values, shown = np.ones((len(frame), 1)), ["(Intercept)"]
        for place, factor in enumerate(term):
            own = ready.get(factor.code)
            if own is None:
                own = _column(recipe, factor, (number, factor.code) in recipe.whole, frame)
            values, shown = own if place == 0 else _times((values, shown), own)
        columns.append(values)
        names += shown
    made = np.concatenate(columns, axis=1) if columns else np.empty((len(frame), 0))
    return Matrix(_checked(made, names, frame.index), names, recipe)


def _functions(recipe: Recipe, computed: Any) -> dict[str, tuple[np.ndarray, list[str]]]:
    """The columns of each function of columns, numbered where there are several, as in ``poly(x, 2)1``."""
    values, found = np.asarray(computed, dtype=float), {}
    for term, where in computed.model_spec.term_indices.items():
        shown = recipe.factors[term.factors[0].expr].shown
        numbers = [""] if len(where) == 1 else range(1, len(where) + 1)
        found[term.factors[0].expr] = (values[:, where], [f"{shown}{number}" for number in numbers])
    return found


def _column(recipe: Recipe, factor: Factor, whole: bool, frame: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """A column of numbers as it is, or the columns of a factor's levels."""
    name = factor.columns[0][1]
    if factor.code not in recipe.codings:
        return frame[name].to_numpy(dtype=float)[:, None], [factor.shown]
    coding = recipe.codings[factor.code]
    rows, names = coding.columns(whole)
    return rows[_codes(frame[name], name, coding.levels)], [f"{factor.shown}{one}" for one in names]


def _times(one: tuple[np.ndarray, list[str]], other: tuple[np.ndarray, list[str]]) -> tuple[np.ndarray, list[str]]:
    """The products of two sets of columns, the first set's changing fastest."""
    with np.errstate(all="ignore"):  # a product that is no number is named once all columns are there
        values = (other[0][:, :, None] * one[0][:, None, :]).reshape(len(one[0]), -1)
    return values, [f"{a}:{b}" for b in other[1] for a in one[1]]


def _codes(column: pd.Series, name: str, levels: pd.Index) -> np.ndarray:
    """The number of each row's level; a level that the fit has not seen is an error."""
    codes = places(column, levels)
    if (codes < 0).any():
        raise DataError(
            f"Column {name!r} holds {shown(column.iloc[int(np.argmax(codes < 0))])}, a level the model has not seen.",
            f"Known levels: {', '.join(map(label, levels))}.",
        )
    return codes


def _checked(values: np.ndarray, names: list[str], rows: pd.Index) -> np.ndarray:
    """The same columns; numbers that are none, too large or too small for a variance of a variance are refused."""
    squares = np.einsum("ij,ij->j", values, values)  # one quick pass, which says of nearly all columns: no fault
    if ((squares > 1e-60) & (squares < LARGEST)).all():
        return values
    size = np.maximum(values.max(axis=0, initial=0), -values.min(axis=0, initial=0))
    if not np.isfinite(size).all():
        bad = ~np.isfinite(values)
        row, column = np.argwhere(bad)[0]
        more = int(bad.sum()) - 1
        raise DataError(
            f"The term {names[column]!r} is not a finite number in row {rows[row]} (and {more} more places).",
            "A log or square root of a value that has none? Check that column.",
        )
    for k in np.flatnonzero((size > LARGEST) | (size > 0) & (size < 1 / LARGEST)):
        check_size(values[:, k], names[k])
    return values


def check_size(column: np.ndarray, name: str) -> None:
    """Refuse numbers of which a computer cannot hold the variance of a variance."""
    size = np.abs(column).max(initial=0)
    if size > LARGEST or 0 < size < 1 / LARGEST:
        raise DataError(
            f"{name!r} reaches {size:.0e}: a variance is its square, that variance's uncertainty its fourth power, and "
            f"beyond {LARGEST:.0e} (or below {1 / LARGEST:.0e}) a computer cannot hold them all.",
            "Change its unit.",
        )
