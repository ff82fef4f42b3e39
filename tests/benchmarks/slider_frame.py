"""From a slider's input to the painted frame, for every explorer, 200 observed and 200 simulated subjects.

    python tests/benchmarks/slider_frame.py            # all explorers
    python tests/benchmarks/slider_frame.py marginal   # some of them

A real pointer drags each explorer's first free parameter (G12 where it is free) to and fro.  In milliseconds:
"script": the explorer's own share of a frame (mathematics, tables, canvas calls);
"painted": from the input event's delivery, which Chromium does in step with the display, until the frame that
shows it has been painted (a task posted from requestAnimationFrame runs right after the paint), so it includes
the wait for the display's next tick of 16.7 ms.
"""

from __future__ import annotations

import math
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import lmmteach
from lmmteach.explore import VIEWS, explore

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
MOVES = 200
WATCH = """
(slider) => {
  const found = window.found = { script: [], painted: [] };
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => ask((t) => {
    const from = performance.now(); call(t); found.script.push(performance.now() - from);
  });
  slider.addEventListener("input", () => {
    const at = performance.now();
    ask(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => found.painted.push(performance.now() - at);
      after.port2.postMessage(0);
    });
  }, true);
}
"""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def framingham_fit() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        data = lmmteach.load_framingham()
    return lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 + year | id)", data)


def measure(page: Any, path: Path) -> dict[str, list[float]] | None:
    """Script and paint times of one explorer's slider; None where it has none."""
    page.goto(path.as_uri())
    page.wait_for_timeout(800)
    sliders = page.locator(".lmmx-console input[type=range]")
    if not sliders.count():
        return None
    wanted = page.locator(".lmmx-console input[type=range][data-param=G12]")
    slider = wanted if wanted.count() else sliders.first
    slider.scroll_into_view_if_needed()
    frame = slider.bounding_box()
    y = frame["y"] + frame["height"] / 2
    at = [frame["x"] + frame["width"] * (0.5 + 0.35 * math.sin(0.13 * k)) for k in range(MOVES + 20)]
    page.mouse.move(at[0], y)
    page.mouse.down()
    for k, x in enumerate(at):
        if k == 20:  # the first moves warm the script up
            slider.evaluate(WATCH)
        page.mouse.move(x, y)
        page.wait_for_timeout(17 + k % 7)
    page.mouse.up()
    page.wait_for_timeout(200)
    found: dict[str, list[float]] = page.evaluate("window.found")
    return found


def main() -> None:
    fit = framingham_fit()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        print(f"Chromium {browser.version}, {fit.n_subjects} observed + {fit.n_subjects} simulated subjects")
        print(f"{'explorer':>18}  {'script p50':>10} {'p95':>6}  {'painted p50':>11} {'p95':>6}  (ms)")
        for name in sys.argv[1:] or VIEWS:
            path = Path(folder) / "explorer.html"
            explore(fit if VIEWS[name].needs_fit else None, name, prediction=-1).save(path)
            page = browser.new_page(viewport={"width": 1280, "height": 1400})
            found = measure(page, path)
            page.close()
            if found is None or not found["painted"]:
                print(f"{name:>18}  no slider of its own")
                continue
            (s50, s95), (p50, p95) = ([percentile(found[key], share) for share in (0.5, 0.95)] for key in found)
            print(f"{name:>18}  {s50:10.1f} {s95:6.1f}  {p50:11.1f} {p95:6.1f}")
        browser.close()


if __name__ == "__main__":
    main()
