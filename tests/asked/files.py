"""What is read from files and written to them: data sets, tables of one's own, exercises, reports, the book."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import lmmteach
from lmmteach.check import commands, notebooks, shelf
from lmmteach.check.declaration import Wrong
from lmmteach.check.gradebook import read_roster
from lmmteach.check.grading import grade_folder
from lmmteach.check.session import Session, session
from lmmteach.check.shelf import exercise_ids, find_exercise, lesson_exercises
from lmmteach.check.variant import variant
from lmmteach.datasets import framingham_fit, load_framingham, real_file
from lmmteach.own_data import explorer_of_file, read_table
from lmmteach.own_page import save_own_page
from lmmteach.publish import sources
from lmmteach.publish.lms import command as lms
from lmmteach.publish.lms.questions import questions_of

from . import Asked, done, listed, words
from .data import SLEEP, fitted

PUBLISHED = b"newid ID cholst sex age year\r\n1 5 205 1 40 0\r\n1 5 211 1 40 2\r\n2 6 180 0 50 0\r\n"


@contextlib.contextmanager
def here() -> Iterator[Path]:
    """A fresh folder to stand in, which is the home, too; no data, no network, and a fresh student: nothing is kept."""
    with TemporaryDirectory() as folder, contextlib.ExitStack() as bare:
        homes = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA"), folder)
        bare.enter_context(mock.patch.dict(os.environ, {"LMMTEACH_DATA": "", "LMMTEACH_OFFLINE": "1", **homes}))
        bare.enter_context(mock.patch.object(tempfile, "tempdir", folder))
        bare.enter_context(mock.patch.object(real_file, "_failed", {}))
        bare.enter_context(contextlib.chdir(folder))
        vars(session).update(vars(Session()))
        try:
            yield Path(folder)
        finally:
            vars(session).update(vars(Session()))


def inside(way: Callable[[Path], Any]) -> Callable[[], Any]:
    """A call made in a fresh folder."""

    def call() -> Any:
        with here() as folder:
            found = way(folder)
            return found.name if isinstance(found, Path) else found

    return call


def fake(content: bytes, true: bytes = PUBLISHED) -> Callable[[Path], Any]:
    """The real file asked for, in a folder that holds this one; ``true`` counts as the published one."""

    def call(folder: Path) -> Any:
        (folder / real_file.FILE_NAME).write_bytes(content)
        with (
            mock.patch.object(real_file, "SHA256", hashlib.sha256(true).hexdigest()),
            mock.patch.dict(os.environ, {"LMMTEACH_DATA": str(folder)}),
        ):
            return load_framingham(source="real")

    return call


def unreadable(folder: Path) -> Any:
    with mock.patch.object(Path, "read_bytes", side_effect=PermissionError(13, "Permission denied")):
        return fake(PUBLISHED)(folder)


def auto(timeout: float = 5.0) -> Any:
    """What comes where nothing names a folder: the download, or the stand-in where there is no network."""
    return inside(lambda folder: load_framingham(timeout=timeout))()


DATASETS = {
    "source": Asked(
        lambda: load_framingham("old"), "no source 'old'", 'Use source="auto"',
        words(lambda source: inside(fake(PUBLISHED))() if source == "real" else inside(
            lambda folder: load_framingham(source))()),
    ),
    "timeout": Asked(
        lambda: load_framingham(timeout=0), "timeout=0", "a number of seconds above 0, at most 3600",
        done(lambda: [auto(0.1), auto(3600)]),
    ),
    "not to be had": Asked(
        inside(lambda folder: load_framingham(source="real")), "LMMTEACH_OFFLINE forbids",
        "set the environment variable LMMTEACH_DATA to a folder that holds Cholesterol.txt",
        done(inside(fake(PUBLISHED))),
    ),
    "not to be read": Asked(
        inside(unreadable), "cannot be read (Permission denied)", "Allow reading it, or unset",
        done(lambda: [inside(fake(PUBLISHED))(), auto()]),
    ),
    "another file": Asked(
        inside(fake(b"other")), "is not the Framingham file as published", "Put the original there",
        done(lambda: [inside(fake(PUBLISHED))(), auto()]),
    ),
    "no such model": Asked(
        lambda: framingham_fit("C9"), "no published fit 'C9' by 'REML'", 'the methods "REML" and "ML"',
        lambda hint: [listed(lambda model: framingham_fit(model).beta, "models are ")(hint),
                      words(lambda method: framingham_fit("A0", method).beta)(hint)],
    ),
}  # fmt: skip


def written(name: str, content: str | bytes) -> Callable[[Path], Path]:
    def call(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return call


TABLE = SLEEP.to_csv(index=False)
read = lambda content: inside(lambda folder: read_table(written("data.csv", content)(folder)))  # noqa: E731

OWN = {
    "no file": Asked(
        inside(lambda folder: read_table("data.csv")), "'data.csv' cannot be read: No such file", "the name of a file",
        done(read(TABLE)),
    ),
    "no text": Asked(read(b"PK\x03\x04\x00\x00"), "holds no text", "Save the table as CSV", done(read(TABLE))),
    "no table": Asked(
        read("a,b\n1,2\n1,2,3\n"), "is no table", "the same number of columns in each", done(read("a,b\n1,2\n1,2\n"))
    ),
}  # fmt: skip


OWN |= {
    "a page of another kind": Asked(
        inside(lambda folder: save_own_page("own.txt")), "'own.txt' does not end in .html", "as a web page",
        done(inside(lambda folder: save_own_page("own.html"))),
    ),
    "a page nowhere": Asked(
        inside(lambda folder: save_own_page("none/own.html")), "There is no folder 'none'",
        "or save somewhere else", done(inside(lambda folder: save_own_page("own.html"))),
    ),
}  # fmt: skip


def checked() -> None:
    """Somebody who has checked something."""
    lmmteach.student("Ada")
    lmmteach.check("05.2", 1.0)


def reported(*given: Any) -> Callable[[Path], Any]:
    def call(folder: Path) -> Any:
        checked()
        return str(lmmteach.report(*given))

    return call


def foreign(name: str) -> Callable[[Path], Any]:
    """A report, where a file of another kind has the name mine.json."""

    def call(folder: Path) -> Any:
        written("mine.json", "{}")(folder)
        return reported(name)(folder)

    return call


def graded(csv: str, *more: str) -> Callable[[Path], Any]:
    """The command line on a folder with a report, where grades.csv is taken."""

    def call(folder: Path) -> Any:
        (folder / "reports").mkdir()
        reported("reports/mine.json")(folder)
        written("grades.csv", "mine")(folder)
        options = Namespace(folder=folder / "reports", csv=Path(csv), roster=None, platform="canvas",
                            force="--force" in more)  # fmt: skip
        return commands._grade(options, lambda text: None) == 0 or None

    return call


def for_platforms(*what: str, output: str = ".", page: str = "<p>none</p>") -> Callable[[Path], Any]:
    """The command line on pages for learning platforms: a saved explorer, another page, and a book with lesson 05."""

    def call(folder: Path) -> Any:
        pages = folder / "_build" / "html"
        pages.mkdir(parents=True)
        (folder / "made").mkdir()
        fitted().explore().save(folder / "mine.html")
        written("other.html", "<p>no explorer</p>")(folder)
        written("_build/html/05-g-moves-v.html", page)(folder)
        (folder / "taken" / "mine-scorm.zip").mkdir(parents=True)
        with mock.patch("lmmteach.publish.lms.command.find_book", return_value=folder):
            options = Namespace(what=[str(folder / one) if "." in one else one for one in what], output=folder / output)
            return lms._run(options, lambda text: None) == 0 or None

    return call


CHECK = """<form class="quiz" id="a" data-quiz="choice"><div class="quiz-ask">Which?</div>
<div class="quiz-note" data-right="true"><p class="quiz-echo"><strong>This</strong></p><p>So it is.</p></div>
<div class="quiz-note" data-right="false"><p class="quiz-echo"><strong>That</strong></p><p>No.</p></div></form>"""


def unbuilt(folder: Path) -> Any:
    with mock.patch("lmmteach.publish.lms.command.find_book", return_value=folder):
        return lms._run(Namespace(what=["05"], output=folder), lambda text: None)


def worked_in(target: str = ".", *more: str) -> Callable[[Path], Any]:
    """A notebook copied once more, where the first copy has been worked in."""

    def call(folder: Path) -> Any:
        path = notebooks.copy_notebook("05", folder)
        path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
        options = Namespace(lesson="05", folder=folder / target, force="--force" in more)
        return commands._copy(options, lambda text: None) == 0 or None

    return call


def solved(target: str = "out", *more: str) -> Callable[[Path], Any]:
    def call(folder: Path) -> Any:
        first = notebooks.write_solutions(folder / "out")[0]
        first.write_text("mine", encoding="utf-8")
        return [path.name for path in notebooks.write_solutions(folder / target, "--force" in more)]

    return call


ROSTER = "Student,ID,SIS User ID,SIS Login ID,Section\nAda,1,a,a,A\n"
roster = lambda content: inside(lambda folder: len(read_roster(written("roster.csv", content)(folder))))  # noqa: E731
MINE = find_exercise("05.2")
text_of = lambda id: lmmteach.exercise(id).text  # noqa: E731
ONE = replace(
    MINE, text="Square a.", starter="answer = ...", solution="answer = q.a**2", quantity="", accepts=None,
    numbers=lambda rng: {"a": 1.0}, wrong=(Wrong("a", "That is a itself.", code="answer = q.a"),),
)  # fmt: skip


def declared(content: str, id: str = "99.1") -> Callable[[Path], Any]:
    """An exercise read from a file."""

    def call(folder: Path) -> Any:
        path = written(f"{id}.py", content)(folder)
        with mock.patch.object(shelf, "_files", return_value={id: path}):
            return shelf._read.__wrapped__(id).title

    return call


def of(id: str) -> str:
    """The source of an exercise called so, made from one that is there."""
    source = shelf._files()["05.2"].read_text(encoding="utf-8")
    return source.replace("05.2", id)


def installed(call: Callable[[Path], object]) -> Callable[[], object]:
    """The same, where the exercises are closed."""

    def there() -> object:
        with mock.patch.object(notebooks, "closed", return_value=True):
            return inside(call)()

    return there


def no_shelf() -> Any:
    with (
        mock.patch.object(shelf, "files", return_value=Path("/nowhere")),
        mock.patch.object(shelf, "__file__", "/nowhere/lmmteach/check/shelf.py"),
    ):
        return shelf.shelf()


CHECKED = {
    "a name of digits": Asked(
        inside(lambda folder: lmmteach.student(10**5000)), "too many digits", "as it stands in the course list",
        done(inside(lambda folder: str(lmmteach.student(1234567)))),
    ),
    "an id without quotation marks": Asked(
        lambda: lmmteach.exercise(5.2), 'like "05.2"', "in quotation marks", done(lambda: text_of("5.2"))
    ),
    "an id nearly right": Asked(
        lambda: lmmteach.exercise("05.9"), "no exercise '05.9'", "Did you mean",
        lambda hint: [text_of(id) for id in hint.removeprefix("Did you mean ").rstrip("?").split(" or ")],
    ),
    "an id of nothing": Asked(
        lambda: lmmteach.exercise("mean"), "no exercise 'mean'", "There are: ", listed(text_of)
    ),
    "a lesson without": Asked(
        lambda: lesson_exercises("77"), "Lesson '77'", "These have: ", listed(lesson_exercises, "These have: ")
    ),
    "a report's name": Asked(
        inside(reported(3)), "A int is no file's name", 'like "report.json", or nothing',
        done(lambda: [inside(reported("report.json"))(), inside(reported())()]),
    ),
    "a report's folder": Asked(
        inside(reported("none/mine.json")), "none/mine.json cannot be written", "a path in a folder of yours",
        done(inside(reported("mine.json"))),
    ),
    "another's file": Asked(
        inside(foreign("mine.json")), "mine.json is there already", "Choose another name",
        done(inside(foreign("other.json"))),
    ),
    "no roster": Asked(
        inside(lambda folder: read_roster(folder / "roster.csv")), "roster.csv cannot be read",
        "the file that Canvas exports", done(roster(ROSTER)),
    ),
    "another table": Asked(
        roster("name,points\nAda,1\n"), "no columns Student, ID", "the file that Canvas exports", done(roster(ROSTER))
    ),
    "platform: no folder": Asked(
        inside(for_platforms("mine.html", output="nowhere")), "no folder", "Make it first",
        done(inside(for_platforms("mine.html", output="made"))),
    ),
    "platform: no explorer": Asked(
        inside(for_platforms("other.html")), "is no saved explorer", "Save one first",
        done(inside(for_platforms("mine.html"))),
    ),
    "platform: one name for two": Asked(
        inside(for_platforms("mine.html", "mine.html")), "A second mine-scorm.zip", "a folder of its own",
        done(inside(for_platforms("mine.html", output="made"))),
    ),
    "platform: a place that is taken": Asked(
        inside(for_platforms("mine.html", output="taken")), "mine-scorm.zip cannot be written", "folder with -o",
        done(inside(for_platforms("mine.html", output="made"))),
    ),
    "a wide file": Asked(
        inside(lambda folder: explorer_of_file(
            str(written("wide.csv", "id,y0,y4\n1,2,3\n2,3,5\n")(folder)), "y ~ time + (1 | id)", "marginal", "REML",
            "explorer.html")),
        "y0, y4: they are wide", "lmmteach explore --blank", done(inside(lambda folder: save_own_page("own.html"))),
    ),
    "platform: no page": Asked(
        inside(for_platforms("none.html")), "There is no page", "or save an explorer",
        done(inside(for_platforms("mine.html"))),
    ),
    "platform: no book": Asked(
        inside(unbuilt), "There is no lesson in", "Build the book first", done(inside(for_platforms("05", page=CHECK)))
    ),
    "platform: no such lesson": Asked(
        inside(for_platforms("99", page=CHECK)), "There is no lesson '99'", "Give one of 05, or all",
        done(lambda: [inside(for_platforms(one, page=CHECK))() for one in ("05", "all")]),
    ),
    "platform: no question": Asked(
        inside(for_platforms("05")), "has no quick check", "Choose another lesson",
        done(inside(for_platforms("05", page=CHECK))),
    ),
    "platform: questions of no page": Asked(
        inside(lambda folder: questions_of(folder / "05.html")), "There is no page", "Build the book first",
        done(inside(lambda folder: len(questions_of(written("05.html", CHECK)(folder))))),
    ),
    "no folder of reports": Asked(
        inside(lambda folder: grade_folder(folder / "reports")), "is not a folder", "the folder that holds the reports",
        done(inside(lambda folder: (reported("mine.json")(folder), len(grade_folder(folder).passed))[1])),
    ),
    "grades already there": Asked(
        inside(graded("grades.csv")), "grades.csv is there already", "Choose another with --csv, or add --force",
        done(lambda: [inside(graded("other.csv"))(), inside(graded("grades.csv", "--force"))()]),
    ),
    "grades nowhere": Asked(
        inside(graded("none/grades.csv")), "none/grades.csv cannot be written", "Choose another with --csv",
        done(inside(graded("other.csv"))),
    ),
    "a notebook worked in": Asked(
        inside(worked_in()), "has been changed since it was written", "Choose another folder, or add --force",
        done(lambda: [inside(worked_in("other"))(), inside(worked_in(".", "--force"))()]),
    ),
    "solutions edited": Asked(
        inside(solved()), "has been changed since it was written", "Choose another folder, or add --force",
        done(lambda: [inside(solved("other"))(), inside(solved("out", "--force"))()]),
    ),
    "solutions of an installed package": Asked(
        installed(lambda folder: notebooks.write_solutions(folder)), "not part of what is installed",
        "python -m lmmteach exercises solutions", done(inside(lambda folder: len(notebooks.write_solutions(folder)))),
    ),
    "a file for a folder": Asked(
        inside(lambda folder: notebooks.copy_notebook("05", written("taken", "")(folder))), "cannot be written",
        "a folder of your own", done(inside(lambda folder: notebooks.copy_notebook("05", folder))),
    ),
    # who writes exercises
    "no exercises": Asked(
        no_shelf, "There are no exercises at", "or work in a clone", done(lambda: len(exercise_ids()))
    ),
    "two ways to be wrong": Asked(
        lambda: Wrong("both", "So.", code="answer = 1", answer=lambda q: 1), "'both' needs exactly one", "one of them",
        done(lambda: [Wrong("one", "So.", code="answer = 1").name, Wrong("one", "So.", answer=lambda q: 1).name]),
    ),
    "no id": Asked(
        lambda: replace(MINE, id="5.2"), "Exercise '5.2'", "the lesson's two digits, a dot and a digit: '05.2'",
        words(lambda id: replace(MINE, id=id).title),
    ),
    "hints": Asked(
        lambda: replace(MINE, hints=("So.",)), "05.2 has 1 hints", "Give two or three, none of them empty",
        done(lambda: [replace(MINE, hints=hints).title for hints in (("a", "b"), ("a", "b", "c"))]),
    ),
    "quantity": Asked(
        lambda: replace(MINE, quantity="mass"), "quantity='mass'", "Leave it out, or write one of",
        words(lambda quantity: replace(MINE, quantity=quantity).title),
    ),
    "no wrong answer": Asked(
        lambda: replace(MINE, wrong=()), "05.2 lists no wrong answer", "one at least",
        done(lambda: replace(MINE, wrong=MINE.wrong[:1]).title),
    ),
    "one name twice": Asked(
        lambda: replace(MINE, wrong=(MINE.wrong[0], MINE.wrong[0])), "two wrong answers have one name", "Rename one",
        done(lambda: replace(MINE, wrong=(MINE.wrong[0], replace(MINE.wrong[0], name="other"))).title),
    ),
    "no exercise declared": Asked(
        inside(declared("x = 1\n")), "declares no EXERCISE", "exercises/README.md", done(inside(declared(of("99.1"))))
    ),
    "another exercise declared": Asked(
        inside(declared(of("98.1"))), "declares exercise '98.1'",
        "Call the file as its exercise, or the exercise as its file",
        done(lambda: [inside(declared(of("98.1"), "98.1"))(), inside(declared(of("99.1")))()]),
    ),
    "too narrow a draw": Asked(
        lambda: variant(ONE, "ada").q.text, "draws of its numbers", "Draw from a wider range",
        done(lambda: variant(replace(ONE, numbers=lambda rng: {"a": rng.uniform(2, 9)}), "ada").q.text),
    ),
    "no answer left": Asked(
        lambda: variant(MINE, "ada").run("x = 1"), "this code leaves no 'answer'", "Let its last line assign that name",
        done(lambda: variant(MINE, "ada").run("x = 1\nanswer = x")),
    ),
}  # fmt: skip


def no_book() -> Any:
    with TemporaryDirectory() as folder, mock.patch.object(sources, "_package", return_value=Path(folder) / "lmmteach"):
        return sources.find_book()


BOOK = {
    "no book": Asked(
        no_book, "There is no book at", "Clone the project", done(lambda: sources.find_book().name),
    ),
}  # fmt: skip

CASES = DATASETS | OWN | CHECKED | BOOK
assert len(CASES) == sum(map(len, (DATASETS, OWN, CHECKED, BOOK))), "a name twice"
