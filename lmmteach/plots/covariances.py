"""Pictures of V: the matrix with its numbers, and its variances and correlations over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..arguments import told
from ..errors import ParameterError
from ..fit import Fit
from .style import (
    DIVERGING,
    INK,
    MODEL,
    MUTED,
    PARAMETER_COLOURS,
    SEQUENTIAL,
    End,
    label_ends,
    labelled,
    letters,
    sides,
    significant,
    style,
    thick,
)  # fmt: skip

NUMBER = "#17191e"  # a cell keeps its colour in the dark, so its number keeps its own as well
ENOUGH = 10  # rows of one time, for an observed variance to be worth showing


def draw_matrix(ax: Axes, matrix: Any, labels: ArrayLike | None = None, *, kind: str | None = None) -> Axes:
    """Draw a covariance or correlation matrix (m x m), every number printed in its cell.

    Parameters
    ----------
    ax : Axes
    matrix : (m, m) array_like or DataFrame
        V in squared units of the response (one hue, darker = larger), or a correlation (two hues, 0 in the middle).
    labels : (m,) array_like, optional
        What rows and columns stand for; a DataFrame brings its own.
    kind : "covariance" or "correlation", optional
        Told by the diagonal where not given: a correlation's is 1.

    Returns
    -------
    Axes, holding one image and m * m texts.

    Raises
    ------
    ParameterError
        If the matrix is not square, or ``kind`` not known.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = draw_matrix(Figure().subplots(), [[4.0, 1.0], [1.0, 2.5]], [0, 2])
    >>> [text.get_text() for text in ax.texts]
    ['4.00', '1.00', '1.00', '2.50']
    """
    if labels is None and isinstance(matrix, pd.DataFrame):
        labels = matrix.columns
    values = np.asarray(matrix, dtype=float)
    m = len(values)
    if values.shape != (m, m) or kind not in (None, "covariance", "correlation"):
        raise ParameterError(
            f"A matrix of shape {values.shape} cannot be drawn as kind={told(kind)}.",
            "Use a square matrix and 'covariance' or 'correlation'.",
        )
    if kind is None:
        kind = "correlation" if np.allclose(np.diag(values), 1) and np.abs(values).max() <= 1 + 1e-9 else "covariance"
    if kind == "correlation":
        ax.imshow(values, cmap=DIVERGING, vmin=-1, vmax=1)
    else:
        top = np.nanmax(np.abs(values))
        # Negative covariances take the brown of negative correlations, on the same scale as the positive ones.
        ax.imshow(
            values, cmap=DIVERGING if (values < 0).any() else SEQUENTIAL, vmin=-top * (values < 0).any(), vmax=top
        )
    size = min(letters(0.95), 0.34 * 72 * min(sides(ax)) / max(m, 1))
    for (row, column), value in np.ndenumerate(values):
        said = f"{value:.2f}" if kind == "correlation" else significant(value)
        ax.text(column, row, said, ha="center", va="center", color=NUMBER, fontsize=size)
    names = [f"{label:g}" if isinstance(label, (int, float, np.number)) else str(label) for label in _listed(labels, m)]
    ax.set_xticks(range(m), names)
    ax.set_yticks(range(m), names)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    style(ax)
    if isinstance(matrix, pd.DataFrame) and matrix.columns.name:
        ax.set_xlabel(str(matrix.columns.name), labelpad=letters(0.5))
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0)
    return ax


def draw_correlation(ax: Axes, matrix: ArrayLike, labels: ArrayLike) -> Axes:
    """Draw a correlation matrix, shape (m, m), with every number printed in its cell."""
    return draw_matrix(ax, matrix, labels, kind="correlation")


def _listed(labels: ArrayLike | None, m: int) -> list[Any]:
    return list(range(1, m + 1)) if labels is None else list(np.asarray(labels).tolist())


def draw_band(ax: Axes, times: ArrayLike, mean: ArrayLike, sd: ArrayLike, colour: str) -> Axes:
    """Draw a mean and the band one standard deviation either side, shapes (m,) each."""
    t, mu, s = (np.asarray(x, dtype=float) for x in (times, mean, sd))
    ax.plot(t, mu, color=colour, lw=thick(2))
    for edge in (mu - s, mu + s):
        ax.plot(t, edge, color=colour, lw=thick(1.4), ls=(0, (5, 3)))
    return style(ax)


def draw_variance_over_time(ax: Axes, fit: Fit, *, sd: bool = True, observed: bool = True) -> Axes:
    """Draw the marginal SD (or variance) over time, sqrt of diag(Z G Z' + R), and where it comes from.

    Parameters
    ----------
    ax : Axes
    fit : Fit
        Z must depend on the time alone.
    sd : bool
        Standard deviations, in the response's unit; False for variances.
    observed : bool
        Dots: the SD of y - X beta at each time with ten rows or more.

    Returns
    -------
    Axes: the model's line first, then the residual's, then the dots.

    Raises
    ------
    ModelError
        If Z depends on more than the time.

    Examples
    --------
    >>> import lmmteach
    >>> from matplotlib.figure import Figure
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> ax = draw_variance_over_time(Figure().subplots(), fit)
    >>> round(float(ax.lines[0].get_ydata()[0]), 1)          # sqrt(G11 + sigma2) on day 0
    35.6
    """
    design = fit.design
    times = np.unique(design.times)
    try:
        V = fit.marginal_cov(times=np.linspace(times[0], times[-1], 101))
    except ParameterError:  # R is known at the data's visits only
        V = fit.marginal_cov(times=times)
    scale: Any = np.sqrt if sd else np.positive
    t, curve = V.index.to_numpy(dtype=float), scale(np.diag(V))
    ax.plot(t, curve, color=MODEL, lw=thick(2.6))
    ends = [End(t[-1], curve[-1], "model: $\\sqrt{V_{tt}}$" if sd else "model: $V_{tt}$", MODEL)]
    level = scale(fit.residual.sigma2)  # of a sum, all of R
    if design.terms and not fit.residual.by:
        orange = PARAMETER_COLOURS["sigma2"]
        ax.plot(t, np.full_like(t, float(level)), color=orange, lw=thick(1.6))
        ends.append(End(t[-1], float(level), "residual: $\\sigma$" if sd else "residual: $\\sigma^2$", orange))
    unit = fit.design.units.get(design.response, "")
    unit = f" ({unit if sd else f'{unit}$^2$'})" if unit else ""
    style(ax, labelled(design.time, design.units), f"{'SD' if sd else 'variance'} of {design.response}{unit}")
    if observed:
        rows = pd.Series(design.y - design.X @ fit.estimate.beta).groupby(design.times)
        seen = scale(rows.var()[rows.size() >= ENOUGH])
        ax.plot(seen.index, seen, "o", color=INK, ms=thick(4), mec="none")
        if len(seen):  # named at the dot that stands out most above the line, where there is room for it
            far = (seen - np.interp(seen.index, t, curve)).iloc[: max(len(seen) - 1, 1)].idxmax()
            ax.annotate("observed", (far, seen[far]), xytext=(0, letters(0.7)), textcoords="offset points",
                        ha="center", color=INK, fontsize=letters(0.95))  # fmt: skip
    ax.set_ylim(0, 1.08 * ax.dataLim.ymax)
    label_ends(ax, ends)
    return ax


def draw_correlation_over_time(ax: Axes, source: Fit | pd.DataFrame) -> Axes:
    """Draw the marginal correlation of each measurement with the later ones, a line for each first time.

    Parameters
    ----------
    ax : Axes
    source : Fit or DataFrame
        A fit (its correlation at all distinct times is drawn), or a correlation matrix whose columns are times.

    Returns
    -------
    Axes, with one line for each time but the last, the time of the later measurement across.

    Raises
    ------
    ParameterError
        If the matrix has fewer than two times.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> corr = pd.DataFrame([[1, .6, .5], [.6, 1, .7], [.5, .7, 1]], columns=[0, 2, 4])
    >>> ax = draw_correlation_over_time(Figure().subplots(), corr)
    >>> [line.get_ydata().tolist() for line in ax.lines]
    [[0.6, 0.5], [0.7]]
    """
    corr = source.marginal_corr() if isinstance(source, Fit) else source
    times, values = corr.columns.to_numpy(dtype=float), corr.to_numpy(dtype=float)
    if len(times) < 2:
        raise ParameterError("A correlation needs two times at least.", "Use data with repeated measurements.")
    name = str(corr.columns.name or "time")
    ends = []
    for k in range(len(times) - 1):
        share = k / max(len(times) - 2, 1)
        later, line, colour = times[k + 1 :], values[k, k + 1 :], _between("#c3b6dc", "#3f2a68", share)
        ax.plot(later, line, "o-", color=colour, lw=thick(2), ms=thick(3.6), mec="none")
        ends.append(End(later[-1], line[-1], f"with {name} {times[k]:g}", _between("#8d7bb5", "#3f2a68", share)))
    style(ax, f"{name} of the later measurement", "correlation")
    lowest = float(np.nanmin(values))
    ax.set_ylim(max(np.floor(10 * lowest - 1) / 10, -1.0) if lowest < 0 or lowest > 0.2 else 0.0, 1.0)
    if lowest < 0:
        ax.axhline(0, color=MUTED, lw=thick(0.8), zorder=1)
    label_ends(ax, ends if len(ends) <= 10 else [ends[0], ends[-1]])
    return ax


def _between(light: str, dark: str, share: float) -> str:
    """A colour on the way from one to another."""
    a, b = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (light, dark))
    return "#" + "".join(f"{round(v):02x}" for v in a + share * (b - a))
