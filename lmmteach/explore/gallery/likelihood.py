"""Explorers of the estimates: the likelihood's hill, beta as G moves, structures side by side."""

from __future__ import annotations

from typing import Any

from .facts import options, where
from .stock import CODE, EQUATION
from .views import Answer, Flags, Panel, Pick, Preset, Prompt, Slider, View

__all__ = ["ESTIMATES", "HILL", "STRUCTURES"]

PLANES = (
    ("slopes", "intercepts × slopes"),
    ("covariance", "covariance × slopes"),
    ("residual", "residual × intercepts"),
)
LINES = (("G11", "intercepts, G₁₁"), ("G22", "slopes, G₂₂"), ("G12", "covariance, G₁₂"), ("sigma2", "residual, σ²"))
PLANE = Pick("plane", "Plane", lambda f: PLANES if "G22" in f else (), "slopes", place="panel")
ALONG = Pick("along", "Along", lambda f: LINES if "G22" in f else LINES[::3], "G11", place="panel")

HILL = View(
    title="Walk the likelihood",
    panels=(
        Panel("hill", "A map of −2 log L", "numbers: how far above the fit; hatched: no such G", wide=True),
        Panel("profile", "Profile", "the others at their best for each value"),
        CODE,
    ),
    dials=(PLANE, ALONG),
    presets=(
        Preset("Far away", lambda f: {"G11": 0.25 * f["G11"], "G22": 4 * f.get("G22", 0.0), "sigma2": 2 * f["sigma2"]}),
        Preset("No covariance", lambda f: {"G12": 0.0, "plane": "covariance"}),
        Preset("A wall: ρ = 1", lambda f: {"G12": (f["G11"] * f["G22"]) ** 0.5}),
        Preset("Parallel lines", lambda f: {"G12": 0.0, "G22": 0.0}),
        Preset("No subjects differ", lambda f: {"G11": 0.0, "G12": 0.0, "G22": 0.0}, needs_slope=False),
    ),
    match=True,
    prompt=Prompt(
        "The same data are fitted twice, by ML and by REML. Which gives the larger variances in G?",
        (
            Answer(
                "ML",
                "ML takes the averages as known and so underrates how far people lie from them, just as a sample "
                "variance does that divides by n.",
                fits=("ML",),
            ),
            Answer(
                "REML",
                "ML measures people's distances from averages that were drawn towards those very people. REML allows "
                "for the coefficients that were estimated, as dividing by n − 1 does. Compare the two lowest points.",
                fits=("REML",),
            ),
            Answer(
                "They are the same: both maximise a likelihood",
                "They maximise different ones. REML's is the likelihood of what is left of the data once the averages "
                "are taken out. The more coefficients for few subjects, the further the two are apart.",
                fits=("same",),
            ),
            Answer(
                "REML, but only for σ²",
                "σ² hardly differs: it rests on all the readings. G rests on as many people as there are, and that is "
                "where the estimated averages tell.",
            ),
        ),
        watch=("along", "plane", "G11", "G12", "rho", "G22", "sigma2"),
        asks="profile",
        reads="lowest",
    ),
    name="hill",
)

LEVEL = Pick(
    lambda f: f["whom"]["factor"]["dial"], lambda f: f["whom"]["factor"]["name"],
    lambda f: options(f["whom"]["factor"]["levels"]),
    lambda f: where(f["whom"]["factor"]["levels"], f["whom"]["factor"]["levels"], [""])[0],
)  # fmt: skip


def _number(what: str) -> Any:
    return lambda f: f["whom"]["number"][what]


NUMBER = Slider(
    _number("dial"), _number("name"), "at the start",
    _number("low"), _number("high"), _number("value"), _number("step"),
    unit=lambda f: f["whom"]["units"].get(f["whom"]["number"]["name"], ""),
)  # fmt: skip
DATA = Pick(
    "data", "Data",
    lambda f: where(f["complete"], [("all", "everyone"), ("complete", "only those seen at every visit")], []),
    "all", place="panel",
)  # fmt: skip

