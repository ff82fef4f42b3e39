"""The profile likelihood: -2 log L along one parameter, with all others at their best for it.

    D(c) = min { -2 log L : parameter = c }

The parameter is solved out of the model (:mod:`.held`), so that every point the search tries has parameter = c
exactly; the rest is the search of :mod:`lmmteach.fitting`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.complex_step import nudges, slope
from ..covariance.differences import central
from ..fitting.descents import Descents
from ..fitting.newton import newton
from ..fitting.objective import Objective
from ..fitting.parameters import Parameter
from ..fitting.solution import Solution
from ..likelihood.evaluation import Evaluation, evaluate
from ..likelihood.pooling import Pooled
from .held import KINDS, Held, Setting

FEW = 6  # parameters of R, for which several tops are reckoned with: of more each look would take too long


class Slice(Objective):
    """-2 log L where one parameter is held at ``value``, a function of the free numbers."""

    def __init__(self, held: Held, method: str, value: float) -> None:
        super().__init__(held.pooled, method)
        self.size, self.held, self.value = len(held.start), held, value

    def turned(self, theta: np.ndarray) -> tuple[Objective, np.ndarray]:
        """Itself: the free numbers stand in axes of their own."""
        return self, theta

    def upright(self, theta: np.ndarray) -> np.ndarray:
        """Itself: the free numbers have no signs that may be either."""
        return theta

    def evaluate(self, theta: np.ndarray) -> tuple[Evaluation | None, np.ndarray]:
        """The evaluation and the gradient in the free numbers: the chain rule, by a complex step."""
        nowhere = None, np.zeros_like(theta)
        with np.errstate(all="ignore"):
            here = self.held.setting(theta, self.value)
            if here is None:
                return nowhere
            sigma2 = None if here.log_sigma2 is None else float(np.exp(here.log_sigma2))
            if sigma2 is not None and not 0 < sigma2 < np.inf:
                return nowhere
            at = evaluate(self.pooled, here.psi, here.x, self.method, sigma2)
        if at is None or not np.isfinite(at.deviance):
            return nowhere
        d_log_sigma2 = 0.0 if sigma2 is None else self._d_log_sigma2(here, sigma2)
        moved = [self.held.setting(nudged, self.value) for nudged in nudges(theta)]
        if any(one is None for one in moved):
            return nowhere
        return at, np.array([_along(one, at, d_log_sigma2) for one in moved if one is not None])

    def hessian(self, theta: np.ndarray) -> np.ndarray:
        """By central differences of the exact gradient."""
        return central(lambda place: self.evaluate(place)[1], theta)

    def _d_log_sigma2(self, here: Setting, sigma2: float) -> float:
        """d deviance / d log sigma2, from the sigma2 that would be best."""
        best = evaluate(self.pooled, here.psi, here.x, self.method)
        dof = self.pooled.n_obs - self.pooled.p * (self.method == "REML")
        return dof * (1 - best.sigma2 / sigma2) if best else 0.0


def _along(moved: Setting, at: Evaluation, d_log_sigma2: float) -> float:
    """The derivative of -2 log L along a nudged setting."""
    change = sum(np.vdot(d, slope(psi)) for d, psi in zip(at.d_psi, moved.psi, strict=True))
    change += at.d_x @ slope(moved.x) if len(at.d_x) else 0.0
    return float(change + d_log_sigma2 * slope(moved.log_sigma2 or 0.0))


class Profile:
    """The profile of one parameter: call it with a value to get D(value); ``lowest`` is the least found.

    Points are reached from the nearest one already known.
    """

    def __init__(self, estimate: Solution, method: str, parameter: Parameter, value: float) -> None:
        self.estimate, self.method, self.parameter = estimate, method, parameter
        self.lowest = estimate.deviance
        beta = parameter.kind == "beta"
        self._held = None if beta else KINDS[parameter.kind](estimate, method, parameter)
        at = estimate.optimum.theta if self._held is None else self._held.start
        # Where its variance is 0 a correlation may be anything: no value of it can be worse than that.
        self._ceiling = min(
            (Profile(estimate, method, one, size)(0.0) for one, size in _own_variances(estimate, parameter)),
            default=np.inf,
        )
        self._first = at
        self._known: dict[float, tuple[float, np.ndarray]] = {value: (estimate.deviance, at)}
        self.several = 0 < estimate.pooled.structure.size(estimate.pooled.occasions) <= FEW

    def __call__(self, value: float) -> float:
        """D(value); infinite where no covariance matrix has that value."""
        return self._best(value, self._starts(value))

    def everywhere(self, value: float) -> float:
        """D(value), looked for from all the places where a search for R would begin, not from its neighbours alone."""
        pooled = self.estimate.pooled
        rest = pooled.structure.size(pooled.occasions)
        places = [np.pad(x, (0, rest - len(x))) for x in pooled.structure.starts(pooled.occasions)] if rest else []
        return self._best(value, [*self._starts(value), *(self._elsewhere(x, value) for x in places)])

    def _elsewhere(self, x: np.ndarray, value: float) -> np.ndarray:
        if self._held is not None:
            return self._held.elsewhere(x, value)
        theta = self.estimate.optimum.theta.copy()
        theta[len(theta) - len(x) :] = x
        return theta

    def _best(self, value: float, starts: list[np.ndarray]) -> float:
        """The lowest -2 log L found from any of the starts."""
        held, found, known = self._slice(value), [], Descents()
        for start in starts:
            if held.evaluate(start)[0] is None:
                continue
            first = len(held.path)
            theta, certified, joined = newton(held, start, known)
            if joined:
                continue
            at, _ = held.evaluate(theta)
            if at is not None:
                found.append((at.deviance, theta))
                if certified:
                    known.add(held, held.path[first:])
                # Where R has parameters there may be several tops, and each start is asked.
                if certified and at.deviance < self._ceiling - 1e-6 and not self.several:
                    break
        if not found:
            return self._ceiling
        deviance, theta = min(found, key=lambda one: one[0])
        if deviance > self._ceiling - 1e-6:  # a place without the correlation is no place to start from
            return self._ceiling
        # The lower of two tops is what the value is known by, whichever was found first.
        self._known[value] = min(self._known.get(value, (np.inf, theta)), (deviance, theta), key=lambda one: one[0])
        self.lowest = min(self.lowest, deviance)
        return deviance

    def _starts(self, value: float) -> list[np.ndarray]:
        """On the line through the two nearest known points, if that is not far; the nearest to either side."""
        near = [(known, self._known[known][1]) for known in sorted(self._known, key=lambda known: abs(known - value))]
        (a, at_a), *rest = near
        other = [at for b, at in rest if (b - value) * (a - value) < 0][:1] if self.several else [self._first]
        for b, at_b in rest[:1]:
            share = (value - a) / (b - a) if b != a else np.inf
            if abs(share) < 1.5:
                return [at_a + share * (at_b - at_a), at_a, *other]
        return [at_a, *other]

    def _slice(self, value: float) -> Objective:
        """-2 log L with the parameter at ``value``; beta's is taken out of the data."""
        if self._held is None:
            return Objective(without(self.estimate.pooled, self.parameter.where[0], value), "ML")
        return Slice(self._held, self.method, value)


