"""Every answer of ``plausible.py`` gets its verdict: nothing wrong is accepted, nothing right is refused."""

from __future__ import annotations

import os

import pytest

from lmmteach.check.declaration import Exercise
from lmmteach.check.diagnosis import judge_form
from lmmteach.check.shelf import all_exercises
from lmmteach.check.variant import variant

from .plausible import ANSWERS, PLAUSIBLE, RIGHT, Answer, as_expected, names, said

NIGHTLY = os.environ.get("LMMTEACH_FUZZ") == "nightly"
#: of the exercises that take fits, and of the others
STUDENTS, QUICK = (200, 200) if NIGHTLY else (1, 3)
#: numbers, or inputs of a function, are drawn without a fit
CHEAP = ("02", "03", "04", "05.1", "05.2", "06", "07", "08", "09.1", "11", "13", "15")
each = pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.id)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.exercise}-{answer.label}")
def test_each_answer_gets_its_verdict(answer: Answer) -> None:
    found = said(answer, QUICK if answer.exercise.startswith(CHEAP) else STUDENTS)
    assert as_expected(answer, found), found


def test_there_are_enough_and_every_exercise_has_some() -> None:
    assert len(PLAUSIBLE) >= 40
    for kind in (PLAUSIBLE, RIGHT):
        without = {exercise.id for exercise in all_exercises()} - {answer.exercise for answer in kind}
        assert without <= {"11.2", "13.1"}
    assert len({(answer.exercise, answer.label) for answer in ANSWERS}) == len(ANSWERS)


def test_an_answer_that_is_not_as_expected_is_seen() -> None:
    right = Answer("02.1", "", "answer = q.G11 / (q.G11 + q.sigma2)", "refused")
    assert not as_expected(right, said(right, 1))
    assert not as_expected(right._replace(expected="ratio"), said(right, 1))


@each
def test_every_name_has_numbers(exercise: Exercise) -> None:
    """2,000 names; where numbers take fits, a few, and all of them at night."""
    many = 2000 if NIGHTLY else 60 if exercise.id.startswith(CHEAP) else 2
    for student in names(many):
        assert variant(exercise, student).q.id


@each
def test_no_listed_slip_is_right_for_any_name(exercise: Exercise) -> None:
    many = 500 if NIGHTLY else 12 if exercise.id.startswith(CHEAP) else 1
    for student in names(many):
        mine = variant(exercise, student)
        assert judge_form(mine, mine.expected).passed
        for name, form in mine.wrong_forms.items():
            if form is not None:  # a function that fails
                verdict = judge_form(mine, form)
                assert (verdict.passed, verdict.name) == (False, name), student
