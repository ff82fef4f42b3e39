"""The model fitted to other responses: refit, and the bootstrap, which refits to what the fit itself draws.

Row i of a bootstrap is the refit to column i of the simulation.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..arguments import numbers
from ..covariance.factor import free_entries
from ..design.build import Design
from ..design.matrices import check_size
from ..errors import DataError, LmmWarning, ParameterError
from ..fitting.estimates import Estimates
from ..fitting.objective import Objective
from ..fitting.parameters import parameters, values
from ..fitting.progress import Progress
from ..fitting.search import best_of, search, starts
from ..fitting.solution import Solution, maximise, on_data_scale
from ..likelihood.pooling import pool
from . import batched, batchfit
from .simulate import Simulator, seeds

TOGETHER = 128  # replicates fitted at once: enough to pay, few enough that an interruption loses little
FEW = 100  # rows below which a refit is searched for from every start: of 14,000 refits to 9 to 18 rows 37 had two tops
MEMORY = 2**22  # numbers of one array of such a batch


def with_response(design: Design, y: Any) -> Design:
    """The same design with another response; a Series is matched by its index."""
    if isinstance(y, pd.Series) and not y.index.equals(design.index):
        y = _aligned(y, design.index)
    try:
        values = numbers(y, "The new response")
    except ParameterError as error:
        raise DataError(error.what, "Pass one number for each row.") from None
    if values.shape != (design.n_obs,):
        raise DataError(
            f"The new response has shape {values.shape}, but the fit used {design.n_obs} rows.",
            "Pass one number for each row used, as fit.simulate() gives them: a single column, fit.simulate()[0].",
        )
    bad = ~np.isfinite(values)
    if bad.any():
        raise DataError(
            f"The new response is no number in row {design.index[int(np.argmax(bad))]} (and {bad.sum() - 1} more).",
            "Rows cannot be dropped from a refit: give every row a value.",
        )
    check_size(values, "The new response")
    if np.ptp(values) == 0:
        raise DataError(f"The new response is {values[0]:g} in every row: there is nothing to explain.", "Check it.")
    frame = design.frame
    if design.response in frame:
        frame = frame.assign(**{design.response: values})
    return replace(design, y=values, frame=frame)


def _aligned(y: pd.Series, index: pd.Index) -> pd.Series:
    """A Series in the order of the rows used: labels that differ say that the order may, too."""
    for whose, labels in (("The new response's index", y.index), ("The index of the rows used", index)):
        if not labels.is_unique:
            twice = labels[labels.duplicated()][0]
            raise DataError(
                f"{whose} holds {twice} more than once, and the two differ: they cannot be matched.",
                "Give every row a label of its own, or pass y.to_numpy() in the order of the rows used.",
            )
    lost = index[~index.isin(y.index)]
    if len(lost):
        raise DataError(
            f"The new response lacks {len(lost)} of the rows used, the first of them {lost[0]}.",
            "Give it the data's index, or pass y.to_numpy() in the order of the rows used.",
        )
    return y.loc[index]


def reestimate(design: Design, old: Solution, method: str) -> Solution:
    """Fit a design by starting where an earlier fit of it ended; search everywhere if that is not certified.

    From few rows a likelihood may have several tops: there every start is tried.
    """
    structure = old.pooled.structure
    objective = Objective(pool(design, structure), method)
    if design.n_obs < FEW:
        return on_data_scale(best_of(objective, places(old, method)))
    found = search(objective, inside(old))
    return on_data_scale(found) if found and found.converged else maximise(design, structure, method)


def places(old: Solution, method: str) -> list[np.ndarray]:
    """Where a search starts that has an earlier fit to go by: there, and from few rows wherever a first search does."""
    others = starts(Objective(old.pooled, method)) if old.pooled.n_obs < FEW else []
    return [inside(old), *others]


def inside(old: Solution) -> np.ndarray:
    """The old theta, moved off the boundary: there the gradient vanishes, and a search could stay."""
    theta, place = old.optimum.theta.copy(), 0
    for q, correlated in zip(old.pooled.q, old.pooled.correlated, strict=True):
        for a, b in free_entries(q, correlated):
            if a == b and abs(theta[place]) < 0.1:
                theta[place] = 0.1
            place += 1
    return theta


def bootstrap(fit: Estimates, n: int, seed: int | None, progress: bool) -> pd.DataFrame:
    """The natural parameters of refits to n simulated responses, one row a replicate."""
    drawn, simulator = seeds(seed, n), Simulator(fit.design, fit.estimate)
    names = [parameter.name for parameter in parameters(fit.design, fit.estimate.residual)]
    refit, size = _refitter(fit)
    rows: list[np.ndarray] = []
    certified: list[bool] = []
    bar = Progress("bootstrap", n, progress)
    try:
        for place in range(0, n, size):
            found, sure = refit(simulator.draw(drawn[place : place + size]))
            rows, certified = rows + found, certified + sure
            bar(len(rows))
    except KeyboardInterrupt:
        if not rows:
            raise
        _warn(f"Interrupted: {len(rows)} of {n} bootstrap replicates were finished, and these are returned.")
    finally:
        bar.close()
    if not all(certified):
        doubtful = len(certified) - sum(certified)
        _warn(f"In {doubtful} of {len(certified)} bootstrap replicates the search could not certify its optimum.")
    return pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="replicate"), columns=names)


Refit = Callable[[np.ndarray], tuple[list[np.ndarray], list[bool]]]


def _refitter(fit: Estimates) -> tuple[Refit, int]:
    """What turns responses (N x B) into B rows of natural parameters and B certificates; and how large B may be."""
    old, residual = fit.estimate, fit.estimate.residual
    wanted = parameters(fit.design, residual)

    def alone(y: np.ndarray) -> tuple[np.ndarray, bool]:
        new = reestimate(with_response(fit.design, y), old, fit.method)
        return values(wanted, new.beta, new.G, new.residual), new.optimum.converged

    def one_by_one(Y: np.ndarray) -> tuple[list[np.ndarray], list[bool]]:
        found, sure = zip(*map(alone, Y.T), strict=True)
        return list(found), list(sure)

    if not batched.suits(old.pooled):
        return one_by_one, 1
    reducer = batched.Reducer(fit.design, old.pooled, fit.method)
    start, metric = places(old, fit.method), old.optimum.hessian

    def together(Y: np.ndarray) -> tuple[list[np.ndarray], list[bool]]:
        at = batchfit.fit(reducer, Y, start, metric)
        found, sure = [], at.converged.tolist()
        for i, y in enumerate(Y.T):
            if sure[i]:
                G = [one[i] for one in at.G]
                found.append(values(wanted, at.beta[i], G, replace(residual, sigma2=float(at.sigma2[i]))))
            else:
                row, sure[i] = alone(y)
                found.append(row)
        return found, sure

    return together, int(np.clip(MEMORY // batched.width(old.pooled), 1, TOGETHER))


def _warn(message: str) -> None:
    warnings.warn(message, LmmWarning, stacklevel=4)
