"""How sure are we of beta: standard errors, degrees of freedom, t and F tests.

A ratio estimate / SE follows a t distribution only if the SE is independent of the estimate and known
up to a chi-square.  In a mixed model it is neither; a t with the right number of degrees of freedom
comes close.  Three answers: infinitely many ("normal"), Satterthwaite's, and Kenward and Roger's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import among, check_level, told
from ..errors import ModelError, ParameterError
from ..fitting.estimates import Estimates
from ..fitting.parameters import Uncertainty
from .kenward_roger import kenward_roger
from .satterthwaite import Satterthwaite, satterthwaite

DF = ("satterthwaite", "kenward-roger", "kenward-roger-observed", "normal")
LESSON = "The Framingham answers: age, sex, time"


class Certainty(NamedTuple):
    """How sure a fit is of beta: ``cov`` (p x p), ``df`` of a contrast (p,), ``scale_df`` of a test of several.

    ``scale_df(L)`` is (lambda, m): lambda times the F statistic of L (q x p) is held against F(q, m).
    """

    cov: np.ndarray
    df: Callable[[np.ndarray], float]
    scale_df: Callable[[np.ndarray], tuple[float, float]]
    notes: list[str]
    method: str


def certainty(fit: Estimates, df: str) -> Certainty:
    """What one of the three answers makes of a fit; computed once, however many questions follow."""
    check_df(df)
    cov = fit.estimate.cov_beta
    if df == "normal":
        return Certainty(cov, lambda c: np.inf, lambda L: (1.0, np.inf), [], df)
    if df == "satterthwaite":
        found = satterthwaite(fit.estimate, fit.method)
        return Certainty(cov, found.df, lambda L: (1.0, _fai_cornelius(found, L)), _held(fit, found.sure), df)
    if fit.method != "REML":
        raise ModelError(
            "Kenward and Roger's adjustment is derived for REML, and this fit is by ML.",
            "Refit with method='REML', or ask for df='satterthwaite'.",
            "ML and REML by hand",
        )
    adjusted = kenward_roger(fit.design, fit.estimate, df == "kenward-roger-observed")
    return Certainty(adjusted.cov, adjusted.df, adjusted.f_scale, adjusted.notes, df)


def coef_table(fit: Estimates, df: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
    """Estimate, SE, df, t, p and limits of every fixed effect; see :meth:`lmmteach.Fit.coef_table`."""
    check_level(level)
    return t_table(fit, np.eye(len(fit.estimate.beta)), pd.Index(fit.design.fixed_names), certainty(fit, df), level)


def t_table(fit: Estimates, L: np.ndarray, names: pd.Index, sure: Certainty, level: float) -> pd.DataFrame:
    """The same of combinations L beta, one a row of ``L`` (m x p); a row of nan, for want of data, stays so."""
    cov, known = sure.cov, np.isfinite(L).all(axis=1)
    estimate, se, dfs = (np.full(len(L), np.nan) for _ in range(3))
    estimate[known] = L[known] @ fit.estimate.beta
    se[known] = np.sqrt(np.einsum("mi,ij,mj->m", L[known], cov, L[known]))
    dfs[known] = [sure.df(row) for row in L[known]]
    t = estimate / se
    tail = (1 + level) / 2
    half = se * np.where(np.isinf(dfs), scipy.special.ndtri(tail), scipy.special.stdtrit(dfs, tail))
    table = pd.DataFrame(
        {
            "Estimate": estimate, "Std. Error": se, "df": dfs, "t value": t, "p value": two_sided(t, dfs),
            "lower": estimate - half, "upper": estimate + half,
        },
        index=names,
    )  # fmt: skip
    table.attrs = {"df": sure.method, "level": level, "notes": list(sure.notes)}
    return table


def two_sided(t: np.ndarray, dfs: np.ndarray) -> np.ndarray:
    """P(|T| > |t|), normal where df are infinite."""
    return np.where(np.isinf(dfs), 2 * scipy.special.ndtr(-abs(t)), 2 * scipy.special.stdtr(dfs, -abs(t)))


class FTest(NamedTuple):
    """A test of L beta = 0: ``F`` with ``df1`` and ``df2`` degrees of freedom, ``p``, and the ``method`` of df2."""

    F: float
    df1: int
    df2: float
    p: float
    method: str


def f_of(fit: Estimates, L: np.ndarray, sure: Certainty) -> FTest:
    """The F test that L beta = 0, for L (q x p) of full rank."""
    value, q = L @ fit.estimate.beta, len(L)
    scale, df2 = sure.scale_df(L)
    F = scale * float(value @ np.linalg.solve(L @ sure.cov @ L.T, value)) / q
    p = scipy.special.chdtrc(q, q * F) if np.isinf(df2) else scipy.special.fdtrc(q, df2, F)
    return FTest(F, q, df2, float(p), sure.method)


def _fai_cornelius(found: Satterthwaite, L: np.ndarray) -> float:
    """Turn L until its rows are uncorrelated, give each its own df, match the mean of F."""
    _, axes = np.linalg.eigh(L @ found.cov @ L.T)
    own, q = np.array([found.df(row) for row in axes.T @ L]), len(L)
    if q == 1 or np.ptp(own) < 1e-8 * own[0]:
        return float(own.mean())
    mean = (own[own > 2] / (own[own > 2] - 2)).sum()
    return float(2 * mean / (mean - q)) if mean > q else 2.0


def _held(fit: Estimates, sure: Uncertainty) -> list[str]:
    """Say which parameters were taken as known."""
    notes = []
    if fit.singular:
        notes.append(
            "Singular fit: the parameters on the boundary are held there; the degrees of freedom count only the "
            "uncertainty of the others."
        )
    flat = sure.flat.shape[1]
    if flat and not fit.singular:
        notes.append(
            f"The likelihood is flat in {flat} direction{'s' if flat > 1 else ''}; the degrees of freedom "
            "take the parameters as known there."
        )
    return notes


def check_df(df: str) -> None:
    """Degrees of freedom come by one of the names."""
    if not among(df, DF):
        raise ParameterError(f"df={told(df)} is not known.", f"Use one of {', '.join(map(repr, DF))}.", LESSON)
