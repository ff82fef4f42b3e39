"""Closes the exercises' files for the wheel: what students install shows no solution.

Their checker needs the solution to know the right answer, so it cannot stay behind; but nobody should read it by
opening a folder.  A closed file is the exercise's source, packed and in base64: ``lmmteach/check/shelf.py`` opens it.
"""

from __future__ import annotations

import base64
import tempfile
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE = "lmmteach/exercises_data"


class ClosedExercises(BuildHookInterface):  # type: ignore[type-arg]
    """Adds ``exercises/`` to the wheel, each exercise closed; a clone that is installed to be edited needs no copy."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by the builder before it collects files."""
        if version == "editable":
            return
        self.drafts = tempfile.TemporaryDirectory()
        for path in sorted(Path(self.root, "exercises").glob("[0-9][0-9]-*/*")):
            if path.suffix not in {".py", ".txt"}:
                continue
            where = f"{INSIDE}/{path.parent.name}/{path.name}"
            if path.suffix == ".txt":
                build_data["force_include"][str(path)] = where
                continue
            draft = Path(self.drafts.name, path.name)
            draft.write_bytes(base64.encodebytes(zlib.compress(path.read_bytes(), 9)))
            build_data["force_include"][str(draft)] = where.removesuffix(".py") + ".closed"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called when the wheel is there."""
        if version != "editable":
            self.drafts.cleanup()
