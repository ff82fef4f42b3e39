"""Explorers of one reading's layers: variation taken apart, conditional against marginal, shrinkage."""

from __future__ import annotations

import numpy as np

from .facts import options, rounded, where
from .stock import CODE, EQUATION, PARALLEL
from .views import Answer, Facts, Flags, Panel, Pick, Preset, Prompt, Slider, View

__all__ = ["CONDITIONAL", "LAYERS", "SHRINKAGE"]


def _level(f: Facts) -> float:
    return rounded(np.maximum(f["G11"], 0.0), 3)


def _residual(f: Facts) -> float:
    return rounded(f["sigma2"], 2)


def _reach(f: Facts) -> float:
    return rounded(2 * _residual(f))


def _top(f: Facts) -> float:
    return rounded(np.maximum(2 * _level(f), _reach(f)))


def _fine(top: float) -> float:
    return 10 ** np.floor(np.log10(top)) / 200


def _span(f: Facts) -> float:
    span = f["last"] - f["first"]
    return where(span, span, 1.0)


def _apart(f: Facts) -> float:
    return np.minimum(np.maximum(f["step"], _span(f) / 40), _span(f) / 2)


def _split(f: Facts, share: float, **changed: float) -> Facts:
    """sigma^2 shared out: ``share`` of it fluctuation, the rest measurement error; visits as far apart as planned."""
    fluct = rounded(share * _residual(f), 3)
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
               lambda f: _span(f) / 40, lambda f: f["time_unit"]),
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
                fits=("fluct",),
            ),
            Answer(
                "The measurement error",
                "Each reading has an error of its own, however soon the next one follows. Errors that are independent "
                "add to the variance and to no covariance.",
                fits=("error",),
            ),
            Answer(
                "The differences between people",
                "They stand in every covariance already, near or far: G₁₁ does not know how much time lies between.",
                fits=("level",),
            ),
            Answer(
                "None: what lies within a person stays on the diagonal",
                "That takes σ² for measurement error alone. Part of it is the person's own fluctuation, and it is "
                "independent from visit to visit only when the visits are far apart.",
            ),
        ),
        watch=("spacing",),
        asks="parts",
        reads="closer",
    ),
    readouts=(),
    name="layers",
)  # fmt: skip

FOLLOWED = Pick("subject", "Follow", lambda f: options(f["subjects"]), lambda f: f["subjects"][:2][-1], place="panel")

CONDITIONAL = View(
    title="One person against the population",
    panels=(
        Panel("conditional", "Two means, two spreads", "bands: ± 2 SD", wide=True),
        Panel("moments", "Visit by visit", wide=True),
        EQUATION,
        CODE,
    ),
    dials=(
        FOLLOWED,
        Pick("draws", "Draw", (("none", "what was read"), ("readings", "many readings of this person"),
             ("people", "many people")), "none", place="panel"),
        Flags("bands", "Bands", ("conditional", "marginal"), ("conditional", "marginal")),
    ),
    presets=(
        Preset("Many readings of this person", lambda f: {"draws": "readings"}, needs_slope=False),
        Preset("Many people", lambda f: {"draws": "people"}, needs_slope=False),
        Preset("Slopes differ more", lambda f: {"G12": 0.0, "G22": 6 * f["G22"]}),
        PARALLEL,
        Preset("No subjects differ", lambda f: {"G11": 0.0, "G12": 0.0, "G22": 0.0}, needs_slope=False),
        Preset("Nothing left over", lambda f: {"sigma2": 0.02 * f["sigma2"]}, needs_slope=False),
    ),
    prompt=Prompt(
        "R = σ²I: given the person, every reading has the same variance. You let the slopes differ more (G₂₂). "
        "Is the variance of Y over people still the same at every time?",
        (
            Answer(
                "Yes: homoscedastic means that Var(Y) is constant",
                "Homoscedastic speaks of the conditional variance R: constant given bᵢ. Over people the lines "
                "themselves spread, and V has z′Gz + σ² on its diagonal.",
                fits=("constant",),
            ),
            Answer(
                "No: R stays constant, but V's diagonal changes with time",
                "Var(Y at t) = G₁₁ + 2t·G₁₂ + t²·G₂₂ + σ². The band of one person has the same width everywhere; "
                "the band of the population follows the spread of the lines.",
                right=True,
                fits=("changes",),
            ),
            Answer(
                "No: both bands change their width with time",
                "The band of one person is ± 2σ at every time. Her own line is in its middle, so what lines do "
                "differently adds nothing to it.",
            ),
            Answer(
                "It depends on σ²",
                "σ² adds the same amount at every time: it cannot make the variance change with time.",
            ),
        ),
        watch=("G22",),
        asks="conditional",
        reads="spread",
    ),
    readouts=("likelihood", "lights"),
    name="conditional",
)  # fmt: skip

SHRINKAGE = View(
    title="Predicting b: shrinkage",
    panels=(
        Panel("shrinkage", "One subject, three lines", wide=True),
        Panel("estimates", "From own estimate to prediction"),
        Panel("numbers", "In numbers"),
        EQUATION,
        CODE,
    ),
    dials=(
        FOLLOWED,
        Flags("removed", "Readings taken away", lambda f: f["times"]),
    ),
    presets=(
        Preset("Only the first reading", lambda f: {"removed": f["times"][1:]}, needs_slope=False),
        Preset("No reading at all", lambda f: {"removed": f["times"]}, needs_slope=False),
        Preset("Noisy readings", lambda f: {"sigma2": 10 * f["sigma2"]}, needs_slope=False),
        Preset("Sharp readings", lambda f: {"sigma2": 0.05 * f["sigma2"]}, needs_slope=False),
        Preset("People hardly differ", lambda f: {
            "G11": 0.1 * f["G11"], "G12": 0.1 * f.get("G12", 0.0), "G22": 0.1 * f.get("G22", 0.0)}, needs_slope=False),
    ),
    prompt=Prompt(
        "G is the variance of the b's. Take the b̂'s of all subjects: is their variance G, too?",
        (
            Answer(
                "Yes: b̂ estimates b, so it varies as b does",
                "b̂ is a prediction drawn towards 0, not b itself. Var(b̂) = G Z′V⁻¹Z G, and what is missing to G is "
                "the uncertainty Var(b | Y).",
                fits=("equal",),
            ),
            Answer(
                "No, it is smaller: the b̂'s are drawn towards 0",
                "Under the model Var(b̂) = G − Var(b | Y): the noisier or fewer the readings, the more is held back. "
                "So G is never estimated by the spread of the b̂'s.",
                right=True,
                fits=("smaller",),
            ),
            Answer(
                "No, it is larger: estimates carry error on top of b",
                "That holds for each subject's own least-squares line, the tails of the arrows. b̂ shrinks them by "
                "more than the error had spread them. Only if you set a G much too small do the b̂'s spread more: the "
                "data contradict it.",
                fits=("larger",),
            ),
            Answer(
                "Smaller, but their correlation is ρ all the same",
                "Slopes are mostly known less well than levels and are shrunk more, and a slope is predicted partly "
                "from the level. The correlation of the b̂'s need not be ρ.",
                fits=("smallerrho",),
            ),
        ),
        watch=("sigma2", "removed", "subject"),
        asks="numbers",
        reads="shrunken",
    ),
    readouts=("likelihood",),
    name="shrinkage",
)  # fmt: skip
