"""V = Z G Z' + R of one subject, or of a subject measured at any times."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..arguments import numbers, told
from ..covariance.marginal import marginal
from ..covariance.structure import Structure
from ..design.build import Design
from ..design.labels import find, label
from ..design.matrices import again
from ..errors import DataError, ModelError, ParameterError
from ..fitting.solution import Solution
from ..likelihood.blocks import BlockStack, stacked
from ..likelihood.covariances import covariances_of

MOST_TIMES = 10_000  # V of more would not fit into most memories


def marginal_cov(design: Design, estimate: Solution, subject: Any = None, times: Any = None) -> pd.DataFrame:
    """V = Z G Z' + R of one subject, or of a subject measured at ``times``; all distinct times by default."""
    if subject is not None and times is not None:
        raise ParameterError("subject= and times= are both given.", "Give one of them, not both.")
    if subject is not None:
        wanted = find([subject], design.subjects)[0]
        if wanted < 0:
            raise DataError(
                f"There is no {design.group} {told(subject)} in the data.",
                f"The first ones are {', '.join(map(label, design.subjects[:5]))}.",
            )
        for rows, Z, layout, levels in stacked(design, [term.Z for term in design.terms]):
            inside = np.argwhere(design.codes[rows] == wanted)
            if len(inside):
                block, where = inside[:1, 0], inside[:, 1]  # V of this block alone
                alone = BlockStack(rows[block], Z[block], layout, levels[block])
                V = covariances_of(alone, design, estimate.G, estimate.residual).V[0]
                at = pd.Index(design.times[rows[block[0], where]], name=design.time)
                return pd.DataFrame(V[np.ix_(where, where)], index=at, columns=at)
    return _cov_at(design, estimate, np.unique(design.times) if times is None else numbers(times, "times"))


def _cov_at(design: Design, estimate: Solution, times: np.ndarray) -> pd.DataFrame:
    times = np.atleast_1d(times)
    if times.ndim != 1 or times.size == 0 or not np.isfinite(times).all():
        raise ParameterError("times must be a list of finite numbers.", "For example times=[0, 2, 4].")
    if times.size > MOST_TIMES:
        entries = f"{times.size**2:.1e}"
        raise ParameterError(f"times holds {times.size} times: V would have {entries} entries.", "Give fewer.")
    known = np.unique(design.times)
    like = np.clip(np.searchsorted(known, times), 0, len(known) - 1)
    structure = estimate.residual
    _check_times(design, structure, times, known)
    if design.time is not None and not design.timed and not np.isin(times, known).all():
        raise ParameterError(
            f"{design.time!r} holds categories, so times are their numbers: {known.astype(int).tolist()}.",
            "Ask for those.",
        )
    row = np.array([np.flatnonzero(design.times == known[k])[0] for k in like])
    frame = design.frame.iloc[row].reset_index(drop=True)
    if design.timed and design.time in frame:
        frame[design.time] = times
    occasions = design.occasions(row, structure)
    V = structure.at_values(replace(occasions, times=times))
    if len(times) > occasions.largest and np.linalg.eigvalsh(V)[0] < -1e-9 * np.diag(V).max():
        raise ParameterError(f"{structure!r} is no covariance matrix at {len(times)} times.", "Ask for fewer times.")
    for term, G in zip(design.terms, estimate.G, strict=True):
        fixed_by_time = set(term.spec.required_variables) & set(frame) <= {design.time}
        if not fixed_by_time:
            raise ModelError("Z depends on more than the time, so times= does not determine V.", "Give subject=.")
        Z = again(term.spec, frame)
        V = marginal(Z, G, V)
    at = pd.Index(times, name=design.time)
    return pd.DataFrame(V, index=at, columns=at)


def _check_times(design: Design, structure: Structure, times: np.ndarray, known: np.ndarray) -> None:
    """Times alone must say which visit, which variance and which level of each random term a row belongs to."""
    if structure.columns:
        raise ModelError(
            f"The residual variance differs by {structure.columns[0]}, so times= does not determine V.",
            "Give subject=.",
        )
    if structure.by_visit:
        if not np.isin(times, known).all():
            raise ParameterError(
                f"The residual structure {structure.name} knows only the visits {known.tolist()}.",
                "Ask for those times, or use a structure in continuous time.",
            )
        if len(np.unique(np.stack([design.times, design.visits]), axis=1).T) > len(known):
            raise ModelError(
                f"Visits are counted within each {design.group} here, so times= does not say which visit a row is.",
                "Fit with time=, or give subject=.",
            )
    codes = [design.codes, *(term.codes for term in design.terms)]
    pairs = ((a, b) for k, a in enumerate(codes) for b in codes[:k])
    if not all(_within(a, b) or _within(b, a) for a, b in pairs):
        raise ModelError("With crossed factors times= does not say which rows share a level.", "Give subject=.")


def _within(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether every group of ``a`` lies in one of ``b``."""
    return len(np.unique(np.stack([a, b]), axis=1).T) == len(np.unique(a))
