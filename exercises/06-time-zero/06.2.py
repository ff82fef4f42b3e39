"""06.2: what stays when the origin moves."""

from lmmteach.check import Exercise, Wrong

CHOICES = ("V", "G11", "G12", "G22", "rho", "det G", "sigma2", "-2 log L")

EXERCISE = Exercise(
    id="06.2",
    title="What stays?",
    text="""
You count time from another origin and fit the same model again: random intercept and slope, time in the fixed part.
Which of these
**stay as they are**, whatever the origin and whatever the data?

`"V"`, `"G11"`, `"G12"`, `"G22"`, `"rho"`, `"det G"`, `"sigma2"`, `"-2 log L"`

Hand over a list or a set of them. `"-2 log L"` is that of ML.
""",
    choices=CHOICES,
    starter='answer = {"..."}',
    solution='answer = {"V", "G22", "det G", "sigma2", "-2 log L"}',
    hints=(
        "The data do not know where zero is, and neither does the best model of them. What does a line look "
        "like from elsewhere?",
        "Which entries of G say something about one point of time, and which only about how steep lines are?",
        "Three of the eight change with the origin. One of the five that stay is computed from some that do not stay.",
    ),
    wrong=(
        Wrong(
            "rho-stays",
            "ρ is the correlation of the slope with the height *at time zero*. Move zero, and it moves.",
            answer=lambda q: {"V", "G22", "rho", "det G", "sigma2", "-2 log L"},
            when=lambda q, answer: "rho" in answer,
        ),
        Wrong(
            "G11-stays",
            "G₁₁ is the variance of the lines' height at time zero. The lines spread differently elsewhere.",
            answer=lambda q: {"V", "G11", "G22", "det G", "sigma2", "-2 log L"},
            when=lambda q, answer: "g11" in answer,
        ),
        Wrong(
            "G12-stays",
            "G₁₂ is the covariance of the slope with the height at time zero: it changes with the origin.",
            answer=lambda q: {"V", "G12", "G22", "det G", "sigma2", "-2 log L"},
            when=lambda q, answer: "g12" in answer,
        ),
        Wrong(
            "V-moves",
            "You say that V changes. But V is the covariance of the readings, and nobody has measured again.",
            answer=lambda q: {"G22", "det G", "sigma2", "-2 log L"},
            when=lambda q, answer: "v" not in answer,
        ),
        Wrong(
            "fit-moves",
            "You say that the fit gets better or worse. But the model describes the same lines, only from elsewhere.",
            answer=lambda q: {"V", "G22", "det G", "sigma2"},
            when=lambda q, answer: "-2 log l" not in answer,
        ),
        Wrong(
            "G22-moves",
            "You say that the slopes' variance changes. A line is as steep whatever its origin.",
            answer=lambda q: {"V", "det G", "sigma2", "-2 log L"},
            when=lambda q, answer: "g22" not in answer,
        ),
        Wrong(
            "sigma2-moves",
            "You say that σ² changes. It is what the lines leave over, and the lines are the same.",
            answer=lambda q: {"V", "G22", "det G", "-2 log L"},
            when=lambda q, answer: "sigma2" not in answer,
        ),
        Wrong(
            "det-moves",
            "One is missing. Work out the determinant of T G T': what is the determinant of T?",
            answer=lambda q: {"V", "G22", "sigma2", "-2 log L"},
            when=lambda q, answer: "det g" not in answer,
        ),
    ),
    right="The model describes the same lines. Only what is read off at time zero has changed: G₁₁, G₁₂, and "
    "with them ρ.",
    notice="G₁₁ and G₁₂ move together so that G₁₁G₂₂ − G₁₂² stands still.",
)
