"""One parameter held: how it is solved out of the model, so that every point a search tries has it exactly.

For an entry of G the random effects are turned so that those of interest come first in the Cholesky factor A of
G / sigma2, where

    G_ii = sigma2 r11^2 A11^2,   G_ij = sigma2 r11 A11 (r12 A11 + r22 A21)

can be solved for one entry of A.  A variance of 0 or a correlation of +-1 is a point like any other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..fitting.objective import Objective
from ..fitting.parameters import Parameter
from ..fitting.solution import Solution


class Setting(NamedTuple):
    """Where the likelihood is to be evaluated: ``psi`` of each term, log sigma2 (None: at its best), ``x``."""

    psi: list[np.ndarray]
    log_sigma2: complex | None
    x: np.ndarray


class Held:
    """A parameter that is held: ``start`` are the free numbers at the estimate, ``setting`` what they stand for."""

    start: np.ndarray

    def __init__(self, estimate: Solution, method: str, parameter: Parameter) -> None:
        self.estimate, self.parameter, self.pooled = estimate, parameter, estimate.pooled
        self.objective = Objective(estimate.pooled, method)
        self.end = int(self.objective.ends[-1])  # of theta, where R's own numbers begin

    def setting(self, free: np.ndarray, value: float) -> Setting | None:
        """The setting (complex where ``free`` is) in which the parameter is ``value``; None if there is none."""
        raise NotImplementedError

    def elsewhere(self, x: np.ndarray, value: float) -> np.ndarray:
        """The free numbers where R's own unconstrained numbers are ``x`` and all others as at the estimate."""
        free = self.start.copy()
        free[self.end - 1 : self.end - 1 + len(x)] = x  # an entry of G, which comes before, is solved for
        return free

    def psi(self, theta: np.ndarray) -> list[np.ndarray]:
        """psi = L L' of each term at theta."""
        made = []
        for start, entries, q in zip(self.objective.ends, self.objective.free, self.pooled.q, strict=False):
            L = np.zeros((q, q), dtype=theta.dtype)
            for place, entry in zip(entries, theta[start:], strict=False):
                L[place] = entry
            made.append(L @ L.T)
        return made


class HeldEntry(Held):
    """An entry of G: solved for an entry of the turned factor A; log sigma2 is the last of the free numbers."""

    def __init__(self, estimate: Solution, method: str, parameter: Parameter) -> None:
        super().__init__(estimate, method, parameter)
        t, i, j = parameter.where
        self.term, pooled = t, self.pooled
        correlated = pooled.correlated[t]
        effects = [i] if i == j else [i, j]
        self.turn, self.r = _turned(np.linalg.inv(pooled.scale[t]), effects, correlated)
        entries, start = self.objective.free[t], int(self.objective.ends[t])
        # The entry that is solved for, as a number of theta; diagonal G's are not turned.
        first = entries.index((0, 0) if correlated else (i, i))
        self.solved = start + (first if i == j else entries.index((1, 0)))
        self.rows = [start + entries.index(place) for place in ((0, 0), (1, 1))] if i != j else []
        theta = estimate.optimum.theta.copy()
        psi = self.psi(theta)[t]
        inside = self.turn.T @ psi @ self.turn + 1e-6 * max(1e-6, np.abs(psi).max()) * np.eye(len(psi))
        self.root = np.linalg.cholesky(inside)
        if correlated:
            theta[start : start + len(entries)] = [self.root[place] for place in entries]
        self.start = self._free(theta)

    def _free(self, theta: np.ndarray) -> np.ndarray:
        return np.append(np.delete(theta, self.solved), np.log(self.estimate.optimum.at.sigma2))

    def setting(self, free: np.ndarray, value: float) -> Setting:
        log_sigma2 = free[-1]
        full = np.insert(free[:-1], self.solved, 0.0)
        if self.rows:
            a = full[self.rows[0]]
            entry = value * np.exp(-log_sigma2)
            full[self.solved] = (entry / self.r[0, 0] - self.r[0, 1] * a**2) / (self.r[1, 1] * a)
        else:
            full[self.solved] = np.sqrt(value) * np.exp(-log_sigma2 / 2) / self.r[0, 0]
        return Setting(self._turned_back(full), log_sigma2, full[self.end :])

    def _turned_back(self, full: np.ndarray) -> list[np.ndarray]:
        psi = self.psi(full)
        psi[self.term] = self.turn @ psi[self.term] @ self.turn.T
        return psi


