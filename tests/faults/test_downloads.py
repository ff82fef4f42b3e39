"""A download that drips, never ends, breaks off or lies: the stand-in, one warning, soon, nothing left."""

from __future__ import annotations

import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lmmteach.datasets import load_framingham, real_file
from lmmteach.errors import DataError, LmmWarning

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """speak(conversation): a server at the published address that says what the function sends."""
    door = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def start(conversation: Callable[[socket.socket, threading.Event], None]) -> None:
        def answer() -> None:
            while not over.is_set():
                try:
                    line, _ = door.accept()
                    line.recv(4096)
                    conversation(line, over)
                    line.close()
                except OSError:
                    continue

        threading.Thread(target=answer, daemon=True).start()
        monkeypatch.setattr(real_file, "URL", f"http://127.0.0.1:{door.getsockname()[1]}/Cholesterol.txt")
        monkeypatch.delenv("LMMTEACH_OFFLINE", raising=False)

    yield start
    over.set()
    door.close()


def drip(line: socket.socket, over: threading.Event) -> None:
    line.sendall(HEAD % 30_000)
    while not over.wait(0.05):
        line.sendall(b"1")


def flood(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    while not over.is_set():
        line.sendall(b"1 2 3\n" * 1000)


def break_off(line: socket.socket, over: threading.Event) -> None:
    line.sendall(HEAD % 30_000 + b"half of it")


def hang(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    over.wait(5)


def babble(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"\0\1\2 this is no web server\r\n\r\n")


def portal(line: socket.socket, over: threading.Event) -> None:
    page = b"<html><form action='https://wifi.example/login'>Room number</form></html>"
    line.sendall(HEAD % len(page) + page)


def loop(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % real_file.URL.encode())


@pytest.mark.parametrize("conversation", [drip, flood, break_off, hang, babble, portal, loop], ids=lambda f: f.__name__)
def test_a_bad_download(conversation, speak, fake: bytes, tmp_path: Path) -> None:
    speak(conversation)
    started = time.monotonic()
    with pytest.warns(LmmWarning, match="stand-in.*because the download") as said:
        data = load_framingham(timeout=0.3)
    assert len(said) == 1
    assert data.attrs["source"] == "standin"
    with pytest.raises(DataError, match="the download"):
        load_framingham(source="real", timeout=0.3)
    assert time.monotonic() - started < 8
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_framingham().attrs["source"] == "standin"  # said once, tried once


@pytest.mark.parametrize("wrong", [b"", b"<html>login</html>", b"\0" * 100, "id;jahr\n1;2,5\n".encode("utf-16")])
def test_a_users_folder_with_something_else(wrong: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Daten für Müller & Söhne"
    folder.mkdir()
    (folder / real_file.FILE_NAME).write_bytes(wrong)
    monkeypatch.setenv("LMMTEACH_DATA", str(folder))
    with pytest.raises(DataError, match="is not the Framingham file as published"):
        load_framingham()


def test_a_folder_where_the_file_should_be(fake: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / real_file.FILE_NAME).mkdir()
    monkeypatch.setenv("LMMTEACH_DATA", str(tmp_path))
    with pytest.warns(LmmWarning, match="there is no Cholesterol.txt in that folder"):
        assert load_framingham().attrs["source"] == "standin"
