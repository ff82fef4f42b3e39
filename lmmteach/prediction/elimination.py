"""b-hat where factors are crossed: the factor with most levels is eliminated first, as in the search.

With b = S u, Var(u) = sigma2 I, u solves Henderson's equations, C u = S'Z'(y - X beta), and C = S'Z'Z S + I falls
apart into the levels of the outer factor a and a border for the others:

    C = [D  B; B'  E],     Var(u | y) = sigma2 C^-1,     C^-1 from D^-1 and (E - B'D^-1 B)^-1
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..design.build import Design
from ..fitting.solution import Solution
from ..likelihood.crossed import outer_term, split


class Solved(NamedTuple):
    """Of one term: G Z'V^-1 of X and the residual (levels x q x (p + 1)), Var(b | y) given beta (levels x q x q)."""

    GZViXr: np.ndarray
    given_beta: np.ndarray


def eliminated(design: Design, estimate: Solution, Xr: np.ndarray) -> list[Solved]:
    """What b-hat is made of, term by term; ``Xr`` holds X and the residual y - X beta."""
    outer = outer_term(design)
    assert outer is not None
    S = [
        scipy.linalg.solve_triangular(*pair)
        for pair in zip(estimate.pooled.scale, estimate.optimum.factors, strict=True)
    ]
    Z = [term.Z @ half for term, half in zip(design.terms, S, strict=True)]
    alone, Z_b, inner = split(design, outer, Z)
    q, k = design.terms[outer].q, inner.size
    # Cross-products of a's own columns with everything, summed over the rows of each level.
    order = np.argsort(alone.codes, kind="stable")
    start = np.searchsorted(alone.codes[order], np.arange(alone.codes.max() + 1))
    everything = np.hstack([Z[outer], Z_b, Xr])[order]
    sums = np.add.reduceat(everything[:, :q, None] * everything[:, None, :], start)
    D, B, own = sums[..., :q] + np.eye(q), sums[..., q : q + k], sums[..., q + k :]
    DB, D_own = np.split(np.linalg.solve(D, np.concatenate([B, own], axis=2)), [k], axis=2)
    border = np.eye(k) + Z_b.T @ Z_b - np.tensordot(B, DB, axes=([0, 1], [0, 1]))
    factor = scipy.linalg.cho_factor(border)
    u_b = scipy.linalg.cho_solve(factor, Z_b.T @ Xr - np.tensordot(B, D_own, axes=([0, 1], [0, 1])))
    inverse = scipy.linalg.cho_solve(factor, np.eye(k))
    found, place = [], 0
    for number, (term, half) in enumerate(zip(design.terms, S, strict=True)):
        if number == outer:
            u, C = D_own - DB @ u_b, np.linalg.inv(D) + DB @ inverse @ DB.mT
        else:
            levels = inner.layout.count(number)
            here = np.arange(place, place + levels * term.q).reshape(levels, term.q)
            u, C = u_b[here], inverse[here[:, :, None], here[:, None, :]]
            place += levels * term.q
        found.append(Solved(half @ u, estimate.sigma2 * half @ C @ half.T))
    return found
