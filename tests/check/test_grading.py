"""Grading whatever is handed in: reports no check has written, several of one student, rosters that are not plain."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach import cli
from lmmteach.check import grading
from lmmteach.check.gradebook import gradebook_csv, read_roster
from lmmteach.check.grading import grade_folder
from lmmteach.check.reports import ReportError, read_report, report_bytes, seal
from lmmteach.check.session import FILE, PAGE, Session, session
from lmmteach.check.shelf import find_exercise
from lmmteach.check.variant import variant
from tests.check.test_handing_in import hand_in, solve


def forge(path: Path, student: str, **answers: Any) -> None:
    """A report with a valid hash that no check has written; _05_1 stands for 05.1."""
    exercises = {}
    for name, answer in answers.items():
        id = name[1:].replace("_", ".")
        mine = variant(find_exercise(id), student.encode(errors="ignore").decode())
        exercises[id] = {"passed": False, "answer": answer, "numbers": mine.digest, "data": mine.q.source}
    write(path, student, exercises)


def write(path: Path, student: str, exercises: dict[str, Any]) -> None:
    content = {"lmmteach report": 1, "student": student, "written": "2026", "exercises": exercises}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content | {"sha256": seal(content)}))


ODD: dict[str, tuple[str, Any]] = {
    "more axes than numpy has": ("05.2", {"array": [1.0], "shape": [1] * 100}),
    "a shape whose product overflows": ("05.2", {"array": [], "shape": [2**32, 2**32]}),
    "an endless axis": ("05.2", {"array": [], "shape": [0, 10**30]}),
    "many large axes": ("05.2", {"array": [], "shape": [0] + [10**6] * 31}),
    "no axis": ("05.3", {"array": [1.0], "shape": []}),
    "returned in returned": ("04.1", {"returned": [{"returned": []}] * 12}),
    "returned in parts": ("05.3", {"parts": [{"returned": [1]}, {"returned": [1]}]}),
    "huge whole numbers": ("05.2", {"array": [10**400, -(10**400)], "shape": [2]}),
    "words for numbers": ("05.2", {"array": ["x"], "shape": [1]}),
    "a word for a number": ("05.2", {"number": ["nan"]}),
}


@pytest.mark.parametrize(("id", "answer"), ODD.values(), ids=ODD.keys())
def test_an_answer_that_no_check_has_written_is_wrong_and_no_more(tmp_path: Path, id: str, answer: Any) -> None:
    forge(tmp_path / "in" / "odd.json", "Eve", **{f"_{id.replace('.', '_')}": answer})
    grades = grade_folder(tmp_path / "in")
    assert grades.remarks == []
    assert grades.attempted == {"Eve": {id}}
    assert grades.passed == {"Eve": set()}


def test_an_earlier_gradebook_in_the_folder_is_called_a_table(tmp_path: Path) -> None:
    hand_in("Ada", tmp_path / "in", "02.1")
    assert cli.main(["grade", str(tmp_path / "in"), "--csv", str(tmp_path / "in" / "monday.csv")]) == 0
    grades = grade_folder(tmp_path / "in", tmp_path / "in" / "tuesday.csv")
    assert grades.remarks == ["monday.csv: not graded: a table, not a report"]
    assert grades.passed == {"Ada": {"02.1"}}


@pytest.mark.parametrize("student", ["x\ud800", "\ud800", " ", "y" * 300, "a\x1b[2J\nb"])
def test_an_odd_name_ends_no_grading(tmp_path: Path, student: str, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in("Ada", tmp_path / "in", "02.1")
    forge(tmp_path / "in" / "odd.json", student, _05_1=1.0)
    assert cli.main(["grade", str(tmp_path / "in"), "--csv", "g.csv"]) == 0
    rows = list(csv.reader(Path("g.csv").read_text(encoding="utf-8").splitlines()))
    students = [row[0] for row in rows[2:]]
    assert "Ada" in students
    assert all(len(name) <= 200 for name in students)
    nameless = not student.encode(errors="ignore").decode().strip()
    assert ("odd.json: not graded: it names no student" in capsys.readouterr().out) == nameless


def test_an_answer_nested_as_deep_as_can_just_be_read_is_named_and_the_others_graded(tmp_path: Path) -> None:
    hand_in("Ada", tmp_path / "in", "02.1")
    text = '{"lmmteach report": 1, "student": "Eve", "sha256": "", "exercises": {"05.2": {"answer": %s}}}'
    for depth in range(600, 1000):  # reading and hashing do not end at the same depth
        (tmp_path / "in" / f"{depth}.json").write_text(text % ("[" * depth + "]" * depth))
    grades = grade_folder(tmp_path / "in")
    assert grades.passed == {"Ada": {"02.1"}}
    assert len([remark for remark in grades.remarks if ".json: not graded: " in remark]) == 400


def test_what_nobody_thought_of_costs_one_exercise_or_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in("Ada", tmp_path / "in", "02.1", "02.2")
    hand_in("Bob", tmp_path / "in", "02.1")
    recheck, read = grading.recheck, grading.report_bytes
    monkeypatch.setattr(
        grading, "recheck", lambda id, *rest: {"02.2": 1 / 0}[id] if id == "02.2" else recheck(id, *rest)
    )
    monkeypatch.setattr(
        grading, "report_bytes", lambda path, **how: read(path, **how) if path.stem == "Ada" else {}["student"]
    )
    grades = grade_folder(tmp_path / "in")
    assert grades.passed == {"Ada": {"02.1"}}
    assert grades.remarks == [
        "Bob.json: not graded: no check writes what stands in it (KeyError)",
        "Ada.json: exercise 02.2 not graded: no check writes what stands in it (ZeroDivisionError)",
    ]


def test_two_reports_of_one_student_are_united(tmp_path: Path) -> None:
    hand_in("Ada", tmp_path / "in", "02.1", wrong=("05.1",))
    vars(session).update(vars(Session()))
    Path(FILE).unlink()
    lmmteach.student("ADA")
    solve("05.1", "05.2")
    assert not lmmteach.check("02.1", 123.456).passed
    lmmteach.report(tmp_path / "in" / "second.json")
    grades = grade_folder(tmp_path / "in")
    assert list(grades.passed.values()) == [{"02.1", "05.1", "05.2"}]
    assert list(grades.attempted.values()) == [{"02.1", "05.1", "05.2"}]
    assert len(grades.remarks) == 1
    assert "second.json" in grades.remarks[0]
    assert "2 reports of" in grades.remarks[0]
    assert "united" in grades.remarks[0]


HEAD = "Student,ID,SIS User ID,SIS Login ID,Section\n"


def book(tmp_path: Path, rows: str) -> tuple[dict[str, list[str]], list[str]]:
    (tmp_path / "roster.csv").write_text(HEAD + rows)
    text, remarks = gradebook_csv(grade_folder(tmp_path / "in"), read_roster(tmp_path / "roster.csv"))
    return {row[0]: row[1:5] for row in list(csv.reader(io.StringIO(text)))[2:]}, remarks


def test_a_name_that_two_on_the_roster_share_gets_nobody_s_id(tmp_path: Path) -> None:
    hand_in("John Smith", tmp_path / "in", "02.1")
    table, remarks = book(tmp_path, '"Smith, John",17,u17,j17,A\n"Smith, John",18,u18,j18,B\n')
    assert table == {"John Smith": ["", "", "", ""]}
    assert remarks == [
        "'John Smith' may be 2 on the roster (Smith, John, ID 17; Smith, John, ID 18): their ID columns are empty"
    ]


def test_a_number_that_is_one_s_id_and_another_s_sis_id_gets_nobody_s(tmp_path: Path) -> None:
    hand_in("100", tmp_path / "in", "02.1")
    table, remarks = book(tmp_path, '"Lovelace, Ada",100,7,ada,A\n"Babbage, Charles",8,100,cb,A\n')
    assert table == {"100": ["", "", "", ""]}
    assert len(remarks) == 1
    assert "may be 2 on the roster" in remarks[0]


def test_two_reports_that_reach_one_on_the_roster_are_named(tmp_path: Path) -> None:
    hand_in("Ada Lovelace", tmp_path / "in", "02.1")
    hand_in("u17", tmp_path / "in", "02.2")
    table, remarks = book(tmp_path, '"Lovelace, Ada",17,u17,ada,A\n')
    assert table == {"Ada Lovelace": ["", "", "", ""], "u17": ["", "", "", ""]}
    assert remarks == [
        "'Ada Lovelace' (AdaLovelace.json) and 'u17' (u17.json) are both Lovelace, Ada on the roster: "
        "their ID columns are empty"
    ]


def test_somebody_with_two_rows_of_one_id_is_one(tmp_path: Path) -> None:
    hand_in("Ada Lovelace", tmp_path / "in", "02.1")
    table, remarks = book(tmp_path, '"Lovelace, Ada",17,17,ada,A\n"Lovelace, Ada",17,17,ada,B\n')
    assert table == {"Lovelace, Ada": ["17", "17", "ada", "A"]}
    assert remarks == []


def test_a_report_forges_no_line_in_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "in" / "a\nBob.json: all passed\x1b[2J.json", "Eve\x1b[31m\nBob", {"05\n9 students\x1b[2J": {}})
    (tmp_path / "in" / ("\x1b]0;x\x07" + "y" * 200)).write_text("no report")
    assert cli.main(["grade", str(tmp_path / "in"), "--csv", "g.csv"]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith(("Bob.json", "9 students")) for line in lines)
    assert max(map(len, lines)) < 600
    assert "\\x1b[2J" in said


def test_a_report_of_endless_exercises_prints_a_few_lines_and_takes_no_time(tmp_path: Path) -> None:
    write(tmp_path / "in" / "many.json", "Eve", {f"x{k}": {} for k in range(100_000)})
    started = time.perf_counter()
    remarks = grade_folder(tmp_path / "in").remarks
    assert time.perf_counter() - started < 10
    assert len(remarks) == 11
    assert remarks[-1] == "many.json: and 99,990 more exercises with a remark"


def trap(folder: Path) -> dict[str, Path]:
    """Everything in a folder that is not a file, and one report that is."""
    hand_in("Ada", folder, "02.1")
    outside = folder.parent / "outside"
    hand_in("Eve", outside, "02.1")
    made = {
        name: folder / name for name in ("link.json", "links", "pipe.json", "socket.json", "loop.json", "lost.json")
    }
    made["link.json"].symlink_to(outside / "Eve.json")
    made["links"].symlink_to(outside, target_is_directory=True)
    made["loop.json"].symlink_to("loop.json")
    made["lost.json"].symlink_to("nowhere")
    os.mkfifo(made["pipe.json"])
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(made["socket.json"]))
    for device in ("zero", "null", "tty", "stdin"):
        if Path(f"/dev/{device}").exists():
            made[device] = folder / f"{device}.json"
            made[device].symlink_to(f"/dev/{device}")
    return made


@pytest.mark.skipif(os.name != "posix", reason="Windows has no pipes and links of this kind")
def test_only_files_are_opened_whatever_a_folder_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("in")
    made = trap(folder)
    (folder / "below").mkdir()
    (folder / "below" / "again.json").symlink_to(folder.absolute() / "Ada.json")
    opened: list[str] = []
    keep = os.open

    def noted(path: Any, *rest: Any, **named: Any) -> int:
        opened.append(str(path))
        return keep(path, *rest, **named)

    monkeypatch.setattr(os, "open", noted)
    grades = grade_folder(folder)
    assert grades.passed == {"Ada": {"02.1"}}
    said = {remark.partition(":")[0]: remark for remark in grades.remarks}
    assert set(said) == {*(path.relative_to(folder).as_posix() for path in made.values()), "below/again.json"}
    assert all("not graded: " in remark for remark in said.values())
    assert not [path for path in opened if Path(path).is_symlink()]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such devices here")
def test_a_link_put_in_a_file_s_place_at_the_last_moment_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "zero.json"
    link.symlink_to("/dev/zero")
    monkeypatch.setattr(Path, "is_symlink", lambda path: False)
    with pytest.raises(ReportError):
        report_bytes(link, handed_in=True)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such devices")
def test_a_report_of_one_s_own_may_be_a_link_but_no_pipe_and_no_device() -> None:
    hand_in("Ada", Path("kept"), "02.1")
    Path("link.json").symlink_to("kept/Ada.json")
    assert read_report(Path("link.json"))["student"] == "Ada"
    os.mkfifo("pipe")
    for path in (Path("pipe"), Path("/dev/null")):
        with pytest.raises(ReportError, match="ordinary"):
            read_report(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may look anywhere")
def test_a_folder_that_may_not_be_looked_into_is_named() -> None:
    hand_in("Ada", Path("in"), "02.1")
    Path("in/closed").mkdir(mode=0)
    try:
        grades = grade_folder(Path("in"))
    finally:
        Path("in/closed").chmod(0o700)
    assert grades.passed == {"Ada": {"02.1"}}
    assert grades.remarks == ["closed: not looked into (Permission denied)"]


def test_names_that_look_alike_are_two_people(tmp_path: Path) -> None:
    pairs = [
        ("Jan Strauß", "Jan Strauss"),
        ("Ada ﬁn", "Ada fin"),
        ("Bo 2", "Bo ²"),
        ("Ａda", "Ada"),
        ("I. Kaya", "İ. Kaya"),
    ]
    for number, names in enumerate(pairs):
        for side, name in enumerate(names):
            forge(tmp_path / "in" / f"{number}{side}.json", name, _02_1=1.0)
    grades = grade_folder(tmp_path / "in")
    assert set(grades.passed) == {name for names in pairs for name in names}
    assert grades.remarks == []


def test_one_name_written_in_two_ways_is_one_person(tmp_path: Path) -> None:
    for number, name in enumerate(["Zoë Müller", "zoe\u0308  mu\u0308ller", "ZOË MÜLLER "]):
        forge(tmp_path / "in" / f"{number}.json", name, _02_1=1.0)
    assert len(grade_folder(tmp_path / "in").passed) == 1


def test_a_page_of_the_book_sets_everybody_s_numbers_and_the_report_says_so(tmp_path: Path) -> None:
    right = variant(find_exercise("02.1"), PAGE)
    entry = {"passed": True, "answer": right.solved, "numbers": right.digest, "draw": right.draw, "whose": PAGE}
    write(tmp_path / "in" / "Ada.json", "Ada", {"02.1": entry, "02.2": entry | {"numbers": "0" * 12}})
    write(tmp_path / "in" / "Bob.json", "Bob", {"02.1": entry | {"whose": ""}, "02.2": entry | {"whose": "Ada"}})
    grades = grade_folder(tmp_path / "in")
    assert grades.passed == {"Ada": {"02.1"}, "Bob": set()}
    text = "\n".join(grades.remarks)
    assert "Ada.json: answered on a page of the book, whose numbers everybody has: 02.1, 02.2" in text
    assert "Ada.json: exercise 02.2 not graded: it was answered with other numbers" in text
    assert "Bob.json: exercise 02.1 not graded: it was answered with other numbers" in text
    assert "Bob.json: exercise 02.2 not graded: it was answered with the numbers of 'Ada'" in text


@pytest.mark.parametrize("draw", [-1, 0, 99, 100, 10**30, 1.5, "0", None, [0]])
def test_a_draw_that_is_none_is_no_reason_to_fail(tmp_path: Path, draw: Any) -> None:
    right = variant(find_exercise("02.1"), "Ada")
    entry = {"passed": True, "answer": right.solved, "numbers": right.digest, "draw": draw}
    write(tmp_path / "in" / "Ada.json", "Ada", {"02.1": entry})
    grades = grade_folder(tmp_path / "in")
    assert (grades.passed["Ada"] == {"02.1"}) == (draw != 99)


def test_a_class_is_graded_side_by_side_as_each_would_be_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In other processes: a report nested as deep as can just be read, an odd name, two reports of one student."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    for k in range(14):
        forge(tmp_path / "in" / f"{k:02}.json", f"Student {k // 2 * 2 if k > 11 else k}", _05_1=1.0, _02_1="x")
    text = '{"lmmteach report": 1, "student": "Eve", "sha256": "", "exercises": {"05.2": {"answer": %s}}}'
    (tmp_path / "in" / "deep.json").write_text(text % ("[" * 700 + "]" * 700))
    told: list[str] = []
    together = grade_folder(tmp_path / "in", say=told.append)
    monkeypatch.setattr(grading, "CLASS", 1000)
    alone = grade_folder(tmp_path / "in")
    assert vars(together) == vars(alone)
    assert len(together.passed) == 13
    assert told == ["1 of 13 students graded ..."]
