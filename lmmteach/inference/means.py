"""Marginal means: what the model says of a group on average, the other covariates alike for all.

The reference grid is every combination of the factors' levels with the numbers' means (or with what ``at`` says); the
model's answer at each point is x'beta.  A group's marginal mean is the average of its points: each counts alike
("equal", as in a balanced study), or as often as the data hold its levels ("proportional", as observed).

Searle, Speed & Milliken (1980), Am. Statist. 34:216; the definitions are those of R's emmeans.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..arguments import among, check_level, finite, told
from ..design.build import Design
from ..design.labels import find, label, places, whole_numbers
from ..design.matrices import again
from ..errors import DataError, ParameterError
from ..fitting.estimates import Estimates
from .adjust import ADJUST, adjusted
from .contrast import estimable, say_undetermined, spelled
from .tables import certainty, check_df, t_table

WEIGHTS = ("equal", "proportional")
CONTRASTS = ("pairwise", "reference")
FEW = 2  # values of a number that has both in the grid, as a factor has, not their mean
MOST_POINTS = 100_000  # of a grid


class Axis(NamedTuple):
    """One variable of the grid: its ``values``, and the value of each row of the data (-1: none; None: not counted)."""

    values: pd.Index
    rows: np.ndarray | None


def marginal_means(
    fit: Estimates, factors: tuple[Any, ...], at: Mapping[str, Any] | None, weights: str, contrasts: str | None,
    adjust: str, df: str, level: float,
) -> pd.DataFrame:  # fmt: skip
    """Means of groups over the reference grid, or their differences; see :meth:`lmmteach.Fit.marginal_means`."""
    _check_words(weights, contrasts, adjust)
    check_level(level)
    check_df(df)
    axes = _axes(fit.design, {} if at is None else at)
    wanted = _wanted(fit.design, factors, axes)
    rows, labels = _averaged(fit.design, axes, wanted, weights)
    if contrasts is not None:
        rows, labels = _differences(rows, labels, contrasts)
    L = estimable(fit.design, rows)
    say_undetermined(labels[np.isnan(L).any(axis=1)])
    table = t_table(fit, L, labels, certainty(fit, df), level)
    if adjust != "none":
        means = int(np.prod([len(axes[name].values) for name in wanted]))
        table = adjusted(table, adjust, means, level)
    table.attrs["notes"] += _told(axes, wanted, weights)
    return table


def _check_words(weights: str, contrasts: str | None, adjust: str) -> None:
    for name, value, known in (("weights", weights, WEIGHTS), ("adjust", adjust, ADJUST)):
        if not among(value, known):
            raise ParameterError(f"{name}={told(value)} is not known.", f"Use one of {', '.join(map(repr, known))}.")
    if contrasts is not None and not among(contrasts, CONTRASTS):
        raise ParameterError(f"contrasts={told(contrasts)} is not known.", "Use 'pairwise', 'reference' or None.")
    if adjust == "tukey" and contrasts != "pairwise":
        raise ParameterError(
            "Tukey's adjustment is for all pairwise differences.",
            "Ask for contrasts='pairwise', or for adjust='holm' (p values) or 'bonferroni'.",
        )


def _axes(design: Design, at: Any) -> dict[str, Axis]:
    """Each variable of the fixed part with its values in the grid."""
    if not isinstance(at, Mapping):
        raise ParameterError(f"at={told(at)} is not understood.", "Give names with values, as at={'year': [0, 10]}.")
    needed = sorted(design.spec.required_variables)
    for name in at:
        if not among(name, needed):
            raise DataError(
                f"There is no {told(name)} in the fixed part of the model, so no mean depends on it.",
                f"at= may name {', '.join(map(repr, needed))}." if needed else "Leave at= out.",
            )
    coerced = {f.columns[0][1] for code, f in design.spec.factors.items() if code in design.spec.levels}
    return {name: _axis(design.frame[name], name, at.get(name), name in coerced) for name in needed}


def _axis(column: pd.Series, name: str, at: Any, coerced: bool) -> Axis:
    text = isinstance(column.dtype, pd.CategoricalDtype)
    levels = column.cat.categories if text else pd.Index(whole_numbers(np.unique(column.to_numpy(dtype=float))))
    counted = text or coerced or len(levels) <= FEW
    if at is None:
        if counted:
            return Axis(levels, places(column, levels))
        return Axis(pd.Index([float(column.mean())]), None)
    if text or coerced:
        given = [at] if isinstance(at, (str, bytes)) or np.ndim(at) == 0 else list(at)
        found = find(given, levels)
        if not len(found) or (found < 0).any() or len(set(found)) < len(found):
            wrong = "no level" if not len(found) else label(given[int(np.argmin(found))])
            raise DataError(
                f"at= gives {wrong} for {name!r}, which is no level of it, or one twice.",
                f"Its levels are {', '.join(map(label, levels))}.",
            )
        return Axis(levels[found], places(column, levels[found]))
    values = np.atleast_1d(finite(at, f"at[{name!r}]"))
    if values.ndim != 1 or not len(values) or len(np.unique(values)) < len(values):
        raise ParameterError(
            f"at[{name!r}] must be a number or a list of different ones.", f"As in at={{{name!r}: [0, 1]}}."
        )
    return Axis(pd.Index(whole_numbers(values)), None)


def _wanted(design: Design, factors: tuple[Any, ...], axes: dict[str, Axis]) -> list[str]:
    """The names whose levels are the rows of the answer."""
    names: list[Any] = []
    for one in factors:
        names += list(one) if isinstance(one, (list, tuple, pd.Index)) else [one]
    can = [name for name, axis in axes.items() if axis.rows is not None or len(axis.values) > 1]
    remedy = f"There are means by {', '.join(map(repr, can))}." if can else "For one point of it, ask predict()."
    if not names or len(set(map(told, names))) < len(names):
        raise ParameterError("Name each factor whose levels are compared, once.", remedy)
    for name in names:
        if isinstance(name, str) and name in can:
            continue
        if isinstance(name, str) and name in axes:
            column = design.frame[name]
            ends = sorted({f"{end:.12g}" for end in column.quantile([0.25, 0.75])}, key=float)
            low, high = ends if len(ends) == 2 else (f"{end:.12g}" for end in (column.min(), column.max()))
            raise DataError(
                f"{name!r} is a number, not a factor: it has no levels to compare.",
                f"Say at which of its values: at={{{name!r}: [{low}, {high}]}}.",
            )
        if any(among(name, term.grouping.columns) for term in design.terms):
            raise DataError(
                f"{name!r} groups the random effects; the fixed part has no mean for each of its levels.",
                f"Ask random_effects() or predict() about a {name}. {remedy}",
            )
        raise DataError(f"There is no {told(name)} in the fixed part of the model.", remedy)
    return names


def _averaged(design: Design, axes: dict[str, Axis], wanted: list[str], weights: str) -> tuple[np.ndarray, pd.Index]:
    """The averages of x over the grid, one for each combination of the wanted levels, the first changing fastest."""
    others = [name for name in axes if name not in wanted]
    order = [*others[::-1], *wanted[::-1]]  # the last changes fastest
    shape = [len(axes[name].values) for name in order]
    size = int(np.prod(shape, dtype=float))
    if size > MOST_POINTS:
        widest = max(axes, key=lambda name: len(axes[name].values))
        raise ParameterError(
            f"The grid has {size:,} points, {len(axes[widest].values)} of them along {widest!r}.",
            f"Keep fewer: at={{{widest!r}: {axes[widest].values.tolist()[0]!r}}}.",
        )
    codes = dict(zip(order, np.unravel_index(np.arange(size), shape), strict=True))
    frame = pd.DataFrame({name: _column(design, name, axes[name].values[codes[name]]) for name in order})
    X = again(design.spec, frame if order else pd.DataFrame(index=pd.RangeIndex(1)))
    behind = len(others)
    share = _shares(axes, others[::-1], tuple(shape[:behind]), weights)
    rows = np.einsum("o,owp->wp", share, X.reshape(len(share), -1, X.shape[1]))
    if len(wanted) == 1:
        return rows, pd.Index(axes[wanted[0]].values, name=wanted[0])
    levels = [axes[name].values[codes[name][: len(rows)]] for name in wanted]
    return rows, pd.MultiIndex.from_arrays(levels, names=wanted)


def _column(design: Design, name: str, values: pd.Index) -> Any:
    dtype = design.frame[name].dtype
    text = isinstance(dtype, pd.CategoricalDtype)
    return pd.Series(values).astype(dtype) if text else values.to_numpy(dtype=float)


def _shares(axes: dict[str, Axis], others: list[str], shape: tuple[int, ...], weights: str) -> np.ndarray:
    """How much each combination of the others' values counts (flat); values that ``at`` names count alike."""
    share = np.ones(shape)
    counted = [name for name in others if axes[name].rows is not None]
    if weights == "proportional" and counted:
        rows = np.stack([axes[name].rows for name in counted])  # type: ignore[misc]
        rows = rows[:, (rows >= 0).all(axis=0)]
        count = np.zeros([len(axes[name].values) for name in counted])
        np.add.at(count, tuple(rows), 1.0)
        share = share * count.reshape([len(axes[n].values) if n in counted else 1 for n in others])
    if not share.sum():
        raise DataError("No row of the data has those levels together.", "Use weights='equal', or other levels in at=.")
    return (share / share.sum()).ravel()


