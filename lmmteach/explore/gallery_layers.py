"""Explorers of one reading's layers: variation taken apart, conditional against marginal, shrinkage."""

from __future__ import annotations

import math

from .blocks import CODE
from .views import Answer, Facts, Panel, Preset, Prompt, Slider, View

__all__ = ["LAYERS"]


def _rounded(x: float, digits: int = 2) -> float:
    """To so many significant digits."""
    return float(f"{x:.{digits - 1}e}")


def _level(f: Facts) -> float:
    return _rounded(max(f.get("G11", 1200.0), 0.0), 3)


def _residual(f: Facts) -> float:
    return _rounded(f.get("sigma2", 440.0), 2)


def _reach(f: Facts) -> float:
    return _rounded(2 * _residual(f))


def _top(f: Facts) -> float:
    return _rounded(max(2 * _level(f), _reach(f)))


def _fine(top: float) -> float:
    return float(10 ** math.floor(math.log10(top)) / 200)


def _span(f: Facts) -> float:
    return float(f.get("last", 10.0) - f.get("first", 0.0)) or 1.0


def _apart(f: Facts) -> float:
    return float(f.get("step", 2.0))


def _split(f: Facts, share: float, **changed: float) -> Facts:
    """sigma^2 shared out: ``share`` of it fluctuation, the rest measurement error; visits as far apart as planned."""
    fluct = _rounded(share * _residual(f), 3)
    return {"fluct": fluct, "error": _residual(f) - fluct, "spacing": _apart(f), "memory": 0.1, **changed}


LAYERS = View(
    title="Three layers of one reading",
    panels=(
        Panel("layers", "Three people, taken apart", wide=True),
        Panel("parts", "V, taken apart", "by the time between two readings", wide=True),
        CODE,
    ),
    free=(),
    dials=(
        Slider("level", "G₁₁", "variance between people", 0, _top, _level, lambda f: _fine(_top(f)), colour="G11"),
        Slider("fluct", "σ₁²", "variance of the fluctuation", 0, _reach, lambda f: _split(f, 0.6)["fluct"],
               lambda f: _fine(_reach(f)), colour="fluct"),
        Slider("error", "σ₂²", "variance of measurement error", 0, _reach, lambda f: _split(f, 0.6)["error"],
               lambda f: _fine(_reach(f)), colour="sigma2"),
        Slider("memory", "φ", "fluctuation: correlation one unit of time apart", 0.01, 0.99, 0.1, 0.01, colour="fluct"),
        Slider("spacing", "Δt", "time between visits", lambda f: _span(f) / 40, lambda f: _span(f) / 2, _apart,
               lambda f: _span(f) / 40, lambda f: f.get("time_unit", "")),
    ),
    presets=(
        Preset("Visits far apart", lambda f: _split(f, 0.6), needs_slope=False),
        Preset("Visits close together", lambda f: {"spacing": _span(f) / 40, "memory": 0.1}, needs_slope=False),
        Preset("Same V, another split", lambda f: _split(f, 0.2), needs_slope=False),
        Preset("Height: no measurement error", lambda f: _split(f, 1.0), needs_slope=False),
        Preset("Noisy device: only error", lambda f: _split(f, 0.0), needs_slope=False),
        Preset("Fluctuation posing as level", lambda f: _split(f, 0.0, fluct=_reach(f), memory=0.99, level=0.0),
               needs_slope=False),
    ),
    prompt=Prompt(
        "Visits are far apart, and V off the diagonal holds G₁₁ alone. Now you bring the visits closer together. "
        "Which layer begins to move V off the diagonal?",
        (
            Answer(
                "The fluctuation",
                "Two readings soon after one another catch the same ups and downs: they share σ₁²·φ^Δt. Far apart, "
                "nothing of it is left, and the fluctuation looks just like measurement error.",
                right=True,
            ),
            Answer(
                "The measurement error",
                "Each reading has an error of its own, however soon the next one follows. Errors that are independent "
                "add to the variance and to no covariance.",
            ),
            Answer(
                "The differences between people",
                "They stand in every covariance already, near or far: G₁₁ does not know how much time lies between.",
            ),
            Answer(
                "None: what lies within a person stays on the diagonal",
                "That takes σ² for measurement error alone. Part of it is the person's own fluctuation, and it is "
                "independent from visit to visit only when the visits are far apart.",
            ),
        ),
        watch=("spacing",),
    ),
    readouts=(),
    name="layers",
)  # fmt: skip
