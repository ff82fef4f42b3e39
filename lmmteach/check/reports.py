"""The file that is handed in: what was attempted, what passed, the answers, and a hash over it all.

The hash is a SHA-256 of the content in canonical form (keys sorted, no spaces) after a fixed word.  It notices
accidental damage and casual edits.  It does **not** prove who did the work, nor stop anyone who reads this file:
there is no secret in it, so whoever has the package can compute the hash of anything.  What counts in the end is
that the grader checks the recorded answers again, against the numbers that belong to the student's name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lmmteach.check.feedback import one_line
from lmmteach.check.session import Session
from lmmteach.check.variant import normal_name
from lmmteach.errors import LmmError
from lmmteach.files import write_safely
from lmmteach.version import __version__

__all__ = ["ReportError", "default_name", "read_report", "report_bytes", "report_in", "write_report"]

FORMAT = 1
LARGEST = 5_000_000  # bytes
PROTECTION = (
    "The hash notices accidental damage and casual edits. It does not prove who did the work: anyone with the "
    "package can "
    "compute it."
)


class ReportError(LmmError):
    """A file is no report, or not as it was written."""


def seal(content: dict[str, Any]) -> str:
    """The hash of a report's content, all but the hash itself."""
    bare = {key: value for key, value in content.items() if key != "sha256"}
    canonical = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"lmmteach report {FORMAT}\n{canonical}".encode()).hexdigest()


def default_name(student: str) -> str:
    """A file name for a student's report.

    >>> default_name("Ada Lovelace")
    'lmmteach-ada-lovelace.json'
    """
    plain = unicodedata.normalize("NFKD", normal_name(student)).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"lmmteach-{word or hashlib.sha256(normal_name(student).encode()).hexdigest()[:8]}.json"


def write_report(session: Session, path: Path) -> Path:
    """Write a session's report; an earlier one of this student is added to, any other file is not overwritten.

    Raises
    ------
    ReportError
        If the file cannot be written, or another one stands in its place.
    """
    try:
        if path.exists():
            _take_in(path, session)
        content: dict[str, Any] = {
            "lmmteach report": FORMAT,
            "student": session.student,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": __version__,
            "exercises": {id: asdict(record) for id, record in sorted(session.records.items()) if record.attempts},
        }
        text = json.dumps(content | {"sha256": seal(content)}, indent=1, allow_nan=False)
        write_safely(path, text + "\n")
    except ReportError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ReportError(
            f"{one_line(str(path))} cannot be written ({reason}).", "Give a path in a folder of yours."
        ) from None
    return path


def _take_in(path: Path, session: Session) -> None:
    """What an earlier report of this student holds, perhaps written from another folder, stays in it."""
    try:
        earlier = read_report(path)
        if normal_name(earlier["student"]) == normal_name(session.student):
            return session.unite(earlier["exercises"])
    except ValueError:  # no report, or one that no check has written
        pass
    raise ReportError(
        f"{one_line(str(path))} is there already and is not this student's report.", "Choose another name."
    )


def read_report(path: Path) -> dict[str, Any]:
    """A report's content, if the file is one and is as it was written.

    Raises
    ------
    ReportError
        Saying what the file is instead: unreadable, no file, too large, damaged, no report, changed.
    """
    return report_in(report_bytes(path))


def report_bytes(path: Path, handed_in: bool = False) -> bytes:
    """What stands in a file that may be a report.

    What is ``handed_in`` is a stranger's: then a link is not followed, wherever it leads.

    Raises
    ------
    ReportError
        If it cannot be read, is no file, too large, or a table.
    """
    try:
        raw = _bytes(path, handed_in)
    except OSError as error:
        raise ReportError(f"cannot be read ({error.strerror})") from None
    if path.suffix.lower() == ".csv" and raw.strip()[:1] != b"{":  # a gradebook of an earlier run, say
        raise ReportError("a table, not a report")
    return raw


def report_in(raw: bytes) -> dict[str, Any]:
    """The report that stands in a file.

    Raises
    ------
    ReportError
        If it is damaged, none, or not as it was written.
    """
    try:
        content = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once)
        sealed = seal(content) if isinstance(content, dict) else ""
    except ReportError:
        raise
    except (ValueError, RecursionError):
        raise ReportError("damaged or no report: it does not read as JSON to its end") from None
    if not isinstance(content, dict) or "lmmteach report" not in content:
        raise ReportError("not a report of lmmteach")
    if content["lmmteach report"] != FORMAT:
        raise ReportError("a report of another version of lmmteach")
    if content.get("sha256") != sealed:
        raise ReportError("changed after it was written: its hash does not fit its content")
    exercises = content.get("exercises")
    if not isinstance(content.get("student"), str) or not isinstance(exercises, dict):
        raise ReportError("not a complete report")
    if not all(isinstance(entry, dict) for entry in exercises.values()):
        raise ReportError("not a complete report")
    return content


def _bytes(path: Path, handed_in: bool) -> bytes:
    """What a file holds: neither a device, which may have no end, nor a pipe, which may never begin."""
    if handed_in and path.is_symlink():
        raise ReportError("a link, not a file: it is not followed")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | (getattr(os, "O_NOFOLLOW", 0) if handed_in else 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ReportError("no file of the ordinary kind: it is not opened")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ReportError("too large to be a report")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that comes twice could hide one of its values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ReportError("changed after it was written: a name comes twice")
    return found
