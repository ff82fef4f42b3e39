"""What a fit says about subjects: b-hat, fitted values, residuals, the marginal covariance.

b-hat_i = G Z_i' V_i^-1 (y_i - X_i beta)         the BLUP: the residual, shrunk towards 0
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .arguments import among, numbers
from .batched import is_plain
from .blocks import check_rows, stacked
from .design import Design
from .errors import DataError, LmmWarning, ModelError, ParameterError
from .fitting import Estimate
from .frame import clean_columns
from .labels import find, label, places, stray
from .matrices import again
from .structure import Structure

LEVELS = ("marginal", "conditional")
MOST_TIMES = 10_000  # V of more would not fit into most memories


class Stack(NamedTuple):
    """m blocks with all their covariances: ``rows`` (m x n), ``Z``, ``G`` (k x k), ``R``, ``V`` (m x n x n)."""

    rows: np.ndarray
    Z: np.ndarray
    G: np.ndarray
    R: np.ndarray
    V: np.ndarray
    layout: tuple[int, ...]
    levels: np.ndarray


class Blups(NamedTuple):
    """Per term: ``b`` (levels x q) and its covariances (levels x q x q), given beta and with beta's uncertainty."""

    b: list[np.ndarray]
    given_beta: list[np.ndarray]
    prediction: list[np.ndarray]


def covariances(design: Design, estimate: Estimate) -> Iterator[Stack]:
    """G, R and V of every block, many blocks at a time."""
    for rows, Z, layout, levels in stacked(design, [term.Z for term in design.terms]):
        check_rows(rows.shape[1])
        G = scipy.linalg.block_diag(*[estimate.G[t] for t in layout]) if layout else np.zeros((0, 0))
        codes = design.codes[rows]
        R = estimate.residual.at_values(design.occasions(rows, estimate.residual))
        R = R * (codes[:, :, None] == codes[:, None, :])
        yield Stack(rows, Z, G, R, Z @ G @ Z.mT + R, layout, levels)


def blups(design: Design, estimate: Estimate) -> Blups:
    """b-hat = G Z'V^-1 (y - X beta) for every level of every term, with both kinds of covariance.

    Given beta: Var(b | y) = G - G Z'V^-1 Z G (lme4's condVar).  With beta's uncertainty:
    Var(b-hat - b) adds H cov(beta) H', H = G Z'V^-1 X (Henderson 1975; SAS's SOLUTION option).
    """
    shapes = [(len(term.levels), term.q) for term in design.terms]
    found = Blups(
        [np.zeros(s) for s in shapes],
        [np.zeros((*s, s[1])) for s in shapes],
        [np.zeros((*s, s[1])) for s in shapes],
    )
    Xr = np.column_stack([design.X, design.y - design.X @ estimate.beta])
    if not design.terms:
        return found
    for shrunk in (_by_effects if is_plain(estimate.residual) else _by_rows)(design, estimate, Xr):
        given_beta, H, b = shrunk.given_beta, shrunk.GZViXr[..., :-1], shrunk.GZViXr[..., -1]
        prediction = given_beta + H @ estimate.cov_beta @ H.mT
        place = 0
        for position, t in enumerate(shrunk.layout):
            level, here = shrunk.levels[:, position], slice(place, place + shapes[t][1])
            found.b[t][level] = b[:, here]
            found.given_beta[t][level] = given_beta[:, here, here]
            found.prediction[t][level] = prediction[:, here, here]
            place += shapes[t][1]
    return found


class Shrunk(NamedTuple):
    """Of m blocks: G - G Z'V^-1 Z G (m x k x k), and G Z'V^-1 of X and the residual (m x k x (p + 1))."""

    given_beta: np.ndarray
    GZViXr: np.ndarray
    layout: tuple[int, ...]
    levels: np.ndarray


def _by_rows(design: Design, estimate: Estimate, Xr: np.ndarray) -> Iterator[Shrunk]:
    """By V itself, as the formula stands."""
    for stack in covariances(design, estimate):
        GZ = stack.G @ stack.Z.mT
        solved = np.linalg.solve(stack.V, np.concatenate([stack.Z, Xr[stack.rows]], axis=2))
        ViZ, ViXr = np.split(solved, [stack.Z.shape[2]], axis=2)
        yield Shrunk(stack.G - GZ @ ViZ @ stack.G, GZ @ ViXr, stack.layout, stack.levels)


