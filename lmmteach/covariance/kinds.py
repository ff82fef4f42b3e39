"""The residual structures by name: what R = sigma2 * D C D is for each of them.

    V_i = Z_i G Z_i' + R_i,     R_i = sigma2 * D_i C_i D_i

Structures add: ``Exponential() + Independent()`` is the lecture's e = e1 + e2.  What they share
stands in :mod:`.structure`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ..arguments import among, numbers, told
from ..errors import ModelError, ParameterError
from .factor import free_entries
from .occasions import Occasions
from .partial import autocorrelations, lag_slopes, pair_slopes, pairs_felt, rows
from .structure import ROUNDING, Structure

MOST_STEPS = 100_000  # of an AR(1) by time, from the first to the last
NEAR, FAR = 5.0, 13.0  # log range below the least spacing, above the longest, where a correlation is as good as 0 or 1


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
    independent: ClassVar[bool] = True

    def linear_basis(self, occasions: Occasions) -> list[np.ndarray]:
        eye = np.broadcast_to(np.eye(occasions.times.shape[-1]), occasions.lags.shape)
        levels = range(len(occasions.labels)) if self.by else ()
        return [(occasions.strata == level)[..., :, None] * eye for level in levels] or [eye]


class CompoundSymmetry(Structure):
    """Every pair of a subject's rows has the same correlation: R_jk = sigma2 rho for j != k.

    ``rho`` lies between -1/(n-1) and 1, n the most rows of a subject; a random intercept gives the
    same V where rho >= 0.  ``by="visit"`` is SAS's CSH.  Winer (1971); SAS TYPE=CS, nlme corCompSymm.

    Examples
    --------
    >>> CompoundSymmetry(rho=0.25, sigma2=4).cov([0, 1])
    array([[4., 1.],
           [1., 4.]])
    """

    continuous: ClassVar[bool] = True
    exchangeable: ClassVar[bool] = True
    cases: ClassVar[tuple[type[Structure], ...]] = (Independent,)

    def n_rho(self, occasions: Occasions) -> int:
        return 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        lowest, highest = self.rho_range(occasions)
        return lowest + (highest - lowest) / (1.0 + np.exp(-2 * x[0]))

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return rho + (1.0 - rho) * np.eye(occasions.times.shape[-1]) + np.zeros((*occasions.times.shape, 1))

    def rho_range(self, occasions: Occasions) -> tuple[float, float]:
        return -1.0 / max(occasions.largest - 1, 1), 1.0

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        return [np.array([0.0]), np.array([-1.5])]

    def linear_basis(self, occasions: Occasions) -> list[np.ndarray] | None:
        eye = np.broadcast_to(np.eye(occasions.times.shape[-1]), occasions.lags.shape)
        return None if self.by else [1.0 - eye, eye]


@dataclass(frozen=True, eq=False, repr=False)
class AR1(Structure):
    """Correlation falls with the number of visits between: R_jk = sigma2 rho^|j - k|; a missed visit counts.

    ``spacing="visit"``: j and k are ranks among all distinct times of the data (``time=``), or row numbers within the
    subject; weeks 0, 1, 2, 4, 8 are one step apart each (SAS TYPE=AR(1) with a class effect of time).
    ``spacing="time"``: j and k are the times themselves, whole numbers; weeks 4 and 8 are four steps apart
    (nlme ``corAR1(form = ~ week | id)``).  For rho >= 0 that is :class:`Exponential`, which takes any times.
    ``by="visit"`` is SAS's ARH(1).  Box & Jenkins (1970).

    Examples
    --------
    >>> AR1(rho=0.5, sigma2=4).cov([0, 1, 3])
    array([[4. , 2. , 0.5],
           [2. , 4. , 1. ],
           [0.5, 1. , 4. ]])
    >>> AR1(spacing="time").call
    "AR1(spacing='time')"
    """

    spacing: str = "visit"

    cases: ClassVar[tuple[type[Structure], ...]] = (Independent,)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not among(self.spacing, ("visit", "time")):
            raise ParameterError(
                f"spacing cannot be {told(self.spacing)}.",
                "Give 'visit' (a step from each distinct time to the next) or 'time' (a step for each unit of time).",
            )

    @property
    def clock(self) -> str:  # type: ignore[override]
        return self.spacing

    @property
    def needs_time(self) -> bool:  # type: ignore[override]
        """Whether it takes the times themselves."""
        return self.spacing == "time"

    @property
    def continuous(self) -> bool:  # type: ignore[override]
        """Whether it is known at times that the data do not have."""
        return self.spacing == "time"

    @property
    def told(self) -> list[str]:
        return [*super().told, *(["spacing='time'"] if self.spacing == "time" else [])]

    def check_times(self, times: np.ndarray, name: str) -> None:
        if self.spacing == "time":
            _steps(times, name)

    def n_rho(self, occasions: Occasions) -> int:
        return 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        return np.tanh(x[0])

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        lags = occasions.lags
        if self.spacing == "time":
            lags = _steps(occasions.times[..., :, None] - occasions.times[..., None, :], "times")
        # A product, not a power: a complex step through a negative number would lose the derivative.
        powers = np.cumprod([1.0, *[rho] * int(lags.max(initial=0))])
        return powers[lags]

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        return [np.array([start]) for start in (0.3, 1.2, -0.4)]


def _steps(times: np.ndarray, name: str) -> np.ndarray:
    """How many steps an AR(1) takes in each of ``times``, which are whole numbers."""
    steps = np.rint(times)
    if not (np.abs(steps - times) <= ROUNDING * np.maximum(1.0, np.abs(times))).all() or np.ptp(times) > MOST_STEPS:
        what = f"span {np.ptp(times):g} units" if np.ptp(times) > MOST_STEPS else "are not all whole numbers"
        raise ParameterError(
            f"AR1(spacing='time') takes a step for each unit of time, and the times {name!r} {what}.",
            "Use residual='exponential', which takes any times (and a rho above 0).",
        )
    return np.abs(steps).astype(np.intp)


@dataclass(frozen=True, eq=False, repr=False)
class Exponential(Structure):
    """Correlation falls with time itself: R_jk = sigma2 exp(-|t_j - t_k| / range) = sigma2 rho^|t_j - t_k|.

    ``range`` is the time after which the correlation has fallen to 1/e, ``rho`` = exp(-1 / range) the correlation one
    unit of time apart; give either.  Diggle (1988), Biometrics 44:959; SAS TYPE=SP(EXP), nlme corCAR1 and corExp.

    Examples
    --------
    >>> Exponential(rho=0.25, sigma2=4).cov([0, 0.5])
    array([[4., 2.],
           [2., 4.]])
    >>> round(Exponential(range=2).rho, 4)
    0.6065
    """

    range: float | None = None  # in the data's unit of time

    parameter: ClassVar[str] = "range"
    clock: ClassVar[str] = "time"
    endless: ClassVar[bool] = True
    needs_time: ClassVar[bool] = True
    continuous: ClassVar[bool] = True
    cases: ClassVar[tuple[type[Structure], ...]] = (Independent,)

    def __post_init__(self) -> None:
        # In seconds or in centuries rho is as good as 1 or 0; the range still says how long.
        super().__post_init__()
        given, of = (self.rho, "rho") if self.range is None else (self.range, "range")
        if given is None:
            return
        value = numbers(given, of)
        if value.ndim or not (0 <= value <= 1 if of == "rho" else value >= 0):
            raise ParameterError(
                f"An Exponential's {of} cannot be {told(given)}.", "rho lies between 0 and 1, range above 0."
            )
        with np.errstate(divide="ignore"):
            other = -1.0 / np.log(value) if of == "rho" else np.exp(-1.0 / value)
        object.__setattr__(self, "range" if of == "rho" else "rho", abs(float(other)))

    def n_rho(self, occasions: Occasions) -> int:
        return 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        return np.exp(x[0]) * occasions.gap

    def carried(self, natural: Any) -> dict[str, Any]:
        return {"range": natural, "rho": np.exp(-1.0 / natural)}

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        distance = np.abs(occasions.times[..., :, None] - occasions.times[..., None, :])
        return np.exp(-distance / rho) if rho != 0 else (distance == 0).astype(float)

    def d_correlation(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        reach = self.natural(x, occasions)
        distance = np.abs(occasions.times[..., :, None] - occasions.times[..., None, :]) / reach
        return (np.exp(-distance) * distance)[None]

    def rho_range(self, occasions: Occasions) -> tuple[float, float]:
        return 0.0, 1.0

    def search_range(self, occasions: Occasions) -> tuple[float, float]:
        # Both ends of rho's range are only drawn near to: where all visits count as far apart, or as one.
        nearest, furthest = np.log([occasions.nearest / occasions.gap, occasions.furthest / occasions.gap])
        return float(nearest - NEAR), float(furthest + FAR)

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        ends = np.log([occasions.nearest / occasions.gap, occasions.furthest / occasions.gap])
        usual = [0.0, 1.5, -1.5, 4.0]
        return [np.array([x]) for x in [*usual, *(end for end in ends if np.abs(end - usual).min() > 1)]]


class Toeplitz(Structure):
    """One correlation per lag: R_jk = sigma2 rho_|j - k|, ``rho`` = (rho_1, rho_2, ...).

    Searched as partial autocorrelations, which fill the valid region (Barndorff-Nielsen & Schou 1973,
    J. Multivar. Anal. 3:408).  SAS TYPE=TOEP.

    Examples
    --------
    >>> Toeplitz(rho=[0.5, 0.25], sigma2=4).cov([0, 1, 2])[0]
    array([4., 2., 1.])
    """

    several: ClassVar[bool] = True
    clock: ClassVar[str] = "visit"
    cases: ClassVar[tuple[type[Structure], ...]] = (Independent, CompoundSymmetry, AR1)

    def n_rho(self, occasions: Occasions) -> int:
        return occasions.n_visits - 1

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        return autocorrelations(x)

    def d_correlation(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        return lag_slopes(x)[:, occasions.lags]

    def correlation_felt(self, x: np.ndarray, occasions: Occasions, D: np.ndarray) -> np.ndarray:
        slopes = lag_slopes(x)
        return slopes @ np.bincount(occasions.lags.ravel(), D.ravel(), slopes.shape[1])

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return np.concatenate([np.ones(1), np.atleast_1d(rho)])[occasions.lags]

    def linear_basis(self, occasions: Occasions) -> list[np.ndarray] | None:
        return None if self.by else [1.0 * (occasions.lags == lag) for lag in range(occasions.n_visits)]


class Unstructured(Structure):
    """A correlation for every pair of visits and a variance for every visit: R_jk = sigma2 d_j d_k rho_jk.

    ``rho`` is (T x T), T the number of distinct visits; d are the ``sd_ratio``.  SAS TYPE=UN, nlme corSymm.

    Examples
    --------
    >>> import numpy
    >>> half = numpy.array([[1.0, 0.5], [0.5, 1.0]])
    >>> Unstructured(rho=half, sigma2=4, by="visit", sd_ratio={1: 1.0, 2: 2.0}).cov([0, 1])
    array([[ 4.,  4.],
           [ 4., 16.]])
    """

    several: ClassVar[bool] = True
    cases: ClassVar[tuple[type[Structure], ...]] = (Independent, CompoundSymmetry, AR1, Toeplitz)

    @property
    def alike(self) -> Structure:
        return AR1()

    def n_rho(self, occasions: Occasions) -> int:
        return occasions.n_visits * (occasions.n_visits - 1) // 2

    def natural(self, x: np.ndarray, occasions: Occasions) -> Any:
        L = rows(x, occasions.n_visits)
        return L @ L.T

    def d_correlation(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        slopes = pair_slopes(x, occasions.n_visits)
        return slopes[:, occasions.visits[..., :, None], occasions.visits[..., None, :]]

    def correlation_felt(self, x: np.ndarray, occasions: Occasions, D: np.ndarray) -> np.ndarray:
        T = occasions.n_visits
        places = occasions.visits[..., :, None] * T + occasions.visits[..., None, :]
        return pairs_felt(x, T, np.bincount(places.ravel(), D.ravel(), T * T).reshape(T, T))

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return rho[occasions.visits[..., :, None], occasions.visits[..., None, :]]

    def linear_basis(self, occasions: Occasions) -> list[np.ndarray]:
        a, b = occasions.visits[..., :, None], occasions.visits[..., None, :]
        pairs = free_entries(occasions.n_visits, True)
        return [1.0 * (((a == i) & (b == j)) | ((a == j) & (b == i))) for i, j in pairs]


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
    """Independent residuals with a variance per visit, or per level of the column ``by``: R_jj = sigma2 d_j^2.

    nlme's varIdent, SAS's GROUP= option.

    Examples
    --------
    >>> Diagonal(by="sex")
    Independent(by='sex')
    """
    return Independent(by=by)


def as_structure(residual: str | Structure) -> Structure:
    """The structure that a name stands for; an unknown name raises, listing the known ones."""
    if isinstance(residual, Structure):
        if isinstance(residual, Unstructured) and residual.by is None:
            return replace(residual, by="visit")
        return residual
    if isinstance(residual, str) and residual in NAMES:
        return NAMES[residual]
    raise ModelError(f"The residual structure {residual!r} is not known.", f"Known names: {', '.join(NAMES)}.")
