"""From formula and data to the numbers of a fit: read, check, maximise, check again."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from ..arguments import check_method, told
from ..covariance.names import as_structure
from ..covariance.structure import Structure
from ..design.build import build
from ..errors import LmmWarning, ModelError
from .bounds import check_found, check_levels, no_end
from .estimates import Estimates
from .few_visits import check_visits
from .solution import maximise
from .validity import check


def solve(
    formula: str, data: pd.DataFrame, method: str, groups: str | None, time: str | None, residual: str | Structure
) -> Estimates:
    """Fit a model; the arguments are those of :func:`lmmteach.lmm`, whose caller hears the warnings."""
    check_method(method)
    for what, column in (("groups", groups), ("time", time)):
        if column is not None and not isinstance(column, str):
            raise ModelError(f"{what}={told(column)} is not the name of a column.", f"For example {what}='subject'.")
    structure = as_structure(residual)
    said: list[str] = []
    design = build(formula, data, groups, time, structure, said)
    check(design, structure, time, said)
    for remark in said:
        warnings.warn(remark, LmmWarning, stacklevel=3)
    check_levels(design, structure, method)
    check_visits(design, structure, method)
    try:
        found = maximise(design, structure, method)
    except np.linalg.LinAlgError:
        raise no_end(structure) from None
    check_found(design, found)
    return Estimates(design, found, method, tuple(said))
