"""Where a new reading stands among the data's: whose it is, when, and how its residual hangs on those observed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from ..covariance.marginal import within
from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..design.build import Design
from ..design.labels import label, places
from ..errors import DataError, LmmWarning, ParameterError
from .rows import NewRows

ROUNDING = 1e-12  # a share of the longest time by which two times may differ and be one


@dataclass(frozen=True, eq=False)
class NewOccasions:
    """The residual of m new readings: their ``variance`` (m,), their ``subject`` (-1: new), and when they are made.

    ``placed`` says which are correlated with the subject's readings; the residual of the others is taken as new.
    """

    design: Design
    structure: Structure
    subject: np.ndarray
    times: np.ndarray
    visits: np.ndarray
    strata: np.ndarray
    placed: np.ndarray
    variance: np.ndarray

    def with_readings(self, row: np.ndarray, read: np.ndarray) -> np.ndarray:
        """Cov(e of new row k, e of the data's rows ``read``) (k x n), 0 with another subject's."""
        observed = self.design.occasions(read, self.structure)
        joint = replace(
            observed,
            times=np.column_stack([observed.times, self.times[row]]),
            visits=np.column_stack([observed.visits, self.visits[row]]),
            strata=np.column_stack([observed.strata, self.strata[row]]),
        )
        R = self.structure.at_values(joint)[:, :-1, -1]
        same = within(np.column_stack([self.design.codes[read], self.subject[row]]))[:, :-1, -1]
        return R * (same & self.placed[row][:, None])


def place(design: Design, structure: Structure, rows: NewRows, serial: bool) -> NewOccasions:
    """Read when and whose new readings are; ``serial`` where their residuals hang on those observed."""
    m = len(rows.labels)
    subject = design.subject_grouping.codes_of(rows.given) if serial else np.full(m, -1)
    times, visits = _when(design, rows)
    strata = _strata(design, structure, rows, visits)
    placed = (visits >= 0) | all(part.continuous for part in structure.parts)
    for part in structure.parts:
        part.check_times(times, str(design.time))
    if serial and (lost := (subject >= 0) & ~placed).any():
        _say_new(design, structure, rows, lost)
    visits = np.maximum(visits, 0)
    one = replace(
        design.occasions(np.zeros((m, 1), dtype=int), structure),
        times=times[:, None], visits=visits[:, None], strata=strata[:, None],
    )  # fmt: skip
    variance = structure.at_values(one)[:, 0, 0]
    return NewOccasions(design, structure, subject, times, visits, strata, placed, variance)


def _when(design: Design, rows: NewRows) -> tuple[np.ndarray, np.ndarray]:
    """Each row's time and visit; visit -1 where the data have none at that time, or times do not say which."""
    m = len(rows.labels)
    if design.time is None or design.time not in rows.given:
        return np.zeros(m), np.full(m, -1)
    column = rows.given[design.time]
    if not design.timed:
        visits = places(column, design.visit_values)
        return np.maximum(visits, 0).astype(float), visits
    times = column.to_numpy(dtype=float)
    known, first = np.unique(design.times, return_index=True)
    near = np.clip(np.searchsorted(known, times), 1, max(len(known) - 1, 1))
    near = np.where(times - known[near - 1] <= np.abs(known[np.minimum(near, len(known) - 1)] - times), near - 1, near)
    near = np.minimum(near, len(known) - 1)
    there = np.abs(times - known[near]) <= ROUNDING * np.abs(known).max(initial=1.0)
    own = design.visits[first]
    return np.where(there, known[near], times), np.where(there & _tell_visits(design), own[near], -1)


def _tell_visits(design: Design) -> bool:
    """Whether times say which visit a row is: not where a subject's rows are counted, and times differ."""
    return len(np.unique(np.stack([design.times, design.visits]), axis=1).T) == len(np.unique(design.times))


def _strata(design: Design, structure: Structure, rows: NewRows, visits: np.ndarray) -> np.ndarray:
    """Which of the variances each row has; one that has none is refused."""
    occasions: Occasions = design.occasions(np.zeros(1, dtype=int), structure)
    if not occasions.labels:
        return np.zeros(len(visits), dtype=int)
    name = structure.columns[0] if structure.columns else design.time
    strata = places(rows.given[structure.columns[0]], occasions.labels) if structure.columns else visits
    if (strata < 0).any():
        first = int(np.argmax(strata < 0))
        if name is None or not (structure.columns or _tell_visits(design)):
            raise ParameterError(
                "The residual variance differs by visit, and no column says which visit a new row of this fit is.",
                "Fit with time=, or ask for interval='confidence', which needs no residual variance.",
            )
        raise DataError(
            f"The residual variance differs by {name}, and the data have none for "
            f"{label(rows.given[name].iloc[first])!r} (row {label(rows.labels[first])}).",
            f"Known are {', '.join(map(label, occasions.labels))}; interval='confidence' needs no residual variance.",
        )
    return strata


def _say_new(design: Design, structure: Structure, rows: NewRows, lost: np.ndarray) -> None:
    knows_more = "residual='exponential', in continuous time, knows more."
    if design.time is None or design.time not in rows.given or not _tell_visits(design):
        why = f"{structure.name} counts visits, and no column says which one a new row of a {design.group} is"
        knows_more = "Fit with time=, and a column will say it."
    else:
        at = label(rows.given[design.time].iloc[int(np.argmax(lost))])
        why = f"{structure.name} counts visits, and {design.time} = {at} is none that the data know"
    warnings.warn(
        f"{why}: the residual of {int(lost.sum())} new readings is taken as new, uncorrelated with those observed. "
        f"{knows_more}",
        LmmWarning,
        stacklevel=5,
    )
