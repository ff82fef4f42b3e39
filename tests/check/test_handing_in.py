"""Recording, the report, its grading: tampered, truncated, duplicate and foreign files are named, the others graded."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach import cli
from lmmteach.check import trial
from lmmteach.check.gradebook import gradebook_csv
from lmmteach.check.grading import grade_folder
from lmmteach.check.recorded import form_of, plain_json
from lmmteach.check.reports import ReportError, read_report, seal
from lmmteach.check.session import FILE, Session, session
from lmmteach.check.shelf import all_exercises, find_exercise
from lmmteach.check.variant import variant


def solve(*ids: str) -> None:
    for id in ids:
        assert lmmteach.check(id, variant(find_exercise(id), session.student).solved).passed


def hand_in(student: str, folder: Path, *ids: str, wrong: tuple[str, ...] = ()) -> Path:
    session.records = {}
    Path(FILE).unlink(missing_ok=True)
    lmmteach.student(student)
    solve(*ids)
    for id in wrong:
        assert not lmmteach.check(id, 123.456).passed
    folder.mkdir(exist_ok=True)
    path = folder / f"{student.replace(' ', '')}.json"
    assert lmmteach.report(path).title == f"Written for {student}"
    return path


def test_every_exercise_can_be_handed_in_and_graded(tmp_path: Path) -> None:
    ids = [exercise.id for exercise in all_exercises()]
    hand_in("Ada Lovelace", tmp_path / "in", *ids)
    grades = grade_folder(tmp_path / "in")
    assert grades.remarks == []
    assert grades.passed == {"Ada Lovelace": set(ids)}


def test_a_wrong_answer_after_a_right_one_takes_nothing_away(tmp_path: Path) -> None:
    lmmteach.student("Ada")
    solve("02.1")
    assert not lmmteach.check("02.1", 7.0).passed
    assert session.records["02.1"].attempts == 2
    assert session.records["02.1"].passed


def test_recorded_numbers_come_back_exactly() -> None:
    form = (np.array([[0.1, 1 / 3], [2e-17, 4.0]]), 1 / 7, "reml", True, frozenset({"v", "g22"}), {"a": (1.0 / 3,)})
    back = form_of(json.loads(json.dumps(plain_json(form))))
    assert np.array_equal(back[0], form[0])
    assert back[1:] == form[1:]


def test_what_is_not_finite_is_recorded_in_valid_json_and_comes_back() -> None:
    form = (np.array([[0.5, np.nan], [np.inf, -np.inf]]), float("nan"), -np.inf, "nan", frozenset({np.inf, "inf"}))
    text = json.dumps(plain_json(form), allow_nan=False)
    back = form_of(json.loads(text))
    assert np.array_equal(back[0], form[0], equal_nan=True)
    assert np.isnan(back[1])
    assert back[2:] == form[2:]
    assert form_of(10**400) == np.inf
    assert form_of(-(10**400)) == -np.inf


@pytest.mark.parametrize("odd", [float("nan"), np.inf, 10**400, np.array([1.0, np.nan]), {"a": float("nan")}, {np.nan}])
def test_an_answer_that_is_not_finite_spoils_no_report(tmp_path: Path, odd: Any) -> None:
    lmmteach.student("Ada")
    solve("05.1")
    assert not lmmteach.check("05.2", odd).passed
    assert not lmmteach.check("04.1", lambda *arguments: odd).passed
    (tmp_path / "in").mkdir()
    lmmteach.report("in/a.json")
    json.loads((tmp_path / "in" / "a.json").read_text(), parse_constant=pytest.fail)
    grades = grade_folder(tmp_path / "in")
    assert grades.remarks == []
    assert grades.passed == {"Ada": {"05.1"}}
    assert grades.attempted == {"Ada": {"04.1", "05.1", "05.2"}}


def test_a_report_of_before_with_a_bare_nan_is_graded_still(tmp_path: Path) -> None:
    path = hand_in("Ada", tmp_path / "in", "05.1", wrong=("05.2",))
    content = json.loads(path.read_text())
    content["exercises"]["05.2"]["answer"] = float("nan")
    path.write_text(json.dumps(content | {"sha256": seal(content)}))
    assert grade_folder(tmp_path / "in").passed == {"Ada": {"05.1"}}
    Path(FILE).write_text(json.dumps({"ada": content["exercises"]}))  # and a progress file of before
    vars(session).update(vars(Session()))
    lmmteach.student("Ada")
    assert lmmteach.report("again.json").title == "Written for Ada"


def test_a_report_that_an_editor_saved_with_a_byte_order_mark_is_graded(tmp_path: Path) -> None:
    path = hand_in("Ada", tmp_path / "in", "02.1")
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert grade_folder(tmp_path / "in").passed == {"Ada": {"02.1"}}


def edited(path: Path, **changes: Any) -> dict[str, Any]:
    return json.loads(path.read_text()) | changes


def test_bad_files_are_named_and_the_others_graded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = tmp_path / "in"
    hand_in("Ada Lovelace", box, "02.1", "02.2", "04.1", wrong=("05.1",))
    bob = hand_in("Bob", box, "02.1", wrong=("02.2",))
    # bad files of many kinds
    (box / "renamed.json").write_text(json.dumps(edited(bob, student="Eve")))
    (box / "edited.json").write_text(bob.read_text().replace('"passed": false', '"passed": true'))
    (box / "truncated.json").write_text(bob.read_text()[:-40])
    (box / "empty.json").write_text("")
    (box / "binary.json").write_bytes(bytes(range(256)))
    (box / "foreign.json").write_text('{"hello": 1}')
    (box / "list.json").write_text("[1, 2]")
    (box / "deep.json").write_text("[" * 100_000)
    (box / "nan.json").write_text('{"lmmteach report": 1, "x": NaN}')
    (box / "notebook.ipynb").write_text('{"cells": []}')
    twice = bob.read_text().replace('"student": "Bob"', '"student": "Eve", "student": "Bob"')
    (box / "twice.json").write_text(twice)
    later = edited(bob, written="2099-01-01T00:00:00+00:00")
    (box / "later.json").write_text(json.dumps(later | {"sha256": seal(later)}))
    # a forger who can compute the hash: the answer is checked all the same
    forged = edited(bob, student="Mallory")
    (box / "forged.json").write_text(json.dumps(forged | {"sha256": seal(forged)}))
    claim = edited(bob, student="Carol", exercises={"02.1": {"passed": True, "answer": 0.5, "data": "", "numbers": "",
                   "attempts": 1, "hints": 0, "diagnosis": "right"}, "99.9": {},
                   "05.1": {"answer": {"array": "x"}}})  # fmt: skip
    claim["exercises"]["02.1"]["numbers"] = variant(find_exercise("02.1"), "Carol").digest
    (box / "claim.json").write_text(json.dumps(claim | {"sha256": seal(claim)}))

    assert cli.main(["grade", str(box), "--csv", str(tmp_path / "grades.csv")]) == 0
    said = capsys.readouterr().out
    for name in ("renamed", "edited", "truncated", "empty", "binary", "foreign", "list", "deep", "nan", "twice"):
        assert f"{name}.json: not graded: " in said, name
    assert "notebook.ipynb: not graded: not a report" in said
    assert "renamed.json: not graded: changed after it was written" in said
    assert "Bob.json, later.json: 2 reports of 'Bob': united, what passed in one has passed" in said
    assert "forged.json: exercise 02.1 not graded: it was answered with other numbers" in said
    assert "claim.json: exercise 02.1: recorded as passed, but its answer is wrong; graded as wrong" in said
    assert "claim.json: exercise 99.9 not graded: There is no exercise '99.9'" in said
    assert "does not prove who did the work" in said

    rows = list(csv.reader((tmp_path / "grades.csv").open()))
    assert rows[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert rows[0][5] == "Exercises 02: Random intercept = compound symmetry"
    assert rows[1][0].strip() == "Points Possible"
    assert rows[1][5:] == ["2", "1", "3"]
    by_name = {row[0]: row[5:] for row in rows[2:]}
    assert by_name["Ada Lovelace"] == ["2", "1", "0"]
    assert by_name["Bob"] == ["1", "", ""]
    assert by_name["Carol"][0] == "0"
    assert "Eve" not in by_name

    assert cli.main(["grade", str(box), "--csv", str(tmp_path / "grades.csv")]) == 1
    assert "is there already" in capsys.readouterr().err


def test_students_code_is_never_run_by_the_grader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in("Ada", tmp_path / "in", "04.1")
    monkeypatch.setattr(trial, "run_limited", lambda *args: pytest.fail("ran a function"))
    assert grade_folder(tmp_path / "in").passed == {"Ada": {"04.1"}}


def test_a_function_s_recorded_outputs_must_all_be_right(tmp_path: Path) -> None:
    path = hand_in("Ada", tmp_path / "in", "04.1")
    content = json.loads(path.read_text())
    content["exercises"]["04.1"]["answer"]["returned"][5]["array"][0] += 1
    path.write_text(json.dumps(content | {"sha256": seal(content)}))
    assert grade_folder(tmp_path / "in").passed == {"Ada": set()}
    content["exercises"]["04.1"]["answer"]["returned"].pop(5)
    path.write_text(json.dumps(content | {"sha256": seal(content)}))
    assert grade_folder(tmp_path / "in").passed == {"Ada": set()}


def test_every_byte_counts(tmp_path: Path) -> None:
    path = hand_in("Ada", tmp_path / "in", "02.1")
    text = path.read_text()
    rng = np.random.default_rng(3)
    for place in rng.choice(len(text), 150, replace=False):
        other = "7" if text[place] != "7" else "3"
        path.write_text(text[:place] + other + text[place + 1 :])
        if text[place].isspace():
            continue
        with pytest.raises(ReportError):
            read_report(path)
    path.write_text(text)
    assert read_report(path)["student"] == "Ada"


def test_the_roster_fills_canvas_s_ids_and_formulas_are_disarmed(tmp_path: Path) -> None:
    hand_in("Ada Lovelace", tmp_path / "in", "02.1")
    hand_in("=1+1", tmp_path / "in", "02.1")
    roster = tmp_path / "export.csv"
    roster.write_text(
        'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Lovelace, Ada",17,u17,ada,A\n'
    )
    assert cli.main(["grade", str(tmp_path / "in"), "--csv", str(tmp_path / "g.csv"), "--roster", str(roster)]) == 0
    rows = list(csv.reader((tmp_path / "g.csv").open()))
    assert ["Lovelace, Ada", "17", "u17", "ada", "A", "1"] in rows
    assert any(row[0] == "'=1+1" for row in rows)
    text, unknown = gradebook_csv(grade_folder(tmp_path / "in"), {})
    assert unknown == [
        f"{name!r} is not on the roster: their ID columns are empty" for name in ("=1+1", "Ada Lovelace")
    ]
    assert next(csv.reader(io.StringIO(text)))


def test_progress_survives_a_restart_and_damage(tmp_path: Path) -> None:
    lmmteach.student("Ada")
    solve("02.1")
    assert Path(FILE).is_file()
    session.student, session.records = "", {}
    assert "1 solved" in lmmteach.student("ada").text
    Path(FILE).write_text(Path(FILE).read_text()[:-30])
    session.student, session.records = "", {}
    said = lmmteach.student("Ada").text
    assert "damaged" in said
    assert Path("lmmteach-progress.damaged.json").is_file()
    solve("02.2")
    assert json.loads(Path(FILE).read_text())["ada"]["02.2"]["passed"]


def test_nothing_is_written_without_a_name(tmp_path: Path) -> None:
    lmmteach.student("  ")
    solve("02.1")
    assert lmmteach.report().title == "Nothing written: no name yet"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    lmmteach.student("Ada")
    solve("02.1")
    assert "cannot be written" in session.remark


def test_where_writing_fails_the_session_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    lmmteach.student("Ada")
    solve("02.1")
    assert "cannot be written" in session.remark
    with pytest.raises(lmmteach.LmmError, match="cannot be written"):
        lmmteach.report("x.json")


def test_a_report_overwrites_only_its_own(tmp_path: Path) -> None:
    path = hand_in("Ada", tmp_path / "in", "02.1")
    solve("02.2")
    lmmteach.report(path)
    assert set(read_report(path)["exercises"]) == {"02.1", "02.2"}
    lmmteach.student("Bob")
    solve("02.1")
    for other in (path, tmp_path / "notes.txt"):
        (tmp_path / "notes.txt").write_text("my notes")
        with pytest.raises(ReportError, match="not this student's report"):
            lmmteach.report(other)
    assert (tmp_path / "notes.txt").read_text() == "my notes"


def test_hints_come_one_by_one_and_end() -> None:
    titles = [lmmteach.hint("05.2").title for _ in range(4)]
    assert titles == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert "That was the last one" in lmmteach.hint("05.2").text
    assert lmmteach.hint("05.1").text.count("2 more hints") == 1


def test_another_student_begins_anew() -> None:
    fresh = Session()
    fresh.begin("Ada")
    fresh.record("02.1").hints = 2
    fresh.begin("Bob")
    assert fresh.records == {}


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["grade", str(tmp_path / "nowhere")]) == 1
    assert "is not a folder" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "nowhere", ignore_errors=True)


def test_the_gradebook_of_an_earlier_run_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who grades in the folder of the reports writes the table among them, and grades again."""
    box = tmp_path / "in"
    hand_in("Ada", box, "02.1")
    grade = ["grade", str(box), "--csv", str(box / "grades.csv"), "--force"]
    assert cli.main(grade) == cli.main(grade) == 0
    said = capsys.readouterr().out
    assert "not graded" not in said
    assert said.count("1 file, 1 student graded.") == 2
