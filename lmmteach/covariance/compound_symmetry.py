"""Compound symmetry: any two readings of a subject are correlated alike."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .independent import Independent
from .occasions import Occasions
from .structure import Structure


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
