"""The explorers, one declaration each; ``fit.explore("shrinkage")`` finds them by name."""

from __future__ import annotations

from ...errors import ParameterError
from ..compose import kinds
from ..told import told
from .checks import CHECKS
from .data import DATA
from .layers import CONDITIONAL, LAYERS, SHRINKAGE
from .likelihood import ESTIMATES, HILL, STRUCTURES
from .lines import LINES
from .made import MADE
from .planning import REPEAT
from .stock import (
    CODE,
    COLOUR,
    CORRELATION,
    COVARIANCE,
    EQUATION,
    FAN_IN,
    FAN_OUT,
    INVALID_G,
    PARALLEL,
    PINCH,
    SD,
    SPAGHETTI,
    SUBJECT,
)
from .views import Answer, Preset, Prompt, View

__all__ = ["MARGINAL", "VIEWS", "view_named"]

MARGINAL = View(
    title="G moves V",
    panels=(EQUATION, COVARIANCE, CORRELATION, SPAGHETTI, SD, CODE),
    dials=(SUBJECT, COLOUR),
    presets=(
        PARALLEL,
        Preset("No covariance", lambda fit: {"G12": 0.0}),
        FAN_IN,
        FAN_OUT,
        PINCH,
        INVALID_G,
        Preset("No subjects differ", lambda fit: {"G11": 0.0, "G12": 0.0, "G22": 0.0}, needs_slope=False),
    ),
    match=True,
    prompt=Prompt(
        "You raise G₁₂ a little and hold the other three still. Which entries of V change?",
        (
            Answer(
                "Only those off the diagonal",
                "That takes a place in G for a place in V. G₁₂ is the covariance of intercept and slope, and a "
                "reading at time t holds both: its variance takes in 2t·G₁₂.",
                fits=("off",),
            ),
            Answer(
                "All of them, except the variance at time 0",
                "A variance takes in 2t·G₁₂ and a covariance (s + t)·G₁₂, which is 0 only where the times add up to 0.",
                right=True,
                fits=("late",),
            ),
            Answer(
                "All of them, by the same amount",
                "That is what G₁₁ does. G₁₂ comes weighted by the times, s + t, so late readings feel it more.",
                fits=("same",),
            ),
            Answer(
                "Only the variances",
                "That is what σ² does. G₁₂ is in the variances, as 2t·G₁₂, and in every covariance, as (s + t)·G₁₂.",
                fits=("diagonal",),
            ),
        ),
        watch=("G12", "rho"),
        asks="covariance",
        reads="entries",
    ),
    name="marginal",
    any_R=True,
)

#: Every explorer by the name ``fit.explore(...)`` takes.
VIEWS = {
    view.name: view
    for view in (
        MARGINAL,
        LAYERS,
        HILL,
        ESTIMATES,
        STRUCTURES,
        CONDITIONAL,
        SHRINKAGE,
        CHECKS,
        *LINES,
        *DATA,
        *MADE,
        REPEAT,
    )
}


def view_named(view: View | str) -> View:
    """The view itself or the one of that name, if all its panels exist."""
    if isinstance(view, str) and view in VIEWS:
        view = VIEWS[view]
    if not isinstance(view, View):
        raise ParameterError(
            f"There is no explorer called {told(view)}.",
            f"There are: {', '.join(map(repr, VIEWS))}; or give a View of your own.",
        )
    for panel in view.panels:
        if panel.panel not in kinds():
            raise ParameterError(
                f"The view {view.title!r} asks for a panel {panel.panel!r}, which is not in frame/registry.js.",
                f"There are: {', '.join(map(repr, kinds()))}.",
            )
    return view
