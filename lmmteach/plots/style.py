"""The look of every picture: colours, axes, labels written where the thing is, a size for projectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

#: one colour per parameter, everywhere (Okabe and Ito's colour-blind-safe set)
PARAMETER_COLOURS: Mapping[str, str] = MappingProxyType(
    {"G11": "#0072B2", "G22": "#009E73", "G12": "#D55E00", "sigma2": "#E69F00"}
)
# Near-blacks that no other part of a figure uses: in a page they become the theme's own text colours.
INK, MUTED = "#212223", "#616263"
#: what the model says, as against the data
MODEL = "#6b4aa0"
#: groups of subjects: none of them is a parameter's colour
GROUPS = ("#a3487f", "#2a84bd", "#7d7100", "#5b5f66")
# The explorers' scale for correlations: brown below 0, teal above, never so strong that a number drowns.
DIVERGING = LinearSegmentedColormap.from_list("brown-teal", ["#c0a076", "#fbf9f5", "#66aea6"])
SEQUENTIAL = LinearSegmentedColormap.from_list("paper-violet", ["#ffffff", "#a896cc"])
PAGE = 10.5  # points; a projector's size is larger


@contextmanager
def projector(size: float = 17.0) -> Iterator[None]:
    """Make figures drawn inside legible from the last row: larger letters, thicker lines.

    Parameters
    ----------
    size : float
        Letters, in points; figures 8 to 13 inches wide fill a slide.

    Examples
    --------
    >>> with projector():
    ...     print(mpl.rcParams["font.size"])
    17.0
    """
    settings: Any = {
        "font.size": size, "axes.titlesize": "medium", "lines.linewidth": 2.4, "axes.linewidth": 1.1,
        "figure.dpi": 110, "savefig.facecolor": "white", "figure.constrained_layout.use": True,
    }  # fmt: skip
    with mpl.rc_context(settings):
        yield


def letters(share: float = 1.0) -> float:
    """The size of letters in points: the page's, or the projector's, times ``share``."""
    return share * max(PAGE, float(mpl.rcParams["font.size"]))


def thick(points: float) -> float:
    """A line's width in points, thicker where letters are larger."""
    return points * max(1.0, letters() / PAGE / 1.15)


def style(ax: Axes, xlabel: str = "", ylabel: str = "") -> Axes:
    """Two axes, small ticks, text in the page's ink; and the labels, where given."""
    ax.patch.set_alpha(0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(MUTED)
    ax.tick_params(colors=MUTED, labelcolor=INK, length=3, labelsize=letters(0.95))
    for axis, label in ((ax.xaxis, xlabel), (ax.yaxis, ylabel)):
        axis.label.set(color=INK, fontsize=letters())
        if label:
            axis.set_label_text(label)
    return ax


def labelled(name: str | None, units: Mapping[str, str], squared: bool = False) -> str:
    """A column's name with its unit, ``cholesterol (mg/dL)``; only the unit where that says it all.

    >>> labelled("cholesterol", {"cholesterol": "mg/dL"}), labelled("year", {"year": "years"})
    ('cholesterol (mg/dL)', 'years')
    """
    unit = units.get(name or "", "")
    if not unit:
        return name or "visit"
    if unit.rstrip("s") == str(name).rstrip("s"):
        return unit
    return f"{name} ({f'{unit}$^2$' if squared else unit})"


def significant(value: float) -> str:
    """Three significant digits, whole numbers from a thousand up.

    >>> significant(1396.3), significant(0.01234), significant(-61.0), significant(0.0)
    ('1396', '0.0123', '-61.0', '0')
    """
    if value == 0 or not np.isfinite(value):
        return f"{value:.0f}"
    digits = 2 - int(np.floor(np.log10(abs(float(f"{value:.3g}")))))
    return f"{value:.{max(digits, 0)}f}" if -4 < digits < 7 else f"{value:.2e}"


def sides(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes in inches."""
    box, scale = ax.get_window_extent(), ax.figure.dpi
    return float(box.width / scale), float(box.height / scale)


class End(NamedTuple):
    """A text for the end of a line: where the line ends, what to say, in which colour."""

    x: float
    y: float
    text: str
    colour: str


def label_ends(ax: Axes, ends: Iterable[End], **text: Any) -> None:
    """Write each line's name beside its end, moved apart where they would overlap."""
    ends = sorted(ends, key=lambda end: end.y)
    if not ends:
        return
    size = text.pop("fontsize", letters(0.95))
    low, high = ax.get_ylim()
    gap = 1.2 * size / (72 * sides(ax)[1]) * (high - low)
    wanted = np.array([end.y for end in ends])
    for end, y in zip(ends, spread(wanted, gap), strict=True):
        ax.annotate(
            end.text, (end.x, y), xytext=(0.5 * size, 0), textcoords="offset points", va="center", ha="left",
            color=end.colour, fontsize=size, annotation_clip=False, **text,
        )  # fmt: skip


def spread(wanted: np.ndarray, gap: float) -> np.ndarray:
    """The places nearest to ``wanted`` (ascending) that are at least ``gap`` apart.

    >>> spread(np.array([0.0, 0.1, 5.0]), 1.0)
    array([-0.45,  0.55,  5.  ])
    """
    groups: list[list[float]] = []  # each a run of touching labels: its centre's sum, and how many
    for y in wanted:
        groups.append([y, 1])
        while len(groups) > 1:
            (a, n), (b, m) = groups[-2:]
            if b / m - a / n >= gap * (n + m) / 2:
                break
            groups[-2:] = [[a + b, n + m]]
    return np.concatenate([total / n + gap * (np.arange(n) - (n - 1) / 2) for total, n in groups])
