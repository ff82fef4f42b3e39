"""A download that drips, never ends, breaks off or lies: the stand-in, one warning, soon, nothing left."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lmmteach.datasets import load_framingham, real_file
from lmmteach.errors import DataError, LmmWarning

REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 1000000000\r\n\r\n"
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
                    with line:
                        line.recv(4096)
                        conversation(line, over)
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


def drip_head(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.1):
        line.sendall(b"1")


def continue_for_ever(line: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def drip_a_chunks_size(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not over.wait(0.1):
        line.sendall(b"0")


def flood_a_chunks_size(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not over.is_set():
        line.sendall(b"0" * 10_000)


def redirect_and_drip(line: socket.socket, over: threading.Event) -> None:
    line.sendall(REDIRECT % real_file.URL.encode())
    while not over.wait(0.1):
        line.sendall(b"1")


def bomb(line: socket.socket, over: threading.Event) -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    line.sendall(HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") % len(packed) + packed)


CONVERSATIONS = [
    drip, flood, break_off, hang, babble, portal, loop,
    drip_head, continue_for_ever, drip_a_chunks_size, flood_a_chunks_size, redirect_and_drip, bomb,
]  # fmt: skip


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda f: f.__name__)
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


def held_up(*arguments: object, **named: object) -> None:
    time.sleep(30)


def test_a_hosts_name_that_is_looked_up_for_ever(
    speak: Callable[..., None], fake: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No timeout of a connection covers it, so who asked stops waiting."""
    speak(hang)
    monkeypatch.setattr(socket, "getaddrinfo", held_up)
    started = time.monotonic()
    with pytest.warns(LmmWarning, match="the download failed: TimeoutError"):
        load_framingham(timeout=0.3)
    assert time.monotonic() - started < 4


def test_a_held_up_download_ends_by_itself(speak: Callable[..., None], fake: bytes) -> None:
    before = set(threading.enumerate())
    speak(drip_head)
    with pytest.warns(LmmWarning):
        load_framingham(timeout=0.3)
    end = time.monotonic() + 3
    while time.monotonic() < end and len(set(threading.enumerate()) - before) > 1:  # the server's own is one
        time.sleep(0.05)
    assert len(set(threading.enumerate()) - before) == 1


def test_a_redirects_body_is_not_read(fake: bytes, speak: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[int] = []

    def here_then_there(line: socket.socket, over: threading.Event) -> None:
        came.append(1)
        if len(came) <= 3:
            line.sendall(REDIRECT % f"../step{len(came)}".encode())  # its promised body never comes
            over.wait(0.2)
        else:
            line.sendall(HEAD % len(fake) + fake)

    speak(here_then_there)
    assert load_framingham(source="real", timeout=1).attrs["source"] == "real"
    assert len(came) == 4


def test_a_fourth_redirect_is_not_followed(fake: bytes, speak: Callable[..., None]) -> None:
    came: list[int] = []

    def on_and_on(line: socket.socket, over: threading.Event) -> None:
        came.append(1)
        line.sendall(REDIRECT % b"/again")

    speak(on_and_on)
    with pytest.raises(DataError, match="the download failed: TooManyRedirects"):
        load_framingham(source="real", timeout=1)
    assert len(came) == 4


@pytest.mark.parametrize("timeout", [None, "x", -1, 0, True, float("nan"), float("inf"), 1e300, (1, 1)], ids=str)
def test_a_timeout_that_is_no_number_of_seconds(timeout: object, fake: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMMTEACH_OFFLINE")
    with pytest.raises(DataError, match=r"cannot wait for timeout=.*seconds above 0"):
        load_framingham(timeout=timeout)  # type: ignore[arg-type]
    assert real_file._failed == {}


def test_a_name_too_long_for_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMMTEACH_DATA", "a" * 300)
    with pytest.warns(LmmWarning, match="which is not a folder"):
        assert load_framingham().attrs["source"] == "standin"


def test_a_folder_that_may_not_be_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the machine says it; to an administrator, who runs some tests, every folder is open."""

    def refused(path: Path, *arguments: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setenv("LMMTEACH_DATA", str(tmp_path))
    monkeypatch.setattr(Path, "is_file", refused)
    with pytest.raises(DataError, match=r"Cholesterol.txt' cannot be read \(Permission denied\)"):
        load_framingham()


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
