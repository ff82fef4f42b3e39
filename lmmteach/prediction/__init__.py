"""What a fit says about subjects and rows: b-hat, fitted values, residuals, predictions, V.

Read ``blups`` (b-hat = G Z'V^-1 (y - X beta), the shrunken residual; by ``elimination`` where factors are crossed),
``values`` (row by row, marginal and conditional), ``at_times`` (V of a subject, or at any times), then new rows:
``rows`` (read by the model's formula), ``uncertainty`` (how far off a prediction may be) and ``occasion`` (the
residual of a new reading).
Handed on: :func:`random_effects`, :func:`fitted`, :func:`residuals`, :func:`predict`, :func:`intervals`,
:func:`marginal_cov`.
"""

from .at_times import marginal_cov
from .blups import random_effects
from .uncertainty import intervals
from .values import fitted, predict, residuals

__all__ = ["fitted", "intervals", "marginal_cov", "predict", "random_effects", "residuals"]
