"""Intervals for every parameter: Wald's, the likelihood's own, and the bootstrap's.

Wald      estimate +- z SE on a scale where the likelihood is nearly quadratic: logarithms of variances and SDs,
          atanh of correlations (stretched to their range), log range for an exponential; beta, covariances as they are.
Profile   all values c with D(c) - D(estimate) <= chi2_1's quantile, D the profile of -2 log L.
Bootstrap the middle of what refits to data simulated from the fit give.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..arguments import among, check_level, told, whole
from ..errors import LmmWarning, ParameterError
from ..fitting.estimates import Estimates
from ..fitting.parameters import Parameter, natural_parameters, parameters, values
from ..fitting.solution import Solution, maximise
from ..simulation.bootstrap import bootstrap
from .crossing import Crossing
from .profile import Profile
from .scales import first_step, scale, straight
from .standard_errors import standard_errors

METHODS = ("wald", "profile", "bootstrap")
FAR_STEPS = 8.0  # of the first length: where an end is looked for that has no edge
NEARLY = 1e-6  # of a profile's width: so near to an end that no value reaches
MOST_POINTS = 10_000  # of a profile, each a search of its own


def confint(
    fit: Estimates,
    method: str = "wald",
    level: float = 0.95,
    names: list[str] | None = None,
    n: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Estimates and limits, one row a parameter; see :meth:`lmmteach.Fit.confint`."""
    check_level(level)
    if not among(method, METHODS):
        raise ParameterError(f"method={told(method)} is not known.", f"Use one of {', '.join(map(repr, METHODS))}.")
    known = parameters(fit.design, fit.residual)
    names = [names] if isinstance(names, str) else names
    if names is not None and not isinstance(names, (list, tuple, set, pd.Index)):
        raise ParameterError(f"names={told(names)} is no list of parameters.", "For example names=['sigma2'].")
    wanted = known if names is None else _named(known, names)
    index = [parameter.name for parameter in wanted]
    table = pd.DataFrame({"estimate": natural_parameters(fit.design, fit.estimate)[index]})
    if method == "bootstrap":
        sample = bootstrap(fit, n, seed, progress=True)[index]
        ends = sample.quantile([(1 - level) / 2, (1 + level) / 2]).to_numpy().T
    elif method == "wald":
        ends = _wald(fit, wanted, level)
    else:
        ends = _profile(fit, wanted, level)[0]
    table[["lower", "upper"]] = ends
    table.attrs = {"method": method, "level": level}
    return table


def _named(known: list[Parameter], names: Collection[Any]) -> list[Parameter]:
    """Those of these names, in the order they are reported."""
    for name in names:
        if not among(name, [parameter.name for parameter in known]):
            listed = ", ".join(parameter.name for parameter in known)
            raise ParameterError(f"There is no parameter {told(name)}.", f"There are: {listed}.")
    return [parameter for parameter in known if parameter.name in names]


def profile(fit: Estimates, name: str, points: int = 25, level: float = 0.99) -> pd.DataFrame:
    """The profile of -2 log L along one parameter; see :meth:`lmmteach.Fit.profile`."""
    points = whole(points, "points", 2, MOST_POINTS)
    check_level(level)
    known = parameters(fit.design, fit.residual)
    (wanted,) = _named(known, [name])
    parameter, power = _unsquared(wanted)
    source, _ = _likelihood(fit, parameter)
    at = float(natural_parameters(fit.design, source)[name])
    # The curve that the limits were found on: what it knows of the way there is not to be searched for again.
    ((low, high),), (curve,) = _profile(fit, [wanted], level)
    if curve is None:
        t, *effects = parameter.where
        zero = [(t, k, k) for k in effects if not source.G[t][k, k]]
        flat = next(one.name for one in known if one.kind == "variance" and one.where in zero)
        raise ParameterError(
            f"{name!r} is not defined at this fit: {flat!r} is estimated as 0.",
            f"Profile that variance: fit.profile({flat!r}).",
        )
    low, high = (at if not np.isfinite(end) else end for end in (low, high))
    grid = np.unique(np.append(np.linspace(low, high, points), at))
    # Outwards from the estimate, so that every point starts from its neighbour; where there may be several tops, also
    # from wherever a search would begin.
    height = curve.everywhere if curve.several else curve
    found = {value: height(value**power) for value in sorted(grid, key=lambda value: abs(value - at))}
    if parameter.kind == "residual rho":  # the ends of its range are only drawn near to
        for end, inward in ((grid[0], NEARLY), (grid[-1], -NEARLY)):
            found[end] = min(found[end], height(end + inward * (grid[-1] - grid[0])))
    deviance = np.array([found[value] for value in grid])
    zeta = np.sign(grid - at) * np.sqrt(np.maximum(deviance - source.deviance, 0.0))
    return pd.DataFrame({name: grid, "deviance": deviance, "zeta": zeta})


