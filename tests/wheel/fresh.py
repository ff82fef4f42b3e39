"""Install the wheel in dist/ into an environment made for it, and run smoke.py there, from outside the clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE.parent.parent / "dist"


def main() -> int:
    """Try the one wheel there is; returns the exit code."""
    (wheel,) = DIST.glob("*.whl")
    # Nothing of the clone may help: neither its folder nor what the caller's environment says about Python.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder) / "fresh", with_pip=True)
        programs = Path(folder) / "fresh" / ("Scripts" if os.name == "nt" else "bin")
        python = shutil.which("python", path=str(programs)) or str(programs / "python")
        shutil.copy(HERE / "smoke.py", folder)
        for command in (
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)],
            ["smoke.py", wheel.name.split("-")[1]],
        ):
            code = subprocess.call([python, "-I", *command], cwd=folder, env=clean)
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
