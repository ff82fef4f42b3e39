"""lmmteach: see linear mixed models.

>>> import lmmteach
>>> data = lmmteach.load_sleepstudy()
>>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
>>> round(fit.sigma2, 2)
654.94

To read how it is done, begin with the first volume, one sitting long: ``covariance/marginal.py`` (V = Z G Z' + R),
``likelihood/readable.py`` (-2 log L in steps) and ``fitting/readable.py`` (a REML fit by scipy's minimiser).  What
``lmm`` does is the second volume, the same made fast: ``model.py``, then the rooms ``design``, ``likelihood`` and
``fitting``; ``prediction``, ``inference``, ``comparison`` and ``simulation`` answer what is asked of a fit.  Each room
has a front page, its ``__init__``.

The exercises: ``student("your name")``, ``q = exercise("05.2")``, ``check("05.2", answer)``, ``hint("05.2")`` and
``report()``, which writes the file to hand in; see :mod:`lmmteach.check`.
"""

from .check import check, exercise, hint, report, student
from .comparison import compare
from .covariance import (
    AR1,
    CompoundSymmetry,
    Diagonal,
    Exponential,
    Independent,
    Toeplitz,
    Unstructured,
    cov_to_corr,
    marginal_covariance,
)
from .datasets import framingham_fit, load_framingham, load_sleepstudy
from .errors import DataError, FormulaError, LmmError, LmmWarning, ModelError, ParameterError
from .fit import Fit
from .inference import power
from .likelihood import deviance, gls
from .model import lmm
from .version import __version__ as __version__

__all__ = [
    "AR1",
    "CompoundSymmetry",
    "DataError",
    "Diagonal",
    "Exponential",
    "Fit",
    "FormulaError",
    "Independent",
    "LmmError",
    "LmmWarning",
    "ModelError",
    "ParameterError",
    "Toeplitz",
    "Unstructured",
    "check",
    "compare",
    "cov_to_corr",
    "deviance",
    "exercise",
    "framingham_fit",
    "gls",
    "hint",
    "lmm",
    "load_framingham",
    "load_sleepstudy",
    "marginal_covariance",
    "power",
    "report",
    "student",
]
