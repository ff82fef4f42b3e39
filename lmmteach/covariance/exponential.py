"""Exponential, AR(1) in continuous time: correlation falls with time itself, rho^|t_j - t_k|."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..arguments import numbers, told
from ..errors import ParameterError
from .independent import Independent
from .occasions import Occasions
from .structure import Structure

NEAR, FAR = 5.0, 13.0  # log range below the least spacing, above the longest, where a correlation is as good as 0 or 1


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

    def neighbours(self, x: np.ndarray, occasions: Occasions) -> tuple[np.ndarray, np.ndarray] | None:
        step = np.diff(occasions.times, axis=-1) / self.natural(x, occasions)
        return None if self.by else (np.exp(-step), -np.expm1(-2 * step))

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
