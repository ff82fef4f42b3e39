"""Wrong answers that many exercises share, ready to be listed in ``wrong=``.

Each runs the exercise's own solution on numbers changed as the slip changes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lmmteach.check.declaration import Says, Wrong
from lmmteach.check.question import Question

__all__ = ["ml_for_reml", "no_sigma2", "rho_for_g12", "sd_for_variances", "without_g12"]


def no_sigma2(
    says: Says = "σ² is missing: a reading is not only its line. It stands on the whole diagonal of V.",
) -> Wrong:
    """sigma² left out."""
    return Wrong("no-sigma2", says, change=lambda q: q.but(sigma2=0.0))


def rho_for_g12(
    says: Says = "You used the correlation ρ of intercept and slope where their covariance G₁₂ belongs.",
) -> Wrong:
    """The correlation of intercept and slope in the place of their covariance."""
    return _with_G("rho-for-G12", lambda G: G[0, 1] / np.sqrt(G[0, 0] * G[1, 1]), says)


def without_g12(says: Says = "G₁₂ is missing: intercept and slope of one person vary together.") -> Wrong:
    """G12 left out."""
    return _with_G("no-G12", lambda G: 0.0, says)


def sd_for_variances(says: Says = "You used standard deviations where G and σ² hold variances. Square them.") -> Wrong:
    """The square roots of the variances in the place of the variances."""

    def change(q: Question) -> Question:
        return q.but(G=np.sign(q.G) * np.sqrt(np.abs(q.G)), sigma2=float(np.sqrt(q.sigma2)))

    return Wrong("sd-for-variances", says, change=change)


def ml_for_reml(says: Says = "This is the ML value; REML was asked.") -> Wrong:
    """The other method; the exercise's solution uses ``q.method``."""
    return Wrong("ml-for-reml", says, change=lambda q: q.but(method="ML"))


def _with_G(name: str, g12: Callable[[Any], float], says: Says) -> Wrong:
    def change(q: Question) -> Question:
        G = np.array(q.G, dtype=float)
        G[0, 1] = G[1, 0] = g12(G)
        return q.but(G=G)

    return Wrong(name, says, change=change)