def _by_effects(design: Design, estimate: Estimate, Xr: np.ndarray) -> Iterator[Shrunk]:
    """Where R = sigma2 I, by Henderson's equations, as large as the random effects are many.

    With G = sigma2 S S' and the triangle T of [Z S; I], T'T = S'Z'Z S + I (Woodbury's identity):

        G Z'V^-1 = S T^-1 T^-T S'Z',      G - G Z'V^-1 Z G = sigma2 S T^-1 T^-T S'
    """
    S = [
        scipy.linalg.solve_triangular(*pair)
        for pair in zip(estimate.pooled.scale, estimate.optimum.factors, strict=True)
    ]
    for rows, Z, layout, levels in stacked(design, [term.Z for term in design.terms]):
        half = scipy.linalg.block_diag(*[S[t] for t in layout])
        k = len(half)
        Q, T = np.linalg.qr(np.concatenate([Z @ half, np.broadcast_to(np.eye(k), (len(Z), k, k))], axis=1))
        half = np.linalg.solve(T.mT, half.T).mT
        yield Shrunk(estimate.sigma2 * half @ half.mT, half @ (Q[:, :-k].mT @ Xr[rows]), layout, levels)


def random_effects(design: Design, estimate: Estimate, se: bool | str = False) -> Any:
    """b-hat as a DataFrame, one row a subject; with ``se`` the standard errors beside them."""
    if not isinstance(se, bool) and not among(se, ("given_beta", "prediction")):
        raise ParameterError(f"se={se!r} is not known.", "Use True, 'given_beta' or 'prediction'.")
    if not design.terms:
        raise ModelError("The model has no random effects.", "Add a term such as (1 | subject).")
    found = blups(design, estimate)
    kinds = {"given_beta": found.given_beta, "prediction": found.prediction}
    wanted = [] if se is False else list(kinds) if se is True else [se]
    tables = {}
    for t, (term, name) in enumerate(zip(design.terms, term_names(design), strict=True)):
        index = pd.Index(term.levels, name=term.group)
        table = pd.DataFrame(found.b[t], index=index, columns=term.names)
        for kind in wanted:
            variance = np.diagonal(kinds[kind][t], axis1=1, axis2=2)
            columns = [f"{effect} se_{kind}" for effect in term.names]
            table = table.join(pd.DataFrame(np.sqrt(np.maximum(variance, 0)), index=index, columns=columns))
        tables[name] = table
    return tables if len(tables) > 1 else next(iter(tables.values()))


def term_names(design: Design) -> list[str]:
    """The terms' names as lme4 prints them: the group, numbered where it comes twice by what no other is called."""
    groups, names = [term.group for term in design.terms], list[str]()
    for group in groups:
        numbered = (f"{group}.{number}" for number in count(1))
        names.append(group if group not in names else next(n for n in numbered if n not in {*groups, *names}))
    return names


def fitted(design: Design, estimate: Estimate, level: str) -> np.ndarray:
    """X beta (marginal) or X beta + Z b-hat (conditional), one value a row."""
    _check_level(level)
    mean = design.X @ estimate.beta
    if level == "conditional":
        for term, b in zip(design.terms, blups(design, estimate).b, strict=True):
            mean = mean + np.einsum("nq,nq->n", term.Z, b[term.codes])
    return mean


def residuals(design: Design, estimate: Estimate, level: str, kind: str) -> np.ndarray:
    """y minus the fitted values: raw, divided by the SD (pearson), or whitened by the Cholesky factor (normalized).

    The covariance used is V at the marginal level and R at the conditional one.
    """
    if not among(kind, ("raw", "pearson", "normalized")):
        raise ParameterError(f"kind={kind!r} is not known.", "Use 'raw', 'pearson' or 'normalized'.")
    r = design.y - fitted(design, estimate, level)
    if kind == "raw":
        return r
    if is_plain(estimate.residual) and (level == "conditional" or kind == "pearson"):
        shared = shared_variances(design, estimate) if level == "marginal" else 0.0
        whitened: np.ndarray = r / np.sqrt(estimate.sigma2 + shared)
        return whitened
    out = np.empty_like(r)
    for stack in covariances(design, estimate):
        S = stack.V if level == "marginal" else stack.R
        if kind == "pearson":
            out[stack.rows] = r[stack.rows] / np.sqrt(np.diagonal(S, axis1=1, axis2=2))
        else:
            out[stack.rows] = np.linalg.solve(np.linalg.cholesky(S), r[stack.rows][..., None])[..., 0]
    return out


def shared_variances(design: Design, estimate: Estimate) -> np.ndarray:
    """z'G z of every row (N,): its variance without that of e."""
    each = zip(design.terms, estimate.G, strict=True)
    return np.sum([np.einsum("nq,qr,nr->n", t.Z, G, t.Z) for t, G in each], axis=0) + np.zeros(design.n_obs)


