"""Explorers: fits whose parameters can be moved by hand; ``fit.explore()`` calls ``explore(fit)``."""

from __future__ import annotations

from typing import Any

from .explorer import Explorer
from .views import MARGINAL, Panel, Preset, View

__all__ = ["MARGINAL", "Explorer", "Panel", "Preset", "View", "explore", "marginal"]


def marginal(fit: Any, **state: Any) -> Explorer:
    """The flagship, "G moves V": from G and sigma2 to V, its SDs, simulated subjects and -2 log L."""
    return Explorer(fit, MARGINAL, **state)


def explore(fit: Any, view: View = MARGINAL, **state: Any) -> Explorer:
    """An explorer of ``fit``, starting from the fit unless G, sigma2, hold, seed or method say otherwise."""
    return Explorer(fit, view, **state)
