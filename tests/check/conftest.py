"""Each test of the checker begins as a fresh student in a fresh folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lmmteach.check.session import Session, session


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    vars(session).update(vars(Session()))
    yield
    vars(session).update(vars(Session()))
