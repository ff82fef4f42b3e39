"""The parameters people talk about, by name: beta, the entries of G, SDs, correlations, sigma2, R's own.

The search moves through unconstrained numbers theta that nobody reports.  This chapter says which
natural parameters a model has, what each is at a fit, and how certain the fit is of all of them:

    Cov(theta, log sigma2) = 2 H^-1,   H the Hessian of -2 log L
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its submodules load when they are first used: `import lmmteach` stays light

from ..covariance.differences import length, steps
from ..covariance.structure import Structure, rho_values
from ..design.build import Design
from .objective import Objective
from .solution import Solution

NO_CURVATURE = 1e-6  # a curvature of -2 log L, per unit of relative change, that counts as none


class Parameter(NamedTuple):
    """One natural parameter: ``name``, ``kind``, and ``where`` it stands (kind by kind, see :func:`parameters`)."""

    name: str
    kind: str
    where: tuple[int, ...]


def parameters(design: Design, residual: Structure) -> list[Parameter]:
    """All natural parameters in the order they are reported.

    ``where`` is (k,) for "beta"; (term, i, j) for "variance", "covariance", "sd" and "rho" of random effects;
    (part,) for "residual variance" and "residual sd"; (part, number) for "residual rho" and "sd ratio".
    """
    found = [Parameter(name, "beta", (k,)) for k, name in enumerate(design.fixed_names)]
    several = len(design.terms) > 1
    for t, (term, group) in enumerate(zip(design.terms, design.term_names, strict=True)):
        label = f".{group}" if several else ""
        names = term.names
        pairs = [(i, j) for j in range(term.q) for i in range(j + 1) if term.correlated or i == j]
        for i, j in pairs:
            kind = "variance" if i == j else "covariance"
            found.append(Parameter(f"G{label}[{names[i]},{names[j]}]", kind, (t, i, j)))
        found += [Parameter(f"sd{label}[{name}]", "sd", (t, i, i)) for i, name in enumerate(names)]
        found += [Parameter(f"rho{label}[{names[i]},{names[j]}]", "rho", (t, i, j)) for i, j in pairs if i < j]
    parts = residual.parts
    last = len(parts) - 1
    for k, (part, prefix) in enumerate(zip(parts, _prefixes(parts), strict=True)):
        found.append(Parameter("sigma2" if k == last else f"{prefix}sigma2", "residual variance", (k,)))
        found += [Parameter("sigma", "residual sd", (k,))] if k == last else []
        found += [
            Parameter(f"{prefix}rho{label}", "residual rho", (k, number))
            for number, label in enumerate(_rho_labels(part))
        ]
        labels = list(part.sd_ratio)[1:]
        found += [
            Parameter(f"{prefix}sd_ratio[{_spelled(label)}]", "sd ratio", (k, n)) for n, label in enumerate(labels)
        ]
    return _told_apart(found)


def _told_apart(found: list[Parameter]) -> list[Parameter]:
    """No name twice: beside a covariate called sigma the residual SD is "sigma (residual sd)"."""
    seen: set[str] = set()
    apart = []
    for one in found:
        name = one.name
        while name in seen:
            name = f"{name} ({one.kind})"
        seen.add(name)
        apart.append(one._replace(name=name))
    return apart


def values(wanted: list[Parameter], beta: np.ndarray, G: list[np.ndarray], residual: Structure) -> np.ndarray:
    """The values of the ``wanted`` parameters (k,); a correlation with a variance of 0 is nan."""
    parts = residual.parts
    out = np.empty(len(wanted))
    for n, (_, kind, where) in enumerate(wanted):
        if kind == "beta":
            out[n] = beta[where[0]]
        elif kind in ("variance", "covariance"):
            out[n] = G[where[0]][where[1:]]
        elif kind == "sd":
            out[n] = np.sqrt(G[where[0]][where[1:]])
        elif kind == "rho":
            t, i, j = where
            product = G[t][i, i] * G[t][j, j]
            out[n] = np.clip(G[t][i, j] / np.sqrt(product), -1, 1) if product > 0 else np.nan
        elif kind == "residual variance":
            out[n] = parts[where[0]].sigma2
        elif kind == "residual sd":
            out[n] = np.sqrt(parts[where[0]].sigma2)
        elif kind == "residual rho":
            out[n] = rho_values(parts[where[0]].rho)[where[1]]
        else:
            out[n] = list(parts[where[0]].sd_ratio.values())[where[1] + 1]
    return out


def natural_parameters(design: Design, estimate: Solution) -> pd.Series:
    """The parameters of a fit by name: beta, G, SDs, correlations, sigma2, and the residual structure's own.

    Returns
    -------
    Series
        In squared units of the response for G and sigma2; ``rho[...]`` is nan where a variance is 0.

    Examples
    --------
    >>> import lmmteach
    >>> fit = lmmteach.lmm("reaction ~ days + (1 | subject)", lmmteach.load_sleepstudy())
    >>> list(natural_parameters(fit.design, fit.estimate).index)
    ['(Intercept)', 'days', 'G[(Intercept),(Intercept)]', 'sd[(Intercept)]', 'sigma2', 'sigma']
    """
    wanted = parameters(design, estimate.residual)
    found = values(wanted, estimate.beta, estimate.G, estimate.residual)
    return pd.Series(found, index=[parameter.name for parameter in wanted], name="estimate")


def at_theta(estimate: Solution, method: str, theta: np.ndarray, sigma2: float) -> tuple[list[np.ndarray], Structure]:
    """G of each term and R on the data's scale, at another ``theta`` and ``sigma2``."""
    pooled = estimate.pooled
    objective = Objective(pooled, method)
    G = []
    for L, T in zip(objective.factors(theta), pooled.scale, strict=True):
        half = scipy.linalg.solve_triangular(T, L)
        G.append(sigma2 * half @ half.T)
    return G, estimate.residual.at(objective.x(theta), sigma2, pooled.occasions)


