"""What a residual structure is, and how two of them add: R = sigma2 * D C D.

C is a correlation matrix, D the standard deviations relative to the first one.  A structure is
immutable and carries its values; one without values says what to estimate.

Every matrix here is an analytic function of unconstrained parameters ``x``, so that a complex step
(:mod:`.complex_step`) differentiates it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from ..arguments import numbers, told
from ..errors import ModelError, ParameterError
from .answers import Answers
from .complex_step import nudges, slope
from .inverse import inverse
from .occasions import Occasions, asked
from .ratios import ROUNDING, check_ratios, ratios

REACH = 20.0  # of an unconstrained number: beyond it nothing changes that a likelihood could see


@dataclass(frozen=True, eq=False, repr=False)
class Structure(Answers):
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

    several: ClassVar[bool] = False  # whether rho is more than one number
    parameter: ClassVar[str] = "rho"  # the field that :meth:`correlation` takes
    endless: ClassVar[bool] = False  # whether the ends of rho's range are only drawn near to

    def __post_init__(self) -> None:
        rho = np.empty(0) if self.rho is None else numbers(self.rho, "rho")
        if not (np.abs(rho) <= 1 + ROUNDING).all() or (self.rho is not None and bool(rho.ndim) != self.several):
            what = "correlations between -1 and 1" if self.several else "one correlation, between -1 and 1"
            raise ParameterError(f"rho cannot be {told(self.rho)}.", f"Give {what}.")
        sigma2 = numbers(self.sigma2, "sigma2")
        if sigma2.ndim or not (0 <= sigma2 < np.inf or np.isnan(sigma2)):
            raise ParameterError(
                f"sigma2 is {told(self.sigma2)}, but a residual variance is one number above 0.", "Give such a number."
            )
        object.__setattr__(self, "sigma2", float(sigma2))
        if not isinstance(self.by, (str, type(None))):
            raise ParameterError(f"by cannot be {told(self.by)}.", "Give 'visit' or the name of a column.")
        check_ratios(self.sd_ratio)

    # What each structure says of itself: how many parameters, what they are, the matrix C, its smaller cases.

    def n_rho(self, occasions: Occasions) -> int:
        """How many unconstrained correlation parameters there are."""
        return 0

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        """The correlation parameter(s) that unconstrained ``x`` stands for."""
        return None

    def carried(self, natural: Any) -> dict[str, Any]:
        """The fields that hold natural parameters, ``rho`` among them."""
        return {self.parameter: natural}

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        """C, (..., n, n), at natural parameters ``rho``."""
        n = occasions.times.shape[-1]
        return np.broadcast_to(np.eye(n), (*occasions.times.shape, n))

    def d_correlation(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        """dC / dx_j for every unconstrained number, (s, ..., n, n)."""
        n = occasions.times.shape[-1]
        moved = [slope(self.correlation(self.natural(nudged, occasions), occasions)) for nudged in nudges(x)]
        return np.reshape(moved, (len(x), *occasions.times.shape, n))

    def correlation_felt(self, x: np.ndarray, occasions: Occasions, D: np.ndarray) -> np.ndarray:
        """sum(D * dC / dx_j) for every unconstrained number, (s,)."""
        return np.array([np.vdot(D, d) for d in self.d_correlation(x, occasions)])

    def neighbours(self, x: np.ndarray, occasions: Occasions) -> tuple[np.ndarray, np.ndarray] | None:
        """phi, the correlation of each row with the one before, and 1 - phi^2, where e is a Markov chain; else None."""
        return None

    def rho_range(self, occasions: Occasions) -> tuple[float, float]:
        """Between which numbers each correlation lies: the furthest that its interval can reach."""
        return -1.0, 1.0

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        """Unconstrained places to search from: likelihoods in rho can have several tops."""
        k = self.n_rho(occasions)
        return [np.full(k, 0.3), np.full(k, -0.2)] if k else [np.empty(0)]

    def linear_basis(self, occasions: Occasions) -> list[np.ndarray] | None:
        """dR / ds_r, each (..., n, n), for parameters s in which R is linear; None where there are none such."""
        return None

    def search_range(self, occasions: Occasions) -> tuple[float, float]:
        """Between which unconstrained numbers a correlation moves; beyond them nothing changes."""
        return -REACH, REACH

    # What is done with any structure.

    @property
    def alike(self) -> Structure:
        """The structure nearest to this one in which all variances are one."""
        return replace(self, by=None)

    def check_times(self, times: np.ndarray, name: str) -> None:
        """Refuse times (N,), the column ``name``, that this structure cannot take."""

    def size(self, occasions: Occasions) -> int:
        """Length of the unconstrained parameter (sigma2 is profiled, so it is not in it)."""
        return self.n_rho(occasions) + (len(occasions.labels) - 1 if self.by else 0)

    def relative(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        """R / sigma2, (..., n, n), at unconstrained ``x``."""
        k = self.n_rho(occasions)
        return self._scaled(self.natural(x[:k], occasions), np.exp(x[k:]), occasions)

    def derivatives(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        """d(R / sigma2) / dx_j for every j, (s, ..., n, n)."""
        k = self.n_rho(occasions)
        sd, dC = self._sd(x[k:], occasions), self.d_correlation(x[:k], occasions)
        if sd is None:
            return dC
        R = self.relative(x, occasions)
        own = [(occasions.strata == 1 + level) * 1.0 for level in range(len(x) - k)]
        d_sd = [(one[..., :, None] + one[..., None, :]) * R for one in own]
        return np.concatenate([sd[..., :, None] * dC * sd[..., None, :], np.reshape(d_sd, (len(own), *R.shape))])

    def felt(self, x: np.ndarray, occasions: Occasions, D: np.ndarray) -> np.ndarray:
        """sum(D * d(R / sigma2) / dx_j) for every j, (s,): what is felt of each parameter where R's entries are."""
        k = self.n_rho(occasions)
        sd = self._sd(x[k:], occasions)
        if sd is None:
            return self.correlation_felt(x[:k], occasions, D)
        of_rho = self.correlation_felt(x[:k], occasions, sd[..., :, None] * D * sd[..., None, :])
        DR = D * self.relative(x, occasions)
        of_row = DR.sum(axis=-1) + DR.sum(axis=-2)
        of_sd = np.bincount(occasions.strata.ravel(), of_row.ravel(), 1 + len(x) - k)[1:]
        return np.concatenate([of_rho, of_sd])

    def _sd(self, log_ratio: np.ndarray, occasions: Occasions) -> np.ndarray | None:
        """Standard deviation of each row relative to the first stratum's; None where all are 1."""
        return np.concatenate([np.ones(1), np.exp(log_ratio)])[occasions.strata] if self.by else None

    def solved(self, x: np.ndarray, number: int, value: float, occasions: Occasions) -> complex | None:
        """The ``x[number]`` at which that correlation is ``value``, the rest of ``x`` as it is; None if there is none.

        ``x`` may be complex: what its imaginary parts do to the answer is exact to first order.
        """

        def rho(x: np.ndarray) -> Any:
            return rho_values(self.carried(self.natural(x, occasions))["rho"])[number]

        return inverse(rho, x, number, value, REACH)

    def at(self, x: np.ndarray, sigma2: float, occasions: Occasions) -> Structure:
        """This structure, carrying the values that unconstrained ``x`` stands for."""
        k = self.n_rho(occasions)
        ratio = [1.0, *np.exp(x[k:]).tolist()] if self.by else []
        sd_ratio = dict(zip(occasions.labels, ratio, strict=True)) if self.by else {}
        values = self.carried(self.natural(x[:k], occasions)).items()
        plain: dict[str, Any] = {
            name: float(one) if one is not None and np.ndim(one) == 0 else one for name, one in values
        }
        return replace(self, **plain, sigma2=float(sigma2), sd_ratio=sd_ratio)

    def at_values(self, occasions: Occasions) -> np.ndarray:
        """R, (..., n, n), at the values this structure carries."""
        rho = None if self.rho is None else rho_values(self.rho)
        if not self.sigma2 >= 0 or (rho is None and self.n_rho(occasions)) or (self.by and not self.sd_ratio):
            raise ParameterError(f"{self!r} carries no values yet.", "Give sigma2 (and rho), or take it from a fit.")
        if rho is not None and len(rho) < self.n_rho(occasions):
            raise ParameterError(
                f"{self!r} has {len(rho)} correlations and needs {self.n_rho(occasions)} here.", "Give as many."
            )
        ratio = ratios(self.sd_ratio, occasions.labels, repr(self)) if self.by else np.empty(0)
        return self.sigma2 * self._scaled(getattr(self, self.parameter), ratio, occasions)

    def cov(self, times: Any, strata: Any = None) -> np.ndarray:
        """R at ``times`` (n,), numbers from 0 for structures by visit; ``strata`` (n,) are the levels of ``by``."""
        by, levels = next(((part.by, list(part.sd_ratio)) for part in self.parts if part.by), (None, []))
        occasions = asked(times, strata, by, levels, by == "visit" or not self.continuous, repr(self))
        R = self.at_values(occasions)
        if np.linalg.eigvalsh(R)[:1].min(initial=0) < -ROUNDING * np.abs(R).max(initial=0):
            raise ParameterError(
                f"{self!r} is no covariance matrix at {len(R)} times.",
                "Bring its rho nearer to 0, or ask for fewer times.",
            )
        return R

    def _scaled(self, rho: Any, ratio: np.ndarray, occasions: Occasions) -> np.ndarray:
        C = self.correlation(rho, occasions)
        if not self.by:
            return C
        sd = np.concatenate([np.ones(1), ratio])[occasions.strata]
        return sd[..., :, None] * C * sd[..., None, :]

    def __radd__(self, other: Any) -> Structure:
        """So that ``sum([AR1(), Independent()])`` adds them up."""
        return self if isinstance(other, int) and other == 0 else self + other

    def __add__(self, other: Structure) -> Sum:
        """The sum of two independent error processes, e = e1 + e2."""
        if not isinstance(other, Structure):
            raise ParameterError(
                f"{told(other)} is no residual structure.", "Add one, as in Exponential() + Independent()."
            )
        parts = (*self.parts, *other.parts)
        # Measurement error comes last, however the sum was written: its variance is the fit's sigma2.
        ordered = tuple(sorted(parts, key=lambda part: part.independent))
        return Sum(parts=ordered, sigma2=float(sum(part.sigma2 for part in parts)))

    def __repr__(self) -> str:
        """The call that would make this structure, with the values it carries."""
        said = []
        if self.parameter != "rho" and self.rho is not None and not 1e-4 < self.rho < 1 - 1e-4:
            said.append(f"{self.parameter}={getattr(self, self.parameter):.4g}")
        elif self.rho is not None:
            shown = f"{self.rho:.4g}" if np.ndim(self.rho) == 0 else np.array2string(np.asarray(self.rho), precision=3)
            said.append(f"rho={shown}")
        said += [f"sigma2={self.sigma2:.5g}"] if np.isfinite(self.sigma2) else []
        return f"{type(self).__name__}({', '.join([*said, *self.told])})"


