"""Who is working, what was tried: kept in memory, and in ``lmmteach-progress.json`` beside the notebook.

The file is written once a student has given a name, so that a restarted kernel, or another notebook in the same
folder, knows what was done.  Notebooks that are open at once add to it: before each writing it is read again, and
nothing that passed is lost.  Where the folder cannot be written the session goes on in memory and
:func:`lmmteach.report` still works.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lmmteach.check.diagnosis import Verdict
from lmmteach.check.forms import Unfit
from lmmteach.check.posed import Variant
from lmmteach.check.recorded import form_of, plain_json
from lmmteach.check.variant import normal_name
from lmmteach.files import write_safely

__all__ = ["PAGE", "Record", "Session", "session"]

FILE = "lmmteach-progress.json"
PAGE = "page"  # in whose name the book's pages set their numbers
MOST_NUMBERS = 20_000  # a longer answer is not recorded
UNWRITTEN = f"The folder cannot be written, so {FILE} is not kept: hand in before you close the notebook."


@dataclass
class Record:
    """What is known of one student's work on one exercise; ``answer`` is the last right one, else the last.

    ``numbers`` and ``draw`` say which numbers it was given to; ``whose`` is empty if they were the student's own, and
    :data:`PAGE` if they were those of the book's page, which are the same for everybody.
    """

    attempts: int = 0
    passed: bool = False
    hints: int = 0
    diagnosis: str = ""
    answer: Any = None
    numbers: str = ""
    data: str = ""
    draw: int = -1
    whose: str = ""

    @classmethod
    def read(cls, entry: Any) -> Record:
        """A record as a file holds it; raises ValueError for what no check has written."""
        known = asdict(cls())
        if not isinstance(entry, dict) or not entry.keys() <= known.keys():
            raise ValueError("no record")
        if not all(name == "answer" or type(value) is type(known[name]) for name, value in entry.items()):
            raise ValueError("no record")
        record = cls(**entry)
        if record.answer is not None:
            try:
                record.answer = plain_json(form_of(record.answer))
            except Unfit as unfit:
                raise ValueError(str(unfit)) from None
        return record

    def add(self, variant: Variant, verdict: Verdict) -> None:
        """Count an attempt; a wrong one never takes a right one's place."""
        self.attempts += 1
        if self.passed and not verdict.passed:
            return
        self.passed, self.diagnosis = verdict.passed, verdict.name
        self.answer = None if verdict.form is None else plain_json(verdict.form)
        if len(json.dumps(self.answer)) > 20 * MOST_NUMBERS:
            self.answer = None
        self.numbers, self.data, self.draw, self.whose = variant.digest, variant.q.source, variant.draw, ""

    def united(self, other: Record) -> Record:
        """This record and another notebook's of the same exercise: the better answer, the larger counts."""
        best = max(self, other, key=lambda record: (record.passed, record.attempts))
        return replace(best, attempts=max(self.attempts, other.attempts), hints=max(self.hints, other.hints))


@dataclass
class Session:
    """The student at work in this kernel; ``remark`` is what they should know of the folder, ``said`` what they do."""

    student: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    remark: str = ""
    said: str = ""

    def begin(self, student: str) -> None:
        """Another student, or the same one again: what the folder knows of them comes back."""
        if normal_name(student) != normal_name(self.student) or not self.records:
            earlier = self.records if not normal_name(self.student) else {}
            self.records = {id: Record(hints=record.hints) for id, record in earlier.items() if record.hints}
            self.remark = self.said = ""
        self.student = student
        self.refresh()

    def record(self, id: str) -> Record:
        """The record of one exercise, made if need be."""
        return self.records.setdefault(id, Record())

    def unite(self, entries: dict[str, Any]) -> None:
        """Take in what a file holds of this student; raises ValueError for what no check has written."""
        theirs = {id: Record.read(entry) for id, entry in entries.items()}
        self.records |= {id: self.records.get(id, record).united(record) for id, record in theirs.items()}

    def refresh(self) -> None:
        """Take in what another notebook in this folder has written meanwhile."""
        if normal_name(self.student):
            try:
                self._folder()
            except OSError:
                self.remark = f"{FILE} cannot be read."

    def keep(self) -> None:
        """Write the progress file; a folder that cannot be written is no reason to fail."""
        if not normal_name(self.student):
            return
        try:
            everyone = self._folder()
            everyone[normal_name(self.student)] = {id: asdict(record) for id, record in self.records.items()}
            write_safely(Path(FILE), json.dumps(everyone, indent=1))
        except (OSError, ValueError, RecursionError):
            self.remark = UNWRITTEN
        else:
            if self.remark == UNWRITTEN:
                self.remark = self.said = ""

    def news(self) -> str:
        """The remark, the first time it is asked for."""
        fresh, self.said = self.remark if self.remark != self.said else "", self.remark
        return fresh

    def _folder(self) -> dict[str, Any]:
        """What the progress file holds of everyone; this student's part is taken in, a damaged file set aside."""
        path = Path(FILE)
        try:
            everyone = json.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
            self.unite(everyone.get(normal_name(self.student), {}))
            return dict(everyone)
        except (ValueError, AttributeError, RecursionError):
            spoilt = path.with_suffix(".damaged.json")
            os.replace(path, spoilt)
            self.remark = f"{FILE} was damaged; it is now called {spoilt.name}, and a new one is begun."
            self.said = ""
            return {}


#: this kernel's
session = Session()