def on_edge(G: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which variances (q,) of a G are 0, and which correlations (q x q) are +-1.

    ``lengths`` (q,) are those of Z's columns: over the data, not per unit, what is small depends on no unit.

    >>> zero, one = on_edge(np.array([[4.0, -2e-9], [-2e-9, 1e-18]]), np.array([1.0, 1e9]))
    >>> zero.tolist(), one.tolist()
    ([False, False], [[False, True], [True, False]])
    """
    shared = G * np.outer(lengths, lengths)
    variances = np.diag(shared)
    zero = variances <= 1e-12 * max(variances.max(initial=0), np.finfo(float).tiny)
    one = shared**2 > (1 - 1e-7) * np.outer(variances, variances)
    return zero, one & ~np.eye(len(G), dtype=bool)


class Uncertainty(NamedTuple):
    """How sure the fit is: ``theta`` (k x k), the covariance of theta-hat; ``flat`` (k x f), the directions left out.

    log sigma2 moves with theta along ``slope`` (k,), and around that with variance ``rest`` = 2 / (N - p),
    2 / N for ML, of its own.
    """

    theta: np.ndarray
    slope: np.ndarray
    rest: float
    flat: np.ndarray


def uncertainty(estimate: Solution, method: str) -> Uncertainty:
    """The covariance of (theta, log sigma2) from the curvature of -2 log L at its optimum.

    Profiling sigma2 out of the Hessian and putting it back are one and the same: with H the Hessian of
    the profiled criterion, Cov(theta) = 2 H^-1, and log sigma2 follows theta plus independent noise.
    Directions without curvature (those of a singular G among them) are held at their estimates.
    """
    pooled, optimum = estimate.pooled, estimate.optimum
    objective = Objective(pooled, method)
    size = np.maximum(1.0, np.abs(optimum.theta))
    curvature, axes = np.linalg.eigh(size[:, None] * optimum.hessian * size) if len(size) else (size, np.eye(0))
    free = curvature > NO_CURVATURE
    root = size[:, None] * axes[:, free] / np.sqrt(curvature[free])
    slope = np.empty(len(size))
    for j in range(len(size)):
        up, down = (objective.evaluate(optimum.theta + step)[0] for step in steps(optimum.theta, j))
        if up is None or down is None:
            slope[j] = 0.0
        else:
            slope[j] = (np.log(up.sigma2) - np.log(down.sigma2)) / (2 * length(optimum.theta, j))
    dof = pooled.n_obs - pooled.p * (method == "REML")
    return Uncertainty(2 * root @ root.T, slope, 2.0 / dof, size[:, None] * axes[:, ~free])


def _prefixes(parts: tuple[Structure, ...]) -> list[str]:
    """What R's own parameters are called: "residual.", with the part's kind where there are several."""
    if len(parts) == 1:
        return ["residual."]
    kinds = [type(part).__name__ for part in parts]
    return [
        f"residual.{kind}{1 + kinds[:k].count(kind) if kinds.count(kind) > 1 else ''}." for k, kind in enumerate(kinds)
    ]


def _rho_labels(part: Structure) -> list[str]:
    if part.rho is None:
        return []
    rho = np.asarray(part.rho)
    if rho.ndim == 0:
        return [""]
    if rho.ndim == 1:
        return [f"[{lag + 1}]" for lag in range(len(rho))]
    visits = list(part.sd_ratio) or list(range(len(rho)))
    return [f"[{_spelled(visits[column])},{_spelled(visits[row])}]" for row in range(len(rho)) for column in range(row)]


def _spelled(label: object) -> str:
    """A level's label, whole numbers without a decimal point."""
    return f"{label:g}" if isinstance(label, float) else str(label)