def rho_values(rho: object) -> np.ndarray:
    """A structure's correlations in the order they are named: the lower triangle, row by row, of a matrix."""
    rho = np.asarray(rho)
    return rho[np.tril_indices(len(rho), -1)] if rho.ndim == 2 else np.atleast_1d(rho)


@dataclass(frozen=True, eq=False, repr=False)
class Sum(Structure):
    """R = R_1 + R_2 + ...: independent error processes, each with a variance of its own."""

    parts: tuple[Structure, ...] = ()

    def __post_init__(self) -> None:
        if sum(part.plain for part in self.parts) > 1:
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

    def check_times(self, times: np.ndarray, name: str) -> None:
        for part in self.parts:
            part.check_times(times, name)

    def contains(self, other: Answers) -> bool:
        return self.beyond(other) is not None

    def beyond(self, other: Answers) -> list[Structure] | None:
        """The parts this sum has and ``other`` has not; None where ``other`` has one that this sum lacks."""
        rest = list(self.parts)
        for part in other.parts:
            like = [k for k, own in enumerate(rest) if own.call == part.call]
            if not like:
                return None
            rest.pop(like[0])
        return rest

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

    def derivatives(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        # weights s = exp(w) / sum exp(w): ds_i / dw_j = s_j (1[i = j] - s_i)
        pieces = self._pieces(x, occasions)
        each = [part.relative(own, occasions) for part, _, own in pieces]
        R = sum((share * one for (_, share, _), one in zip(pieces, each, strict=True)), 0.0 * each[0])
        of_share = [share * (one - R) for (_, share, _), one in zip(pieces[:-1], each, strict=False)]
        of_parts = [share * part.derivatives(own, occasions) for part, share, own in pieces]
        return np.concatenate([np.array(of_share), *of_parts])

    def felt(self, x: np.ndarray, occasions: Occasions, D: np.ndarray) -> np.ndarray:
        pieces = self._pieces(x, occasions)
        each = np.array([np.vdot(D, part.relative(own, occasions)) for part, _, own in pieces])
        share = np.array([one for _, one, _ in pieces])
        of_parts = [weight * part.felt(own, occasions, D) for part, weight, own in pieces]
        return np.concatenate([(share * (each - share @ each))[:-1], *of_parts])

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
