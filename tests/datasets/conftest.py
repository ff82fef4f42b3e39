"""A machine on which nothing of the Framingham data is to be had, and the means to put some there."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lmmteach.datasets import framingham, real_file

# In the published file's format and line ends; three people, none of them real.
FAKE = (
    b'"newid" "ID" "cholst" "sex" "age" "year"\r\n'
    b"1 17 205 1 40 0\r\n1 17 211 1 40 2\r\n2 4 180 0 52 0\r\n2 4 190 0 52 6\r\n3 9 240 1 33 0\r\n"
)


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No local copy, an empty home, no network, a new session of Python. Returns the home."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "tmp").mkdir()
    for name in ("LMMTEACH_DATA", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LMMTEACH_OFFLINE", "1")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(framingham, "_said", set())
    monkeypatch.setattr(real_file, "_failed", {})
    return home


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The bytes of a small file which, for this test, is the published one."""
    monkeypatch.setattr(real_file, "SHA256", hashlib.sha256(FAKE).hexdigest())
    return FAKE


@dataclass
class Server:
    """A server on this machine at the published address; ``asked`` counts who came."""

    content: bytes = b""
    status: int = 200
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    """serve(content, status=200) allows downloads, from a local server."""
    running: list[ThreadingHTTPServer] = []

    def start(content: bytes, status: int = 200) -> Server:
        server = Server(content, status)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(server.content)))
                self.end_headers()
                self.wfile.write(server.content)

            def log_message(self, *args: object) -> None:
                pass

        httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        running.append(httpd)
        monkeypatch.setattr(real_file, "URL", f"http://127.0.0.1:{httpd.server_port}/Cholesterol.txt")
        monkeypatch.delenv("LMMTEACH_OFFLINE", raising=False)
        return server

    yield start
    for httpd in running:
        httpd.shutdown()
        httpd.server_close()
