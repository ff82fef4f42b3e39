"""From formula algebra to columns of numbers: the only file that knows the formula library."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import formula as language
from .errors import DataError, FormulaError

LARGEST = 1e100


class Matrix(NamedTuple):
    """The columns an expression stands for: ``values`` (N x p), R's ``names`` for them, and how to make them again."""

    values: np.ndarray
    names: list[str]
    spec: Any


def matrix(expression: str, frame: pd.DataFrame) -> Matrix:
    """The columns of a formula expression, treatment contrasts as in R."""
    import formulaic  # loaded at first use: `import lmmteach` stays light
    from formulaic.parser.types import Term

    try:
        terms = list(formulaic.Formula(expression))
        # R writes the variables of an interaction in the order in which the formula first names them.
        seen = list(dict.fromkeys(factor.expr for term in terms for factor in term.factors))
        ordered = [Term(sorted(term.factors, key=lambda factor: seen.index(factor.expr))) for term in terms]
        spec = formulaic.ModelSpec(formulaic.Formula(ordered), na_action="ignore")
        return _checked(_made(spec, frame))
    except DataError:
        raise
    except Exception as error:  # whatever the library cannot compute is the formula's fault
        raise FormulaError(f"The formula part {expression!r} cannot be computed: {error}") from error


def again(spec: Any, frame: pd.DataFrame) -> np.ndarray:
    """The same columns for other rows: same contrasts, same centring."""
    return _checked(_made(spec, frame)).values


def _made(spec: Any, frame: pd.DataFrame) -> Any:
    if frame.columns.size == 0:  # the library cannot count rows without a column
        frame = frame.assign(_rows_=0.0)
    with np.errstate(all="ignore"):
        return spec.get_model_matrix(frame, context=language.FUNCTIONS)


def _checked(made: Any) -> Matrix:
    names = [language.r_name(str(column)) for column in made.columns]
    values = np.asarray(made, dtype=float)
    bad = ~np.isfinite(values)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DataError(
            f"The term {names[column]!r} is not a finite number in row {row} (and {int(bad.sum()) - 1} more places).",
            "A log or square root of a value that has none? Check that column.",
        )
    for column, name in zip(values.T, names, strict=True):
        check_size(column, name)
    return Matrix(values, names, made.model_spec)


def check_size(column: np.ndarray, name: str) -> None:
    """Refuse numbers whose squares a computer cannot hold."""
    size = np.abs(column).max(initial=0)
    if size > LARGEST or 0 < size < 1 / LARGEST:
        raise DataError(f"{name!r} reaches {size:.0e}, which cannot be squared.", "Change its unit.")
