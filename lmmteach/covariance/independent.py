"""R = sigma2 I, or a variance for each visit or level: no reading is correlated with another."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .occasions import Occasions
from .structure import Structure


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
