"""Crossed random effects: the factor with most levels is eliminated first, the others are a small dense problem.

V = V_a + Z_b psi_b Z_b', V_a = I + Z_a psi_a Z_a'.  V_a falls apart into the levels of a, so Steps I and II are
those of one grouping factor, taken with W = [Z_b, X, y].  What is left has as many columns as b has random effects:
with the triangle T = [T_b, T_w] of L_a^-1 W, psi_b = A A' and J the triangle of [T_b A; I],

    log |V| = log |V_a| + log |J|^2,     V^-1 w = V_a^-1 (w - Z_b A J^-1 J^-T A' T_b' T_w)

Bates, Maechler, Bolker & Walker (2015), J. Stat. Softw. 67(1):1, section 3, eliminate in the same order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..design.build import Design
from .blocks import block_codes

PAYS = 50  # random effects of one block, from which elimination is worth its words
MOST_INNER = 2_000  # random effects of b: a triangle of that size is made at every step


class Inner(NamedTuple):
    """The terms that are not eliminated: the term of each of their levels, and how many columns they have."""

    layout: tuple[int, ...]
    size: int


class Eliminated(NamedTuple):
    """A triangle of [X, y]'s cross-products, 2 log |J|, and what derivatives need: A J^-1, J^-T A'T_b'[T_b, T_w]."""

    triangle: np.ndarray
    log_det: float
    AJ: np.ndarray
    seen: np.ndarray
    T: np.ndarray


def outer_term(design: Design) -> int | None:
    """The term to eliminate, or None where the blocks are small enough as they are."""
    if len(design.terms) < 2:
        return None
    codes = block_codes(design)
    rows, effects = np.bincount(codes), np.zeros(codes.max() + 1, dtype=int)
    for term in design.terms:
        pairs = np.unique(np.stack([codes, term.codes]), axis=1)[0]
        effects += np.bincount(pairs, minlength=len(effects)) * term.q
    columns = np.array([(term.codes.max() + 1) * term.q for term in design.terms])
    inner = int(columns.sum() - columns.max())
    widest = int(np.minimum(rows, effects).max())
    return int(np.argmax(columns)) if widest > PAYS and 2 * inner <= widest and inner <= MOST_INNER else None


def split(design: Design, outer: int, Z: list[np.ndarray]) -> tuple[Design, np.ndarray, Inner]:
    """The design with the outer term alone, Z_b (N x k_b) of all the others, and whose columns these are."""
    pieces, layout = [], list[int]()
    for number, (term, own) in enumerate(zip(design.terms, Z, strict=True)):
        if number == outer:
            continue
        levels = int(term.codes.max()) + 1
        spread = np.zeros((len(own), levels, term.q))
        spread[np.arange(len(own)), term.codes] = own
        pieces.append(spread.reshape(len(own), -1))
        layout += [number] * levels
    Z_b = np.hstack(pieces)
    term = design.terms[outer]
    return replace(design, terms=(term,), codes=term.codes), Z_b, Inner(tuple(layout), Z_b.shape[1])


def eliminate(inner: Inner, rows: list[np.ndarray], psi: list[np.ndarray]) -> Eliminated:
    """b taken out of L_a^-1 [Z_b, X, y], whose ``rows`` come in pieces."""
    k = inner.size
    T = np.asarray(np.linalg.qr(np.vstack(rows), mode="r"))
    halves = {term: _half(psi[term]) for term in set(inner.layout)}
    A = scipy.sparse.block_diag([halves[term] for term in inner.layout], format="csr")
    TA = (A.T @ T[:, :k].T).T
    wide = np.block([[TA, T[:, k:]], [np.eye(k), np.zeros((k, T.shape[1] - k))]])
    whole = np.asarray(np.linalg.qr(wide, mode="r"))
    J = whole[:k, :k]
    AJ = A @ scipy.linalg.solve_triangular(J, np.eye(k))
    log_det = 2 * float(np.log(np.abs(np.diag(J))).sum())
    return Eliminated(whole[k:, k:], log_det, AJ, AJ.T @ (T[:, :k].T @ T), T)


def columns(inner: Inner, found: Eliminated, F: np.ndarray) -> np.ndarray:
    """F of [X, y] as columns of [Z_b, X, y], V^-1 [X, y] F = V_a^-1 [Z_b, X, y] (these); then those of log |J|."""
    k = inner.size
    whole = np.vstack([-found.AJ @ (found.seen[:, k:] @ F), F])
    return np.hstack([whole, np.vstack([found.AJ, np.zeros((len(F), k))])])


def d_inner(inner: Inner, found: Eliminated, whole: np.ndarray, lean: int) -> np.ndarray:
    """d deviance / d(all of b's levels), (k_b x k_b): Z_b'V^-1 Z_b less what [X, y] take."""
    T_b = found.T[:, : inner.size]
    seen = T_b.T @ (found.T @ whole[:, :lean])
    J_b = found.seen[:, : inner.size]
    return np.asarray(T_b.T @ T_b - J_b.T @ J_b - seen @ seen.T)


def _half(psi: np.ndarray) -> np.ndarray:
    """A with A A' = psi, singular or not."""
    variance, axes = np.linalg.eigh(psi)
    return np.asarray(axes * np.sqrt(np.maximum(variance, 0.0)))
