"""Build the source archive and the wheel into dist/, and check their metadata strictly.

    python make.py wheel                # build, check, and try in a fresh environment
    python make.py wheel --tag v0.2.0   # refuse first, unless tag, package, citation and changelog name one version

With --tag it also writes dist-notes.md, the changelog's section of that version, for the release's page.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys

import lmmteach
from tests.wheel.changelog import CHANGELOG, CITATION, ROOT, cited, objections, sections

DIST = ROOT / "dist"
NOTES = ROOT / "dist-notes.md"


def main() -> int:
    """Build and check; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make.py wheel")
    parser.add_argument("--tag", help="the tag that this is released under, v and the version")
    tag = parser.parse_args().tag
    if tag is not None:
        found = sections(CHANGELOG.read_text(encoding="utf-8"))
        citation = cited(CITATION.read_text(encoding="utf-8"))
        against = objections(tag, lmmteach.__version__, citation, found)
        if against:
            print("Not released:", *against, sep="\n- ", file=sys.stderr)
            return 1
        notes = next(section.text for section in found if section.version == lmmteach.__version__)
        NOTES.write_text(notes + "\n", encoding="utf-8")
    shutil.rmtree(DIST, ignore_errors=True)
    # the wheel is built from the source archive, so that what is missing in one fails in the other
    built = subprocess.call([sys.executable, "-m", "build", "--outdir", str(DIST), str(ROOT)])
    files = [str(path) for path in sorted(DIST.glob("*"))]
    return built or subprocess.call([sys.executable, "-m", "twine", "check", "--strict", *files])


if __name__ == "__main__":
    sys.exit(main())
