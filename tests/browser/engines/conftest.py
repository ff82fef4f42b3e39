"""One of each engine for the run, and a page of every explorer behind a small server."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach
from lmmteach.explore import VIEWS, explore
from lmmteach.own_page import save_own_page
from lmmteach.publish.serve import open_server

from .page import FRAME, LISTEN, Engine

# firefox.py needs websocket-client, chromium.py Playwright
INSTALL = {"firefox": "firefox-esr", "webkit": "webkit2gtk-driver and xvfb"}


def missing(name: str, what: str) -> None:
    """An engine that is not there is a failure in CI, elsewhere a skip that says so."""
    said = f"{name} was not tried: {what} is not installed"
    if os.environ.get("LMMTEACH_CI") == "1":
        pytest.fail(said)
    pytest.skip(said)


def started(name: str, request: pytest.FixtureRequest) -> Engine:
    """The engine of that name, with a page open."""
    if name == "chromium":
        from .chromium import Chromium

        return Chromium(request.getfixturevalue("browser"))
    if name == "firefox":
        pytest.importorskip("websocket", reason="firefox was not tried: websocket-client is not installed")
        from .firefox import Firefox
        from .firefox import found as firefox_found

        if (program := firefox_found()) is None:
            missing(name, INSTALL[name])
        return Firefox(program)
    from .webkit import WebKit
    from .webkit import found as webkit_found

    if (programs := webkit_found()) is None:
        missing(name, INSTALL[name])
    return WebKit(programs)


@pytest.fixture(scope="session", params=["chromium", "firefox", "webkit"])
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    one = started(request.param, request)
    yield one
    one.close()


@pytest.fixture(scope="session")
def address(framingham: lmmteach.Fit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a page of every explorer, past its prediction, each of which keeps its own complaints."""
    where = tmp_path_factory.mktemp("engines")
    for name, view in VIEWS.items():
        path = explore(framingham if view.needs_fit else None, name, prediction=-1).save(where / f"{name}.html")
        path.write_text(path.read_text(encoding="utf-8").replace("<head>", f"<head>{LISTEN}", 1), encoding="utf-8")
    own = save_own_page(where / "own.html")
    # It is the page's own policy that lets its programs run: what listens stands before the policy is read.
    own.write_text(own.read_text(encoding="utf-8").replace("<head>", f"<head>{LISTEN}", 1), encoding="utf-8")
    (where / "frame.html").write_text(FRAME, encoding="utf-8")
    fonts(where)
    with open_server(where, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url.rstrip("/")
        server.shutdown()


def fonts(where: Path) -> None:
    """A page that is set in each of the book's fonts."""
    found = sorted((Path(__file__).resolve().parents[3] / "book" / "_static" / "fonts").glob("*.woff2"))
    assert found
    faces = "".join(f'@font-face {{ font-family: "{one.stem}"; src: url("{one.name}") }}\n' for one in found)
    said = "".join(f"<p style=\"font-family: '{one.stem}'\">Variance &sigma;&sup2; of b</p>" for one in found)
    head = f'<meta charset="utf-8"><title>fonts</title><link rel="icon" href="data:,">{LISTEN}<style>{faces}</style>'
    (where / "fonts.html").write_text(f"<!doctype html>{head}{said}", encoding="utf-8")
    for one in found:
        (where / one.name).write_bytes(one.read_bytes())
