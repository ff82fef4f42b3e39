"""Programs in which a notebook or an app lives, with Python behind it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..lab import ROOT, Notebook, running_lab
from .looking import Seen, look, offline_page

MAKE = [
    "import os",
    "import lmmteach",
    "fit = lmmteach.lmm('reaction ~ days + (1 + days | subject)', lmmteach.load_sleepstudy())",
    "explorer = fit.explore(G=[[600, 0], [0, 30]], prediction=-1)",
    "def note(change):",
    "    with open(os.environ['LMMTEACH_HEARD'], 'a') as file:",
    "        file.write(f'{explorer.V.iloc[0, 1]}\\n')",
    "explorer.observe(note, 'G')",
]
#: a proxy that nobody answers at: no program of the trial can fetch anything for its page either
NOWHERE = "http://127.0.0.1:9"
MARIMO = "import marimo\napp = marimo.App()\n\n@app.cell\ndef _():\n{}\n    explorer\n    return\n\napp.run\n"
PANEL = "import panel as pn\npn.extension('ipywidgets')\n{}\npn.panel(explorer).servable()\n"
SOLARA = "import solara\n{}\n@solara.component\ndef Page():\n    solara.display(explorer)\n"


def notebook() -> dict[str, Any]:
    """Two cells: the explorer, and a word after it."""
    texts = ["\n".join([*MAKE, "explorer"]), "print('after it')"]
    cells = [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for k, text in enumerate(texts)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@contextlib.contextmanager
def cut_off(heard: Path) -> Iterator[None]:
    """This process's environment, which servers and kernels inherit: no way out, and the file Python writes to."""
    was = dict(os.environ)
    os.environ["LMMTEACH_HEARD"] = str(heard)
    os.environ |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(was)


def run_all(front: str, page: Any) -> None:
    """Run every cell as a student would."""
    if front.startswith("nbclassic"):
        page.wait_for_function("() => window.Jupyter?.notebook?.kernel?.is_connected?.()")
        page.wait_for_timeout(
            5000
        )  # for its widget manager, of which the page gives no sign: a cell run before shows none
        page.evaluate("Jupyter.notebook.execute_all_cells()")
        return
    page.locator(".jp-Notebook .jp-CodeCell").nth(1).wait_for()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")
    for number in range(2):
        Notebook(page).start(number)


def in_jupyter(front: str) -> Callable[[Path], Seen]:
    """JupyterLab's server, at this address: "lab/tree", "notebooks", "nbclassic/notebooks"."""

    def trial(folder: Path) -> Seen:
        heard = folder / "heard"
        with (
            cut_off(heard),
            running_lab(folder, {"it.ipynb": notebook()}) as addresses,
            offline_page() as (page, asked),
        ):
            page.set_default_timeout(90_000)
            page.goto(addresses["it.ipynb"] % front)
            run_all(front, page)
            return Seen(look(page, heard), sorted(asked))

    return trial


def served(name: str, text: str, *command: str) -> Callable[[Path], Seen]:
    """A program with a server of its own: its file, and the command in which {port} stands for a free one."""

    def trial(folder: Path) -> Seen:
        heard = folder / "heard"
        (folder / name).write_text(text, encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with cut_off(heard):
            path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
            words = [sys.executable, "-m", *(word.format(port=port) for word in command)]
            log = folder / "log"
            with log.open("w") as out:
                server = subprocess.Popen(
                    words, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": path}
                )
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait_for(address, server, log)
            with offline_page() as (page, asked):
                page.goto(address + (Path(name).stem if command[0] == "panel" else ""))
                return Seen(look(page, heard), sorted(asked))
        finally:
            server.terminate()
            server.wait(20)

    return trial


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(240):
        try:
            opener.open(address, timeout=5).close()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
    raise RuntimeError(f"The server did not answer: {log.read_text()[-2000:]}")


def indented(lines: list[str], by: int = 0) -> str:
    return "\n".join(" " * by + line for line in lines)
