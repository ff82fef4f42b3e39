"""A truth to simulate from that no data gave: beta, G and sigma2 as somebody names them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..arguments import numbers, told
from ..covariance.independent import Independent
from ..errors import ParameterError
from ..fitting.estimates import Estimates
from ..fitting.objective import Objective
from ..fitting.search import Optimum
from ..fitting.solution import Solution


def at_truth(fit: Estimates, method: str, beta: np.ndarray, G: list[np.ndarray], sigma2: float) -> Solution:
    """A solution of the fit's design with these values, as if a search had ended there; R = sigma2 I."""
    variance = numbers(sigma2, "sigma2")
    if variance.ndim or not (np.isfinite(variance) and variance > 0):
        raise ParameterError(
            f"sigma2 is {told(sigma2)}, but a residual variance is one number above 0.", "Give such a number."
        )
    objective = Objective(fit.estimate.pooled, method)
    with np.errstate(over="ignore", invalid="ignore"):
        psi = [T @ one @ T.T / variance for one, T in zip(G, objective.pooled.scale, strict=True)]
    factors = [factor(one) for one in psi if np.isfinite(one).all()]
    entries = [L[place] for L, free in zip(factors, objective.free, strict=False) for place in free]
    theta = np.array(entries, dtype=float)
    at, gradient = objective.evaluate(theta) if len(factors) == len(psi) else (None, theta)
    if at is None:
        raise ParameterError("G and sigma2 are too far apart: V has no number.", "Check their units.")
    optimum = Optimum(objective, theta, at, gradient, True, [])
    residual = Independent(sigma2=float(variance))
    return replace(
        fit.estimate, beta=beta, G=G, sigma2=float(variance), residual=residual, singular=optimum.singular,
        optimum=optimum,
    )  # fmt: skip


def factor(psi: np.ndarray) -> np.ndarray:
    """L, lower triangular with L L' = psi, of a psi that may be singular.

    >>> factor(np.array([[4.0, 2.0], [2.0, 1.0]])).round(6) + 0.0
    array([[2., 0.],
           [1., 0.]])
    """
    variance, axes = np.linalg.eigh(psi)
    half = axes * np.sqrt(np.maximum(variance, 0.0))
    L = np.asarray(np.linalg.qr(half.T, mode="r")).T
    signs: np.ndarray = np.where(np.diag(L) < 0, -1.0, 1.0)
    return L * signs
