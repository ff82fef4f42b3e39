"""The pieces of V: structures for the residual covariance R, and the factor of G.

    V_i = Z_i G Z_i' + R_i,     R_i = sigma2 * D_i C_i D_i

C is a correlation matrix, D the standard deviations relative to the first one.  A structure is
immutable and carries its values; one without values says what to estimate.  Structures add:
``Exponential() + Independent()`` is the lecture's e = e1 + e2.

Every matrix here is an analytic function of unconstrained parameters ``x``, so that one complex
step, Im C(x + ih) / h, differentiates it exactly (Squire & Trapp 1998, SIAM Review 40:110).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from .errors import ModelError, ParameterError


@dataclass(frozen=True, eq=False)
class Occasions:
    """When each row of a block was measured and which stratum it is in; arrays are (..., n).

    ``n_visits``, ``gap`` (median spacing of the times) and ``largest`` (most rows of one subject)
    belong to the whole data set; ``labels`` names the strata that may have variances of their own.
    """

    times: np.ndarray
    visits: np.ndarray
    strata: np.ndarray
    n_visits: int
    gap: float
    largest: int
    labels: tuple[Any, ...] = ()

    @property
    def lags(self) -> np.ndarray:
        """|visit_j - visit_k| for every pair of rows, (..., n, n)."""
        return np.abs(self.visits[..., :, None] - self.visits[..., None, :])


@dataclass(frozen=True, eq=False)
class Structure:
    """A residual covariance R = sigma2 * D C D.

    Parameters
    ----------
    rho : float or array
        The correlation parameter(s); what they mean is said by each structure.
    sigma2 : float
        The variance, in squared units of the response; the first stratum's where variances differ.
    by : str, optional
        ``"visit"`` gives each visit a variance of its own, a column name each of its levels.
    sd_ratio : mapping
        Standard deviations relative to the first level's, by level.

    Examples
    --------
    >>> AR1(rho=0.5, sigma2=4).cov([0, 1, 2])
    array([[4., 2., 1.],
           [2., 4., 2.],
           [1., 2., 4.]])
    """

    rho: Any = None
    sigma2: float = np.nan
    by: str | None = None
    sd_ratio: Mapping[Any, float] = field(default_factory=dict)

    needs_time: ClassVar[bool] = False
    continuous: ClassVar[bool] = False  # whether it is known at any time, not only at the data's visits

    # What each structure says of itself: how many parameters, what they are, the matrix C.

    def n_rho(self, occasions: Occasions) -> int:
        """How many unconstrained correlation parameters there are."""
        return 0

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        """The correlation parameter(s) that unconstrained ``x`` stands for."""
        return None

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        """C, (..., n, n), at natural parameters ``rho``."""
        n = occasions.times.shape[-1]
        return np.broadcast_to(np.eye(n), (*occasions.times.shape, n))

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        """Unconstrained places to search from: likelihoods in rho can have several tops."""
        k = self.n_rho(occasions)
        return [np.full(k, 0.3), np.full(k, -0.2)] if k else [np.empty(0)]

    # What all share.

    def size(self, occasions: Occasions) -> int:
        """Length of the unconstrained parameter (sigma2 is profiled, so it is not in it)."""
        return self.n_rho(occasions) + (len(occasions.labels) - 1 if self.by else 0)

    def relative(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        """R / sigma2, (..., n, n), at unconstrained ``x``."""
        k = self.n_rho(occasions)
        return self._scaled(self.natural(x[:k], occasions), np.exp(x[k:]), occasions)

    def at(self, x: np.ndarray, sigma2: float, occasions: Occasions) -> Structure:
        """This structure, carrying the values that unconstrained ``x`` stands for."""
        k = self.n_rho(occasions)
        ratio = [1.0, *np.exp(x[k:]).tolist()] if self.by else []
        sd_ratio = dict(zip(occasions.labels, ratio, strict=True)) if self.by else {}
        return replace(self, rho=self.natural(x[:k], occasions), sigma2=float(sigma2), sd_ratio=sd_ratio)

    def at_values(self, occasions: Occasions) -> np.ndarray:
        """R, (..., n, n), at the values this structure carries."""
        ratio = np.array([self.sd_ratio[label] for label in occasions.labels[1:]]) if self.by else np.empty(0)
        return self.sigma2 * self._scaled(self.rho, ratio, occasions)

    def cov(self, times: Any, strata: Any = None) -> np.ndarray:
        """R at ``times`` (n,), visit numbers for structures by visit; ``strata`` (n,) are the levels of ``by``."""
        times = np.asarray(times, dtype=float)
        if not self.sigma2 > 0:
            raise ParameterError(f"{self!r} carries no values yet.", "Give sigma2 (and rho), or take it from a fit.")
        levels = list(self.sd_ratio)
        which = np.searchsorted(np.unique(times), times) if strata is None else [levels.index(s) for s in strata]
        occasions = Occasions(
            times, np.rint(times).astype(int), np.asarray(which), int(np.rint(times.max(initial=0))) + 1, 1.0,
            len(times), tuple(levels),
        )  # fmt: skip
        return self.at_values(occasions)

    def _scaled(self, rho: Any, ratio: np.ndarray, occasions: Occasions) -> np.ndarray:
        C = self.correlation(rho, occasions)
        if not self.by:
            return C
        sd = np.concatenate([np.ones(1), ratio])[occasions.strata]
        return sd[..., :, None] * C * sd[..., None, :]

    def __add__(self, other: Structure) -> Sum:
        """The sum of two independent error processes, e = e1 + e2."""
        return Sum(parts=(*getattr(self, "parts", (self,)), *getattr(other, "parts", (other,))))


class Independent(Structure):
    """R = sigma2 I: given the subject's own line, measurements are independent."""

    continuous: ClassVar[bool] = True


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


