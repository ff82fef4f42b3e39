"""What axe-core finds on a page, for every test that asks it."""

from __future__ import annotations

from typing import Any

import pytest

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: what can differ between light and dark: where one scheme has passed every rule, the other needs these alone
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = "([where, rules]) => axe.run(where || document, { runOnly: rules, preload: false, resultTypes: ['violations'] })"


def faults(page: Any, where: str = "", colours: bool = False) -> list[str]:
    """The violations of WCAG 2.2 AA in a part of the page, a line each; ``colours``: of its colours alone."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="pip install axe-playwright-python").AXE_SCRIPT
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    found = page.evaluate(RUN, [where, COLOURS if colours else WCAG])
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"][:6]
    ]
