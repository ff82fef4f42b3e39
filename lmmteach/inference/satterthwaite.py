"""Satterthwaite's degrees of freedom: how sure we are of a variance, counted as a chi-square's.

Satterthwaite (1946), Biometrics Bull. 2:110; Fai & Cornelius (1996), J. Stat. Comput. Simul. 54:363.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.differences import length, steps
from ..fitting.objective import Objective
from ..fitting.parameters import Uncertainty, uncertainty
from ..fitting.solution import Solution


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


def satterthwaite(estimate: Solution, method: str) -> Satterthwaite:
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
            half = scipy.linalg.solve_triangular(pooled.R_x, change / (2 * length(theta, j)))
            slopes[j] = scipy.linalg.solve_triangular(pooled.R_x, half.T)
    dof = pooled.n_obs - p * (method == "REML")
    return Satterthwaite(estimate.cov_beta, slopes, uncertainty(estimate, method), float(dof))
