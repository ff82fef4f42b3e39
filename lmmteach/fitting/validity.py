"""What only shows once data and structure are together: known times, visits that are visits, a V that can be one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..covariance.exponential import Exponential
from ..covariance.structure import Structure
from ..design.build import Design
from ..errors import DataError, ModelError
from ..likelihood.covariances import covariances

SINGULAR = 1e-8  # the smallest eigenvalue of a V, its diagonal brought to 1, that is more than rounding
FAR_MORE = 2.0  # distinct times to a subject's visits: up to this a clock is taken for a grid of visits
ALONE, SOME_ALONE = 0.8, 0.05  # the share of rows at a time of their own: no grid, and perhaps none
UNEVEN = 0.1  # how much the ranks that pass in a unit of time vary (SD / mean) where the grid is doubtful


def check(design: Design, structure: Structure, time: str | None, said: list[str]) -> None:
    """Refuse a structure that these data cannot have; what a reader should know of it is added to ``said``."""
    if structure.needs_time and time is None:
        raise ModelError(f"{structure.name} needs to know when each row was measured.", "Name the column: time='...'.")
    if structure.needs_time and not design.timed:
        raise DataError(
            f"{structure.name} takes the time between readings, and {time!r} holds categories.",
            f"Give numbers: data[{time!r}] = pandas.to_numeric(data[{time!r}].astype(str)).",
        )
    structure.check_times(design.times, str(time))
    if structure.by_visit and time is not None and design.timed:
        _check_grid(design, structure, time, said)
    if structure.needs_time or structure.by_visit:
        _check_rank(design, structure, time)


def in_continuous_time(structure: Structure) -> str:
    """The call that takes the time itself where ``structure`` counts visits."""
    parts = [part for part in structure.parts if part.plain]
    return " + ".join(part.call for part in (Exponential(), *parts))


def _check_grid(design: Design, structure: Structure, time: str, said: list[str]) -> None:
    """A structure by visit on a clock that runs freely: its ranks are as many as rows, and mean nothing."""
    values, most = len(design.visit_values), _most_visits(design)
    if values <= FAR_MORE * most:
        return
    alone = _alone(design)
    what = (
        f"{structure.call} counts visits, and {time!r} holds {values} distinct times where no {design.group} has more "
        f"than {most}: "
    )
    way = f"Use residual={in_continuous_time(structure)}, which takes the time itself, or name a column that numbers "
    if alone >= ALONE:
        raise DataError(
            f"{what}{alone:.0%} of the rows are at a time that no other {design.group} has, so this is no grid of "
            "visits.",
            f"{way}the planned visits: time='visit'.",
            "Choosing G and R",
        )
    uneven = _unevenness(design)
    if alone > SOME_ALONE or uneven > UNEVEN:
        told = "the rank of a time says little of when it was. " if uneven > UNEVEN else ""
        rest = f"{alone:.0%} of the rows are at a time that no other {design.group} has. " if alone > SOME_ALONE else ""
        said.append(f"{what}{told or rest}{way}the planned visits. (Lesson: Choosing G and R)")


def _most_visits(design: Design) -> int:
    pairs = np.unique(np.stack([design.codes, design.visits]), axis=1)
    return int(np.bincount(pairs[0]).max())


def _alone(design: Design) -> float:
    """The share of rows whose time only one subject has."""
    pairs = np.unique(np.stack([design.codes, design.visits]), axis=1)
    subjects = np.bincount(pairs[1], minlength=len(design.visit_values))
    return float((subjects[design.visits] == 1).mean())


def _unevenness(design: Design) -> float:
    """How unequally ranks pass with time from a subject's visit to its next: SD / mean of ranks per unit of time."""
    order = np.lexsort((design.times, design.codes))
    same = np.diff(design.codes[order]) == 0
    steps, ranks = np.diff(design.times[order])[same], np.diff(design.visits[order])[same]
    pace = ranks[steps > 0] / steps[steps > 0]
    return float(pace.std() / pace.mean()) if len(pace) else 0.0


def _check_rank(design: Design, structure: Structure, time: str | None) -> None:
    """Two rows of a subject at one time: allowed where some V of the model is positive definite all the same."""
    pairs = pd.MultiIndex.from_arrays([design.codes, design.visits])
    if not pairs.has_duplicates:
        return
    at = structure.starts(design.occasions(np.arange(1), structure))[0]
    size = structure.size(design.occasions(np.arange(1), structure))
    inside = structure.at(np.pad(at, (0, size - len(at))), 1.0, design.occasions(np.arange(1), structure))
    lengths = [np.maximum((term.Z**2).mean(axis=0), np.finfo(float).tiny) for term in design.terms]
    repeated = pairs.duplicated(keep=False)
    for block in covariances(design, [np.diag(1 / length) for length in lengths], inside):
        for rows, V in zip(block.rows, block.V, strict=True):
            if repeated[rows].any() and not positive_definite(V):
                _refuse_pair(design, structure, time, rows[repeated[rows]][0])


def positive_definite(V: np.ndarray) -> bool:
    """Whether V is, by more than rounding: its units do not matter."""
    sd = np.sqrt(np.diag(V))
    try:
        np.linalg.cholesky(V / np.outer(sd, sd) - SINGULAR * np.eye(len(V)))
    except np.linalg.LinAlgError:
        return False
    return True


def _refuse_pair(design: Design, structure: Structure, time: str | None, row: int) -> None:
    raise DataError(
        f"{design.group} {design.subjects[design.codes[row]]} has two rows at {time} "
        f"{design.visit_values[design.visits[row]]}, which {structure.call} takes for one and the same: V is singular.",
        f"Let readings at one time differ by an error of their own: residual={structure.call} + Independent().",
        "Decomposing variation",
    )