class HeldCorrelation(HeldEntry):
    """A correlation of G: sigma2 is of no use to it and stays at its best; two lengths are free as logarithms."""

    def _free(self, theta: np.ndarray) -> np.ndarray:
        # A correlation knows no units, and what is small below must not either.
        self.r = r = self.r / np.linalg.norm(self.r, axis=0)
        root = self.root
        m = np.hypot(r[0, 1] * root[0, 0] + r[1, 1] * root[1, 0], r[1, 1] * root[1, 1])
        theta[self.rows] = np.log(np.maximum([root[0, 0], m], 1e-4))
        return np.delete(theta, self.solved)

    def setting(self, free: np.ndarray, value: float) -> Setting:
        full = np.insert(free, self.solved, 0.0)
        a, m = np.exp(full[self.rows])
        full[self.rows] = a, np.sqrt(max(1 - value**2, 0.0)) * m / self.r[1, 1]
        full[self.solved] = (value * m - self.r[0, 1] * a) / self.r[1, 1]
        return Setting(self._turned_back(full), None, full[self.end :])


class HeldResidualVariance(Held):
    """The variance of a part of R: sigma2 = value / (the part's share)."""

    def __init__(self, estimate: Solution, method: str, parameter: Parameter) -> None:
        super().__init__(estimate, method, parameter)
        (self.part,) = parameter.where
        self.others = len(estimate.residual.parts) - 1
        self.moves = np.zeros(self.objective.size)
        if self.others:  # shares follow the value, so that a good start stays one
            last = self.part == self.others
            self.moves[self._weights] = -1.0 if last else np.arange(self.others) == self.part
        at = estimate.residual.parts[self.part].sigma2
        self.start = estimate.optimum.theta - self.moves * np.log(at)

    def elsewhere(self, x: np.ndarray, value: float) -> np.ndarray:
        free = self.start.copy()
        free[self.end :] = x - self.moves[self.end :] * np.log(max(value, self._least))
        return free

    @property
    def _least(self) -> float:
        """A variance that is as good as 0, and has a logarithm."""
        return 1e-10 * self.estimate.optimum.at.sigma2

    @property
    def _weights(self) -> slice:
        return slice(self.end, self.end + self.others)

    def setting(self, free: np.ndarray, value: float) -> Setting:
        value = max(value, self._least)
        full = free + self.moves * np.log(value)
        weights = np.append(full[self._weights], 0.0)
        share = np.exp(weights[self.part]) / np.exp(weights).sum()
        return Setting(self.psi(full), np.log(value) - np.log(share), full[self.end :])


class HeldResidualNumber(Held):
    """A correlation or a ratio of R: solved for one of R's own unconstrained numbers."""

    def __init__(self, estimate: Solution, method: str, parameter: Parameter) -> None:
        super().__init__(estimate, method, parameter)
        place, self.number = parameter.where
        parts, occasions = estimate.residual.parts, estimate.pooled.occasions
        self.part = parts[place]
        begin = self.end + len(parts) - 1 + sum(part.size(occasions) for part in parts[:place])
        n_rho = self.part.n_rho(occasions)
        self.ratio = parameter.kind == "sd ratio"
        self.own = slice(begin, begin + n_rho)
        self.solved = begin + self.number + (n_rho if self.ratio else 0)
        self.start = np.delete(estimate.optimum.theta, self.solved)

    def elsewhere(self, x: np.ndarray, value: float) -> np.ndarray:
        full = self.estimate.optimum.theta.copy()
        full[self.end :] = x
        return np.delete(full, self.solved)

    def setting(self, free: np.ndarray, value: float) -> Setting | None:
        full = np.insert(free, self.solved, 0.0)
        occasions = self.pooled.occasions
        x = np.log(value) if self.ratio else self.part.solved(full[self.own], self.number, value, occasions)
        if x is None:
            return None
        full[self.solved] = x
        return Setting(self.psi(full), None, full[self.end :])


KINDS: dict[str, type[Held]] = {
    "variance": HeldEntry,
    "sd": HeldEntry,
    "covariance": HeldEntry,
    "rho": HeldCorrelation,
    "residual variance": HeldResidualVariance,
    "residual sd": HeldResidualVariance,
    "residual rho": HeldResidualNumber,
    "sd ratio": HeldResidualNumber,
}


def _turned(to_data: np.ndarray, effects: list[int], correlated: bool) -> tuple[np.ndarray, np.ndarray]:
    """O and r: turned by O', the pooled random effects give effect i as r11 b1, effect j as r12 b1 + r22 b2."""
    if not correlated:
        return np.eye(len(to_data)), to_data[effects[0], effects[0]].reshape(1, 1)
    O, r = np.linalg.qr(to_data[effects].T, mode="complete")  # noqa: E741
    sign = np.where(np.diag(r) < 0, -1.0, 1.0)
    O[:, : len(sign)] *= sign
    return O, r[: len(sign)] * sign[:, None]
