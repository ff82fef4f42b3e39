"""The names that a font's tables call, and those it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

#: "no name" in a table of variations
NONE = 0xFFFF


def missing_names(path: Path) -> list[int]:
    """The names that its tables of styles and variations call and it does not have: a browser refuses such tables."""
    ttLib: Any = pytest.importorskip("fontTools.ttLib", reason="fonttools is not installed")
    if path.suffix == ".woff2":
        pytest.importorskip("brotli", reason="brotli is not installed (pip install -e .[dev])")
    face = ttLib.TTFont(path)
    called: set[int] = set()
    if "STAT" in face:
        table = face["STAT"].table
        axes, values = table.DesignAxisRecord, table.AxisValueArray
        called |= {axis.AxisNameID for axis in axes.Axis} if axes else set()
        called |= {value.ValueNameID for value in values.AxisValue} if values else set()
        called |= {getattr(table, "ElidedFallbackNameID", NONE)}
    if "fvar" in face:
        called |= {axis.axisNameID for axis in face["fvar"].axes}
        for one in face["fvar"].instances:
            called |= {one.subfamilyNameID, one.postscriptNameID}
    return sorted(called - {NONE} - {record.nameID for record in face["name"].names})
