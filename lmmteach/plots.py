"""Pictures with matplotlib: ``draw_x(ax, numbers)``, and a wrapper that lets a page's theme colour them."""

from __future__ import annotations

import io
import re
from html import escape

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

__all__ = ["INK", "MUTED", "ThemedFigure", "draw_correlation", "draw_spaghetti"]

# Near-blacks that no other part of a figure uses: in a page they become the theme's own text colours.
INK, MUTED = "#212223", "#616263"
_THEMED = {INK: "currentColor", MUTED: "var(--pst-color-text-muted, var(--jp-ui-font-color2, #616263))"}
# The explorers' scale for correlations: brown below 0, teal above, never so strong that a number drowns.
_DIVERGING = LinearSegmentedColormap.from_list("brown-teal", ["#c0a076", "#fbf9f5", "#66aea6"])


def draw_spaghetti(ax: Axes, data: pd.DataFrame, *, subject: str, time: str, response: str) -> None:
    """Draw one thin line per subject, the data darkest where subjects agree.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    data : DataFrame
        One row per measurement.
    subject, time, response : str
        Column names.
    """
    for _, rows in data.sort_values(time).groupby(subject, sort=False):
        ax.plot(rows[time], rows[response], color=INK, alpha=0.2, lw=0.7, solid_joinstyle="round")
    _axis_style(ax)


def draw_correlation(ax: Axes, matrix: ArrayLike, labels: ArrayLike) -> None:
    """Draw a correlation matrix, shape (m, m), with every number printed in its cell."""
    values = np.asarray(matrix, dtype=float)
    names = [f"{label:g}" for label in np.asarray(labels, dtype=float)]
    ax.imshow(values, cmap=_DIVERGING, vmin=-1, vmax=1)
    for (row, column), value in np.ndenumerate(values):
        # The cell keeps its colour in the dark, so its number keeps its own as well.
        ax.text(column, row, f"{value:.2f}", ha="center", va="center", color="#17191e", fontsize=10.5)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    _axis_style(ax)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0)


def _axis_style(ax: Axes) -> None:
    ax.patch.set_alpha(0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(MUTED)
    ax.tick_params(colors=MUTED, labelcolor=INK, length=3, labelsize=10.5)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(color=INK, fontsize=10.5)


class ThemedFigure:
    """A figure that takes a page's text colours and font: inline SVG in HTML, PNG elsewhere.

    Parameters
    ----------
    figure : Figure
        Drawn with :data:`INK` and :data:`MUTED` for whatever should follow the theme.
    alt : str
        What the picture shows, for those who cannot see it.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt

    def _repr_html_(self) -> str:
        out = io.StringIO()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": self.alt}):
            self.figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        text = out.getvalue()
        svg = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
        for placeholder, themed in _THEMED.items():
            svg = svg.replace(placeholder, themed)
        svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
        svg = re.sub(r'\b(width|height)="[\d.]+pt" ?', "", svg, count=2)
        width = self.figure.get_figwidth() * 72
        style = f"width: 100%; max-width: {width:.0f}px; height: auto; display: block"
        return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" style="{style}" ', 1)

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=144, facecolor="white")
        return out.getvalue()
