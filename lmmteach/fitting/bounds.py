"""Whether -2 log L has a lower end: a variance that may run to 0 where X fits its rows exactly takes it to -infinity.

With d the standard deviation of a level that n rows have, and X_l their part of X, d -> 0 at a beta that fits them
leaves of -2 log L

    2 (n - s) log d,     s = 0 for ML, the rank of X_l for REML
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from ..covariance.structure import Structure
from ..design.build import Design
from ..errors import ModelError
from ..likelihood.covariances import covariances, shared_variances
from .solution import Solution, fits_exactly
from .validity import SINGULAR

EXACT = 1e-12  # of the response's length: a residual this short is rounding
LESSON = "Choosing G and R"


def check_levels(design: Design, structure: Structure, method: str) -> None:
    """Refuse a structure with a variance for a level whose rows X fits exactly."""
    column = next((part.by for part in structure.parts if part.by), None)
    if column is None:
        return
    occasions = design.occasions(np.arange(design.n_obs), structure)
    Q = np.linalg.qr(design.X)[0]
    r = design.y - Q @ (Q.T @ design.y)
    rounding = EXACT * np.linalg.norm(design.y)
    order = np.argsort(occasions.strata, kind="stable")
    ends = np.cumsum(np.bincount(occasions.strata, minlength=len(occasions.labels)))[:-1]
    for label, rows in zip(occasions.labels, np.split(order, ends), strict=True):
        gamma, _, rank, _ = np.linalg.lstsq(Q[rows], r[rows], rcond=None)
        lost = rank if method == "REML" else 0
        if len(rows) > lost and np.linalg.norm(r[rows] - Q[rows] @ gamma) <= rounding:
            _refuse_level(design, structure, column, label, len(rows))


def _refuse_level(design: Design, structure: Structure, column: str, label: object, n: int) -> NoReturn:
    level = f"{'visit' if column == 'visit' else column} {label}"
    told = "has 1 row, which the fixed effects fit" if n == 1 else f"has {n} rows, which the fixed effects fit"
    raise ModelError(
        f"-2 log L has no lower end with the residual structure {structure.call}: {level} {told} exactly, and its "
        "variance can run to 0.",
        f"Give all levels one variance, residual={one_variance(structure)}{or_leave_out(design, column, [label])}.",
        LESSON,
    )


def or_leave_out(design: Design, column: str, labels: list[object]) -> str:
    """How the rows of these visits, or levels of a column, are left out; nothing where no column says which."""
    name = design.time if column == "visit" and _told_by_time(design) else column
    if name == "visit":
        return ""
    those = f"{'visit' if column == 'visit' else column}{'s' * (len(labels) > 1)} {', '.join(map(str, labels))}"
    rest = f"data[data[{name!r}] != {labels[0]!r}]" if len(labels) == 1 else f"data[~data[{name!r}].isin({labels!r})]"
    return f", or leave the rows of {those} out: {rest}"


def _told_by_time(design: Design) -> bool:
    """Whether the column of times says which visit each row is: not where a subject's rows were counted."""
    if design.time is None:
        return False
    visit = np.asarray(design.visit_values, dtype=object)[design.visits]
    return bool((visit == design.frame[design.time].to_numpy(dtype=object)).all())


def one_variance(structure: Structure) -> str:
    """The call of the structure nearest to ``structure`` in which no variance is a level's own."""
    parts = [part.alike if part.by else part for part in structure.parts]
    plain = [part for part in parts if part.plain][:1]
    return " + ".join(part.call for part in [*(part for part in parts if not part.plain), *plain])


def no_end(structure: Structure, what: str = "V") -> ModelError:
    """The error for a search that ended at a singular V."""
    return ModelError(
        f"-2 log L has no lower end with the residual structure {structure.name}: it can make {what} singular, as "
        "these data allow.",
        "Use a structure with fewer parameters, or more subjects with all visits.",
        LESSON,
    )


def check_found(design: Design, found: Solution) -> None:
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
            raise no_end(found.residual, f"V of {design.group} {subject}")
