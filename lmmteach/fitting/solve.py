"""From formula and data to the numbers of a fit: read, check, maximise, check again."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from ..arguments import check_method
from ..covariance.kinds import as_structure
from ..covariance.structure import Structure
from ..design.build import Design, build
from ..errors import DataError, LmmWarning, ModelError
from ..likelihood.covariances import covariances, shared_variances
from .estimates import Estimates
from .solution import Solution, fits_exactly, maximise

SINGULAR = 1e-8  # the smallest eigenvalue of a V, its diagonal brought to 1, that is more than rounding


def solve(
    formula: str, data: pd.DataFrame, method: str, groups: str | None, time: str | None, residual: str | Structure
) -> Estimates:
    """Fit a model; the arguments are those of :func:`lmmteach.lmm`, whose caller hears the warnings."""
    check_method(method)
    for what, column in (("groups", groups), ("time", time)):
        if column is not None and not isinstance(column, str):
            raise ModelError(f"{what}={column!r} is not the name of a column.", f"For example {what}='subject'.")
    structure = as_structure(residual)
    said: list[str] = []
    design = build(formula, data, groups, time, structure, said)
    for remark in said:
        warnings.warn(remark, LmmWarning, stacklevel=3)
    _check(design, structure, time)
    found = maximise(design, structure, method)
    _check_bounded(design, found)
    return Estimates(design, found, method, tuple(said))


def _check_bounded(design: Design, found: Solution) -> None:
    """Refuse a search that ran after a -2 log L without lower end: some V it ended at is singular."""
    if found.optimum.converged:
        return
    if found.residual.plain:  # only without any residual does V become singular
        if found.sigma2 < SINGULAR * (found.sigma2 + shared_variances(design, found.G).max()):
            raise fits_exactly()
        return
    for stack in covariances(design, found.G, found.residual):
        sd = np.sqrt(np.diagonal(stack.V, axis1=1, axis2=2))
        spread = np.linalg.eigvalsh(stack.V / (sd[:, :, None] * sd[:, None, :]))
        if (spread[:, 0] < SINGULAR).any():
            subject = design.subjects[design.codes[stack.rows[int(np.argmin(spread[:, 0])), 0]]]
            raise ModelError(
                f"-2 log L has no lower end with the residual structure {found.residual.name}: it can make V of "
                f"{design.group} {subject} singular, as these data allow.",
                "Use a structure with fewer parameters, or more subjects with all visits.",
                "Choosing G and R",
            )


def _check(design: Design, structure: Structure, time: str | None) -> None:
    """What only shows once data and structure are together."""
    if structure.needs_time and time is None:
        raise ModelError(f"{structure.name} needs to know when each row was measured.", "Name the column: time='...'.")
    if structure.needs_time and not design.timed:
        raise DataError(
            f"{structure.name} takes the time between readings, and {time!r} holds categories.",
            f"Give numbers: data[{time!r}] = pandas.to_numeric(data[{time!r}].astype(str)).",
        )
    if not structure.needs_time and not structure.by_visit:
        return
    pairs = pd.MultiIndex.from_arrays([design.codes, design.visits])
    if pairs.has_duplicates:
        row = int(np.argmax(pairs.duplicated()))
        raise DataError(
            f"{design.group} {design.subjects[design.codes[row]]} has two rows at {time} "
            f"{design.visit_values[design.visits[row]]}, and this residual structure allows one.",
            "Average or remove one of them, or give each visit a number of its own.",
        )
