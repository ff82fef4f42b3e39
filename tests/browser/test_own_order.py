"""The page for data of one's own, used faster than it answers: nothing is lost, or shown over what is newer.

People click before the last answer has come, leave the box after a paste, or open a file that cannot be read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lmmteach
from tests.explore.own_files import FORMULA, study, table

from .explorer_page import fixed
from .test_own_page import bring, fit, idle, refused

pytestmark = pytest.mark.browser

COUNT_OPENED = """() => {
    const { client } = document.querySelector('.lmmx-own-host').own;
    const { open } = client;
    window.opened = 0;
    client.open = (...given) => { window.opened += 1; return open(...given); };
}"""
PASTE = """(text) => {
    const box = document.querySelector('.lmmx-paste');
    box.focus();
    box.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
    document.execCommand('insertText', false, text);
}"""
# A workbook by its first letters, of both sizes: the page reads the small one itself, the large one beside itself.
UNREADABLE = {"small": "PK\x03\x04\n" * 3, "large": "PK\x03\x04\n" * 3000}


@pytest.fixture(autouse=True)
def counted(own: Any) -> None:
    own.evaluate(COUNT_OPENED)


def paste(own: Any, text: str) -> None:
    own.evaluate(PASTE, text)
    idle(own)


def counts(own: Any) -> str:
    return str(own.inner_text("[data-out=counts]"))


def test_leaving_the_box_after_a_paste_opens_nothing_again(own: Any) -> None:
    """The first choice takes the focus out of the box, which tells of a change: the choice must stand."""
    data = study().assign(arm=np.where(study()["id"] % 2, "drug", "placebo"))
    paste(own, table(data, "\t"))
    own.check("[data-column=arm] input")
    fit(own)
    assert own.evaluate("opened") == 1
    assert own.input_value(".lmmx-formula") == "y ~ arm + t + (1 + t | id)"
    assert fixed(lmmteach.lmm("y ~ arm + t + (1 + t | id)", data).deviance, 3) in counts(own)


def test_another_paste_and_the_same_once_more_are_opened(own: Any) -> None:
    for time, data in enumerate((study(), study(30), study(30)), 1):
        own.fill(".lmmx-paste", "")
        paste(own, table(data, "\t"))
        assert own.evaluate("opened") == time
        assert f"{len(data)} rows" in own.inner_text("[data-out=table]")


def at_once(own: Any, *selectors: str) -> None:
    own.evaluate("(all) => all.forEach((one) => document.querySelector(one).click())", list(selectors))
    idle(own)
    own.wait_for_selector(".lmmx-yours:not([aria-busy])")


def test_a_table_asked_for_before_a_fit_is_the_one_fitted(own: Any) -> None:
    bring(own, table(study()))
    fit(own)
    at_once(own, "[data-sample='sleepstudy.csv']", "[data-action='fit-own']")
    assert refused(own) == ""
    assert own.input_value(".lmmx-formula").startswith("reaction ~ days")
    sleep = lmmteach.lmm(own.input_value(".lmmx-formula"), lmmteach.load_sleepstudy())
    assert fixed(sleep.deviance, 3) in counts(own)


@pytest.mark.parametrize("people", [24, 400])
def test_a_fit_asked_for_before_a_table_is_not_shown_over_it(own: Any, people: int) -> None:
    bring(own, table(study(people, 5)))
    at_once(own, "[data-action='fit-own']", "[data-sample='sleepstudy.csv']")
    assert refused(own) == ""
    assert own.query_selector("[data-out=counts]") is None
    assert own.query_selector(".lmmx-explored > *") is None
    assert "sleepstudy.csv" in own.inner_text("[data-out=table]")


@pytest.mark.parametrize("people", [24, 400])
@pytest.mark.parametrize("wrong", UNREADABLE)
def test_a_file_that_cannot_be_read_takes_nothing_away(own: Any, people: int, wrong: str) -> None:
    """The table, its fit and its views stand, whichever of the two was read beside the page."""
    data = study(people, 5)
    bring(own, table(data))
    fit(own, FORMULA)
    bring(own, UNREADABLE[wrong])
    assert refused(own) != ""
    own.click("[data-view='spaghetti']")
    idle(own)
    assert refused(own) == ""
    fit(own, "y ~ 1 + (1 | id)")
    assert refused(own) == ""
    assert fixed(lmmteach.lmm("y ~ 1 + (1 | id)", data).deviance, 3) in counts(own)


def test_after_a_stop_the_fit_that_is_shown_can_still_be_looked_at(own: Any) -> None:
    bring(own, table(study(400, 5)))
    fit(own, FORMULA)
    own.evaluate("document.querySelector('.lmmx-own-host').own.client.stop()")
    own.click("[data-view='shrinkage']")
    idle(own)
    assert refused(own) == ""
    assert len(own.query_selector_all(".lmmx-explored .lmmx-panel")) > 0


def test_the_view_asked_for_last_is_the_one_that_is_opened(own: Any) -> None:
    """A fit opens the view looked at before, and must not put it over one that was chosen meanwhile."""
    bring(own, table(study()))
    fit(own, FORMULA)
    at_once(own, "[data-action='fit-own']", "[data-view='shrinkage']")
    own.wait_for_selector("[data-view='shrinkage'][aria-pressed=true]")
    idle(own)
    assert own.locator("[data-view][aria-pressed=true]").get_attribute("data-view") == "shrinkage"
    assert own.locator(".lmmx-explored .lmmx-panel-shrinkage").count() == 1
