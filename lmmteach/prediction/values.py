"""What a fit says row by row: fitted values, residuals, predictions, at the marginal and the conditional level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..arguments import among, told
from ..design.build import Design
from ..errors import ParameterError
from ..fitting.solution import Solution
from ..likelihood.covariances import covariances, shared_variances
from .blups import blups
from .rows import check_level, read_rows


def fitted(design: Design, estimate: Solution, level: str) -> np.ndarray:
    """X beta (marginal) or X beta + Z b-hat (conditional), one value a row."""
    check_level(level)
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
        raise ParameterError(f"kind={told(kind)} is not known.", "Use 'raw', 'pearson' or 'normalized'.")
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
    check_level(level)
    known = level == "conditional"
    rows = read_rows(design, new_data, known, known)
    mean = rows.X @ estimate.beta
    if known:
        for Z, codes, b in zip(rows.Z, rows.codes, blups(design, estimate).b, strict=True):
            seen = codes >= 0
            mean[seen] += np.einsum("nq,nq->n", Z[seen], b[codes[seen]])
    return pd.Series(mean, index=rows.labels, name=f"{level} prediction")
