"""New data from a fitted model, and the model fitted to them: simulate, refit, bootstrap.

    y* = X beta-hat + Z b* + e*,     b* ~ N(0, G-hat),   e* ~ N(0, R-hat)

Replicate number i has a random stream of its own, made from (seed, i): it is the same whether ten
replicates are drawn or a thousand, and row i of a bootstrap is the refit to column i of the simulation.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import batched, batchfit, prediction
from .arguments import numbers, whole
from .covariance import free_entries
from .design import Design
from .errors import DataError, LmmWarning, ParameterError
from .fitting import Estimate, Objective, estimate, on_data_scale, search
from .matrices import check_size
from .parameters import parameters, values
from .pooling import pool

if TYPE_CHECKING:
    from .fit import Fit

TOGETHER = 128  # replicates fitted at once: enough to pay, few enough that an interruption loses little
MOST_REPLICATES = 1_000_000
MOST_DRAWN = 100_000_000  # numbers in one table of draws, 0.8 GB
MEMORY = 2**22  # numbers of one array of such a batch


class Simulator:
    """Draws responses from a fitted model; what no draw changes is computed once.

    ``mean`` (N,) is X beta, ``roots`` S_t with G_t = S_t S_t', ``blocks`` the rows (m x n) and
    Cholesky factors (m x n x n) of R.
    """

    def __init__(self, design: Design, estimate: Estimate) -> None:
        self.design = design
        self.mean = design.X @ estimate.beta
        self.roots = [square_root(G) for G in estimate.G]
        self.sigma = np.sqrt(estimate.sigma2) if batched.is_plain(estimate.residual) else None
        self.blocks = []
        if self.sigma is None:
            self.blocks = [(s.rows, np.linalg.cholesky(s.R)) for s in prediction.covariances(design, estimate)]

    def draw(self, seeds: list[np.random.SeedSequence]) -> np.ndarray:
        """y* (N x number of seeds), one column a seed."""
        Y = np.empty((len(seeds), self.design.n_obs))
        for y, seed in zip(Y, seeds, strict=True):
            stream, e = np.random.default_rng(seed), np.zeros_like(y)
            for term, S in zip(self.design.terms, self.roots, strict=True):
                b = stream.standard_normal((len(term.levels), term.q)) @ S.T
                e += np.einsum("nq,nq->n", term.Z, b[term.codes])
            z = stream.standard_normal(len(y))
            if self.sigma is not None:
                e += self.sigma * z
            for rows, L in self.blocks:
                e[rows] += (L @ z[rows][..., None])[..., 0]
            y[:] = self.mean + e
        return Y.T


def square_root(G: np.ndarray) -> np.ndarray:
    """The symmetric S with S S' = G: it exists for a singular G too, and is unique."""
    variance, axes = np.linalg.eigh(G)
    S: np.ndarray = (axes * np.sqrt(np.maximum(variance, 0.0))) @ axes.T
    return S


def seeds(seed: int | None, n: int) -> list[np.random.SeedSequence]:
    """The seeds of n independent random streams; number i depends on ``seed`` and i alone."""
    n = whole(n, "n", 1, MOST_REPLICATES)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0):
        raise ParameterError(f"seed={seed!r} cannot start a random stream.", "Use a whole number, 0 or above.")
    return np.random.SeedSequence(seed).spawn(n)


def simulate(fit: Fit, n: int, seed: int | None) -> pd.DataFrame:
    """Responses drawn from the fitted model (N x n), one column a draw."""
    n = whole(n, "n", 1, max(MOST_DRAWN // fit.n_obs, 1))
    Y = Simulator(fit.design, fit.estimate).draw(seeds(seed, n))
    return pd.DataFrame(Y, index=fit.design.index, columns=pd.RangeIndex(n, name="replicate"))


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


def reestimate(design: Design, old: Estimate, method: str) -> Estimate:
    """Fit a design by starting where an earlier fit of it ended; search everywhere if that is not certified."""
    structure = old.pooled.structure
    found = search(Objective(pool(design, structure), method), inside(old))
    return on_data_scale(found) if found and found.converged else estimate(design, structure, method)


def inside(old: Estimate) -> np.ndarray:
    """The old theta, moved off the boundary: there the gradient vanishes, and a search could stay."""
    theta, place = old.optimum.theta.copy(), 0
    for q, correlated in zip(old.pooled.q, old.pooled.correlated, strict=True):
        for a, b in free_entries(q, correlated):
            if a == b and abs(theta[place]) < 0.1:
                theta[place] = 0.1
            place += 1
    return theta


def bootstrap(fit: Fit, n: int, seed: int | None, progress: bool) -> pd.DataFrame:
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


def _refitter(fit: Fit) -> tuple[Refit, int]:
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
    start, metric = inside(old), old.optimum.hessian

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


class Progress:
    """A bar of text on stderr, for work that takes longer than a second: ``bootstrap ######....  60 %, 4 s left``."""

    def __init__(self, label: str, total: int, shown: bool) -> None:
        self.label, self.total, self.shown = label, total, shown
        self.began, self.next, self.drawn = time.monotonic(), 1.0, False

    def __call__(self, done: int) -> None:
        """Say that so many are done."""
        spent = time.monotonic() - self.began
        last = done == self.total and self.drawn
        if self.shown and (spent >= self.next or last):
            share = done / self.total
            left = f"{spent:.0f} s" if last else f"{spent / share - spent:.0f} s left"
            print(
                f"\r{self.label} {'#' * int(30 * share):.<30} {share:4.0%}, {left:<12}",
                end="",
                file=sys.stderr,
                flush=True,
            )
            self.next, self.drawn = spent + 0.2, True

    def close(self) -> None:
        """End the line."""
        if self.drawn:
            print(file=sys.stderr, flush=True)


def _warn(message: str) -> None:
    warnings.warn(message, LmmWarning, stacklevel=4)
