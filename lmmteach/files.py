"""Files written whole or not at all: a full disk, or a text that cannot be written, costs nobody the file they had."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

__all__ = ["encodable", "write_safely"]


def write_safely(path: Path, text: str | bytes) -> None:
    """Write a file whole or not at all, beside its target first; an OSError or ValueError leaves all as it was.

    A link is followed, so that the file it names is the one that changes; a file that stood there keeps its mode.
    """
    target = os.path.realpath(path)
    if os.path.islink(target):  # links that lead to each other have no end to write to
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    content = text if isinstance(text, bytes) else encodable(text).encode("utf-8")
    # A prefix of its own: a name as long as a folder takes has no room for more letters.
    handle, name = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".lmmteach-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _mode(target: str) -> int:
    """Who may read a file: as before, or as whoever runs this has it for new files."""
    if os.path.exists(target):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0o077)  # it can only be asked by setting it; for that moment the stricter one
    os.umask(mask)
    return 0o666 & ~mask


def encodable(text: str) -> str:
    r"""The text with half characters, which no file can hold, as their escapes: JSON reads them back as they were.

    >>> encodable("m\ud800"), encodable("µg")
    ('m\\ud800', 'µg')
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
