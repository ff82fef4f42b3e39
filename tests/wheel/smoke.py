"""What an installed lmmteach must be able to do; run by fresh.py with nothing of the clone in reach.

python -I smoke.py VERSION
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import sysconfig
from pathlib import Path


def main(version: str) -> None:
    """Import, fit, ask the command, save an explorer; an AssertionError says what the wheel lacks."""
    import lmmteach

    package = Path(lmmteach.__file__).parent
    assert package.is_relative_to(sys.prefix), f"{package} is not what was installed"
    assert (package / "py.typed").is_file()
    assert lmmteach.__version__ == importlib.metadata.version("lmmteach") == version

    fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    assert abs(fit.sigma2 - 654.94) < 0.01, fit.sigma2  # lme4's
    assert len(lmmteach.load_framingham(source="standin")) > 1000

    command = str(Path(sysconfig.get_path("scripts")) / "lmmteach")
    assert ask(command, "--version") == f"lmmteach {version}\n"
    assert "05.2" in ask(command, "exercises", "list")
    ask(command, "exercises", "copy", "05", ".")
    check_exercises(command, package)

    refused = subprocess.run([command, "book"], capture_output=True, text=True, check=False, timeout=120)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "python make.py book" in refused.stdout + refused.stderr, "no way to the book is said"

    saved = Path("explorer.html")
    fit.explore().save(saved)
    text = saved.read_text(encoding="utf-8")
    assert "<script" in text
    assert len(text) > 100_000, "the explorer's scripts did not ship"
    lmmteach.load_sleepstudy().to_csv("sleep.csv", index=False)
    ask(
        command,
        "explore",
        "sleep.csv",
        "reaction ~ days + (1 + days | subject)",
        "--view",
        "shrinkage",
        "-o",
        "own.html",
    )
    assert "<script" in Path("own.html").read_text(encoding="utf-8")
    told = (
        importlib.metadata.metadata("lmmteach").get_payload() or importlib.metadata.metadata("lmmteach")["Description"]
    )
    assert "# lmmteach" in told
    assert "](book/" not in told, "a link into the clone, dead on the package index"
    print(f"lmmteach {version}: imported from {package}, fitted, asked, an explorer saved")


def check_exercises(command: str, package: Path) -> None:
    """They are there and can be solved; their solutions cannot be read, and are not written."""
    import lmmteach

    lmmteach.student("Smoke Test")
    q = lmmteach.exercise("05.1")
    z = [1, q.t]
    assert lmmteach.check("05.1", z @ q.G @ z + q.sigma2)
    files = [path.read_text(encoding="utf-8") for path in (package / "exercises_data").rglob("*") if path.is_file()]
    assert len(files) > 30
    assert not any("solution" in text or "EXERCISE" in text for text in files)
    refused = subprocess.run([command, "exercises", "solutions", "."], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "clone" in refused.stdout + refused.stderr


def ask(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


if __name__ == "__main__":
    main(sys.argv[1])
