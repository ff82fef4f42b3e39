"""Unstructured: a correlation for every pair of visits and a variance for every visit."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..arguments import numbers, told
from ..errors import ParameterError
from .ar1 import AR1
from .compound_symmetry import CompoundSymmetry
from .factor import free_entries
from .independent import Independent
from .occasions import Occasions
from .partial import pair_slopes, pairs_felt, rows
from .structure import Structure
from .toeplitz import Toeplitz


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

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rho is None:
            return
        rho = numbers(self.rho, "rho")
        if rho.ndim != 2 or rho.shape != rho.T.shape or not np.allclose(rho, rho.T) or not np.allclose(np.diag(rho), 1):
            raise ParameterError(
                f"rho cannot be {told(self.rho)}.", "Give a symmetric matrix, visits by visits, with 1 on its diagonal."
            )
        object.__setattr__(self, "rho", rho)

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
