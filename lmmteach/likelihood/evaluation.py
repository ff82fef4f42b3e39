"""The fast likelihood, second volume: -2 log L and its exact derivatives, from pooled subjects.

The steps are those of :mod:`.readable`, taken once a pattern instead of once a subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..covariance.marginal import joint
from . import chain, crossed, curvature, small, wide
from .moves import Felt, derivatives, relative
from .pooling import Patterns, Pooled
from .readable import LOG_2PI

Whitened = small.Small | wide.Wide | chain.Chain


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The profiled likelihood at one setting, and its exact derivatives.

    ``d_psi`` (one q x q matrix a term) and ``d_x`` are the derivatives of ``deviance``; ``hessian``, made on request,
    its second derivatives in the free entries of every psi, then x: the expected ones, or those observed.
    """

    deviance: float
    sigma2: float
    gamma: np.ndarray
    cov_gamma: np.ndarray
    d_psi: list[np.ndarray]
    d_x: np.ndarray
    hessian: np.ndarray | None


def evaluate(
    pooled: Pooled, psi: list[np.ndarray], x: np.ndarray, method: str,
    sigma2: float | None = None, second: str | None = None,
) -> Evaluation | None:  # fmt: skip
    """-2 log L with beta (and sigma2, unless given) profiled out, and its derivatives; None where V is not PD.

    ``psi`` holds G / sigma2 of each term on the scale of Z~; ``x`` the residual structure's parameters.
    ``second`` asks for second derivatives, "expected" or "observed", which crossed factors and long chains have not.
    """
    log_det, A, whitened = 0.0, pooled.rest.T @ pooled.rest, []
    for stack in pooled.stacks:
        # Step I.  V / sigma2 of every pattern, and its Cholesky factor.
        # Step II.  Whiten, and add up the cross-products of [X, y] and log |V|.
        try:
            one = _whitened(pooled, stack, psi, x)
        except np.linalg.LinAlgError:
            return None
        A = A + one.cross
        log_det += one.log_det
        whitened.append(one)
    if pooled.inner:  # crossed factors: those that have no blocks of their own come out now
        apart = crossed.eliminate(pooled.inner, [*(one.rows for one in whitened), pooled.rest], psi)
        A, log_det = apart.triangle.T @ apart.triangle, log_det + apart.log_det
    # Step III.  beta and sigma2 in closed form; -2 log L.
    try:
        best = _profiled(pooled, A, method, sigma2)
    except np.linalg.LinAlgError:
        return None
    deviance = float(best.criterion + log_det)
    # Step IV.  The derivatives: all of them follow from d deviance / dV.
    d_psi, felt = [np.zeros((q, q)) for q in pooled.q], Felt(pooled)
    F, lean = _columns(best, method)
    if pooled.inner:
        whole = crossed.columns(pooled.inner, apart, F[:, :lean])
        _gather(d_psi, pooled.inner.layout, crossed.d_inner(pooled.inner, apart, whole, lean))
        F, lean = whole, whole.shape[1]
    for one in whitened:
        N = one.seen(F[:, :lean])
        flat = N.reshape(len(N), N.shape[1] * N.shape[2])
        _gather(d_psi, one.stack.layout, one.inner() @ one.stack.count - flat @ flat.T)
        if isinstance(one, wide.Wide) and len(x):
            felt.add(one.stack, one.d_V(F[:, :lean]))
    d_x = felt.d_x(x) if len(x) else np.zeros(0)
    d_x = d_x + sum(one.d_x(F[:, :lean]) for one in whitened if isinstance(one, chain.Chain))
    hessian = None
    if second and not pooled.first_order:
        hessian = _second(pooled, whitened, F, lean, x, second == "observed", sigma2 is None)
        if second == "observed" and len(x):
            hessian[-len(x) :, -len(x) :] += felt.bend(x)
    return Evaluation(deviance, best.sigma2, best.gamma, best.cov_gamma, d_psi, d_x, hessian)


def _whitened(pooled: Pooled, stack: Patterns, psi: list[np.ndarray], x: np.ndarray) -> Whitened:
    """Steps I and II of a stack."""
    whole = joint(psi, stack.layout)
    if stack.small:
        return small.whiten(stack, whole)
    if stack.chained(pooled.structure):
        return chain.Chain(pooled, stack, whole, x)
    return wide.whiten(stack, whole, relative(pooled, stack, x))


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


def _columns(best: Profiled, method: str) -> tuple[np.ndarray, int]:
    """F, and how many of its first columns make d deviance / dV = V^-1 - V^-1 [X, y] F F' [X, y]' V^-1.

    The first column makes r r' / sigma2; for REML the others make X (X'V^-1X)^-1 X'.
    """
    p = len(best.gamma)
    F = np.zeros((p + 1, p + 1))
    F[:, 0] = np.append(best.gamma, -1.0) / np.sqrt(best.sigma2)
    F[:-1, 1:] = best.root.T
    return F, 1 + p * (method == "REML")


def _second(
    pooled: Pooled, whitened: list[Whitened], F: np.ndarray, lean: int, x: np.ndarray,
    observed: bool, profiled: bool,
) -> np.ndarray:  # fmt: skip
    """The expected Hessian, or the observed one as far as V is linear in its parameters."""
    sums = [
        curvature.second(pooled, one, F, lean, observed, derivatives(pooled, one.stack, x))
        for one in whitened
        if not isinstance(one, chain.Chain)
    ]
    reml = lean > 1
    dof = pooled.n_obs - pooled.p * reml
    size = curvature.count(pooled) + len(x)
    whole = curvature.added(sums, size, F.shape[1])
    return curvature.observed(whole, dof, reml, profiled) if observed else curvature.expected(whole, dof)


def _gather(d_psi: list[np.ndarray], layout: tuple[int, ...], whole: np.ndarray) -> None:
    """Add each level's diagonal block of d deviance / d(all levels) to its term's."""
    place = 0
    for term in layout:
        q = len(d_psi[term])
        d_psi[term] += whole[place : place + q, place : place + q]
        place += q
