"""Pictures of how well a model holds: residuals against what they should be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri

from ..errors import ParameterError
from ..fit import Fit
from ..prediction.values import fitted, residuals
from .style import INK, MODEL, labelled, style, thick


def draw_qq(ax: Axes, values: ArrayLike, level: float = 0.95) -> Axes:
    """Draw ordered values against the normal quantiles they would have, z_i = Phi^-1((i - 1/2) / n).

    The band holds each single point with probability ``level`` if all is well: the i-th of n ordered
    uniforms is Beta(i, n + 1 - i).

    Parameters
    ----------
    ax : Axes
    values : (n,) array_like
        Should be independent N(0, 1): normalized residuals.
    level : float
        Coverage of the band, point by point.

    Returns
    -------
    Axes; the points are the last line.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = draw_qq(Figure().subplots(), [0.3, -1.0, 1.2])
    >>> ax.lines[-1].get_ydata().tolist()
    [-1.0, 0.3, 1.2]
    """
    r = np.sort(np.asarray(values, dtype=float))
    n = len(r)
    i = np.arange(1, n + 1)
    z = ndtri((i - 0.5) / n)
    low, high = (ndtri(betaincinv(i, n + 1 - i, share)) for share in ((1 - level) / 2, (1 + level) / 2))
    ax.fill_between(z, low, high, color=MODEL, alpha=0.14, lw=0)
    ax.axline((0, 0), slope=1, color=MODEL, lw=thick(1.4))
    ax.plot(z, r, "o", color=INK, ms=thick(2.6), mec="none", alpha=0.75)
    return style(ax, "normal quantile", "normalized residual")


def draw_residuals(axes: Sequence[Axes], fit: Fit) -> list[Axes]:
    """Draw two diagnostics: a QQ plot of normalized residuals, and conditional residuals against fitted values.

    Normalized: L^-1 (y - X beta) with V = L L', independent N(0, 1) if the whole model holds.  Conditional:
    y - X beta - Z b-hat, which should scatter alike at every fitted value;
    the line is their mean in tenths of the rows.

    Parameters
    ----------
    axes : two Axes
    fit : Fit

    Returns
    -------
    list of the two Axes.

    Raises
    ------
    ParameterError
        If there are not two axes.

    Examples
    --------
    >>> import lmmteach
    >>> from matplotlib.figure import Figure
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> left, right = draw_residuals(Figure().subplots(1, 2), fit)
    >>> len(left.lines[-1].get_ydata()), right.get_ylabel()
    (180, 'conditional residual (ms)')
    """
    both = list(np.ravel(np.asarray(axes, dtype=object)))
    if len(both) != 2:
        raise ParameterError(f"draw_residuals draws on two axes, not {len(both)}.", "Use figure.subplots(1, 2).")
    left, right = both
    draw_qq(left, residuals(fit.design, fit.estimate, "marginal", "normalized"))
    mean = fitted(fit.design, fit.estimate, "conditional")
    r = residuals(fit.design, fit.estimate, "conditional", "raw")
    right.axhline(0, color=MODEL, lw=thick(1.4))
    right.plot(mean, r, "o", color=INK, ms=thick(2.6), mec="none", alpha=0.45)
    tenths = np.array_split(np.argsort(mean, kind="stable"), 10) if len(r) >= 50 else []
    if tenths:
        x, y = (np.array([one[rows].mean() for rows in tenths]) for one in (mean, r))
        right.plot(x, y, color="white", lw=thick(4.2), alpha=0.8)
        right.plot(x, y, color=MODEL, lw=thick(2.4))
    response, units = fit.design.response, fit.design.units
    left_over = "conditional residual"
    style(right, f"fitted {labelled(response, units)}", labelled(left_over, {left_over: units.get(response, "")}))
    return both
