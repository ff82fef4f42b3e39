"""The front door: ``lmm(formula, data)`` gives a Fit.

What happens behind it is one room after another: :mod:`.design` reads the formula and the data, :mod:`.likelihood`
pools the subjects, :mod:`.fitting` searches, and :mod:`.fit` answers what is asked of the result.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .arguments import check_known
from .covariance.structure import Structure
from .fit import Fit
from .fitting.solve import solve


def lmm(
    formula: str,
    data: pd.DataFrame,
    method: str = "REML",
    groups: str | None = None,
    time: str | None = None,
    residual: str | Structure = "independent",
    **other: Any,
) -> Fit:
    """Fit a linear mixed model, or a covariance pattern model, by REML or ML.

    Y_i = X_i beta + Z_i b_i + e_i,   b_i ~ N(0, G),   e_i ~ N(0, R_i),   so   V_i = Z_i G Z_i' + R_i.

    Parameters
    ----------
    formula : str
        lme4's language: ``"y ~ x*t + (1 + t | subject)"``, ``(1 + t || subject)`` for a diagonal G,
        ``(1 | school/class)`` for nested groups.  A factor in a ``||`` term is taken apart, too (lme4 keeps its
        levels correlated), so that the fit depends on its first level; a warning says so.  Factors are coded as R
        does: the first level is the reference, an ordered Categorical has polynomials (``.L``, ``.Q``);
        ``C(f, ref="b")``, ``C(f, sum)``, ``C(f, poly)`` and ``C(f, treatment)`` say otherwise.  Names that are no
        words stand in `backticks`.  For an offset z write ``y - z ~ ...``.
    data : DataFrame
        One row a measurement.  Rows with missing values are dropped, and counted in a warning.
    method : "REML" or "ML"
    groups : str, optional
        Whose rows R ties together: a column, or a group of the formula as it is printed ("class:school").
        The innermost of nested groups by default; needed where the formula has no random term, and for
        an R that is not independent under crossed groups.
    time : str, optional
        The column of measurement times, for structures that depend on it.
    residual : str or structure
        R: "independent", "diagonal", "cs", "ar1", "exponential", "toeplitz", "unstructured", "arh1",
        "csh", a structure such as ``Exponential()``, or a sum of structures.
    **other
        Nothing else is taken: ``weights``, ``offset`` and other programs' arguments are refused with the way round.

    Returns
    -------
    Fit

    Raises
    ------
    LmmError
        For anything in the formula or the data that cannot be used, naming it and the remedy; for crossed groups that
        tie more than 2,000 random effects together, whose fit would not end.

    Notes
    -----
    Laird & Ware (1982), Biometrics 38:963; Bates et al. (2015), J. Stat. Softw. 67(1).

    Examples
    --------
    >>> import lmmteach
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> round(fit.deviance, 4)
    1743.6283
    """
    check_known(other)
    found = solve(formula, data, method, groups, time, residual)
    return Fit(found.design, found.estimate, found.method, found.warnings)
