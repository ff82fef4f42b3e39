"""Several questions at once: p values and limits that keep the chance of any false alarm where one question has it.

Of m true null hypotheses tested at 5 % each, some will look false.  Bonferroni: m p.  Holm: the same, step by step,
never larger.  Tukey, for all differences of k means: sqrt(2) |t| held against the studentized range of k means.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

ADJUST = ("none", "tukey", "holm", "bonferroni")


def adjusted(table: pd.DataFrame, adjust: str, means: int, level: float) -> pd.DataFrame:
    """The table with its p values and limits adjusted; Holm, which has no limits, gets Bonferroni's.

    Tukey (1949), Biometrics 5:99 (unequal variances: Kramer 1956, conservative); Holm (1979), Scand. J. Statist. 6:65.
    """
    t, dfs = table["t value"].to_numpy(), table["df"].to_numpy()
    known = np.isfinite(t)
    m = int(known.sum())
    p, width = table["p value"].to_numpy().copy(), np.full(len(t), np.nan)
    if adjust == "tukey":
        p[known] = scipy.stats.studentized_range.sf(np.sqrt(2) * np.abs(t[known]), means, dfs[known])
        width[known] = tukey_width(level, means, dfs[known])
        note = f"p values and limits by Tukey's method for {means} means."
    else:
        p[known] = np.minimum(m * p[known], 1.0) if adjust == "bonferroni" else _holm(p[known])
        tail = 1 - (1 - level) / 2 / max(m, 1)
        width = np.where(np.isinf(dfs), scipy.special.ndtri(tail), scipy.special.stdtrit(dfs, tail))
        also = "" if adjust == "bonferroni" else "; limits by Bonferroni's, as Holm's has none"
        note = f"p values by {adjust.capitalize()}'s method for {m} tests{also or ', limits too'}."
    half = width * table["Std. Error"].to_numpy()
    made = table.assign(**{"p value": p, "lower": table["Estimate"] - half, "upper": table["Estimate"] + half})
    made.attrs = {**table.attrs, "notes": [*table.attrs["notes"], note], "adjust": adjust}
    return made


def tukey_width(level: float, means: int, dfs: np.ndarray) -> np.ndarray:
    """How many standard errors a limit lies away; computed once where the degrees of freedom are the same."""
    values, place = np.unique(np.round(dfs, 8), return_inverse=True)
    return np.array([_quantile(level, means, df) for df in values])[place] / np.sqrt(2)


def _quantile(level: float, means: int, df: float) -> float:
    """Of the studentized range: scipy's, in half its time, which goes into the tail.

    In logarithms the tail is nearly a straight line, so secants from Bonferroni's bound meet it in a few steps.
    """
    law = scipy.stats.studentized_range
    bound = np.log(-np.sqrt(2) * scipy.special.stdtrit(df, (1 - level) / (means * (means - 1))))

    def excess(q: float) -> float:
        return float(np.log(law.sf(np.exp(q), means, df) / (1 - level)))

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a secant that is lost is seen below
        q, how = scipy.optimize.newton(excess, bound, x1=bound - 0.03, tol=1e-6, full_output=True, disp=False)
    if how.converged and q < bound + 1e-6:
        return float(np.exp(q))
    return float(law.ppf(level, means, df))  # one degree of freedom and many means


def _holm(p: np.ndarray) -> np.ndarray:
    """The smallest p times m, the next times m - 1, ...; none smaller than one before it."""
    order = np.argsort(p)
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty_like(p)
    found[order] = np.minimum(steps, 1.0)
    return found
