"""The explorer of the assumptions: raw and normalized residuals, of the data and of data with a fault planted."""

from __future__ import annotations

from .stock import CODE, EQUATION
from .views import Answer, Facts, Panel, Pick, Preset, Prompt, View

__all__ = ["CHECKS"]


def _effects(facts: Facts) -> list[tuple[int, str]]:
    return [(0, "intercepts, b₀"), (1, "slopes, b₁")] if "G22" in facts else []


CHECKS = View(
    title="Which plot shows which fault?",
    panels=(
        EQUATION,
        Panel("residuals", "What is left over", wide=True),
        Panel("leftcorr", "Correlations by visit", wide=True),
        CODE,
    ),
    dials=(
        Pick(
            "show",
            "Plot",
            (("time", "by time"), ("fitted", "by fitted value"), ("qq", "QQ"), ("b", "QQ of b̂")),
            "time",
        ),
        Pick(
            "data",
            "Data",
            (
                ("real", "as observed"),
                ("none", "no fault (simulated)"),
                ("outliers", "outlying people (simulated)"),
                ("kinds", "two kinds of people (simulated)"),
                ("serial", "e remembers (simulated)"),
                ("spread", "Var(e) grows (simulated)"),
                ("curve", "a bend in the mean (simulated)"),
            ),
            "real",
        ),
        Pick("effect", "b of", _effects, lambda f: int("G22" in f), place="panel"),
    ),
    presets=(
        Preset("No fault", lambda f: {"data": "none", "show": "time"}, needs_slope=False),
        Preset("A bend in the mean", lambda f: {"data": "curve", "show": "time"}, needs_slope=False),
        Preset("Var(e) grows", lambda f: {"data": "spread", "show": "fitted"}, needs_slope=False),
        Preset("Outlying people", lambda f: {"data": "outliers", "show": "qq"}, needs_slope=False),
        Preset("Two kinds of people", lambda f: {"data": "kinds", "show": "b"}, needs_slope=False),
        Preset("V without the slopes", lambda f: {"G12": 0.0, "G22": 0.0, "show": "time"}),
    ),
    prompt=Prompt(
        "A QQ plot of the b̂, one for each person, is straight. What does that say of the b themselves?",
        (
            Answer(
                "They are normal: b̂ estimates b",
                "Each b̂ is drawn towards the middle of the normal distribution that the model assumed. Simulate two "
                "kinds of people, look at the QQ of b̂, then at the true b beside it.",
                fits=("normal",),
            ),
            Answer(
                "They are normal, if there are enough people",
                "More people make the plot sharper, not truer. What counts is how much each person tells: "
                "more readings each, or a smaller σ².",
                fits=("normal",),
            ),
            Answer(
                "Not much: b̂ leans on the normal distribution it is tested for",
                "The less a person's readings tell, the more of b̂ is the model. A plot with a tail does show outlying "
                "people; a straight one proves nothing.",
                right=True,
                fits=("leans", "tail", "normal"),
            ),
            Answer(
                "Nothing at all: b̂ has nothing to do with b",
                "It has: simulate a few outlying people and look at the intercepts. A bent plot is news; "
                "it is the straight one that says little.",
                fits=("leans",),
            ),
        ),
        watch=("data", "show"),
        asks="residuals",
        reads="straight",
    ),
    readouts=("likelihood",),
    name="residuals",
)  # fmt: skip
