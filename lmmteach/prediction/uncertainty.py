"""How far a prediction may be off: for the curve itself, and for a new reading.

A curve x'beta + z'b is estimated by x'beta-hat + z'b-hat.  With A = G Z'V^-1, H = A X, and b-hat = A (y - X beta-hat),

    Var(x'(beta-hat - beta) + z'(b-hat - b)) = (x - H'z)' Cov(beta-hat) (x - H'z) + z'(G - A Z G) z:

what is not known of beta, and what the subject's readings leave open of b (Henderson 1975, Biometrics 31:423).  Of a
new subject nothing is known: H = A = 0.  A new reading adds its residual, Var(e).  Where residuals of one subject are
correlated the readings tell of that one, too: with c = Cov(new reading, y),

    prediction  x'beta-hat + c'V^-1 (y - X beta-hat)
    variance    v - c'V^-1 c + (x - X'V^-1 c)' Cov(beta-hat) (x - X'V^-1 c)

The variances themselves are taken as known (limits use normal quantiles), as lme4 and SAS's OUTP with DDF=none do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import among, between, told
from ..design.build import Design
from ..errors import ParameterError
from ..fitting.solution import Solution
from ..likelihood.covariances import Covariances, covariances
from .blups import Shrunk, shrink
from .occasion import NewOccasions, place
from .rows import NewRows, check_level, read_rows

INTERVALS = ("confidence", "prediction")
TOGETHER = 2**22  # numbers of one array of V^-1, gathered row by row


class Predicted(NamedTuple):
    """Of m rows: the ``mean``, the ``variance`` given beta, and ``x`` (m x p), what Cov(beta-hat) is asked about."""

    mean: np.ndarray
    variance: np.ndarray
    x: np.ndarray


def intervals(
    design: Design, estimate: Solution, new_data: pd.DataFrame, level: str, interval: str, coverage: float
) -> pd.DataFrame:
    """Predictions with standard errors and limits; see :meth:`lmmteach.Fit.predict`."""
    check_level(level)
    if not among(interval, INTERVALS):
        raise ParameterError(f"interval={told(interval)} is not known.", "Use 'confidence', 'prediction' or None.")
    if not between(coverage, 0, 1) or coverage == 1:
        raise ParameterError(
            f"coverage={told(coverage)} is no confidence level.",
            "Use a number between 0 and 1, as 0.95; level= says 'marginal' or 'conditional' here.",
        )
    known, reading = level == "conditional", interval == "prediction"
    structure = estimate.residual
    serial = known and reading and any(not part.independent for part in structure.parts)
    further = _needed(design, estimate, serial) if reading else ()
    rows = read_rows(design, new_data, known or reading, known, further)
    new = place(design, structure, rows, serial) if reading else None
    found = Predicted(rows.X @ estimate.beta, _own(estimate, rows), rows.X)
    if new is not None and serial:
        found = _told_by_readings(design, estimate, rows, new, found)
    elif known:
        found = _told_by_effects(design, estimate, rows, found)
    variance = found.variance + np.einsum("mi,ij,mj->m", found.x, estimate.cov_beta, found.x)
    variance = variance + (new.variance if new is not None else 0.0)
    se = np.sqrt(np.maximum(variance, 0.0))
    half = scipy.special.ndtri((1 + coverage) / 2) * se
    table = pd.DataFrame(
        {"fit": found.mean, "se": se, "lower": found.mean - half, "upper": found.mean + half}, index=rows.labels
    )
    table.attrs = {"level": level, "interval": interval, "coverage": coverage}
    return table


def _own(estimate: Solution, rows: NewRows) -> np.ndarray:
    """z'G z of each row: what random effects of which nothing is known would add; 0 where Z was not asked for."""
    each = zip(rows.Z, estimate.G, strict=False)
    return np.sum([np.einsum("nq,qr,nr->n", Z, G, Z) for Z, G in each], axis=0) + np.zeros(len(rows.labels))


class Share(NamedTuple):
    """New rows beside the blocks of one stack: pairs of a ``row`` and a ``block``, and ``at`` which columns of Z.

    ``at`` holds for each random term which pairs know its level, and the places (k x q) of its columns.
    """

    row: np.ndarray
    block: np.ndarray
    at: list[tuple[np.ndarray, np.ndarray]]


Subjects = tuple[np.ndarray, np.ndarray]


def _shares(design: Design, rows: NewRows, stack: Shrunk | Covariances, subject: Subjects | None = None) -> Share:
    """Which rows share a level, or the ``subject``, with which of a stack's blocks.

    ``subject`` is the subject of each new row, and the block of each subject (-1: none).
    """
    m, n = len(stack.levels), len(rows.labels)
    block_of = [np.full(len(term.levels), -1) for term in design.terms]
    start_of = [np.zeros(len(term.levels), dtype=int) for term in design.terms]
    start = 0
    for position, t in enumerate(stack.layout):
        block_of[t][stack.levels[:, position]] = np.arange(m)
        start_of[t][stack.levels[:, position]] = start
        start += design.terms[t].q
    blocks = [np.where(codes >= 0, block[codes], -1) for codes, block in zip(rows.codes, block_of, strict=True)]
    others = [np.where(subject[0] >= 0, subject[1][subject[0]], -1)] if subject is not None else []
    pairs = np.unique(np.concatenate([np.arange(n)[b >= 0] * m + b[b >= 0] for b in [*blocks, *others]]))
    row, block = np.divmod(pairs.astype(int), m)
    at = []
    for t, term in enumerate(design.terms):
        mine = np.flatnonzero(blocks[t][row] == block)
        at.append((mine, start_of[t][rows.codes[t][row[mine]]][:, None] + np.arange(term.q)))
    return Share(row, block, at)


