"""How sure are we of beta: standard errors, degrees of freedom, t and F tests.

A ratio estimate / SE follows a t distribution only if the SE is independent of the estimate and known
up to a chi-square.  In a mixed model it is neither; a t with the right number of degrees of freedom
comes close.  Three answers: infinitely many ("normal"), Satterthwaite's, and Kenward and Roger's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .arguments import among, numbers
from .errors import ModelError, ParameterError
from .fitting import Estimate, Objective
from .kenward_roger import KenwardRoger, kenward_roger
from .parameters import STEP, Uncertainty, steps, uncertainty

if TYPE_CHECKING:
    from .fit import Fit

DF = ("satterthwaite", "kenward-roger", "normal")
LESSON = "The Framingham answers: age, sex, time"


class Satterthwaite(NamedTuple):
    """What Satterthwaite's df need: ``cov`` (p x p), its ``slopes`` (k x p x p) in theta, how sure theta is, N - p."""

    cov: np.ndarray
    slopes: np.ndarray
    sure: Uncertainty
    dof: float

    def df(self, contrast: np.ndarray) -> float:
        """The degrees of freedom of the variance v = c' cov(beta) c.

        df = 2 v^2 / Var(v-hat), and with sigma2 profiled out this is a sum of two sources,

            1 / df = 1 / (N - p) + (grad log v)' H^-1 (grad log v)

        (N for ML): the first for sigma2 given theta, the second for theta.
        """
        v = contrast @ self.cov @ contrast
        grad = (self.slopes @ contrast) @ contrast / v
        return float(1.0 / (1.0 / self.dof + grad @ self.sure.theta @ grad / 2))


def satterthwaite(estimate: Estimate, method: str) -> Satterthwaite:
    """The derivatives Satterthwaite's degrees of freedom are made of.

    Slopes are those of sigma2-hat(theta) (X'V~^-1 X)^-1 along the profile of the likelihood, by central
    differences; at a singular fit theta moves only where it is free (a variance of 0 stays 0).

    Notes
    -----
    Satterthwaite (1946), Biometrics Bull. 2:110; Fai & Cornelius (1996), J. Stat. Comput. Simul. 54:363.
    """
    pooled, theta = estimate.pooled, estimate.optimum.theta
    objective = Objective(pooled, method)
    p = pooled.p
    slopes = np.zeros((len(theta), p, p))
    for j in range(len(theta)):
        up, down = (objective.evaluate(theta + step)[0] for step in steps(theta, j))
        if up is not None and down is not None:
            change = up.sigma2 * up.cov_gamma - down.sigma2 * down.cov_gamma
            half = scipy.linalg.solve_triangular(pooled.R_x, change / (2 * STEP * max(1.0, abs(theta[j]))))
            slopes[j] = scipy.linalg.solve_triangular(pooled.R_x, half.T)
    dof = pooled.n_obs - p * (method == "REML")
    return Satterthwaite(estimate.cov_beta, slopes, uncertainty(estimate, method), float(dof))


def coef_table(fit: Fit, df: str = "satterthwaite", level: float = 0.95) -> pd.DataFrame:
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


def f_test(fit: Fit, what: Any, df: str = "satterthwaite") -> FTest:
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


def _contrasts(fit: Fit, what: Any) -> np.ndarray:
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


def _adjusted(fit: Fit) -> KenwardRoger:
    if fit.method != "REML":
        raise ModelError(
            "Kenward and Roger's adjustment is derived for REML, and this fit is by ML.",
            "Refit with method='REML', or ask for df='satterthwaite'.",
            "ML and REML by hand",
        )
    return kenward_roger(fit.design, fit.estimate)


def _held(fit: Fit, sure: Uncertainty) -> list[str]:
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


def check_level(level: float) -> None:
    """A confidence level lies strictly between 0 and 1."""
    if not isinstance(level, (int, float, np.integer, np.floating)) or not 0 < level < 1:
        raise ParameterError(f"level={level!r} is not a confidence level.", "Use a number between 0 and 1, as 0.95.")
