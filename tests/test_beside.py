"""What another process does meanwhile, and what becomes of it where it fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lmmteach.beside import beside


def test_what_is_made_beside_is_there_afterwards(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with beside(lambda: made.write_text(str(os.getpid()))):
        (tmp_path / "here").write_text("")
    assert (made.read_text() != str(os.getpid())) == (sys.platform == "linux")


def test_what_fails_there_is_heard_here(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It ran twice: there, where nobody reads what it says, and here."""

    def work() -> None:
        with (tmp_path / "ran").open("a") as file:
            file.write("x")
        raise ValueError("an event handler in a page")

    with pytest.raises(ValueError, match="an event handler"), beside(work):
        pass
    assert len((tmp_path / "ran").read_text()) == 1 + (sys.platform == "linux")


def test_an_error_here_is_not_hidden_by_one_there(tmp_path: Path) -> None:
    def work() -> None:
        raise ValueError("there")

    with pytest.raises(KeyError, match="here"), beside(work):
        raise KeyError("here")
