"""Pages made of a notebook, with no Python behind them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..lab import running_lab
from .living import cut_off, notebook, run_all
from .looking import Seen, look, offline_page


def converted(*options: str, before: tuple[str, ...] = (), scripts: bool = True) -> Callable[[Path], Seen]:
    """What ``jupyter nbconvert`` makes with these options; ``before`` are those of a conversion to a notebook first."""

    def trial(folder: Path) -> Seen:
        (folder / "it.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
        with cut_off(folder / "heard"):
            if before:
                convert(folder, "--to", "notebook", "--inplace", *before)
            convert(folder, *options)
        (made,) = folder.glob("*.html")
        return looked_at(made, scripts=scripts)

    return trial


def convert(folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "nbconvert", *options, "it.ipynb"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def looked_at(path: Path, *, scripts: bool = True) -> Seen:
    with offline_page(scripts=scripts) as (page, asked):
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        return Seen(look(page, wait=15 if scripts else 3), sorted(asked))


def from_lab(*, keeps_state: bool) -> Callable[[Path], Seen]:
    """JupyterLab's own "Save and Export Notebook As: HTML", as it is and with *Save Widget State Automatically* on."""

    def trial(folder: Path) -> Seen:
        with cut_off(folder / "heard"), running_lab(folder, {"it.ipynb": notebook()}) as addresses:
            if keeps_state:
                settings = folder / "settings" / "@jupyter-widgets" / "jupyterlab-manager"
                settings.mkdir(parents=True)
                (settings / "plugin.jupyterlab-settings").write_text('{"saveState": true}')
            with offline_page() as (page, _):
                page.set_default_timeout(90_000)
                page.goto(addresses["it.ipynb"] % "lab/tree")
                run_all("lab", page)
                page.locator(".lmmx").first.wait_for()
                page.keyboard.press("Control+s")
                page.wait_for_timeout(3000)
            saved: dict[str, Any] = json.loads((folder / "work" / "it.ipynb").read_text(encoding="utf-8"))
            if ("widgets" in saved["metadata"]) is not keeps_state:
                raise RuntimeError(f"The widgets' state was {'not ' if keeps_state else ''}saved.")
            made = folder / "exported.html"
            made.write_bytes(_fetched(addresses["it.ipynb"] % "nbconvert/html"))
        return looked_at(made)

    return trial


def _fetched(address: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address + "&" + urllib.parse.urlencode({"download": "false"}), timeout=120) as answer:
        return bytes(answer.read())
