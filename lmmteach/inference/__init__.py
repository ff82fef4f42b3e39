"""How sure we are: standard errors, degrees of freedom, tests and intervals.

Read ``tables`` (t and F of beta), with ``satterthwaite`` and ``kenward_roger`` for their degrees of freedom, then
what is asked of several coefficients at once: ``contrast``, ``terms`` (a test of each) and ``means``, with
``adjust`` for many questions. Then ``intervals``, with ``standard_errors`` and ``scales`` for Wald's, and
``profile`` and ``held`` and ``crossing`` for the likelihood's own. Last ``shares``: intraclass correlations and R
squared. ``power`` asks beforehand: how often would a study find what is there?
Handed on: :func:`coef_table`, :func:`f_test`, :class:`FTest`, :func:`confint`, :func:`power`, :class:`Power`.
"""

from .contrast import f_test
from .intervals import confint
from .power import Power, power
from .tables import FTest, coef_table

__all__ = ["FTest", "Power", "coef_table", "confint", "f_test", "power"]
