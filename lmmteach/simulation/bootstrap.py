"""The model fitted to other responses: refit, and the bootstrap, which refits to what the fit itself draws.

Row i of a bootstrap is the refit to column i of the simulation.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

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
from ..fitting.search import Optimum, best_of, search, starts
from ..fitting.solution import Solution, maximise, on_data_scale
from ..likelihood.pooling import pool
from . import batched, batchfit
from .simulate import Simulator, seeds

TOGETHER = 128  # replicates fitted at once: enough to pay, few enough that an interruption loses little
FEW = 100  # rows below which a refit is searched for from every start: 37 of 18,000 to 9 to 18 rows had two tops
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
    refits = Refits(fit.design, fit.estimate, fit.method)
    rows: list[np.ndarray] = []
    certified: list[bool] = []
    bar = Progress("bootstrap", n, progress)
    try:
        for place in range(0, n, refits.together):
            found = list(_rows(fit, refits, simulator.draw(drawn[place : place + refits.together])))
            rows, certified = rows + [row for row, _ in found], certified + [sure for _, sure in found]
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


class Deviances(NamedTuple):
    """-2 log L of B fits, which of them are ``singular``, and which ``converged``: each (B,)."""

    value: np.ndarray
    singular: np.ndarray
    converged: np.ndarray


class Refits:
    """Fits of one design to other responses, Y (N x B), from an earlier fit; ``together`` says how large B may be."""

    def __init__(self, design: Design, old: Solution, method: str) -> None:
        self.design, self.old, self.method, self.together = design, old, method, 1
        self.reducer = None
        if batched.suits(old.pooled):
            self.reducer = batched.Reducer(design, old.pooled, method)
            self.starts, self.metric = places(old, method), old.optimum.hessian
            self.together = int(np.clip(MEMORY // batched.width(old.pooled), 1, TOGETHER))

    def batch(self, Y: np.ndarray) -> batchfit.Optima | None:
        """All at once, each with its certificate; None where a batch does not pay."""
        return None if self.reducer is None else batchfit.fit(self.reducer, Y, self.starts, self.metric)

    def alone(self, y: np.ndarray) -> Solution:
        """One of them, by the thorough search."""
        return reestimate(with_response(self.design, y), self.old, self.method)

    def solutions(self, Y: np.ndarray) -> Iterator[Solution]:
        """One after the other, with all that a fit can be asked."""
        at = self.batch(Y)
        for i, y in enumerate(Y.T):
            found = self._solution(y, at.theta[i]) if at and at.converged[i] and not at.flat[i] else None
            yield found or self.alone(y)

    def _solution(self, y: np.ndarray, theta: np.ndarray) -> Solution | None:
        objective = Objective(pool(with_response(self.design, y), self.old.pooled.structure), self.method)
        at, gradient = objective.evaluate(theta)
        return on_data_scale(Optimum(objective, theta, at, gradient, True, [])) if at else None

    def deviances(self, Y: np.ndarray) -> Deviances:
        """-2 log L of each, and what became of the search."""
        at = self.batch(Y)
        found = []
        for i, y in enumerate(Y.T):
            if at and at.converged[i]:
                found.append((at.deviance[i], at.flat[i], True))
            else:
                one = self.alone(y)
                found.append((one.deviance, one.singular, one.optimum.converged))
        deviance, singular, converged = (np.array(one) for one in zip(*found, strict=True))
        return Deviances(deviance, singular, converged)


def _rows(fit: Estimates, refits: Refits, Y: np.ndarray) -> Iterator[tuple[np.ndarray, bool]]:
    """The natural parameters of each refit, and whether it is certified."""
    residual, at = fit.estimate.residual, refits.batch(Y)
    wanted = parameters(fit.design, residual)
    for i, y in enumerate(Y.T):
        if at and at.converged[i]:
            G = [one[i] for one in at.G]
            yield values(wanted, at.beta[i], G, replace(residual, sigma2=float(at.sigma2[i]))), True
        else:
            new = refits.alone(y)
            yield values(wanted, new.beta, new.G, new.residual), new.optimum.converged


def _warn(message: str) -> None:
    warnings.warn(message, LmmWarning, stacklevel=4)
