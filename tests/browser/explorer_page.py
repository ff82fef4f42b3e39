"""What the explorer's page shows, read by its stable hooks, and what Python expects there."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

import lmmteach

from .painted import settle


def three(x: float) -> str:
    """Three significant digits as the page prints them."""
    if not np.isfinite(x):
        return "–"
    if x == 0:
        return "0"
    # An exact tie, 1345, goes away from zero as JavaScript's toPrecision has it, not to the even digit.
    place = Decimal(1).scaleb(Decimal(x).adjusted() - 2)
    rounded = float(Decimal(x).quantize(place, ROUND_HALF_UP))
    decimals = max(0, 2 - int(np.floor(np.log10(abs(rounded)))))
    return f"{rounded:.{decimals}f}".replace("-", "−")


def fixed(x: float, decimals: int) -> str:
    """A fixed number of decimals, with a proper minus."""
    text = f"{x:.{decimals}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")


def state(page: Any) -> dict[str, Any]:
    """The traits, as the page's own small model holds them (a page without Python)."""
    return page.evaluate(
        "() => { const m = document.querySelector('.lmmx-host').model;"
        " return Object.fromEntries(['G', 'sigma2', 'hold', 'seed', 'method'].map((n) => [n, m.get(n)])); }"
    )


def observe(page: Any, answer: int | str) -> str:
    """Say what was seen, once the page can tell that the gesture has ended; the verdict."""
    saw = page.locator(".lmmx-saw")
    page.locator(".lmmx-saw:enabled").first.wait_for()  # the book's pages allow no text to be run as a program
    (saw.nth(answer) if isinstance(answer, int) else saw.filter(has_text=answer)).click()
    return str(page.locator("[data-out=verdict]").inner_text())


def cells(page: Any, kind: str) -> list[list[str]]:
    """The table's printed numbers, row by row."""
    found = page.eval_on_selector_all(
        f"[data-cell^='{kind}-']", "nodes => nodes.map(n => [n.dataset.cell, n.textContent])"
    )
    n = round(len(found) ** 0.5)
    table = dict(found)
    return [[table[f"{kind}-{i}-{j}"] for j in range(n)] for i in range(n)]


def out(page: Any, name: str) -> str:
    return page.locator(f"[data-out='{name}']").inner_text()


def light(page: Any, name: str) -> str | None:
    return page.locator(f"[data-light='{name}']").get_attribute("data-state")


def assert_page_equals_python(page: Any, fit: lmmteach.Fit) -> None:
    """V, correlation, -2 log L and the gap on the page are Python's for the page's own G and sigma2."""
    settle(page)
    now = state(page)
    explorer = fit.explore()
    explorer.move(G=now["G"], sigma2=now["sigma2"], method=now["method"], allow_not_psd=True)
    V = explorer.V.to_numpy()
    assert cells(page, "V") == [[three(v) for v in row] for row in V]
    if (np.diag(V) > 0).all():
        corr = explorer.corr.to_numpy()
        want = [["1" if i == j else fixed(r, 3) for j, r in enumerate(row)] for i, row in enumerate(corr)]
        assert cells(page, "C") == want
    valid = np.isfinite(explorer.deviance)
    assert light(page, "V") == ("on" if valid and np.linalg.eigvalsh(V)[0] > 0 else "off")
    assert light(page, "G") == ("on" if np.linalg.eigvalsh(now["G"])[0] >= -1e-9 else "off")
    assert out(page, "deviance") == (fixed(explorer.deviance, 2) if valid else "–")
    if valid:
        sign = "" if explorer.gap < -0.005 else "+"
        assert out(page, "gap") == sign + fixed(explorer.gap, 2)
