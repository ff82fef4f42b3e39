"""Explorers of people's own lines: random slopes, where time is zero, strange results, two visits."""

from __future__ import annotations

import numpy as np

from .facts import size
from .stock import CODE, CORRELATION, COVARIANCE, EQUATION, FAN_IN, FAN_OUT, PARALLEL, SD, SUBJECT
from .views import Answer, Facts, Panel, Pick, Preset, Prompt, Slider, View

__all__ = ["LINES", "ORIGIN", "SLOPES", "STRANGE", "TWO_VISITS"]

ELLIPSE = Panel("ellipse", "Who is who: (b₀, b₁)", "drag the rim; point at a dot")
OWN_LINES = Panel("lines", "The same people's lines", "point at a line")


def toy(fit: Facts, g11: float, g12: float, g22: float, sigma2: float) -> Facts:
    """A setting in round numbers, in powers of ten of the data's own units: as it stands for mg/dL, ms and years."""
    size = 10.0 ** np.rint(np.log10(fit["sigma2"] / 400))
    pace = 10.0 ** np.rint(np.log10((fit["last"] - fit["first"]) / 10))
    G12, G22 = g12 * size / pace, g22 * size / pace**2
    return {"G11": g11 * size, "G12": G12, "G22": G22, "sigma2": sigma2 * size}


TOY = Preset("Toy", lambda fit: toy(fit, 1400, -60, 12, 400))
CROSS = Preset("ρ = −1: all lines cross", lambda fit: toy(fit, 1200, -240, 48, 400))

SLOPES = View(
    title="Do random slopes always fan out?",
    panels=(
        EQUATION, SD, OWN_LINES, ELLIPSE,
        Panel("build", "Build Vᵢ = Zᵢ G Zᵢ′ + σ² I", "choose an entry of V", wide=True), CODE,
    ),
    dials=(SUBJECT,),
    presets=(PARALLEL, FAN_OUT, FAN_IN, Preset("Pinch in the middle", lambda fit: toy(fit, 1400, -60, 12, 400)), CROSS),
    prompt=Prompt(
        "The people differ in level and in slope. You give them a clearly negative G₁₂. What does the SD do over time?",
        (
            Answer(
                "It rises from the first visit to the last",
                "That is the picture most people have: slopes fan out. They fan out away from t* = −G₁₂/G₂₂; a "
                "negative G₁₂ moves that time to the right, and until then the lines draw together.",
                fits=("rises",),
            ),
            Answer(
                "It falls first, and rises after the time −G₁₂/G₂₂",
                "The variance G₁₁ + 2t·G₁₂ + t²·G₂₂ + σ² is a parabola in t with its lowest point at −G₁₂/G₂₂. Whether "
                "the rise is seen depends on whether that time lies inside the study.",
                fits=("fallsrises",),
            ),
            Answer(
                "It stays: a covariance changes no variance",
                "It changes no variance of b. But a reading at time t holds b₀ and t·b₁ together, so its variance "
                "takes in 2t·G₁₂.",
                fits=("stays",),
            ),
            Answer(
                "It falls as long as time goes on",
                "Until t* = −G₁₂/G₂₂ it does, and that may be later than the last visit. Beyond it t²·G₂₂ grows faster "
                "than 2t·G₁₂ falls: raise G₂₂, or take G₁₂ nearer to 0, and the rise comes into the study.",
                fits=("falls",),
            ),
        ),
        watch=("G12", "rho"),
        asks="sd",
        reads="shape",
    ),
    readouts=("likelihood", "lights"),
    name="slopes",
)  # fmt: skip

ORIGIN = View(
    title="Where is time zero?",
    panels=(
        Panel("origin", "One study, any time zero", "drag the axis", wide=True),
        Panel("ellipse", "The same people: (b₀, b₁)", "b₀ is read off at time zero"),
        COVARIANCE,
        Panel("trap", "The trap: a model without G₁₂", "the nearest one to this V"), CODE,
    ),
    free=("G11", "G12", "G22", "sigma2"),
    dials=(
        Slider(
            "origin", "c", "time zero at", lambda f: 2 * f["first"] - f["last"], lambda f: f["last"],
            lambda f: f["first"], lambda f: (f["last"] - f["first"]) / 20, lambda f: f["time_unit"],
        ),
        SUBJECT,
    ),
    presets=(
        TOY,
        Preset("Zero at the first visit", lambda f: {"origin": f["first"]}),
        Preset("Zero in the middle", lambda f: {"origin": (f["first"] + f["last"]) / 2}),
        Preset("Zero at the last visit", lambda f: {"origin": f["last"]}),
        Preset("Zero long before", lambda f: {"origin": 2 * f["first"] - f["last"]}),
    ),
    prompt=Prompt(
        "You count time from another year. Nothing else about the people changes. What happens to ρ and to V?",
        (
            Answer(
                "Both stay: the people are the same",
                "The people and V are the same. But b₀ is where a line stands at time zero, and that is another "
                "place now: its variance G₁₁, its covariance G₁₂ and so ρ are others.",
            ),
            Answer(
                "ρ changes and may even change its sign; V stays",
                "G becomes T G T′ and Z becomes Z T⁻¹, so Z G Z′ is what it was. ρ describes the lines "
                "as seen from time zero, not the people.",
                right=True,
                fits=("rho",),
            ),
            Answer(
                "Both change",
                "G₁₁, G₁₂ and ρ change, but Z changes with them, and in V the two changes cancel.",
                fits=("both",),
            ),
            Answer(
                "ρ stays, V changes",
                "It is the other way round. V is about readings, and they do not know where you start to count.",
                fits=("V",),
            ),
        ),
        watch=("origin",),
        asks="origin",
        reads="zero",
    ),
    readouts=("likelihood", "lights"),
    name="time origin",
)  # fmt: skip

