"""Questions that no single coefficient answers: linear combinations of beta, one at a time or tested together.

"The yearly change of a man" is beta_year + beta_sexmale:year, its variance c' Cov(beta) c.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..arguments import among, check_level, numbers, told
from ..design.build import Design
from ..design.columns import determined
from ..design.labels import label
from ..design.matrices import LARGEST
from ..errors import LmmWarning, ParameterError
from ..fitting.estimates import Estimates
from .tables import FTest, certainty, check_df, f_of, t_table
from .terms import term_names, term_tests

LABELLED = (str, Mapping, pd.Series)
NAMED = 6  # of the things a warning lists


class Combinations(NamedTuple):
    """``rows`` (m x all), weights for all columns that the formula gives, dropped ones too, and what each is called."""

    rows: np.ndarray
    labels: pd.Index


def contrast(fit: Estimates, weights: Any, df: str, level: float) -> pd.DataFrame:
    """Estimate, SE, df, t, p and limits of combinations of beta; see :meth:`lmmteach.Fit.contrast`."""
    check_level(level)
    check_df(df)
    found = combinations(fit.design, weights)
    if not np.abs(found.rows).max(axis=1, initial=0).all():
        raise ParameterError("A combination has no weight but 0.", "Give it one that is not.")
    named = (found.rows[:, _dropped(fit.design)] != 0).any(axis=1)
    L = estimable(fit.design, found.rows, ~named)
    say_undetermined(found.labels[np.isnan(L).any(axis=1)])
    return t_table(fit, L, found.labels, certainty(fit, df), level)


def estimable(design: Design, rows: np.ndarray, known: np.ndarray | bool = False) -> np.ndarray:
    """Combinations of all columns (m x all) as ones of those kept (m x p); nan where the data do not determine one."""
    L = rows[:, design.kept]
    L[~(determined(rows, design.kept, design.alias) | known)] = np.nan
    return L


def spelled(one: Any) -> str:
    """A row's label in one piece."""
    return " ".join(map(label, one)) if isinstance(one, tuple) else label(one)


def say_undetermined(labels: pd.Index, stacklevel: int = 4) -> None:
    """Warn that some combinations have no estimate, and name them."""
    if len(labels):
        more = f" and {len(labels) - NAMED} more" if len(labels) > NAMED else ""
        listed = ", ".join(map(spelled, labels[:NAMED]))
        warnings.warn(
            f"The data do not determine {listed}{more}: nan. No combination of rows of the data gives it: a cell of "
            "the factors has no rows, or a column repeats others.",
            LmmWarning,
            stacklevel=stacklevel,
        )


def f_test(fit: Estimates, what: Any, df: str = "satterthwaite") -> FTest:
    """F test of linear combinations of beta; see :meth:`lmmteach.Fit.test`."""
    check_df(df)
    design = fit.design
    names = [what] if isinstance(what, str) else what
    by_name = isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names)
    terms = set(term_names(design)) - set(_names(design)) if by_name else set[str]()
    if by_name and terms & set(names):
        tests = term_tests(design, fit.estimate.pooled.R_x)
        rest = [name for name in names if name not in terms]
        L = np.vstack([_rows(design, rest), *(tests[name] for name in dict.fromkeys(names) if name in terms)])
    else:
        L = _rows(design, what)
    length = np.linalg.norm(L, axis=1, keepdims=True)
    if len(L) == 0 or not length.all() or np.linalg.matrix_rank(L / length) < len(L):
        raise ParameterError("The rows of L repeat each other or are all zero.", "Keep one row a separate question.")
    return f_of(fit, L, certainty(fit, df))


def _rows(design: Design, what: Any) -> np.ndarray:
    """L (q x p) of a test, no more rows than there can be questions; each must be determined by the data."""
    if isinstance(what, list) and not what:
        return np.empty((0, len(design.kept)))
    found = combinations(design, what, most=len(design.kept) + 1)
    named = (found.rows[:, _dropped(design)] != 0).any(axis=1)
    L = estimable(design, found.rows, ~named)
    lost = found.labels[np.isnan(L).any(axis=1)]
    if len(lost):
        raise ParameterError(
            f"The data do not determine {lost[0]}: a column of it was dropped, as others already say what it says.",
            f"Test one of {', '.join(design.fixed_names)}.",
        )
    return L


