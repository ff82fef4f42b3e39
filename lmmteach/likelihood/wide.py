"""Steps I and II of the fast likelihood by LAPACK, one matrix after another: any R, blocks of any size.

The arrays have the pattern first: V is (K x r x r).  :mod:`.small` does the same for thousands of small ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.marginal import marginal
from .pooling import Patterns


class Wide(NamedTuple):
    """A stack, whitened: ``Y`` = L^-1 Z (K x r x k), ``white`` = L^-1 [X, y] (P x r x c); V = L L'."""

    stack: Patterns
    Y: np.ndarray
    white: np.ndarray
    log_det: float
    L_inv: np.ndarray

    @property
    def cross(self) -> np.ndarray:
        """[X, y]'V^-1 [X, y], (c x c), summed over blocks."""
        return np.tensordot(self.white, self.white, axes=([0, 1], [0, 1]))

    @property
    def rows(self) -> np.ndarray:
        """L^-1 [X, y], one row after another, (P r x c)."""
        return self.white.reshape(-1, self.white.shape[2])

    def seen(self, F: np.ndarray) -> np.ndarray:
        """N = Z'V^-1 [X, y] F of every block, (k x f x P)."""
        Y_T = np.ascontiguousarray(self.Y.mT)  # matrix products of many small transposes are slow
        return np.moveaxis(Y_T[self.stack.pattern] @ (self.white @ F), 0, -1)

    def inner(self) -> np.ndarray:
        """M = Z'V^-1 Z of every pattern, (k x k x K)."""
        return np.moveaxis(np.ascontiguousarray(self.Y.mT) @ self.Y, 0, -1)

    def outer(self, F: np.ndarray) -> np.ndarray:
        """S, (K x r x r): the sum over a pattern's blocks of w w', w = L^-1 [X, y] F."""
        w = self.white @ F
        return np.add.reduceat(w @ np.ascontiguousarray(w.mT), self.stack.start)

    def d_V(self, lean: np.ndarray) -> np.ndarray:
        """d deviance / dV = L^-T (m I - S) L^-1 of every pattern, (K x r x r), m its blocks."""
        L_inv_T = np.ascontiguousarray(self.L_inv.mT)
        U = L_inv_T[self.stack.pattern] @ (self.white @ lean)
        outer = np.add.reduceat(U @ np.ascontiguousarray(U.mT), self.stack.start)
        return np.asarray(self.stack.count[:, None, None] * (L_inv_T @ self.L_inv) - outer)


def whiten(stack: Patterns, psi: np.ndarray, C: np.ndarray) -> Wide:
    """V = Z psi Z' + C of every pattern, factored; LinAlgError where one has no factor."""
    L = np.linalg.cholesky(marginal(stack.Z, psi, C))
    L_inv = inverse(L)
    log_det = 2 * (stack.count @ np.log(np.diagonal(L, axis1=1, axis2=2)).sum(axis=1))
    return Wide(stack, L_inv @ stack.Z, L_inv[stack.pattern] @ stack.W, float(log_det), L_inv)


def inverse(L: np.ndarray) -> np.ndarray:
    """L^-1 of many lower triangles (K x r x r), a row at a time for all of them at once."""
    r = L.shape[-1]
    if len(L) < r:
        return np.array([scipy.linalg.lapack.dtrtri(one, lower=1)[0] for one in L])
    inverted = np.zeros_like(L)
    for i in range(r):
        inverted[:, i, i] = 1.0 / L[:, i, i]
        above = L[:, i, None, :i] @ inverted[:, :i, :i]
        inverted[:, i, :i] = -above[:, 0] * inverted[:, i, i, None]
    return inverted
