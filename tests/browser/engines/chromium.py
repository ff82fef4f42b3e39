"""Chromium, by Playwright."""

from __future__ import annotations

from typing import Any


class Chromium:
    """One page of the browser the other tests use."""

    name = "chromium"

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_context().new_page()
        self.said: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, url: str) -> None:
        self.said.clear()
        self.page.goto(url)

    def run(self, script: str) -> Any:
        return self.page.evaluate(f"() => {{ {script} }}")

    def drag(self, x: float, y: float, steps: list[float], *, release: bool) -> None:
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in steps:
            self.page.mouse.move(x + step, y)
        if release:
            self.page.mouse.up()

    def complaints(self) -> list[str]:
        return list(self.said)

    def close(self) -> None:
        self.page.context.close()
