"""What a search goes down: -2 log L as a function of unconstrained numbers theta, with its derivatives.

theta holds the free entries of the Cholesky factor L of G / sigma2 for each term (any L gives a valid G = sigma2 L L'),
then the residual structure's own parameters; beta and sigma2 are profiled out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..covariance.differences import central
from ..covariance.factor import cholesky_factor, free_entries
from ..likelihood.evaluation import Evaluation, evaluate
from ..likelihood.pooling import Pooled

NEARLY_SINGULAR = 0.1  # an SD of psi this small beside the largest: L is looked at
SMALL = 0.5  # of the SD that it should stand for: a pivot of L so small is out of place
UNFELT = 3e-3  # an SD this small beside max(1, the largest) may be none: its pivot may be anywhere


class Objective:
    """-2 log L and its derivatives as functions of theta; keeps the path it has been taken along.

    ``evaluations`` counts how often the likelihood was asked; ``watch`` is told each time.
    """

    def __init__(self, pooled: Pooled, method: str) -> None:
        self.pooled, self.method = pooled, method
        self.path: list[tuple[np.ndarray, float]] = []
        self.evaluations = 0
        self.watch: Callable[[int], None] | None = None
        self.axes = [np.eye(q) for q in pooled.q]  # U, in which L is lower triangular: see Turned
        self.free = [free_entries(q, c) for q, c in zip(pooled.q, pooled.correlated, strict=True)]
        self.ends = np.cumsum([0, *(len(entries) for entries in self.free)])
        self.size = int(self.ends[-1]) + pooled.structure.size(pooled.occasions)

    def factors(self, theta: np.ndarray) -> list[np.ndarray]:
        """L of each term, psi = L L'; in axes of its own U L."""
        pieces = [theta[start:end] for start, end in zip(self.ends, self.ends[1:], strict=False)]
        kinds = zip(pieces, self.pooled.q, self.pooled.correlated, strict=True)
        made = [cholesky_factor(piece, q, correlated) for piece, q, correlated in kinds]
        return [U @ L for U, L in zip(self.axes, made, strict=True)]

    def of_factors(self, factors: list[np.ndarray], x: np.ndarray) -> np.ndarray:
        """theta of L and R's numbers; of a square root of psi that is not lower triangular first the L is made."""
        entries = [x]
        for M, free in zip(reversed(factors), reversed(self.free), strict=True):
            L = M if np.array_equal(M, np.tril(M)) else np.asarray(np.linalg.qr(M.T, mode="r")).T
            entries.append(np.array([L[place] for place in free]))
        return np.concatenate(entries[::-1])

    @property
    def plain(self) -> Objective:
        """The objective in the axes of the data's Z."""
        return self

    def in_plain(self, theta: np.ndarray) -> np.ndarray:
        """theta in the axes of the data's Z."""
        return theta

    def upright(self, theta: np.ndarray) -> np.ndarray:
        """The theta of the same psi whose L have no negative diagonal: one of many that say the same."""
        factors = [L * np.where(np.diag(L) < 0, -1.0, 1.0) for L in self.factors(theta)]
        return self.of_factors(factors, self.x(theta))

    def turned(self, theta: np.ndarray) -> tuple[Objective, np.ndarray]:
        """The objective in axes in which no L is askew, and where theta is then; the same two if none was."""
        factors = self.factors(theta)
        each = zip(self.pooled.correlated, self.axes, factors, strict=True)
        which = [correlated and _askew(U.T @ M) for correlated, U, M in each]
        if not any(which):
            return self, theta
        axes, inside = [], []
        for is_askew, U, M in zip(which, self.axes, factors, strict=True):
            own, root, _ = np.linalg.svd(M)
            axes.append(own if is_askew else U)
            inside.append(np.diag(root) if is_askew else U.T @ M)
        return Turned(self.plain, axes), self.of_factors(inside, self.x(theta))

    def x(self, theta: np.ndarray) -> np.ndarray:
        """The residual structure's share of theta."""
        return theta[self.ends[-1] :]

    def evaluate(self, theta: np.ndarray) -> tuple[Evaluation | None, np.ndarray]:
        """The evaluation at theta and the gradient of -2 log L there."""
        at = self._at(theta, None)
        return at, theta * 0.0 if at is None else self._gradient(theta, at)

    def at_psi(self, psi: list[np.ndarray], x: np.ndarray, second: str | None = None) -> Evaluation | None:
        """The evaluation at psi = G / sigma2 of each term and R's numbers x; None where there is none."""
        self.evaluations += 1
        if self.watch:
            self.watch(self.evaluations)
        with np.errstate(all="ignore"):
            at = evaluate(self.pooled, psi, x, self.method, second=second)
        return at if at is not None and np.isfinite(at.deviance) else None

    def _at(self, theta: np.ndarray, second: str | None) -> Evaluation | None:
        return self.at_psi([L @ L.T for L in self.factors(theta)], self.x(theta), second)

    def _gradient(self, theta: np.ndarray, at: Evaluation) -> np.ndarray:
        gradient = theta * 0.0
        each = zip(self.ends[:-1], self.free, self.axes, self.factors(theta), at.d_psi, strict=True)
        for start, entries, U, M, d_psi in each:
            d_L = 2 * U.T @ d_psi @ M  # since psi = M M', M = U L
            gradient[start : start + len(entries)] = [d_L[place] for place in entries]
        gradient[self.ends[-1] :] = at.d_x
        return gradient

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """-2 log L (infinite where there is none) and its gradient; the step is remembered."""
        at, gradient = self.evaluate(theta)
        value = np.inf if at is None else at.deviance
        self.path.append((self.in_plain(theta).copy(), value))
        return value, gradient

    def hessian(self, theta: np.ndarray) -> np.ndarray:
        """The Hessian itself, exact as the gradient is; else by its differences."""
        if self.pooled.first_order:
            return central(lambda place: self.evaluate(place)[1], theta)
        at = self._at(theta, "observed")
        if at is None or at.hessian is None:
            return np.zeros((self.size, self.size))
        # From psi to L, psi = M M', M = U L:  J'H J, and what psi's own bend adds.
        J = np.eye(self.size)
        bend = np.zeros((self.size, self.size))
        each = zip(self.ends[:-1], self.free, self.axes, self.factors(theta), at.d_psi, strict=True)
        for start, entries, U, M, d_psi in each:
            if not entries:
                continue
            here = slice(start, start + len(entries))
            a, b = np.array(entries).T
            rows, columns = a[:, None], b[:, None]
            J[here, here] = M[columns, b] * U[rows, a] + M[rows, b] * U[columns, a]
            bend[here, here] = 2 * (U.T @ d_psi @ U)[rows, a] * (columns == b)
        found = np.asarray(J.T @ at.hessian @ J + bend)
        return found if np.isfinite(found).all() else np.zeros_like(found)


