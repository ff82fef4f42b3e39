"""The same picture twice in one JupyterLab: our explorer, and ipywidgets.interact with matplotlib.

    python -m tests.benchmarks.interact_ratio

Both show V, its correlation, 200 observed and 200 simulated subjects of the Framingham data; a key press moves G12.
Time from the key to the painted result, in milliseconds, and the ratio; what crosses between kernel and page, in kB.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.benchmarks.slider_frame import FLAGS, percentile

PRESSES = 40
FIT = """import warnings
import lmmteach
warnings.simplefilter("ignore")
data = lmmteach.load_framingham()
fit = lmmteach.lmm("cholesterol ~ sex*year + age*year + (1 + year | id)", data)
print("FITTED")"""
OURS = "fit.explore(prediction=-1)"
THEIRS = """%matplotlib inline
import ipywidgets, matplotlib.pyplot as plt, numpy as np
from lmmteach.explore.payload import payload
from lmmteach.explore import MARGINAL
from lmmteach.explore.still import simulated
carried = payload(fit, MARGINAL)
people, Z = carried["people"], np.array(carried["grid"]["Z"])
@ipywidgets.interact(G12=ipywidgets.FloatSlider(value=0, min=-40, max=40, step=0.5, continuous_update=True))
def show(G12):
    G = np.array([[1200.0, G12], [G12, 2.5]])
    V = lmmteach.marginal_covariance(Z, G, 434.0)
    figure, axes = plt.subplots(2, 2, figsize=(9, 7))
    for place, M in zip(axes[0], (V, lmmteach.cov_to_corr(V))):
        place.imshow(M)
        for (i, j), v in np.ndenumerate(M):
            place.text(j, i, f"{v:.3g}", ha="center", va="center")
    for place, y in zip(axes[1], (people["y"], simulated(carried, G, 434.0, 1))):
        at = 0
        for kind in people["visitOf"]:
            t = people["visits"][kind]["t"]
            place.plot(t, y[at:at + len(t)], color="k", alpha=.3, lw=.6)
            at += len(t)
    plt.show()"""
# The page's own clock: from the key's event to the frame after the number or the picture changed.
WATCH = """([slider, what]) => {
  window.took = [];
  let from = null;
  slider.addEventListener("keydown", () => { from = performance.now(); }, true);
  new MutationObserver(() => {
    if (from === null) return;
    const at = from;
    const done = () => requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => { window.took.push(performance.now() - at); };
      after.port2.postMessage(0);
    });
    const image = what.querySelector(".jp-RenderedImage img");
    from = null;
    if (image && !image.complete) image.addEventListener("load", done, { once: true }); else done();
  }).observe(what, { childList: true, subtree: true, characterData: true });
}"""


def notebook() -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for k, text in enumerate((FIT, OURS, THEIRS))
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def start_lab(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    (home / "work").mkdir()
    (home / "work" / "compare.ipynb").write_text(json.dumps(notebook()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--allow-root",
               f"--ServerApp.port={port}", f"--IdentityProvider.token={token}",
               f"--ServerApp.root_dir={home / 'work'}"]  # fmt: skip
    env = os.environ | {"JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data")}
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=2).close()
            break
        except OSError:
            time.sleep(0.25)
    return server, f"{address}/lab/tree/compare.ipynb?token={token}"


def run_cell(page: Any, number: int, wait: str) -> Any:
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
    for _ in range(20):
        cell.locator(".jp-InputArea-editor").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(700)
        if cell.locator(".jp-InputArea-prompt").inner_text().strip() != "[ ]:":
            break
    cell.locator(wait).first.wait_for(timeout=120_000)
    return cell


def press(page: Any, slider: Any, what: Any) -> list[float]:
    page.evaluate(WATCH, [slider.element_handle(), what.element_handle()])
    slider.focus()
    for k in range(PRESSES):
        count = len(page.evaluate("window.took"))
        page.keyboard.press("ArrowRight" if k < PRESSES / 2 else "ArrowLeft")
        for _ in range(200):
            if len(page.evaluate("window.took")) > count:
                break
            page.wait_for_timeout(10)
    took: list[float] = page.evaluate("window.took")
    return took[3:]


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, address = start_lab(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1500, "height": 1400})
            received = {"bytes": 0}
            page.on(
                "websocket",
                lambda ws: ws.on(
                    "framereceived", lambda data: received.__setitem__("bytes", received["bytes"] + len(data))
                ),
            )
            page.goto(address)
            page.locator(".jp-Notebook .jp-CodeCell").nth(2).wait_for(timeout=90_000)
            run_cell(page, 0, ".jp-OutputArea-output:has-text('FITTED')")
            table: dict[str, list[float]] = {}
            crossed: dict[str, float] = {}
            for name, number, wait, slider, what in (
                ("explorer", 1, ".lmmx", "input[type=range][data-param=G12]", "[data-out=deviance]"),
                ("interact", 2, ".jp-RenderedImage img", ".noUi-handle", ".widget-output"),
            ):
                cell = run_cell(page, number, wait)
                before = received["bytes"]
                table[name] = press(page, cell.locator(slider).first, cell.locator(what).first)
                crossed[name] = (received["bytes"] - before) / 1000 / max(len(table[name]), 1)
            browser.close()
        finally:
            server.terminate()
            server.wait(20)
    for name, took in table.items():
        print(f"{name:>9}: p50 {median(took):7.1f} ms, p95 {percentile(took, 0.95):7.1f} ms, "
              f"{crossed[name]:6.1f} kB from the kernel a move")  # fmt: skip
    print(f"ratio of the medians: {median(table['interact']) / median(table['explorer']):.1f}x")


if __name__ == "__main__":
    main()
