"""The explorers, declared: panels, free parameters, presets, a prompt.  A new one takes a few lines here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["MARGINAL", "Panel", "Preset", "View"]

Setting = Mapping[str, float]


@dataclass(frozen=True)
class Panel:
    """One panel: its kind (a file in ``static/panels``), heading, a note, and whether it takes a whole row."""

    panel: str
    title: str
    note: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Preset:
    """A named setting: ``to`` takes the fit's G11, G12, G22, sigma2 and gives those that change.

    It also finds there ``room``: down to G22 = -room, with G12 = 0, every V_i stays positive definite.
    """

    label: str
    to: Callable[[Setting], Setting]
    needs_slope: bool = True


@dataclass(frozen=True)
class View:
    """What an explorer shows and lets move."""

    title: str
    panels: tuple[Panel, ...]
    free: tuple[str, ...] = ("G11", "G12", "rho", "G22", "sigma2")
    presets: tuple[Preset, ...] = field(default=())
    prompt: str = ""

    def declaration(self, G: np.ndarray, sigma2: float, room: float) -> dict[str, Any]:
        """The view as JSON-able Python, for a fit with this G (q x q) and sigma2."""
        q = len(G)
        fit = {"G11": G[0, 0], "sigma2": sigma2, "room": room} | ({"G12": G[0, 1], "G22": G[1, 1]} if q > 1 else {})
        return {
            "title": self.title,
            "prompt": self.prompt,
            "panels": [vars(panel) for panel in self.panels],
            "free": [name for name in self.free if q > 1 or name in ("G11", "sigma2")],
            "presets": [
                {
                    "label": preset.label,
                    **_resolved({name: preset.to(fit).get(name, value) for name, value in fit.items()}),
                }
                for preset in self.presets
                if q > 1 or not preset.needs_slope
            ],
        }


def _resolved(setting: Setting) -> dict[str, Any]:
    if "G22" not in setting:
        return {"G": [[float(setting["G11"])]], "sigma2": float(setting["sigma2"])}
    g12 = float(setting["G12"])
    return {
        "G": [[float(setting["G11"]), g12], [g12, float(setting["G22"])]],
        "sigma2": float(setting["sigma2"]),
    }


def _with_rho(fit: Setting, rho: float, **changed: float) -> Setting:
    g11, g22 = changed.get("G11", fit["G11"]), changed.get("G22", fit["G22"])
    return changed | {"G12": rho * float(np.sqrt(g11 * g22))}


MARGINAL = View(
    title="G moves V",
    prompt="Raise G₁₂ a little: which entries of V will move, and which correlations? Decide, then move it.",
    panels=(
        Panel("equation", "The model", wide=True),
        Panel("covariance", "Covariance V", "of one subject"),
        Panel("correlation", "Correlation", "V scaled by its SDs"),
        Panel("spaghetti", "The same subjects", "mean and mean ± 2 SD", wide=True),
        Panel("sd", "SD over time", "dots: SD seen in the data"),
        Panel("code", "In Python", "these lines bring this setting back"),
    ),
    presets=(
        Preset("Parallel lines", lambda fit: {"G12": 0.0, "G22": 0.0}),
        Preset("No covariance", lambda fit: {"G12": 0.0}),
        Preset("Fan in", lambda fit: _with_rho(fit, -0.9, G22=2 * fit["G22"])),
        Preset("Fan out", lambda fit: _with_rho(fit, 0.6, G11=0.5 * fit["G11"], G22=2 * fit["G22"])),
        Preset("Pinch", lambda fit: _with_rho(fit, -1.0, G22=2 * fit["G22"])),
        Preset("Invalid G, valid V", lambda fit: {"G12": 0.0, "G22": -0.5 * fit["room"]}),
        Preset("No subjects differ", lambda fit: {"G11": 0.0, "G12": 0.0, "G22": 0.0}, needs_slope=False),
    ),
)