class Turned(Objective):
    """An objective whose theta are entries of L along axes U of G's own, its longest first: psi = U L L' U'.

    L is lower triangular: where a pivot is small and a later entry large, L turns through a long bent valley while G
    hardly changes, and a direction that leads down can look flat.  Along its own axes the valley is straight.
    """

    def __init__(self, plain: Objective, axes: list[np.ndarray]) -> None:
        super().__init__(plain.pooled, plain.method)
        self._plain, self.axes, self.path = plain, axes, plain.path

    @property
    def plain(self) -> Objective:
        return self._plain

    def in_plain(self, theta: np.ndarray) -> np.ndarray:
        return self._plain.of_factors(self.factors(theta), self.x(theta))

    def at_psi(self, psi: list[np.ndarray], x: np.ndarray, second: str | None = None) -> Evaluation | None:
        return self._plain.at_psi(psi, x, second)


def _askew(L: np.ndarray) -> bool:
    """Whether psi is nearly singular, and a pivot of L small where a large one belongs."""
    root = np.linalg.svd(L, compute_uv=False)
    if root[-1] > NEARLY_SINGULAR * root[0]:
        return False
    felt = root > UNFELT * max(1.0, root[0])
    return bool((np.abs(np.diag(L)) < SMALL * root)[felt].any())
