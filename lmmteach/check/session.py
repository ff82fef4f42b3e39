"""Who is working, what was tried: kept in memory, and in ``lmmteach-progress.json`` beside the notebook.

The file is written once a student has given a name, so that a restarted kernel, or another notebook in the same
folder, knows what was done.  Where the folder cannot be written the session goes on in memory and
:func:`lmmteach.report` still works.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lmmteach.check.judge import Verdict, plain_json
from lmmteach.check.variant import Variant, normal_name

__all__ = ["Record", "Session", "session", "write_safely"]

FILE = "lmmteach-progress.json"
MOST_NUMBERS = 20_000  # a longer answer is not recorded


@dataclass
class Record:
    """What is known of one student's work on one exercise; ``answer`` is the last right one, else the last."""

    attempts: int = 0
    passed: bool = False
    hints: int = 0
    diagnosis: str = ""
    answer: Any = None
    numbers: str = ""
    data: str = ""

    def add(self, variant: Variant, verdict: Verdict) -> None:
        """Count an attempt; a wrong one never takes a right one's place."""
        self.attempts += 1
        if self.passed and not verdict.passed:
            return
        self.passed, self.diagnosis = verdict.passed, verdict.name
        self.answer = None if verdict.form is None else plain_json(verdict.form)
        if len(json.dumps(self.answer)) > 20 * MOST_NUMBERS:
            self.answer = None
        self.numbers, self.data = variant.q.digest, variant.q.source


@dataclass
class Session:
    """The student at work in this kernel."""

    student: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    remark: str = ""

    def begin(self, student: str) -> None:
        """Another student, or the same one again: what the folder knows of them comes back."""
        if normal_name(student) == normal_name(self.student) and self.records:
            self.student = student
            return
        earlier = self.records if not normal_name(self.student) else {}
        hints = {id: record.hints for id, record in earlier.items()}
        self.student, self.remark = student, ""
        self.records = {id: Record(hints=count) for id, count in hints.items() if count}
        if normal_name(student):
            self.records |= self._kept()

    def record(self, id: str) -> Record:
        """The record of one exercise, made if need be."""
        return self.records.setdefault(id, Record())

    def keep(self) -> None:
        """Write the progress file; a folder that cannot be written is no reason to fail."""
        if not normal_name(self.student):
            return
        path = Path(FILE)
        try:
            everyone = dict(_progress(path))
            everyone[normal_name(self.student)] = {id: asdict(record) for id, record in self.records.items()}
            write_safely(path, json.dumps(everyone, indent=1))
        except (OSError, ValueError):
            self.remark = f"The folder cannot be written, so {FILE} is not kept: hand in before you close the notebook."

    def _kept(self) -> dict[str, Record]:
        path = Path(FILE)
        try:
            mine = dict(_progress(path)).get(normal_name(self.student), {})
            return {id: Record(**entry) for id, entry in mine.items()}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            spoilt = path.with_suffix(".damaged.json")
            try:
                os.replace(path, spoilt)
                self.remark = f"{FILE} was damaged; it is now called {spoilt.name}, and a new one is begun."
            except OSError:
                self.remark = f"{FILE} cannot be read."
            return {}


def _progress(path: Path) -> Iterator[tuple[str, Any]]:
    if path.exists():
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("not a dictionary")
        yield from content.items()


def write_safely(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


#: this kernel's
session = Session()
