"""How the variance is shared out: intraclass correlations and R squared.

The variance of a reading has three sources, each averaged over the rows of the data:

    f = Var(x'beta)          between the rows' fixed parts (divisor N - 1)
    r_t = mean z'G_t z       of random term t; with slopes it differs from row to row (Johnson 2014)
    e = mean R_jj            of the residual

    ICC of t       r_t / (sum r + e)                what two readings share that share a level of t, covariates alike
    R2 marginal    f / (f + sum r + e)              what the covariates explain
    R2 conditional (f + sum r) / (f + sum r + e)    what covariates and random effects explain

Nakagawa & Schielzeth (2013), Methods Ecol. Evol. 4:133; Johnson (2014), Methods Ecol. Evol. 5:944.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..arguments import check_level
from ..errors import ModelError
from ..fitting.estimates import Estimates
from ..fitting.parameters import natural_parameters, parameters
from ..simulation.bootstrap import bootstrap


class Sources(NamedTuple):
    """The three sources of B fits: ``fixed`` (B,), ``random`` (B x terms), ``residual`` (B,)."""

    fixed: np.ndarray
    random: np.ndarray
    residual: np.ndarray


def icc(fit: Estimates, n: int | None, seed: int | None, level: float) -> pd.DataFrame:
    """The share of each level of grouping; see :meth:`lmmteach.Fit.icc`."""
    if not fit.design.terms:
        raise ModelError(
            "The model has no random effects, so no variance between groups.",
            "Ask fit.marginal_corr() how readings are correlated, or add a term such as (1 | subject).",
        )
    names = fit.design.term_names

    def shares(of: Sources) -> dict[str, np.ndarray]:
        random = of.random.sum(axis=1)
        found = dict(zip(names, (of.random / (random + of.residual)[:, None]).T, strict=True))
        adjusted = random / (random + of.residual)
        unadjusted = random / (of.fixed + random + of.residual)
        return {**found, "adjusted": adjusted, "unadjusted": unadjusted}

    return _table(fit, shares, n, seed, level)


def r2(fit: Estimates, n: int | None, seed: int | None, level: float) -> pd.DataFrame:
    """Marginal and conditional R squared; see :meth:`lmmteach.Fit.r2`."""

    def shares(of: Sources) -> dict[str, np.ndarray]:
        random = of.random.sum(axis=1)
        total = of.fixed + random + of.residual
        return {"marginal": of.fixed / total, "conditional": (of.fixed + random) / total}

    return _table(fit, shares, n, seed, level)


def _table(
    fit: Estimates, shares: Callable[[Sources], dict[str, np.ndarray]], n: int | None, seed: int | None, level: float
) -> pd.DataFrame:  # fmt: skip
    """The estimates and, where ``n`` asks for them, the middle of what refits to simulated data give."""
    check_level(level)
    own = natural_parameters(fit.design, fit.estimate).to_frame().T
    found = shares(_sources(fit, own))
    table = pd.DataFrame({"estimate": {name: float(value[0]) for name, value in found.items()}})
    table[["lower", "upper"]] = np.nan
    if n is not None:
        drawn = shares(_sources(fit, bootstrap(fit, n, seed, progress=True)))
        tails = [(1 - level) / 2, (1 + level) / 2]
        table[["lower", "upper"]] = [np.quantile(drawn[name], tails) for name in table.index]
    table.attrs = {"level": level, "n": n}
    return table


def _sources(fit: Estimates, sample: pd.DataFrame) -> Sources:
    """The sources at each row of a table of natural parameters (B x parameters)."""
    design, wanted = fit.design, parameters(fit.design, fit.residual)
    column = {(one.kind, one.where): sample[one.name].to_numpy() for one in wanted}
    beta = np.stack([column["beta", (k,)] for k in range(design.X.shape[1])], axis=1)
    centred = design.X - design.X.mean(axis=0)
    fixed = np.einsum("bi,ij,bj->b", beta, centred.T @ centred / (design.n_obs - 1), beta)
    random = np.zeros((len(sample), len(design.terms)))
    for t, term in enumerate(design.terms):
        squares = term.Z.T @ term.Z / design.n_obs  # mean z'G z = sum G_ij mean z_i z_j
        for (kind, where), value in column.items():
            if kind in ("variance", "covariance") and where[0] == t:
                _, i, j = where
                random[:, t] += (1 if i == j else 2) * squares[i, j] * value
    return Sources(fixed, random, _residual(fit, column, len(sample)))


def _residual(fit: Estimates, column: dict[tuple[str, tuple[int, ...]], np.ndarray], size: int) -> np.ndarray:
    """The mean of R_jj over the rows: each part's variance, times the mean square of its relative SDs."""
    structure = fit.estimate.residual
    occasions = fit.design.occasions(np.arange(fit.n_obs), structure)
    total = np.zeros(size)
    for k, part in enumerate(structure.parts):
        square = np.ones(size)
        if part.by:
            share = np.bincount(occasions.strata, minlength=len(occasions.labels)) / fit.n_obs
            square = share[0] + sum(
                s * column["sd ratio", (k, number)] ** 2 for number, s in enumerate(share[1:])
            )  # fmt: skip
        total += column["residual variance", (k,)] * square
    return total