def _own_variances(estimate: Solution, parameter: Parameter) -> Iterator[tuple[Parameter, float]]:
    """The variances without which the parameter means nothing, and their estimates."""
    if parameter.kind == "rho":
        t, i, j = parameter.where
        for k in (i, j):
            yield parameter._replace(kind="variance", where=(t, k, k)), estimate.G[t][k, k]
    parts = estimate.residual.parts
    if parameter.kind in ("residual rho", "sd ratio") and len(parts) > 1:
        part = parameter.where[0]
        yield parameter._replace(kind="residual variance", where=(part,)), parts[part].sigma2


def without(pooled: Pooled, k: int, value: float) -> Pooled:
    """The data with beta_k x_k taken out of y and x_k out of X, for ML: a turn of the pooled columns."""
    p = pooled.p
    others = np.delete(pooled.R_x, k, axis=1)
    U = np.linalg.qr(others, mode="complete")[0] if p > 1 else np.eye(1)
    M = np.zeros((p + 1, p))
    M[:p, : p - 1] = U[:, : p - 1]
    M[:p, -1] = (pooled.beta_ols[k] - value) * U[:, -1] * (U[:, -1] @ pooled.R_x[:, k])
    M[p, -1] = 1.0
    if pooled.inner:
        M = np.asarray(scipy.linalg.block_diag(np.eye(pooled.inner.size), M))
    stacks = [replace(stack, W=stack.W @ M) for stack in pooled.stacks]
    return replace(pooled, stacks=stacks, rest=pooled.rest @ M, p=p - 1, R_x=np.eye(p - 1))
