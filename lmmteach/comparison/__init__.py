"""Is the larger model better? The likelihood-ratio test, at the boundary too.

Read ``likelihood_ratio`` (the test, its mixture of chi-squares, its words), then ``nesting`` (does one model contain
the other?).
Handed on: :func:`compare`, :class:`Comparison`, :func:`information_criteria`.
"""

from .likelihood_ratio import Comparison, compare, information_criteria

__all__ = ["Comparison", "compare", "information_criteria"]
