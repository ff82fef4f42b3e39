"""The predicted random effects: b-hat_i = G Z_i' V_i^-1 (y_i - X_i beta), the residual, shrunk towards 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import among, told
from ..covariance.marginal import joint
from ..design.build import Design
from ..errors import ModelError, ParameterError
from ..fitting.solution import Solution
from ..likelihood.blocks import stacked
from ..likelihood.covariances import covariances
from .elimination import eliminated


class Blups(NamedTuple):
    """Per term: ``b`` (levels x q) and its covariances (levels x q x q), given beta and with beta's uncertainty."""

    b: list[np.ndarray]
    given_beta: list[np.ndarray]
    prediction: list[np.ndarray]


def blups(design: Design, estimate: Solution) -> Blups:
    """b-hat = G Z'V^-1 (y - X beta) for every level of every term, with both kinds of covariance.

    Given beta: Var(b | y) = G - G Z'V^-1 Z G (lme4's condVar).  With beta's uncertainty:
    Var(b-hat - b) adds H cov(beta) H', H = G Z'V^-1 X (Henderson 1975; SAS's SOLUTION option).
    """
    if estimate.pooled.inner:
        solved = eliminated(design, estimate, _X_and_residual(design, estimate))
        H = [one.GZViXr[..., :-1] for one in solved]
        given_beta = [one.given_beta for one in solved]
        prediction = [own + h @ estimate.cov_beta @ h.mT for own, h in zip(given_beta, H, strict=True)]
        return Blups([one.GZViXr[..., -1] for one in solved], given_beta, prediction)
    shapes = [(len(term.levels), term.q) for term in design.terms]
    found = Blups(
        [np.zeros(s) for s in shapes],
        [np.zeros((*s, s[1])) for s in shapes],
        [np.zeros((*s, s[1])) for s in shapes],
    )
    for shrunk in shrink(design, estimate):
        b, of_X = shrunk.GZViXr[..., -1], shrunk.GZViXr[..., :-1]
        sure = shrunk.given_beta
        unsure = sure + of_X @ estimate.cov_beta @ of_X.mT
        place = 0
        for position, t in enumerate(shrunk.layout):
            level, here = shrunk.levels[:, position], slice(place, place + shapes[t][1])
            found.b[t][level] = b[:, here]
            found.given_beta[t][level] = sure[:, here, here]
            found.prediction[t][level] = unsure[:, here, here]
            place += shapes[t][1]
    return found


class Shrunk(NamedTuple):
    """Of m blocks: G - G Z'V^-1 Z G (m x k x k), and G Z'V^-1 of X and the residual (m x k x (p + 1))."""

    given_beta: np.ndarray
    GZViXr: np.ndarray
    layout: tuple[int, ...]
    levels: np.ndarray


def shrink(design: Design, estimate: Solution) -> Iterator[Shrunk]:
    """Go through the blocks, many of one layout at a time; X and the residual y - X beta are what is shrunk."""
    if not design.terms:
        return
    Xr = _X_and_residual(design, estimate)
    yield from (_by_effects if estimate.residual.plain else _by_rows)(design, estimate, Xr)


def _X_and_residual(design: Design, estimate: Solution) -> np.ndarray:
    return np.column_stack([design.X, design.y - design.X @ estimate.beta])


def _by_rows(design: Design, estimate: Solution, Xr: np.ndarray) -> Iterator[Shrunk]:
    """By V itself, as the formula stands."""
    for stack in covariances(design, estimate.G, estimate.residual):
        GZ = stack.G @ stack.Z.mT
        solved = np.linalg.solve(stack.V, np.concatenate([stack.Z, Xr[stack.rows]], axis=2))
        ViZ, ViXr = np.split(solved, [stack.Z.shape[2]], axis=2)
        yield Shrunk(stack.G - GZ @ ViZ @ stack.G, GZ @ ViXr, stack.layout, stack.levels)


def _by_effects(design: Design, estimate: Solution, Xr: np.ndarray) -> Iterator[Shrunk]:
    """Where R = sigma2 I, by Henderson's equations, as large as the random effects are many.

    With G = sigma2 S S' and the triangle T of [Z S; I], T'T = S'Z'Z S + I (Woodbury's identity):

        G Z'V^-1 = S T^-1 T^-T S'Z',      G - G Z'V^-1 Z G = sigma2 S T^-1 T^-T S'
    """
    S = [
        scipy.linalg.solve_triangular(*pair)
        for pair in zip(estimate.pooled.scale, estimate.optimum.factors, strict=True)
    ]
    for rows, Z, layout, levels in stacked(design, [term.Z for term in design.terms]):
        half = joint(S, layout)
        k = len(half)
        Q, T = np.linalg.qr(np.concatenate([Z @ half, np.broadcast_to(np.eye(k), (len(Z), k, k))], axis=1))
        half = np.linalg.solve(T.mT, half.T).mT
        yield Shrunk(estimate.sigma2 * half @ half.mT, half @ (Q[:, :-k].mT @ Xr[rows]), layout, levels)


def random_effects(design: Design, estimate: Solution, se: bool | str = False) -> Any:
    """b-hat as a DataFrame, one row a subject; with ``se`` the standard errors beside them."""
    if not isinstance(se, bool) and not among(se, ("given_beta", "prediction")):
        raise ParameterError(f"se={told(se)} is not known.", "Use True, 'given_beta' or 'prediction'.")
    if not design.terms:
        raise ModelError("The model has no random effects.", "Add a term such as (1 | subject).")
    found = blups(design, estimate)
    kinds = {"given_beta": found.given_beta, "prediction": found.prediction}
    wanted = [] if se is False else list(kinds) if se is True else [se]
    tables = {}
    for t, (term, name) in enumerate(zip(design.terms, design.term_names, strict=True)):
        index = pd.Index(term.levels, name=term.group)
        table = pd.DataFrame(found.b[t], index=index, columns=term.names)
        for kind in wanted:
            variance = np.diagonal(kinds[kind][t], axis1=1, axis2=2)
            columns = [f"{effect} se_{kind}" for effect in term.names]
            table = table.join(pd.DataFrame(np.sqrt(np.maximum(variance, 0)), index=index, columns=columns))
        tables[name] = table
    return tables if len(tables) > 1 else next(iter(tables.values()))
