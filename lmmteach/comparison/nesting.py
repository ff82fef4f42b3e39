"""Does one model contain another?  What a likelihood-ratio test has to know before it starts.

A random term with a full G is the set of all Z G Z' with Z's columns; it contains another whose columns
its own can make.  A diagonal G is several terms of one column.  Residual structures contain one another by name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..covariance.ratios import ROUNDING
from ..covariance.structure import Structure, Sum
from ..covariance.unstructured import Unstructured
from ..design.build import Design
from ..fitting.estimates import Estimates

ON_EDGE = 1e-5  # of its range: a parameter this near to an end lies on it

UNIDENTIFIED = (
    "Under the smaller model the correlation of a part whose variance is 0 means nothing, so chi-square theory does "
    "not hold; take the p-value as a rough guide, or simulate from the smaller fit."
)
SHORT_RANGE = (
    "The smaller model is the larger one with rho = 0, the edge of its range in continuous time: chi-square theory "
    "does not hold there; the p-value shown tends to be too large. Simulating from the smaller fit is exact."
)


class Added(NamedTuple):
    """What the larger model has more: ``effects`` whose variance is 0 in the smaller, whether a ``nugget`` variance is,
    and ``unusual``, a sentence where neither chi-square nor mixture is exact."""

    effects: int
    nugget: bool
    unusual: str


class Atom(NamedTuple):
    """Random effects with a full covariance matrix: ``codes`` (N,) of their groups, ``Z`` (N x q)."""

    codes: np.ndarray
    Z: np.ndarray


def added(small: Design, small_R: Structure, large: Design, large_R: Structure) -> Added | None:
    """What ``large`` has that ``small`` has not; None if ``large`` does not contain ``small``."""
    if not _spans(large.X, small.X) or out_of_reach(small, small_R, large_R):
        return None
    if not large.terms and isinstance(large_R, Unstructured) and _by_visit(small, small_R, large):
        return Added(0, False, "")
    if not _same_places(small, small_R, large, large_R):
        return None
    residual = _residual_added(small_R, large_R)
    effects = _effects_added(_atoms(small), _atoms(large))
    if residual is None or effects is None:
        return None
    return residual._replace(effects=effects)


def out_of_reach(design: Design, small: Structure, large: Structure) -> list[Structure]:
    """The parts of ``small`` whose estimate is no covariance of all visits at once, where ``large`` is one of these.

    Nobody need have all visits: a CS fitted to people with n of T may be below -1 / (T - 1), where no Toeplitz is.
    """
    if not any(part.several for part in large.parts):  # with a correlation for each lag or pair of visits
        return []
    rows = np.unique(design.visits, return_index=True)[1]
    found = []
    for part in small.parts:
        alone = replace(part, by=None, sd_ratio={}, sigma2=1.0)
        C = alone.at_values(design.occasions(rows, alone))
        found += [part] if np.linalg.eigvalsh(C)[0] < -ROUNDING else []
    return found


def edges(fit: Estimates) -> list[str]:
    """What of a fit lies on the edge of its range: chi-square theory assumes that nothing does."""
    found = ["G is singular"] if fit.singular else []
    parts, occasions = fit.residual.parts, fit.design.occasions(np.arange(1), fit.residual)
    whole = sum(part.sigma2 for part in parts)
    for part in parts:
        if part.sigma2 < ON_EDGE * whole:
            found.append(f"the variance of the {type(part).__name__} part is 0")
        elif part.rho is not None and not part.several and not part.endless:
            low, high = part.rho_range(occasions)
            if min(part.rho - low, high - part.rho) < ON_EDGE:
                found.append(f"rho of {type(part).__name__} is {part.rho:.3g}, the end of its range")
    return found


def _spans(space: np.ndarray, columns: np.ndarray) -> bool:
    """Whether the columns of ``space`` (N x p) can make each of ``columns`` (N x k)."""
    if columns.shape[1] == 0:
        return True
    unit = [_unit(M) for M in (space, columns)]
    made = unit[0] @ np.linalg.lstsq(unit[0], unit[1], rcond=None)[0]
    return bool(np.linalg.norm(unit[1] - made, axis=0).max() < 1e-7)


def _unit(columns: np.ndarray) -> np.ndarray:
    """Columns of length 1: what a unit of time does to them is not the question."""
    return columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-300)


def _atoms(design: Design) -> list[Atom]:
    found = []
    for term in design.terms:
        pieces = [term.Z] if term.correlated else [term.Z[:, [k]] for k in range(term.q)]
        found += [Atom(term.codes, Z) for Z in pieces]
    return found


def _effects_added(small: list[Atom], large: list[Atom]) -> int | None:
    """How many variances of ``large`` are 0 in ``small``; None if some term of ``small`` is not in ``large``."""
    inside: list[list[Atom]] = [[] for _ in large]
    for atom in small:
        homes = [
            k for k, other in enumerate(large) if _same_groups(atom.codes, other.codes) and _spans(other.Z, atom.Z)
        ]
        if not homes:
            return None
        inside[min(homes, key=lambda k: large[k].Z.shape[1])].append(atom)
    return sum(
        other.Z.shape[1] - (np.linalg.matrix_rank(_unit(np.hstack([one.Z for one in own]))) if own else 0)
        for other, own in zip(large, inside, strict=True)
    )


def _same_groups(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two numberings divide the rows alike."""
    pairs = len(np.unique(np.stack([a, b]), axis=1).T)
    return pairs == len(np.unique(a)) == len(np.unique(b))


def _same_places(small: Design, small_R: Structure, large: Design, large_R: Structure) -> bool:
    """Whether both R's take the same rows for a subject's, and the same times or visits for theirs.

    A part that is plain, sigma2 I, knows neither subjects nor times.
    """
    sets = [[part for part in R.parts if not part.plain] for R in (small_R, large_R)]
    if not all(sets):
        return True
    parts = [part for one in sets for part in one]
    if not _same_groups(small.codes, large.codes):
        return False
    by_visit = any(part.by_visit for part in parts)
    timed = any(part.needs_time for part in parts)
    return (not by_visit or np.array_equal(small.visits, large.visits)) and (
        not timed or np.array_equal(small.times, large.times)
    )


def _residual_added(small: Structure, large: Structure) -> Added | None:
    """What R has more; None if the larger R does not contain the smaller."""
    if not large.contains(small):
        return None
    if isinstance(large, Sum):
        return _parts_added(large.beyond(small) or [])
    # In continuous time rho = 0 lies at the edge.
    edge = small.independent and not large.independent and large.endless
    return Added(0, False, SHORT_RANGE if edge else "")


def _parts_added(more: list[Structure]) -> Added:
    """The parts a sum has more: an independent one is a variance at the edge, others take their rho with them."""
    if not more:
        return Added(0, False, "")
    if len(more) == 1 and more[0].plain:
        return Added(0, True, "")
    return Added(0, False, UNIDENTIFIED)


def _by_visit(small: Design, residual: Structure, large: Design) -> bool:
    """Whether V of ``small`` is a function of the visits alone, so that an unstructured R contains it."""
    if residual.columns:
        return False
    if not all(_same_groups(codes, large.codes) for codes in (small.codes, *(term.codes for term in small.terms))):
        return False
    first = np.unique(large.visits, return_index=True)[1]
    like = first[large.visits]
    visits_agree = np.array_equal(small.visits, large.visits) or all(part.plain for part in residual.parts)
    return visits_agree and all(np.allclose(term.Z, term.Z[like]) for term in small.terms)
