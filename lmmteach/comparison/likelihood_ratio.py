"""Is the larger model better?  The likelihood-ratio test, also where the null lies on the boundary.

    LR = -2 log L(small) - (-2 log L(large))

A variance cannot be negative, so under the null hypothesis that it is 0 half of all data sets would
like it below 0, and get LR nearer to 0 than a chi-square has it.  For one more random effect, with k
covariances to those that are there already, LR follows 0.5 chi2_k + 0.5 chi2_{k+1}; chi2_{k+1} alone gives
a p-value up to twice too large.  Parameters in the interior of their range each add one to both.

Self & Liang (1987), JASA 82:605; Stram & Lee (1994), Biometrics 50:1171.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import among, told
from ..design.build import Design
from ..errors import ModelError, ParameterError
from ..fitting.estimates import Estimates
from ..summary import html_report, number, text_report
from .nesting import Added, added, edges, out_of_reach

ROUNDING = 1e-7  # units of -2 log L: a smaller LR is 0
LESSON = "Choosing G and R"


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """A likelihood-ratio test of two nested fits: prints as text, shows as HTML in a notebook.

    ``statistic`` = LR, ``df`` how many parameters the larger model adds, ``p_naive`` from chi2_df, ``mixture`` the
    (weight, df) pairs of LR's distribution under the null, ``p`` from it, ``exact`` False where ``p`` is only an
    upper bound or a rough guide, ``words`` the explanation.
    """

    small: Estimates
    large: Estimates
    statistic: float
    df: int
    p_naive: float
    mixture: tuple[tuple[float, int], ...]
    p: float
    exact: bool
    words: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Both fits: parameters, -2 log L, AIC and BIC (lme4's convention)."""
        return fits_table([self.small, self.large], ["small", "large"])

    def __repr__(self) -> str:
        return text_report(*self._parts(), self.words)

    def _repr_html_(self) -> str:
        return html_report(*self._parts(), self.words)

    def _parts(self) -> tuple[str, list[str], pd.DataFrame, list[str]]:
        lead = f"Likelihood-ratio test of two fits by {self.large.method}"
        formulas = [f"{name}: {described(fit)}" for name, fit in (("small", self.small), ("large", self.large))]
        shown = told_fits(self.table)
        law = " + ".join(f"{weight:g} chi2_{df}" for weight, df in self.mixture) if len(self.mixture) > 1 else ""
        test = [f"LR = {number(self.statistic, 4)} on {self.df} df, p = {p_value(self.p_naive)} from chi2_{self.df}"]
        if law:
            bound = "" if self.exact else " at most"
            test.append(f"At the boundary: LR ~ {law}, p = {p_value(self.p)}{bound}")
        return lead, formulas, shown, test


def pair(small: Estimates, large: Estimates) -> Comparison:
    """Test a model against a larger one that contains it, whichever comes first; see :func:`lmmteach.compare`."""
    comparable(small, large)
    if (small.n_parameters, -small.deviance) > (large.n_parameters, -large.deviance):
        small, large = large, small
    if small is large:
        raise ModelError("compare() was given the same fit twice.", "Give a model and one that contains it.", LESSON)
    gained = added(small.design, small.residual, large.design, large.residual)
    df = large.n_parameters - small.n_parameters
    if gained is None or df < 1:
        raise ModelError(
            f"Neither model contains the other as far as can be told: {described(small)}, and {described(large)}."
            + _beyond(small, large),
            "The likelihood-ratio test needs nested models; compare these by .aic or .bic.",
            LESSON,
        )
    _check_reml(small, large)
    raw = small.deviance - large.deviance
    statistic = 0.0 if raw < ROUNDING else float(raw)
    mixture = _mixture(gained, df)
    words = list(_words(gained, df, small, large))
    if raw < -1e-4:
        words.append(
            f"The larger model fits worse by {-raw:.4f}, which no optimum can: one of the two searches stopped short."
        )
    p = sum(weight * tail(k, statistic) for weight, k in mixture)
    exact = gained.effects + gained.nugget < 2 and not gained.unusual and not edges(small)
    return Comparison(small, large, statistic, df, tail(df, statistic), mixture, p, exact, tuple(words))


def _beyond(small: Estimates, large: Estimates) -> str:
    """Why a structure of the larger model's kind cannot be the smaller's, where that is a matter of range."""
    visits = len(small.design.visit_values)
    return "".join(
        f" {part!r} is no covariance of all {visits} visits at once, which nobody had, and "
        f"{large.residual.name} is one of all visits."
        for part in out_of_reach(small.design, small.residual, large.residual)
    )


def information_criteria(fit: Estimates, convention: str = "lme4") -> pd.Series:
    """AIC and BIC; see :meth:`lmmteach.Fit.information_criteria`."""
    if not among(convention, ("lme4", "nlme")):
        raise ParameterError(
            f"convention={told(convention)} is not known.",
            "Use 'lme4' (log N in BIC) or 'nlme' (log (N - p) for REML).",
        )
    p = len(fit.beta) if convention == "nlme" and fit.method == "REML" else 0
    bic = fit.deviance + np.log(fit.n_obs - p) * fit.n_parameters
    return pd.Series({"AIC": fit.aic, "BIC": float(bic)}, name=convention)


