"""From a slider's input to the painted frame, 200 observed and 200 simulated subjects: p50 and p95.

    python tests/benchmarks/slider_frame.py

Two figures, in milliseconds.  "work": the script's own share of a frame (mathematics, tables, canvas calls).
"input to frame": from dispatching the input event until the frame that shows it has been handed to the
compositor (a task posted from requestAnimationFrame runs right after the paint); it includes the wait for
the next tick of the display, up to 16.7 ms at 60 Hz.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path

from playwright.sync_api import sync_playwright

import lmmteach

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
MOVES = 300
MEASURE = """
async (moves) => {
  const slider = document.querySelector("input[type=range][data-param=G12]");
  const work = [], frame = [];
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => ask((t) => {
    const from = performance.now(); call(t); work.push(performance.now() - from);
  });
  const painted = () => new Promise((done) => ask(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => done(performance.now());
    after.port2.postMessage(0);
  }));
  for (let k = 0; k < moves; k++) {
    // A hand is not in step with the display: start anywhere between two ticks.
    await new Promise((done) => setTimeout(done, (k * 7) % 17));
    const from = performance.now();
    slider.value = String(-120 + ((k * 37) % 240));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    frame.push(await painted() - from);
  }
  window.requestAnimationFrame = ask;
  return { work, frame };
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
        page.evaluate(MEASURE, 30)
        found = page.evaluate(MEASURE, MOVES)
        print(f"Chromium {browser.version}, {MOVES} moves, {fit.n_subjects} observed + {fit.n_subjects} simulated")
        browser.close()
    for name, key in (("work", "work"), ("input to frame", "frame")):
        p50, p95 = percentile(found[key], 0.5), percentile(found[key], 0.95)
        print(f"{name:>15}: p50 {p50:5.1f} ms, p95 {p95:5.1f} ms")


if __name__ == "__main__":
    main()
