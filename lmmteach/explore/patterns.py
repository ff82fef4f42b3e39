"""The data as the likelihood sees them where R is not sigma2 I: whole rows, pattern by pattern.

No rotation makes such an R simple, so V_k stays n x n for every distinct set of rows (Z, times, levels).  Of the
subjects that have it the page gets their [Q, y] as rows ``W``, or, where that is less, the sums

    S_k[a, b] = sum_i w_i[a]' w_i[b],     A = sum_k sum_ab (V_k^-1)_ab S_k[a, b]

of :mod:`.crossproducts`, which also says what X = Q R_x is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..covariance.marginal import joint
from ..design.build import Design
from ..likelihood.pooling import Patterns, pool
from .crossproducts import decimals_of, triangles
from .residual import Residual

__all__ = ["pattern_products"]


def pattern_products(design: Design, residual: Residual) -> dict[str, Any]:
    """As :func:`.crossproducts.cross_products`: each pattern has ``m``, ``Z``, ``rows`` (t, v, s), and W or S."""
    pooled = pool(design, residual.own)
    rem = pooled.rest.T @ pooled.rest
    squares = rem + sum(np.einsum("iac,iad->cd", stack.W, stack.W) for stack in pooled.stacks)
    decimals = decimals_of(np.sqrt(np.diag(squares)))
    patterns: list[dict[str, Any]] = []
    for stack in pooled.stacks:
        Z = stack.Z @ joint(pooled.scale, stack.layout) if stack.layout else stack.Z
        patterns += [_pattern(stack, k, Z[k], residual, decimals) for k in range(len(Z))]
    (rest,) = triangles(rem[None], decimals)
    log_det = float(np.log(np.abs(np.diag(pooled.R_x))).sum())
    return {"N": pooled.n_obs, "p": pooled.p, "logDetRx": log_det, "rem": rest, "patterns": patterns}


def _pattern(stack: Patterns, k: int, Z: np.ndarray, residual: Residual, decimals: np.ndarray) -> dict[str, Any]:
    w = stack.W[stack.pattern == k]
    rows = residual.marks(residual.taken(stack.occasions, k), own=True)
    found: dict[str, Any] = {"m": int(stack.count[k]), "Z": Z.tolist(), "rows": rows}
    n, c = w.shape[1:]
    if w.size <= (n * (n + 1) // 2) * (c * (c + 1) // 2):
        return found | {"W": w.tolist()}
    S = np.einsum("iac,ibd->abcd", w, w)
    pairs = [S[a, b] if a == b else S[a, b] + S[b, a] for a in range(n) for b in range(a, n)]
    return found | {"S": triangles(np.array(pairs), decimals)}
