"""Intervals for every parameter: Wald's, the likelihood's own, and the bootstrap's.

Wald      estimate +- z SE on a scale where the likelihood is nearly quadratic: logarithms of variances and SDs,
          atanh of correlations (stretched to their range), log range for an exponential; beta, covariances as they are.
Profile   all values c with D(c) - D(estimate) <= chi2_1's quantile, D the profile of -2 log L.
Bootstrap the middle of what refits to data simulated from the fit give.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from .arguments import among, whole
from .covariance import Occasions, Structure
from .errors import LmmWarning, ParameterError
from .fitting import Estimate, estimate
from .inference import check_level
from .parameters import STEP, Parameter, at_theta, natural_parameters, parameters, steps, uncertainty, values
from .profile import Profile

if TYPE_CHECKING:
    from .fit import Fit

METHODS = ("wald", "profile", "bootstrap")
NEAR, FAR = 5.0, 13.0  # log range below the least spacing, above the longest, where a correlation is as good as 0 or 1
FLAT = 1e-3  # of its size: a parameter that moves by more along a flat direction is not estimated
STEPS = 40  # how many steps away from the estimate an end of a profile interval is looked for
MOST_POINTS = 10_000  # of a profile, each a search of its own
CLOSE = 1e-5  # the precision of an end, as a share of its distance from the estimate


def confint(
    fit: Fit, method: str = "wald", level: float = 0.95, names: list[str] | None = None, n: int = 1000, seed: int = 1
) -> pd.DataFrame:
    """Estimates and limits, one row a parameter; see :meth:`lmmteach.Fit.confint`."""
    check_level(level)
    if not among(method, METHODS):
        raise ParameterError(f"method={method!r} is not known.", f"Use one of {', '.join(map(repr, METHODS))}.")
    known = parameters(fit.design, fit.residual)
    names = [names] if isinstance(names, str) else names
    if names is not None and not isinstance(names, (list, tuple, set, pd.Index)):
        raise ParameterError(f"names={names!r} is no list of parameters.", "For example names=['sigma2'].")
    for name in names or []:
        if name not in [parameter.name for parameter in known]:
            listed = ", ".join(parameter.name for parameter in known)
            raise ParameterError(f"There is no parameter {name!r}.", f"There are: {listed}.")
    wanted = [parameter for parameter in known if names is None or parameter.name in names]
    index = [parameter.name for parameter in wanted]
    table = pd.DataFrame({"estimate": natural_parameters(fit.design, fit.estimate)[index]})
    if method == "bootstrap":
        sample = fit.bootstrap(n, seed)[index]
        ends = sample.quantile([(1 - level) / 2, (1 + level) / 2]).to_numpy().T
    elif method == "wald":
        ends = _wald(fit, wanted, level)
    else:
        ends = _profile(fit, wanted, level)
    table[["lower", "upper"]] = ends
    table.attrs = {"method": method, "level": level}
    return table


def profile(fit: Fit, name: str, points: int = 25, level: float = 0.99) -> pd.DataFrame:
    """The profile of -2 log L along one parameter; see :meth:`lmmteach.Fit.profile`."""
    points = whole(points, "points", 2, MOST_POINTS)
    limits = confint(fit, "profile", level, [name]).loc[name]
    parameter, power = _unsquared(next(one for one in parameters(fit.design, fit.residual) if one.name == name))
    source, method = _likelihood(fit, parameter)
    at = float(natural_parameters(fit.design, source)[name])
    if np.isnan(at):
        raise ParameterError(
            f"{name!r} is not defined at this fit: one of its variances is estimated as 0.", "Profile the variance."
        )
    curve = Profile(source, method, parameter, at**power)
    low, high = (at if not np.isfinite(end) else end for end in (limits["lower"], limits["upper"]))
    grid = np.unique(np.append(np.linspace(low, high, points), at))
    # Outwards from the estimate, so that every point starts from its neighbour.
    found = {value: curve(value**power) for value in sorted(grid, key=lambda value: abs(value - at))}
    deviance = np.array([found[value] for value in grid])
    zeta = np.sign(grid - at) * np.sqrt(np.maximum(deviance - source.deviance, 0.0))
    return pd.DataFrame({name: grid, "deviance": deviance, "zeta": zeta})


def _straight(found: Estimate, parameter: Parameter) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The scale of a Wald interval, where the likelihood is nearly quadratic, and its inverse."""
    kind = parameter.kind
    if kind in ("variance", "sd", "residual variance", "residual sd", "sd ratio"):
        return np.log, np.exp
    scale = _scale(found, parameter)
    if kind in ("rho", "residual rho"):
        if scale.quadratic:
            return scale.there, scale.back
        low, high = scale.said
        middle, half = (low + high) / 2, (high - low) / 2
        return lambda rho: np.arctanh((rho - middle) / half), lambda z: middle + half * np.tanh(z)
    return scale.there, scale.back


