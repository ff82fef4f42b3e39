"""Steps I and II of the fast likelihood where R = sigma2 I and blocks are small: thousands of patterns at a time.

The arrays have the matrix's own indices first and the pattern last, so that one operation on long vectors serves
every pattern: V is (r x r x K).  Where blocks are larger :mod:`.wide` does the same with LAPACK.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .pooling import Patterns


class Small(NamedTuple):
    """A stack, whitened: ``Y`` = L^-1 Z (r x k x K), ``white`` = L^-1 [X, y] (r x c x P); V = L L'."""

    stack: Patterns
    Y: np.ndarray
    white: np.ndarray
    log_det: float

    @property
    def cross(self) -> np.ndarray:
        """[X, y]'V^-1 [X, y], (c x c), summed over blocks."""
        return np.asarray((self.white @ self.white.mT).sum(axis=0))

    @property
    def rows(self) -> np.ndarray:
        """L^-1 [X, y], one row after another, (P r x c)."""
        return np.moveaxis(self.white, 1, -1).reshape(-1, self.white.shape[1])

    def seen(self, F: np.ndarray) -> np.ndarray:
        """N = Z'V^-1 [X, y] F of every block, (k x f x P)."""
        turned, Y = F.T @ self.white, self._of_blocks(self.Y)
        N = Y[0][:, None] * turned[0]
        for row in range(1, len(Y)):
            N += Y[row][:, None] * turned[row]
        return N

    def inner(self) -> np.ndarray:
        """M = Z'V^-1 Z of every pattern, (k x k x K)."""
        return np.asarray((self.Y[:, :, None] * self.Y[:, None, :]).sum(axis=0))

    def _of_blocks(self, patterns: np.ndarray) -> np.ndarray:
        apart = len(self.stack.pattern) == patterns.shape[-1]  # every block is a pattern of its own
        return patterns if apart else patterns[..., self.stack.pattern]


def whiten(stack: Patterns, psi: np.ndarray) -> Small:
    """V = Z psi Z' + I of every pattern, factored; LinAlgError where one has no factor."""
    Z, W = stack.patterns_last
    ZP = np.tensordot(psi, Z, axes=(0, 1))  # (k x r x K)
    V = np.einsum("bik,jbk->ijk", ZP, Z)
    V[np.diag_indices(len(V))] += 1.0
    L_inv, diagonal = inverse_factor(V)
    apart = len(stack.pattern) == V.shape[-1]
    of_blocks = L_inv if apart else L_inv[..., stack.pattern]
    log_det = 2 * sum(stack.count @ np.log(entry) for entry in diagonal)
    return Small(stack, lower_product(L_inv, Z), lower_product(of_blocks, W), float(log_det))


def inverse_factor(V: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L^-1 (r x r x K) and the diagonal (r x K) of L, for V = L L'.

    >>> inverse_factor(np.full((1, 1, 2), 4.0))[0].ravel()
    array([0.5, 0.5])
    """
    r = len(V)
    L, inverse, diagonal = np.zeros_like(V), np.zeros_like(V), np.empty((r, V.shape[2]))
    for j in range(r):
        pivot = V[j, j] - (L[j, :j] ** 2).sum(axis=0) if j else V[j, j]
        if not pivot.min() > 0:
            raise np.linalg.LinAlgError("V is not positive definite")
        diagonal[j] = np.sqrt(pivot)
        inverse[j, j] = 1.0 / diagonal[j]
        for i in range(j + 1, r):
            L[i, j] = (V[i, j] - (L[i, :j] * L[j, :j]).sum(axis=0) if j else V[i, j]) * inverse[j, j]
        for i in range(j):
            inverse[j, i] = -(L[j, i:j] * inverse[i:j, i]).sum(axis=0) * inverse[j, j]
    return inverse, diagonal


def lower_product(L: np.ndarray, B: np.ndarray) -> np.ndarray:
    """L B of many lower triangles L (r x r x K) with B (r x c x K)."""
    product = np.empty_like(B)
    for i in range(len(L)):
        np.multiply(L[i, i], B[i], out=product[i])
        for j in range(i):
            product[i] += L[i, j] * B[j]
    return product
