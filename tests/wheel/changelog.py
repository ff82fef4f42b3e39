"""CHANGELOG.md, read: its sections, and what a release may be made from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
CHANGELOG = ROOT / "CHANGELOG.md"
CITATION = ROOT / "CITATION.cff"
UNRELEASED = "Unreleased"


class Section(NamedTuple):
    """A version of the changelog, its day, and what it says; Unreleased has no day."""

    version: str
    day: str
    text: str


def sections(text: str) -> list[Section]:
    """The sections of a changelog, in its order.

    >>> sections("# Changelog\\n\\n## Unreleased\\n\\n## 0.2.0 - 2026-01-31\\n\\n- More.\\n")
    [Section(version='Unreleased', day='', text=''), Section(version='0.2.0', day='2026-01-31', text='- More.')]
    """
    _, *pieces = re.split(r"(?m)^## ", text)
    found = []
    for piece in pieces:
        head, _, body = piece.partition("\n")
        version, _, day = head.strip().partition(" - ")
        found.append(Section(version, day, body.strip()))
    return found


def cited(text: str) -> str:
    """The version that a ``CITATION.cff`` names.

    >>> cited('title: "x"\\nversion: 0.2.0\\n')
    '0.2.0'
    """
    named = re.search(r"(?m)^version: (\S+)$", text)
    return named[1] if named else "none"


def objections(tag: str, version: str, citation: str, found: list[Section]) -> list[str]:
    """What stands against releasing ``version`` under ``tag``: nothing, if tag, package, citation, changelog agree.

    >>> new = [Section("Unreleased", "", ""), Section("0.2.0", "2026-01-31", "- More.")]
    >>> objections("v0.2.0", "0.2.0", "0.2.0", new)
    []
    >>> older = [Section("Unreleased", "", "- New."), Section("0.1.0", "2026-01-01", "- All.")]
    >>> print("\\n".join(objections("v0.3.0", "0.2.0", "0.1.0", older)))
    the tag is v0.3.0, the package says 0.2.0: tag v0.2.0, or mend lmmteach/version.py
    CITATION.cff names 0.1.0, the package says 0.2.0
    the newest version of CHANGELOG.md is 0.1.0, the package says 0.2.0: add "## 0.2.0 - <day>" below Unreleased
    CHANGELOG.md still has changes under Unreleased: they would ship without a version
    """
    said = []
    newest = next((section.version for section in found if section.version != UNRELEASED), "none")
    if tag != f"v{version}":
        said.append(f"the tag is {tag}, the package says {version}: tag v{version}, or mend lmmteach/version.py")
    if citation != version:
        said.append(f"CITATION.cff names {citation}, the package says {version}")
    if newest != version:
        behind = f"the newest version of CHANGELOG.md is {newest}, the package says {version}"
        said.append(f'{behind}: add "## {version} - <day>" below Unreleased')
    if any(section.version == UNRELEASED and section.text for section in found):
        said.append("CHANGELOG.md still has changes under Unreleased: they would ship without a version")
    return said
