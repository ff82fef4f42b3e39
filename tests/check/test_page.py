"""The page's program says of every answer what the checker says, and writes reports that the grader reads."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
import random
import re
import subprocess
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lmmteach.check.declaration import Exercise
from lmmteach.check.diagnosis import judge_form
from lmmteach.check.forms import folded
from lmmteach.check.grading import grade_folder
from lmmteach.check.page import mixed_up, on_page, page_table
from lmmteach.check.posed import Variant
from lmmteach.check.recorded import form_of, plain_json
from lmmteach.check.reports import default_name, read_report, seal
from lmmteach.check.session import PAGE
from lmmteach.check.shelf import all_exercises
from lmmteach.check.variant import variant
from lmmteach.errors import LmmWarning
from lmmteach.publish.sources import find_book
from tests.explore.node import node

STATIC = find_book() / "_static"
with warnings.catch_warnings():
    warnings.simplefilter("ignore", LmmWarning)  # of the stand-in, where there is no real file
    ON_PAGE = [exercise for exercise in all_exercises() if on_page(exercise)]
each = pytest.mark.parametrize("exercise", ON_PAGE, ids=lambda exercise: exercise.id)


def run(body: str, given: Any, folder: Path) -> Any:
    """What ``body`` returns, with its input in ``given`` and the page's programs loaded."""
    programs = [STATIC / f"{name}.js" for name in ("typed", "answers", "progress")]
    loads = "\n".join(f"await import({json.dumps(path.as_uri())});" for path in programs)
    script = folder / "run.mjs"
    script.write_text(
        f'import {{ readFileSync }} from "node:fs";\n{loads}\n'
        "const [typed, answers, progress] = [globalThis.lmmteachTyped, globalThis.lmmteachAnswers, "
        "globalThis.lmmteachProgress];\n"
        f'const given = JSON.parse(readFileSync(0, "utf8"));\nconst out = (() => {{ {body} }})();\n'
        "console.log(JSON.stringify(out));",
        encoding="utf-8",
    )
    done = subprocess.run(
        [node(), str(script)], input=json.dumps(given), capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_are_exercises_with_numbers_on_the_pages() -> None:
    """All whose numbers fit on a page, whose answer is a few numbers or words."""
    assert {"02.1", "02.2", "05.1", "05.2", "06.2", "07.2", "08.1", "08.2", "08.3", "11.1", "11.2"} <= {
        exercise.id for exercise in ON_PAGE
    }


# ---- the verdicts ----


def shaped(mine: Variant, numbers: list[float]) -> Any:
    """Numbers as the plain form of an answer."""
    expected = mine.expected
    if isinstance(expected, dict):
        return dict(zip(expected, numbers, strict=True))
    if isinstance(expected, tuple):
        return tuple(numbers)
    return np.array(numbers) if isinstance(expected, np.ndarray) else numbers[0]


def flat(form: Any) -> list[float]:
    if isinstance(form, dict | tuple):
        return [float(part) for part in (form.values() if isinstance(form, dict) else form)]
    return [float(part) for part in np.ravel(form)]


def edges(table: dict[str, Any], k: int, rng: random.Random) -> list[float]:
    """Numbers on both sides of every range of the k-th number, and in the middle."""
    lists = [slip["ranges"][k] for slip in table["listed"]]
    start = 0
    for part in table["parts"]:
        if start <= k < start + part["size"]:
            lists += [part["right"][k - start], *(slip["ranges"][k - start] for slip in part["slips"])]
        start += part["size"]
    found = []
    for low, high in itertools.chain.from_iterable(lists):
        slack = 1e-9 * max(abs(low), abs(high), 1e-3)
        found += [(low + high) / 2, low - slack, low + slack, high + slack, high - slack]
    wanted = [x for x in found if abs(x) < 1e200]
    return [*wanted, *(rng.uniform(-2, 2) * max(map(abs, wanted)) for _ in range(20)), 0.0, 1.0, -1.0]


def tried(mine: Variant, table: dict[str, Any]) -> list[list[float]]:
    """Answers in numbers: at every edge of one number, the others right, wrong or at an edge of theirs."""
    rng = random.Random(table["id"])
    right = flat(mine.expected)
    wholes = [right]
    for form in mine.wrong_forms.values():
        if type(form) is type(mine.expected) and np.size(form) == np.size(mine.expected):
            wholes.append(flat(form))
    known = [edges(table, k, rng) for k in range(len(right))]
    found = [*wholes, *([round(x, places) for x in whole] for whole in wholes for places in range(6))]
    for k, numbers in enumerate(known):
        for x in numbers:
            found.append([x if j == k else right[j] for j in range(len(right))])
            found.append([x if j == k else rng.choice(known[j]) for j in range(len(right))])
            found.append([x if j == k else rng.choice(wholes)[j] for j in range(len(right))])
    if os.environ.get("LMMTEACH_FUZZ") != "nightly":
        found = [*wholes, *rng.sample(found, min(len(found), 700))]
    for change in (lambda x: -x, lambda x: 100 * x, lambda x: x / 100, lambda x: abs(x) ** 0.5, lambda x: x * x):
        found += [[change(x) for x in whole] for whole in wholes]
    return found


@each
def test_the_page_says_of_every_answer_what_the_checker_says(exercise: Exercise, tmp_path: Path) -> None:
    mine, table = variant(exercise, PAGE), page_table(exercise)
    if table["kind"] == "set":
        options = table["options"]
        given = [list(some) for n in range(len(options) + 1) for some in itertools.combinations(options, n)]
        forms: list[Any] = [frozenset(map(folded, some)) for some in given]
    elif table["kind"] == "order":
        given = [list(row) for row in itertools.product(table["options"], repeat=len(table["options"]))]
        forms = [tuple(map(folded, row)) for row in given]
    else:
        given = tried(mine, table)
        forms = [shaped(mine, numbers) for numbers in given]
    said = run(
        "const table = answers.tableOf(given.letters, given.id);"
        "return given.answers.map((one) => ({ ...answers.judge(table, one), form: answers.formOf(table, one) }));",
        {"letters": mixed_up(table), "id": exercise.id, "answers": given},
        tmp_path,
    )
    names = set()
    for one, form, page in zip(given, forms, said, strict=True):
        verdict = judge_form(mine, form)
        assert (page["passed"], page["name"], page["says"]) == (verdict.passed, verdict.name, verdict.says), one
        assert mine.agree(mine.fitted(form_of(page["form"])), mine.fitted(form), 1e-12)
        names.add(verdict.name)
    assert {wrong.name for wrong in exercise.wrong} - names <= {"whole-matrix"}
    assert "right" in names


@each
def test_the_page_s_source_does_not_say_the_answer(exercise: Exercise) -> None:
    mine, table = variant(exercise, PAGE), page_table(exercise)
    held = mixed_up(table)
    said = [exercise.title, exercise.notice, *exercise.hints, *table["texts"], *table]
    words = {word for text in said for word in re.findall(r"\w{6,}", text)}
    assert words
    assert not [word for word in words if word in held]
    if isinstance(mine.expected, float | np.ndarray | dict):
        texts = [f"{x:.6g}" for x in flat(mine.expected)]
        assert not any(text in held for text in texts if len(text) > 5)


@each
def test_a_page_s_table_is_small(exercise: Exercise) -> None:
    letters = mixed_up(page_table(exercise))
    assert len(letters) < 20_000
    assert len(gzip.compress(letters.encode())) < 4_500


# ---- what the page writes ----


def test_the_hash_is_sha_256(tmp_path: Path) -> None:
    texts = ["", "abc", "x" * 55, "x" * 56, "x" * 64, "Ada Lövelace", "Σ" * 300]
    said = run("return given.map((text) => answers.hex(answers.sha256(text)));", texts, tmp_path)
    assert said == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def test_the_canonical_form_is_python_s(tmp_path: Path) -> None:
    rng = random.Random(5)
    numbers = [0, 1, -1, 0.1, 1e-5, -1.5e-7, 123456789.125, 1e15, 1e16, 1.5e17, 1e21, 1e300, 5e-324, 0.0001, 1 / 3]
    numbers += [rng.uniform(-1, 1) * 10 ** rng.uniform(-20, 25) for _ in range(500)]
    texts = ["", 'a"b\\c', "tab\tline\nreturn\r", "\x00\x1f\x7f", "é Σ 李 \U0001f600", "\u2028", "/"]
    value = {"b": numbers, "a": [texts, {"x": True, "y": None, "Z": False}], "é": {}}
    text = run("return answers.canonical(given);", value, tmp_path)
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    found = json.loads(text)
    assert [float(x) for x in found["b"]] == [float(x) for x in numbers]
    assert found["a"] == value["a"]


def handed_in(table: dict[str, Any], answers: list[Any], student: str, folder: Path) -> str:
    """The report that a page writes after these answers."""
    body = """
      const table = answers.tableOf(given.letters, given.id);
      given.answers.forEach((one, k) => {
        progress.answered(table, answers.judge(table, one), answers.formOf(table, one), 1e12 + k);
      });
      progress.hinted(table, 2);
      const all = progress.read();
      return answers.report(given.student, progress.reported(all), table.version, new Date(1.7e12));"""
    given = {"letters": mixed_up(table), "id": table["id"], "answers": answers, "student": student}
    return str(run(body, given, folder))


def an_answer(mine: Variant, table: dict[str, Any]) -> Any:
    """The right answer, as the page's form gives it."""
    if table["kind"] == "set":
        return [word for word in table["options"] if folded(word) in mine.expected]
    if table["kind"] == "order":
        return [next(word for word in table["options"] if folded(word) == part) for part in mine.expected]
    return [float(f"{x:.5g}") for x in flat(mine.expected)]


@each
@pytest.mark.parametrize("student", ["Ada Lövelace", "李 小龍"])
def test_what_the_page_writes_is_graded(exercise: Exercise, student: str, tmp_path: Path) -> None:
    mine, table = variant(exercise, PAGE), page_table(exercise)
    right = an_answer(mine, table)
    wrong = (
        right[:1] if table["kind"] == "set" else right[::-1] if table["kind"] == "order" else [x + 1e4 for x in right]
    )
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "report.json"
    path.write_text(handed_in(table, [wrong, right, wrong], student, tmp_path), encoding="utf-8")
    report = read_report(path)
    entry = report["exercises"][exercise.id]
    assert (report["student"], entry["attempts"], entry["passed"], entry["hints"]) == (student, 3, True, 2)
    assert datetime.fromisoformat(report["written"]) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    grades = grade_folder(tmp_path / "in")
    assert grades.passed == {student: {exercise.id}}
    assert grades.remarks == [
        f"report.json: answered on a page of the book, whose numbers everybody has: {exercise.id}"
    ]
    report["exercises"][exercise.id]["answer"] = plain_json(mine.form(0.123))
    report["exercises"][exercise.id]["hints"] = 0
    path.write_text(json.dumps(report | {"sha256": seal(report)}))
    assert grade_folder(tmp_path / "in").passed == {student: set()}


def test_a_page_s_report_unites_with_the_notebook_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import lmmteach

    monkeypatch.chdir(tmp_path)
    exercise = ON_PAGE[0]
    mine, table = variant(exercise, PAGE), page_table(exercise)
    text = handed_in(table, [an_answer(mine, table)], "Ada", tmp_path)
    (tmp_path / "lmmteach-ada.json").write_text(text, encoding="utf-8")
    lmmteach.student("Ada")
    lmmteach.check("05.2", variant(next(e for e in ON_PAGE if e.id == "05.2"), "Ada").solved)
    lmmteach.report()
    (tmp_path / "in").mkdir()
    (tmp_path / "lmmteach-ada.json").rename(tmp_path / "in" / "ada.json")
    assert grade_folder(tmp_path / "in").passed == {"Ada": {exercise.id, "05.2"}}


def test_the_page_names_its_file_as_the_notebook_does(tmp_path: Path) -> None:
    names = [
        "Ada Lovelace",
        "  o'Neill,   Tim ",
        "Zoë Müller",
        "zoe\u0308",
        "李 小龍",
        "Σοφία",
        "41537",
        "Jan Strauß",
        "İ",
    ]
    assert run("return given.map(answers.fileName);", names, tmp_path) == [default_name(name) for name in names]


# ---- numbers as they are typed ----


def test_numbers_are_read_as_they_are_typed(tmp_path: Path) -> None:
    good = {
        "12,5": 12.5,
        "−3": -3,
        " 1e3 ": 1000,
        "1,234.5": 1234.5,
        "1 234,5": 1234.5,
        ".5": 0.5,
        "0.50": 0.5,
        "+2": 2,
    }
    bad = ["", "abc", "1/2", "1.2.3", "--1", "0x10", "Infinity", "NaN", "1e", "e5", "1,2,3", "12 mg"]
    found = run("return given.map((text) => typed.number(text));", [*good, *bad], tmp_path)
    assert found == [*good.values(), *[None] * len(bad)]


def test_the_last_digit_that_was_meant(tmp_path: Path) -> None:
    texts = {"40": 10, "41": 1, "40.1": 0.1, "0,75": 0.01, "1200": 100, "40.": 1, "7": 1}
    found = run("return given.map((text) => typed.unit(text));", list(texts), tmp_path)
    assert found == pytest.approx(list(texts.values()))


# ---- when something comes up again ----


def test_what_was_missed_comes_first_and_then_what_waited_longest(tmp_path: Path) -> None:
    body = """
      const day = 86400000, start = 1e12;
      const all = { version: 1, exercises: {}, checks: {} };
      const does = (kind, id, right, when) => {
        all[kind][id] = progress.counted(all[kind][id], right, start + when * day);
      };
      does("exercises", "02.1", true, 0);
      does("exercises", "02.2", true, 1);
      does("exercises", "05.1", false, 2);
      does("exercises", "05.2", false, 1);
      does("exercises", "05.2", true, 1.01);
      does("checks", "05#x", false, 0);
      for (const when of [0, 1, 4]) does("exercises", "08.1", true, when);
      const at = (when) => progress.review(all, start + when * day).map(({ id }) => id);
      return { now: at(2), later: at(2.6), much: at(30), streak: all.exercises["08.1"].streak };"""
    found = run(body, None, tmp_path)
    assert found["streak"] == 3
    assert found["now"] == ["05#x", "05.1", "02.1", "02.2"]
    assert found["later"] == ["05#x", "05.1", "02.1", "02.2", "05.2"]
    assert found["much"] == ["05#x", "05.1", "02.1", "02.2", "05.2", "08.1"]


def test_twice_in_one_sitting_is_once_and_a_miss_begins_again(tmp_path: Path) -> None:
    body = """
      let one;
      const streaks = [];
      for (const [right, hours] of [[true, 0], [true, 1], [true, 30], [false, 31], [true, 32], [true, 33]]) {
        one = progress.counted(one, right, 1e12 + hours * 3600000);
        streaks.push(one.streak);
      }
      return { streaks, one };"""
    found = run(body, None, tmp_path)
    assert found["streaks"] == [1, 1, 2, 0, 1, 1]
    assert (found["one"]["attempts"], found["one"]["passed"], found["one"]["missed"]) == (6, True, False)


@pytest.mark.parametrize(
    "spoilt",
    ["", "{", "null", "7", '"x"', "[]", '{"version": 2}', '{"version": 1, "exercises": {"02.1": 3, "02.2": {}}}'],
)
def test_what_no_page_has_kept_is_no_reason_to_fail(spoilt: str, tmp_path: Path) -> None:
    found = run("return progress.parsed(given);", spoilt, tmp_path)
    assert found == {"version": 1, "exercises": {}, "checks": {}}


def test_a_book_with_other_numbers_begins_the_exercise_again(tmp_path: Path) -> None:
    body = """
      const table = { id: "02.1", numbers: "old", draw: 0, version: "0.1" };
      progress.answered(table, { passed: true, name: "right" }, 0.5);
      const before = progress.read().exercises["02.1"].passed;
      progress.answered({ ...table, numbers: "new", draw: 3 }, { passed: false, name: "ratio" }, 0.7);
      return { before, after: progress.reported(progress.read())["02.1"] };"""
    found = run(body, None, tmp_path)
    assert found["before"]
    after = found["after"]
    assert (after["passed"], after["numbers"], after["draw"], after["answer"]) == (False, "new", 3, 0.7)
