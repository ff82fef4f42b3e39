"""A real browser for the tests that look at pages, and a watch on everything a page asks for.

Chromium comes from the machine (never downloaded by the tests).  Where there is none the tests skip
and say so; with ``LMMTEACH_CI=1`` a missing browser is a failure.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lmmteach.own_page import save_own_page
from lmmteach.publish.build import build_book
from lmmteach.publish.serve import open_server
from lmmteach.publish.sources import find_book

playwright_sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from .once import once, shared_folder  # noqa: E402
from .painted import watch_actions  # noqa: E402  (it needs Playwright)

Browser, BrowserContext, Page = playwright_sync.Browser, playwright_sync.BrowserContext, playwright_sync.Page

watch_actions()

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A new window's address bar is two pages of the browser's own, of 200 programs each: on two processors every test, and
# every measurement, shares its first second with them.  Said once, the list replaces Playwright's: the rest is that.
FEATURES = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
)  # fmt: skip
# Quiet, sandbox-free (root in a container has none to offer), and no look-ups of the browser's own.
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(FEATURES),
)
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
LOCAL_SCHEMES = {"file", "data", "blob", "about"}


def is_local(url: str) -> bool:
    """Whether a request stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in LOCAL_SCHEMES or parts.hostname in LOCAL_HOSTS


def find_browser() -> str | None:
    """The browser on the PATH, if there is one."""
    return next(filter(None, map(shutil.which, BROWSER_NAMES)), None)


@dataclass
class Watch:
    """What a page asked for and what it complained about."""

    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    #: set by a test that expects complaints (a deliberately missing file, say)
    tolerated: Callable[[str], bool] = lambda text: False

    def follow(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("console", self._console)

    def _failed(self, request: object) -> None:
        # The icon is asked for after all else, so a page that is left soon drops it; a missing one answers 404.
        dropped = request.url.endswith("favicon.svg") and request.failure == "net::ERR_ABORTED"  # type: ignore[attr-defined]
        if not dropped:
            self.failed.append(f"{request.url} ({request.failure})")  # type: ignore[attr-defined]

    def _response(self, response: object) -> None:
        if response.status >= 400:  # type: ignore[attr-defined]
            self.failed.append(f"{response.url} ({response.status})")  # type: ignore[attr-defined]

    def _console(self, message: object) -> None:
        if message.type in {"error", "warning"}:  # type: ignore[attr-defined]
            self.complaints.append(f"{message.type}: {message.text}")  # type: ignore[attr-defined]

    def check(self) -> None:
        """Fail if anything left the machine, was missing, or was complained about."""
        away = [url for url in self.requests if not is_local(url)]
        assert not away, f"requests to other hosts: {away}"
        failed = [text for text in self.failed if not self.tolerated(text)]
        assert not failed, f"requests that failed: {failed}"
        complaints = [text for text in self.complaints if not self.tolerated(text)]
        assert not complaints, f"the console complained: {complaints}"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The machine's own Chromium or Chrome."""
    found = find_browser()
    if found is None:
        message = f"no browser on PATH (looked for {', '.join(BROWSER_NAMES)})"
        if os.environ.get("LMMTEACH_CI") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless browser for the whole run."""
    with playwright_sync.sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium_path, args=list(BROWSER_FLAGS))
        yield instance
        instance.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile, 1280 by 900, light, and of someone who wants little motion: nothing to wait for."""
    size = {"width": 1280, "height": 900}
    fresh = browser.new_context(viewport=size, color_scheme="light", reduced_motion="reduce")
    fresh.set_default_timeout(60_000)  # a busy machine; what holds never waits for it
    yield fresh
    fresh.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Everything ``page`` asks for; checked when the test ends."""
    record = Watch()
    yield record
    record.check()


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A page whose requests and console are watched: a foreign request or an error fails the test."""
    fresh = context.new_page()
    watch.follow(fresh)
    return fresh


@pytest.fixture(scope="session")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book, built once for the run; a warning fails the build."""
    pytest.importorskip("jupyter_book", reason="the book is not installed (pip install -e .[book])")
    return once(shared_folder(tmp_path_factory) / "book", lambda folder: build_book(find_book(), folder))


@pytest.fixture(scope="session")
def http(html: Path) -> Iterator[str]:
    """The address at which the built book is served."""
    with open_server(html, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.url.rstrip("/")
        server.shutdown()
        thread.join()


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, html: Path, http: str) -> str:
    """The built book, opened from disk and over http."""
    return html.as_uri() if request.param == "file" else http


@pytest.fixture(scope="session")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page for data of one's own, as one file."""
    return save_own_page(tmp_path_factory.mktemp("own") / "own.html").as_uri()


@pytest.fixture
def own(page: Page, one_file: str) -> Page:
    """That page, open and ready for a table."""
    page.goto(one_file)
    page.wait_for_selector(".lmmx-dropzone")
    return page
