"""The explorers, one declaration each; ``fit.explore("shrinkage")`` finds them by name."""

from __future__ import annotations

import numpy as np

from ..errors import ParameterError
from .views import Answer, Facts, Panel, Pick, Preset, Prompt, View

__all__ = ["COLOUR", "MARGINAL", "SUBJECT", "VIEWS", "view_named"]

#: One subject to follow, and a column to colour the lines by: for every view with a spaghetti plot.
SUBJECT = Pick("subject", "Follow", lambda f: [("", "nobody"), *((s, s) for s in f["subjects"])], "", place="panel")
COLOUR = Pick("colour", "Colour by", lambda f: [("", "nothing"), *((c, c) for c in f["columns"])], "", place="panel")

EQUATION = Panel("equation", "The model", wide=True)
COVARIANCE = Panel("covariance", "Covariance V", "of one subject")
CORRELATION = Panel("correlation", "Correlation", "V scaled by its SDs")
SPAGHETTI = Panel("spaghetti", "The same subjects", "mean and mean ± 2 SD", wide=True)
SD = Panel("sd", "SD over time", "dots: SD seen in the data")
CODE = Panel("code", "In Python", "these lines bring this setting back")


def _with_rho(fit: Facts, rho: float, **changed: float) -> Facts:
    now = {**fit, **changed}
    return {**changed, "G12": rho * float(np.sqrt(now["G11"] * now["G22"]))}


PARALLEL = Preset("Parallel lines", lambda fit: {"G12": 0.0, "G22": 0.0})
FAN_IN = Preset("Fan in", lambda fit: _with_rho(fit, -0.9, G22=2 * fit["G22"]))
FAN_OUT = Preset("Fan out", lambda fit: _with_rho(fit, 0.6, G11=0.5 * fit["G11"], G22=2 * fit["G22"]))
PINCH = Preset("Pinch", lambda fit: _with_rho(fit, -1.0, G22=2 * fit["G22"]))
INVALID_G = Preset("Invalid G, valid V", lambda fit: {"G12": 0.0, "G22": -0.5 * fit["room"]})

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
            ),
            Answer(
                "All of them, except the variance at time 0",
                "A variance takes in 2t·G₁₂ and a covariance (s + t)·G₁₂. Both vanish only where every time is 0.",
                right=True,
            ),
            Answer(
                "All of them, by the same amount",
                "That is what G₁₁ does. G₁₂ comes weighted by the times, s + t, so late readings feel it more.",
            ),
            Answer(
                "Only the variances",
                "That is what σ² does. G₁₂ is in the variances, as 2t·G₁₂, and in every covariance, as (s + t)·G₁₂.",
            ),
        ),
        watch=("G12", "rho"),
    ),
    name="marginal",
)

#: Every explorer by the name ``fit.explore(...)`` takes.
VIEWS = {view.name: view for view in (MARGINAL,)}


def view_named(view: View | str) -> View:
    """The view itself, or the one of that name."""
    if isinstance(view, View):
        return view
    if view in VIEWS:
        return VIEWS[view]
    raise ParameterError(
        f"There is no explorer called {view!r}.",
        f"There are: {', '.join(map(repr, VIEWS))}; or give a View of your own.",
    )
