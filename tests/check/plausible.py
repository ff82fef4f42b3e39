"""Answers that students give, and what the checker has to say of each:  python -m tests.check.plausible [--names 200]

Prints a table: the answer, what is expected of it, and what was said, over so many students.  ``test_plausible.py``
tries a few students in every run, and all of them with ``LMMTEACH_FUZZ=nightly``.

The answers stand in ``answers/``: ``reviewed`` those that a reading of the book found misjudged, ``plausible`` others
that may well be given, ``right`` the right one in another form or by another way.  Each has a head, ``## 05.2
mean-variance: covariance over the mean variance``: the exercise, the diagnosis it has to get, its name; then the
student's code.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lmmteach.check.diagnosis import judge
from lmmteach.check.shelf import find_exercise
from lmmteach.check.variant import variant

FOLDER = Path(__file__).parent / "answers"
HEAD = re.compile(r"## (\d\d\.\d) ([\w-]+): (.*)")
#: any diagnosis will do; any verdict will do (a guess may be right)
REFUSED, ANY = "refused", "any"


class Answer(NamedTuple):
    """A student's code for an exercise; the name of the diagnosis it has to get, "right", REFUSED or ANY."""

    exercise: str
    label: str
    code: str
    expected: str


def read(name: str) -> list[Answer]:
    """The answers of one file."""
    found: list[Answer] = []
    for part in re.split(r"(?m)^(?=## )", (FOLDER / f"{name}.txt").read_text(encoding="utf-8")):
        head, _, code = part.partition("\n")
        match = HEAD.fullmatch(head)
        if part.strip():
            assert match, head
            found.append(Answer(match[1], match[3], code.strip(), match[2]))
    return found


REVIEWED, PLAUSIBLE, RIGHT = read("reviewed"), read("plausible"), read("right")
ANSWERS = [*REVIEWED, *PLAUSIBLE, *RIGHT]


def names(number: int) -> Iterator[str]:
    """Students, by name and by number."""
    yield from ("", "Ada Lovelace", "41537", "Σοφία", "o'Neill, Tim", "Ed")[:number]
    yield from (f"student {k}" for k in range(6, number))


def said(answer: Answer, students: int) -> Counter[str]:
    """How often each verdict was given on this answer."""
    exercise = find_exercise(answer.exercise)
    found: Counter[str] = Counter()
    for student in names(students):
        mine = variant(exercise, student)
        given: Any = mine.run(answer.code)
        verdict = judge(mine, given)
        found["right" if verdict.passed else verdict.name] += 1
    return found


def as_expected(answer: Answer, found: Counter[str]) -> bool:
    """Whether nothing else was said than has to be."""
    if answer.expected == REFUSED:
        return "right" not in found
    return answer.expected == ANY or set(found) == {answer.expected}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=200)
    parser.add_argument("--only", default="", help="exercises whose number begins so")
    options = parser.parse_args()
    tried = [answer for answer in ANSWERS if answer.exercise.startswith(options.only)]
    off = 0
    for answer in sorted(tried, key=lambda answer: answer.exercise):
        found = said(answer, options.names)
        mark = " " if as_expected(answer, found) else "!"
        off += mark == "!"
        verdicts = ", ".join(f"{name} {count}" for name, count in found.most_common())
        print(f"{mark} {answer.exercise}  {answer.label:44.44}  {answer.expected:26}  {verdicts}", flush=True)
    print(f"{len(tried)} answers, {options.names} students each; {off} not as expected.")


if __name__ == "__main__":
    main()
