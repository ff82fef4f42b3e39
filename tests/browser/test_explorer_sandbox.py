"""Where a page may do little: put into another page as text, framed without an origin, under a site's strict policy.

It works there, or says in a plain sentence what does not.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.own_page import save_own_page

from .painted import settle
from .test_own_page import bring, fit

pytestmark = pytest.mark.browser
REFUSING = """() => Object.defineProperty(navigator, "clipboard", {
  value: { writeText: () => Promise.reject(new DOMException("denied", "NotAllowedError")) } })"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sleep = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    return sleep.explore(prediction=-1).save(tmp_path_factory.mktemp("sandbox") / "explorer.html")


def move(frame: Any) -> None:
    frame.locator("input.lmmx-box[data-param=sigma2]").fill("800")
    settle(frame)
    assert frame.locator("[data-out=gap]").inner_text() != "+0.00"


@pytest.mark.parametrize("sandbox", ['sandbox="allow-scripts"', ""])
def test_put_into_a_page_as_text_it_has_no_address_and_offers_none(page: Any, saved: Path, sandbox: str) -> None:
    """A link to about:srcdoc leads nowhere, and a browser does not let such a page write an address."""
    page.goto(saved.as_uri())
    text = html.escape(saved.read_text(encoding="utf-8"))
    page.set_content(f'<iframe {sandbox} style="width: 1200px; height: 800px" srcdoc="{text}"></iframe>')
    frame = page.frames[1]
    frame.wait_for_selector(".lmmx")
    move(frame)
    page.wait_for_timeout(300)  # by then an address is written
    assert frame.locator("[data-action=link]").count() == 0
    assert "moved at" not in (frame.locator(".lmmx-paper").text_content() or "")


def test_a_frame_that_may_keep_files_back_says_so_where_they_are_asked_for(page: Any, saved: Path) -> None:
    page.goto(saved.as_uri())
    page.locator(".lmmx-panel-covariance [data-action=save]").click()
    assert page.locator(".lmmx-savenote").count() == 0
    page.set_content(f'<iframe sandbox="allow-scripts" style="width: 1200px; height: 800px" src="{saved.as_uri()}">')
    frame = page.frames[1]
    frame.wait_for_selector(".lmmx")
    move(frame)
    frame.locator(".lmmx-panel-covariance [data-action=save]").click()
    note = frame.locator(".lmmx-panel-covariance .lmmx-savenote")
    assert note.inner_text().startswith("If no file comes, the page around this one lets none out")


def test_a_picture_that_a_site_forbids_is_refused_in_sight(page: Any, watch: Any, saved: Path, tmp_path: Path) -> None:
    watch.tolerated = lambda text: "data:image/svg" in text or "Loading the image" in text
    policy = '<meta http-equiv="Content-Security-Policy" content="img-src \'self\'">'
    strict = tmp_path / "strict.html"
    strict.write_text(saved.read_text(encoding="utf-8").replace("<head>", f"<head>{policy}", 1), encoding="utf-8")
    page.goto(strict.as_uri())
    panel = page.locator(".lmmx-panel-covariance")
    panel.locator("[data-action=save]").click()
    panel.locator("[data-action=save-png]").click()
    said = panel.locator(".lmmx-savesaid")
    said.wait_for()
    assert said.inner_text() == "It could not be saved: this site lets no picture be drawn; save it as SVG."
    panel.locator("[data-action=save]").click()
    assert said.count() == 0


def test_lines_that_were_not_copied_are_not_called_copied(page: Any, tmp_path: Path) -> None:
    page.goto(save_own_page(tmp_path / "own.html").as_uri())
    page.wait_for_selector(".lmmx-dropzone")
    bring(page, lmmteach.load_sleepstudy().to_csv(index=False))
    fit(page)
    page.evaluate(REFUSING)
    page.locator(".lmmx-lines summary").click()
    copy = page.locator(".lmmx-codeblock button").first
    copy.click()
    assert copy.inner_text() == "Selected: copy with the keyboard"
    assert "lmmteach.lmm(" in page.evaluate("String(getSelection())")
