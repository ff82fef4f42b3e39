"""AR(1): correlation falls with every step, rho^|j - k|; a step is a visit, or a unit of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..arguments import among, told
from ..errors import ParameterError
from .independent import Independent
from .occasions import Occasions
from .ratios import ROUNDING
from .structure import Structure

MOST_STEPS = 100_000  # of an AR(1) by time, from the first to the last


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
        return _powers(rho, lags)

    def neighbours(self, x: np.ndarray, occasions: Occasions) -> tuple[np.ndarray, np.ndarray] | None:
        clock = occasions.times if self.spacing == "time" else occasions.visits
        phi = _powers(self.natural(x, occasions), _steps(np.diff(clock, axis=-1), "times"))
        return None if self.by else (phi, 1 - phi**2)

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        return [np.array([start]) for start in (0.3, 1.2, -0.4)]


def _powers(rho: Any, lags: np.ndarray) -> np.ndarray:
    """rho^lag: a product, not a power, for a complex step through a negative number would lose the derivative."""
    powers: np.ndarray = np.cumprod([1.0, *[rho] * int(lags.max(initial=0))])[lags]
    return powers


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