def comparable(small: Estimates, large: Estimates) -> None:
    """Two fits by the same method, of the same rows and response."""
    for fit in (small, large):
        if not isinstance(getattr(fit, "design", None), Design):
            raise ModelError(f"compare() takes two fits, and a {type(fit).__name__} is none.", "Make one by lmm(...).")
    if small.method != large.method:
        raise ModelError(
            f"One fit is by {small.method}, the other by {large.method}: their likelihoods are of different things.",
            "Refit one of them with the other's method.",
            "ML and REML by hand",
        )
    a, b = small.design, large.design
    if a.n_obs != b.n_obs:
        raise ModelError(
            f"One fit uses {a.n_obs} rows, the other {b.n_obs}: likelihoods of different data cannot be compared.",
            "Drop the rows with missing values in any of the columns first, then fit both models.",
        )
    if not a.index.equals(b.index) or not np.array_equal(a.y, b.y):
        raise ModelError(
            f"The fits have different data: {a.response!r} in one and {b.response!r} in the other do not agree row by "
            "row.",
            "Fit both models to one and the same DataFrame.",
        )


def _check_reml(small: Estimates, large: Estimates) -> None:
    if small.method != "REML":
        return
    a, b = small.design, large.design
    shared = sorted(a.fixed_names) == sorted(b.fixed_names)
    if shared and np.allclose(a.X, b.X[:, [b.fixed_names.index(name) for name in a.fixed_names]], rtol=1e-9, atol=0):
        return
    only = [name for name in b.fixed_names if name not in a.fixed_names]
    only += [name for name in a.fixed_names if name not in b.fixed_names]
    raise ModelError(
        "These REML fits have different fixed effects"
        + (f" ({', '.join(only)} in one of them only)" if only else " (the same names, other columns)")
        + ": REML is the likelihood of what is left after X is taken out, so each is of different data.",
        "Refit both with method='ML'.",
        "ML and REML by hand",
    )


def _mixture(gained: Added, df: int) -> tuple[tuple[float, int], ...]:
    """LR's distribution under the null as (weight, df) pairs."""
    if gained.effects or gained.nugget:
        return ((0.5, df - 1), (0.5, df))
    return ((1.0, df),)


def tail(df: int, statistic: float) -> float:
    """P(chi2_df >= statistic); chi2_0 is 0 for certain."""
    return float(statistic <= 0) if df == 0 else float(scipy.special.chdtrc(df, statistic))


def _words(gained: Added, df: int, small: Estimates, large: Estimates) -> list[str]:
    """What was tested, and how the p-value came about."""
    found = []
    if gained.effects and gained.nugget:
        found.append(
            f"The variances of {' and '.join(_new(small, large))} and of an independent part of the residual are "
            "tested to be 0 at once. LR then follows a mixture whose weights depend on the data's design. "
            f"0.5 chi2_{df - 1} + 0.5 chi2_{df} gives a conservative p-value (an upper bound). For an exact one, add "
            "them one at a time, or simulate from the smaller fit."
        )
    elif gained.effects == 1 and not gained.unusual:
        found.append(
            f"The smaller model says that one variance is 0, the edge of its range. Half of all data would prefer it "
            f"negative, so LR follows 0.5 chi2_{df - 1} + 0.5 chi2_{df}, and chi2_{df} alone gives too large a p-value."
        )
    elif gained.effects > 1:
        found.append(
            f"{gained.effects} variances are tested to be 0 at once. LR then follows not a simple mixture but one "
            f"whose weights depend on the data's design. 0.5 chi2_{df - 1} + 0.5 chi2_{df} gives a "
            "conservative p-value (an upper bound). For an exact one, add the random effects one at a time, or "
            "simulate from the smaller fit."
        )
    elif gained.nugget and not gained.unusual:
        found.append(
            "The smaller model says that the variance of an independent part of the residual is 0, the edge of its "
            f"range: LR follows 0.5 chi2_{df - 1} + 0.5 chi2_{df}."
        )
    elif not gained.unusual:
        found.append(f"Nothing tested lies on the edge of its range, so LR follows chi2_{df}.")
    if gained.unusual:
        found.append(gained.unusual)
    if small.singular:
        found.append(
            "The smaller fit is itself singular; the theory assumes that it is not, so take the p-value as a guide."
        )
    elif edges(small):
        found.append(
            f"The smaller fit lies itself on an edge ({', '.join(edges(small))}); the theory assumes that it does not, "
            "so take the p-value as a guide."
        )
    if small.method == "REML":
        found.append("Both fits are by REML with the same X, which is right for comparing covariances.")
    found += [f"The {name} fit's search was not certified." for name, fit in (("small", small), ("large", large))
              if not fit.converged]  # fmt: skip
    return found


def _new(small: Estimates, large: Estimates) -> list[str]:
    """The random effects that only the larger model has, by name."""
    of = [{(term.group, name): None for term in fit.design.terms for name in term.names} for fit in (small, large)]
    return [f"{name} across {group}" for group, name in of[1] if (group, name) not in of[0]] or ["random effects"]


def fits_table(fits: Sequence[Estimates], names: list[str]) -> pd.DataFrame:
    """Parameters, -2 log L, AIC and BIC (lme4's convention) of each fit."""
    return pd.DataFrame(
        {
            "parameters": [fit.n_parameters for fit in fits],
            "-2 log L": [fit.deviance for fit in fits],
            "AIC": [fit.aic for fit in fits],
            "BIC": [fit.bic for fit in fits],
        },
        index=names,
    )


def told_fits(table: pd.DataFrame) -> pd.DataFrame:
    """The same in print: two decimals."""
    return table.map(lambda value: f"{value:.2f}").assign(parameters=table["parameters"].astype(str))


def described(fit: Estimates) -> str:
    """A model in a line: its formula, and R where it is not sigma2 I."""
    return fit.formula if fit.residual.plain else f"{fit.formula} with residual {fit.residual.call}"


def p_value(value: float) -> str:
    """A p-value in print."""
    return f"{value:.3f}" if value >= 0.001 else f"{value:.2g}"
