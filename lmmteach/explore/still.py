"""A still of the explorer, for PDF and for readers without JavaScript: V, subjects seen and simulated."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from .draws import square_root, standard_normals
from .residual import PIVOT
from .told import three
from .traits import is_psd

__all__ = ["picture", "simulated"]

LINE, DATA, RULE, MUTED = "#6b4aa0", "#2b2d33", "#d9dade", "#5f6470"
SCALE = LinearSegmentedColormap.from_list("V", ["#ffffff", LINE])


def simulated(
    data: dict[str, Any], G: np.ndarray, sigma2: float, seed: int, R: Callable[[Any], np.ndarray] | None = None
) -> np.ndarray:
    """The page's simulated responses, y = mu + Z b + e, row after row of the subjects drawn.

    ``R`` gives a kind of visits its R, where that is not sigma2 I: then e = L u with L L' = R.
    """
    people, q = data["people"], len(G)
    kinds = [np.array(kind["Z"]).reshape(len(kind["t"]), q) for kind in people["visits"]]
    roots = [np.sqrt(sigma2) * np.eye(len(kind)) for kind in kinds]
    if R is not None:
        roots = [square_root(R(kind), PIVOT) for kind in people["visits"]]
    z = standard_normals(seed, sum(q + len(kinds[k]) for k in people["visitOf"]))
    L, out, at = square_root(G), [], 0
    for k in people["visitOf"]:
        n = len(kinds[k])
        out.append(kinds[k] @ L @ z[at : at + q] + roots[k] @ z[at + q : at + q + n])
        at += q + n
    y: np.ndarray = np.array(people["mu"]) + np.concatenate(out)
    return y


def picture(explorer: Any) -> bytes:
    """A PNG of the explorer's present state."""
    if explorer.fit is None:
        return _words(explorer)
    data, G = explorer._data, explorer.G.to_numpy()
    figure = Figure(figsize=(9.6, 3.3), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    table, seen, drawn = figure.subplots(1, 3, width_ratios=[1.15, 1, 1])
    _matrix(table, explorer.V.to_numpy(), data)
    _lines(seen, data, np.array(data["people"]["y"]), DATA, "Observed")
    if is_psd(G):
        _lines(drawn, data, simulated(data, G, explorer.sigma2, explorer.seed, explorer.R_of), LINE, "Simulated")
    else:
        _lines(drawn, data, np.empty(0), LINE, "No subjects: G is not PSD")
    for axes in (seen, drawn):
        _band(axes, data, G, explorer.residual_variances())
    stands = _named(G) | {"$\\sigma^2$": explorer.sigma2} | explorer.residual_values()
    entries = ", ".join(f"{name} = {three(value)}" for name, value in stands.items())
    figure.suptitle(entries, x=0.01, ha="left", fontsize=10, color=DATA)
    return _png(figure)


def _words(explorer: Any) -> bytes:
    """Of a view without a fit: its title and where its dials stand."""
    figure = Figure(figsize=(9.6, 1.2), dpi=110)
    FigureCanvasAgg(figure)
    shown = ", ".join(
        f"{dial['what']}: {three(value) if isinstance(value, float) else value}"
        for dial in explorer.declared_dials
        for value in [explorer.dials[dial["name"]]]
    )
    figure.text(0.01, 0.68, explorer.view.title, fontsize=14, color=DATA)
    figure.text(0.01, 0.28, shown, fontsize=10, color=MUTED)
    return _png(figure)


def _png(figure: Figure) -> bytes:
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _named(G: np.ndarray) -> dict[str, float]:
    if len(G) < 2:
        return {"$G_{11}$": G[0, 0]} if len(G) else {}
    return {"$G_{11}$": G[0, 0], "$G_{12}$": G[0, 1], "$G_{22}$": G[1, 1]}


def _matrix(axes: Axes, V: np.ndarray, data: dict[str, Any]) -> None:
    top = 1.6 * np.diag(V).max()
    axes.imshow(V, cmap=SCALE, vmin=0, vmax=max(top, 1e-300))
    for (i, j), v in np.ndenumerate(V):
        strong = "white" if v > 0.62 * top else DATA
        axes.text(j, i, three(v), ha="center", va="center", fontsize=7.5, color=strong)
    labels = data["grid"]["label"]
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_title("Covariance V", loc="left", fontsize=10, color=DATA)
    _plain(axes, data["labels"]["time"])


def _lines(axes: Axes, data: dict[str, Any], y: np.ndarray, colour: str, title: str) -> None:
    """One line a subject; an empty ``y`` leaves the axes without lines."""
    people, at = data["people"], 0
    for k in people["visitOf"] if len(y) else []:
        t = people["visits"][k]["t"]
        marker = "." if len(t) == 1 else ""
        axes.plot(t, y[at : at + len(t)], color=colour, alpha=0.35, linewidth=0.6, marker=marker)
        at += len(t)
    axes.set_ylim(people["range"]["y"])
    axes.set_title(title, loc="left", fontsize=10, color=DATA)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    _plain(axes, data["labels"]["time"])


def _band(axes: Axes, data: dict[str, Any], G: np.ndarray, left: Any) -> None:
    """The mean and the mean +- 2 SD; ``left`` is the residual variance, at each time or at all."""
    curve = data["curve"]
    t, mean = np.array(curve["t"]), np.array(curve["mean"])
    Z = np.array(curve["Z"]).reshape(len(t), len(G))
    sd = np.sqrt(np.maximum(np.einsum("ia,ab,ib->i", Z, G, Z) + left, 0))
    axes.fill_between(t, mean - 2 * sd, mean + 2 * sd, color=LINE, alpha=0.1, linewidth=0)
    for edge in (mean - 2 * sd, mean + 2 * sd):
        axes.plot(t, edge, color=LINE, linewidth=1.3)
    axes.plot(t, mean, color=DATA, linewidth=1.6)


def _plain(axes: Axes, label: str) -> None:
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8, labelcolor=MUTED)
    axes.set_xlabel(label, fontsize=8.5, color=MUTED, parse_math=False)  # a name from data is no formula
    for spine in axes.spines.values():
        spine.set_visible(False)
