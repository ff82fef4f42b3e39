"""What a panel needs beside the common payload: one file a panel, a function from the fit to JSON-able Python."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...errors import LmmWarning
from ...fitting.estimates import Estimates
from .beta import answer, beta
from .hill import hill, profile
from .individuals import errors, individuals
from .layers import stretch
from .ridge import ridge
from .structures import structures
from .subjects import subjects

__all__ = ["NEEDS", "needed"]

#: panel -> what it carries; a panel that is not named here needs nothing more.
NEEDS: Mapping[str, Callable[[Any], Any]] = {
    "answer": answer,
    "beta": beta,
    "conditional": subjects,
    "courses": structures,
    "errors": errors,
    "hill": hill,
    "individuals": individuals,
    "layers": stretch,
    "parts": stretch,
    "profile": profile,
    "residuals": subjects,
    "ridge": ridge,
    "shrinkage": subjects,
    "structures": structures,
}


def needed(fit: Estimates | None, panels: Iterable[str]) -> dict[str, Any]:
    """The extra data of the panels that ask for some; ``fit`` is None where a view shows no fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LmmWarning)  # a panel's own fits, of which nobody asked
        return {panel: NEEDS[panel](fit) for panel in panels if panel in NEEDS}
