"""The profile likelihood: -2 log L along one parameter, with all others at their best for it.

    D(c) = min { -2 log L : parameter = c }

The parameter is solved out of the model, so that every point the search tries has parameter = c
exactly; the rest is the search of :mod:`.fitting`.  For an entry of G the random effects are turned
so that those of interest come first in the Cholesky factor A of G / sigma2, where

    G_ii = sigma2 r11^2 A11^2,   G_ij = sigma2 r11 A11 (r12 A11 + r22 A21)

can be solved for one entry of A.  A variance of 0 or a correlation of +-1 is a point like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .fitting import Estimate, Objective, newton
from .parameters import Parameter
from .pooling import Evaluation, Pooled, evaluate


class Setting(NamedTuple):
    """Where the likelihood is to be evaluated: ``psi`` of each term, log sigma2 (None: at its best), ``x``."""

    psi: list[np.ndarray]
    log_sigma2: complex | None
    x: np.ndarray


class Slice(Objective):
    """-2 log L where one parameter is held: ``place`` turns the free numbers into a :class:`Setting`, or None."""

    def __init__(self, pooled: Pooled, method: str, size: int, place: Callable[[np.ndarray], Setting | None]) -> None:
        super().__init__(pooled, method)
        self.size, self.place = size, place

    def evaluate(self, theta: np.ndarray, information: bool = False) -> tuple[Evaluation | None, np.ndarray]:
        """The evaluation and the gradient in the free numbers: the chain rule, by a complex step through ``place``."""
        nowhere = None, np.zeros_like(theta)
        with np.errstate(all="ignore"):
            here = self.place(theta)
            if here is None:
                return nowhere
            sigma2 = None if here.log_sigma2 is None else float(np.exp(here.log_sigma2))
            if sigma2 is not None and not 0 < sigma2 < np.inf:
                return nowhere
            at = evaluate(self.pooled, here.psi, here.x, self.method, sigma2)
        if at is None or not np.isfinite(at.deviance):
            return nowhere
        d_log_sigma2 = 0.0
        if sigma2 is not None:
            best = evaluate(self.pooled, here.psi, here.x, self.method)
            dof = self.pooled.n_obs - self.pooled.p * (self.method == "REML")
            d_log_sigma2 = dof * (1 - best.sigma2 / sigma2) if best else 0.0
        gradient = np.empty(len(theta))
        for j, unit in enumerate(np.eye(len(theta))):
            moved = self.place(theta + 1e-30j * unit)
            if moved is None:
                return nowhere
            gradient[j] = sum(np.vdot(d, psi.imag) for d, psi in zip(at.d_psi, moved.psi, strict=True))
            gradient[j] += at.d_x @ moved.x.imag if len(at.d_x) else 0.0
            gradient[j] += d_log_sigma2 * np.imag(moved.log_sigma2 or 0.0)
            gradient[j] /= 1e-30
        return at, gradient


class Profile:
    """The profile of one parameter: call it with a value to get D(value); ``lowest`` is the least found.

    Points are reached from the nearest one already known.
    """

    def __init__(self, estimate: Estimate, method: str, parameter: Parameter, value: float) -> None:
        self.estimate, self.method, self.parameter = estimate, method, parameter
        self.objective = Objective(estimate.pooled, method)
        self.lowest = estimate.deviance
        at, make = self._maker()
        self._make, self._ceiling = make, np.inf
        if parameter.kind == "rho":
            # Where one of its variances is 0 a correlation may be anything: no value of it can be worse than that.
            t, i, j = parameter.where
            alone = [parameter._replace(kind="variance", where=(t, k, k)) for k in (i, j)]
            G = estimate.G[t]
            self._ceiling = min(Profile(estimate, method, one, G[one.where[1:]])(0.0) for one in alone)
        self._known: list[tuple[float, np.ndarray]] = [(value, at)]

    def __call__(self, value: float) -> float:
        """D(value); infinite where no covariance matrix has that value."""
        slice_, found = self._make(value), []
        for start in self._starts(value):
            if slice_.evaluate(start)[0] is None:
                continue
            theta, certified = newton(slice_, start)
            at, _ = slice_.evaluate(theta)
            if at is not None:
                found.append((at.deviance, theta))
                if certified and at.deviance < self._ceiling - 1e-6:
                    break
        if not found:
            return self._ceiling
        deviance, theta = min(found, key=lambda one: one[0])
        if deviance > self._ceiling - 1e-6:  # a place without the correlation is no place to start from
            return self._ceiling
        self._known.append((value, theta))
        self.lowest = min(self.lowest, deviance)
        return deviance

    def _starts(self, value: float) -> list[np.ndarray]:
        """On the line through the two nearest known points, if that is not far; the nearest point; the estimate."""
        (a, at_a), *rest = sorted(self._known, key=lambda known: abs(known[0] - value))
        for b, at_b in rest[:1]:
            share = (value - a) / (b - a) if b != a else np.inf
            if abs(share) < 1.5:
                return [at_a + share * (at_b - at_a), at_a, self._known[0][1]]
        return [at_a, self._known[0][1]]

    def _maker(self) -> tuple[np.ndarray, Callable[[float], Objective]]:
        """The free numbers at the estimate, and how to make the slice of a value."""
        kind, where = self.parameter.kind, self.parameter.where
        theta = self.estimate.optimum.theta
        if kind == "beta":
            return theta, lambda value: Objective(without(self.estimate.pooled, where[0], value), "ML")
        if kind in ("variance", "sd", "covariance", "rho"):
            return self._of_G()
        if kind in ("residual variance", "residual sd"):
            return self._of_sigma2(where[0])
        return self._of_R(*where)

    def _slice(self, size: int, place: Callable[[np.ndarray], Setting | None]) -> Slice:
        return Slice(self.estimate.pooled, self.method, size, place)

    def _psi(self, theta: np.ndarray) -> list[np.ndarray]:
        """psi of each term at theta (complex too)."""
        return [L @ L.T for L in self._factors(theta)]

    def _factors(self, theta: np.ndarray) -> list[np.ndarray]:
        made = []
        for start, entries, q in zip(self.objective.ends, self.objective.free, self.objective.pooled.q, strict=False):
            L = np.zeros((q, q), dtype=theta.dtype)
            for place, entry in zip(entries, theta[start:], strict=False):
                L[place] = entry
            made.append(L)
        return made

    def _of_G(self) -> tuple[np.ndarray, Callable[[float], Objective]]:
        """An entry of G, or a correlation: solve it for an entry of the turned Cholesky factor."""
        t, i, j = self.parameter.where
        kind, pooled = self.parameter.kind, self.estimate.pooled
        theta, end = self.estimate.optimum.theta, int(self.objective.ends[-1])
        turn, r = _turned(np.linalg.inv(pooled.scale[t]), [i] if i == j else [i, j], pooled.correlated[t])
        entries, start = self.objective.free[t], int(self.objective.ends[t])
        # The entry that is solved for, as a number of theta; diagonal G's are not turned.
        first = entries.index((0, 0) if pooled.correlated[t] else (i, i))
        solved = start + (first if i == j else entries.index((1, 0)))
        rows = [start + entries.index(place) for place in ((0, 0), (1, 1))] if i != j else []
        at = theta.copy()
        psi = self._psi(theta)[t]
        root = np.linalg.cholesky(turn.T @ psi @ turn + 1e-6 * max(1e-6, np.abs(psi).max()) * np.eye(len(psi)))
        if pooled.correlated[t]:
            at[start : start + len(entries)] = [root[place] for place in entries]
        if kind == "rho":
            r = r / np.linalg.norm(r, axis=0)  # a correlation knows no units, and what is small below must not either
            m = np.hypot(r[0, 1] * root[0, 0] + r[1, 1] * root[1, 0], r[1, 1] * root[1, 1])
            at[rows] = np.log(np.maximum([root[0, 0], m], 1e-4))
        at = np.append(np.delete(at, solved), [] if kind == "rho" else [np.log(self.estimate.optimum.at.sigma2)])

        def make(value: float) -> Objective:
            def place(free: np.ndarray) -> Setting | None:
                log_sigma2 = 0.0 if kind == "rho" else free[-1]  # of no use to a correlation
                full = np.insert(free if kind == "rho" else free[:-1], solved, 0.0)
                if kind == "rho":
                    a, m = np.exp(full[rows])
                    full[rows] = a, np.sqrt(max(1 - value**2, 0.0)) * m / r[1, 1]
                    full[solved] = (value * m - r[0, 1] * a) / r[1, 1]
                elif kind == "covariance":
                    a = full[rows[0]]
                    full[solved] = (value * np.exp(-log_sigma2) / r[0, 0] - r[0, 1] * a**2) / (r[1, 1] * a)
                else:
                    full[solved] = np.sqrt(value) * np.exp(-log_sigma2 / 2) / r[0, 0]
                psi = self._psi(full)
                psi[t] = turn @ psi[t] @ turn.T
                return Setting(psi, None if kind == "rho" else log_sigma2, full[end:])

            return self._slice(len(at), place)

        return at, make

    def _of_sigma2(self, part: int) -> tuple[np.ndarray, Callable[[float], Objective]]:
        """The variance of a part of R: sigma2 = value / (the part's share)."""
        end = int(self.objective.ends[-1])
        others = len(getattr(self.estimate.residual, "parts", (None,))) - 1
        moves = np.zeros(self.objective.size)
        if others:  # shares follow the value, so that a good start stays one
            moves[end : end + others] = -1.0 if part == others else np.arange(others) == part
        value_hat = getattr(self.estimate.residual, "parts", (self.estimate.residual,))[part].sigma2

        def make(value: float) -> Objective:
            value = max(value, 1e-10 * self.estimate.optimum.at.sigma2)  # as good as 0, and has a logarithm

            def place(free: np.ndarray) -> Setting | None:
                full = free + moves * np.log(value)
                weights = np.append(full[end : end + others], 0.0)
                share = np.exp(weights[part]) / np.exp(weights).sum()
                return Setting(self._psi(full), np.log(value) - np.log(share), full[end:])

            return self._slice(len(moves), place)

        return self.estimate.optimum.theta - moves * np.log(value_hat), make

    def _of_R(self, part: int, number: int) -> tuple[np.ndarray, Callable[[float], Objective]]:
        """A correlation or a ratio of R: solve it for one of R's own unconstrained numbers."""
        residual, occasions = self.estimate.residual, self.estimate.pooled.occasions
        parts = getattr(residual, "parts", (residual,))
        one, end = parts[part], int(self.objective.ends[-1])
        begin = end + len(parts) - 1 + sum(p.size(occasions) for p in parts[:part])
        n_rho = one.n_rho(occasions)
        ratio = self.parameter.kind == "sd ratio"
        solved = begin + number + (n_rho if ratio else 0)

        def make(value: float) -> Objective:
            def place(free: np.ndarray) -> Setting | None:
                full = np.insert(free, solved, 0.0)
                x = np.log(value) if ratio else one.solved(full[begin : begin + n_rho], number, value, occasions)
                if x is None:
                    return None
                full[solved] = x
                return Setting(self._psi(full), None, full[end:])

            return self._slice(self.objective.size - 1, place)

        return np.delete(self.estimate.optimum.theta, solved), make


def without(pooled: Pooled, k: int, value: float) -> Pooled:
    """The data with beta_k x_k taken out of y and x_k out of X, for ML: a turn of the pooled columns."""
    p = pooled.p
    others = np.delete(pooled.R_x, k, axis=1)
    U = np.linalg.qr(others, mode="complete")[0] if p > 1 else np.eye(1)
    M = np.zeros((p + 1, p))
    M[:p, : p - 1] = U[:, : p - 1]
    M[:p, -1] = (pooled.beta_ols[k] - value) * U[:, -1] * (U[:, -1] @ pooled.R_x[:, k])
    M[p, -1] = 1.0
    stacks = [replace(stack, W=stack.W @ M) for stack in pooled.stacks]
    return replace(pooled, stacks=stacks, rest=pooled.rest @ M, p=p - 1, R_x=np.eye(p - 1))


def _turned(to_data: np.ndarray, effects: list[int], correlated: bool) -> tuple[np.ndarray, np.ndarray]:
    """O and r: turned by O', the pooled random effects give effect i as r11 b1, effect j as r12 b1 + r22 b2."""
    if not correlated:
        return np.eye(len(to_data)), to_data[effects[0], effects[0]].reshape(1, 1)
    O, r = np.linalg.qr(to_data[effects].T, mode="complete")  # noqa: E741
    sign = np.where(np.diag(r) < 0, -1.0, 1.0)
    O[:, : len(sign)] *= sign
    return O, r[: len(sign)] * sign[:, None]
