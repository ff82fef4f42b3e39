"""How far a page moves by itself while it is loaded: Chromium's layout shift, and what moved."""

from __future__ import annotations

import time
from typing import Any

#: windows of a laptop and of a phone
SIZES = ((1280, 800), (400, 800))
#: keeps each shift that no hand of the reader's caused, with the element that moved farthest
WATCH = """(() => {
  window.shiftsSeen = [];
  const told = ({ node, previousRect: a, currentRect: b }) => {
    const element = node instanceof Element ? node : node?.parentElement;
    const name = element ? `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}` : '?';
    const box = (r) => [r.x, r.y, r.width, r.height].map(Math.round).join();
    return `${name} ${box(a)} to ${box(b)}`;
  };
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (!one.hadRecentInput) window.shiftsSeen.push([one.value, one.startTime, one.sources.map(told)]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
})()"""
#: a font that came late moves what is set in it; an explorer draws itself in the next frames
SETTLED = "() => document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 700)))"
LATE = 0.3  # seconds


def _late(route: Any) -> None:
    time.sleep(LATE)
    route.continue_()


def shifts(browser: Any, address: str, size: tuple[int, int]) -> list[Any]:
    """Each shift of a first visit on a line so slow that the text comes before the explorers: size, time, source."""
    with browser.new_context(viewport={"width": size[0], "height": size[1]}) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.route("**/lmmteach-explorer.*.js", _late)
        page.goto(address, wait_until="load")
        page.evaluate(SETTLED)
        return list(page.evaluate("window.shiftsSeen"))


def shift(browser: Any, address: str, size: tuple[int, int]) -> float:
    """The sum of a first visit's shifts."""
    return float(sum(one[0] for one in shifts(browser, address, size)))
