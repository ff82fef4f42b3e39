"""The search for beta, G and R where the likelihood is largest.

Read ``readable`` first: a REML fit by scipy's minimiser, the last chapter of the first volume. The second volume is
``solve`` (from formula and data, with ``validity``, ``bounds``, ``few_visits`` for what cannot be fitted),
``solution`` (from a design), ``search`` (from several starts, by scoring steps, then those of ``newton``),
``descents`` (ways that are known) and ``objective`` (what they go down); ``cost`` knows before how long that takes,
``progress`` says how far it is; ``estimates`` holds the numbers, ``parameters`` names them, ``remarks`` says what is
odd about them.
Handed on: :func:`solve`, :func:`maximise`, :class:`Solution`, :class:`Estimates`, :func:`fit_plainly`.
"""

from .estimates import Estimates
from .readable import PlainFit, fit_plainly
from .solution import Solution, maximise
from .solve import solve

__all__ = ["Estimates", "PlainFit", "Solution", "fit_plainly", "maximise", "solve"]
