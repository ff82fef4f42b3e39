"""Pictures of -2 log L: its profile over one parameter, and the search's path over two."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from scipy.special import chdtri

from ..errors import ParameterError
from ..fit import Fit
from ..likelihood.evaluation import evaluate
from .style import INK, MODEL, MUTED, letters, significant, style, thick


def draw_profile(
    ax: Axes, values: ArrayLike, deviance: ArrayLike, *, name: str = "parameter", level: float = 0.95,
    wald: tuple[float, float] | None = None,
) -> Axes:  # fmt: skip
    """Draw a likelihood profile, D(c) = min of -2 log L with the parameter held at c, and the interval it gives.

    The interval is where D(c) - min D <= the chi-square(1) quantile: 3.84 for 95 %.

    Parameters
    ----------
    ax : Axes
    values, deviance : (m,) array_like
        c, ascending, and -2 log L there (any constant may be missing).
    name : str
        What c is, with its unit.
    level : float
        Coverage of the interval.
    wald : (estimate, SE), optional
        Adds the parabola ((c - estimate) / SE)^2 that Wald's interval stands on.

    Returns
    -------
    Axes, whose first line is D - min D.

    Raises
    ------
    ParameterError
        If the numbers do not pair up, or are not in ascending order.

    Notes
    -----
    Venzon & Moolgavkar (1988), Applied Statistics 37:87.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = draw_profile(Figure().subplots(), [0, 1, 2, 3, 4], [14, 11, 10, 11, 14])
    >>> ax.lines[0].get_ydata().tolist()
    [4.0, 1.0, 0.0, 1.0, 4.0]
    """
    c, D = np.asarray(values, dtype=float), np.asarray(deviance, dtype=float)
    if c.ndim != 1 or c.shape != D.shape or len(c) < 3 or not (np.diff(c) > 0).all():
        raise ParameterError(
            f"A profile needs ascending values and a deviance for each; here are {c.shape} and {D.shape}.",
            "Sort them by value.",
        )
    D = D - np.nanmin(D)
    cut = float(chdtri(1, 1 - level))
    inside = cut >= D
    first, last = np.flatnonzero(inside)[[0, -1]]
    limits = [_crossing(c, D, first - 1, cut), _crossing(c, D, last, cut)]
    ax.plot(c, D, color=MODEL, lw=thick(2.6), zorder=3)
    if wald is not None:
        parabola = ((c - wald[0]) / wald[1]) ** 2
        ax.plot(c, parabola, color=MUTED, lw=thick(1.4), ls=(0, (4, 3)), zorder=2)
        out = np.flatnonzero(parabola <= 1.9 * cut)[-1]
        ax.annotate("Wald", (c[out], parabola[out]), xytext=(letters(0.5), 0), textcoords="offset points",
                    color=MUTED, fontsize=letters(0.9))  # fmt: skip
    ax.axhline(cut, color=MUTED, lw=thick(0.9), zorder=1)
    top = 2.2 * cut
    for side, limit in zip((1, -1), limits, strict=True):
        if limit is not None:
            ax.plot([limit, limit], [0, cut], color=MODEL, lw=thick(1.2), zorder=2)
            ax.annotate(significant(limit), (limit, 0), xytext=(letters(0.4) * side, letters(0.35)),
                        textcoords="offset points", color=MODEL,
                        ha="left" if side > 0 else "right", fontsize=letters(0.95))  # fmt: skip
    ax.annotate(f"{level:.0%} interval: up to {cut:.2f}", ((c[inside].min() + c[inside].max()) / 2, cut),
                xytext=(0, letters(0.35)), textcoords="offset points", ha="center", color=MUTED,
                fontsize=letters(0.85))  # fmt: skip
    ax.set_ylim(0, top)
    ax.set_xlim(c[0], c[-1])
    return style(ax, name, "$-2\\,$log$\\,L$ above its lowest")


def _crossing(c: np.ndarray, D: np.ndarray, k: int, cut: float) -> float | None:
    """Where D passes ``cut`` between points k and k + 1, on the straight line of its root; None at an end."""
    if k < 0 or k + 1 >= len(c):
        return None
    a, b = np.sqrt(D[k]), np.sqrt(D[k + 1])
    return float(c[k] + (np.sqrt(cut) - a) / (b - a) * (c[k + 1] - c[k]))


def draw_path(ax: Axes, fit: Fit, entries: tuple[str, str] = ("G11", "G22"), size: int = 60) -> Axes:
    """Draw the search's path over two entries of G, on contours of -2 log L through the optimum.

    The contours hold G's other entries and sigma2 at their estimates: a slice.  The path is the search's own,
    every step's G in squared units of the response, seen from above the slice; rings are places it tried and left.

    Parameters
    ----------
    ax : Axes
    fit : Fit
        With one random term of two effects or more.
    entries : two of "G11", "G12", "G22", ...
        Which entry goes across, which up.
    size : int
        How many places each way the contours are computed at.

    Returns
    -------
    Axes; the path is its first line.

    Raises
    ------
    ParameterError
        If G has no such entries.

    Examples
    --------
    >>> import lmmteach
    >>> from matplotlib.figure import Figure
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> ax = draw_path(Figure().subplots(), fit, size=12)
    >>> bool(abs(ax.lines[0].get_xdata()[-1] - fit.G.iloc[0, 0]) < 0.01 * fit.G.iloc[0, 0])
    True
    """
    G = fit.estimate.G[0] if len(fit.estimate.G) == 1 else np.empty((0, 0))
    places = [place for name in entries if (place := _entry(name, G)) is not None]
    if len(G) < 2 or len(set(places)) != 2:
        raise ParameterError(
            f"{entries} are not two entries of this model's G.", "Use names such as 'G11' and 'G22'; one random term."
        )
    (i, j), (k, m) = places
    tried = np.array([(g[i, j], g[k, m]) for g in visited(fit)])
    value = np.array([value for _, value in fit.estimate.optimum.path if np.isfinite(value)])
    path = tried[value <= np.minimum.accumulate(value)]
    x = _places(path[:, 0], G[i, j], size, i == j)
    y = _places(path[:, 1], G[k, m], size, k == m)
    grid = np.full((size, size), np.nan)
    for row, b in enumerate(y):
        for column, a in enumerate(x):
            trial = G.copy()
            trial[i, j] = trial[j, i] = a
            trial[k, m] = trial[m, k] = b
            grid[row, column] = _deviance(fit, trial)
    grid -= fit.deviance
    ax.set_xscale("linear" if np.allclose(np.diff(x, 2), 0, atol=1e-9 * np.ptp(x)) else "log")
    ax.set_yscale("linear" if np.allclose(np.diff(y, 2), 0, atol=1e-9 * np.ptp(y)) else "log")
    ax.contourf(x, y, np.isnan(grid), levels=[0.5, 1.5], colors=["#ebe8ef"])
    lines = ax.contour(x, y, grid, levels=[1, 3, 10, 30, 100, 300], colors="#a99bc9", linewidths=thick(1.0))
    ax.clabel(lines, fmt=lambda value: f"+{value:g}", fontsize=letters(0.75), colors="#6d5b9c")
    others = tried[value > np.minimum.accumulate(value)]
    ax.plot(path[:, 0], path[:, 1], "o-", color=INK, lw=thick(1.4), ms=thick(4), mec="white", mew=0.8, zorder=4)
    ax.plot(others[:, 0], others[:, 1], "o", color="none", mec=MUTED, mew=0.8, ms=thick(3), zorder=3)
    ax.plot(*path[-1], "o", color=MODEL, ms=thick(7), mec="white", mew=1.2, zorder=5)
    for text, point, colour, side in (("start", path[0], INK, -0.7), ("optimum", path[-1], MODEL, 0.7)):
        ax.annotate(text, point, xytext=(letters(side), letters(0.5 * side)), textcoords="offset points", color=colour,
                    va="center", ha="left" if side > 0 else "right", fontsize=letters(), zorder=6)  # fmt: skip
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    style(ax, f"$G_{{{entries[0][1:]}}}$", f"$G_{{{entries[1][1:]}}}$")
    return ax


def visited(fit: Fit) -> list[np.ndarray]:
    """G (q x q) at every step of the search that the fit came from, in squared units of the response."""
    optimum, pooled, found = fit.estimate.optimum, fit.estimate.pooled, []
    T_inv = np.linalg.inv(pooled.scale[0])
    for theta, value in optimum.path:
        factors = optimum.objective.factors(theta)
        at = evaluate(pooled, [L @ L.T for L in factors], optimum.objective.x(theta), fit.method)
        if at is not None and np.isfinite(value):
            half = T_inv @ factors[0]
            found.append(at.sigma2 * half @ half.T)
    return found


def _deviance(fit: Fit, G: np.ndarray) -> float:
    """-2 log L at G, sigma2 and R as estimated; NaN where V is not positive definite or G not a covariance."""
    estimate, optimum = fit.estimate, fit.estimate.optimum
    T = estimate.pooled.scale[0]
    if np.linalg.eigvalsh(G)[0] < 0:
        return np.nan
    psi = T @ G @ T.T / estimate.sigma2
    at = evaluate(estimate.pooled, [psi], optimum.objective.x(optimum.theta), fit.method, sigma2=estimate.sigma2)
    return np.nan if at is None else at.deviance


def _entry(name: str, G: np.ndarray) -> tuple[int, int] | None:
    """The place that a name such as "G12" stands for."""
    digits = name[1:]
    if not (name.startswith("G") and len(digits) == 2 and digits.isdigit()):
        return None
    place = (int(digits[0]) - 1, int(digits[1]) - 1)
    return (min(place), max(place)) if min(place) >= 0 and max(place) < len(G) else None


def _places(steps: np.ndarray, best: float, size: int, variance: bool) -> np.ndarray:
    """Where to compute contours: the path and the optimum well inside; equal ratios for a variance above 0."""
    low, high = min(steps.min(), best), max(steps.max(), best)
    if variance and 1e-4 * high < low < high / 20:
        return np.geomspace(low / 3, high * 2, size)
    low, high = min(low, best - 0.6 * abs(best)), max(high, best + 0.6 * abs(best))
    margin = 0.08 * (high - low)
    return np.linspace(low - margin, high + margin, size)