STRANGE = View(
    title="Strange results, and why they are not bugs",
    panels=(EQUATION, OWN_LINES, SD, COVARIANCE, CORRELATION, CODE),
    dials=(SUBJECT,),
    presets=(
        TOY,
        CROSS,
        Preset("Neighbours ever more alike", lambda fit: toy(fit, 400, 0, 20, 400)),
        Preset("First against last", lambda fit: toy(fit, 525, -100, 20, 100)),
        Preset("Invalid G, valid V", lambda fit: toy(fit, 400, 0, -2, 400)),
        Preset("Negative intraclass correlation", lambda f: {
            "G11": -0.9 * f["sigma2"] / size(f["times"]), "G12": 0.0, "G22": 0.0,
        }),
        Preset("Neither valid", lambda fit: toy(fit, 400, 0, -9, 400)),
    ),
    prompt=Prompt(
        "You type −2 for G₂₂: a negative variance of slopes. Can V = Z G Z′ + σ² I still be a covariance matrix?",
        (
            Answer(
                "No: an impossible G makes an impossible V",
                "V is Z G Z′ plus σ² on the diagonal, and σ² can outweigh what G takes away. What such a V lacks is "
                "people: no random slopes could have produced it.",
                fits=("neither",),
            ),
            Answer(
                "Yes, as long as σ² outweighs it",
                "Every eigenvalue of V is one of Z G Z′ plus σ². V stays valid until G takes away more than "
                "σ² in some direction.",
                right=True,
                fits=("vonly", "neither"),
            ),
            Answer(
                "Yes, always: σ² makes every V valid",
                "Only so far. Lower G₂₂ further and the light for V goes out too: then some combination of readings "
                "would have a negative variance.",
                fits=("vonly",),
            ),
            Answer(
                "No: the program must have a bug",
                "Programs that fit V without asking for a valid G report such estimates on purpose. It is a "
                "statement about readings, not an error.",
                fits=("neither",),
            ),
        ),
        watch=("G22",),
        asks="covariance",
        reads="valid",
    ),
    name="strange results",
)  # fmt: skip

TWO_VISITS = View(
    title="Two visits cannot tell G from σ²",
    panels=(Panel("ridge", "Along the ridge", "σ² moves, G makes up for it", wide=True), OWN_LINES, CODE),
    free=(),
    moves=("G11", "G12", "G22", "sigma2"),
    dials=(Pick("visits", "Visits", (("two", "two"), ("three", "three")), "two"), SUBJECT),
    presets=(
        TOY,
        Preset("Toy, σ² = 250", lambda fit: toy(fit, 1550, -75, 15, 250)),
        Preset("Toy, σ² = 100", lambda fit: toy(fit, 1700, -90, 18, 100)),
    ),
    prompt=Prompt(
        "Everyone is seen twice. You raise σ² and choose G so that V stays. What does −2 log L do?",
        (
            Answer(
                "It rises: more noise explains the data worse",
                "More noise goes with less G. The readings are described by V alone, and V is the same.",
                fits=("rises",),
            ),
            Answer(
                "It stays exactly the same",
                "The likelihood sees only V. With two visits V has three numbers, G and σ² together four: "
                "one of the four is free, and no data of this kind can say which.",
                right=True,
                fits=("same",),
            ),
            Answer(
                "It has a least value near the true σ²",
                "With three visits it has. With two, every σ² along the ridge gives the same V, and the data "
                "cannot choose.",
            ),
            Answer(
                "There is no such G",
                "There is one for every σ²: G = Z⁻¹ (V − σ² I) Z′⁻¹. It is a covariance matrix as long as σ² "
                "is at most the smaller eigenvalue of V.",
            ),
        ),
        watch=("sigma2",),
        asks="ridge",
        reads="ridge",
    ),
    readouts=("lights",),
    name="two visits",
)  # fmt: skip

LINES = (SLOPES, ORIGIN, STRANGE, TWO_VISITS)
