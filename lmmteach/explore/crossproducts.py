"""The data as the likelihood sees them: cross-products per pattern of Z, small enough for a page.

:func:`lmmteach.pooling.pool` has replaced X by its orthonormal Q (X = Q R_x) and y by its least-squares
residual, and rotated every distinct Z_k to its triangle R_k.  Of the m_k subjects with that Z only

    S_k[a, b] = sum_i w_i[a]' w_i[b],   w_i = the first rows of the rotated [Q, y]_i,

is needed, and of all the other rows only the total A_rem.  Where few subjects share a Z_k their w_i are fewer numbers
than the sums: then the page gets those, and adds them up itself.  At any G and sigma2

    U_k = R_k G R_k' + sigma2 I,   A = sum_k sum_ab (U_k^-1)_ab S_k[a, b] + A_rem / sigma2,

and -2 log L follows from A and log|U_k|.  No subject appears in the sum any more.
"""

from __future__ import annotations

from itertools import cycle, pairwise
from typing import Any

import numpy as np

from ..covariance.marginal import joint
from ..design.build import Design
from ..likelihood.pooling import Patterns, pool

__all__ = ["cross_products", "decimals_of", "triangles"]

DIGITS = 16  # of the largest that a product of two columns can be


def cross_products(design: Design) -> dict[str, Any]:
    """The pooled cross-products of a design with independent residuals, JSON-able.

    Returns
    -------
    dict
        ``N``, ``p``, ``logDetRx`` = log|det R_x|, ``rem`` and, for each distinct Z, ``m``, ``R`` (k x q) and
        ``S``; symmetric (p+1) x (p+1) matrices stand as their upper triangles, row by row.  A pattern of few
        subjects has ``W``, their w_i, in place of ``S``.
    """
    pooled = pool(design)
    log_det = float(np.log(np.abs(np.diag(pooled.R_x))).sum())
    rem = pooled.rest.T @ pooled.rest
    squares = rem + sum(np.einsum("iac,iad->cd", stack.W, stack.W) for stack in pooled.stacks)
    size = np.sqrt(np.diag(squares))
    places = decimals_of(size)
    patterns: list[dict[str, Any]] = []
    for stack in pooled.stacks:
        R = stack.Z @ joint(pooled.scale, stack.layout)
        rows = zip(stack.count.tolist(), R.tolist(), _shorter(stack, size, places), strict=True)
        patterns += [{"m": m, "R": triangle} | own for m, triangle, own in rows]
    (upper,) = triangles(rem[None], places)
    return {"N": pooled.n_obs, "p": pooled.p, "logDetRx": log_det, "rem": upper, "patterns": patterns}


def _shorter(stack: Patterns, size: np.ndarray, places: np.ndarray) -> list[dict[str, Any]]:
    """S of every pattern of a stack, or W where that is fewer numbers."""
    r, c = stack.W.shape[1:]
    begins = [*stack.start.tolist(), len(stack.W)]
    most = (r + 1) * (c + 1) // 4  # w_i of r c numbers each, against r (r + 1) / 2 triangles of c (c + 1) / 2
    few = [r > 0 and end - begin <= most for begin, end in pairwise(begins)]
    W = stack.W.copy()
    for column, decimals in enumerate(_decimals(np.where(size > 0, size, 1.0)).tolist()):
        W[..., column] = W[..., column].round(decimals)
    return [
        {"W": W[begin:end].tolist()} if short else {"S": S}
        for (begin, end), short, S in zip(pairwise(begins), few, _products(stack, places), strict=True)
    ]


def _products(stack: Patterns, places: np.ndarray) -> list[list[list[float]]]:
    """S of every pattern of a stack: for each pair a <= b of rows an upper triangle."""
    r, c = stack.W.shape[1:]
    S = np.empty((len(stack.count), r, r, c, c))
    count = np.diff(stack.start, append=len(stack.W))
    for n in np.unique(count):  # patterns of as many blocks each are added up at once
        alike = np.flatnonzero(count == n)
        w = stack.W[stack.start[alike][:, None] + np.arange(n)]
        S[alike] = np.einsum("kiac,kibd->kabcd", w, w)
    # U^-1 is symmetric, so S[a, b] and S[b, a] always come together.
    pairs = [S[:, a, b] if a == b else S[:, a, b] + S[:, b, a] for a in range(r) for b in range(a, r)]
    return [list(own) for own in zip(*[triangles(one, places) for one in pairs], strict=True)]


def decimals_of(size: np.ndarray) -> np.ndarray:
    """How many decimal places of each product count, where columns i and j are as long as size[i] and size[j]."""
    length = np.where(size > 0, size, 1.0)
    return _decimals(np.outer(length, length))


def _decimals(size: np.ndarray) -> np.ndarray:
    found: np.ndarray = DIGITS - np.ceil(np.log10(size)).astype(int)
    return found


def triangles(A: np.ndarray, places: np.ndarray) -> list[list[float]]:
    """The upper triangle of every A (K x c x c).

    Digits beyond all digits of the whole are rounding, and a third of what would be sent.
    """
    upper = np.triu_indices(A.shape[-1])
    size, entries = len(upper[0]), A[:, *upper].ravel().tolist()
    # numpy's own rounding of all at once is not right to the last digit
    kept = [round(x, count) for x, count in zip(entries, cycle(places[upper].tolist()), strict=False)]
    return [kept[start : start + size] for start in range(0, len(kept), size)]
