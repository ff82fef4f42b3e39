"""What a release promises: one version everywhere, a changelog that knows it, metadata made from it."""

from __future__ import annotations

import re
import runpy
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

import lmmteach
from lmmteach import cli

ROOT = Path(__file__).resolve().parent.parent
HEADS = re.findall(r"(?m)^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def test_unreleased_is_on_top_and_the_newest_version_is_the_package() -> None:
    assert HEADS[0] == "Unreleased"
    versions = [head.split(" - ")[0] for head in HEADS[1:]]
    assert versions[0] == lmmteach.__version__
    numbers = [tuple(int(part) for part in version.split(".")) for version in versions]
    assert numbers == sorted(set(numbers), reverse=True)


def test_each_version_has_its_day() -> None:
    days = [date.fromisoformat(head.split(" - ")[1]) for head in HEADS[1:]]
    assert days == sorted(days, reverse=True)


def test_changes_are_sorted_by_kind() -> None:
    kinds = set(re.findall(r"(?m)^### (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    assert kinds
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_citation_names_the_version() -> None:
    cited = re.findall(r"(?m)^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited == [lmmteach.__version__]


def test_the_metadata_take_the_version_from_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in declared["project"]["dynamic"]
    place = ROOT / declared["tool"]["hatch"]["version"]["path"]
    files = (ROOT / "lmmteach").rglob("*.py")
    assert [path for path in files if f'"{lmmteach.__version__}"' in path.read_text(encoding="utf-8")] == [place]


def test_a_new_version_makes_make_install_anew(tmp_path: Path) -> None:
    """An editable install keeps the metadata of the day it was made; make.py must see that they have aged."""
    place = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["version"]["path"]
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
