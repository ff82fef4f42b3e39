"""-2 log L, twice: plainly, to be read, and fast, to be searched.

Read ``readable`` first (Steps I to IV, one subject after another; ``arrays`` takes what callers bring), then
``settings`` (at a G and an R that are given). The second volume is ``blocks`` (which rows hang together),
``covariances`` (their V), ``pooling`` (subjects with one pattern become one, by ``crossproducts`` where that costs
no digits), and ``evaluation`` (the same steps, once a pattern), which takes Steps I and II from ``small``, ``wide``,
``chain`` or ``crossed``, what R does from ``moves``, and second derivatives from ``curvature``.
Handed on: :func:`gls`, :func:`deviance`, :func:`deviance_at`, :func:`pool` and :func:`evaluate`.
"""

from .evaluation import Evaluation, evaluate
from .pooling import Pooled, pool
from .readable import Gls, deviance, gls
from .settings import deviance_at

__all__ = ["Evaluation", "Gls", "Pooled", "deviance", "deviance_at", "evaluate", "gls", "pool"]
