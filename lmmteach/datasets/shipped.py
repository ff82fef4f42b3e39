"""The files that come with the package."""

from __future__ import annotations

from importlib.resources import files
from io import StringIO

import pandas as pd

__all__ = ["shipped_table", "shipped_text"]


def shipped_text(name: str) -> str:
    """The text of a file that ships beside this one (the package may be a zip, so no paths)."""
    return files("lmmteach.datasets").joinpath(name).read_text(encoding="utf-8")


def shipped_table(name: str) -> pd.DataFrame:
    """A shipped .csv file as a DataFrame."""
    return pd.read_csv(StringIO(shipped_text(name)))
