"""Kenward and Roger's small-sample adjustment: a larger standard error, and degrees of freedom to go with it.

(X'V^-1 X)^-1 treats V as known.  Estimating it adds uncertainty of its own, and makes the usual
estimate too small even on average.  With V = sum_r s_r V_r, linear in its parameters s (the entries of
each G, sigma2, ...), W = Cov(s-hat), Phi = (X'V^-1 X)^-1 and

    P_r  = -X'V^-1 V_r V^-1 X          Q_rs = X'V^-1 V_r V^-1 V_s V^-1 X

the adjusted covariance is  Phi_A = Phi + 2 Phi [ sum_rs W_rs (Q_rs - P_r Phi P_s) ] Phi.

W comes from an information, half of  tr(P V_r P V_s)  expected (as pbkrtest), or what these data say,
y'P V_r P V_s P y - tr(P V_r P V_s) / 2  observed (as SAS and mmrm), P = V^-1 - V^-1 X Phi X'V^-1.

Kenward & Roger (1997), Biometrics 53:983; for V linear in its parameters its last term vanishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.factor import free_entries
from ..covariance.marginal import within
from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..design.build import Design
from ..errors import ModelError
from ..fitting.solution import Solution
from ..likelihood.covariances import Covariances, covariances
from ..likelihood.pooling import scaled, solved_right

UNTOLD = 1e-10  # a share of the information below which a direction counts as unidentified


@dataclass(frozen=True, eq=False)
class KenwardRoger:
    """``cov`` = Phi_A (p x p); ``W`` (r x r) the covariance of V's parameters.

    ``plain`` = Phi and ``P`` (r x p x p) are those of Q in X = Q R_x, whose columns are orthonormal.
    """

    cov: np.ndarray
    plain: np.ndarray
    P: np.ndarray
    W: np.ndarray
    R_x: np.ndarray
    notes: list[str] = field(default_factory=list)

    def df(self, contrast: np.ndarray) -> float:
        """Degrees of freedom of one contrast c, 2 (c'Phi c)^2 / Var(c'Phi c): the rule below where q = 1."""
        contrast = scipy.linalg.solve_triangular(self.R_x, contrast, trans="T")
        v = contrast @ self.plain @ contrast
        slope = np.einsum("a,rab,b->r", contrast @ self.plain, self.P, self.plain @ contrast) / v
        return float(2.0 / (slope @ self.W @ slope))

    def f_scale(self, L: np.ndarray) -> tuple[float, float]:
        """(lambda, m): lambda times the F statistic of L (q x p) follows F(q, m), by matching mean and variance."""
        q = len(L)
        if q == 1:
            return 1.0, self.df(L[0])
        L, Phi = solved_right(L, self.R_x), self.plain
        theta = L.T @ np.linalg.solve(L @ Phi @ L.T, L)
        M = theta @ Phi @ self.P @ Phi  # r x p x p
        trace = np.trace(M, axis1=1, axis2=2)
        A1 = float(trace @ self.W @ trace)
        A2 = float(np.einsum("rab,sba,rs->", M, M, self.W))
        B = (A1 + 6 * A2) / (2 * q)
        g = ((q + 1) * A1 - (q + 4) * A2) / ((q + 2) * A2)
        bottom = 3 * q + 2 * (1 - g)
        c1, c2, c3 = g / bottom, (q - g) / bottom, (q + 2 - g) / bottom
        mean = 1 / (1 - A2 / q)
        variance = (2 / q) * (1 + c1 * B) / ((1 - c2 * B) ** 2 * (1 - c3 * B))
        ratio = variance / (2 * mean**2)
        m = 4 + (q + 2) / (q * ratio - 1)
        return float(m / (mean * (m - 2))), float(m)


def kenward_roger(design: Design, estimate: Solution, observed: bool = False) -> KenwardRoger:
    """The adjusted covariance of beta-hat, and what its degrees of freedom are made of.

    ``observed`` takes the information of these data for W, not what is expected of all like them.

    Raises
    ------
    ModelError
        Where V is not linear in the parameters of R (AR(1), exponential, heterogeneous forms, sums).
    """
    _linear(estimate.residual, design.occasions(np.arange(1), estimate.residual))  # refused before anything is computed
    R_x = estimate.pooled.R_x
    # On orthonormal columns of X and Z no digits are lost; what follows does not depend on the choice.
    Q_x, Z = solved_right(design.X, R_x), scaled(design, estimate.pooled.scale)
    G = [estimate.optimum.at.sigma2 * L @ L.T for L in estimate.optimum.factors]
    r = design.y - design.X @ estimate.beta
    pieces = [
        _pieces(design, estimate.residual, Q_x, r, block) for block in covariances(design, G, estimate.residual, Z)
    ]
    P, Q, K, seen, led = (np.sum([piece[k] for piece in pieces], axis=0) for k in range(5))
    at = estimate.optimum.at
    Phi = at.sigma2 * at.cov_gamma
    PhiP = Phi @ P
    information = K - 2 * np.einsum("ab,rsba->rs", Phi, Q) + np.einsum("rab,sba->rs", PhiP, PhiP)
    if observed:
        information = 2 * (seen - led @ Phi @ led.T) - information
    size = np.sqrt(np.diag(K))  # the parameters' scales differ by many powers of ten
    size[size == 0] = 1.0  # the covariance of two visits that nobody has both of
    relative = (information + information.T) / 2 / np.outer(size, size)
    notes = []
    told, axes = np.linalg.eigh(relative)
    known = told > UNTOLD * told[-1]  # at a singular fit the observed one need not be positive
    if not known.all():
        notes.append("Some covariance parameters cannot be told apart; only what can be told apart is adjusted for.")
    W = 2 * (axes[:, known] / told[known]) @ axes[:, known].T / np.outer(size, size)
    inner = np.einsum("rs,rsab->ab", W, Q) - np.einsum("rs,rab,bc,scd->ad", W, P, Phi, P)
    adjusted = scipy.linalg.solve_triangular(R_x, Phi + Phi @ (inner + inner.T) @ Phi)
    return KenwardRoger(scipy.linalg.solve_triangular(R_x, adjusted.T), Phi, P, W, R_x, notes)


def _pieces(
    design: Design, residual: Structure, X: np.ndarray, r: np.ndarray, block: Covariances
) -> tuple[np.ndarray, ...]:
    """A stack's share of P (r x p x p), Q (r x r x p x p) and K_rs = tr(V^-1 V_r V^-1 V_s); of what the data say

    with u = V^-1 r, u'V_r V^-1 V_s u (r x r) and u'V_r V^-1 X (r x p).
    """
    V_inv = np.linalg.inv(block.V)
    U = V_inv @ X[block.rows]
    basis = [*_basis_G(design, block), *_basis_R(design, residual, block.rows)]
    VU = [V_r @ U for V_r in basis]
    A = [V_inv @ V_r for V_r in basis]
    P = -np.array([np.einsum("mna,mnb->ab", U, one) for one in VU])
    solved = [V_inv @ one for one in VU]
    Q = np.array([[np.einsum("mna,mnb->ab", one, other) for other in solved] for one in VU])
    K = np.array([[np.einsum("mij,mji->", one, other) for other in A] for one in A])
    Vu = [V_r @ (V_inv @ r[block.rows][..., None]) for V_r in basis]
    seen = np.array([[np.einsum("mia,mij,mja->", one, V_inv, other) for other in Vu] for one in Vu])
    led = np.array([np.einsum("mia,mip->p", one, U) for one in Vu])
    return P, Q, K, seen, led


def _basis_G(design: Design, block: Covariances) -> Iterator[np.ndarray]:
    """dV / ds_r, (m x n x n), for every free entry of every G."""
    starts = np.cumsum([0, *(design.terms[t].q for t in block.layout)])
    for t, term in enumerate(design.terms):
        here = [start for start, owner in zip(starts, block.layout, strict=False) if owner == t]
        for i, j in free_entries(term.q, term.correlated):
            V_r = np.zeros_like(block.V)
            for start in here:
                outer = block.Z[:, :, start + i, None] * block.Z[:, None, :, start + j]
                V_r += outer if i == j else outer + outer.mT
            yield V_r


def _basis_R(design: Design, residual: Structure, rows: np.ndarray) -> Iterator[np.ndarray]:
    """dV / ds_r for every parameter in which R is linear: variances, covariances by lag or by pair of visits."""
    same = within(design.codes[rows])
    for R_r in _linear(residual, design.occasions(rows, residual)):
        yield R_r * same


def _linear(residual: Structure, occasions: Occasions) -> list[np.ndarray]:
    basis = residual.linear_basis(occasions)
    if basis is None:
        raise ModelError(
            "Kenward and Roger's adjustment is given here for V linear in its parameters, and "
            f"{residual.call.replace('()', '')} is not linear.",
            "Ask for df='satterthwaite', which holds for any structure.",
        )
    return basis
