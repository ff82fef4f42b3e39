"""Every remedy that is printed after a fit, or without one, is followed, literally, on what was asked.

The design's and the search's are followed in ``test_remedies.py`` and ``test_fit_remedies.py``.  Between the three no
error of the package is left out: the last test reads the source for them.
"""

from __future__ import annotations

import ast
import inspect
import sys
import warnings
from functools import cache
from pathlib import Path

import pytest

import lmmteach
import lmmteach.own_data
from lmmteach import LmmError, LmmWarning
from tests.asked import Asked, explorers, files, fits, inference, remarks, sound, values
from tests.test_fit_remedies import FILES as OF_A_FIT

PACKAGE = Path(lmmteach.__file__).parent
PARTS = {part.__name__.rsplit(".", 1)[1]: part.CASES for part in (values, fits, inference, explorers, files)}
CASES: dict[str, Asked] = {f"{part}: {name}": case for part, cases in PARTS.items() for name, case in cases.items()}
#: errors with nothing to follow, by what they say, and why
NOTHING_TO_FOLLOW = {
    **dict.fromkeys(
        (
            "cannot be read ({error.strerror})", "too large to be a report", "damaged or no report",
            "a report of another", "not a report of lmmteach", "not a complete report", "changed after it was written",
            "it names no student", "it does not say which data", "it used data called",
            "it was answered with other numbers", "it was answered with the numbers of", "a link, not a file",
            "no file of the ordinary kind", "a table, not a report",
        ),
        "what a teacher's list of grades says of a stranger's file, the other files being graded",
    ),
    "QTI is written by text2qti": "its remedy installs a package, which no test may do",
    "Jupyter Book is not installed": "its remedy installs a package, which no test may do",
    **dict.fromkeys(
        ("Playwright is not installed", "There is no Chromium on the PATH", "epubcheck is not installed"),
        "its remedy installs a program, which no test may do",
    ),
    **dict.fromkeys(
        ("No style sheet of the built book", "What the pages are dressed in is not there"),
        "its remedy builds the whole book",
    ),
    **dict.fromkeys(
        ("epubcheck has something against", "things are wider than a sheet", "does not say on which page"),
        "it stops a print; its remedy is to mend what it lists",
    ),
    "did not build": "its remedy is the log of the page's own error",
}  # fmt: skip


def followed(case: Asked) -> LmmError:
    """The error of a case names its culprit and a remedy, which is followed and must give a result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LmmWarning)
        with pytest.raises(LmmError) as caught:
            case.call()
        assert case.culprit in caught.value.what
        assert case.told in caught.value.fix
        assert sound(case.follow(caught.value.fix)), caught.value.fix
    return caught.value


@pytest.fixture(scope="module")
def made_at() -> list[tuple[str, int]]:
    """Every place at which an error was made while this module ran; a subclass's own __init__ is passed through."""
    seen: list[tuple[str, int]] = []
    first = LmmError.__init__

    def noted(self: LmmError, *arguments: str, **named: str) -> None:
        frame = sys._getframe(1)
        while True:
            seen.append((frame.f_code.co_filename, frame.f_lineno))
            if frame.f_code.co_name != "__init__" or frame.f_back is None:
                break
            frame = frame.f_back
        first(self, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LmmError, "__init__", noted)
        yield seen


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_that_is_followed_ends_in_a_result(name: str, made_at: list[tuple[str, int]]) -> None:
    followed(CASES[name])


@pytest.mark.parametrize("name", remarks.CASES)
def test_a_remark_that_is_followed_is_not_made_again(name: str) -> None:
    said, told, follow = remarks.CASES[name]
    with pytest.warns(LmmWarning, match=told):
        said()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sound(follow())


def kinds(trees: list[ast.Module]) -> set[str]:
    """The names of all errors of the package, read from its source: what a run has imported decides nothing."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known: set[str] = {LmmError.__name__}
    while more := {one.name for one in classes for base in one.bases if ast.unparse(base) in known} - known:
        known |= more
    return known


@cache
def sites() -> dict[tuple[str, int], tuple[int, str]]:
    """Where the source makes an error: the file and its first line, then its last line and what it says."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    found, known = {}, kinds(list(trees.values()))
    for path, tree in trees.items():
        for node in ast.walk(tree):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in known:
                found[str(path), node.lineno] = (node.end_lineno, ast.unparse(node))
    return found


def test_no_error_of_the_package_has_a_remedy_that_nobody_follows(
    made_at: list[tuple[str, int]], request: pytest.FixtureRequest
) -> None:
    """A new error without a case fails here."""
    if len([item for item in request.session.items if item.path == request.path]) < len(CASES):
        made_at = made_at.copy()
        for case in CASES.values():  # this test was asked for alone
            followed(case)
    elsewhere = {"design", *(f"{name}.py" for name in OF_A_FIT)}
    places = sites()
    assert len(places) > 280, "the reader of errors finds nothing"
    lost, idle = [], set(NOTHING_TO_FOLLOW)
    for (path, start), (end, what) in places.items():
        inside = Path(path).relative_to(PACKAGE)
        if {inside.parts[0], inside.as_posix()} & elsewhere:
            continue
        reached = any(file == path and start <= line <= end for file, line in made_at)
        excused = {words for words in NOTHING_TO_FOLLOW if words in what}
        idle -= excused
        if not reached and not excused:
            lost.append(f"{inside}:{start}: {what}")
    assert lost == []
    assert not idle, "excused, and not there"


def test_every_error_has_a_remedy() -> None:
    """What to do about it stands in its own place, apart from what was wrong."""
    without = [
        f"{Path(path).relative_to(PACKAGE)}:{start}: {what}"
        for (path, start), (_, what) in sites().items()
        if not _has_fix(what) and not any(words in what for words in NOTHING_TO_FOLLOW)
    ]
    assert without == []


def _has_fix(what: str) -> bool:
    call = ast.parse(what, mode="eval").body
    assert isinstance(call, ast.Call)
    name = getattr(call.func, "id", "")
    own = next((kind for kind in _all(LmmError) if kind.__name__ == name), LmmError)
    if "__init__" in vars(own) and own is not LmmError:  # it makes its own sentences
        return "fix" in inspect.getsource(own) or len(inspect.getsource(own).split("super().__init__")) > 1
    return len(call.args) > 1 or any(one.arg == "fix" for one in call.keywords)


def _all(of: type[LmmError]) -> list[type[LmmError]]:
    return [of, *(kind for one in of.__subclasses__() for kind in _all(one))]
