"""Cache and download: every way they can go wrong ends in the right data or a clear word."""

from __future__ import annotations

import logging
import socket
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pooch
import pytest

from lmmteach.datasets import load_framingham, real_file
from lmmteach.errors import DataError, LmmWarning

PORTAL = b"<!DOCTYPE html><html><title>Welcome to Hotel WiFi</title><form>Room number</form></html>"


def cache() -> Path:
    return real_file._cache_folders()[0] / real_file.FILE_NAME


def quietly(**arguments: object) -> pd.DataFrame:
    """The data, loaded without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_framingham(**arguments)  # type: ignore[arg-type]


def standin_because() -> str:
    """The reason given, in one warning, for the stand-in."""
    with pytest.warns(LmmWarning) as said:
        data = load_framingham(timeout=0.3)
    assert data.attrs["source"] == "standin"
    assert len(said) == 1
    return str(said[0].message)


def test_download_is_verified_kept_and_not_repeated(fake: bytes, serve: Callable, capfd) -> None:
    server = serve(fake)
    assert quietly().attrs["source"] == "real"
    assert cache().read_bytes() == fake
    assert quietly().attrs["source"] == "real"
    assert len(server.asked) == 1
    assert capfd.readouterr() == ("", "")  # the downloader's own notices are not the reader's business


def test_the_downloaders_logger_is_given_back(fake: bytes, serve: Callable) -> None:
    logger = pooch.get_logger()
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        serve(fake)
        quietly()
        assert logger.level == logging.INFO
    finally:
        logger.setLevel(before)


def test_cache_is_used_without_network(fake: bytes) -> None:
    cache().parent.mkdir(parents=True)
    cache().write_bytes(fake)
    assert quietly().attrs["source"] == "real"
    assert quietly(source="real").attrs["source"] == "real"


def test_truncated_cache_is_downloaded_again_and_said(fake: bytes, serve: Callable) -> None:
    serve(fake)
    cache().parent.mkdir(parents=True)
    cache().write_bytes(fake[:50])
    with pytest.warns(LmmWarning, match=r"real data, but.*cached copy.*damaged \(50 bytes") as said:
        assert load_framingham().attrs["source"] == "real"
    assert len(said) == 1
    assert cache().read_bytes() == fake
    assert quietly().attrs["source"] == "real"


def test_truncated_cache_without_network_falls_back_and_is_said(fake: bytes) -> None:
    cache().parent.mkdir(parents=True)
    cache().write_bytes(fake[:50])
    assert "damaged (50 bytes" in standin_because()
    with pytest.raises(DataError, match="damaged"):
        load_framingham(source="real")


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (PORTAL, 200, "the login page of a network, perhaps"),
        (b"", 200, "wrong sha256"),
        (b'"newid" "ID" "cholst" "sex" "age" "year"\r\n1 1 200 1 40 0\r\n', 200, "wrong sha256"),
        (b"gone", 404, "the server answered 404"),
        (b"sorry", 503, "the server answered 503"),
    ],
    ids=["captive portal", "nothing", "another file", "404", "503"],
)
def test_a_download_gone_wrong(content: bytes, status: int, reason: str, fake: bytes, serve: Callable) -> None:
    server = serve(content, status)
    assert reason in standin_because()
    assert not cache().exists()  # nothing wrong is left behind
    assert quietly().attrs["source"] == "standin"
    assert len(server.asked) == 1  # a lecture waits for a dead network once, not at every call
    with pytest.raises(DataError, match=reason):
        load_framingham(source="real")
    assert len(server.asked) == 2  # who insists asks anew

    server.content, server.status = fake, 200
    assert quietly(source="real").attrs["source"] == "real"
    assert quietly().attrs["source"] == "real"


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(real_file, "URL", f"http://127.0.0.1:{port}/Cholesterol.txt")
    monkeypatch.delenv("LMMTEACH_OFFLINE")
    assert "the download failed: ConnectionError" in standin_because()


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setattr(real_file, "URL", f"http://127.0.0.1:{mute.getsockname()[1]}/Cholesterol.txt")
        monkeypatch.delenv("LMMTEACH_OFFLINE")
        start = time.monotonic()
        assert "Timeout" in standin_because()
        assert time.monotonic() - start < 10


def test_offline_switch_forbids_the_download(fake: bytes, serve: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(fake)
    monkeypatch.setenv("LMMTEACH_OFFLINE", "1")
    assert "LMMTEACH_OFFLINE" in standin_because()
    assert server.asked == []
    monkeypatch.setenv("LMMTEACH_OFFLINE", "0")
    assert quietly().attrs["source"] == "real"


def test_a_home_that_cannot_be_written(
    fake: bytes, serve: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file in the way of the cache folder stops everybody, the administrator too.
    (tmp_path / "file").touch()
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    server = serve(fake)
    assert quietly().attrs["source"] == "real"
    assert quietly().attrs["source"] == "real"
    assert len(server.asked) == 1  # kept among the temporary files
    assert [path.name for path in (tmp_path / "tmp").rglob("*.txt")] == ["Cholesterol.txt"]


def test_a_folder_in_the_place_of_the_cached_file(fake: bytes, serve: Callable, tmp_path: Path) -> None:
    cache().mkdir(parents=True)
    server = serve(fake)
    assert quietly().attrs["source"] == "real"
    assert quietly().attrs["source"] == "real"
    assert len(server.asked) == 1  # kept among the temporary files
    assert cache().is_dir()


def test_no_home_at_all(fake: bytes, serve: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.delenv(name)
    # What Python makes of "~" where the user is in no list of users.
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.chdir(tmp_path)
    serve(fake)
    assert quietly().attrs["source"] == "real"
    assert not (tmp_path / "~").exists()


def test_nowhere_to_write(fake: bytes, serve: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    serve(fake)
    assert "nowhere to download to" in standin_because()


@pytest.mark.parametrize("folder", ["home of Łukasz", "日本 語"])
def test_a_cache_path_with_spaces_and_letters(
    folder: str, fake: bytes, serve: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / folder))
    server = serve(fake)
    assert quietly().attrs["source"] == "real"
    assert quietly().attrs["source"] == "real"
    assert len(server.asked) == 1
