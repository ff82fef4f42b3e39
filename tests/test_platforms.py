"""The oldest versions promised are the oldest versions tested, and this run says which it has.

``python make.py oldest`` runs the tests on them.
"""

from __future__ import annotations

import os
import re
import runpy
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def oldest() -> dict[str, str]:
    lines = (ROOT / "tests" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def promised(requirements: list[str]) -> dict[str, str]:
    """The lower bound of each requirement."""
    found = [re.match(r"([\w.-]+)>=([\d.]+)", line) for line in requirements]
    return {match[1]: match[2] for match in found if match}


def same(a: str, b: str) -> bool:
    """Whether two versions agree as far as both are written."""
    return all(x == y for x, y in zip(a.split("."), b.split("."), strict=False))


def test_every_lower_bound_is_the_version_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = promised(project["dependencies"])
    assert len(bounds) == len(project["dependencies"]), "each dependency has a lower bound"
    pinned = oldest()
    assert {name: bound for name, bound in bounds.items() if not same(pinned.get(name, "none"), bound)} == {}
    developers = promised(project["optional-dependencies"]["dev"])
    for name in set(pinned) - set(bounds):
        assert same(pinned[name], developers[name])


@pytest.mark.skipif("LMMTEACH_OLDEST" not in os.environ, reason="LMMTEACH_OLDEST=1 says that the oldest set is here")
def test_this_run_has_the_oldest_set() -> None:
    assert {name: version(name) for name in oldest()} == oldest()


def test_a_python_too_new_for_the_oldest_versions_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 1))
    monkeypatch.setattr(sys, "argv", ["make.py", "oldest", "-x"])
    advice = r"need Python 3\.11 or 3\.12\.\nRun instead: +python3\.1[12] make\.py oldest -x"
    with pytest.raises(SystemExit, match=advice):
        runpy.run_path(str(ROOT / "make.py"), run_name="__main__")
