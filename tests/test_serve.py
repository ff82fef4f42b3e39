"""What the book's server says about its files: packed, kept or asked for again, and framed by nobody else."""

from __future__ import annotations

import gzip
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from lmmteach.publish.serve import BookServer, open_server

HASHED = "lmmteach-explorer.0123456789ab.js"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[BookServer]:
    (tmp_path / "index.html").write_text("<h1>the book</h1>" * 50)
    (tmp_path / HASHED).write_text("let x = 1;" * 50)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 50)
    with open_server(tmp_path, 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server: BookServer, name: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = Request(server.url + name, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), b""


def test_text_is_packed_for_who_can_unpack_it(server: BookServer, tmp_path: Path) -> None:
    _, plain, body = ask(server, "index.html")
    assert "Content-Encoding" not in plain
    _, packed, small = ask(server, "index.html", Accept_Encoding="gzip, br")
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(small) < len(body)
    assert gzip.decompress(small) == body
    assert packed["Content-Type"] == "text/html"
    (tmp_path / "index.html").write_text("changed")
    assert gzip.decompress(ask(server, "index.html", Accept_Encoding="gzip")[2]) == b"changed"


@pytest.mark.parametrize("refused", ["gzip;q=0", "gzip; q=0.000", "br, gzip;q=0, deflate", "x-gzipped", "*;q=0"])
def test_who_refuses_gzip_gets_none(server: BookServer, refused: str) -> None:
    assert "Content-Encoding" not in ask(server, "index.html", Accept_Encoding=refused)[1]


@pytest.mark.parametrize("wanted", ["gzip;q=1", "br;q=1.0, gzip;q=0.8, *;q=0", "GZIP", "deflate,gzip;q=0.05"])
def test_who_ranks_gzip_gets_it(server: BookServer, wanted: str) -> None:
    assert ask(server, "index.html", Accept_Encoding=wanted)[1].get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "gone")])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_file_that_cannot_be_read_is_not_found(
    server: BookServer,
    error: OSError,
    encoding: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It may be somebody else's, or be deleted between the look and the reading."""

    def refused(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(Path, "read_bytes", refused)
    monkeypatch.setattr("builtins.open", refused)
    status, headers, _ = ask(server, "index.html", Accept_Encoding=encoding)
    monkeypatch.undo()
    assert status == 404
    assert "Content-Encoding" not in headers
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("name", ["pipe.html", "pipe.png"])
def test_a_pipe_in_the_folder_is_not_waited_for(server: BookServer, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert ask(server, name, Accept_Encoding="gzip")[0] == 404


def test_who_says_nothing_is_let_go(server: BookServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.RequestHandlerClass.func, "timeout", 0.1)
    for said in (b"", b"GET / HTTP/1.1\r\n"):
        with socket.create_connection(server.server_address, timeout=5) as idle:
            idle.sendall(said)
            assert idle.recv(1) == b""


def test_a_hundred_slow_readers_keep_nobody_waiting(server: BookServer) -> None:
    """Each has asked for half a page; a hundred others get theirs whole, and then the slow ones get theirs, too."""
    slow = [socket.create_connection(server.server_address, timeout=10) for _ in range(100)]
    for one in slow:
        one.sendall(b"GET /index.html HTTP/1.0\r\nHost: 127")
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: ask(server, "index.html"), range(100)))
    assert {(status, body) for status, _, body in found} == {(200, b"<h1>the book</h1>" * 50)}
    for one in slow:
        one.sendall(b".0.0.1\r\n\r\n")
        assert one.makefile("rb").read().endswith(b"<h1>the book</h1>" * 50)
        one.close()


@pytest.mark.parametrize("name", ["picture.png", "index.html"])
@pytest.mark.parametrize("part", ["bytes=0-9", "bytes=-5", "bytes=9-3", "lines=1-2", "bytes=0-1,3-4", "x" * 999])
def test_a_part_that_is_asked_for_comes_as_the_whole(server: BookServer, name: str, part: str) -> None:
    """A server may ignore Range (RFC 9110, 14.2): none of the book's files is large, and none of them is played."""
    status, headers, body = ask(server, name, Range=part)
    assert (status, body) == (200, ask(server, name)[2])
    assert "Content-Range" not in headers


def test_pictures_are_sent_as_they_are(server: BookServer) -> None:
    _, headers, body = ask(server, "picture.png", Accept_Encoding="gzip")
    assert "Content-Encoding" not in headers
    assert body.startswith(b"\x89PNG")


def test_only_what_cannot_change_is_kept(server: BookServer) -> None:
    for name in (HASHED, "index.html?v=0a1b2c3d"):
        assert "immutable" in ask(server, name)[1]["Cache-Control"]
    for name in ("index.html", "picture.png", "gone.0123456789ab.js"):
        assert ask(server, name)[1]["Cache-Control"] == "no-cache"
    assert ask(server, "gone.0123456789ab.js")[0] == 404


def test_an_unchanged_page_is_not_sent_again(server: BookServer) -> None:
    when = ask(server, "index.html", Accept_Encoding="gzip")[1]["Last-Modified"]
    assert ask(server, "index.html", Accept_Encoding="gzip", If_Modified_Since=when)[0] == 304


def test_no_other_site_may_frame_a_page(server: BookServer) -> None:
    for name in ("index.html", "picture.png", "missing.html"):
        assert ask(server, name)[1]["Content-Security-Policy"] == "frame-ancestors 'self'"
