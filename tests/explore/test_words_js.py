"""The sentence that is spoken after a gesture names what moved, and nothing that has no name."""

from __future__ import annotations

from pathlib import Path

import pytest

from .node import run_js

SPEAK = """
const { summary } = await module("frame/words.js");
const d = (g12, r) => ({ G: [[4, g12], [g12, 4]], sigma2: 1, rho: g12 / 4, V: [[5, 1], [1, 5]], C: [[1, r], [r, 1]],
  isPsd: true, isPd: true, deviance: 10, gap: 2, dials: {} });
return summary(given, d(0, 0.2), d(1, 0.4), { labels: { first: "visit 1", last: "visit 2" }, view: { dials: [] } });
"""


@pytest.mark.parametrize(
    ("gesture", "begins"),
    [
        ("G12", "G 1 2 up to 1; the correlation between visit 1 and visit 2 rises to 0.400"),
        ("walk", "the correlation between visit 1 and visit 2 rises to 0.400"),  # the hill's handle moves two at once
        ("search", "the correlation between visit 1 and visit 2 rises to 0.400"),
        (None, "the correlation between visit 1 and visit 2 rises to 0.400"),
    ],
)
def test_only_what_has_a_name_is_named(tmp_path: Path, gesture: str | None, begins: str) -> None:
    assert run_js(SPEAK, gesture, tmp_path).startswith(begins)
