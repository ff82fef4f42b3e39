"""What the tests ask of a page, in whichever engine, and the page around it that gives it a width."""

from __future__ import annotations

import json
from typing import Any, Protocol

# Before the page's own scripts: whatever it complains of is kept.  No engine's scroll bar takes room.
LISTEN = """<style>html { scrollbar-width: none }</style><script>
window.complaints = [];
addEventListener("error", (event) => complaints.push(String(event.message)));
addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));
for (const kind of ["error", "warn"]) {
  const said = console[kind].bind(console);
  console[kind] = (...parts) => { complaints.push(parts.join(" ")); said(...parts); };
}
</script>"""
# A frame is as wide as it is told to be, where a window has bars and a least width.
FRAME = """<!doctype html><meta charset="utf-8"><title>frame</title><link rel="icon" href="data:,">
<style>body { margin: 0 } iframe { display: block; border: 0; width: 1400px; height: 900px }</style><iframe></iframe>"""
SHOW = """
return new Promise((done) => {
  const frame = document.querySelector("iframe");
  frame.style.width = `${%d}px`;
  frame.onload = () => done(true);
  frame.src = %s;
})"""
DRAWN = """return new Promise((done) => {
  const next = (left) => (left ? window.requestAnimationFrame(() => next(left - 1)) : window.setTimeout(done, 0, true));
  next(3);
})"""


class Engine(Protocol):
    """A browser with one page."""

    name: str

    def open(self, url: str) -> None:
        """Load a page."""

    def run(self, script: str) -> Any:
        """The body of a function in the page; a promise is waited for."""

    def drag(self, x: float, y: float, steps: list[float], *, release: bool) -> None:
        """Press at (x, y) and go sideways by ``steps``, as a hand with a mouse does."""

    def complaints(self) -> list[str]:
        """What the browser itself said of the page since it was opened."""

    def close(self) -> None:
        """End the browser that was started, and nothing else."""


def show(engine: Engine, address: str, width: int) -> None:
    """The page in the frame, so wide, and drawn."""
    engine.run(SHOW % (width, json.dumps(address)))
    inside(engine, DRAWN)


def widen(engine: Engine, width: int) -> None:
    """Another width for the page that is shown."""
    engine.run(f"document.querySelector('iframe').style.width = '{width}px'")
    inside(engine, DRAWN)


def inside(engine: Engine, script: str) -> Any:
    """The body of a function in the framed page."""
    return engine.run(
        "return (function (window) { const { document } = window; "
        + script
        + " })(document.querySelector('iframe').contentWindow)"
    )
