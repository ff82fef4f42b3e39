"""Explorers of data that are made as one looks: visits that are missed, pupils in classes in schools."""

from __future__ import annotations

from .stock import CODE
from .views import Answer, Facts, Panel, Pick, Preset, Prompt, Slider, View

__all__ = ["DROPOUT", "HIERARCHY", "MADE"]

DROPOUT = View(
    title="Who leaves, and what it does to the slope",
    panels=(
        Panel("dropout", "One study", "100 simulated people; faint: what nobody saw", wide=True),
        Panel("bias", "The slope in 100 such studies", "each dot a study", wide=True),
        CODE,
    ),
    free=(),
    dials=(
        Pick(
            "mechanism",
            "Who leaves",
            (("MCAR", "anybody"), ("MAR", "by the last reading"), ("MNAR", "by the unseen one")),
            "MCAR",
        ),
        Slider("share", "p", "leave before a visit, of average people", 0, 0.5, 0.2, 0.01),
        Slider("strength", "γ", "log odds of leaving, per SD", -3, 3, 1.5, 0.1),
    ),
    presets=(
        Preset("Nobody leaves", lambda f: {"share": 0}, needs_slope=False),
        Preset("MCAR: by chance", lambda f: {"mechanism": "MCAR", "share": 0.2}, needs_slope=False),
        Preset(
            "MAR: high readings leave", lambda f: {"mechanism": "MAR", "strength": 1.5, "share": 0.2}, needs_slope=False
        ),
        Preset(
            "MNAR: who would be high", lambda f: {"mechanism": "MNAR", "strength": 1.5, "share": 0.2}, needs_slope=False
        ),
    ),
    prompt=Prompt(
        "After a high reading people tend to leave; the reading itself was seen (MAR). Where does the estimated "
        "slope go?",
        (
            Answer(
                "Too low by least squares, and as much too low by the mixed model",
                "The mixed model has the leavers' high readings, and knows that high readings of a person go on. "
                "That is enough: it stays right. It takes the right V for it.",
                fits=("bothlow",),
            ),
            Answer(
                "Too low by least squares; the mixed model stays right",
                "Those left behind are the low ones, and least squares takes them for everybody. The likelihood uses "
                "what the leavers showed before. Now try MNAR: the mixed model does not cure that.",
                fits=("olslow",),
            ),
            Answer(
                "Nowhere: they are missing at random",
                "The name misleads. At random here means: by what was seen, not by chance. Only MCAR is by chance.",
                fits=("none",),
            ),
            Answer(
                "Too high by both: the high readings weigh more",
                "It is the high people who leave. Late visits hold too many low ones, so the line is pulled down.",
                fits=("bothhigh",),
            ),
        ),
        watch=("mechanism",),
        asks="bias",
        reads="leaving",
    ),
    readouts=(),
    name="dropout",
)


def _split(school: float, classroom: float, pupil: float, design: str) -> Facts:
    return {"school": school, "classroom": classroom, "pupil": pupil, "design": design}


HIERARCHY = View(
    title="Pupils in classes in schools",
    panels=(
        Panel("levels", "72 pupils", "lines: levels of school and class", wide=True),
        Panel("blocks", "V of 18 pupils, two of each class", wide=True),
        CODE,
    ),
    free=(),
    dials=(
        Slider("school", "σᵤ²", "variance between schools", 0, 100, 20, 1, colour="G11"),
        Slider("classroom", "σᵥ²", "variance between classes", 0, 100, 20, 1, colour="fluct"),
        Slider("pupil", "σ²", "variance between pupils", 1, 100, 60, 1, colour="sigma2"),
        Pick("design", "Design", (("nested", "classes in schools"), ("crossed", "crossed factors")), "nested"),
    ),
    presets=(
        Preset("The riddle", lambda f: _split(35, 5, 60, "nested"), needs_slope=False),
        Preset("Schools differ", lambda f: _split(80, 5, 15, "nested"), needs_slope=False),
        Preset("Classes differ", lambda f: _split(5, 80, 15, "nested"), needs_slope=False),
        Preset("Only pupils differ", lambda f: _split(0, 0, 100, "nested"), needs_slope=False),
        Preset("Schools × districts", lambda f: _split(40, 40, 20, "crossed"), needs_slope=False),
    ),
    prompt=Prompt(
        "Two pupils of one class correlate at 0.40, two of one school but of different classes at 0.35. Which level "
        "holds most of the variance?",
        (
            Answer(
                "The school: 0.35 is nearly all of 0.40",
                "Of what two pupils of a class share, the school has most. But 1 − 0.40 is not shared at all: that "
                "is the pupils' own.",
                fits=("school",),
            ),
            Answer(
                "The class: its correlation is the highest",
                "Pupils of one class share the school, too. The class's own part is the difference, 0.40 − 0.35.",
                fits=("class",),
            ),
            Answer(
                "The pupil",
                "1 − 0.40 = 0.60 of the variance is between pupils of one class. School 0.35, class 0.05. "
                "The preset “The riddle” sets it.",
                right=True,
                fits=("pupil",),
            ),
            Answer(
                "It cannot be told from correlations",
                "Not in points, but as shares it can: a correlation here is the share of variance two pupils have "
                "in common.",
            ),
        ),
        watch=("school", "classroom", "pupil"),
        asks="blocks",
        reads="levels",
    ),
    readouts=(),
    name="hierarchy",
    needs_fit=False,
)

MADE = (DROPOUT, HIERARCHY)