def predict(design: Design, estimate: Estimate, new_data: pd.DataFrame, level: str) -> pd.Series:
    """X beta (+ Z b-hat) for new rows; a subject not seen in the fit has b-hat = 0, its best guess."""
    _check_level(level)
    terms = design.terms if level == "conditional" else ()
    effects = set().union(*(spec.required_variables for spec in (design.spec, *(term.spec for term in terms))))
    groups = {column for term in terms for column in term.grouping.columns}
    said: list[str] = []
    given, rows = clean_columns(new_data, sorted(effects | groups), said)
    for remark in said:
        warnings.warn(remark, LmmWarning, stacklevel=3)
    frame = given.copy()
    for name in effects:
        frame[name] = _as_trained(given[name], design.frame[name], name)
    X = again(design.spec, frame)[:, design.kept]
    mean = X @ estimate.beta
    if level == "conditional":
        for term, b in zip(terms, blups(design, estimate).b, strict=True):
            codes = term.grouping.codes_of(given)
            seen = codes >= 0
            Z = again(term.spec, frame)
            mean[seen] += np.einsum("nq,nq->n", Z[seen], b[codes[seen]])
    return pd.Series(mean, index=new_data.index[rows], name=f"{level} prediction")


def _as_trained(column: pd.Series, trained: pd.Series, name: str) -> pd.Series:
    """New values in the levels the model knows; an unknown level is an error."""
    if not isinstance(trained.dtype, pd.CategoricalDtype):
        if isinstance(column.dtype, pd.CategoricalDtype):
            raise DataError(
                f"Column {name!r} holds text ({stray(column)}), but it was a column of numbers in the fit.",
                f"Convert it: data[{name!r}] = pandas.to_numeric(data[{name!r}]).",
            )
        return column
    levels = trained.cat.categories
    codes = places(column, levels)
    if (codes < 0).any():
        raise DataError(
            f"Column {name!r} holds {label(column.iloc[int(np.argmax(codes < 0))])!r}, a level the model has not seen.",
            f"Known levels: {', '.join(map(label, levels))}.",
        )
    return pd.Series(pd.Categorical.from_codes(codes, dtype=trained.dtype), index=column.index)


def marginal_cov(design: Design, estimate: Estimate, subject: Any = None, times: Any = None) -> pd.DataFrame:
    """V = Z G Z' + R of one subject, or of a subject measured at ``times``; all distinct times by default."""
    if subject is not None and times is not None:
        raise ParameterError("Give subject= or times=, not both.")
    if subject is not None:
        wanted = find([subject], design.subjects)[0]
        if wanted < 0:
            raise DataError(
                f"There is no {design.group} {subject!r} in the data.",
                f"The first ones are {', '.join(map(label, design.subjects[:5]))}.",
            )
        for stack in covariances(design, estimate):
            inside = np.argwhere(design.codes[stack.rows] == wanted)
            if len(inside):
                block, where = inside[0, 0], inside[:, 1]
                at = pd.Index(design.times[stack.rows[block, where]], name=design.time)
                return pd.DataFrame(stack.V[block][np.ix_(where, where)], index=at, columns=at)
    return _cov_at(design, estimate, np.unique(design.times) if times is None else numbers(times, "times"))


def _cov_at(design: Design, estimate: Estimate, times: np.ndarray) -> pd.DataFrame:
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
        V = V + Z @ G @ Z.T
    at = pd.Index(times, name=design.time)
    return pd.DataFrame(V, index=at, columns=at)


def _check_times(design: Design, structure: Structure, times: np.ndarray, known: np.ndarray) -> None:
    """Times alone must say which visit, which variance and which level of each random term a row belongs to."""
    parts = getattr(structure, "parts", (structure,))
    columns = [part.by for part in parts if part.by not in (None, "visit")]
    if columns:
        raise ModelError(
            f"The residual variance differs by {columns[0]}, so times= does not determine V.", "Give subject=."
        )
    if any(part.by or not part.continuous for part in parts):
        if not np.isin(times, known).all():
            name = " + ".join(type(part).__name__ for part in parts)
            raise ParameterError(
                f"The residual structure {name} knows only the visits {known.tolist()}.",
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


def _check_level(level: str) -> None:
    if not among(level, LEVELS):
        raise ParameterError(
            f"level={level!r} is not known.", "Use 'marginal' (X beta) or 'conditional' (X beta + Z b).",
            "Conditional and marginal",
        )  # fmt: skip
