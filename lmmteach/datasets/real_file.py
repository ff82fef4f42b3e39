"""Where the real Framingham file is found, and how we know it is the one.

The participants' data may not travel with this package.  So the file is looked for in
three places, in this order: the folder named by the environment variable
``LMMTEACH_DATA``, the cache of an earlier download, and the address it is published at.
Wherever it comes from, its sha256 must be the pinned one, or it is not used.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lmmteach.datasets.download import TooMuch, fetched
from lmmteach.errors import DataError

__all__ = ["FILE_NAME", "SHA256", "URL", "find_real_file"]

FILE_NAME = "Cholesterol.txt"
SHA256 = "50f0017bfae68a84c02967385345af4219c8b30817bba410ebd1a451372206e3"
URL = "https://raw.githubusercontent.com/cran/qrLMM/925ba5b849280322dcf719bb4c758bdb6ed55dcb/data/Cholesterol.txt"
PATIENCE = 4  # how many times its timeout a download may take in all
LARGEST = 200_000  # bytes in all, several times the file's size


class NotHere(Exception):
    """The file is not in this place; the text says why, where that is worth saying."""


_failed: dict[str, str] = {}  # address -> why its download failed in this session of Python


def find_real_file(timeout: float, retry: bool = False) -> tuple[bytes | None, tuple[str, ...]]:
    """Look for the real file: local copy, cache, download.

    Parameters
    ----------
    timeout : float
        Seconds to wait for the server to connect, and then for each answer.
    retry : bool
        Try the download even if it failed before in this session of Python.

    Returns
    -------
    content : bytes or None
        The verified file; None if it was in none of the places.
    reasons : tuple of str
        Why each place before it was no use, as far as the reader ought to know.

    Raises
    ------
    DataError
        If the folder the user named holds a file of that name that is another file, or may not be looked into.
    """
    reasons: list[str] = []
    for look in (_in_users_folder, _in_cache, lambda: _download(timeout, retry)):
        try:
            return look(), tuple(reasons)
        except NotHere as why:
            reasons += [str(why)] if str(why) else []
    return None, tuple(reasons)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _in_users_folder() -> bytes:
    """The file in the folder LMMTEACH_DATA; a wrong file there stops, for the user chose it."""
    named = os.environ.get("LMMTEACH_DATA", "").strip()
    if not named:
        raise NotHere
    folder = Path(os.path.expanduser(named))
    path = folder / FILE_NAME
    if not os.path.isdir(folder):  # which a name that is too long for any folder is not, either
        raise NotHere(f"LMMTEACH_DATA is '{named}', which is not a folder")
    try:
        if not path.is_file():
            raise NotHere(f"LMMTEACH_DATA is '{named}', but there is no {FILE_NAME} in that folder")
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"The Framingham file '{path}' cannot be read ({error.strerror or error}).",
            fix="Allow reading it, or unset the environment variable LMMTEACH_DATA.",
        ) from error
    got = _sha256(content)
    if got != SHA256:
        raise DataError(
            f"'{path}' is not the Framingham file as published: its sha256 should be {SHA256}, but it is {got}.",
            fix="Put the original there (an editor or git may have changed it, if only its line ends), "
            "or unset the environment variable LMMTEACH_DATA to have it downloaded.",
        )
    return content


def _cache_folders() -> list[Path]:
    """The user's cache folder, and one among the temporary files for whoever has no home to write to."""
    import pooch  # costs a tenth of a second: only for those who come this far

    folders = []
    with suppress(RuntimeError):  # a user without a home
        folders.append(Path(pooch.os_cache("lmmteach")))
    with suppress(FileNotFoundError):  # a machine without a temporary folder
        whose = os.getuid() if hasattr(os, "getuid") else "user"
        folders.append(Path(tempfile.gettempdir()) / f"lmmteach-cache-{whose}")
    # Where "~" cannot be told, some versions leave it as it is: that would be a folder named "~" right here.
    return [folder for folder in folders if folder.is_absolute()]


def _in_cache() -> bytes:
    """The file as an earlier download left it; a damaged copy is passed over, and said."""
    damaged = ""
    for folder in _cache_folders():
        try:
            content = (folder / FILE_NAME).read_bytes()
        except OSError:
            continue
        if _sha256(content) == SHA256:
            return content
        damaged = f"the cached copy '{folder / FILE_NAME}' was damaged ({len(content)} bytes, wrong sha256)"
    raise NotHere(damaged)


def _download(timeout: float, retry: bool) -> bytes:
    """Download into the first cache folder that can be written; every failure is only a reason."""
    if os.environ.get("LMMTEACH_OFFLINE", "") not in ("", "0"):
        raise NotHere("LMMTEACH_OFFLINE forbids the download")
    if URL in _failed and not retry:
        raise NotHere(_failed[URL])
    folder = next((folder for folder in _cache_folders() if _can_keep(folder)), None)
    if folder is None:
        raise NotHere("there is nowhere to download to: neither the cache nor the temporary folder can be written")
    import pooch

    try:
        with _quiet(pooch.get_logger()):
            path = pooch.retrieve(
                URL,
                known_hash=f"sha256:{SHA256}",
                fname=FILE_NAME,
                path=folder,
                downloader=lambda address, output, _: Path(output).write_bytes(
                    fetched(address, timeout, PATIENCE * timeout, LARGEST)
                ),
            )
        content = Path(path).read_bytes()
    except Exception as error:  # a lecture without network goes on: whatever it was, it is said, not raised
        _failed[URL] = _why(error)
        raise NotHere(_failed[URL]) from error
    _failed.pop(URL, None)
    return content


def _why(error: Exception) -> str:
    """A failed download in a reader's words."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"the download failed: the server answered {status}"
    # pooch says it with a ValueError
    if isinstance(error, TooMuch) or (isinstance(error, ValueError) and "hash" in str(error)):
        return "the download brought something else (wrong sha256): the login page of a network, perhaps"
    return f"the download failed: {type(error).__name__}"


def _can_keep(folder: Path) -> bool:
    """Whether the file can be put there: a folder of its name stands in its way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK) and not os.path.isdir(folder / FILE_NAME)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Silence the downloader's own notices, and give the logger back as it was."""
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
