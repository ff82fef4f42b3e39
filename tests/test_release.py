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
from tests.wheel.changelog import CHANGELOG, CITATION, ROOT, UNRELEASED, cited, sections

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
    assert cited(CITATION.read_text(encoding="utf-8")) == lmmteach.__version__


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
    """The index gets no address while ``launch.yml`` names no repository, and then that one's only."""
    hook = runpy.run_path(str(ROOT / "hatch_build.py"))
    named = hook["repository"]((ROOT / "book" / "launch.yml").read_text(encoding="utf-8"))
    assert bool(hook["addresses"](named)) == bool(named)
    assert hook["repository"]('a: 1\nrepository: "some/where"   # said\n') == "some/where"
    assert all(url.startswith("https://github.com/some/where") for url in hook["addresses"]("some/where").values())


@pytest.mark.parametrize("named", ["", "some/where"])
def test_the_readme_has_no_dead_link_on_the_index(named: str) -> None:
    """Every place of the clone that it points to is there, and becomes an address, or words."""
    hook = runpy.run_path(str(ROOT / "hatch_build.py"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = hook["LINK"].findall(readme)
    assert len(links) > 8
    assert all((ROOT / place).exists() for _, _, place in links)
    shown = hook["for_the_index"](readme, named)
    assert not hook["LINK"].findall(shown)
    for picture, words, place in links:
        if named:
            assert re.search(rf"https://[a-z.]+/some/where/\S*{re.escape(place)}\)", shown)
        else:
            assert place not in shown or f"[{words}]" not in shown
            assert picture or words in shown


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


def test_what_opens_the_exercises_is_installed_by_the_task_of_that_name() -> None:
    """The book's own requirements bring no Jupyter that opens a notebook: a student had none."""
    tasks, extras = runpy.run_path(str(ROOT / "make.py"))["TASKS"], PYPROJECT["project"]["optional-dependencies"]
    assert {extra for named, _ in tasks.values() for extra in named.split(",") if extra} <= set(extras)
    asked, [command] = tasks["lab"]
    assert command[:2] == ["-m", "jupyterlab"]
    assert any(line.startswith("jupyterlab>") for extra in asked.split(",") for line in extras[extra])