def _told_by_effects(design: Design, estimate: Solution, rows: NewRows, own: Predicted) -> Predicted:
    """With what the data say of the rows' random effects; residuals say nothing of one another."""
    mean, variance, x = own.mean.copy(), own.variance.copy(), own.x.copy()
    for shrunk in shrink(design, estimate):
        share = _shares(design, rows, shrunk)
        for t, (mine, places) in enumerate(share.at):
            row, block = share.row[mine], share.block[mine]
            z = rows.Z[t][row]
            HR = np.einsum("kq,kqp->kp", z, shrunk.GZViXr[block[:, None], places])
            np.add.at(x, row, -HR[:, :-1])
            np.add.at(mean, row, HR[:, -1])
            np.add.at(variance, row, -np.einsum("kq,qr,kr->k", z, estimate.G[t], z))
        for t, u, mine in _together(share):
            np.add.at(variance, share.row[mine], _left_open(shrunk, rows, share, t, u, mine))
    return Predicted(mean, variance, x)


def _together(share: Share) -> Iterator[tuple[int, int, np.ndarray]]:
    """Every two terms, and the pairs of row and block of which the block knows both levels."""
    for t, (one, _) in enumerate(share.at):
        for u, (other, _) in enumerate(share.at):
            yield t, u, np.intersect1d(one, other, assume_unique=True)


def _left_open(shrunk: Shrunk, rows: NewRows, share: Share, t: int, u: int, mine: np.ndarray) -> np.ndarray:
    """z_t' Var(b-hat - b | beta) z_u of the pairs that are ``mine``."""
    (one, at_t), (other, at_u) = share.at[t], share.at[u]
    at_t, at_u = at_t[np.searchsorted(one, mine)], at_u[np.searchsorted(other, mine)]
    C = shrunk.given_beta[share.block[mine][:, None, None], at_t[:, :, None], at_u[:, None, :]]
    return np.einsum("kq,kqr,kr->k", rows.Z[t][share.row[mine]], C, rows.Z[u][share.row[mine]])


def _told_by_readings(
    design: Design, estimate: Solution, rows: NewRows, new: NewOccasions, own: Predicted
) -> Predicted:
    """With what the data say of random effects and residuals alike, from c = Cov(new reading, y) of each row."""
    mean, variance, x = own.mean.copy(), own.variance.copy(), own.x.copy()
    for stack in covariances(design, estimate.G, estimate.residual):
        block_of = np.full(design.n_subjects, -1)
        block_of[design.codes[stack.rows].ravel()] = np.repeat(np.arange(len(stack.rows)), stack.rows.shape[1])
        share = _shares(design, rows, stack, (new.subject, block_of))
        Vi = np.linalg.inv(stack.V)
        Xr = np.concatenate([design.X, (design.y - design.X @ estimate.beta)[:, None]], axis=1)[stack.rows]
        size = max(TOGETHER // stack.rows.shape[1] ** 2, 1)
        for first in range(0, len(share.row), size):
            here = np.arange(first, min(first + size, len(share.row)))
            row, block = share.row[here], share.block[here]
            c = _with_readings(estimate, rows, new, stack, share, here)
            w = c @ Vi[0] if len(Vi) == 1 else np.einsum("kn,knm->km", c, Vi[block])
            told_ = np.einsum("kn,knp->kp", w, Xr[block])
            np.add.at(x, row, -told_[:, :-1])
            np.add.at(mean, row, told_[:, -1])
            np.add.at(variance, row, -np.einsum("kn,kn->k", w, c))
    return Predicted(mean, variance, x)


def _with_readings(
    estimate: Solution, rows: NewRows, new: NewOccasions, stack: Covariances, share: Share, here: np.ndarray
) -> np.ndarray:
    """c (k x n): the covariance of new readings with the readings of their blocks."""
    row, block = share.row[here], share.block[here]
    c = new.with_readings(row, stack.rows[block])
    for t, (mine, places) in enumerate(share.at):
        inside = (mine >= here[0]) & (mine <= here[-1])
        k, at = mine[inside] - here[0], places[inside]
        Z = stack.Z[block[k][:, None, None], np.arange(stack.rows.shape[1])[:, None], at[:, None, :]]
        c[k] += np.einsum("knq,qr,kr->kn", Z, estimate.G[t], rows.Z[t][row[k]])
    return c


def _needed(design: Design, estimate: Solution, serial: bool) -> tuple[str, ...]:
    """The columns that a new reading's residual needs, besides those of the formula."""
    structure = estimate.residual
    by_visit = any(part.by == "visit" for part in structure.parts)
    timed = by_visit or (serial and any(part.needs_time or not part.continuous for part in structure.parts))
    return (
        *structure.columns,
        *((design.time,) if timed and design.time is not None else ()),
        *(design.subject_grouping.columns if serial else ()),
    )
