"""From a slider's input to the painted frame, 200 observed and 200 simulated subjects: p50 and p95.

    python tests/benchmarks/slider_frame.py

A real pointer drags the slider of G12 to and fro.  In milliseconds:
"script": the explorer's own share of a frame (mathematics, tables, canvas calls);
"delivered to painted": from the input event's delivery, which Chromium does in step with the display, until the
frame that shows it has been painted (a task posted from requestAnimationFrame runs right after the paint);
"moved to painted": from the time stamp of the pointer's move, so with the wait for the display's next tick.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import warnings
from pathlib import Path

from playwright.sync_api import sync_playwright

import lmmteach

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
MOVES = 300
WATCH = """
() => {
  const found = window.found = { script: [], delivered: [], moved: [] };
  const slider = document.querySelector("input[type=range][data-param=G12]");
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => ask((t) => {
    const from = performance.now(); call(t); found.script.push(performance.now() - from);
  });
  let moved = 0;
  slider.addEventListener("pointermove", (event) => { moved = event.timeStamp; }, true);
  slider.addEventListener("input", () => {
    const [from, at] = [moved, performance.now()];
    ask(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => {
        const now = performance.now();
        found.delivered.push(now - at);
        found.moved.push(now - from);
      };
      after.port2.postMessage(0);
    });
  }, true);
}
"""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lmmteach.LmmWarning)
        data = lmmteach.load_framingham()
    fit = lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 + year | id)", data)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = fit.explore().save(Path(folder) / "explorer.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        page.goto(path.as_uri())
        page.wait_for_timeout(500)
        frame = page.locator("input[type=range][data-param=G12]").bounding_box()
        assert frame is not None
        y = frame["y"] + frame["height"] / 2
        at = [frame["x"] + frame["width"] * (0.5 + 0.35 * math.sin(0.13 * k)) for k in range(MOVES + 20)]
        page.mouse.move(at[0], y)
        page.mouse.down()
        for k, x in enumerate(at):
            if k == 20:  # the first moves warm the script up
                page.evaluate(WATCH)
            page.mouse.move(x, y)
            page.wait_for_timeout(17 + k % 7)
        page.mouse.up()
        page.wait_for_timeout(200)
        found = page.evaluate("window.found")
        count = f"{fit.n_subjects} observed + {fit.n_subjects} simulated"
        print(f"Chromium {browser.version}, {len(found['moved'])} moves, {count}")
        browser.close()
    for name, key in (("script", "script"), ("delivered to painted", "delivered"), ("moved to painted", "moved")):
        p50, p95 = percentile(found[key], 0.5), percentile(found[key], 0.95)
        print(f"{name:>20}: p50 {p50:5.1f} ms, p95 {p95:5.1f} ms")


if __name__ == "__main__":
    main()
