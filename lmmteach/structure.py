"""What a residual structure is, and how two of them add: R = sigma2 * D C D.

C is a correlation matrix, D the standard deviations relative to the first one.  A structure is
immutable and carries its values; one without values says what to estimate.

Every matrix here is an analytic function of unconstrained parameters ``x``, so that one complex
step, Im C(x + ih) / h, differentiates it exactly (Squire & Trapp 1998, SIAM Review 40:110).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, eq=False, repr=False)
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
    >>> import lmmteach
    >>> lmmteach.AR1(rho=0.5, sigma2=4).cov([0, 1, 2])
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
        rho = self.natural(x[:k], occasions)
        rho = float(rho) if rho is not None and np.ndim(rho) == 0 else rho
        return replace(self, rho=rho, sigma2=float(sigma2), sd_ratio=sd_ratio)

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
        parts = (*getattr(self, "parts", (self,)), *getattr(other, "parts", (other,)))
        # Measurement error comes last, however the sum was written: its variance is the fit's sigma2.
        ordered = tuple(sorted(parts, key=lambda part: isinstance(part, Independent)))
        return Sum(parts=ordered, sigma2=float(sum(part.sigma2 for part in parts)))

    def __repr__(self) -> str:
        """The call that would make this structure, with the values it carries."""
        said = []
        if self.rho is not None:
            shown = f"{self.rho:.4g}" if np.ndim(self.rho) == 0 else np.array2string(np.asarray(self.rho), precision=3)
            said.append(f"rho={shown}")
        said += [f"sigma2={self.sigma2:.5g}"] if np.isfinite(self.sigma2) else []
        said += [f"by={self.by!r}"] if self.by else []
        return f"{type(self).__name__}({', '.join(said)})"


class Independent(Structure):
    """R = sigma2 I: given the subject's own line, measurements are independent.

    With ``by`` a variance for each visit or level, see :func:`lmmteach.Diagonal`.  Laird & Ware (1982).

    Examples
    --------
    >>> Independent(sigma2=4).cov([0, 1])
    array([[4., 0.],
           [0., 4.]])
    """

    continuous: ClassVar[bool] = True


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        """The parts, as they add up."""
        return " + ".join(map(repr, self.parts))

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        combined = [np.zeros(len(self.parts) - 1)]
        for part in self.parts:
            tail = np.zeros(part.size(occasions) - part.n_rho(occasions))
            combined = [np.concatenate([s, own, tail]) for s in combined for own in part.starts(occasions)]
        return combined
