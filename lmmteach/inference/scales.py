"""Scales on which an interval is nearly straight: where a parameter can go, and how far to step at first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..covariance.occasions import Occasions
from ..covariance.structure import Structure
from ..fitting.parameters import Parameter
from ..fitting.solution import Solution


class Scale(NamedTuple):
    """A scale on which a profile's root is nearly straight: ``there``, ``back``, where it ends, what is said there.

    ``quadratic`` where it is also the scale of a Wald interval.
    """

    there: Callable[[float], float]
    back: Callable[[float], float]
    edges: tuple[float, float]
    said: tuple[float, float]
    quadratic: bool = False


def scale(found: Solution, parameter: Parameter) -> Scale:
    kind = parameter.kind
    if kind in ("variance", "residual variance"):
        return Scale(np.sqrt, np.square, (0.0, np.inf), (0.0, np.inf))
    if kind == "sd ratio":
        return Scale(np.log, np.exp, (-np.inf, np.inf), (0.0, np.inf))
    if kind in ("rho", "residual rho"):
        low, high = -1.0, 1.0
        if kind == "residual rho":
            part, occasions = found.residual.parts[parameter.where[0]], found.pooled.occasions
            low, high = part.rho_range(occasions)
            if part.endless:  # in continuous time both ends of the range are only drawn near to
                return Scale(*_unconstrained(part, occasions), part.search_range(occasions), (low, high), True)
        return Scale(np.arcsin, np.sin, (np.arcsin(low), np.arcsin(high)), (low, high))
    return Scale(float, float, (-np.inf, np.inf), (-np.inf, np.inf))


def first_step(found: Solution, parameter: Parameter, on: Scale, at: float, half: float) -> float:
    """How far to go at first: half a Wald interval on the scale; where there is none, a third of what e can do."""
    if np.isfinite(half) and half > 0:
        with np.errstate(all="ignore"):
            near = [abs(on.there(at + small) - on.there(at)) for small in (1e-3 * half, -1e-3 * half)]
        if np.isfinite(near).any():
            step = float(1e3 * np.nanmax(near))
            # At the edge of its range a correlation's standard error may be next to nothing.
            return max(step, 1e-3) if parameter.kind in ("rho", "residual rho") else step
    if parameter.kind in ("variance", "covariance"):
        t, i, j = parameter.where
        lengths = np.abs(np.diag(found.pooled.scale[t]))
        one = 0.3 * np.sqrt(found.optimum.at.sigma2 / (lengths[i] * lengths[j]))
        return float(one if i == j else one**2)
    return 0.3


def _unconstrained(part: Structure, occasions: Occasions) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """From the one correlation of ``part`` to the number the search moves, and back."""

    def back(x: float) -> float:
        return float(part.carried(part.natural(np.array([x]), occasions))["rho"])

    def there(rho: float) -> float:
        x = part.solved(np.zeros(1), 0, rho, occasions)
        return x.real if x is not None else -np.inf if rho < 0.5 else np.inf

    return there, back


def straight(found: Solution, parameter: Parameter) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The scale of a Wald interval, where the likelihood is nearly quadratic, and its inverse."""
    kind = parameter.kind
    if kind in ("variance", "sd", "residual variance", "residual sd", "sd ratio"):
        return np.log, np.exp
    on = scale(found, parameter)
    if kind in ("rho", "residual rho"):
        if on.quadratic:
            return on.there, on.back
        low, high = on.said
        middle, half = (low + high) / 2, (high - low) / 2
        return lambda rho: np.arctanh((rho - middle) / half), lambda z: middle + half * np.tanh(z)
    return on.there, on.back
