"""Saved pages: whole or not at all, whatever the name, the disk and the data are like."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path

import pytest

import lmmteach
from lmmteach import ParameterError, files
from lmmteach.explore import Explorer

BEFORE = "what stood there"


@pytest.fixture(scope="module")
def explorer(sleep: lmmteach.Fit) -> Explorer:
    return sleep.explore()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(BEFORE)
    return path


def test_half_a_character_in_the_data_is_written_as_its_escape(page: Path) -> None:
    data = lmmteach.load_sleepstudy()
    data.attrs["units"] = {"reaction": "m\ud800"}
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", data)
    text = fit.explore().save(page).read_text(encoding="utf-8")
    carried = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert carried
    assert json.loads(carried[1])["labels"]["unit"] == "m\ud800"
    fit.explore().to_html().encode("utf-8")


@pytest.mark.parametrize("when", ["write", "replace"])
def test_a_save_that_fails_leaves_the_file_that_stood_there(
    when: str, explorer: Explorer, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    class FullDisk:
        def __init__(self, handle: int, mode: str) -> None:
            self.file = open(handle, mode)  # noqa: SIM115

        def __enter__(self) -> FullDisk:
            return self

        def __exit__(self, *args: object) -> None:
            self.file.close()

        write = full

    if when == "write":
        monkeypatch.setattr(files.os, "fdopen", FullDisk)
    else:
        monkeypatch.setattr(files.os, "replace", full)
    for save in (explorer.save, explorer.embed):
        with pytest.raises(ParameterError, match=r"'page.html' cannot be written: No space left.*as it was"):
            save(page)
    assert page.read_text() == BEFORE
    assert os.listdir(page.parent) == ["page.html"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (b"page.html", "path cannot be b'page.html'"),
        (None, "path cannot be None"),
        (5, "path cannot be 5"),
        ("pa\0ge.html", "cannot be written"),
        ("a" * 300 + ".html", "cannot be written: File name too long"),
        ("a" * 300 + "/page.html", "There is no folder"),
        ("pa\0ge/page.html", "There is no folder"),
        ("folder.html", "cannot be written: Is a directory"),
        ("dangling.html", "cannot be written: No such file"),
        ("loop.html", "cannot be written: Too many levels"),
    ],
)
def test_a_name_that_cannot_be_written_is_named(
    name: object, says: str, explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.html").mkdir()
    Path("dangling.html").symlink_to("nowhere/page.html")
    Path("loop.html").symlink_to("pool.html")
    Path("pool.html").symlink_to("loop.html")
    stood = sorted(os.listdir())
    for save in (explorer.save, explorer.embed):
        with pytest.raises(ParameterError, match=says):
            save(name)
    assert sorted(os.listdir()) == stood


def test_a_link_is_followed_and_the_files_mode_kept(explorer: Explorer, page: Path) -> None:
    page.chmod(0o600)
    link = page.with_name("link.html")
    link.symlink_to(page)
    assert explorer.save(link) == link
    assert link.is_symlink()
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "height", ["x", None, math.nan, math.inf, -5, 0, True, 10**5000], ids=lambda h: type(h).__name__
)
def test_a_frame_has_a_height_in_pixels(height: object, explorer: Explorer, page: Path) -> None:
    with pytest.raises(ParameterError, match="height cannot be"):
        explorer.embed(page, height=height)
    assert page.read_text() == BEFORE


@pytest.mark.parametrize(
    ("name", "address"),
    [("a#b.html", "./a%23b.html"), ("a?b c&.html", "./a%3Fb%20c%26.html"), ("x:é.html", "./x%3A%C3%A9.html")],
)
def test_a_frames_address_is_the_files_name(name: str, address: str, explorer: Explorer, tmp_path: Path) -> None:
    assert f'src="{address}"' in explorer.embed(tmp_path / name)