def _wald(fit: Fit, wanted: list[Parameter], level: float) -> np.ndarray:
    """Limits (k x 2); nan where an estimate on the edge of its range has no standard error."""
    z = scipy.special.ndtri((1 + level) / 2)
    at = values(wanted, fit.estimate.beta, fit.estimate.G, fit.residual)
    se = standard_errors(fit.estimate, fit.method, wanted)
    ends = np.full((len(wanted), 2), np.nan)
    for row, (parameter, value, error) in enumerate(zip(wanted, at, se, strict=True)):
        there, back = _straight(fit.estimate, parameter)
        if np.isfinite(error) and error > 0:
            with np.errstate(all="ignore"):
                half = z * (there(value + 1e-4 * error) - there(value - 1e-4 * error)) / 2e-4
                ends[row] = [back(there(value) + sign * half) for sign in (-1, 1)]
    return ends


def standard_errors(found: Estimate, method: str, wanted: list[Parameter]) -> np.ndarray:
    """Standard errors by the delta method from the curvature of -2 log L.

    nan on the edge of a range, and for what moves while -2 log L stays.
    """
    theta, sigma2 = found.optimum.theta, found.optimum.at.sigma2
    sure = uncertainty(found, method)

    def moved(step: np.ndarray, log_sigma2: float) -> np.ndarray:
        return values(wanted, found.beta, *at_theta(found, method, theta + step, sigma2 * np.exp(log_sigma2)))

    slopes = np.zeros((len(wanted), len(theta)))
    for j in range(len(theta)):  # sigma2 follows theta along the profile
        up, down = (moved(step, sure.slope @ step) for step in steps(theta, j))
        slopes[:, j] = (up - down) / (2 * STEP * max(1.0, abs(theta[j])))
    still = np.zeros(len(theta))
    own = (moved(still, STEP) - moved(still, -STEP)) / (2 * STEP)
    variance = np.einsum("ki,ij,kj->k", slopes, sure.theta, slopes) + own**2 * sure.rest
    with np.errstate(all="ignore"):
        loose = np.abs(slopes @ sure.flat).max(axis=1, initial=0) > FLAT * np.sqrt(
            variance + values(wanted, found.beta, found.G, found.residual) ** 2
        )
    variance[loose] = np.nan
    for row, (_, kind, where) in enumerate(wanted):
        if kind == "beta":
            variance[row] = found.cov_beta[where[0], where[0]]
        elif kind in ("variance", "sd", "covariance", "rho"):
            t, i, j = where
            # Over the data, not per unit: what is small depends on no unit.
            lengths = np.linalg.norm(found.pooled.scale[t], axis=0)
            variances = np.diag(found.G[t]) * lengths**2
            zero = variances <= 1e-12 * max(variances.max(), np.finfo(float).tiny)
            covariance = found.G[t][i, j] * lengths[i] * lengths[j]
            edge = kind == "rho" and covariance**2 > (1 - 1e-7) * variances[i] * variances[j]
            if zero[i] or zero[j] or edge:
                variance[row] = np.nan
    return np.sqrt(variance)


def _likelihood(fit: Fit, parameter: Parameter) -> tuple[Estimate, str]:
    """Whose profile it is: REML says nothing of beta, so beta's is the ML likelihood's."""
    if parameter.kind == "beta" and fit.method == "REML":
        return estimate(fit.design, fit.estimate.pooled.structure, "ML"), "ML"
    return fit.estimate, fit.method


def _unsquared(parameter: Parameter) -> tuple[Parameter, int]:
    """The parameter to profile instead, and the power of this one that it is: an SD's variance."""
    kind = {"sd": "variance", "residual sd": "residual variance"}.get(parameter.kind)
    return (parameter._replace(kind=kind), 2) if kind else (parameter, 1)


