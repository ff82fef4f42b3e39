"""What epubcheck, the checker of the format's own makers, says of an EPUB."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from lmmteach.publish.paper.chapters import PrintError

__all__ = ["check_epub", "checker"]


def checker() -> list[str] | None:
    """The command that runs epubcheck, if it is on the PATH; Debian's is a Java archive that needs to be told so."""
    found = shutil.which("epubcheck")
    if found is None:
        return None
    with open(found, "rb") as file:
        packed = file.read(2) == b"PK"
    return ["java", "-jar", found] if packed else [found]


def check_epub(path: Path) -> None:
    """Refuse an EPUB that epubcheck has anything against.

    Raises
    ------
    PrintError
        With its first complaints; or if it is not installed.
    """
    command = checker()
    if command is None:
        raise PrintError(
            "epubcheck is not installed.", "On Debian or Ubuntu run: apt-get install epubcheck; or leave out --check."
        )
    done = subprocess.run([*command, "--failonwarnings", str(path)], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    complaints = [line for line in said.splitlines() if re.match(r"(FATAL|ERROR|WARNING)\b", line)]
    if done.returncode or complaints:
        listed = "\n".join(complaints[:20]) or said[-2000:]
        raise PrintError(f"epubcheck has something against {path.name}:\n{listed}\n", "Mend what makes the chapter.")
