"""Explorers: fits whose parameters can be moved by hand.  ``explore(fit)`` is what ``fit.explore()`` calls."""

from __future__ import annotations

from typing import Any

from .explorer import Explorer
from .views import MARGINAL, Panel, Preset, View

__all__ = ["MARGINAL", "Explorer", "Panel", "Preset", "View", "explore", "marginal"]


def marginal(fit: Any, **state: Any) -> Explorer:
    """The flagship, "G moves V": G and sigma2 -> V, correlation, SD, simulated subjects and -2 log L, beside the fit."""
    return Explorer(fit, MARGINAL, **state)


def explore(fit: Any, view: View = MARGINAL, **state: Any) -> Explorer:
    """An explorer of ``fit``, starting from the fit unless G, sigma2, hold, seed or method say otherwise."""
    return Explorer(fit, view, **state)
