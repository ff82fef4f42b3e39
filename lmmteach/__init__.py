"""lmmteach: see linear mixed models.

>>> import lmmteach
>>> data = lmmteach.load_sleepstudy()
>>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data)
>>> round(fit.sigma2, 2)
654.94
"""

from .comparison import compare
from .covariance import (
    AR1,
    CompoundSymmetry,
    Diagonal,
    Exponential,
    Independent,
    Toeplitz,
    Unstructured,
)
from .datasets import framingham_fit, load_framingham, load_sleepstudy
from .errors import DataError, FormulaError, LmmError, LmmWarning, ModelError, ParameterError
from .fit import Fit
from .likelihood import cov_to_corr, deviance, gls, marginal_covariance
from .model import lmm

__version__ = "0.1.0"

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
    "compare",
    "cov_to_corr",
    "deviance",
    "framingham_fit",
    "gls",
    "lmm",
    "load_framingham",
    "load_sleepstudy",
    "marginal_covariance",
]
