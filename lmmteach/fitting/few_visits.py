"""Whether a visit has people enough for a covariance with every other visit: if not, -2 log L has no lower end.

A visit v that few subjects have can be told exactly from their other visits.  With weights a, a_v = 1, for which
a'(y_i - X_i beta) = 0 in all n subjects that have visit v (for REML also a'X_i = 0), let e_v take a share s of what the
others say of it, (1 - s) e_v - s sum a_j e_j: every quadratic form stays as it is, and -2 log L falls by
2 n log(1 / (1 - s)), from wherever it is.  No search can end.  Where a'X_i is not 0, but of rank k < n, REML falls by
2 (n - k) log(1 / (1 - s)) for s near 1.
"""

from __future__ import annotations

import numpy as np

from ..covariance.structure import Structure
from ..covariance.unstructured import Unstructured
from ..design.build import Design
from ..errors import ModelError
from .bounds import LESSON, one_variance, or_leave_out

TOLD = 1e-9  # of a reading's length: told by others so nearly, it is told exactly
FEW_ROWS = 0.1  # of all: to leave so many out is a remedy


def check_visits(design: Design, structure: Structure, method: str) -> None:
    """Refuse a covariance for every pair of visits where those who have a visit are too few to tell it."""
    pairs = any(isinstance(part, Unstructured) and part.by == "visit" for part in structure.parts)
    own = all(np.array_equal(term.codes, design.codes) for term in design.terms)
    if not pairs or not own or len(np.unique(np.stack([design.codes, design.visits]), axis=1).T) < design.n_obs:
        return
    Q = np.linalg.qr(design.X)[0]
    r = design.y - Q @ (Q.T @ design.y)
    r = r / max(np.linalg.norm(r), np.finfo(float).tiny)
    everyone = np.arange(design.n_obs)
    lost = _exactly_told(design, r, Q, method, everyone)
    if not lost:
        return
    rest = everyone[~np.isin(design.visits, lost)]
    labels = np.asarray(design.visit_values)[lost].tolist()
    few = len(rest) > (1 - FEW_ROWS) * design.n_obs
    curable = few and not _exactly_told(design, r, Q, method, rest)
    subjects = design.codes[design.visits == lost[0]]
    who = f"only {len(subjects)} {design.group} {'has' if len(subjects) == 1 else 'have'} visit {labels[0]}, too few"
    raise ModelError(
        f"-2 log L has no lower end with the residual structure {structure.call}: {who}: the other "
        "visits can be made to tell that reading exactly, which makes V of "
        f"{design.group} {design.subjects[subjects[0]]} singular.",
        f"Use a structure with fewer parameters, residual={one_variance(structure)}"
        + (or_leave_out(design, "visit", labels) if curable else ", or more subjects with all visits")
        + ".",
        LESSON,
    )


def _exactly_told(design: Design, r: np.ndarray, X: np.ndarray, method: str, rows: np.ndarray) -> list[int]:
    """The visits whose reading is one combination of the others', but for some X beta, for all who have them."""
    visits, codes = design.visits[rows], design.codes[rows]
    count = np.bincount(visits)
    most = int((count > 0).sum()) + X.shape[1]  # visits and coefficients to tell a reading by
    lost = []
    for v in np.flatnonzero((count > 0) & (count < most)):
        here = rows[np.isin(codes, codes[visits == v])]
        who, visit = np.unique(design.codes[here], return_inverse=True)[1], design.visits[here]
        shared = np.flatnonzero(np.bincount(visit) == count[v])  # the visits that all of them have
        mine = np.isin(visit, shared)
        table = np.empty((1 + X.shape[1], count[v], len(shared)))
        table[:, who[mine], np.searchsorted(shared, visit[mine])] = np.column_stack([r, X])[here[mine]].T
        if _tells(table, shared == v, method):
            lost.append(int(v))
    return lost


def _tells(table: np.ndarray, one: np.ndarray, method: str) -> bool:
    """Whether weights tell ``one`` visit by the others: of y and X's columns (1 + p), subjects (n) and visits."""
    y, X = table[0], table[1:]
    axes, size, _ = np.linalg.svd(X.transpose(1, 0, 2).reshape(len(y), -1))
    beyond = axes[:, int((size > TOLD).sum()) :]  # contrasts of subjects to which no beta matters
    for what in (y if method == "ML" else table.reshape(-1, len(one)), beyond.T @ y):
        if not len(what):
            continue
        own, a = what[:, one][:, 0], np.ones(len(one))
        a[~one] = -np.linalg.lstsq(what[:, ~one], own, rcond=None)[0]
        z, W = y @ a, (X @ a).T
        W = W[:, np.linalg.norm(W, axis=0) > TOLD]
        left = z - W @ np.linalg.lstsq(W, z, rcond=None)[0]
        if max(np.linalg.norm(what @ a), np.linalg.norm(left)) <= TOLD * np.linalg.norm(own):
            return True
    return False
