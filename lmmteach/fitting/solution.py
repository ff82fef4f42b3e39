"""From a design to the numbers of a fit: pool, search, and return to the data's scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.structure import Structure
from ..design.build import Design
from ..errors import ModelError
from ..likelihood.blocks import check_blocks
from ..likelihood.pooling import Pooled, pool
from . import cost
from .objective import Objective
from .search import Optimum, best_of, starts

EXACT = 1e-18  # a residual variance this small, relative to the response's, is rounding


@dataclass(frozen=True, eq=False)
class Solution:
    """Where the likelihood is largest, on the data's own scale: what a fit is made of.

    ``sigma2`` is the variance of the whole residual; ``optimum`` and ``pooled`` say how it was found.
    """

    beta: np.ndarray
    cov_beta: np.ndarray
    G: list[np.ndarray]
    sigma2: float
    residual: Structure
    deviance: float
    singular: bool
    optimum: Optimum
    pooled: Pooled


def maximise(design: Design, structure: Structure, method: str) -> Solution:
    """Fit a design: pool, search, certify, and return to the data's scale."""
    check_blocks(design, structure.plain)
    pooled = pool(design, structure)
    objective = Objective(pooled, method)
    _check_count(design, objective)
    _check_left(design, pooled)
    places = starts(objective)
    with cost.announced(objective, len(places)):
        best = best_of(objective, cost.chosen(objective, places))
    return on_data_scale(best)


def _check_count(design: Design, objective: Objective) -> None:
    """Refuse a model with more parameters than rows."""
    count = {"fixed effects": objective.pooled.p, "entries of G": int(objective.ends[-1])}
    count["residual parameters"] = objective.size - int(objective.ends[-1]) + 1
    if sum(count.values()) > design.n_obs:
        listed = ", ".join(f"{n} {what}" for what, n in count.items() if n)
        raise ModelError(
            f"{design.n_obs} rows cannot estimate {sum(count.values())} parameters ({listed}).",
            "Use fewer terms, '||' for a diagonal G, or more data.",
        )


def _check_left(design: Design, pooled: Pooled) -> None:
    """Refuse data of which X leaves nothing: there is no residual to search with."""
    left = design.y - design.X @ pooled.beta_ols
    if not left @ left > EXACT * design.n_obs * pooled.y_variance:
        raise fits_exactly()


def fits_exactly() -> ModelError:
    """The error for data without residuals."""
    return ModelError(
        "The model fits every row exactly: the residual variance is 0 and -2 log L has no lower end.",
        "Is the response computed from a covariate? Then leave that one out. Has every subject as many effects as "
        "rows? Then give it fewer, as (1 | subject).",
    )


def on_data_scale(best: Optimum) -> Solution:
    """Undo the changes of scale: beta, its covariance, G and R in the data's units."""
    pooled, at = best.objective.pooled, best.at
    if not at.sigma2 > EXACT * pooled.y_variance:
        raise fits_exactly()
    beta = pooled.beta_ols + scipy.linalg.solve_triangular(pooled.R_x, at.gamma)
    root = scipy.linalg.solve_triangular(pooled.R_x, np.linalg.cholesky(at.cov_gamma))
    halves = [scipy.linalg.solve_triangular(T, L) for T, L in zip(pooled.scale, best.factors, strict=True)]
    residual = pooled.structure.at(best.objective.x(best.theta), at.sigma2, pooled.occasions)
    return Solution(
        beta, at.sigma2 * root @ root.T, [at.sigma2 * half @ half.T for half in halves], at.sigma2, residual,
        at.deviance, best.singular, best, pooled,
    )  # fmt: skip
