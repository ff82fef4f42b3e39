"""The residual structures by name, as ``residual="ar1"`` asks for them."""

from __future__ import annotations

from dataclasses import replace

from ..arguments import told
from ..errors import ModelError
from .ar1 import AR1
from .compound_symmetry import CompoundSymmetry
from .exponential import Exponential
from .independent import Independent
from .structure import Structure
from .toeplitz import Toeplitz
from .unstructured import Unstructured

NAMES: dict[str, Structure] = {
    "independent": Independent(),
    "diagonal": Independent(by="visit"),
    "cs": CompoundSymmetry(),
    "csh": CompoundSymmetry(by="visit"),
    "ar1": AR1(),
    "arh1": AR1(by="visit"),
    "exponential": Exponential(),
    "toeplitz": Toeplitz(),
    "unstructured": Unstructured(by="visit"),
}


def Diagonal(by: str = "visit") -> Structure:
    """Independent residuals with a variance per visit, or per level of the column ``by``: R_jj = sigma2 d_j^2.

    nlme's varIdent, SAS's GROUP= option.

    Examples
    --------
    >>> Diagonal(by="sex")
    Independent(by='sex')
    """
    return Independent(by=by)


def as_structure(residual: str | Structure) -> Structure:
    """The structure that a name stands for; an unknown name raises, listing the known ones."""
    if isinstance(residual, Structure):
        if isinstance(residual, Unstructured) and residual.by is None:
            return replace(residual, by="visit")
        return residual
    if isinstance(residual, str) and residual in NAMES:
        return NAMES[residual]
    raise ModelError(f"The residual structure {told(residual)} is not known.", f"Known names: {', '.join(NAMES)}.")
