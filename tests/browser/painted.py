"""What a test reads is what has been painted: before the first look after an action, three frames pass.

A page answers a click at once but paints with the next frame, as a person sees it; on a busy machine a test can
look in between, or press a key before the focus is where the click sends it.  A time that a test waits is the page's
own, too: on a busy machine the page's clock starts later than the test's.  ``watch_actions`` teaches Playwright's own
classes to wait, so that no test can forget it.
"""

from __future__ import annotations

import contextlib
import functools
import re
from typing import Any

from playwright.sync_api import Error, Frame, Keyboard, Locator, Mouse, Page, TimeoutError

ACTIONS: dict[type, tuple[str, ...]] = {
    Keyboard: ("press", "down", "up", "type", "insert_text"),
    Mouse: ("click", "dblclick", "down", "up", "move", "wheel"),
    Locator: (
        "blur", "check", "clear", "click", "dblclick", "dispatch_event", "drag_to", "fill", "hover", "press",
        "press_sequentially", "select_option", "set_checked", "tap", "uncheck",
    ),
}  # fmt: skip
LOOKS: dict[type, tuple[str, ...]] = {
    Page: ("evaluate", "eval_on_selector", "eval_on_selector_all", "screenshot"),
    Locator: (
        "all", "all_inner_texts", "all_text_contents", "bounding_box", "count", "evaluate", "evaluate_all", "focus",
        "get_attribute", "inner_html", "inner_text", "input_value", "is_checked", "is_disabled", "is_editable",
        "is_enabled", "is_hidden", "is_visible", "screenshot", "text_content",
    ),
}  # fmt: skip
# An action may ask for a frame whose painting asks for another, and a button's setting may still be on its way there.
THREE_FRAMES = """() => new Promise((done) => {
  const next = (left) => requestAnimationFrame(() => {
    if (document.querySelector(".lmmx[data-moving]")) next(3);
    else if (left) next(left - 1);
    else done(true);
  });
  next(2);
})"""
_moved: type | None = None  # what acted last, until its painting has been waited for


LATER = "(ms) => new Promise((done) => setTimeout(() => done(true), ms))"
PATIENCE = 20_000  # ms


def settle(page: Page) -> bool:
    """Let what was done be painted; False where nothing paints: without JavaScript, after a second."""
    global _moved
    _moved = None
    with contextlib.suppress(Error):  # of a page that is gone, the look itself says so
        try:
            page.wait_for_function(THREE_FRAMES, timeout=1000)
        except TimeoutError:
            if not page.query_selector(".lmmx"):
                return False
            page.wait_for_function(THREE_FRAMES, timeout=PATIENCE)  # an explorer runs: the machine is busy
        return True
    return False


def _wait_by(clock: Any) -> Any:
    """Wait by the page's clock, from when all before is painted until what came of it is."""

    def wait_in(page: Page, timeout: float) -> None:
        if not settle(page):
            return clock(page, timeout)
        page.wait_for_function(LATER, arg=timeout, timeout=timeout + PATIENCE)
        settle(page)

    return wait_in


def _page_of(thing: Any) -> Page:
    return thing if isinstance(thing, Page) else thing.page


def watch_actions() -> None:
    """Make every action known, and every look wait for its painting."""
    for kind, names in ACTIONS.items():
        for name in names:
            setattr(kind, name, _acting(kind, getattr(kind, name)))
    for kind, names in LOOKS.items():
        for name in names:
            setattr(kind, name, _looking(getattr(kind, name)))
    for kind in (Page, Frame):
        kind.wait_for_function = _by_function(kind.wait_for_function)  # type: ignore[attr-defined]
    for name in ("goto", "reload"):
        setattr(Page, name, _arriving(getattr(Page, name)))
    Page.wait_for_timeout = _wait_by(Page.wait_for_timeout)  # type: ignore[method-assign]
    Page.keyboard = property(_keyboard_of(Page.keyboard.fget))  # type: ignore[attr-defined,method-assign,assignment]


def _keyboard_of(get: Any) -> Any:
    """A key goes to what has the focus: after a click, let it arrive; between two keys nothing is waited for."""

    def keyboard(self: Page) -> Any:
        if _moved not in (None, Keyboard):
            settle(self)
        return get(self)

    return keyboard


TO_COME = "html[data-opens], [data-undrawn]"


def _arriving(call: Any) -> Any:
    """A page is there when all of it is drawn, a moment after its load; who says what to wait for looks at that."""

    @functools.wraps(call)
    def arrive(self: Any, *args: Any, **named: Any) -> Any:
        answer = call(self, *args, **named)
        comes = None
        with contextlib.suppress(Error):  # a page that leads on at once is another one by now
            comes = "wait_until" not in named and self.query_selector(TO_COME)
        if comes:
            self.wait_for_function(f"() => !document.querySelector('{TO_COME}')", timeout=PATIENCE)
        return answer

    return arrive


# What a function looks at may not be there yet: that is a look that finds nothing, and the next one is waited for.
NOT_YET = """(arg) => {
  const missing = (error) => { if (error instanceof TypeError) return false; throw error; };
  try { const found = (%s)(arg); return found instanceof Promise ? found.catch(missing) : found; }
  catch (error) { return missing(error); }
}"""


def _by_function(wait: Any) -> Any:
    """Refuse an expression: a page's policy refuses it, too, but only where the first look finds it false."""

    @functools.wraps(wait)
    def wait_for(self: Any, expression: str, **named: Any) -> None:
        if not re.match(r"(async )?(\(\w*\)|\w+) =>", expression):
            raise ValueError(f"wait for a function, as in () => {expression}")
        try:
            wait(self, NOT_YET % expression, **named)
        except TimeoutError as late:
            late.add_note(f"waited for: {expression}")
            raise

    return wait_for


def _acting(kind: type, call: Any) -> Any:
    @functools.wraps(call)
    def act(self: Any, *args: Any, **named: Any) -> Any:
        global _moved
        try:
            return call(self, *args, **named)
        finally:
            _moved = kind

    return act


def _looking(call: Any) -> Any:
    @functools.wraps(call)
    def look(self: Any, *args: Any, **named: Any) -> Any:
        if _moved:
            settle(_page_of(self))
        return call(self, *args, **named)

    return look
