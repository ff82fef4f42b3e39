"""The pieces of V: structures for the residual covariance R, and the factor of G.

    V_i = Z_i G Z_i' + R_i,     R_i = sigma2 * D_i C_i D_i

Structures add: ``Exponential() + Independent()`` is the lecture's e = e1 + e2.  What they share
stands in :mod:`.structure`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from .errors import ModelError
from .structure import Independent, Occasions, Structure, Sum

__all__ = [
    "AR1", "NAMES", "CompoundSymmetry", "Diagonal", "Exponential", "Independent", "Occasions", "Structure", "Sum",
    "Toeplitz", "Unstructured", "cholesky_factor", "free_entries", "structure",
]  # fmt: skip


class CompoundSymmetry(Structure):
    """Every pair of a subject's rows has correlation ``rho``, which may fall to -1/(n-1)."""

    continuous: ClassVar[bool] = True

    def n_rho(self, occasions: Occasions) -> int:
        return 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        lowest = -1.0 / max(occasions.largest - 1, 1)
        return lowest + (1.0 - lowest) / (1.0 + np.exp(-2 * x[0]))

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return rho + (1.0 - rho) * np.eye(occasions.times.shape[-1]) + np.zeros((*occasions.times.shape, 1))

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        return [np.array([0.0]), np.array([-1.5])]


class AR1(Structure):
    """Correlation ``rho`` ** (number of visits apart); a missed visit counts."""

    def n_rho(self, occasions: Occasions) -> int:
        return 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        return np.tanh(x[0])

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        powers = np.cumprod([1.0, *[rho] * max(occasions.n_visits - 1, 0)])
        return powers[occasions.lags]

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        return [np.array([start]) for start in (0.3, 1.2, -0.4)]


class Exponential(Structure):
    """Correlation ``rho`` ** |t_j - t_k| in continuous time, rho per unit of time; range = -1 / log(rho)."""

    needs_time: ClassVar[bool] = True
    continuous: ClassVar[bool] = True

    def n_rho(self, occasions: Occasions) -> int:
        return 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        return np.exp(-np.exp(-x[0]) / occasions.gap)

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        distance = np.abs(occasions.times[..., :, None] - occasions.times[..., None, :])
        # rho underflows to 0 where the range is far below the spacing; then C = I, derivative 0.
        return np.exp(distance * np.log(rho)) if rho != 0 else (distance == 0).astype(float)

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        return [np.array([start]) for start in (0.0, 1.5, -1.5, 4.0)]

    @property
    def range(self) -> float:
        """The time after which the correlation has fallen to 1/e, in the data's unit of time."""
        return float(-1.0 / np.log(self.rho))


class Toeplitz(Structure):
    """One correlation per lag, ``rho`` = (rho_1, rho_2, ...).

    Searched as partial autocorrelations, which fill the valid region (Barndorff-Nielsen & Schou 1973).
    """

    def n_rho(self, occasions: Occasions) -> int:
        return occasions.n_visits - 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        acf, phi = [1.0 + 0 * x[:1].sum()], np.empty(0)
        for partial in np.tanh(x):  # Durbin-Levinson, run from partial to plain autocorrelations
            left = np.prod([1 - z**2 for z in np.tanh(x[: len(phi)])]) if len(phi) else 1.0
            acf.append(np.dot(phi, acf[:0:-1]) + partial * left)
            phi = np.append(phi - partial * phi[::-1], partial)
        return np.array(acf[1:])

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return np.concatenate([np.ones(1), np.atleast_1d(rho)])[occasions.lags]


class Unstructured(Structure):
    """A correlation for every pair of visits, ``rho`` (T x T), and a variance for every visit."""

    def n_rho(self, occasions: Occasions) -> int:
        return occasions.n_visits * (occasions.n_visits - 1) // 2

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        T = occasions.n_visits
        L = np.zeros((T, T), dtype=x.dtype)  # rows of unit length, from canonical partial correlations
        rest, place = np.ones(T, dtype=x.dtype), 0
        for row in range(T):
            for column in range(row):
                z = np.tanh(x[place])
                L[row, column] = z * np.sqrt(rest[row])
                rest[row] = rest[row] * (1 - z**2)
                place += 1
            L[row, row] = np.sqrt(rest[row])
        return L @ L.T

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return rho[occasions.visits[..., :, None], occasions.visits[..., None, :]]


NAMES: dict[str, Structure] = {
    "independent": Independent(),
    "diagonal": Independent(by="visit"),
    "cs": CompoundSymmetry(),
    "csh": CompoundSymmetry(by="visit"),
    "ar1": AR1(),
    "arh1": AR1(by="visit"),
    "exponential": Exponential(),
    "toeplitz": Toeplitz(),
    "unstructured": Unstructured(by="visit"),
}


def Diagonal(by: str = "visit") -> Structure:
    """Independent residuals with a variance per visit, or per level of the column ``by``."""
    return Independent(by=by)


def structure(residual: str | Structure) -> Structure:
    """The structure that a name stands for; an unknown name raises, listing the known ones."""
    if isinstance(residual, Structure):
        if isinstance(residual, Unstructured) and residual.by is None:
            return replace(residual, by="visit")
        return residual
    if isinstance(residual, str) and residual in NAMES:
        return NAMES[residual]
    raise ModelError(f"The residual structure {residual!r} is not known.", f"Known names: {', '.join(NAMES)}.")


@lru_cache(maxsize=64)
def free_entries(q: int, correlated: bool) -> tuple[tuple[int, int], ...]:
    """The places (row, column), row >= column, of the free entries of a (q x q) G, or of its factor L.

    >>> free_entries(2, True), free_entries(2, False)
    (((0, 0), (1, 0), (1, 1)), ((0, 0), (1, 1)))
    """
    return tuple((a, b) for b in range(q) for a in range(b, q) if correlated or a == b)


def cholesky_factor(theta: np.ndarray, q: int, correlated: bool) -> np.ndarray:
    """L (q x q, lower) with G / sigma2 = L L', from its free entries."""
    L = np.zeros((q, q))
    for value, place in zip(theta, free_entries(q, correlated), strict=True):
        L[place] = value
    return L
