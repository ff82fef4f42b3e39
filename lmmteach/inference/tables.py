"""How sure are we of beta: standard errors, degrees of freedom, t and F tests.

A ratio estimate / SE follows a t distribution only if the SE is independent of the estimate and known
up to a chi-square.  In a mixed model it is neither; a t with the right number of degrees of freedom
comes close.  Three answers: infinitely many ("normal"), Satterthwaite's, and Kenward and Roger's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import among, check_level, numbers
from ..errors import ModelError, ParameterError
from ..fitting.estimates import Estimates
from ..fitting.parameters import Uncertainty
from .kenward_roger import KenwardRoger, kenward_roger
from .satterthwaite import satterthwaite

DF = ("satterthwaite", "kenward-roger", "normal")
LESSON = "The Framingham answers: age, sex, time"


def coef_table(fit: Estimates, df: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
    """Estimate, SE, df, t, p and limits of every fixed effect; see :meth:`lmmteach.Fit.coef_table`."""
    _check(df, level)
    beta, cov = fit.estimate.beta, fit.estimate.cov_beta
    notes: list[str] = []
    if df == "normal":
        dfs = np.full(len(beta), np.inf)
    elif df == "satterthwaite":
        found = satterthwaite(fit.estimate, fit.method)
        dfs = np.array([found.df(row) for row in np.eye(len(beta))])
        notes = _held(fit, found.sure)
    else:
        adjusted = _adjusted(fit)
        dfs = np.array([adjusted.df(row) for row in np.eye(len(beta))])
        cov, notes = adjusted.cov, adjusted.notes
    se = np.sqrt(np.diag(cov))
    t = beta / se
    p = np.where(np.isinf(dfs), 2 * scipy.special.ndtr(-abs(t)), 2 * scipy.special.stdtr(dfs, -abs(t)))
    tail = (1 + level) / 2
    half = se * np.where(np.isinf(dfs), scipy.special.ndtri(tail), scipy.special.stdtrit(dfs, tail))
    table = pd.DataFrame(
        {
            "Estimate": beta, "Std. Error": se, "df": dfs, "t value": t, "p value": p,
            "lower": beta - half, "upper": beta + half,
        },
        index=fit.design.fixed_names,
    )  # fmt: skip
    table.attrs = {"df": df, "level": level, "notes": notes}
    return table


class FTest(NamedTuple):
    """A test of L beta = 0: ``F`` with ``df1`` and ``df2`` degrees of freedom, ``p``, and the ``method`` of df2."""

    F: float
    df1: int
    df2: float
    p: float
    method: str


def f_test(fit: Estimates, what: Any, df: str = "satterthwaite") -> FTest:
    """F test of linear combinations of beta; see :meth:`lmmteach.Fit.test`."""
    _check(df, 0.95)
    L = _contrasts(fit, what)
    beta, q = fit.estimate.beta, len(L)
    if df == "kenward-roger":
        found = _adjusted(fit)
        scale, df2 = found.f_scale(L)
        wald = float(L @ beta @ np.linalg.solve(L @ found.cov @ L.T, L @ beta)) / q
        return FTest(scale * wald, q, df2, float(scipy.special.fdtrc(q, df2, scale * wald)), df)
    F = float(L @ beta @ np.linalg.solve(L @ fit.estimate.cov_beta @ L.T, L @ beta)) / q
    if df == "normal":
        return FTest(F, q, np.inf, float(scipy.special.chdtrc(q, q * F)), df)
    exact = satterthwaite(fit.estimate, fit.method)
    # Fai & Cornelius: turn L until its rows are uncorrelated, give each its own df, match the mean of F.
    _, axes = np.linalg.eigh(L @ fit.estimate.cov_beta @ L.T)
    own = np.array([exact.df(row) for row in axes.T @ L])
    if q == 1 or np.ptp(own) < 1e-8 * own[0]:
        df2 = float(own.mean())
    else:
        mean = (own[own > 2] / (own[own > 2] - 2)).sum()
        df2 = float(2 * mean / (mean - q)) if mean > q else 2.0
    return FTest(F, q, df2, float(scipy.special.fdtrc(q, df2, F)), df)


def _contrasts(fit: Estimates, what: Any) -> np.ndarray:
    """L (q x p) from a name, names, names with weights (what has labels), or an array; no row may repeat others."""
    names = fit.design.fixed_names
    labelled = (str, Mapping, pd.Series)
    rows = [what] if isinstance(what, labelled) else what
    if isinstance(what, pd.DataFrame):
        rows = [row for _, row in what.iloc[: len(names) + 1].iterrows()]  # of more some would repeat others
    if isinstance(rows, (list, tuple)) and rows and all(isinstance(row, labelled) for row in rows):
        L = np.zeros((len(rows), len(names)))
        for number, row in enumerate(rows):
            weights = [(row, 1.0)] if isinstance(row, str) else row.items()
            seen: set[Any] = set()
            for name, weight in weights:
                if name not in names:
                    raise ParameterError(
                        f"There is no fixed effect {name!r}.",
                        f"There are: {', '.join(names)}. Weights without names, in this order, are an array.",
                    )
                if name in seen:
                    raise ParameterError(f"The weight of {name!r} is given twice.", "Give each name once.")
                seen.add(name)
                L[number, names.index(name)] = _weight(weight, name)
    else:
        L = np.atleast_2d(numbers(rows, "A contrast"))
    if L.ndim != 2 or L.shape[1] != len(names) or not np.isfinite(L).all():
        raise ParameterError(
            f"A contrast needs one weight for each of the {len(names)} fixed effects; this has shape {L.shape}.",
            f"In this order: {', '.join(names)}.",
        )
    if len(L) == 0 or np.linalg.matrix_rank(L) < len(L):
        raise ParameterError("The rows of L repeat each other or are all zero.", "Keep one row a separate question.")
    return L


def _weight(value: Any, name: str) -> float:
    found = numbers(value, f"The weight of {name!r}")
    if found.ndim:
        raise ParameterError(
            f"The weight of {name!r} is one number, not of shape {found.shape}.",
            "A list of dicts asks several questions.",
        )
    return float(found)


def _adjusted(fit: Estimates) -> KenwardRoger:
    if fit.method != "REML":
        raise ModelError(
            "Kenward and Roger's adjustment is derived for REML, and this fit is by ML.",
            "Refit with method='REML', or ask for df='satterthwaite'.",
            "ML and REML by hand",
        )
    return kenward_roger(fit.design, fit.estimate)


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


def _check(df: str, level: float) -> None:
    if not among(df, DF):
        raise ParameterError(f"df={df!r} is not known.", f"Use one of {', '.join(map(repr, DF))}.", LESSON)
    check_level(level)
