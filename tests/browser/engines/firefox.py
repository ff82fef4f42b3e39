"""Firefox, over WebDriver BiDi: the browser itself answers on a socket, so that no driver program is needed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import websocket

NAMES = ("firefox-esr", "firefox")
# A profile that asks for nothing by itself, and says in its console what it refuses of a font.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "gfx.downloadable_fonts.validate_variation_tables": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
STARTS_IN = 60  # seconds


def found() -> str | None:
    """The program, where there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """A headless Firefox of its own profile, with one page."""

    name = "firefox"

    def __init__(self, program: str) -> None:
        self.profile = Path(tempfile.mkdtemp(prefix="lmmx-firefox-"))
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (self.profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self.log = (self.profile / "said.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", str(self.profile), "--remote-debugging-port", "0"],
            stdout=subprocess.DEVNULL, stderr=self.log,
        )  # fmt: skip
        self.asked = 0
        self.said: list[str] = []
        self.socket = websocket.create_connection(f"{self._address()}/session", timeout=60, suppress_origin=True)
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self.page = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _address(self) -> str:
        """Where it listens, which it says once it has started."""
        until = time.monotonic() + STARTS_IN
        while time.monotonic() < until:
            text = (self.profile / "said.txt").read_text(encoding="utf-8")
            if address := re.search(r"WebDriver BiDi listening on (ws://\S+)", text):
                return address[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.process.kill()
        raise RuntimeError(f"Firefox did not start: {(self.profile / 'said.txt').read_text(encoding='utf-8')[-800:]}")

    def _ask(self, method: str, **params: Any) -> Any:
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] in {"error", "warn"}:
                self.said.append(str(answer["params"]["text"]))
            if answer.get("id") == self.asked:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
                return answer["result"]

    def open(self, url: str) -> None:
        self.said.clear()
        self._ask("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def run(self, script: str) -> Any:
        # As text: BiDi's own way of writing values has a type beside each.
        asked = f"(async () => JSON.stringify((await (() => {{ {script} }})()) ?? null))()"
        answer = self._ask("script.evaluate", expression=asked, target={"context": self.page}, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def drag(self, x: float, y: float, steps: list[float], *, release: bool) -> None:
        def to(at: float) -> dict[str, Any]:
            return {"type": "pointerMove", "x": round(at), "y": round(y), "duration": 0}

        made = [to(x), {"type": "pointerDown", "button": 0}]
        for step in steps:
            made += [to(x + step), {"type": "pause", "duration": 20}]
        made += [{"type": "pointerUp", "button": 0}] if release else []
        self._ask(
            "input.performActions", context=self.page, actions=[{"type": "pointer", "id": "hand", "actions": made}]
        )

    def complaints(self) -> list[str]:
        self._ask("session.status")  # what was said before this answer has come
        return list(self.said)

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)
