"""Tests of the formula's terms: which combinations of beta say that a factor, or an interaction, does nothing.

A coefficient answers for one coding: with treatment contrasts ``sex`` is the difference where the other factors of its
interactions are at their first levels.  The type III test of a term asks the same of any coding: the difference
averaged over the levels of the factors it interacts with, each level counting alike.  In symbols, give every factor an
indicator of each level, X beta = W theta.  A term is tested by the functions l'theta that

    the data determine,
    hold no other terms but those that contain it (its numbers, and more factors), and
    are orthogonal to the functions that test those.

Goodnight (1980), Commun. Stat. A 9:167; SAS's and lmerTest's type III.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..design.algebra import Term
from ..design.build import Design
from ..design.labels import places
from ..design.matrices import matrix
from ..fitting.estimates import Estimates
from .tables import certainty, f_of

ZERO = 1e-7  # a share of their length below which directions count as none


def anova(fit: Estimates, df: str = "satterthwaite") -> pd.DataFrame:
    """One F test a term of the formula, type III; see :meth:`lmmteach.Fit.anova`."""
    sure = certainty(fit, df)
    rows = {}
    for name, L in term_tests(fit.design, fit.estimate.pooled.R_x).items():
        found = f_of(fit, L, sure) if len(L) else None
        rows[name] = (found.F, found.df1, found.df2, found.p) if found else (np.nan, 0, np.nan, np.nan)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["F value", "NumDF", "DenDF", "p value"])
    table.index.name = "term"
    table.attrs = {"df": df, "type": "III", "notes": list(sure.notes)}
    return table


def term_names(design: Design) -> list[str]:
    """The terms of the fixed part as R writes them, without the intercept."""
    return [_named(term) for term, _ in design.spec.term_columns if term]


def term_tests(design: Design, R_x: np.ndarray) -> dict[str, np.ndarray]:
    """L (q x p) of each term's type III test, in the formula's order; q is 0 where nothing of a term is left.

    ``R_x`` is the triangle of X = Q R_x.
    """
    terms = [term for term, _ in design.spec.term_columns]
    wide = [_every_level(design, term) for term in terms]
    # W = Q M, so that l = L M for a function L of gamma = R_x beta.
    Q = scipy.linalg.solve_triangular(R_x, design.X.T, trans="T")
    M = [Q @ one.W for one in wide]
    metric = sum((one @ one.T for one in M), np.zeros((len(R_x), len(R_x))))
    found = {}
    for k, term in enumerate(terms):
        if not term:
            continue
        containing = [j for j, other in enumerate(terms) if _contains(design, other, term)]
        others = [one for j, one in enumerate(M) if j != k and j not in containing]
        own = _free_of(others, len(R_x))
        theirs = _free_of([*others, M[k]], len(R_x))
        left = _free_of([own @ own.T @ metric @ theirs], len(R_x), own).T
        found[_named(term)] = _by_level(left, M[k], wide[k]) @ R_x
    return found


def _by_level(left: np.ndarray, M: np.ndarray, wide: EveryLevel) -> np.ndarray:
    """The same functions, one for each level but the first, as contrasts with it: the df of several depend on which."""
    own = (left @ M)[:, wide.later] * wide.size[wide.later]
    if own.shape[0] != own.shape[1] or not len(own) or np.linalg.cond(own / np.abs(own).max(axis=0)) > 1 / ZERO:
        return left
    return np.linalg.solve(own, left)


def _named(term: Term) -> str:
    return ":".join(factor.shown for factor in term)


def _parts(design: Design, term: Term) -> tuple[set[str], set[str]]:
    """The codes of a term's factors, and of its numbers."""
    codes = {factor.code for factor in term}
    return codes & set(design.spec.levels), codes - set(design.spec.levels)


def _contains(design: Design, large: Term, small: Term) -> bool:
    (factors, numbers), (fewer, same) = _parts(design, large), _parts(design, small)
    return numbers == same and fewer < factors


class EveryLevel(NamedTuple):
    """A term's columns with an indicator of every level of its factors: ``W`` (N x k), each divided by its ``size``.

    ``later`` (k,) says which belong to no factor's first level.
    """

    W: np.ndarray
    size: np.ndarray
    later: np.ndarray


def _every_level(design: Design, term: Term) -> EveryLevel:
    numbers = [factor for factor in term if factor.code not in design.spec.levels]
    W = np.ones((design.n_obs, 1))
    if numbers:
        W = matrix("0 + " + ":".join(factor.shown for factor in numbers), design.frame).values
    size = np.maximum(np.linalg.norm(W, axis=0), np.finfo(float).tiny)
    W, later = W / size, np.ones(len(size), dtype=bool)
    for factor in term:
        if factor.code in design.spec.levels:
            levels = design.spec.levels[factor.code]
            own = np.eye(len(levels))[places(design.frame[factor.columns[0][1]], levels)]
            W = (W[:, :, None] * own[:, None, :]).reshape(design.n_obs, -1)
            later = np.outer(later, np.arange(len(levels)) > 0).ravel()
            size = np.repeat(size, len(levels))
    return EveryLevel(W, size, later)


def _free_of(blocks: list[np.ndarray], p: int, within: np.ndarray | None = None) -> np.ndarray:
    """An orthonormal basis (p x k) of the directions a, among those of ``within``, with a'block = 0 for each block."""
    basis = np.eye(p) if within is None else within
    inside = basis.T @ np.hstack([np.zeros((p, 0)), *blocks])
    length = np.linalg.norm(inside, axis=0)
    if not (length > ZERO).any():
        return basis
    axes, size, _ = np.linalg.svd(inside[:, length > ZERO] / length[length > ZERO])
    rank = int((size > ZERO * size[0]).sum())
    found: np.ndarray = basis @ axes[:, rank:]
    return found