ESTIMATES = View(
    title="Do the answers move with G?",
    panels=(
        EQUATION,
        Panel("beta", "The coefficients", "each on its own scale; 95 % intervals", wide=True),
        Panel("answer", "The answer, as a course", wide=True),
        CODE,
    ),
    dials=(DATA, LEVEL, NUMBER),
    presets=(
        Preset("Nobody differs", lambda f: {"G11": 0.0, "G12": 0.0, "G22": 0.0}, needs_slope=False),
        Preset("Parallel lines", lambda f: {"G12": 0.0, "G22": 0.0}),
        Preset("Very different slopes", lambda f: {"G12": 0.0, "G22": 9 * f["G22"]}),
        Preset("Only complete subjects", lambda f: {"data": "complete"}, needs_slope=False),
    ),
    readouts=("likelihood", "lights"),
    prompt=Prompt(
        "You move G away from the fit. The data stay as they are. What happens to the estimated coefficients?",
        (
            Answer(
                "Nothing, ever: G is about spread, not about averages",
                "Averages are weighted, and the weights come from G. They are equal only where everyone has every "
                "visit, Z stands inside X, and what tells people apart enters with each column of Z. Where visits are "
                "missing, G decides how much a person with few of them counts.",
                fits=("intervals",),
            ),
            Answer(
                "They always move: they are estimated with G",
                "G enters only as weights. Where every person weighs the same under any G, the estimates stand still: "
                "so it is with complete visits, if what tells people apart is in both level and slope.",
                fits=("both",),
            ),
            Answer(
                "That depends: they stand still where everybody weighs the same under any G, and move elsewhere; the "
                "variances in G decide how wide the intervals are",
                "With every visit there, and what tells people apart in both level and slope, each person weighs the "
                "same under any G. With gaps, or with something in the level alone, the weights depend on G, and "
                "the estimates follow.",
                right=True,
                fits=("both", "intervals"),
            ),
            Answer(
                "Only the intercept moves, because G₁₁ is the variance of the intercepts",
                "That takes a place in G for a place in the mean. G weighs whole people, so any coefficient can move.",
                fits=("intercept",),
            ),
        ),
        watch=("G11", "G12", "rho", "G22", "sigma2", "data"),
        asks="beta",
        reads="estimates",
    ),
    name="estimates",
)

STRUCTURES = View(
    title="Which G and R?",
    panels=(
        Panel("courses", "Compared as curves", "dots: what the data show", wide=True),
        Panel("structures", "Correlations, fitted and observed", "the same averages, the same data", wide=True),
        CODE,
    ),
    free=(),
    dials=(
        Pick(
            "curve",
            "Curve",
            [("lag", "correlation by lag"), ("late", "neighbours, along time"), ("sd", "SD over time")],
            "lag",
            place="panel",
        ),
        Flags("compare", "Compare", ["ri", "rirs", "cs", "ar1", "exp", "riar1", "un"], ("ri", "ar1")),
    ),
    presets=(
        Preset("Parallel or fading?", lambda f: {"compare": ["ri", "ar1"], "curve": "lag"}, needs_slope=False),
        Preset(
            "Who lets neighbours grow alike?",
            lambda f: {"compare": ["ar1", "rirs"], "curve": "late"},
            needs_slope=False,
        ),
        Preset("Whose spread grows?", lambda f: {"compare": ["ri", "rirs"], "curve": "sd"}, needs_slope=False),
        Preset(
            "Slopes or no structure at all", lambda f: {"compare": ["rirs", "un"], "curve": "lag"}, needs_slope=False
        ),
    ),
    readouts=(),
    prompt=Prompt(
        "Which of these can make two neighbouring visits more alike late in the study than early, with few parameters?",
        (
            Answer(
                "AR(1)",
                "AR(1) knows only how far two visits lie apart. Neighbours are as alike at the start as at the end.",
                fits=("ar1",),
            ),
            Answer(
                "A random intercept",
                "It makes every pair of visits equally alike, near or far, early or late: compound symmetry.",
                fits=("ri", "cs"),
            ),
            Answer(
                "Random intercept and slope",
                "Where lines fan out, late readings are mostly slope, and a person has only one slope. So late "
                "neighbours share more than early ones, with four parameters in all.",
                fits=("rirs",),
            ),
            Answer(
                "Only an unstructured V",
                "It can, as it can do anything, but with a parameter for every entry of V. Random slopes need four.",
                fits=("onlyun",),
            ),
        ),
        watch=("curve", "compare"),
        asks="courses",
        reads="neighbours",
    ),
    name="structures",
)
