"""The fast likelihood, second volume: -2 log L and its exact derivatives, from pooled subjects.

The steps are those of :mod:`.readable`, taken once a pattern instead of once a subject.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..covariance.complex_step import nudges, slope
from ..covariance.factor import free_entries
from ..covariance.marginal import joint, marginal
from .pooling import Patterns, Pooled
from .readable import LOG_2PI


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The profiled likelihood at one setting, and its exact derivatives.

    ``d_psi`` (one q x q matrix a term) and ``d_x`` are the derivatives of ``deviance``; ``information``,
    made on request, is its expected Hessian in the free entries of every psi, then x.
    """

    deviance: float
    sigma2: float
    gamma: np.ndarray
    cov_gamma: np.ndarray
    d_psi: list[np.ndarray]
    d_x: np.ndarray
    information: np.ndarray | None


def evaluate(
    pooled: Pooled, psi: list[np.ndarray], x: np.ndarray, method: str,
    sigma2: float | None = None, information: bool = False,
) -> Evaluation | None:  # fmt: skip
    """-2 log L with beta (and sigma2, unless given) profiled out, and its derivatives; None where V is not PD.

    ``psi`` holds G / sigma2 of each term on the scale of Z~; ``x`` the residual structure's parameters.
    """
    log_det, A, whitened = 0.0, pooled.rest.T @ pooled.rest, []
    for stack in pooled.stacks:
        # Step I.  V / sigma2 of every pattern, and its Cholesky factor.
        try:
            L = np.linalg.cholesky(marginal(stack.Z, joint(psi, stack.layout), _relative(pooled, stack, x)))
        except np.linalg.LinAlgError:
            return None
        # Step II.  Whiten, and add up the cross-products of [X, y] and log |V|.
        L_inv = _inverse(L)
        white = L_inv[stack.pattern] @ stack.W
        A = A + np.tensordot(white, white, axes=([0, 1], [0, 1]))
        log_det += 2 * (stack.count @ np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1))
        whitened.append(Whitened(stack, L_inv, white))
    # Step III.  beta and sigma2 in closed form; -2 log L.
    try:
        best = _profiled(pooled, A, method, sigma2)
    except np.linalg.LinAlgError:
        return None
    deviance = float(best.criterion + log_det)
    # Step IV.  The derivatives: all of them follow from d deviance / dV.
    lean = _lean(best, method)
    d_psi, d_x = [np.zeros((q, q)) for q in pooled.q], np.zeros(len(x))
    expected = np.zeros((1, 1))
    for one in whitened:
        V_inv, d_V = _d_V(one, lean)
        _gather(d_psi, one.stack, np.tensordot(one.stack.Z, d_V @ one.stack.Z, axes=([0, 1], [0, 1])))
        d_C = [slope(_relative(pooled, one.stack, nudged)) for nudged in nudges(x)]
        d_x += [np.vdot(d_V, d) for d in d_C]
        if information:
            expected = expected + _expected(pooled, one.stack, V_inv, d_C)
    found = Evaluation(deviance, best.sigma2, best.gamma, best.cov_gamma, d_psi, d_x, None)
    if not information:
        return found
    # Profiling sigma2 takes its share of the information away.
    dof = pooled.n_obs - pooled.p * (method == "REML")
    return replace(found, information=expected[:-1] - np.outer(expected[-1], expected[-1]) / dof)


class Whitened(NamedTuple):
    """A stack whose V is factored: ``L_inv`` (K x r x r) of every pattern, ``white`` = L^-1 [X, y] of every block."""

    stack: Patterns
    L_inv: np.ndarray
    white: np.ndarray


class Profiled(NamedTuple):
    """beta (here gamma, of Q in X = Q R_x) and sigma2 at their best: all of -2 log L but log |V / sigma2|."""

    gamma: np.ndarray
    cov_gamma: np.ndarray
    root: np.ndarray
    sigma2: float
    criterion: float


