"""A file of one's own becomes an explorer, with no Python written: what ``lmmteach explore`` does."""

from __future__ import annotations

import warnings
from pathlib import Path

from .errors import DataError, LmmWarning
from .explore import explore
from .model import lmm
from .own_table import read_table

__all__ = ["explorer_of_file", "read_table"]


def explorer_of_file(path: str, formula: str, view: str, method: str, output: str) -> tuple[Path, list[str]]:
    """Fit the formula to the file's table and save the view; the page's path, and what there is to say of the fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LmmWarning)  # told once, below, in the fit's own words
        try:
            fit = lmm(formula, read_table(path), method)
        except DataError as error:
            if "wide_to_long" not in error.fix:
                raise
            raise DataError(  # who explores a file in a terminal may know no Python
                error.what, "Bring the file to the page that makes it long: lmmteach explore --blank."
            ) from None
    return explore(fit, view).save(output), fit.notes
