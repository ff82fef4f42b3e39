"""The explorer with a living kernel: one notebook in JupyterLab and in Notebook 7, both directions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .lab import Notebook, running_lab
from .painted import settle

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.kernel]

CELLS = [
    "import lmmteach\n"
    "fit = lmmteach.lmm('reaction ~ days + (1 + days | subject)', lmmteach.load_sleepstudy())\n"
    "heard = []\n"
    "explorer = fit.explore(prediction=-1)\n"
    "explorer.observe(lambda change: heard.append(change['name']), ['G', 'sigma2', 'hold', 'seed', 'method'])\n"
    "explorer",
    "print('READ', format(explorer.G.loc['days', 'days'], '.5g'), explorer.sigma2, sorted(set(heard)))",
    "explorer.G = [[600, 20], [20, 30]]; explorer.sigma2 = 700; print('SET', round(explorer.deviance, 2))",
    "print('TWICE', explorer.G.to_numpy().tolist(), explorer.hold)",
]


def notebook() -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for k, text in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_lab(tmp_path_factory.mktemp("lab"), {"explorer.ipynb": notebook()}) as addresses:
        yield addresses["explorer.ipynb"]


@pytest.mark.parametrize("front", ["lab/tree", "notebooks"])
def test_page_and_kernel_follow_each_other(page: Any, watch: Any, lab: str, front: str) -> None:
    # JupyterLab's own remarks are not the explorer's; the explorer's name stands in its own.
    watch.tolerated = lambda text: "lmmx" not in text and "explorer" not in text.lower()
    page.set_default_timeout(90_000)
    page.goto(lab % front)
    page.locator(".jp-Notebook .jp-CodeCell").nth(len(CELLS) - 1).wait_for()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")
    book = Notebook(page)

    widget = book.start(0).locator(".lmmx")
    widget.wait_for()
    assert widget.locator("[data-out=gap]").inner_text() == "+0.00"

    # The page moves, Python reads.
    slope = widget.locator("input[type=range][data-param=G22]")
    start = float(widget.locator("input.lmmx-box[data-param=G22]").input_value())
    slope.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settle(page)  # a move is painted once a frame
    shown = widget.locator("input.lmmx-box[data-param=G22]").input_value()
    assert float(shown) != start
    widget.locator("input.lmmx-box[data-param=sigma2]").fill("812.5")
    book.until(1, f"READ {shown} 812.5 ['G', 'sigma2']")

    # Python moves, the page follows, and does not answer back with something else.
    told = book.run(2, "SET").split()[1]
    page.wait_for_function("() => document.querySelector('.lmmx [data-cell=\"V-0-0\"]').textContent === '1300'")
    assert widget.locator("input.lmmx-box[data-param=G12]").input_value() == "20"
    assert widget.locator("[data-out=deviance]").inner_text() == told
    settle(page)
    book.until(3, "TWICE [[600.0, 20.0], [20.0, 30.0]] covariance")

    # Arrow keys move the slider, not the notebook's selected cell.
    chosen = page.evaluate("document.querySelector('.jp-Notebook .jp-mod-selected') !== null")
    slope.focus()
    page.keyboard.press("ArrowDown")
    settle(page)
    assert chosen
    assert page.evaluate("document.activeElement.dataset.param") == "G22"
    assert float(widget.locator("input.lmmx-box[data-param=G22]").input_value()) != 30
