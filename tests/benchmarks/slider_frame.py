"""From a hand's move to the painted frame, for every explorer, 200 observed and 200 simulated subjects.

    python -m tests.benchmarks.slider_frame                          # all explorers
    python -m tests.benchmarks.slider_frame marginal "time origin"   # some of them
    python -m tests.benchmarks.slider_frame --before ../earlier      # an earlier clone beside this one, in turns

A real pointer drags each explorer's first free parameter (G12 where it is free) to and fro; where no slider is, its
handle; where no handle is, the arrow keys go through its choices.  Three rooms: a desk (1400 x 900), the same with the
page's thread slowed to a quarter, and a phone (400 x 850, four pixels for one) slowed to a quarter.  In milliseconds,
median and 95th percentile:

"work": what the page's main thread computes for one frame, as the processor's own clock has it: script, style, layout
and painting, at full speed; the rooms at a quarter count it four times.  Neighbours on the machine do not change it.
"painted": from the event's delivery to the task after the frame's paint, by the clock on the wall.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.benchmarks import kept

HERE = Path(__file__).resolve().parents[2]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
ROOMS = {"desk x1": (1400, 900, 1, 1), "desk x4": (1400, 900, 1, 4), "phone x4": (400, 850, 2, 4)}
ROUNDS, MOVES, WARM = 3, 24, 8
TRACED = ["-*", "cc", "benchmark"]  # names of Chromium's own trace
SAVE = """
import json, sys, warnings
import lmmteach
from lmmteach.explore import VIEWS, explore
warnings.simplefilter("ignore")
fit = lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 + year | id)", lmmteach.load_framingham())
names = [name for name in sys.argv[2:] or VIEWS if name in VIEWS]
for name in names:
    explore(fit if VIEWS[name].needs_fit else None, name, prediction=-1).save(f"{sys.argv[1]}/{name}.html")
print(json.dumps([names, fit.n_subjects]))
"""
WATCH = """
(from) => {
  const found = window.found = [];
  const ask = window.requestAnimationFrame.bind(window);
  for (const kind of ["input", "pointermove", "keydown"]) {
    from.addEventListener(kind, () => {
      const at = performance.now();
      ask(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => found.push(performance.now() - at);
        after.port2.postMessage(0);
      });
    }, true);
  }
}
"""


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def save(tree: Path, folder: Path, names: list[str]) -> tuple[list[str], int]:
    """One page an explorer, by the library that stands in ``tree``."""
    folder.mkdir()
    told = subprocess.run([sys.executable, "-c", SAVE, str(folder), *names], cwd=tree, check=True, text=True,
                          stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(tree)})  # fmt: skip
    done, people = json.loads(told.stdout.splitlines()[-1])
    return done, people


def hand(page: Any) -> tuple[Any, bool]:
    """What is moved, and whether a pointer does it."""
    for selector in (
        ".lmmx-console input[type=range][data-param=G12]:visible",
        ".lmmx-console input[type=range]:visible",
        ".lmmx-handle:visible",
    ):
        if page.locator(selector).count():
            return page.locator(selector).first, True
    return page.locator(".lmmx select:visible, .lmmx input[type=checkbox][data-structure]:visible").first, False


def moves(page: Any, what: Any, dragged: bool) -> Iterator[int]:
    """Go to and fro; yields after each move."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach = 0.35 * box["width"] if box["width"] > 60 else 40
    if dragged:
        page.mouse.move(x, y)
        page.mouse.down()
    else:
        what.focus()
    for k in range(MOVES):
        if dragged:
            page.mouse.move(x + reach * math.sin(0.26 * (k + 1)), y)
        else:
            page.keyboard.press("Space" if what.get_attribute("type") else ("ArrowDown", "ArrowUp")[(k // 2) % 2])
        page.wait_for_timeout(17 + k % 7)
        yield k
    if dragged:
        page.mouse.up()


def frames(trace: list[dict[str, Any]]) -> list[float]:
    """The processor's time of each frame of the page in which something was done, in milliseconds."""
    spent = [e.get("tdur", 0) / 1000 for e in trace if e.get("name") == "ProxyMain::BeginMainFrame"]
    return [ms for ms in spent if ms > 1]


def measure(browser: Any, path: Path, room: str) -> tuple[list[float], list[float]]:
    """(work, painted) of one explorer's drag in a room."""
    width, height, dense, slow = ROOMS[room]
    phone = dense > 1
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=dense, has_touch=phone, is_mobile=phone
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(500)
    what, dragged = hand(page)
    rate = context.new_cdp_session(page)
    for k in moves(page, what, dragged):  # once unslowed and traced, for the work
        if k == WARM:
            browser.start_tracing(categories=TRACED)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    rate.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    for k in moves(page, what, dragged):
        if k == WARM:
            what.evaluate(WATCH)
    page.wait_for_timeout(300)
    painted = page.evaluate("window.found")
    context.close()
    return [slow * ms for ms in frames(trace)], painted


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("views", nargs="*")
    asked.add_argument("--before", type=Path, help="a clone of an earlier state, measured in turns with this one")
    asked.add_argument("--keep", action="store_true", help="the figures stay in kept/slider_frame.json")
    asked.add_argument("--rounds", type=int, default=ROUNDS, help="how often each drag is made")
    asked.add_argument("--rooms", default=",".join(ROOMS))
    given = asked.parse_args()
    trees = ({"before": given.before.resolve()} if given.before else {}) | {"now": HERE}
    rows: list[dict[str, Any]] = []
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        saved = {name: save(tree, Path(folder) / name, given.views) for name, tree in trees.items()}
        names, people = saved["now"]
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        print(f"Chromium {browser.version}, {people} observed + {people} simulated subjects")
        print(f"{'explorer':>17} {'room':>9} {'tree':>7} {'work p50':>9} {'p95':>6} {'painted p50':>12} {'p95':>6}")
        for name in names:
            for room in given.rooms.split(","):
                both = [tree for tree in trees if name in saved[tree][0]]  # an earlier clone had fewer
                found: dict[str, tuple[list[float], list[float]]] = {tree: ([], []) for tree in both}
                for _ in range(given.rounds):
                    for tree in both:
                        work, painted = measure(browser, Path(folder) / tree / f"{name}.html", room)
                        found[tree][0].extend(work)
                        found[tree][1].extend(painted)
                for tree, (work, painted) in found.items():
                    w, p = ([percentile(x, share) for share in (0.5, 0.95)] if x else [math.nan] * 2
                            for x in (work, painted))  # fmt: skip
                    figures = zip(("work50", "work95", "painted50", "painted95"), (*w, *p), strict=True)
                    rows.append({"view": name, "room": room, "tree": tree} | {key: round(ms, 1) for key, ms in figures})
                    print(
                        f"{name:>17} {room:>9} {tree:>7} {w[0]:9.1f} {w[1]:6.1f} {p[0]:12.1f} {p[1]:6.1f}", flush=True
                    )
        browser.close()
    if given.keep:
        kept.keep("slider_frame", rows, {"Chromium": browser.version})


if __name__ == "__main__":
    main()
