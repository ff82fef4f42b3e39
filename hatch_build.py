"""What the wheel has otherwise than the clone: addresses for the package index, and exercises that are closed.

On the index a link into the clone leads nowhere: it becomes an address in the repository that ``book/launch.yml``
names, or, while that names none, plain words.

What students install shows no solution.  Their checker needs the solution to know the right answer, so it cannot stay
behind; but nobody should read it by opening a folder.  A closed file is the exercise's source, packed and in base64:
``lmmteach/check/shelf.py`` opens it.
"""

from __future__ import annotations

import base64
import re
import tempfile
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

HOST = "https://github.com/"
RAW = "https://raw.githubusercontent.com/"
#: a Markdown link or picture whose address is a place in the clone
LINK = re.compile(r"(!?)\[([^]]*)\]\((?![a-z]+:|#)([^)]+)\)")
INSIDE = "lmmteach/exercises_data"


def repository(launch: str) -> str:
    """The ``owner/name`` that ``launch.yml`` names, or nothing."""
    named = re.search(r'(?m)^repository: *"?([\w./-]*)', launch)
    return named[1] if named else ""


def for_the_index(readme: str, named: str) -> str:
    """The README with addresses that hold on the package index."""

    def absolute(link: re.Match[str]) -> str:
        picture, words, place = link.groups()
        if not named:
            return "" if picture else words
        root = f"{RAW}{named}/main" if picture else f"{HOST}{named}/blob/main"
        return f"{picture}[{words}]({root}/{place})"

    return LINK.sub(absolute, readme)


def addresses(named: str) -> dict[str, str]:
    """What stands beside the package on the index."""
    if not named:
        return {}
    home = HOST + named
    return {"Source": home, "Changelog": f"{home}/blob/main/CHANGELOG.md", "Issues": f"{home}/issues"}


class Addresses(MetadataHookInterface):
    """Fills in ``readme`` and ``urls``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by the builder when it asks for the metadata."""
        named = repository(Path(self.root, "book", "launch.yml").read_text(encoding="utf-8"))
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": for_the_index(readme, named)}
        if named:
            metadata["urls"] = addresses(named)


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
