"""Three ways to fit the readings, row by row as drawn; and the standard errors of two of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...fitting.estimates import Estimates
from ...prediction.values import fitted
from ..people import drawn_subjects
from ..wording import said_names

__all__ = ["errors", "individuals"]


def individuals(fit: Estimates) -> dict[str, list[float | None]]:
    """Fitted values: ``ols`` X beta_ols, ``own`` each subject's own regression on Z_i, ``blup`` X beta + Z b.

    A subject whose readings do not determine its own line has None in ``own``.
    """
    design = fit.design
    everybody = design.X @ np.linalg.lstsq(design.X, design.y, rcond=None)[0]
    conditional = fitted(design, fit.estimate, "conditional")
    out: dict[str, list[float | None]] = {"ols": [], "own": [], "blup": []}
    for subject in drawn_subjects(design):
        order = np.argsort(subject.times, kind="stable")
        rows = subject.rows[order]
        coef, _, rank, _ = np.linalg.lstsq(subject.Z, subject.y, rcond=None)
        own = (subject.Z @ coef)[order].tolist() if rank == subject.Z.shape[1] else [None] * len(rows)
        out["ols"] += everybody[rows].tolist()
        out["own"] += own
        out["blup"] += conditional[rows].tolist()
    return out


def errors(fit: Estimates) -> list[dict[str, Any]]:
    """For each coefficient its standard error by least squares, as if rows were independent, and by the mixed model.

    SE_ols = sqrt(s^2 diag (X'X)^-1) with s^2 = RSS / (N - p).
    """
    design = fit.design
    X = design.X
    beta = np.linalg.lstsq(X, design.y, rcond=None)[0]
    s2 = float(((design.y - X @ beta) ** 2).sum()) / (design.n_obs - X.shape[1])
    R = np.linalg.qr(X, mode="r")
    ols = np.sqrt(s2 * (np.linalg.inv(R) ** 2).sum(axis=1))
    mixed = np.asarray(fit.se, dtype=float)
    rows = zip(design.fixed_names, said_names(design), ols, mixed, strict=True)
    return [{"name": str(n), "said": said, "ols": float(a), "mixed": float(b)} for n, said, a, b in rows]