def combinations(design: Design, what: Any, most: int | None = None) -> Combinations:
    """Weights from a name, names, names with weights (what has labels), or an array of one weight a coefficient."""
    labels: list[Any] | None = None
    rows = [what] if isinstance(what, LABELLED) else what
    if isinstance(what, Mapping) and what and all(isinstance(one, (Mapping, pd.Series)) for one in what.values()):
        labels, rows = list(what), list(what.values())
    if isinstance(what, pd.DataFrame):
        labels, rows = list(what.index[:most]), [row for _, row in what.iloc[:most].iterrows()]
    if isinstance(rows, (list, tuple)) and rows and all(isinstance(row, LABELLED) for row in rows):
        made = np.array([_labelled(design, row) for row in rows])
    else:
        made = _array(design, rows)
    _check_weights(made)
    if labels is None:
        labels = [_said(design, row) for row in made]
    return Combinations(made, pd.Index(labels, name=None, tupleize_cols=False))


def _check_weights(rows: np.ndarray) -> None:
    """Weights that can be squared and summed."""
    if not np.isfinite(rows).all():
        raise ParameterError("A weight is not a finite number.", "Give every name a number.")
    size = np.abs(rows[rows != 0])
    if size.size and (size.max() > LARGEST or size.min() < 1 / LARGEST):
        wrong = size.max() if size.max() > LARGEST else size.min()
        raise ParameterError(
            f"A weight is {wrong:g}, and beyond {LARGEST:.0e} (or below {1 / LARGEST:.0e}) a computer cannot hold what "
            "is computed with its square.",
            "Divide all weights of the row by one number: F, t and p stay as they are.",
        )


def _names(design: Design) -> list[str]:
    """The names of all columns that the formula gives, the dropped ones in their places."""
    kept, dropped = iter(design.fixed_names), iter(design.dropped)
    count = len(design.kept) + len(design.dropped)
    return [next(kept) if column in design.kept else next(dropped) for column in range(count)]


def _dropped(design: Design) -> list[int]:
    return [column for column in range(len(design.kept) + len(design.dropped)) if column not in design.kept]


def _labelled(design: Design, row: Any) -> np.ndarray:
    """The weights that names carry."""
    names, found = _names(design), np.zeros(len(design.kept) + len(design.dropped))
    seen: set[Any] = set()
    for name, weight in [(row, 1.0)] if isinstance(row, str) else row.items():
        if not among(name, names):
            raise _unknown(design, name)
        if name in seen:
            raise ParameterError(f"The weight of {told(name)} is given twice.", "Give each name once.")
        seen.add(name)
        found[names.index(name)] = _weight(weight, name)
    return found


def _unknown(design: Design, name: Any) -> ParameterError:
    if name in term_names(design):
        own = next(at for term, at in design.spec.term_columns if ":".join(f.shown for f in term) == name)
        names = ", ".join(repr(_names(design)[column]) for column in own)
        return ParameterError(
            f"{name!r} is a term of several codings, not one coefficient.",
            f"Weigh its coefficients ({names}), or test it as a whole: fit.test({name!r}).",
        )
    return ParameterError(
        f"There is no fixed effect {told(name)}.",
        f"There are: {', '.join(design.fixed_names)}. Weights without names, in this order, are an array.",
    )


def _array(design: Design, rows: Any) -> np.ndarray:
    given = np.atleast_2d(numbers(rows, "A contrast"))
    if given.ndim != 2 or given.shape[1] != len(design.kept) or not len(given):
        raise ParameterError(
            f"A contrast needs one weight for each of the {len(design.kept)} fixed effects; this has shape "
            f"{given.shape}.",
            f"In this order: {', '.join(design.fixed_names)}.",
        )
    found = np.zeros((len(given), len(design.kept) + len(design.dropped)))
    found[:, design.kept] = given
    return found


def _said(design: Design, row: np.ndarray) -> str:
    """A combination as it is written: ``year + sexmale:year``, ``0.5*b - a``."""

    def pieces() -> Iterator[str]:
        for name, weight in zip(_names(design), row, strict=True):
            if weight:
                yield f"{'-' if weight < 0 else '+'} {'' if abs(weight) == 1 else f'{abs(weight):g}*'}{name}"

    text = " ".join(pieces())
    return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1)


def _weight(value: Any, name: str) -> float:
    found = numbers(value, f"The weight of {name!r}")
    if found.ndim:
        raise ParameterError(
            f"The weight of {name!r} is one number, not of shape {found.shape}.",
            "A list of dicts asks several questions.",
        )
    return float(found)
