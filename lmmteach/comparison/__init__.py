"""Is the larger model better? The likelihood-ratio test, at the boundary too.

Read ``likelihood_ratio`` (the test, its mixture of chi-squares, its words), then ``nesting`` (does one model contain
the other?) and ``chain`` (more than two models).
Handed on: :func:`compare`, :class:`Comparison`, :class:`Chain`, :func:`information_criteria`.
"""

from .chain import Chain, compare
from .likelihood_ratio import Comparison, information_criteria

__all__ = ["Chain", "Comparison", "compare", "information_criteria"]
