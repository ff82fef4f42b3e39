"""Pictures of subjects: their lines, their fitted lines, their b-hat."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import ndtri

from ..arguments import told
from ..design.frame import told_about
from ..design.labels import find, label
from ..errors import DataError, ParameterError
from ..fit import Fit
from ..prediction.blups import random_effects
from ..prediction.values import fitted
from .style import GROUPS, INK, MODEL, MUTED, End, label_ends, labelled, letters, style, thick


def draw_spaghetti(
    ax: Axes, data: pd.DataFrame | Fit, *, subject: str = "", time: str = "", response: str = "",
    by: str | None = None, highlight: Collection[Any] = (),
) -> Axes:  # fmt: skip
    """Draw one thin line per subject, the data darkest where subjects agree.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    data : DataFrame or Fit
        One row per measurement; a fit brings its rows and the names of its columns.
    subject, time, response : str
        Column names. Units are read from ``data.attrs["units"]``.
    by : str, optional
        A column that groups subjects: a colour each, with the group's mean at each time drawn thick and named.
    highlight : collection of subjects
        Drawn dark, and named, before the others, which step back.

    Returns
    -------
    Axes, with one line per subject (and one per group, the last ones).

    Raises
    ------
    DataError
        If a column, or a subject to highlight, is not in the data.

    Examples
    --------
    >>> import lmmteach
    >>> from matplotlib.figure import Figure
    >>> data = lmmteach.load_sleepstudy()
    >>> ax = draw_spaghetti(Figure().subplots(), data, subject="subject", time="days", response="reaction")
    >>> len(ax.lines)
    18
    """
    if isinstance(data, Fit):
        design = data.design
        subject, time, response = subject or design.group, time or design.time or "", response or design.response
        data = design.frame.assign(**{response: design.y, subject: design.subjects[design.codes]})
        data.attrs["units"] = design.units
    for name in (subject, time, response, *([by] if by else [])):
        if name not in data:
            raise DataError(
                f"Column {name!r} is not in the data.", f"The columns are {', '.join(map(repr, data.columns))}."
            )
    chosen_ones = {label(one) for one in highlight}
    unknown = sorted(chosen_ones - {label(one) for one in data[subject].unique()})
    if unknown:
        raise DataError(f"There is no {subject} {unknown[0]!r} in the data.", f"Look at data[{subject!r}].unique().")
    levels = list(pd.unique(data[by].sort_values())) if by else []
    colours = {level: GROUPS[k % len(GROUPS)] for k, level in enumerate(levels)}
    ordered = data.sort_values(time, kind="stable")
    faint = 0.2 if not highlight else 0.1
    ends = []
    for one, rows in ordered.groupby(subject, sort=False, observed=True):
        colour = colours[rows[by].iloc[0]] if by else INK
        chosen = label(one) in chosen_ones
        ax.plot(
            rows[time], rows[response], color=colour, alpha=1.0 if chosen else faint * (1.4 if by else 1.0),
            lw=thick(1.8 if chosen else 0.7), solid_joinstyle="round", zorder=3 if chosen else 2,
        )  # fmt: skip
        if chosen:
            ends.append(End(rows[time].iloc[-1], rows[response].iloc[-1], f"{subject} {label(one)}", colour))
    for level, colour in colours.items():
        mean = ordered[ordered[by] == level].groupby(time)[response].mean()
        ax.plot(mean.index, mean, color="white", lw=thick(4.6), alpha=0.8, zorder=4)
        ax.plot(mean.index, mean, color=colour, lw=thick(2.8), zorder=5)
        ends.append(End(mean.index[-1], mean.iloc[-1], str(level), colour))
    units, _, _ = told_about(data)
    style(ax, labelled(time, units), labelled(response, units))
    label_ends(ax, ends)
    return ax


def draw_fitted_lines(axes: Iterable[Axes], fit: Fit, subjects: Iterable[Any] | None = None) -> list[Axes]:
    """Draw one subject a panel: the data, the subject's own line X beta + Z b-hat, the average line X beta.

    Parameters
    ----------
    axes : Axes, several
        As from ``figure.subplots(3, 6, sharex=True, sharey=True)``; spare ones are hidden.
    fit : Fit
    subjects : iterable, optional
        Which subjects; the first ones by default.

    Returns
    -------
    list of Axes, one a subject; each holds the data and the two lines.

    Raises
    ------
    DataError
        If a subject is not in the data.

    Examples
    --------
    >>> import lmmteach
    >>> from matplotlib.figure import Figure
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> len(draw_fitted_lines(Figure().subplots(3, 6), fit))
    18
    """
    panels: list[Axes] = list(np.ravel(np.asarray(axes, dtype=object)))
    design = fit.design
    wanted = list(design.subjects[: len(panels)]) if subjects is None else list(subjects)
    codes = find(wanted, design.subjects)
    for one, code in zip(wanted, codes, strict=True):
        if code < 0:
            raise DataError(
                f"There is no {design.group} {one!r} in the data.", f"The first is {label(design.subjects[0])}."
            )
    lines = {level: fitted(design, fit.estimate, level) for level in ("marginal", "conditional")}
    for ax, one, code in zip(panels, wanted, codes, strict=False):
        rows = np.flatnonzero(design.codes == code)
        rows = rows[np.argsort(design.times[rows], kind="stable")]
        t = design.times[rows]
        ax.plot(t, lines["marginal"][rows], color=MUTED, lw=thick(1.2), ls=(0, (4, 3)))
        ax.plot(t, lines["conditional"][rows], color=MODEL, lw=thick(2.0))
        ax.plot(t, design.y[rows], "o", color=INK, ms=thick(3.0), alpha=0.85, mec="none")
        style(ax)
        ax.set_title(f"{one}", fontsize=letters(0.85), color=MUTED, pad=2, loc="left")
        ax.tick_params(labelsize=letters(0.75))
    for ax in panels[len(wanted) :]:
        ax.set_visible(False)
    _name_panels(panels[: len(wanted)], fit)
    return panels[: len(wanted)]


def _name_panels(panels: list[Axes], fit: Fit) -> None:
    """One label for all x axes, one for all y axes, and what the lines are, above."""
    figure, design = panels[0].figure, fit.design
    figure.supxlabel(labelled(design.time, design.units), fontsize=letters(), color=INK)
    figure.supylabel(labelled(design.response, design.units), fontsize=letters(), color=INK)
    handles = [panels[0].lines[k] for k in (2, 1, 0)]
    names = ["measured", "own line, X$\\beta$ + Zb", "average line, X$\\beta$"]
    figure.legend(
        handles, names, loc="outside upper left", ncols=3, frameon=False, fontsize=letters(0.9), labelcolor=INK
    )


def draw_caterpillar(
    ax: Axes, fit: Fit, effect: str | None = None, term: str | None = None, level: float = 0.95, name: int = 3
) -> Axes:
    """Draw b-hat of every subject in order of size, with the interval b-hat +- z SE (beta's uncertainty included).

    Parameters
    ----------
    ax : Axes
    fit : Fit
    effect : str, optional
        Which random effect: ``"(Intercept)"`` (the first) by default.
    term : str, optional
        Which grouping factor, where there are several.
    level : float
        Coverage of the intervals.
    name : int
        How many subjects to name at each end; all are named where there are at most 30.

    Returns
    -------
    Axes; the points are its only line with markers.

    Raises
    ------
    ParameterError
        If there is no such effect or term.

    Examples
    --------
    >>> import lmmteach
    >>> from matplotlib.figure import Figure
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> draw_caterpillar(Figure().subplots(), fit, "days").get_xlabel()
    '$\\\\hat b$ of days (ms per day)'
    """
    tables: Any = random_effects(fit.design, fit.estimate, "prediction")
    if isinstance(tables, dict):
        term = term or next(iter(tables))
        if term not in tables:
            raise ParameterError(f"There is no random term {told(term)}.", f"There are {', '.join(map(repr, tables))}.")
        tables = tables[term]
    effects = [column for column in tables.columns if not column.endswith(" se_prediction")]
    effect = effect or effects[0]
    if effect not in effects:
        raise ParameterError(
            f"There is no random effect {told(effect)}.", f"There are {', '.join(map(repr, effects))}."
        )
    table = tables.sort_values(effect)
    b, half = table[effect].to_numpy(), ndtri(0.5 + level / 2) * table[f"{effect} se_prediction"].to_numpy()
    place = np.arange(len(b))
    few = len(b) <= 30
    sure = np.abs(b) > half
    tall = 0 if few else max(name, len(b) // 12)  # a name is as tall as so many rows; the zero line spares it
    ax.vlines(0, tall - 1, len(b) - tall, color=MUTED, lw=thick(0.9), ls=(0, (4, 3)), zorder=1)
    shades = np.where(sure, MODEL, "#b9b2c9")
    ax.hlines(place, b - half, b + half, colors=list(shades), lw=thick(1.6 if few else 0.6), zorder=2)
    ax.plot(b, place, "o", color=INK, ms=thick(3.5 if few else 1.6), mec="none", zorder=3)
    style(ax, f"$\\hat b$ of {_spoken(effect)}{_unit_of(fit, effect)}")
    ax.spines["left"].set_visible(False)
    ax.set_ylim(-1, len(b))
    named = place if few else np.r_[place[:name], place[-name:]]
    ax.set_yticks(named if few else [], [str(table.index[k]) for k in named] if few else [])
    ax.tick_params(axis="y", length=0, labelsize=letters(0.8))
    group = str(table.index.name)
    ax.set_ylabel(group if few else f"{len(b)} levels of {group}, in order", color=INK, fontsize=letters())
    if not few:
        _name_extremes(ax, table, b, half, name, tall)
    return ax


def _name_extremes(ax: Axes, table: pd.DataFrame, b: np.ndarray, half: np.ndarray, name: int, tall: int) -> None:
    """The labels of the lowest and the highest, each list on its own line."""
    last = len(b) - 1
    for which, y, inner, side in ((range(name), 0, b + half, 1), (range(last, last - name, -1), last, b - half, -1)):
        x = side * max(side * (inner[:tall] if side > 0 else inner[-tall:]))
        text = f"{'lowest' if side > 0 else 'highest'}: " + ", ".join(str(table.index[k]) for k in which)
        ax.annotate(
            text, (x, y), xytext=(side * letters(0.6), 0), textcoords="offset points", color=INK,
            fontsize=letters(0.85), ha="left" if side > 0 else "right", va="bottom" if side > 0 else "top",
        )  # fmt: skip


def _spoken(effect: str) -> str:
    return "the intercept" if effect == "(Intercept)" else effect


def _unit_of(fit: Fit, effect: str) -> str:
    """The unit of a random effect: the response's, per unit of the covariate for a slope."""
    units = fit.design.units
    unit = units.get(fit.design.response, "")
    if not unit:
        return ""
    if effect == "(Intercept)":
        return f" ({unit})"
    per = units.get(effect, "")
    return f" ({unit} per {per.removesuffix('s')})" if per else ""
