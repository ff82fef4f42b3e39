"""The book's server: this machine only, one folder only, reading only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lmmteach.publish.serve import BookServer, open_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[BookServer]:
    folder = tmp_path / "ein Buch é"
    folder.mkdir()
    (folder / "index.html").write_text("the book")
    (tmp_path / "secret.txt").write_text("s3cr3t")
    (tmp_path / "ein Buch é2").mkdir()
    (tmp_path / "ein Buch é2" / "secret.txt").write_text("s3cr3t")
    (folder / "out").symlink_to(tmp_path)
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    with open_server(folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def say(server: BookServer, request: bytes) -> bytes:
    """The whole answer to bytes as they are: no client tidies them first."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def get(server: BookServer, path: str, host: str = "127.0.0.1", more: str = "") -> bytes:
    return say(server, f"GET {path} HTTP/1.0\r\nHost: {host}\r\n{more}\r\n".encode("latin-1"))


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/.%2e/secret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "/....//secret.txt",
        "/./../secret.txt",
        "//../secret.txt",
        "/out/secret.txt",
        "/out.txt",
        "/out/../secret.txt",
        "/index.html/../../secret.txt",
        "/%00/../../secret.txt",
        "/..%00/secret.txt",
        "/secret.txt%00.html",
        "/%c0%ae%c0%ae/secret.txt",
        "/%uff0e%uff0e/secret.txt",
        "/..;/secret.txt",
        "/C:/secret.txt",
        "file:///etc/passwd",
        "http://127.0.0.1/../secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "/../ein%20Buch%20%c3%a92/secret.txt",
        "/~/secret.txt",
        "/" + "a" * 5000,
        "/" + "../" * 500,
        "/?/../secret.txt",
        "/#/../../secret.txt",
        "*",
        "secret.txt",
        "../secret.txt",
    ],
)
@pytest.mark.parametrize("more", ["", "Accept-Encoding: gzip\r\n"])
def test_nothing_outside_the_folder(
    server: BookServer, path: str, more: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = get(server, path, more=more)
    assert b"s3cr3t" not in answer
    assert b"root:" not in answer
    assert answer.split()[1] in (b"404", b"400", b"414", b"301") or b"the book" in answer
    assert "Traceback" not in capfd.readouterr().err
    assert b"the book" in get(server, "/index.html"), "it goes on serving"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_only_reading(server: BookServer, method: str) -> None:
    answer = say(server, f"{method} /index.html HTTP/1.0\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx".encode())
    assert answer.split()[1] == b"501"
    assert b"the book" not in answer


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "0.0.0.0", "", "[::1]x"]
)
def test_a_name_that_another_page_points_here_is_not_answered(server: BookServer, host: str) -> None:
    answer = get(server, "/index.html", host=host)
    assert answer.split()[1] == b"421"
    assert b"the book" not in answer


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1"])
def test_this_machine_by_its_names(server: BookServer, host: str) -> None:
    assert b"the book" in get(server, "/", host=host)


def test_this_machine_only(server: BookServer) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.socket.family == socket.AF_INET


@pytest.mark.parametrize(
    "noise", [b"\0\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"G" * 70_000 + b"\r\n", b"GET / HTTP/9.9\r\n\r\n", b""]
)
def test_noise_does_not_stop_it(server: BookServer, noise: bytes) -> None:
    assert b"the book" not in say(server, noise)
    assert b"the book" in get(server, "/")
