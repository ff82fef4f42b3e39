"""What a student calls: ``student``, ``exercise``, ``check``, ``hint``, ``report``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lmmteach.check.declaration import Exercise, ExerciseError
from lmmteach.check.diagnosis import Verdict, judge
from lmmteach.check.feedback import Feedback
from lmmteach.check.question import Question
from lmmteach.check.reports import PROTECTION, ReportError, default_name, write_report
from lmmteach.check.session import session
from lmmteach.check.shelf import find_exercise
from lmmteach.check.variant import normal_name, variant, written_name

__all__ = ["check", "exercise", "hint", "report", "student"]

#: the number of the exercises that belong to no lesson
CAPSTONE = "20"
#: diagnoses that mean that nothing was handed over yet
EMPTY = {"blank", "none"}


def student(name: str | int) -> Feedback:
    """Say who you are, so that you get numbers of your own and your work can be handed in.

    Parameters
    ----------
    name : str or int
        Your name or number as it stands in the course list.  Upper and lower case and spaces do not matter.  It is not
        sent anywhere; it is written to ``lmmteach-progress.json`` beside the notebook, and to the report you hand in.

    Examples
    --------
    >>> import lmmteach
    >>> lmmteach.student("")
    i No name yet
      Everybody without a name has the same numbers. Put yours between the quotation marks.
    """
    try:
        given = written_name(str(name)) if isinstance(name, str | int) else ""
    except ValueError:  # Python does not write out such a number
        raise ExerciseError(
            "This number has too many digits for a name.", "Give your name or number as it stands in the course list."
        ) from None
    session.begin(given)
    if not normal_name(given):
        say = "Everybody without a name has the same numbers. Put yours between the quotation marks."
        return Feedback("note", "No name yet", paragraphs=(say,))
    done = sum(record.passed for record in session.records.values())
    lines = ["The numbers in the exercises are yours now."]
    lines += [f"{done} solved so far."] if done else []
    return _with_news(Feedback("note", f"Hello, {given}", paragraphs=(" ".join(lines),)))


def _with_news(feedback: Feedback) -> Feedback:
    """What there is to say of the folder is said once, when it happens."""
    news = session.news()
    return replace(feedback, paragraphs=(*feedback.paragraphs, news)) if news else feedback


def exercise(id: str) -> Question:
    """Your own numbers for an exercise: ``q = lmmteach.exercise("05.2")``, then ``q.G``, ``q.sigma2``, ``q.text``.

    Raises
    ------
    ExerciseError
        If there is no such exercise.

    Examples
    --------
    >>> import lmmteach
    >>> q = lmmteach.exercise("05.2")
    >>> q.G.shape, q.sigma2 > 0
    ((2, 2), True)
    """
    return variant(find_exercise(id), session.student).q


def check(id: str, answer: Any = ...) -> Feedback:
    """Check your answer to an exercise, and learn what kind of mistake it is if it is not right.

    Parameters
    ----------
    id : str
        The exercise, "05.2".
    answer : number, array, Series, DataFrame, list, dict, text or function
        Functions are tried on random inputs, in a copy of Python where that is possible, and stopped after three
        seconds.

    Returns
    -------
    Feedback
        ``passed``, ``diagnosis`` (a word) and ``text``; shows itself in a notebook and in a terminal.

    Raises
    ------
    ExerciseError
        If there is no such exercise.  An answer, whatever it is, raises nothing.

    Examples
    --------
    >>> import lmmteach
    >>> lmmteach.check("05.2", float("nan")).diagnosis
    'nan'
    """
    found = find_exercise(id)
    mine = variant(found, session.student)
    verdict = judge(mine, answer)
    if verdict.name not in EMPTY:
        session.refresh()
        session.record(found.id).add(mine, verdict)
        session.keep()
    return _with_news(_feedback(found, verdict, session.record(found.id).hints))


def _feedback(exercise: Exercise, verdict: Verdict, hints: int) -> Feedback:
    if verdict.passed:
        return Feedback("right", "Right", exercise.id, (verdict.says,), f"Notice: {exercise.notice}", verdict.name)
    if verdict.name in EMPTY:
        lines = (verdict.says, f"To begin with: {exercise.hints[0]}")
        return Feedback("blank", "Nothing to check yet", exercise.id, lines, diagnosis=verdict.name)
    more = f'Stuck? `lmmteach.hint("{exercise.id}")` says a little more.' if hints < len(exercise.hints) else ""
    return Feedback("wrong", "Not yet", exercise.id, (verdict.says,), more, verdict.name)


def hint(id: str) -> Feedback:
    """The next hint of an exercise; each says a little more than the one before.

    Raises
    ------
    ExerciseError
        If there is no such exercise.

    Examples
    --------
    >>> import lmmteach
    >>> lmmteach.hint("05.2").title
    'Hint 1 of 3'
    """
    found = find_exercise(id)
    session.refresh()
    record = session.record(found.id)
    total = len(found.hints)
    if record.hints >= total:
        lines = (found.hints[-1],)
        where = "the capstone" if found.lesson == CAPSTONE else f"lesson {int(found.lesson)}"
        end = f"That was the last one. Read {where} again, or ask someone."
        return _with_news(Feedback("hint", f"Hint {total} of {total}", found.id, lines, end, "hint"))
    record.hints += 1
    number, left = record.hints, total - record.hints
    session.keep()
    rest = (
        f"{left} more {'hint' if left == 1 else 'hints'} if you need {'it' if left == 1 else 'them'}." if left else ""
    )
    lines = (found.hints[number - 1],)
    rest = rest or "That was the last one."
    return _with_news(Feedback("hint", f"Hint {number} of {total}", found.id, lines, rest, "hint"))


def report(file: str | Path | None = None) -> Feedback:
    """Write the file you hand in: what you tried, what you solved, and your answers.

    Parameters
    ----------
    file : path, optional
        By default ``lmmteach-<your name>.json``, beside the notebook.  An earlier report of yours is added to; any
        other file is left as it is.

    Returns
    -------
    Feedback
        The list of what the file says of you.

    Raises
    ------
    ReportError
        If the file cannot be written, or something else stands in its place.

    Notes
    -----
    The file ends in a SHA-256 of its content.  That notices damage and casual edits.  It does not prove who did the
    work: anyone with the package can compute it.  ``lmmteach grade FOLDER`` checks the recorded answers again.

    Examples
    --------
    >>> import lmmteach
    >>> lmmteach.report().title
    'Nothing written: no name yet'
    """
    if not normal_name(session.student):
        say = 'Say who you are: `lmmteach.student("your name")`, at the top of the notebook, then check again.'
        return Feedback("note", "Nothing written: no name yet", paragraphs=(say,))
    session.refresh()
    if not any(record.attempts for record in session.records.values()):
        return Feedback("note", "Nothing written: nothing checked yet", paragraphs=("Check an answer first.",))
    try:
        path = Path(file if file is not None else default_name(session.student))
    except TypeError:
        raise ReportError(
            f"A {type(file).__name__} is no file's name.", 'Give text, like "report.json", or nothing.'
        ) from None
    write_report(session, path)
    tried = {id: record for id, record in sorted(session.records.items()) if record.attempts}
    solved = [id for id, record in tried.items() if record.passed]
    rest = [id for id, record in tried.items() if not record.passed]
    lines = [f"Solved: {', '.join(solved) or 'none yet'}."] + [f"Tried, not solved: {', '.join(rest)}."] * bool(rest)
    say = f"Hand in the file `{path}`."
    paragraphs = (" ".join(lines), say)
    return _with_news(Feedback("note", f"Written for {session.student}", paragraphs=paragraphs, next=PROTECTION))
