"""The pieces of V = Z G Z' + R: where V is made, the factor of G, and the structures of R.

Read ``marginal`` (V itself, the first chapter of the first volume), ``factor`` (any numbers make a valid G),
``occasions``, ``ratios``, ``answers`` and ``structure`` (what every R can answer), then any of ``independent``,
``compound_symmetry``, ``ar1``, ``exponential``, ``toeplitz`` and ``unstructured``; ``names`` knows them all.
``partial`` makes correlations of partial ones; ``complex_step``, ``differences`` and ``inverse`` are the calculus.
Handed on: :func:`marginal_covariance`, :func:`cov_to_corr`, :class:`Structure`, the kinds, and ``NAMES``.
"""

from .ar1 import AR1
from .compound_symmetry import CompoundSymmetry
from .exponential import Exponential
from .independent import Independent
from .marginal import cov_to_corr, marginal_covariance
from .names import NAMES, Diagonal, as_structure
from .occasions import Occasions
from .structure import Structure, Sum
from .toeplitz import Toeplitz
from .unstructured import Unstructured

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
