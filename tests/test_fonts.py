"""The book's fonts are whole: cutting them must not drop a name that a table still calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from .fonts import missing_names

FONTS = sorted((Path(__file__).resolve().parent.parent / "book" / "_static" / "fonts").glob("*.woff*"))


def test_there_are_fonts() -> None:
    assert len(FONTS) >= 5


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.name)
def test_every_name_that_is_called_is_there(path: Path) -> None:
    assert missing_names(path) == []
