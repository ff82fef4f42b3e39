"""The last figures of the benchmarks, with the commit they belong to and the code that they speak of.

    python -m tests.benchmarks.fit_speed --keep          measures, and writes kept/fit_speed.json
    python -m tests.benchmarks.kept                      says which kept figures are older than their code

A figure is as old as its code: a digest of the measured files is kept with it.  Comments, docstrings and layout
do not count in Python, all else does.  ``tests/test_figures.py`` fails where the README or the book shows a figure
that is older than the code; the cure is to measure again.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).parent / "kept"
FITTER = tuple(f"lmmteach/{part}" for part in ("model.py", "covariance", "design", "fitting", "likelihood"))
MARKS = ("<!-- measured: tests/benchmarks/fit_speed.py --keep -->", "<!-- end -->")
#: benchmark: the code whose speed it tells
OF = {
    "fit_speed": FITTER,
    "heavy_models": FITTER,
    "bootstrap": (*FITTER, "lmmteach/simulation", "lmmteach/explore/static/maths"),
    "slider_frame": tuple(f"lmmteach/explore/static/{part}" for part in ("maths", "kit", "panels", "frame", "style")),
    "import_time": ("lmmteach",),
}


def files(name: str) -> list[Path]:
    """The measured files of a benchmark, in order."""
    found = []
    for part in OF[name]:
        path = ROOT / part
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.suffix in {".py", ".js", ".css"}]
    return sorted(found)


def bare(source: str) -> str:
    """Python as it runs: no comments, no docstrings, no layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            told = body[0].value
            if isinstance(told, ast.Constant) and isinstance(told.value, str):
                body[:] = body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def digest(name: str) -> str:
    """What the code that a benchmark speaks of is now."""
    summed = hashlib.sha256()
    for path in files(name):
        text = path.read_text(encoding="utf-8")
        summed.update(path.relative_to(ROOT).as_posix().encode())
        summed.update((bare(text) if path.suffix == ".py" else text).encode())
    return summed.hexdigest()[:16]


def read(name: str) -> dict[str, Any]:
    """The kept figures: ``commit``, ``code`` (the digest), ``with`` (versions) and ``rows``."""
    return dict(json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8")))


def fresh(name: str) -> bool:
    """Whether the code is still what was measured."""
    return bool(read(name)["code"] == digest(name))


def same(name: str) -> list[dict[str, Any]]:
    """The kept rows, if the code is still what they speak of."""
    return list(read(name)["rows"]) if (KEPT / f"{name}.json").is_file() and fresh(name) else []


def keep(name: str, rows: list[dict[str, Any]], versions: dict[str, str] | None = None) -> Path:
    """Write a benchmark's figures; changes that no commit holds stop it, for the figures would belong to none."""
    parts = [str(path.relative_to(ROOT)) for path in files(name)]
    loose = git("status", "--porcelain", "--", *parts)
    if loose:
        sys.exit(f"Not kept: commit first what was measured.\n{loose}")
    held = {"commit": git("rev-parse", "HEAD"), "code": digest(name), "with": versions or {}, "rows": rows}
    path = KEPT / f"{name}.json"
    KEPT.mkdir(exist_ok=True)
    path.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"kept in {path.relative_to(ROOT)}")
    return path


def show(table: str, page: Path) -> None:
    """Put a table between the two marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    page.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")


def shown(page: Path) -> str:
    """The table between the two marks of a page."""
    return page.read_text(encoding="utf-8").split(MARKS[0])[1].split(MARKS[1])[0].strip()


def git(*words: str) -> str:
    """What git says."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    """A line for each benchmark."""
    for name in OF:
        if not (KEPT / f"{name}.json").is_file():
            print(f"{name:14s} never kept")
            continue
        held = read(name)
        state = "up to date" if fresh(name) else "older than its code: measure again (--keep)"
        print(f"{name:14s} {held['commit'][:10]}  {state}")


if __name__ == "__main__":
    main()
