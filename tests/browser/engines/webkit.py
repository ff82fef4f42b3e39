"""WebKit, as GTK has it: its small browser on a screen that nobody sees, over the classic WebDriver protocol."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

# Root in a container has neither a sandbox nor a graphics card to offer.
QUIET = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
SCREEN = "2000x1400x24"
STARTS_IN = 60  # seconds
OPEN = build_opener(ProxyHandler({})).open  # it listens on this machine


def found() -> tuple[str, str, str] | None:
    """Driver, browser and screen, where all three are there."""
    browsers = sorted(str(path) for path in Path("/usr").glob("lib*/**/webkit2gtk-4*/MiniBrowser"))
    programs = (shutil.which("WebKitWebDriver"), browsers[-1] if browsers else None, shutil.which("Xvfb"))
    return None if None in programs else programs  # type: ignore[return-value]


class WebKit:
    """A MiniBrowser with one page."""

    name = "webkit"

    def __init__(self, programs: tuple[str, str, str]) -> None:
        driver, browser, screen = programs
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            [screen, "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
            pass_fds=(write,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as told:
            display = told.readline().strip()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.driver = subprocess.Popen(
            [driver, f"--port={port}"], env=os.environ | QUIET | {"DISPLAY": f":{display}"}, stderr=subprocess.DEVNULL
        )
        self.address = f"http://127.0.0.1:{port}"
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options, "timeouts": {"script": 60_000}}}
        self._until_it_listens()
        self.address += f"/session/{self._ask('POST', '/session', capabilities=wanted)['sessionId']}"
        self._ask("POST", "/window/rect", x=0, y=0, width=1500, height=1200)

    def _until_it_listens(self) -> None:
        until = time.monotonic() + STARTS_IN
        while True:
            try:
                self._ask("GET", "/status")
                return
            except (URLError, ConnectionError):
                if time.monotonic() > until or self.driver.poll() is not None:
                    raise
                time.sleep(0.1)

    def _ask(self, method: str, path: str, **params: Any) -> Any:
        body = json.dumps(params).encode() if method == "POST" else None
        asked = Request(self.address + path, data=body, method=method, headers={"Content-Type": "application/json"})
        with OPEN(asked, timeout=90) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        self._ask("POST", "/url", url=url)

    def run(self, script: str) -> Any:
        return self._ask("POST", "/execute/sync", script=script, args=[])

    def drag(self, x: float, y: float, steps: list[float], *, release: bool) -> None:
        def to(at: float) -> dict[str, Any]:
            return {"type": "pointerMove", "x": round(at), "y": round(y), "duration": 0}

        made = [to(x), {"type": "pointerDown", "button": 0}]
        for step in steps:
            made += [to(x + step), {"type": "pause", "duration": 20}]
        made += [{"type": "pointerUp", "button": 0}] if release else []
        hand = {"type": "pointer", "id": "hand", "parameters": {"pointerType": "mouse"}, "actions": made}
        self._ask("POST", "/actions", actions=[hand])

    def complaints(self) -> list[str]:
        return []  # it has no door to its console: the page keeps what is said (LISTEN)

    def close(self) -> None:
        with contextlib.suppress(URLError, ConnectionError):
            self._ask("DELETE", "")
        for process in (self.driver, self.screen):
            process.terminate()
            process.wait(20)
