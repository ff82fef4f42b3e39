"""The likelihood where somebody wants it: -2 log L of a design at a G and an R that are given, not estimated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..arguments import numbers
from ..covariance.independent import Independent
from ..covariance.marginal import joint, marginal_covariance, within
from ..covariance.structure import Structure
from ..design.build import Design
from ..errors import ParameterError
from .arrays import dimensions, lopsided
from .blocks import blocks, check_rows
from .readable import deviance


def deviance_at(design: Design, G: Any, residual: float | Structure, method: str = "REML") -> float:
    """-2 log L of a design's data at given G (an array, or one for each term) and residual (sigma2 or a structure)."""
    y, X, V = zip(*_blocks(design, G, residual), strict=True)
    return deviance(y, X, V, method)


def marginal_blocks(design: Design, G: Any, residual: float | Structure) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """For each independent block of rows: the rows, and V = Z G Z' + R of them."""
    structure = residual if isinstance(residual, Structure) else Independent(sigma2=_variance(residual))
    if not (np.isfinite(structure.sigma2) and structure.sigma2 > 0):
        raise ParameterError(
            f"sigma2 is {structure.sigma2:g}, but a residual variance is above 0.", "Give a number above 0."
        )
    by_term = _by_term(design, G)
    for block in blocks(design):
        check_rows(len(block.rows))
        R = structure.at_values(design.occasions(block.rows, structure))
        R = R * within(design.codes[block.rows])
        yield block.rows, marginal_covariance(block.Z, joint(by_term, block.layout), R)


def _blocks(design: Design, G: Any, residual: float | Structure) -> Iterable[tuple[np.ndarray, ...]]:
    for rows, V in marginal_blocks(design, G, residual):
        yield design.y[rows], design.X[rows], V


def in_order(G: Any, own: Mapping[str, pd.DataFrame]) -> Any:
    """A G that carries names, put in the order of the model's ``own``; what carries none is taken as it stands."""
    if isinstance(G, Mapping):
        if set(G) != set(own):
            raise ParameterError(
                f"G is given for {_listed(G)}, but the random terms are {_listed(own)}.", "Give one for each of them."
            )
        G = [G[name] for name in own]
    if isinstance(G, (list, tuple)) and len(G) == len(own):
        return [_reordered(one, name, own[name]) for one, name in zip(G, own, strict=True)]
    return _reordered(G, *next(iter(own.items()))) if len(own) == 1 else G


def _reordered(G: Any, term: str, own: pd.DataFrame) -> Any:
    if not isinstance(G, pd.DataFrame):
        return G
    for axis in (G.index, G.columns):
        if not axis.is_unique or set(axis) != set(own.columns):
            raise ParameterError(
                f"G of {term} is labelled {_listed(axis)}, but its random effects are {_listed(own)}.",
                "Label rows and columns so, or give numbers without labels, G.to_numpy(), in that order.",
            )
    return G.loc[own.index, own.columns]


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(map(str, names)) or "none"


def _by_term(design: Design, G: Any) -> list[np.ndarray]:
    """One G for each random term, as arrays."""
    listed = isinstance(G, (list, tuple)) and all(dimensions(one) == 2 for one in G)
    found = [np.atleast_2d(numbers(one, "G")) for one in (G if listed else [G])]
    if len(found) != len(design.terms):
        raise ParameterError(
            f"The model has {len(design.terms)} random term(s), but {len(found)} G came.",
            "Give a list with one for each of them.",
        )
    for one in found:
        if not np.isfinite(one).all() or (one.shape == one.T.shape and lopsided(one)):
            raise ParameterError(f"G must be symmetric and finite, not {one.tolist()}.", "G12 stands in it twice.")
    return found


def _variance(value: Any) -> float:
    found = numbers(value, "sigma2")
    if found.ndim:
        raise ParameterError(f"sigma2 must be one number, not of shape {found.shape}.", "Or give a residual structure.")
    return float(found)
