"""What each page of the built book weighs over the wire, and how soon its first slider answers.

    python make.py book --no-serve && python tests/benchmarks/page_weight.py [page ...]

Bytes are those of a first visit with an empty cache, packed by gzip as the book's server and GitHub Pages do, and as
they lie on disk.  The time runs from the request to the first frame in which a slider, moved by its arrow key as soon
as it is there, has changed the explorer; the median of five visits on this machine.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lmmteach.publish.build import find_book  # noqa: E402
from lmmteach.publish.serve import open_server  # noqa: E402
from tests.browser.conftest import BROWSER_FLAGS, find_browser  # noqa: E402

VISITS = 5
KINDS = {".html": "page", ".js": "program", ".css": "style", ".woff2": "font", ".woff": "font", ".png": "picture"}
READY = """() => { if (document.readyState === 'loading') return false;
  const host = document.querySelector('.lmmx-host'); if (!host) return true;
  host.querySelector('[data-action=look]')?.click();
  return Boolean(host.querySelector('.lmmx-console input')); }"""
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
        kind = "mathematics" if "/mathjax/" in path else KINDS.get(Path(path).suffix, "other")
        packed[kind] += int(event["encodedDataLength"])
        file = html / path.lstrip("/")
        raw += file.stat().st_size if file.is_file() else 0

    client.on("Network.responseReceived", asked)
    client.on("Network.loadingFinished", came)
    page.goto(address, wait_until="networkidle")
    page.close()
    return packed, raw


def first_move(context: Any, address: str) -> float | None:
    """Milliseconds to the first moved slider, or None where there is no explorer."""
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(READY, polling="raf")
    moved = page.evaluate(MOVE)
    took = 1000 * (time.perf_counter() - started)
    page.close()
    return took if moved else None


def main(wanted: list[str]) -> None:
    html = find_book() / "_build" / "html"
    pages = [path.relative_to(html).as_posix() for path in sorted(html.rglob("*.html"))]
    pages = [name for name in pages if "_static/" not in name and name != "index.html"]
    kinds = ["page", "program", "style", "font", "mathematics", "picture", "other"]
    heading = "".join(f"{kind:>12}" for kind in kinds)
    print(f"{'kB packed':<36}{heading}{'all':>8}{'raw':>8}{'ms to first move':>18}")
    with open_server(html, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(BROWSER_FLAGS))
        for name in pages:
            if wanted and not any(part in name for part in wanted):
                continue
            address = server.url + name
            with browser.new_context() as context:
                packed, raw = weigh(context, address, html)
            times = []
            for _ in range(VISITS):
                with browser.new_context() as context:
                    times.append(first_move(context, address))
            moved = [took for took in times if took is not None]
            told = f"{statistics.median(moved):.0f}" if moved else "-"
            row = "".join(f"{packed[kind] / 1000:12.0f}" for kind in kinds)
            print(f"{name:<36}{row}{packed.total() / 1000:8.0f}{raw / 1000:8.0f}{told:>18}", flush=True)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1:])
