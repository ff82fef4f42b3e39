"""Nothing piles up: 10,000 slider moves, 200 explorers made and removed, heap and DOM as before.

The heap is counted without the engine's own machine code and notes on it.  Those grow by half a megabyte
while the functions that run most are compiled anew, then stay (3.4 MB after 500 moves, 3.9 after 10,000,
still 3.9 after 40,000), as fast as the machine happens to be.  What the explorer itself keeps shows only
in the rest, which stays within two or three kB, so that the bounds can be narrow.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import lmmteach

pytestmark = pytest.mark.browser
MOVES, EXPLORERS = 10_000, 500

MOVE = """async (count) => {
  const slider = document.querySelector("input[type=range][data-param=G12]");
  const half = Number(slider.max);
  for (let k = 0; k < count; k++) {
    slider.value = Math.round(0.8 * half * Math.sin(k / 7));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    // Each tenth move is painted, the others are coalesced, as a fast hand's are.
    if (k % 10 === 0) await new Promise((painted) => requestAnimationFrame(painted));
  }
}"""
REMAKE = """async (count) => {
  const host = document.querySelector(".lmmx-host");
  const page = host.parentElement;
  const html = host.cloneNode(false);
  for (let k = 0; k < count; k++) {
    const fresh = html.cloneNode(false);
    delete fresh.dataset.started;
    const data = document.createElement("script");
    data.type = "application/json";
    data.textContent = window.explorerData;
    fresh.append(data);
    page.append(fresh);
    for (const known of Object.values(globalThis.lmmteachExplorers)) known.startAll();
    await new Promise((painted) => requestAnimationFrame(painted));
    fresh.stop();
    fresh.remove();
  }
}"""


# Not of the program's making: compiled code, and what the browser keeps outside of the program's heap.
NOT_KEPT = {"code", "native", "synthetic"}


def kept_bytes(session: Any) -> int:
    """The bytes of all objects, arrays, strings, closures and their shapes that the page holds on to."""
    parts: list[str] = []
    hear = lambda event: parts.append(event["chunk"])  # noqa: E731  (the same one is taken off again)
    session.on("HeapProfiler.addHeapSnapshotChunk", hear)
    session.send("HeapProfiler.takeHeapSnapshot")
    session.remove_listener("HeapProfiler.addHeapSnapshotChunk", hear)
    heap = json.loads("".join(parts))
    fields = heap["snapshot"]["meta"]["node_fields"]
    types = heap["snapshot"]["meta"]["node_types"][fields.index("type")]
    kinds = heap["nodes"][fields.index("type") :: len(fields)]
    sizes = heap["nodes"][fields.index("self_size") :: len(fields)]
    return sum(size for kind, size in zip(kinds, sizes, strict=True) if types[kind] not in NOT_KEPT)


@pytest.fixture
def counted(page: Any, framingham: lmmteach.Fit, tmp_path: Path) -> Any:
    """A page with one explorer and a way to count what lives on it after a collection."""
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {}, { once: true });"
        "new MutationObserver(() => { const d = document.querySelector('script[type=\"application/json\"]');"
        " if (d && !window.explorerData) window.explorerData = d.textContent; })"
        ".observe(document, { childList: true, subtree: true });"
    )
    page.goto(framingham.explore(prediction=-1).save(tmp_path / "explorer.html").as_uri())
    page.wait_for_selector(".lmmx [data-cell='V-0-0']")
    session = page.context.new_cdp_session(page)

    def count() -> dict[str, float]:
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        alive = session.send("Memory.getDOMCounters")
        return {"kB": kept_bytes(session) / 1e3, "nodes": alive["nodes"], "jsEventListeners": alive["jsEventListeners"]}

    return count


def test_ten_thousand_moves(page: Any, counted: Any) -> None:
    page.evaluate(MOVE, 500)
    before = counted()
    page.evaluate(MOVE, MOVES)
    after = counted()
    assert after["nodes"] <= before["nodes"] + 50, (before, after)
    assert after["jsEventListeners"] <= before["jsEventListeners"], (before, after)
    # Two bytes a move: less than one number.
    assert after["kB"] <= before["kB"] + 20, (before, after)


def test_five_hundred_explorers_made_and_removed(page: Any, counted: Any) -> None:
    page.evaluate(REMAKE, 10)
    before = counted()
    page.evaluate(REMAKE, EXPLORERS)
    after = counted()
    assert page.locator(".lmmx").count() == 1
    # One explorer has some 1,100 nodes and hundreds of kB: what 500 leave behind is less than one.
    assert after["nodes"] <= before["nodes"] + 500, (before, after)
    assert after["jsEventListeners"] <= before["jsEventListeners"] + 20, (before, after)
    assert after["kB"] <= before["kB"] + 100, (before, after)