def _differences(rows: np.ndarray, labels: pd.Index, contrasts: str) -> tuple[np.ndarray, pd.Index]:
    """Every mean less every later one, or each later one less the first."""
    m = len(rows)
    if m < 2:
        raise ParameterError("There is one mean, and no difference.", "Name a factor of two levels or more.")
    pairs = [(a, b) for a in range(m) for b in range(a + 1, m)] if contrasts == "pairwise" else [
        (b, 0) for b in range(1, m)
    ]  # fmt: skip
    said = [spelled(one) for one in labels]
    names = [f"{said[a]} - {said[b]}" for a, b in pairs]
    first, second = np.array(pairs).T
    return rows[first] - rows[second], pd.Index(names, name="contrast")


def _told(axes: dict[str, Axis], wanted: list[str], weights: str) -> list[str]:
    """What the means are averaged over, and at which numbers they stand."""
    one = {name: axis.values[0] for name, axis in axes.items() if len(axis.values) == 1 and name not in wanted}
    over = [name for name in axes if name not in wanted and name not in one]
    fixed = [f"{name} = {value if isinstance(value, str) else f'{value:.4g}'}" for name, value in one.items()]
    said = [f"At {', '.join(fixed)}."] if fixed else []
    return said + ([f"Averaged over {', '.join(over)}, with {weights} weights."] if over else [])