def _profile(fit: Fit, wanted: list[Parameter], level: float) -> np.ndarray:
    """Limits (k x 2) by profiling; an SD's are the roots of its variance's."""
    profiled = [_unsquared(parameter) for parameter in wanted]
    needed = float(scipy.special.chdtri(1, 1 - level))
    done: dict[tuple[str, tuple[int, ...]], tuple[float, float]] = {}
    for of_beta in (True, False):
        group = [one for one, _ in profiled if (one.kind == "beta") == of_beta]
        if not group:
            continue
        source, method = _likelihood(fit, group[0])
        errors = standard_errors(source, method, group)
        for one, error in zip(group, errors, strict=True):
            if (one.kind, one.where) not in done:
                done[one.kind, one.where] = _ends(source, method, one, needed, float(error))
    return np.array([np.power(done[one.kind, one.where], 1 / power) for one, power in profiled]).reshape(-1, 2)


class Scale(NamedTuple):
    """A scale on which a profile's root is nearly straight: ``there``, ``back``, where it ends, what is said there.

    ``quadratic`` where it is also the scale of a Wald interval.
    """

    there: Callable[[float], float]
    back: Callable[[float], float]
    edges: tuple[float, float]
    said: tuple[float, float]
    quadratic: bool = False


def _ends(found: Estimate, method: str, parameter: Parameter, needed: float, error: float) -> tuple[float, float]:
    """Where the profile crosses D(estimate) + ``needed``, to both sides; the edge of the range where it does not."""
    at = float(values([parameter], found.beta, found.G, found.residual)[0])
    scale = _scale(found, parameter)
    if np.isnan(at):  # a correlation with a variance of 0: any value is as good
        return scale.said
    curve = Profile(found, method, parameter, at)
    centre = float(np.clip(scale.there(at), *scale.edges))
    step = _first_step(found, parameter, scale, at, np.sqrt(needed) * error)

    @cache  # a root is looked for between values that must not change
    def gap(place: float) -> float:
        gain = curve(float(scale.back(place))) - found.deviance
        return float(np.sqrt(min(max(gain, 0.0), 1e4)) - np.sqrt(needed))

    if gap(centre) > 0:  # in this unit of time the estimate itself rounds to 0 or 1
        return scale.said
    limits = []
    for edge, said, sign in zip(scale.edges, scale.said, (-1.0, 1.0), strict=True):
        inner, length, limit = centre, step, said
        for _ in range(STEPS):
            if sign * (edge - inner) <= 0:
                break
            outer = inner + sign * length
            outer = edge if sign * (outer - edge) > 0 else outer
            if gap(outer) > 0:
                precision = CLOSE * abs(outer - centre)
                limit = float(scale.back(scipy.optimize.brentq(gap, inner, outer, xtol=precision)))
                break
            inner, length = outer, 1.6 * length
        limits.append(limit)
    if curve.lowest < found.deviance - 1e-4:
        warnings.warn(
            f"Profiling {parameter.name!r} met a better fit: -2 log L = {curve.lowest:.4f}, not {found.deviance:.4f}. "
            "The search had stopped at another optimum; treat all limits with care.",
            LmmWarning,
            stacklevel=2,
        )
    return limits[0], limits[1]


def _scale(found: Estimate, parameter: Parameter) -> Scale:
    kind = parameter.kind
    if kind in ("variance", "residual variance"):
        return Scale(np.sqrt, np.square, (0.0, np.inf), (0.0, np.inf))
    if kind == "sd ratio":
        return Scale(np.log, np.exp, (-np.inf, np.inf), (0.0, np.inf))
    if kind in ("rho", "residual rho"):
        low, high = -1.0, 1.0
        if kind == "residual rho":
            part = getattr(found.residual, "parts", (found.residual,))[parameter.where[0]]
            occasions = found.pooled.occasions
            low, high = part.rho_range(occasions)
            if part.needs_time:  # in continuous time both ends of the range are only drawn near to
                near, far = (np.log(one / occasions.gap) for one in (occasions.nearest, occasions.furthest))
                return Scale(*_unconstrained(part, occasions), (near - NEAR, far + FAR), (low, high), True)
        return Scale(np.arcsin, np.sin, (np.arcsin(low), np.arcsin(high)), (low, high))
    return Scale(float, float, (-np.inf, np.inf), (-np.inf, np.inf))


def _first_step(found: Estimate, parameter: Parameter, scale: Scale, at: float, half: float) -> float:
    """How far to go at first: half a Wald interval on the scale; where there is none, a third of what e can do."""
    if np.isfinite(half) and half > 0:
        with np.errstate(all="ignore"):
            near = [abs(scale.there(at + small) - scale.there(at)) for small in (1e-3 * half, -1e-3 * half)]
        if np.isfinite(near).any():
            return float(1e3 * np.nanmax(near))
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
