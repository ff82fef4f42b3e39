"""Every exercise, both ways: the starter fails with its hint, the solution passes, each mistake is named as itself.

Exercises are collected from ``exercises/``: a new one is tested without a line written here.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lmmteach
from lmmteach.check.declaration import QUANTITIES, Exercise, ExerciseError
from lmmteach.check.diagnosis import judge
from lmmteach.check.feedback import Feedback
from lmmteach.check.front import EMPTY, _feedback
from lmmteach.check.notebooks import notebook
from lmmteach.check.posed import Variant
from lmmteach.check.shelf import all_exercises, lesson_titles
from lmmteach.check.variant import data_source, variant

EXERCISES = all_exercises()
STUDENTS = ("", "Ada Lovelace", "41537", "Σοφία", "o'Neill, Tim")
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def students(exercise: Exercise) -> tuple[str, ...]:
    return STUDENTS if exercise.id != "05.3" else STUDENTS[:2]  # fits of 100 people each


def said(exercise: Exercise, verdict: Any) -> Feedback:
    return _feedback(exercise, verdict, 0)


def test_every_lesson_with_a_folder_has_exercises_and_a_title() -> None:
    assert {exercise.lesson for exercise in EXERCISES} == set(lesson_titles())
    assert all(lesson_titles().values())
    assert {"02", "04", "05", "06", "09"} <= set(lesson_titles())


@each
def test_starter_fails_with_its_hint(exercise: Exercise) -> None:
    mine = variant(exercise, "Ada Lovelace")
    verdict = judge(mine, mine.run(exercise.starter))
    assert not verdict.passed
    assert verdict.name in EMPTY, verdict
    assert " ".join(exercise.hints[0].split()) in " ".join(said(exercise, verdict).text.split())


@each
def test_solution_passes(exercise: Exercise) -> None:
    for student in students(exercise):
        mine = variant(exercise, student)
        verdict = judge(mine, mine.solved)
        assert verdict.passed, (student, verdict)


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if one.expected], ids=lambda exercise: exercise.id)
def test_what_is_expected_without_the_solution_is_what_it_gives(exercise: Exercise) -> None:
    for student in students(exercise):
        mine = variant(exercise, student)
        assert mine.agree(mine.form(mine.solved), mine.expected, exercise.rtol)


@each
def test_each_mistake_has_its_own_diagnosis(exercise: Exercise) -> None:
    for student in students(exercise):
        mine = variant(exercise, student)
        for wrong in exercise.wrong:
            verdict = judge(mine, mine.example(wrong))
            assert (verdict.passed, verdict.name) == (False, wrong.name), (student, wrong.name, verdict)
    sentences = [wrong.says for wrong in exercise.wrong if isinstance(wrong.says, str)]
    assert len(set(sentences)) == len(sentences), "two mistakes are told in one sentence"


def numbers_in(text: str) -> list[str]:
    return re.findall(r"(?<![\w.])[-−]?\d+(?:\.\d+)?", text)


def leaves(form: Any) -> list[float]:
    if isinstance(form, float):
        return [form]
    if isinstance(form, np.ndarray):
        return form.ravel().tolist()
    if isinstance(form, dict):
        return [leaf for value in form.values() for leaf in leaves(value)]
    if isinstance(form, tuple | list):
        return [leaf for value in form for leaf in leaves(value)]
    return []


def leaks(text: str, mine: Variant) -> list[str]:
    """Numbers in a text that give an expected value away: right to the digits printed, at least two of them."""
    found = []
    for token in numbers_in(text):
        digits = len(token.lstrip("-−0.").replace(".", ""))
        shown, places = float(token.replace("−", "-")), len(token.partition(".")[2])
        if digits >= 2 and any(abs(shown - value) <= 0.5 * 10**-places for value in leaves(mine.expected)):
            found.append(token)
    return found


def test_the_leak_detector_sees() -> None:
    mine = variant(EXERCISES[0], "")
    value = leaves(mine.expected)[0]
    assert leaks(f"It is {value:.2f}, of course.", mine)
    assert not leaks("It is 0.12345.", mine)


@each
def test_no_hint_and_no_diagnosis_gives_the_answer_away(exercise: Exercise) -> None:
    for student in students(exercise):
        mine = variant(exercise, student)
        if mine.is_function:
            continue
        near: list[Any] = []
        if isinstance(mine.expected, float):
            e = mine.expected
            near = [-e, e * 100, e / 100, e**2, e * 1.004, round(e, 1), e * 1.3, float("nan"), str(e), [e, e], None]
        texts = list(exercise.hints)
        texts += [said(exercise, judge(mine, mine.example(wrong))).text for wrong in exercise.wrong]
        verdicts = [judge(mine, answer) for answer in near]
        texts += [said(exercise, verdict).text for verdict in verdicts if not verdict.passed]
        texts = [text.replace(exercise.id, "") for text in texts]
        assert [leaks(text, mine) for text in texts if leaks(text, mine)] == []


@each
def test_the_students_notebook_holds_no_solution(exercise: Exercise) -> None:
    sheet = notebook(exercise.lesson)
    text = "\n".join(cell["source"] for cell in sheet["cells"])
    assert exercise.starter.strip() in text
    for line in exercise.solution.strip().splitlines():
        if len(line) > 12 and line not in exercise.starter:
            assert line not in text
    assert not any(hint in text for hint in exercise.hints)
    assert not any(cell.get("outputs") for cell in sheet["cells"])


@each
def test_neighbours_have_different_numbers(exercise: Exercise) -> None:
    digests = {variant(exercise, student).q.digest for student in students(exercise)}
    varies = bool(variant(exercise, "").q._numbers)
    assert len(digests) == (len(students(exercise)) if varies else 1)
    assert variant(exercise, " ADA  lovelace").q.digest == variant(exercise, "Ada Lovelace").q.digest


@each
def test_works_on_the_stand_in(exercise: Exercise) -> None:
    with data_source("standin"):
        mine = variant(exercise, "Ada Lovelace")
        if "cholesterol" not in getattr(mine.q._numbers.get("data"), "columns", ()):
            return  # no Framingham data in it
        assert mine.q.source == "standin"
        assert judge(mine, mine.solved).passed
        for wrong in exercise.wrong:
            assert judge(mine, mine.example(wrong)).name == wrong.name


def test_08_3_is_what_the_ranks_of_the_columns_say() -> None:
    """Z inside X: its columns add nothing to those of X."""
    exercise = next(exercise for exercise in EXERCISES if exercise.id == "08.3")
    data = lmmteach.load_framingham("standin").query("id < 40").rename(columns={"cholesterol": "y"})
    found = set()
    for letter, formula in re.findall(r'`"([A-H])"`: `([^`]+)`', exercise.text):
        design = lmmteach.lmm(formula, data).design
        Z = np.column_stack([np.ones(len(data)), data["year"]])
        if np.linalg.matrix_rank(np.column_stack([design.X, Z])) == np.linalg.matrix_rank(design.X):
            found.add(letter)
    assert found == variant(exercise, "").solved


def test_the_package_s_own_deviance_answers_09_1() -> None:
    mine = variant(next(exercise for exercise in EXERCISES if exercise.id == "09.1"), "Ada")
    assert judge(mine, lmmteach.deviance).passed


def test_the_example_in_the_authors_guide_is_an_exercise() -> None:
    guide = (Path(__file__).parent.parent / "exercises" / "README.md").read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    exec(guide.partition("```python\n")[2].partition("```")[0], space)
    for student in STUDENTS:
        mine = variant(space["EXERCISE"], student)
        assert judge(mine, mine.solved).passed
        assert [judge(mine, mine.example(wrong)).name for wrong in mine.exercise.wrong] == ["no-sigma2", "sds-added"]


def test_a_quantity_without_words_is_refused_and_the_guide_lists_the_others() -> None:
    with pytest.raises(ExerciseError, match="'slope'"):
        dataclasses.replace(EXERCISES[0], quantity="slope")
    guide = (Path(__file__).parent.parent / "exercises" / "README.md").read_text(encoding="utf-8")
    listed = next(line for line in guide.splitlines() if "quantity=" in line)
    assert set(re.findall(r'"(\w+)"', listed)) == set(QUANTITIES)