def _wald(fit: Estimates, wanted: list[Parameter], level: float) -> np.ndarray:
    """Limits (k x 2); nan where an estimate on the edge of its range has no standard error."""
    z = scipy.special.ndtri((1 + level) / 2)
    at = values(wanted, fit.estimate.beta, fit.estimate.G, fit.residual)
    se = standard_errors(fit.estimate, fit.method, wanted)
    ends = np.full((len(wanted), 2), np.nan)
    for row, (parameter, value, error) in enumerate(zip(wanted, at, se, strict=True)):
        there, back = straight(fit.estimate, parameter)
        if np.isfinite(error) and error > 0:
            with np.errstate(all="ignore"):
                half = z * (there(value + 1e-4 * error) - there(value - 1e-4 * error)) / 2e-4
                ends[row] = [back(there(value) + sign * half) for sign in (-1, 1)]
    return ends


def _likelihood(fit: Estimates, parameter: Parameter) -> tuple[Solution, str]:
    """Whose profile it is: REML says nothing of beta, so beta's is the ML likelihood's."""
    if parameter.kind == "beta" and fit.method == "REML":
        return maximise(fit.design, fit.estimate.pooled.structure, "ML"), "ML"
    return fit.estimate, fit.method


def _unsquared(parameter: Parameter) -> tuple[Parameter, int]:
    """The parameter to profile instead, and the power of this one that it is: an SD's variance."""
    kind = {"sd": "variance", "residual sd": "residual variance"}.get(parameter.kind)
    return (parameter._replace(kind=kind), 2) if kind else (parameter, 1)


def _profile(fit: Estimates, wanted: list[Parameter], level: float) -> tuple[np.ndarray, list[Profile | None]]:
    """Limits (k x 2) by profiling, and the profiles (None where not defined); an SD's are its variance's roots."""
    profiled = [_unsquared(parameter) for parameter in wanted]
    needed = float(scipy.special.chdtri(1, 1 - level))
    done: dict[tuple[str, tuple[int, ...]], tuple[tuple[float, float], Profile | None]] = {}
    for of_beta in (True, False):
        group = [one for one, _ in profiled if (one.kind == "beta") == of_beta]
        if not group:
            continue
        source, method = _likelihood(fit, group[0])
        errors = standard_errors(source, method, group)
        for one, error in zip(group, errors, strict=True):
            if (one.kind, one.where) not in done:
                done[one.kind, one.where] = _ends(source, method, one, needed, float(error))
    limits = [np.power(done[one.kind, one.where][0], 1 / power) for one, power in profiled]
    return np.array(limits).reshape(-1, 2), [done[one.kind, one.where][1] for one, _ in profiled]


def _ends(
    found: Solution, method: str, parameter: Parameter, needed: float, error: float
) -> tuple[tuple[float, float], Profile | None]:
    """Where the profile crosses D(estimate) + ``needed``, to both sides; the edge of the range where it does not."""
    at = float(values([parameter], found.beta, found.G, found.residual)[0])
    on = scale(found, parameter)
    if np.isnan(at):  # a correlation with a variance of 0: any value is as good
        return on.said, None
    curve = Profile(found, method, parameter, at)
    crossing = Crossing(curve, on, found.deviance, needed)
    centre = crossing.inside(float(np.clip(on.there(at), *on.edges)))
    if centre is None:
        return on.said, curve
    step = first_step(found, parameter, on, at, np.sqrt(needed) * error)
    # Both ends of the range first, looked for everywhere: what is as good there must not be passed over on the way.
    for edge, sign in zip(on.edges, (-1.0, 1.0), strict=True):
        crossing.gap_anywhere(edge if np.isfinite(edge) else centre + sign * FAR_STEPS * step)
    limits = [crossing.end(centre, step, sign) for sign in (-1.0, 1.0)]
    if curve.lowest < found.deviance - 1e-4:
        warnings.warn(
            f"Profiling {parameter.name!r} met a better fit: -2 log L = {curve.lowest:.4f}, not {found.deviance:.4f}. "
            "The search had stopped at another optimum; treat all limits with care.",
            LmmWarning,
            stacklevel=2,
        )
    return (limits[0], limits[1]), curve
