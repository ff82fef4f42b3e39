"""The progress file and the report on the disk: two notebooks, damage, folders nobody may write to, odd names."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.check.reports import read_report
from lmmteach.check.session import FILE, Session, session
from lmmteach.errors import LmmError
from tests.check.test_handing_in import solve


@contextlib.contextmanager
def another_kernel() -> Iterator[None]:
    """Inside, another notebook is at work; afterwards this one goes on."""
    mine = dict(vars(session))
    vars(session).update(vars(Session()))
    yield
    vars(session).update(mine)


def kept(student: str = "ada") -> Any:
    return json.loads(Path(FILE).read_text())[student]


def test_two_notebooks_in_one_folder_keep_each_other_s_work() -> None:
    lmmteach.student("Ada")
    assert not lmmteach.check("05.1", 123.456).passed
    with another_kernel():
        lmmteach.student("Ada")
        solve("02.1", "05.1")
        lmmteach.hint("05.2")
    solve("02.2")
    assert not lmmteach.check("05.1", 123.456).passed
    entries = kept()
    assert {id for id, entry in entries.items() if entry["passed"]} == {"02.1", "02.2", "05.1"}
    assert entries["05.1"]["attempts"] == 3
    assert entries["05.2"]["hints"] == 1
    assert lmmteach.hint("05.2").title == "Hint 2 of 3"


def test_a_report_holds_what_another_notebook_solved_meanwhile() -> None:
    lmmteach.student("Ada")
    solve("02.2")
    with another_kernel():
        lmmteach.student("Ada")
        solve("02.1")
    assert "Solved: 02.1, 02.2." in lmmteach.report("ada.json").text
    assert set(read_report(Path("ada.json"))["exercises"]) == {"02.1", "02.2"}


def test_a_report_written_again_from_another_folder_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lmmteach.student("Ada")
    solve("02.1")
    lmmteach.report("ada.json")
    Path("other").mkdir()
    monkeypatch.chdir("other")
    with another_kernel():
        lmmteach.student("Ada")
        solve("02.2")
        lmmteach.report("../ada.json")
    assert set(read_report(Path("../ada.json"))["exercises"]) == {"02.1", "02.2"}


def test_a_student_who_says_their_name_again_sees_what_another_notebook_solved() -> None:
    lmmteach.student("Ada")
    solve("02.2")
    with another_kernel():
        lmmteach.student("Ada")
        solve("02.1")
    assert "2 solved" in lmmteach.student("Ada").text


def test_a_folder_that_cannot_be_written_is_told_when_it_happens_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    lmmteach.student("Ada")
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkstemp", refuse)
        said = [lmmteach.check("02.1", 7.0).text, lmmteach.check("02.1", 7.0).text, lmmteach.hint("02.1").text]
    assert ["hand in before" in " ".join(text.split()) for text in said] == [True, False, False]
    solve("02.2")
    assert set(kept()) == {"02.1", "02.2"}
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert "hand in before" in " ".join(lmmteach.check("02.1", 7.0).text.split())


@pytest.mark.parametrize(
    "spoilt",
    [
        '{"ada": {"05.2": {"attempts": "x"}}}',
        '{"ada": {"05.2": {"passed": 1}}}',
        '{"ada": {"05.2": {"answer": {"returned": [{"returned": []}]}}}}',
        '{"ada": {"05.2": 7}}',
        '{"ada": []}',
        "[" * 100_000,
        '{"ada": ' + "[" * 984 + "]" * 984 + "}",
        '{"ada": {"05.2": {"answer": ' + '{"parts": [' * 480 + "]}" * 480 + "}}}",
    ],
    ids=lambda text: text[:50],
)
@pytest.mark.parametrize("begun", [False, True])
def test_a_progress_file_no_check_has_written_is_set_aside(spoilt: str, begun: bool) -> None:
    if begun:
        lmmteach.student("Ada")
    Path(FILE).write_text(spoilt)
    said = [] if begun else [lmmteach.student("Ada").text]
    said.append(lmmteach.check("05.2", 1.0).text)
    assert sum("was damaged" in text for text in said) == 1
    assert Path("lmmteach-progress.damaged.json").read_text() == spoilt
    assert set(kept()) == {"05.2"}


def test_another_student_s_endlessly_nested_entry_is_no_reason_to_fail() -> None:
    Path(FILE).write_text('{"bob": ' + "[" * 984 + "]" * 984 + "}")
    lmmteach.student("Ada")
    assert not lmmteach.check("05.2", 1.0).passed


def test_a_progress_file_that_an_editor_saved_with_a_byte_order_mark_is_read() -> None:
    lmmteach.student("Ada")
    solve("02.1")
    Path(FILE).write_text(Path(FILE).read_text(), encoding="utf-8-sig")
    vars(session).update(vars(Session()))
    assert "1 solved" in lmmteach.student("Ada").text


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644)])
def test_files_are_as_private_as_the_student_s_others(mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        lmmteach.student("Ada")
        solve("02.1")
        lmmteach.report("ada.json")
    finally:
        os.umask(before)
    for name in (FILE, "ada.json"):
        assert stat.S_IMODE(Path(name).stat().st_mode) == mode
    Path("ada.json").chmod(0o640)
    lmmteach.report("ada.json")
    assert stat.S_IMODE(Path("ada.json").stat().st_mode) == 0o640


def test_half_a_character_in_a_name_is_left_out() -> None:
    assert lmmteach.student("\ud83d").title == "No name yet"
    assert lmmteach.student("Ada\ud83d").title == "Hello, Ada"
    solve("02.1")
    assert lmmteach.report().title == "Written for Ada"


def test_a_number_of_endless_digits_is_no_name() -> None:
    with pytest.raises(LmmError, match="too many digits"):
        lmmteach.student(10**5000)
    assert lmmteach.student(1815).title == "Hello, 1815"


@pytest.mark.parametrize(
    "file", ["a\0b.json", "x" * 5000, "x" * 254, b"ada.json", 3, ".", "a\ud800/b.json", "no/x.json"]
)
def test_a_report_s_odd_file_name_is_named(file: Any) -> None:
    lmmteach.student("Ada")
    solve("02.1")
    if file == "x" * 254:  # as long as a name may be
        assert lmmteach.report(file).title == "Written for Ada"
        return
    with pytest.raises(LmmError) as caught:
        lmmteach.report(file)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()