def _profiled(pooled: Pooled, A: np.ndarray, method: str, sigma2: float | None) -> Profiled:
    """Step III, from the cross-products A of the whitened [X, y]; LinAlgError where they have no triangle."""
    triangle = np.linalg.cholesky(A)
    root = np.linalg.inv(triangle[:-1, :-1])
    cov_gamma = root.T @ root
    gamma = cov_gamma @ A[:-1, -1]
    rss = triangle[-1, -1] ** 2
    reml = method == "REML"
    dof = pooled.n_obs - pooled.p * reml
    sigma2 = float(rss / dof if sigma2 is None else sigma2)
    criterion = dof * (LOG_2PI + np.log(sigma2)) + rss / sigma2
    if reml:
        criterion += 2 * np.log(np.diag(triangle)[:-1]).sum() + 2 * np.log(np.abs(np.diag(pooled.R_x))).sum()
    return Profiled(gamma, cov_gamma, root, sigma2, criterion)


def _lean(best: Profiled, method: str) -> np.ndarray:
    """The columns F with d deviance / dV = V^-1 - V^-1 [X, y] F F' [X, y]' V^-1.

    The first makes r r' / sigma2; for REML the others make X (X'V^-1X)^-1 X'.
    """
    p = len(best.gamma)
    reml = method == "REML"
    lean = np.zeros((p + 1, 1 + p * reml))
    lean[:, 0] = np.append(best.gamma, -1.0) / np.sqrt(best.sigma2)
    if reml:
        lean[:-1, 1:] = best.root.T
    return lean


def _d_V(one: Whitened, lean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """V^-1 and d deviance / dV of every pattern, (K x r x r) each."""
    L_inv_T = np.ascontiguousarray(one.L_inv.mT)  # matrix products of many small transposes are slow
    U = L_inv_T[one.stack.pattern] @ (one.white @ lean)
    V_inv = L_inv_T @ one.L_inv
    outer = np.add.reduceat(U @ np.ascontiguousarray(U.mT), one.stack.start)
    return V_inv, one.stack.count[:, None, None] * V_inv - outer


def _expected(pooled: Pooled, stack: Patterns, V_inv: np.ndarray, d_C: list[np.ndarray]) -> np.ndarray:
    """A stack's tr(V^-1 dV_j V^-1 dV_k) of all parameters, summed over subjects; sigma2's own in the last row."""
    ways = [stack.Z @ joint(way, stack.layout) @ stack.Z.mT for way in _ways(pooled)]
    B = V_inv @ np.stack(np.broadcast_arrays(*ways, *d_C)) if ways or d_C else np.zeros((0, *V_inv.shape))
    weighted = B * stack.count[:, None, None]
    shared = np.tensordot(weighted, B.mT, axes=([1, 2, 3], [1, 2, 3]))
    return np.append(shared, np.einsum("jkrr->j", weighted)[None], axis=0)


def _inverse(L: np.ndarray) -> np.ndarray:
    """L^-1 of many lower triangles (K x r x r), a row at a time for all of them at once."""
    r = L.shape[-1]
    if len(L) < r * r:
        return np.linalg.inv(L)
    inverse = np.zeros_like(L)
    for i in range(r):
        inverse[:, i, i] = 1.0 / L[:, i, i]
        for j in range(i):
            inverse[:, i, j] = -np.einsum("kl,kl->k", L[:, i, j:i], inverse[:, j:i, j]) * inverse[:, i, i]
    return inverse


def _ways(pooled: Pooled) -> list[list[np.ndarray]]:
    """Every direction in which the psi can move: one free entry (and its mirror image) at a time."""
    ways = []
    for term, (q, correlated) in enumerate(zip(pooled.q, pooled.correlated, strict=True)):
        for a, b in free_entries(q, correlated):
            way = [np.zeros((size, size)) for size in pooled.q]
            way[term][a, b] = way[term][b, a] = 1.0
            ways.append(way)
    return ways


def _relative(pooled: Pooled, stack: Patterns, x: np.ndarray) -> np.ndarray:
    """R / sigma2 of every pattern of a stack."""
    if stack.occasions is None:
        return np.eye(stack.Z.shape[1])
    C = pooled.structure.relative(x, stack.occasions)
    return C if stack.same is None else C * stack.same


def _gather(d_psi: list[np.ndarray], stack: Patterns, whole: np.ndarray) -> None:
    """Add each level's diagonal block of d deviance / d(all levels) to its term's."""
    place = 0
    for term in stack.layout:
        q = len(d_psi[term])
        d_psi[term] += whole[place : place + q, place : place + q]
        place += q
