"""The pieces of V = Z G Z' + R: where V is made, the factor of G, and the structures of R.

Read ``marginal`` (V itself, the first chapter of the first volume), ``factor`` (any numbers make a valid G),
``occasions`` and ``structure`` (what every R can answer, differentiated by a ``complex_step``), and ``kinds``, one
class a structure: AR(1), exponential and the others.
Handed on: :func:`marginal_covariance`, :func:`cov_to_corr`, :class:`Structure`, the kinds, and ``NAMES``.
"""

from .kinds import (
    AR1,
    NAMES,
    CompoundSymmetry,
    Diagonal,
    Exponential,
    Independent,
    Toeplitz,
    Unstructured,
    as_structure,
)
from .marginal import cov_to_corr, marginal_covariance
from .occasions import Occasions
from .structure import Structure, Sum

__all__ = [
    "AR1",
    "NAMES",
    "CompoundSymmetry",
    "Diagonal",
    "Exponential",
    "Independent",
    "Occasions",
    "Structure",
    "Sum",
    "Toeplitz",
    "Unstructured",
    "as_structure",
    "cov_to_corr",
    "marginal_covariance",
]