@dataclass(frozen=True, eq=False)
class Sum(Structure):
    """R = R_1 + R_2 + ...: independent error processes, each with a variance of its own."""

    parts: tuple[Structure, ...] = ()

    def __post_init__(self) -> None:
        if sum(isinstance(part, Independent) and not part.by for part in self.parts) > 1:
            raise ModelError(
                "Two independent parts cannot be told apart: sigma1^2 I + sigma2^2 I = sigma^2 I.",
                "Give one of them a correlation over time, for example Exponential().",
                "Decomposing variation",
            )

    @property
    def needs_time(self) -> bool:  # type: ignore[override]
        """Whether any part does."""
        return any(part.needs_time for part in self.parts)

    @property
    def continuous(self) -> bool:  # type: ignore[override]
        """Whether every part is."""
        return all(part.continuous for part in self.parts)

    def size(self, occasions: Occasions) -> int:
        return len(self.parts) - 1 + sum(part.size(occasions) for part in self.parts)

    def _pieces(self, x: np.ndarray, occasions: Occasions) -> list[tuple[Structure, Any, np.ndarray]]:
        """Each part with its share of sigma2 and its own stretch of ``x``."""
        k = len(self.parts) - 1
        weights = np.exp(np.concatenate([x[:k], [0.0]]))
        ends = k + np.cumsum([part.size(occasions) for part in self.parts])
        return [
            (part, share, x[end - part.size(occasions) : end])
            for part, share, end in zip(self.parts, weights / weights.sum(), ends, strict=True)
        ]

    def relative(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        # A plain sum, not numpy.sum: the parts are complex while a derivative is taken.
        first, *others = (share * part.relative(own, occasions) for part, share, own in self._pieces(x, occasions))
        return sum(others, first)

    def at(self, x: np.ndarray, sigma2: float, occasions: Occasions) -> Structure:
        parts = tuple(part.at(own, sigma2 * share, occasions) for part, share, own in self._pieces(x, occasions))
        return replace(self, sigma2=float(sigma2), parts=parts)

    def at_values(self, occasions: Occasions) -> np.ndarray:
        return np.sum([part.at_values(occasions) for part in self.parts], axis=0)

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        combined = [np.zeros(len(self.parts) - 1)]
        for part in self.parts:
            tail = np.zeros(part.size(occasions) - part.n_rho(occasions))
            combined = [np.concatenate([s, own, tail]) for s in combined for own in part.starts(occasions)]
        return combined


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
