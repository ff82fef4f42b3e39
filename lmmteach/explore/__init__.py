"""Explorers: fits whose parameters can be moved by hand; ``fit.explore()`` calls ``explore(fit)``."""

from __future__ import annotations

from typing import Any

from ..fitting.estimates import Estimates
from .explorer import Explorer
from .gallery import MARGINAL, VIEWS
from .gallery.views import Answer, Flags, Panel, Pick, Preset, Prompt, Slider, View

__all__ = [
    "MARGINAL",
    "VIEWS",
    "Answer",
    "Explorer",
    "Flags",
    "Panel",
    "Pick",
    "Preset",
    "Prompt",
    "Slider",
    "View",
    "explore",
    "marginal",
]


def marginal(fit: Estimates, **state: Any) -> Explorer:
    """The flagship, "G moves V": from G and sigma2 to V, its SDs, simulated subjects and -2 log L."""
    return Explorer(fit, MARGINAL, **state)


def explore(fit: Estimates | None, view: View | str = MARGINAL, **state: Any) -> Explorer:
    """An explorer of ``fit``, starting from the fit unless G, sigma2, hold, seed, method or a dial say otherwise.

    ``view`` is a :class:`View` or the name of one in :data:`VIEWS`; a view that shows no fit takes None.
    """
    return Explorer(fit, view, **state)
