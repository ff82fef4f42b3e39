"""The figures of "Does it do what it promises?"."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lmmteach.plots import INK, MUTED
from lmmteach.plots.style import style

Z = 1.96
NAMES = {
    "(Intercept)": "intercept", "sexmale": "male", "year": "year", "age": "age", "sexmale:year": "male × year",
    "year:age": "age × year", "G[(Intercept),(Intercept)]": "G₁₁", "G[(Intercept),year]": "G₁₂",
    "G[year,year]": "G₂₂", "sigma2": "σ²",
}  # fmt: skip
# How each way is drawn: marker, filled, its place above or below its row.
LOOKS = {
    "REML": ("o", True, 0.0), "ML": ("o", False, -0.24), "OLS": ("x", True, 0.24),
    "REML, profile": ("s", False, 0.24), "REML, satterthwaite": ("D", False, 0.24),
    "REML, kenward-roger": ("^", True, -0.24),
}  # fmt: skip


def margin(share: float, n: int) -> float:
    """Half a 95 % interval for a share counted in n data sets.

    >>> round(margin(0.95, 2000), 4)
    0.0096
    """
    return float(Z * np.sqrt(share * (1 - share) / n))


def bias(one: dict[str, float]) -> float:
    """How far the estimates' mean is from the truth, in SDs of the estimate."""
    return (one["mean"] - one["truth"]) / one["sd"]


def rows(ax: Axes, names: list[str], title: str) -> None:
    """One row a parameter, first on top."""
    style(ax)
    ax.set(yticks=range(len(names)), ylim=(len(names) - 0.4, -0.6))
    ax.set_yticklabels([NAMES[name] for name in names])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_title(title, loc="left", color=INK, fontsize=11)
    for row in range(len(names)):
        ax.axhline(row, color=MUTED, alpha=0.18, linewidth=0.6)


def dot(ax: Axes, label: str, x: float, row: int, half: float, name: str | None = None) -> None:
    """A mark with its error bar."""
    marker, filled, lift = LOOKS[label]
    ax.plot([x - half, x + half], [row + lift] * 2, color=INK, linewidth=1.1, solid_capstyle="butt")
    ax.plot(
        x, row + lift, marker, markersize=5, color=INK, markerfacecolor=INK if filled else "none", label=name,
        markeredgewidth=1.1, linestyle="none",
    )  # fmt: skip


def key(ax: Axes, **options: Any) -> None:
    """The legend, in the page's ink, below the picture."""
    ax.figure.legend(
        loc="outside lower center", ncols=3, frameon=False, labelcolor=INK, handletextpad=0.4,
        columnspacing=1.6, **options,
    )  # fmt: skip


def biases(full: dict[str, Any], study: str, n: int, title: str) -> Figure:
    """Bias of each parameter in SDs of the estimate, with what chance alone would do."""
    figure, ax = plt.subplots(figsize=(4.3, 4.6), layout="constrained")
    names = list(full[study]["REML"])
    rows(ax, names, title)
    ax.axvline(0, color=MUTED, linewidth=1)
    for label in [one for one in ("OLS", "REML", "ML") if one in full[study]]:
        for row, name in enumerate(names):
            if name in full[study][label]:
                said = label if row == 0 else None
                dot(ax, label, bias(full[study][label][name]), row, Z / np.sqrt(n), said)
    ax.set_xlabel("bias, in SDs of the estimate")
    key(ax)
    plt.close(figure)
    return figure


def coverages(
    full: dict[str, Any], study: str, ways: dict[str, tuple[str, int]], names: list[str], title: str
) -> Figure:
    """Coverage in percent; ``ways``: for each label what to call it, and how many data sets it was counted in."""
    figure, ax = plt.subplots(figsize=(4.3, 1.6 + 0.3 * len(names)), layout="constrained")
    rows(ax, names, title)
    n = max(n for _, n in ways.values())
    ax.axvspan(95 - 100 * margin(0.95, n), 95 + 100 * margin(0.95, n), color=MUTED, alpha=0.18, linewidth=0)
    for label, (said, count) in ways.items():
        first = True
        for row, name in enumerate(names):
            if name in full[study][label]:
                share = full[study][label][name]["covered"]
                dot(ax, label, 100 * share, row, 100 * margin(share, count), said if first else None)
                first = False
    ax.set_xlabel("intervals that hold the truth, %")
    key(ax)
    plt.close(figure)
    return figure


def usual(full: dict[str, Any], names: list[str]) -> Figure:
    """The usual interval of each variance, by profile and by Wald: medians of its ends, as multiples of the truth."""
    figure, ax = plt.subplots(figsize=(4.3, 2.8), layout="constrained")
    rows(ax, names, "Ten people: the usual interval")
    edge = 0.02
    for label, lift, width in (("REML, profile", -0.14, 4.5), ("REML", 0.14, 1.4)):
        for row, name in enumerate(names):
            ends = full["ten, limits"][label][name]
            low, high = (
                ends["low"] / full["ten"]["REML"][name]["truth"],
                ends["high"] / full["ten"]["REML"][name]["truth"],
            )
            said = {"REML, profile": "profile", "REML": "Wald"}[label] if row == 0 else None
            ax.plot(
                [max(low, edge), high], [row + lift] * 2, color=INK, linewidth=width, label=said, solid_capstyle="butt"
            )
            if low < edge:
                ax.plot(edge, row + lift, marker="<", color=INK, markersize=7, clip_on=False)
    ax.axvline(1, color=MUTED, linewidth=1)
    ax.set(xscale="log", xlim=(edge, 60), xlabel="multiples of the truth")
    ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    key(ax)
    plt.close(figure)
    return figure


def levels(one: dict[str, dict[str, float]], title: str, n: int) -> Figure:
    """How often a true null hypothesis is rejected, against the level that was promised."""
    figure, ax = plt.subplots(figsize=(4.3, 3.8), layout="constrained")
    style(ax, "promised, %", "rejected, %")
    x = np.array([100 * float(level) for level in one["mixture"]])
    ax.plot([0, 21], [0, 21], color=MUTED, linewidth=0.8)
    for kind, marker, filled in (("mixture", "o", True), ("naive", "s", False)):
        y = 100 * np.array(list(one[kind].values()))
        half = [100 * margin(share / 100, n) for share in y]
        ax.errorbar(
            x, y, half, fmt=marker, markersize=5, color=INK, markerfacecolor=INK if filled else "none",
            linewidth=1.1, label={"mixture": "mixture", "naive": "naive chi-square"}[kind],
        )  # fmt: skip
    ax.set_title(title, loc="left", color=INK, fontsize=11)
    ax.set(xlim=(0, 22), ylim=(0, 22), xticks=[1, 5, 10, 20], yticks=[1, 5, 10, 20], aspect="equal")
    ax.legend(frameon=False, labelcolor=INK, loc="upper left", handletextpad=0.2)
    plt.close(figure)
    return figure
