"""What a fit has to say of itself, in words: singular, weakly identified, not finished."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..covariance.marginal import cov_to_corr
from .solution import Solution

UNFELT = 1e-3  # what -2 log L changes when a parameter moves by as much as its own size, to be called flat
RESULT = "This is the best fit there is, not a failure; the data hold no evidence for more. (Lesson: Strange results)"


def remarks(estimate: Solution, G_by_term: dict[str, pd.DataFrame]) -> list[str]:
    """Everything a reader should know before trusting the numbers; empty when all is plain."""
    found = []
    if not estimate.optimum.converged:
        found.append(
            "The search could not certify an optimum: gradient or curvature leave more than rounding error. "
            "Treat the estimates with care; a simpler structure will usually converge."
        )
    if estimate.singular:
        for group, G in G_by_term.items():
            found += singular(group, G)
    else:
        found += flat(estimate)
    return found


def singular(group: str, G: pd.DataFrame) -> list[str]:
    """Which variance is 0, or which correlation is +-1, in one term's G.

    >>> G = pd.DataFrame([[4.0, 0.0], [0.0, 0.0]], ["(Intercept)", "days"], ["(Intercept)", "days"])
    >>> singular("subject", G)[0][:72]
    'Singular fit: the variance of days across subject is estimated as 0. Thi'
    """
    sd = np.sqrt(np.diag(G))
    zero = [str(effect) for effect, s in zip(G.columns, sd, strict=True) if s <= 1e-7 * sd.max(initial=0)]
    if zero:
        return [f"Singular fit: the variance of {', '.join(zero)} across {group} is estimated as 0. {RESULT}"]
    corr = cov_to_corr(G)
    for j, k in zip(*np.tril_indices(len(G), -1), strict=True):
        if abs(corr[j, k]) > 1 - 1e-7:
            pair = f"{G.columns[int(k)]} and {G.columns[int(j)]}"
            return [
                f"Singular fit: the correlation of {pair} across {group} is estimated as {corr[j, k]:+.0f}. {RESULT}"
            ]
    if np.linalg.matrix_rank(corr, tol=1e-8) < len(G):
        return [f"Singular fit: one combination of the random effects of {group} has variance 0. {RESULT}"]
    return []


def flat(estimate: Solution) -> list[str]:
    """Whether some direction of theta leaves -2 log L as it is: parameters the data cannot tell apart."""
    best = estimate.optimum
    if not best.objective.size:
        return []
    reach = np.maximum(np.abs(best.theta), 0.1)
    bend, axes = np.linalg.eigh(best.hessian * np.outer(reach, reach))
    if bend[0] > UNFELT:
        return []
    strong = np.abs(axes[:, 0]) > 0.3
    last = best.objective.ends[-1]
    parts = ["G"] * bool(strong[:last].any()) + ["the residual correlation"] * bool(strong[last:].any())
    return [
        f"Weakly identified: {' and '.join([*parts, 'sigma2'])} can change together and leave -2 log L as it is, so "
        "these data cannot tell them apart, and their estimates are among many as good. What stays the same meanwhile, "
        "V as a rule, is estimated. (Lesson: Strange results)"
    ]
