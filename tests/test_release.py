"""What a release promises: one version everywhere, a changelog that knows it, metadata made from it."""

from __future__ import annotations

import importlib.util
import re
import runpy
import shutil
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

import lmmteach
from lmmteach import cli
from tests.wheel.changelog import CHANGELOG, ROOT, UNRELEASED, sections

FOUND = sections(CHANGELOG.read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_unreleased_is_on_top_and_the_newest_version_is_the_package() -> None:
    assert FOUND[0].version == UNRELEASED
    versions = [section.version for section in FOUND[1:]]
    assert versions[0] == lmmteach.__version__
    numbers = [tuple(int(part) for part in version.split(".")) for version in versions]
    assert numbers == sorted(set(numbers), reverse=True)


def test_each_version_has_its_day() -> None:
    assert FOUND[0].day == ""
    days = [date.fromisoformat(section.day) for section in FOUND[1:]]
    assert days == sorted(days, reverse=True)


def test_changes_are_sorted_by_kind() -> None:
    kinds = set(re.findall(r"(?m)^### (.+)$", CHANGELOG.read_text(encoding="utf-8")))
    assert kinds
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_citation_names_the_version() -> None:
    cited = re.findall(r"(?m)^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited == [lmmteach.__version__]


def test_the_metadata_take_the_version_from_the_package() -> None:
    assert "version" in PYPROJECT["project"]["dynamic"]
    place = ROOT / PYPROJECT["tool"]["hatch"]["version"]["path"]
    files = (ROOT / "lmmteach").rglob("*.py")
    assert [path for path in files if f'"{lmmteach.__version__}"' in path.read_text(encoding="utf-8")] == [place]


def test_a_new_version_makes_make_install_anew(tmp_path: Path) -> None:
    """An editable install keeps the metadata of the day it was made; make.py must see that they have aged."""
    place = PYPROJECT["tool"]["hatch"]["version"]["path"]
    for name in ("make.py", "pyproject.toml", place):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    requirements = runpy.run_path(str(tmp_path / "make.py"))["requirements"]
    before = requirements("book,dev")
    assert requirements("book,dev") == before
    (tmp_path / place).write_text('__version__ = "9.9.9"\n')
    assert requirements("book,dev") != before


def test_the_command_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"lmmteach {lmmteach.__version__}\n"


def test_no_address_is_invented() -> None:
    """Addresses name the repository that ``launch.yml`` names, and there are none while it names none."""
    named = re.search(r'(?m)^repository: *"?([\w./-]*)', (ROOT / "book" / "launch.yml").read_text(encoding="utf-8"))
    assert named is not None
    urls = PYPROJECT["project"].get("urls", {})
    assert bool(urls) == bool(named[1])
    assert all(url.startswith(f"https://github.com/{named[1]}") for url in urls.values())


def test_make_installs_what_its_stamp_does_not_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the tests' tools there, the benchmarks' peers and the release's tools are still missing."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    asked: list[str] = []
    monkeypatch.setattr(make, "follow", lambda command: asked.append(command[-1]))
    monkeypatch.setattr(make.subprocess, "check_output", lambda command: str(tmp_path).encode())
    monkeypatch.setattr(make, "works", lambda python, code: True)
    for extras in ("book,dev", "book", "book,dev", "release", "book,dev", "book,dev,bench", "release"):
        make.install(sys.executable, [extras], extras)
    assert asked == ["book,dev", "release", "book,dev,bench"]
    monkeypatch.setattr(make, "VERSION", str(tmp_path / "another"))
    make.install(sys.executable, ["book"], "book")
    assert asked[3:] == ["book"]
