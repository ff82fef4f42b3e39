"""New rows, read by the model's own formula: x, z, and which of the data's groups each belongs to."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..arguments import among, told
from ..design.build import Design
from ..design.columns import determined
from ..design.frame import as_numbers, clean_columns
from ..design.labels import label, places, stray
from ..design.matrices import again
from ..errors import DataError, LmmWarning, ParameterError

LEVELS = ("marginal", "conditional")
NAMED = 6  # of the rows a warning lists


class NewRows(NamedTuple):
    """Complete new rows: their ``labels`` and columns (``given``), ``X`` (m x p, nan where x'beta is not determined).

    ``Z`` and ``codes`` belong to each random term: (m x q), and the number of each row's level, -1 for a new one.
    """

    labels: pd.Index
    given: pd.DataFrame
    X: np.ndarray
    Z: list[np.ndarray]
    codes: list[np.ndarray]


def read_rows(
    design: Design, data: pd.DataFrame, effects: bool, groups: bool, further: tuple[str, ...] = ()
) -> NewRows:
    """The new rows that miss nothing; with ``effects`` the columns of Z, with ``groups`` whose rows they are."""
    terms = design.terms if effects else ()
    needed = set().union(*(spec.required_variables for spec in (design.spec, *(term.spec for term in terms))))
    grouped = {column for term in terms if groups for column in term.grouping.columns}
    said: list[str] = []
    given, kept = clean_columns(data, sorted(needed | grouped | set(further)), said)
    frame = given.copy()
    for name in needed:
        frame[name] = _as_trained(given[name], design.frame[name], name)
    X = again(design.spec, frame)
    known = determined(X, design.kept, design.alias)
    X = X[:, design.kept]
    X[~known] = np.nan
    index = data.index[kept]
    if not known.all():
        lost = index[~known]
        more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
        said.append(
            f"The data do not determine the prediction in row {', '.join(map(label, lost[:NAMED]))}{more}: nan. A cell "
            "of the factors has no rows in the fit, or a column that was dropped for repeating others differs here."
        )
    for remark in said:
        warnings.warn(remark, LmmWarning, stacklevel=4)
    new = np.full(len(X), -1)
    codes = [term.grouping.codes_of(given) if groups else new for term in terms]
    return NewRows(index, given, X, [again(term.spec, frame) for term in terms], codes)


def check_level(level: str) -> None:
    """Fitted values and predictions are marginal or conditional."""
    if not among(level, LEVELS):
        raise ParameterError(
            f"level={told(level)} is not known.", "Use 'marginal' (X beta) or 'conditional' (X beta + Z b).",
            "Conditional and marginal",
        )  # fmt: skip


def _as_trained(column: pd.Series, trained: pd.Series, name: str) -> pd.Series:
    """New values in the levels the model knows; an unknown level is an error."""
    if not isinstance(trained.dtype, pd.CategoricalDtype):
        if isinstance(column.dtype, pd.CategoricalDtype):
            made = as_numbers(name, column.cat.categories)
            there = f"Put numbers there: in the fit they lie from {trained.min():.12g} to {trained.max():.12g}."
            raise DataError(
                f"Column {name!r} holds text ({stray(column)}), but it was a column of numbers in the fit.",
                made if made.startswith("Convert") else there,
            )
        return column
    levels = trained.cat.categories
    codes = places(column, levels)
    if (codes < 0).any():
        raise DataError(
            f"Column {name!r} holds {label(column.iloc[int(np.argmax(codes < 0))])!r}, a level the model has not seen.",
            f"Known levels: {', '.join(map(label, levels))}.",
        )
    return pd.Series(pd.Categorical.from_codes(codes, dtype=trained.dtype), index=column.index)
