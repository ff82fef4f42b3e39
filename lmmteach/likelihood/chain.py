"""Steps I and II for long series whose residuals are a Markov chain in time: V itself is never made.

e_j depends on the past by e_{j-1} alone (AR(1), exponential).  So with phi_j the correlation of neighbours

    e*_j = (e_j - phi_j e_{j-1}) / sqrt(1 - phi_j^2),     log |R| = sum log (1 - phi_j^2)

are uncorrelated with variance 1, and [Z, X, y], whitened so, is a problem with R = I: rows times columns squared
operations, where V would take rows cubed.  Its Z is made a triangle, and the rest is :mod:`.wide`'s.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..covariance.complex_step import nudges, slope
from . import wide
from .pooling import Patterns, Pooled


class Chain:
    """A stack, whitened along time; answers what :class:`.wide.Wide` does, and what is felt of x."""

    def __init__(self, pooled: Pooled, stack: Patterns, psi: np.ndarray, x: np.ndarray) -> None:
        self.pooled, self.stack, self.psi, self.x = pooled, stack, psi, x
        self.Z, self.W, log_det = _along(pooled, stack, x)
        if not np.isfinite(log_det).all():
            raise np.linalg.LinAlgError("R is singular")
        Q, T = np.linalg.qr(self.Z)
        top = np.ascontiguousarray(Q.mT)[stack.pattern] @ self.W
        self.left = (self.W - Q[stack.pattern] @ top).reshape(-1, self.W.shape[2])
        self.inside = wide.whiten(replace(stack, Z=T, W=top, occasions=None), psi, np.eye(T.shape[1]))
        self.log_det = float(self.inside.log_det + stack.count @ log_det)

    @property
    def cross(self) -> np.ndarray:
        """[X, y]'V^-1 [X, y], (c x c), summed over blocks."""
        return np.asarray(self.inside.cross + self.left.T @ self.left)

    @property
    def rows(self) -> np.ndarray:
        """L^-1 [X, y], one row after another."""
        return np.concatenate([self.inside.rows, self.left])

    def seen(self, F: np.ndarray) -> np.ndarray:
        """N = Z'V^-1 [X, y] F of every block, (k x f x P)."""
        return self.inside.seen(F)

    def inner(self) -> np.ndarray:
        """M = Z'V^-1 Z of every pattern, (k x k x K)."""
        return self.inside.inner()

    def d_x(self, lean: np.ndarray) -> np.ndarray:
        """d deviance / dx, (s,): through log |R|, through the whitened [X, y], and through the whitened Z."""
        stack = self.stack
        N, M = np.moveaxis(self.seen(lean), -1, 0), np.moveaxis(self.inner(), -1, 0)
        U = self.W @ lean - self.Z[stack.pattern] @ (self.psi @ N)  # V^-1 [X, y] F
        ViZ = self.Z @ (np.eye(M.shape[1]) - self.psi @ M)
        found = []
        for nudged in nudges(self.x):
            dZ, dW, d_log = (slope(part) for part in _along(self.pooled, stack, nudged))
            through_Z = np.einsum("k,kra,kra->", stack.count, ViZ @ self.psi, dZ)
            through_Z -= np.vdot(self.psi @ N, dZ.mT[stack.pattern] @ U)
            found.append(stack.count @ d_log + 2 * np.vdot(U, dW @ lean) + 2 * through_Z)
        return np.array(found)


def _along(pooled: Pooled, stack: Patterns, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Z (K x r x k) and W (P x r x c), whitened along time, and log |R| (K,)."""
    assert stack.occasions is not None
    neighbours = pooled.structure.neighbours(x, stack.occasions)
    assert neighbours is not None
    phi, left = neighbours

    def whitened(rows: np.ndarray, of: np.ndarray | slice) -> np.ndarray:
        step = (rows[:, 1:] - phi[of][..., None] * rows[:, :-1]) / np.sqrt(left[of])[..., None]
        return np.concatenate([rows[:, :1], step], axis=1)

    return whitened(stack.Z, slice(None)), whitened(stack.W, stack.pattern), np.log(left).sum(axis=1)
