"""The explorer with a living kernel: one notebook in JupyterLab and in Notebook 7, both directions."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lmmteach

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.kernel]

ROOT = Path(lmmteach.__file__).parent.parent
CELLS = [
    "import lmmteach\n"
    "fit = lmmteach.lmm('reaction ~ days + (1 + days | subject)', lmmteach.load_sleepstudy())\n"
    "heard = []\n"
    "explorer = fit.explore(prediction=-1)\n"
    "explorer.observe(lambda change: heard.append(change['name']), ['G', 'sigma2', 'hold', 'seed', 'method'])\n"
    "explorer",
    "print('READ', float(explorer.G.loc['days', 'days']), explorer.sigma2, sorted(set(heard)))",
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
    """A JupyterLab of its own: its folder, settings, port and token are used by nothing else."""
    home = tmp_path_factory.mktemp("lab")
    work = home / "work"
    work.mkdir()
    (work / "explorer.ipynb").write_text(json.dumps(notebook()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    own = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "spaces")}
    env = os.environ | own | {"IPYTHONDIR": str(home / "ipython"), "HOME": str(home)}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    log = (home / "log").open("w")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--allow-root",
               f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={work}",
               "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, cwd=work)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, (home / "log").read_text()[-2000:]
                time.sleep(0.25)
        else:
            pytest.fail(f"JupyterLab did not answer: {(home / 'log').read_text()[-2000:]}")
        yield f"{address}/%s/explorer.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


class Notebook:
    """A few moves in an open notebook."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def start(self, number: int) -> Any:
        """Run a cell; Lab drops a run asked for before its kernel's session is ready, so ask until it takes it."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        prompt = cell.locator(".jp-InputArea-prompt")
        for _ in range(10):
            cell.locator(".jp-InputArea-editor").click()
            self.page.keyboard.press("Control+Enter")
            for _ in range(10):
                if prompt.inner_text().strip() != "[ ]:":
                    return cell
                self.page.wait_for_timeout(200)
        pytest.fail(f"JupyterLab never ran cell {number}")

    def run(self, number: int, expect: str) -> str:
        output = self.start(number).locator(".jp-OutputArea-output", has_text=expect).last
        output.wait_for(timeout=60_000)
        return output.inner_text()


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
    slope.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    shown = float(widget.locator("input[type=number][data-param=G22]").input_value())
    widget.locator("input[type=number][data-param=sigma2]").fill("812.5")
    page.wait_for_timeout(300)
    said = book.run(1, "READ").split(maxsplit=3)
    assert float(said[1]) == pytest.approx(shown, rel=1e-5)
    assert float(said[2]) == 812.5
    assert said[3].strip() == "['G', 'sigma2']"

    # Python moves, the page follows, and does not answer back with something else.
    told = book.run(2, "SET").split()[1]
    page.wait_for_function("document.querySelector('.lmmx [data-cell=\"V-0-0\"]').textContent === '1300'")
    assert widget.locator("input[type=number][data-param=G12]").input_value() == "20"
    assert widget.locator("[data-out=deviance]").inner_text() == told
    page.wait_for_timeout(500)
    assert book.run(3, "TWICE").startswith("TWICE [[600.0, 20.0], [20.0, 30.0]] covariance")

    # Arrow keys move the slider, not the notebook's selected cell.
    chosen = page.evaluate("document.querySelector('.jp-Notebook .jp-mod-selected') !== null")
    slope.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(100)
    assert chosen
    assert page.evaluate("document.activeElement.dataset.param") == "G22"
    assert float(widget.locator("input[type=number][data-param=G22]").input_value()) != 30
