"""Toeplitz: one correlation for every number of visits between."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .ar1 import AR1
from .compound_symmetry import CompoundSymmetry
from .independent import Independent
from .occasions import Occasions
from .partial import autocorrelations, lag_slopes
from .structure import Structure


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

    def starts(self, occasions: Occasions) -> list[np.ndarray]:
        k = self.n_rho(occasions)  # neighbours are alike, and what lies further apart is so through them
        return [np.where(np.arange(k) == 0, first, 0.0) for first in (0.5, -0.2)]

    def d_correlation(self, x: np.ndarray, occasions: Occasions) -> np.ndarray:
        return lag_slopes(x)[:, occasions.lags]

    def correlation_felt(self, x: np.ndarray, occasions: Occasions, D: np.ndarray) -> np.ndarray:
        slopes = lag_slopes(x)
        return slopes @ np.bincount(occasions.lags.ravel(), D.ravel(), slopes.shape[1])

    def correlation(self, rho: Any, occasions: Occasions) -> np.ndarray:
        return np.concatenate([np.ones(1), np.atleast_1d(rho)])[occasions.lags]

    def linear_basis(self, occasions: Occasions) -> list[np.ndarray] | None:
        return None if self.by else [1.0 * (occasions.lags == lag) for lag in range(occasions.n_visits)]
