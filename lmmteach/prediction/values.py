"""What a fit says row by row: fitted values, residuals, predictions, at the marginal and the conditional level."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from ..arguments import among
from ..design.build import Design
from ..design.frame import clean_columns
from ..design.labels import label, places, stray
from ..design.matrices import again
from ..errors import DataError, LmmWarning, ParameterError
from ..fitting.solution import Solution
from ..likelihood.covariances import covariances, shared_variances
from .blups import blups

LEVELS = ("marginal", "conditional")


def fitted(design: Design, estimate: Solution, level: str) -> np.ndarray:
    """X beta (marginal) or X beta + Z b-hat (conditional), one value a row."""
    _check_level(level)
    mean = design.X @ estimate.beta
    if level == "conditional":
        for term, b in zip(design.terms, blups(design, estimate).b, strict=True):
            mean = mean + np.einsum("nq,nq->n", term.Z, b[term.codes])
    return mean


def residuals(design: Design, estimate: Solution, level: str, kind: str) -> np.ndarray:
    """y minus the fitted values: raw, divided by the SD (pearson), or whitened by the Cholesky factor (normalized).

    The covariance used is V at the marginal level and R at the conditional one.
    """
    if not among(kind, ("raw", "pearson", "normalized")):
        raise ParameterError(f"kind={kind!r} is not known.", "Use 'raw', 'pearson' or 'normalized'.")
    r = design.y - fitted(design, estimate, level)
    if kind == "raw":
        return r
    if estimate.residual.plain and (level == "conditional" or kind == "pearson"):
        shared = shared_variances(design, estimate.G) if level == "marginal" else 0.0
        whitened: np.ndarray = r / np.sqrt(estimate.sigma2 + shared)
        return whitened
    out = np.empty_like(r)
    for stack in covariances(design, estimate.G, estimate.residual):
        S = stack.V if level == "marginal" else stack.R
        if kind == "pearson":
            out[stack.rows] = r[stack.rows] / np.sqrt(np.diagonal(S, axis1=1, axis2=2))
        else:
            out[stack.rows] = np.linalg.solve(np.linalg.cholesky(S), r[stack.rows][..., None])[..., 0]
    return out


def predict(design: Design, estimate: Solution, new_data: pd.DataFrame, level: str) -> pd.Series:
    """X beta (+ Z b-hat) for new rows; a subject not seen in the fit has b-hat = 0, its best guess."""
    _check_level(level)
    terms = design.terms if level == "conditional" else ()
    effects = set().union(*(spec.required_variables for spec in (design.spec, *(term.spec for term in terms))))
    groups = {column for term in terms for column in term.grouping.columns}
    said: list[str] = []
    given, rows = clean_columns(new_data, sorted(effects | groups), said)
    for remark in said:
        warnings.warn(remark, LmmWarning, stacklevel=3)
    frame = given.copy()
    for name in effects:
        frame[name] = _as_trained(given[name], design.frame[name], name)
    X = again(design.spec, frame)[:, design.kept]
    mean = X @ estimate.beta
    if level == "conditional":
        for term, b in zip(terms, blups(design, estimate).b, strict=True):
            codes = term.grouping.codes_of(given)
            seen = codes >= 0
            Z = again(term.spec, frame)
            mean[seen] += np.einsum("nq,nq->n", Z[seen], b[codes[seen]])
    return pd.Series(mean, index=new_data.index[rows], name=f"{level} prediction")


def _as_trained(column: pd.Series, trained: pd.Series, name: str) -> pd.Series:
    """New values in the levels the model knows; an unknown level is an error."""
    if not isinstance(trained.dtype, pd.CategoricalDtype):
        if isinstance(column.dtype, pd.CategoricalDtype):
            raise DataError(
                f"Column {name!r} holds text ({stray(column)}), but it was a column of numbers in the fit.",
                f"Convert it: data[{name!r}] = pandas.to_numeric(data[{name!r}]).",
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


def _check_level(level: str) -> None:
    if not among(level, LEVELS):
        raise ParameterError(
            f"level={level!r} is not known.", "Use 'marginal' (X beta) or 'conditional' (X beta + Z b).",
            "Conditional and marginal",
        )  # fmt: skip
