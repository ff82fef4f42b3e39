"""New data from a fitted model.

    y* = X beta-hat + Z b* + e*,     b* ~ N(0, G-hat),   e* ~ N(0, R-hat)

Replicate number i has a random stream of its own, made from (seed, i): it is the same whether ten
replicates are drawn or a thousand.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..arguments import told, whole
from ..design.build import Design
from ..errors import ParameterError
from ..fitting.estimates import Estimates
from ..fitting.solution import Solution
from ..likelihood.covariances import covariances

MOST_REPLICATES = 1_000_000
MOST_DRAWN = 100_000_000  # numbers in one table of draws, 0.8 GB


class Simulator:
    """Draws responses from a fitted model; what no draw changes is computed once.

    ``mean`` (N,) is X beta, ``roots`` S_t with G_t = S_t S_t', ``blocks`` the rows (m x n) and
    Cholesky factors (m x n x n) of R.
    """

    def __init__(self, design: Design, estimate: Solution) -> None:
        self.design = design
        self.mean = design.X @ estimate.beta
        self.roots = [square_root(G) for G in estimate.G]
        self.sigma = np.sqrt(estimate.sigma2) if estimate.residual.plain else None
        self.blocks = []
        if self.sigma is None:
            self.blocks = [(s.rows, _root(s.R)) for s in covariances(design, estimate.G, estimate.residual)]

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
    """The symmetric S with S S' = G, of one matrix or many: it exists for a singular G too, and is unique."""
    variance, axes = np.linalg.eigh(G)
    S: np.ndarray = (axes * np.sqrt(np.maximum(variance, 0.0))[..., None, :]) @ axes.mT
    return S


def _root(R: np.ndarray) -> np.ndarray:
    """L with L L' = R for many R: Cholesky's, or where two rows of an R are one (V is not singular all the same) S."""
    try:
        return np.linalg.cholesky(R)
    except np.linalg.LinAlgError:
        return square_root(R)


def seeds(seed: int | None, n: int) -> list[np.random.SeedSequence]:
    """The seeds of n independent random streams; number i depends on ``seed`` and i alone."""
    n = whole(n, "n", 1, MOST_REPLICATES)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0):
        raise ParameterError(f"seed={told(seed)} cannot start a random stream.", "Use a whole number, 0 or above.")
    return np.random.SeedSequence(seed).spawn(n)


def simulate(fit: Estimates, n: int, seed: int | None) -> pd.DataFrame:
    """Responses drawn from the fitted model (N x n), one column a draw."""
    n = whole(n, "n", 1, max(MOST_DRAWN // fit.n_obs, 1))
    Y = Simulator(fit.design, fit.estimate).draw(seeds(seed, n))
    return pd.DataFrame(Y, index=fit.design.index, columns=pd.RangeIndex(n, name="replicate"))
