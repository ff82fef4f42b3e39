"""What several explorers are built from: the common panels, dials and presets."""

from __future__ import annotations

import numpy as np

from .facts import options
from .views import Facts, Panel, Pick, Preset

__all__ = [
    "CODE",
    "COLOUR",
    "CORRELATION",
    "COVARIANCE",
    "EQUATION",
    "FAN_IN",
    "FAN_OUT",
    "INVALID_G",
    "PARALLEL",
    "PINCH",
    "SD",
    "SPAGHETTI",
    "SUBJECT",
    "with_rho",
]

#: One subject to follow, and a column to colour the lines by: for every view with a spaghetti plot.
SUBJECT = Pick("subject", "Follow", lambda f: options(f["subjects"], ("", "nobody")), "", place="panel")
COLOUR = Pick("colour", "Colour by", lambda f: options(f["columns"], ("", "nothing")), "", place="panel")

EQUATION = Panel("equation", "The model", wide=True)
COVARIANCE = Panel("covariance", "Covariance V", "of one subject")
CORRELATION = Panel("correlation", "Correlation", "V scaled by its SDs")
SPAGHETTI = Panel("spaghetti", "The same subjects", "mean and mean ± 2 SD", wide=True)
SD = Panel("sd", "SD over time", "dots: SD seen in the data")
CODE = Panel("code", "In Python", "these lines bring this setting back")


def with_rho(fit: Facts, rho: float, **changed: float) -> Facts:
    """The setting with this correlation, whatever else changed."""
    now = {**fit, **changed}
    return {**changed, "G12": rho * np.sqrt(now["G11"] * now["G22"])}


PARALLEL = Preset("Parallel lines", lambda fit: {"G12": 0.0, "G22": 0.0})
FAN_IN = Preset("Fan in", lambda fit: with_rho(fit, -0.9, G22=2 * fit["G22"]))
FAN_OUT = Preset("Fan out", lambda fit: with_rho(fit, 0.6, G11=0.5 * fit["G11"], G22=2 * fit["G22"]))
PINCH = Preset("Pinch", lambda fit: with_rho(fit, -1.0, G22=2 * fit["G22"]))
INVALID_G = Preset("Invalid G, valid V", lambda fit: {"G12": 0.0, "G22": -0.5 * fit["room"]})
