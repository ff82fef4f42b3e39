"""A JupyterLab of its own for a test, and a few moves in an open notebook."""

from __future__ import annotations

import contextlib
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
from playwright.sync_api import TimeoutError

import lmmteach

ROOT = Path(lmmteach.__file__).parent.parent


@contextlib.contextmanager
def running_lab(home: Path, notebooks: dict[str, dict[str, Any]]) -> Iterator[dict[str, str]]:
    """A JupyterLab whose folder, settings, port and token are used by nothing else.

    It gives the notebooks' addresses by name, with a %s for the front: "lab/tree" or "notebooks".
    """
    work = home / "work"
    work.mkdir()
    for name, content in notebooks.items():
        (work / name).write_text(json.dumps(content))
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
        yield {name: f"{address}/%s/{name}?token={token}" for name in notebooks}
    finally:
        server.terminate()
        server.wait(20)
        log.close()


class Notebook:
    """A few moves in an open notebook."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []  # what Lab asked before it let a cell be reached

    def _ask(self, cell: Any) -> None:
        """Ask for a run, as a person does: Lab's own questions (no answer from the server yet, which kernel) first."""
        for _ in range(5):
            try:
                cell.locator(".jp-InputArea-editor").click(timeout=5_000)
                break
            except TimeoutError:
                dialog = self.page.locator(".jp-Dialog").last
                if dialog.count():
                    self.asked.append(dialog.inner_text())
                    dialog.locator(".jp-mod-accept, .jp-Dialog-button").last.click()
        self.page.keyboard.press("Control+Enter")

    def start(self, number: int) -> Any:
        """Run a cell; Lab drops a run asked for before its kernel's session is ready, so ask until it takes it."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        prompt = cell.locator(".jp-InputArea-prompt")
        for _ in range(10):
            self._ask(cell)
            for _ in range(10):
                if prompt.inner_text().strip() != "[ ]:":
                    return cell
                self.page.wait_for_timeout(200)
        pytest.fail(f"JupyterLab never ran cell {number}; it asked {self.asked}")

    def run(self, number: int, expect: str) -> str:
        output = self.start(number).locator(".jp-OutputArea-output", has_text=expect).last
        output.wait_for(timeout=60_000)
        return output.inner_text()

    def until(self, number: int, expect: str) -> None:
        """Run a cell until its output says so.

        The page sends one message at a time and waits for the kernel's answer before the next, so a cell may
        be run between two of them; and a kernel just started anew may be told to run before it listens.
        """
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        output = cell.locator(".jp-OutputArea-output")
        said = ""
        for _ in range(30):
            self._ask(cell)
            for _ in range(10):
                self.page.wait_for_timeout(200)
                said = "\n".join(output.all_inner_texts()).strip()
                if said == expect:
                    return
        pytest.fail(f"cell {number} went on saying {said!r}, not {expect!r}")
