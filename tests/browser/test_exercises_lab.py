"""Exercise 05 as a new user meets it: JupyterLab in a real browser; wrong, right, handed in, graded."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lmmteach import cli
from lmmteach.check.notebooks import notebook
from tests.contrast import contrast

from .lab import Notebook, running_lab

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.kernel]

NAME = "exercises-05.ipynb"
RIGHT = "z = np.array([1, q.t])\nanswer = z @ q.G @ z + q.sigma2"
WRONG = RIGHT + "\nanswer = answer**0.5"
#: a folder to keep pictures in, for looking at them
PICTURES = os.environ.get("LMMTEACH_PICTURES")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    home = tmp_path_factory.mktemp("lab")
    with running_lab(home, {NAME: notebook("05")}) as addresses:
        yield addresses[NAME] % "lab/tree", home / "work"


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/lab-{name}.png")


def least_contrast(page: Any) -> float:
    """The least contrast between a card's words and the page behind it."""
    words, behind = page.evaluate(
        "[getComputedStyle(document.querySelector('.lmmc p')).color,"
        " getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor]"
    )
    return contrast(words, behind)


def test_wrong_right_hand_in_grade(page: Any, watch: Any, lab: tuple[str, Path], tmp_path: Path) -> None:
    address, work = lab
    watch.tolerated = lambda text: "lmmc" not in text  # JupyterLab's own remarks are not ours
    page.set_default_timeout(90_000)
    page.goto(address)
    code = [cell["source"] for cell in notebook("05")["cells"] if cell["cell_type"] == "code"]
    page.locator(".jp-Notebook .jp-CodeCell").nth(6).wait_for()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")
    book = Notebook(page)
    places = {name: code.index(source) for name, source in {
        "setup": next(source for source in code if "lmmteach.student" in source),
        "numbers": 'q = lmmteach.exercise("05.1")\nq',
        "check": 'lmmteach.check("05.1", answer)',
    }.items()}  # fmt: skip
    answer = places["numbers"] + 1

    def write(number: int, text: str) -> None:
        editor = page.locator(".jp-Notebook .jp-CodeCell").nth(number).locator(".jp-InputArea-editor .cm-content")
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)

    write(places["setup"], code[places["setup"]].replace('student("")', 'student("Ada Lovelace")'))
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # before that, JupyterLab forgets what it is told to run
    assert "Hello, Ada Lovelace" in book.run(places["setup"], "Hello")
    assert "q.sigma2" in book.run(places["numbers"], "your numbers")

    book.start(answer)
    said = book.run(places["check"], "Nothing to check yet")
    assert "To begin with" in said
    picture(page, "blank")

    write(answer, WRONG)
    book.start(answer)
    said = book.run(places["check"], "Not yet")
    assert "This is the SD; the question asks for the variance." in said
    assert least_contrast(page) > 4.5
    picture(page, "wrong")

    write(answer, RIGHT)
    book.start(answer)
    said = book.run(places["check"], "Right")
    assert "Notice:" in said
    picture(page, "right")

    said = book.run(len(code) - 1, "Hand in the file")
    assert "Solved: 05.1" in said
    picture(page, "report")

    page.evaluate("document.querySelector('.jp-Notebook').scrollTop = 0")
    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="Settings").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text("JupyterLab Dark", exact=True).click()
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    page.wait_for_timeout(500)
    assert least_contrast(page) > 4.5
    page.locator(".jp-Notebook .jp-CodeCell").nth(places["numbers"]).scroll_into_view_if_needed()
    picture(page, "dark")

    assert cli.main(["grade", str(work), "--csv", str(tmp_path / "grades.csv")]) == 0
    rows = list(csv.reader((tmp_path / "grades.csv").open()))
    assert rows[-1][0] == "Ada Lovelace"
    assert rows[-1][-1] == "1"
    assert json.loads((work / "lmmteach-ada-lovelace.json").read_text())["exercises"]["05.1"]["attempts"] == 2
