"""What a person would find on a page: an explorer that moves, whether Python hears it, a still, or nothing."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

from ..conftest import BROWSER_FLAGS, find_browser, is_local

#: moved by arrow keys, and what follows from it: Cov(Y at the first time, Y at the second) = G11 + G12
SLIDER, FOLLOWS = ".lmmx input[type=range][data-param=G12]", ".lmmx [data-cell='V-0-1']"
STILLS = "img[src^='data:image/png'], .lmmx-fallback table"
WAIT = 40.0  # seconds for a page to bring its explorer


@dataclass
class Seen:
    """``what`` is one of "live with Python", "live", "still" and "blank"; ``asked`` other hosts that were asked."""

    what: str = "blank"
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def offline_page(*, scripts: bool = True) -> Iterator[tuple[Page, set[str]]]:
    """A page of the machine's Chromium that reaches this machine alone, and the other hosts it asked for."""
    asked: set[str] = set()

    def gate(route: Any) -> None:
        if is_local(route.request.url):
            route.continue_()
        else:
            asked.add(str(urlsplit(route.request.url).hostname))
            route.abort()

    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=find_browser(), args=list(BROWSER_FLAGS))
        size = {"width": 1366, "height": 900}
        context = browser.new_context(viewport=size, reduced_motion="reduce", java_script_enabled=scripts)
        context.route("**/*", gate)
        yield context.new_page(), asked
        browser.close()


def look(page: Page, heard: Path | None = None, wait: float = WAIT) -> str:
    """Move the explorer, if one stands on the page, and see who follows; ``heard`` is the file Python writes to."""
    frame = _frame_with(page, SLIDER, wait)
    if frame is None:
        return "still" if _frame_with(page, STILLS, 1.0) else "blank"
    before = _shown(frame)
    slider = frame.locator(SLIDER).first
    slider.scroll_into_view_if_needed()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    until = time.monotonic() + 15
    while time.monotonic() < until:
        page.wait_for_timeout(200)
        now = _shown(frame)
        if now != before and heard is None:
            return "live"
        if now != before and heard is not None and heard.exists() and _last(heard) == now:
            return "live with Python"
    return "live" if _shown(frame) != before else "still"


def _frame_with(page: Page, selector: str, wait: float) -> Any:
    """The frame of the page in which such an element is seen; a locator also looks into shadow roots."""
    until = time.monotonic() + wait
    while time.monotonic() < until:
        for frame in page.frames:
            with contextlib.suppress(Error):  # a frame may be gone meanwhile
                found = frame.locator(selector)
                if any(one.is_visible() for one in found.all()):
                    return frame
        page.wait_for_timeout(250)
    return None


def _shown(frame: Any) -> float:
    return float(re.sub(r"[^\d.-]", "", frame.locator(FOLLOWS).first.inner_text().replace("−", "-")))


def _last(heard: Path) -> float:
    """What Python last made of the state it heard, to the three digits a page shows."""
    lines = heard.read_text().split()
    return float(f"{float(lines[-1]):.3g}") if lines else float("nan")
