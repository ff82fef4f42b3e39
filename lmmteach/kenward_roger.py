"""Kenward and Roger's small-sample adjustment: a larger standard error, and degrees of freedom to go with it.

(X'V^-1 X)^-1 treats V as known.  Estimating it adds uncertainty of its own, and makes the usual
estimate too small even on average.  With V = sum_r s_r V_r, linear in its parameters s (the entries of
each G, sigma2, ...), W = Cov(s-hat), Phi = (X'V^-1 X)^-1 and

    P_r  = -X'V^-1 V_r V^-1 X          Q_rs = X'V^-1 V_r V^-1 V_s V^-1 X

the adjusted covariance is  Phi_A = Phi + 2 Phi [ sum_rs W_rs (Q_rs - P_r Phi P_s) ] Phi.

Kenward & Roger (1997), Biometrics 53:983; for V linear in its parameters its last term vanishes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .covariance import AR1, CompoundSymmetry, Independent, Structure, Toeplitz, Unstructured
from .design import Design
from .errors import ModelError
from .fitting import Estimate
from .prediction import Stack, covariances


@dataclass(frozen=True, eq=False)
class KenwardRoger:
    """``cov`` = Phi_A (p x p), ``plain`` = Phi, ``P`` (r x p x p), ``W`` (r x r) the covariance of V's parameters."""

    cov: np.ndarray
    plain: np.ndarray
    P: np.ndarray
    W: np.ndarray
    notes: list[str] = field(default_factory=list)

    def df(self, contrast: np.ndarray) -> float:
        """Degrees of freedom of one contrast, 2 (c'Phi c)^2 / Var(c'Phi c): the rule below for one row, where its scale is 1."""
        v = contrast @ self.plain @ contrast
        slope = np.einsum("a,rab,b->r", contrast @ self.plain, self.P, self.plain @ contrast) / v
        return float(2.0 / (slope @ self.W @ slope))

    def f_scale(self, L: np.ndarray) -> tuple[float, float]:
        """(lambda, m): lambda times the F statistic of L (q x p) follows F(q, m), by matching mean and variance."""
        q = len(L)
        if q == 1:
            return 1.0, self.df(L[0])
        Phi = self.plain
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


def kenward_roger(design: Design, estimate: Estimate) -> KenwardRoger:
    """The adjusted covariance of beta-hat, and what its degrees of freedom are made of.

    Raises
    ------
    ModelError
        Where V is not linear in the parameters of R (AR(1), exponential, heterogeneous forms, sums).
    """
    _check_linear(estimate.residual)
    pieces = [_pieces(design, estimate, stack) for stack in covariances(design, estimate)]
    Phi = estimate.cov_beta
    P, Q, K = (sum(piece[k] for piece in pieces) for k in range(3))
    PhiP = Phi @ P
    information = K - 2 * np.einsum("ab,rsba->rs", Phi, Q) + np.einsum("rab,sba->rs", PhiP, PhiP)
    size = np.sqrt(np.diag(K))  # the parameters' scales differ by many powers of ten
    scaled = (information + information.T) / 2 / np.outer(size, size)
    notes = []
    if np.linalg.eigvalsh(scaled)[0] < 1e-10:
        notes.append("Some covariance parameters cannot be told apart; the adjustment uses the combinations that can.")
    W = 2 * np.linalg.pinv(scaled, rcond=1e-10, hermitian=True) / np.outer(size, size)
    inner = np.einsum("rs,rsab->ab", W, Q) - np.einsum("rs,rab,bc,scd->ad", W, P, Phi, P)
    adjusted = Phi + Phi @ (inner + inner.T) @ Phi
    return KenwardRoger(adjusted, Phi, P, W, notes)


def _pieces(design: Design, estimate: Estimate, stack: Stack) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A stack's share of P (r x p x p), Q (r x r x p x p) and K_rs = tr(V^-1 V_r V^-1 V_s)."""
    V_inv = np.linalg.inv(stack.V)
    U = V_inv @ design.X[stack.rows]
    basis = _basis(design, estimate, stack)
    VU = [V_r @ U for V_r in basis]
    A = [V_inv @ V_r for V_r in basis]
    P = -np.array([np.einsum("mna,mnb->ab", U, one) for one in VU])
    solved = [V_inv @ one for one in VU]
    Q = np.array([[np.einsum("mna,mnb->ab", one, other) for other in solved] for one in VU])
    K = np.array([[np.einsum("mij,mji->", one, other) for other in A] for one in A])
    return P, Q, K


def _basis(design: Design, estimate: Estimate, stack: Stack) -> list[np.ndarray]:
    """V_r = dV / ds_r, (m x n x n) each: one for each free entry of each G, then those of R."""
    found = []
    starts = np.cumsum([0, *(design.terms[t].q for t in stack.layout)])
    for t, term in enumerate(design.terms):
        here = [start for start, owner in zip(starts, stack.layout, strict=False) if owner == t]
        for i in range(term.q):
            for j in range(i + 1) if term.correlated else (i,):
                V_r = np.zeros_like(stack.V)
                for start in here:
                    outer = stack.Z[:, :, start + i, None] * stack.Z[:, None, :, start + j]
                    V_r += outer if i == j else outer + outer.mT
                found.append(V_r)
    residual = estimate.residual
    occasions = design.occasions(stack.rows, residual)
    codes = design.codes[stack.rows]
    same = (codes[:, :, None] == codes[:, None, :]).astype(float)
    eye = np.broadcast_to(np.eye(same.shape[1]), same.shape)
    if isinstance(residual, Unstructured):
        a, b = occasions.visits[..., :, None], occasions.visits[..., None, :]
        for i in range(occasions.n_visits):
            for j in range(i + 1):
                found.append((((a == i) & (b == j)) | ((a == j) & (b == i))) * same)
    elif isinstance(residual, Toeplitz):
        found += [(occasions.lags == lag) * same for lag in range(occasions.n_visits)]
    elif isinstance(residual, CompoundSymmetry):
        found += [same - eye, eye]
    elif residual.by:
        strata = occasions.strata
        found += [(strata == level)[..., :, None] * eye for level in range(len(occasions.labels))]
    else:
        found.append(eye)
    return found


def _check_linear(residual: Structure) -> None:
    varying = residual.by is not None and isinstance(residual, (CompoundSymmetry, Toeplitz, AR1))
    linear = isinstance(residual, (Independent, CompoundSymmetry, Toeplitz, Unstructured)) and not varying
    if not linear:
        kind = type(residual).__name__ + (f"(by={residual.by!r})" if varying else "")
        raise ModelError(
            f"Kenward and Roger's adjustment is given here for V linear in its parameters, and {kind} is not linear.",
            "Ask for df='satterthwaite', which holds for any structure.",
        )
