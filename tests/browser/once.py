"""What is dear to make, made once a run, although the tests run in several processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PATIENCE = 1200.0  # s; the book takes minutes on a slow machine


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this run know."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(folder: Path, make: Callable[[Path], Path]) -> Path:
    """What ``make`` makes in ``folder``: by whoever comes first; the others wait for it."""
    told = folder / "made.txt"
    try:
        folder.mkdir()
    except FileExistsError:
        return _waited_for(told)
    made = ""
    try:
        made = str(make(folder))
    finally:  # a failure is told, too
        draft = folder / "draft.txt"
        draft.write_text(made, encoding="utf-8")
        draft.rename(told)
    return Path(made)


def _waited_for(told: Path) -> Path:
    end = time.monotonic() + PATIENCE
    while not told.exists():
        assert time.monotonic() < end, f"{told.parent.name} was not made in {PATIENCE:.0f} s"
        time.sleep(0.2)
    made = told.read_text(encoding="utf-8")
    assert made, f"{told.parent.name} could not be made: see the first test that asked for it"
    return Path(made)
