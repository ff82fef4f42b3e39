"""What a fit has to say of itself, in words: singular, weakly identified, not finished."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..covariance.marginal import cov_to_corr
from .parameters import on_edge
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
        for (group, G), T in zip(G_by_term.items(), estimate.pooled.scale, strict=True):
            found += singular(group, G, np.linalg.norm(T, axis=0))
    else:
        found += flat(estimate)
    return found


def singular(group: str, G: pd.DataFrame, lengths: np.ndarray) -> list[str]:
    """Which variance is 0, or which correlation is +-1, in one term's G; ``lengths`` are those of Z's columns.

    >>> G = pd.DataFrame([[4.0, 0.0], [0.0, 0.0]], ["(Intercept)", "days"], ["(Intercept)", "days"])
    >>> singular("subject", G, np.ones(2))[0][:72]
    'Singular fit: the variance of days across subject is estimated as 0. Thi'
    """
    none, one = on_edge(G.to_numpy(), lengths)
    zero = [str(effect) for effect, is_zero in zip(G.columns, none, strict=True) if is_zero]
    if zero:
        return [f"Singular fit: the variance of {', '.join(zero)} across {group} is estimated as 0. {RESULT}"]
    for j, k in zip(*np.tril_indices(len(G), -1), strict=True):
        if one[j, k]:
            pair, sign = f"{G.columns[int(k)]} and {G.columns[int(j)]}", np.sign(G.to_numpy()[j, k])
            return [f"Singular fit: the correlation of {pair} across {group} is estimated as {sign:+.0f}. {RESULT}"]
    if np.linalg.matrix_rank(cov_to_corr(G), tol=1e-8) < len(G):
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
