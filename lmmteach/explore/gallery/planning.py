"""The explorer of a study that is planned: simulated once, then a thousand times."""

from __future__ import annotations

from .stock import CODE
from .views import Answer, Panel, Pick, Preset, Prompt, Slider, View

__all__ = ["REPEAT"]

REPEAT = View(
    title="Repeat the study",
    panels=(
        Panel("repeat", "Every estimate", "one study after the other"),
        Panel("study", "The newest study", "two groups that differ in slope"),
        Panel("tally", "The effect", "the difference of the two slopes"),
        Panel("plans", "Your designs", "what each was worth", wide=True),
        CODE,
    ),
    free=(),
    dials=(
        Slider("people", "n", "people", 10, 200, 40, 2),
        Slider("visits", "m", "visits", 3, 12, 6, 1),
        Slider("length", "T", "last visit", 1, 20, 10, 1, unit="years"),
        Slider("effect", "δ", "the slopes differ by", 0, 5, 2, 0.1),
        Slider("intercepts", "G₁₁", "intercepts", 0, 3000, 1400, 10, colour="G11"),
        Slider("slopes", "G₂₂", "slopes", 0, 50, 12, 0.5, colour="G22"),
        Slider("correlation", "ρ", "correlation", -1, 1, -0.46, 0.01, colour="rho"),
        Slider("residual", "σ²", "residuals", 10, 1600, 400, 10, colour="sigma2"),
        Slider("share", "p", "leave at a visit", 0, 0.5, 0, 0.01),
        Pick("when", "Visits", (("even", "evenly spread"), ("ends", "at both ends")), "even"),
        Pick("mechanism", "Who leaves", (("MCAR", "MCAR"), ("MAR", "MAR"), ("MNAR", "MNAR")), "MCAR"),
        Slider("studies", "N", "studies", 1, 5000, 1, 1, place="panel"),
    ),
    presets=(
        Preset("The plan", lambda f: {"people": 40, "visits": 6, "length": 10, "share": 0}, needs_slope=False),
        Preset("Twice the people", lambda f: {"people": 80, "visits": 6}, needs_slope=False),
        Preset("Twice the visits", lambda f: {"people": 40, "visits": 12}, needs_slope=False),
        Preset("Half the years", lambda f: {"length": 5}, needs_slope=False),
        Preset("MAR: the high leave", lambda f: {"mechanism": "MAR", "share": 0.2}, needs_slope=False),
        Preset("MNAR: who would be high", lambda f: {"mechanism": "MNAR", "share": 0.2}, needs_slope=False),
    ),
    prompt=Prompt(
        "40 people at 6 visits. Twice the people, or twice the visits in the same years: which brings the estimated "
        "effect nearer to the truth?",
        (
            Answer(
                "Twice the people",
                "Var(δ̂) = 4/n (G₂₂ + σ²/S): n divides all of it. More visits in the same years make S larger, and so "
                "the second part smaller; G₂₂ is how people differ, and no visit changes that.",
                right=True,
                fits=("people",),
            ),
            Answer(
                "Twice the visits",
                "Visits wear down σ²/S alone: the noise in a person’s own slope. That people’s slopes differ, G₂₂, is "
                "averaged out over people only.",
                fits=("visits",),
            ),
            Answer(
                "Both alike: twice the readings either way",
                "That would hold if readings were independent. Those of one person share that person’s slope, and "
                "more of them say the same again.",
                fits=("alike",),
            ),
        ),
        watch=("people", "visits", "studies"),
        asks="repeat",
        reads="doubled",
        task="run 1,000 studies; then double the people, and from where you began the visits",
    ),
    readouts=(),
    name="repeat",
    needs_fit=False,
)
