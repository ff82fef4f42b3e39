"""Standard errors of all parameters: the delta method from the curvature of -2 log L."""

from __future__ import annotations

import numpy as np

from ..covariance.differences import DIFFERENCE, length, steps
from ..fitting.parameters import Parameter, at_theta, on_edge, uncertainty, values
from ..fitting.solution import Solution

MOVES = 1e-3  # of its size: a parameter that moves by more along a flat direction is not estimated


def standard_errors(found: Solution, method: str, wanted: list[Parameter]) -> np.ndarray:
    """Standard errors by the delta method from the curvature of -2 log L.

    nan on the edge of a range, and for what moves while -2 log L stays.
    """
    theta, sigma2 = found.optimum.theta, found.optimum.at.sigma2
    sure = uncertainty(found, method)

    def moved(step: np.ndarray, log_sigma2: float) -> np.ndarray:
        return values(wanted, found.beta, *at_theta(found, method, theta + step, sigma2 * np.exp(log_sigma2)))

    slopes = np.zeros((len(wanted), len(theta)))
    for j in range(len(theta)):  # sigma2 follows theta along the profile
        up, down = (moved(step, sure.slope @ step) for step in steps(theta, j))
        slopes[:, j] = (up - down) / (2 * length(theta, j))
    still = np.zeros(len(theta))
    own = (moved(still, DIFFERENCE) - moved(still, -DIFFERENCE)) / (2 * DIFFERENCE)
    variance = np.einsum("ki,ij,kj->k", slopes, sure.theta, slopes) + own**2 * sure.rest
    with np.errstate(all="ignore"):
        loose = np.abs(slopes @ sure.flat).max(axis=1, initial=0) > MOVES * np.sqrt(
            variance + values(wanted, found.beta, found.G, found.residual) ** 2
        )
    variance[loose] = np.nan
    for row, (_, kind, where) in enumerate(wanted):
        if kind == "beta":
            variance[row] = found.cov_beta[where[0], where[0]]
        elif kind in ("variance", "sd", "covariance", "rho"):
            t, i, j = where
            zero, one = on_edge(found.G[t], np.linalg.norm(found.pooled.scale[t], axis=0))
            if zero[i] or zero[j] or (kind == "rho" and one[i, j]):
                variance[row] = np.nan
    return np.sqrt(variance)
