"""Explorers of the data themselves: spaghetti, individuals, compound symmetry."""

from __future__ import annotations

from dataclasses import replace

from .facts import options, where
from .stock import CODE, COLOUR, CORRELATION, COVARIANCE, EQUATION, SPAGHETTI, SUBJECT
from .views import Answer, Facts, Flags, Panel, Pick, Preset, Prompt, View

__all__ = ["DATA", "INDIVIDUALS", "INTERCEPT", "LOOK"]

# Where no column describes the subjects there is no group to choose and nothing to colour by.
ROWS = Pick("rows", "Use", lambda f: where(f["groups"], options(f["groups"], ("", "everyone")), []), "")
SHADE = replace(COLOUR, place="console", options=lambda f: where(f["columns"], COLOUR.options(f), []))
FOLLOW = replace(SUBJECT, place="console")


def _ends(f: Facts) -> list[float]:
    return [f["first"], f["last"]]


LOOK = View(
    title="The data: spaghetti",
    panels=(
        Panel("observed", "What was read", "point at a line", wide=True),
        Panel("samplecov", "Sample covariance", "by visit"),
        Panel("samplecorr", "Sample correlation", "by visit"),
        Panel("pair", "Two visits", "each dot a person"),
        CODE,
    ),
    free=(),
    dials=(FOLLOW, SHADE, ROWS, Flags("pair", "Two visits", lambda f: f["times"], _ends)),
    presets=(
        Preset("First and last", lambda f: {"pair": _ends(f)}, needs_slope=False),
        Preset("Early neighbours", lambda f: {"pair": f["times"][:2]}, needs_slope=False),
        Preset("Late neighbours", lambda f: {"pair": f["times"][-2:]}, needs_slope=False),
        Preset("One variance", lambda f: {"pair": f["times"][-1:]}, needs_slope=False),
    ),
    prompt=Prompt(
        "Look at the lines. The two tables still hide their numbers. Which two visits will correlate most?",
        (
            Answer(
                "None: each reading is a row of its own",
                "The rows of a file look independent. Two rows of one person seldom are: somebody who is high at one "
                "visit is mostly high at the next.",
                fits=("none",),
            ),
            Answer(
                "The first and the last",
                "Between them lies the most time for people to change places, so their correlation is mostly among "
                "the lowest.",
                fits=("ends",),
            ),
            Answer(
                "Two that follow one another",
                "Between neighbours there was the least time to change places. In many studies all visits correlate, "
                "because people keep their level, and late neighbours most of all. Both will need an explanation.",
                fits=("neighbours",),
            ),
            Answer(
                "All pairs exactly alike",
                "It is what the first model will say (compound symmetry). The table shows how far that holds.",
                fits=("alike",),
            ),
        ),
        watch=("pair", "rows"),
        task="press another entry of the table",
        asks="samplecorr",
        reads="pairs",
    ),
    readouts=(),
    name="spaghetti",
)

INDIVIDUALS = View(
    title="One line for all, or a line for each?",
    panels=(
        Panel("individuals", "Lines, and what they leave over", wide=True),
        Panel(
            "errors", "Two standard errors for each coefficient", "independent rows against the mixed model", wide=True
        ),
        CODE,
    ),
    free=(),
    dials=(
        Pick(
            "lines",
            "Lines",
            (("ols", "one line for all"), ("own", "a line each"), ("blup", "the mixed model’s")),
            "ols",
        ),
        Pick("subject", "Follow", lambda f: options(f["subjects"]), lambda f: f["subjects"][:2][-1]),
    ),
    presets=(
        Preset("One line for all", lambda f: {"lines": "ols"}, needs_slope=False),
        Preset("A line for each", lambda f: {"lines": "own"}, needs_slope=False),
        Preset("The mixed model’s lines", lambda f: {"lines": "blup"}, needs_slope=False),
    ),
    prompt=Prompt(
        "Least squares takes every reading for a person of its own. For the slope over time and for a difference "
        "between groups of people, such as the sexes: which of its standard errors is too small?",
        (
            Answer(
                "Both: ignoring correlation shrinks every standard error",
                "Between groups it holds: many readings of one person tell little more than one about her group. But "
                "in change over time what is common to her readings cancels. There it holds only where the slopes of "
                "people differ much.",
                fits=("both",),
            ),
            Answer(
                "That of the difference; that of the slope is too large",
                "Comparing people, the readings of one person are no new people. Comparing visits, a person's level "
                "cancels, and least squares counts it as noise all the same. Where slopes differ much, it is too sure "
                "of the slope as well.",
                fits=("between",),
            ),
            Answer(
                "That of the slope; that of the difference is right",
                "Where people differ in level, it is the other way round: the repeated readings help to see change, "
                "and least squares does not know it. Where they differ in slope alone, it can be so.",
                fits=("slope",),
            ),
            Answer(
                "Neither: least squares is unbiased",
                "Its estimates are unbiased. Its standard errors assume independent rows and are wrong where rows "
                "are not independent.",
                fits=("neither",),
            ),
        ),
        watch=("lines", "subject"),
        asks="errors",
        reads="errors",
    ),
    readouts=(),
    name="individuals",
)

INTERCEPT = View(
    title="Random intercept = compound symmetry",
    panels=(EQUATION, Panel("icc", "What two readings share", wide=True), COVARIANCE, CORRELATION, SPAGHETTI, CODE),
    free=("G11", "sigma2"),
    dials=(
        SUBJECT,
        COLOUR,
        Pick("target", "Make the correlation", [(x, f"{x:.2f}") for x in (0.25, 0.5, 0.74, 0.9)], 0.74, place="panel"),
    ),
    presets=(
        Preset("G₁₁ three times σ²", lambda f: {"G11": 3 * f["sigma2"]}, needs_slope=False),
        Preset("Both twice as large", lambda f: {"G11": 2 * f["G11"], "sigma2": 2 * f["sigma2"]}, needs_slope=False),
        Preset("Noisy readings", lambda f: {"sigma2": 3 * f["sigma2"]}, needs_slope=False),
        Preset("No subjects differ", lambda f: {"G11": 0.0}, needs_slope=False),
        Preset("Negative G₁₁, valid V", lambda f: {"G11": -0.6 * f["room"]}, needs_slope=False),
    ),
    match=True,
    prompt=Prompt(
        "You make G₁₁ three times as large as σ². How strongly do any two readings of one person correlate?",
        (
            Answer(
                "0.75",
                "They share G₁₁, and each has the variance G₁₁ + σ²: 3 / (3 + 1). The share of variance is the "
                "correlation itself.",
                right=True,
                fits=("0.75",),
            ),
            Answer(
                "0.87, the root of 0.75",
                "That takes the ICC for an R², whose root is a correlation. The ICC is a correlation already: of one "
                "reading with another, not of a reading with b.",
            ),
            Answer(
                "0.56, the square of 0.75",
                "That takes 0.75 for a correlation with b. Two readings both correlate with b at √0.75; with one "
                "another, at √0.75 · √0.75.",
            ),
            Answer(
                "It depends on how far apart they are",
                "It would with random slopes. A random intercept makes every pair alike, near or far: compound "
                "symmetry.",
            ),
        ),
        watch=("G11", "sigma2"),
        asks="icc",
        reads="share",
    ),
    readouts=("likelihood", "lights"),
    name="random intercept",
)

DATA = (LOOK, INDIVIDUALS, INTERCEPT)
