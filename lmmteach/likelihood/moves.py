"""R / sigma2 of every pattern, and what -2 log L feels of its moves: the residual structure's share of Steps I and IV.

Where R knows nothing but visits it is made once for all visits, T x T, and each pattern takes its rows and columns;
what the patterns feel is collected there, too, so that the structure is differentiated once and not once a pattern.
"""

from __future__ import annotations

import numpy as np

from ..covariance.differences import central
from .pooling import Patterns, Pooled


def relative(pooled: Pooled, stack: Patterns, x: np.ndarray) -> np.ndarray:
    """R / sigma2 of every pattern of a stack, (K x r x r)."""
    if stack.occasions is None:
        return np.eye(stack.Z.shape[1])
    if pooled.grid is not None:
        return _taken(pooled.structure.relative(x, pooled.grid), stack)
    return _masked(pooled.structure.relative(x, stack.occasions), stack)


def derivatives(pooled: Pooled, stack: Patterns, x: np.ndarray) -> np.ndarray | None:
    """d(R / sigma2) / dx_j of every pattern, (s x K x r x r); None where R has no parameters."""
    if not len(x) or stack.occasions is None:
        return None
    if pooled.grid is not None:
        return _taken(pooled.structure.derivatives(x, pooled.grid), stack)
    return _masked(pooled.structure.derivatives(x, stack.occasions), stack)


class Felt:
    """What -2 log L feels of R: d deviance / dR of every pattern, for the moment held where it is."""

    def __init__(self, pooled: Pooled) -> None:
        self.pooled, self.grid = pooled, pooled.grid
        self.parts: list[tuple[np.ndarray, Patterns]] = []
        T = 0 if self.grid is None else len(self.grid.visits)
        self.whole = np.zeros((T, T))

    def add(self, stack: Patterns, d_V: np.ndarray) -> None:
        """Take in a stack's (K x r x r)."""
        d_V = d_V if stack.same is None else d_V * stack.same
        if self.grid is None:
            self.parts.append((d_V, stack))
        else:
            T, visits = len(self.whole), _visits(stack)
            places = visits[:, :, None] * T + visits[:, None, :]
            self.whole += np.bincount(places.ravel(), d_V.ravel(), T * T).reshape(T, T)

    def d_x(self, x: np.ndarray) -> np.ndarray:
        """d deviance / dx, (s,)."""
        structure = self.pooled.structure
        if self.grid is not None:
            return structure.felt(x, self.grid, self.whole)
        felt = [structure.felt(x, stack.occasions, d_V) for d_V, stack in self.parts if stack.occasions is not None]
        return np.sum(felt, axis=0) + np.zeros(len(x))

    def bend(self, x: np.ndarray) -> np.ndarray:
        """What the second derivatives of R itself add to the Hessian, (s x s)."""
        return central(self.d_x, x)


def _taken(whole: np.ndarray, stack: Patterns) -> np.ndarray:
    """Each pattern's rows and columns of (... x T x T)."""
    visits = _visits(stack)
    return _masked(whole[..., visits[:, :, None], visits[:, None, :]], stack)


def _masked(C: np.ndarray, stack: Patterns) -> np.ndarray:
    return C if stack.same is None else C * stack.same


def _visits(stack: Patterns) -> np.ndarray:
    assert stack.occasions is not None
    return stack.occasions.visits
