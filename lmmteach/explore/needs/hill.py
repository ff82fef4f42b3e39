"""The way the search went, step by step, as G, sigma2 and -2 log L on the data's own scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import block_diag

from ...fitting.estimates import Estimates
from ...fitting.parameters import at_theta
from ...fitting.solution import maximise

__all__ = ["hill", "profile"]


def hill(fit: Estimates) -> dict[str, Any]:
    """``path``: every evaluation of the search that came lower than all before it, sigma2 at its best there.

    The optimum's path holds theta, the factor of G / sigma2; trial steps that led up are left out.
    """
    optimum = fit.estimate.optimum
    lowest, path = np.inf, []
    for theta, value in optimum.path:
        # What is gained beyond the third digit cannot be seen.
        if not value < lowest - 1e-3:
            continue
        lowest = value
        at, _ = optimum.objective.evaluate(theta)
        if at is not None:
            G, _ = at_theta(fit.estimate, fit.method, theta, at.sigma2)
            path.append({"G": block_diag(*G).tolist(), "sigma2": float(at.sigma2), "deviance": float(at.deviance)})
    return {"path": path}


def profile(fit: Estimates) -> dict[str, Any]:
    """G, sigma2 and -2 log L at both optima, that of ML and that of REML."""
    out = {}
    for method in ("ML", "REML"):
        found = fit.estimate if method == fit.method else maximise(fit.design, fit.residual, method)
        out[method] = {
            "G": block_diag(*found.G).tolist(), "sigma2": float(found.sigma2), "deviance": float(found.deviance),
        }  # fmt: skip
    return out
