"""What each page of the built book weighs over the wire, how much it moves, and how soon its first slider answers.

    python make.py book --no-serve && python tests/benchmarks/page_weight.py [--before HTML] [page ...]

With ``--before`` the pages of another build, another folder of HTML, are measured beside them, in turn, and each number
is printed as before > after.  Bytes are those of a first visit with an empty cache, packed by gzip as the book's server
and GitHub Pages do, and as they lie on disk.  The shift is the layout shift that Chromium reports (0: nothing moved by
itself) in windows of 1280 and 400 pixels, 800 high.  The first time runs from the request to the second frame after the
page's first slider, moved as soon as it is there, has changed its explorer: its console, and what of its panels is
drawn by then, for those far below the window are drawn when nothing else is to be done.  The second time runs until all
is there: the page has loaded, every explorer has started, and every panel is drawn.  Both are medians of the visits,
each a new profile's.  Nothing else is timed with them: the window is open and at rest before a visit begins, the server
is a process of its own, and the browser's address bar, two pages of 200 programs each in every new window, is switched
off (``FEATURES``).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lmmteach.publish.sources import find_book  # noqa: E402
from tests.browser.conftest import BROWSER_FLAGS, find_browser  # noqa: E402
from tests.browser.shifts import SIZES, shift  # noqa: E402

VISITS = 7
REST = 1000  # ms
SERVES = """
import sys
from pathlib import Path
from lmmteach.publish.serve import open_server
server = open_server(Path(sys.argv[1]), 0)
print(server.url, flush=True)
server.serve_forever()
"""
KINDS = {".html": "page", ".js": "program", ".css": "style", ".woff2": "font", ".woff": "font", ".png": "picture"}
COLUMNS = ["page", "program", "style", "font", "mathematics", "picture", "other"]
READY = """() => { if (document.readyState === 'loading') return false;
  const host = document.querySelector('.lmmx-host'); if (!host) return true;
  host.querySelector('[data-action=look]')?.click();
  return Boolean(host.querySelector('.lmmx-console input')); }"""
ALL = """() => document.readyState === 'complete'
  && !document.querySelector('html[data-opens], .lmmx-host:not([data-started]), [data-undrawn]')"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
MOVE = """() => new Promise((done) => { const slider = document.querySelector('.lmmx-host input[type=range]');
  const choice = document.querySelector('.lmmx-console input[type=radio]:not(:checked)');
  if (!slider && !choice) return done(false);
  if (!slider) choice.click();
  else { slider.stepUp(3); slider.dispatchEvent(new Event('input', { bubbles: true })); }
  requestAnimationFrame(() => requestAnimationFrame(() => done(true))); })"""


def weigh(context: Any, address: str, html: Path) -> tuple[Counter[str], int]:
    """Packed bytes by kind and raw bytes of all, of a first visit."""
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    names: dict[str, str] = {}
    packed: Counter[str] = Counter()
    raw = 0

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = urlsplit(event["response"]["url"]).path

    def came(event: dict[str, Any]) -> None:
        nonlocal raw
        path = names.get(event["requestId"], "")
        if not path.startswith("/"):
            return  # it stands in the file that named it
        kind = "mathematics" if "/mathjax/" in path else KINDS.get(Path(path).suffix, "other")
        packed[kind] += int(event["encodedDataLength"])
        file = html / path.lstrip("/")
        raw += file.stat().st_size if file.is_file() else 0

    client.on("Network.responseReceived", asked)
    client.on("Network.loadingFinished", came)
    page.goto(address, wait_until="networkidle")
    page.close()
    return packed, raw


def first_move(context: Any, address: str) -> tuple[float, float] | None:
    """Milliseconds to the first moved slider, and until all is drawn, or None where there is no explorer."""
    page = context.new_page()
    page.wait_for_timeout(REST)
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(READY, polling="raf")
    moved = page.evaluate(MOVE)
    took = 1000 * (time.perf_counter() - started)
    page.wait_for_function(ALL, polling="raf")
    page.evaluate(FRAMES)
    whole = 1000 * (time.perf_counter() - started)
    page.close()
    return (took, whole) if moved else None


def measured(browser: Any, builds: list[tuple[str, Path]], name: str) -> list[list[str]]:
    """A page's row for each build; the builds take turns, so that all meet the same machine."""
    rows: list[list[str]] = []
    times: list[list[tuple[float, float]]] = [[] for _ in builds]
    for _ in range(VISITS):
        for (root, _), took in zip(builds, times, strict=True):
            with browser.new_context() as context:
                if (one := first_move(context, root + name)) is not None:
                    took.append(one)
    for (root, html), took in zip(builds, times, strict=True):
        if not (html / name).is_file():
            rows.append(["-"] * (len(COLUMNS) + 2 + len(SIZES) + 2))
            continue
        with browser.new_context() as context:
            packed, raw = weigh(context, root + name, html)
        row = [f"{packed[kind] / 1000:.0f}" for kind in COLUMNS]
        row += [f"{packed.total() / 1000:.0f}", f"{raw / 1000:.0f}"]
        row += [f"{shift(browser, root + name, size):.3f}" for size in SIZES]
        medians = [f"{statistics.median(one):.0f}" for one in zip(*took, strict=True)] or ["-", "-"]
        rows.append([*row, *medians])
    return rows


def main(words: list[str]) -> None:
    html = find_book() / "_build" / "html"
    folders = [html]
    if words[:1] == ["--before"]:
        folders = [Path(words[1]).resolve(), html]
        words = words[2:]
    pages = [path.relative_to(html).as_posix() for path in sorted(html.rglob("*.html"))]
    pages = [name for name in pages if "_static/" not in name and name != "index.html"]
    heads = [*COLUMNS, "all", "raw", *(f"shift {wide}" for wide, _ in SIZES), "ms to move", "ms to all"]
    width = 8 + 7 * (len(folders) - 1)
    print(f"{'kB packed':<34}" + "".join(f"{head:>{max(width, len(head) + 1)}}" for head in heads))
    with ExitStack() as stack, sync_playwright() as playwright:
        builds = []
        for folder in folders:
            server = Popen([sys.executable, "-c", SERVES, str(folder)], stdout=PIPE, text=True, cwd=ROOT)
            stack.callback(server.kill)
            assert server.stdout
            builds.append((server.stdout.readline().strip(), folder))
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(BROWSER_FLAGS))
        for name in pages:
            if words and not any(part in name for part in words):
                continue
            rows = measured(browser, builds, name)
            cells = [" > ".join(numbers) for numbers in zip(*rows, strict=True)]
            line = "".join(f"{cell:>{max(width, len(head) + 1)}}" for head, cell in zip(heads, cells, strict=True))
            print(f"{name.removesuffix('.html'):<34}{line}", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
