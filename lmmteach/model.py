"""The front door: ``lmm(formula, data)`` gives a Fit.

Four steps, each of which can be called alone: read the formula (:mod:`.design`), pool the subjects
(:mod:`.pooling`), search (:mod:`.fitting`), and package the result (:mod:`.fit`).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from .arguments import check_method
from .batched import is_plain
from .covariance import Independent, Structure
from .covariance import structure as as_structure
from .design import Design, build
from .errors import DataError, LmmWarning, ModelError
from .fit import Fit
from .fitting import Estimate, estimate, fits_exactly
from .prediction import covariances, shared_variances

SINGULAR = 1e-8  # the smallest eigenvalue of a V, its diagonal brought to 1, that is more than rounding


def lmm(
    formula: str,
    data: pd.DataFrame,
    method: str = "REML",
    groups: str | None = None,
    time: str | None = None,
    residual: str | Structure = "independent",
) -> Fit:
    """Fit a linear mixed model, or a covariance pattern model, by REML or ML.

    Y_i = X_i beta + Z_i b_i + e_i,   b_i ~ N(0, G),   e_i ~ N(0, R_i),   so   V_i = Z_i G Z_i' + R_i.

    Parameters
    ----------
    formula : str
        lme4's language: ``"y ~ x*t + (1 + t | subject)"``, ``(1 + t || subject)`` for a diagonal G,
        ``(1 | school/class)`` for nested groups.  A factor in a ``||`` term is taken apart, too (lme4 keeps its
        levels correlated), so that the fit depends on its first level; a warning says so.
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
    check_method(method)
    for what, column in (("groups", groups), ("time", time)):
        if column is not None and not isinstance(column, str):
            raise ModelError(f"{what}={column!r} is not the name of a column.", f"For example {what}='subject'.")
    structure = as_structure(residual)
    parts = getattr(structure, "parts", (structure,))
    serial = any(not isinstance(part, Independent) or part.by == "visit" for part in parts)
    by = {part.by for part in parts if part.by not in (None, "visit")}
    if not all(isinstance(column, str) for column in by):
        raise ModelError(f"by={next(iter(by))!r} is not the name of a column.", "For example by='sex', or by='visit'.")
    said: list[str] = []
    design = build(formula, data, groups, time, tuple(sorted(by)), serial, said)
    for remark in said:
        warnings.warn(remark, LmmWarning, stacklevel=2)
    _check(design, structure, time)
    found = estimate(design, structure, method)
    _check_bounded(design, found)
    return Fit(design, found, method, tuple(said))


def _check_bounded(design: Design, found: Estimate) -> None:
    """Refuse a search that ran after a -2 log L without lower end: some V it ended at is singular."""
    if found.optimum.converged:
        return
    if is_plain(found.residual):  # only without any residual does V become singular
        if found.sigma2 < SINGULAR * (found.sigma2 + shared_variances(design, found).max()):
            raise fits_exactly()
        return
    for stack in covariances(design, found):
        sd = np.sqrt(np.diagonal(stack.V, axis1=1, axis2=2))
        spread = np.linalg.eigvalsh(stack.V / (sd[:, :, None] * sd[:, None, :]))
        if (spread[:, 0] < SINGULAR).any():
            subject = design.subjects[design.codes[stack.rows[int(np.argmin(spread[:, 0])), 0]]]
            name = " + ".join(type(part).__name__ for part in getattr(found.residual, "parts", (found.residual,)))
            raise ModelError(
                f"-2 log L has no lower end with the residual structure {name}: it can make V of {design.group} "
                f"{subject} singular, as these data allow.",
                "Use a structure with fewer parameters, or more subjects with all visits.",
                "Choosing G and R",
            )


def _check(design: Design, structure: Structure, time: str | None) -> None:
    """What only shows once data and structure are together."""
    if structure.needs_time and time is None:
        raise ModelError(
            f"{type(structure).__name__} needs to know when each row was measured.", "Name the column: time='...'."
        )
    if structure.needs_time and not design.timed:
        raise DataError(
            f"{type(structure).__name__} takes the time between readings, and {time!r} holds categories.",
            f"Give numbers: data[{time!r}] = pandas.to_numeric(data[{time!r}].astype(str)).",
        )
    if structure.continuous and not structure.needs_time and getattr(structure, "by", None) != "visit":
        return
    pairs = pd.MultiIndex.from_arrays([design.codes, design.visits])
    if pairs.has_duplicates:
        row = int(np.argmax(pairs.duplicated()))
        raise DataError(
            f"{design.group} {design.subjects[design.codes[row]]} has two rows at {time} "
            f"{design.visit_values[design.visits[row]]}, and this residual structure allows one.",
            "Average or remove one of them, or give each visit a number of its own.",
        )
