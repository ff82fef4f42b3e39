"""Try the explorers in each program: python make.py frontends [WORD ...] [--keep]

A word chooses the trials whose name contains it.  What is seen is held against
book/_data/frontends.json: a difference is a failure.
--keep writes what was seen there: the book's table is made of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import exported, living
from .living import MAKE, MARIMO, PANEL, SOLARA, indented, notebook

KEPT = Path(__file__).resolve().parents[3] / "book" / "_data" / "frontends.json"
#: name in the table -> the package whose version is told, and the trial
TRIALS = {
    "JupyterLab": ("jupyterlab", living.in_jupyter("lab/tree")),
    "Jupyter Notebook": ("notebook", living.in_jupyter("notebooks")),
    "Classic Notebook": ("nbclassic", living.in_jupyter("nbclassic/notebooks")),
    "Voila": ("voila", living.served(
        "it.ipynb", json.dumps(notebook()),
        "voila", "it.ipynb", "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1",
    )),
    "marimo": ("marimo", living.served(
        "it.py", MARIMO.format(indented(MAKE, 4)),
        "marimo", "run", "it.py", "--headless", "--no-token", "--host", "127.0.0.1", "--port", "{port}",
    )),
    "Panel": ("panel", living.served(
        "it.py", PANEL.format(indented(MAKE)), "panel", "serve", "it.py", "--port", "{port}",
    )),
    "Solara": ("solara", living.served(
        "it.py", SOLARA.format(indented(MAKE)),
        "solara", "run", "it.py", "--host", "127.0.0.1", "--port", "{port}", "--no-open",
    )),
    "nbconvert --to html": ("nbconvert", exported.converted(
        "--to", "html", before=("--execute", "--ExecutePreprocessor.store_widget_state=False"),
    )),
    "nbconvert --to html --execute": ("nbconvert", exported.converted("--to", "html", "--execute")),
    "nbconvert --to slides --execute": ("nbconvert", exported.converted("--to", "slides", "--execute")),
    "JupyterLab, export as HTML": ("jupyterlab", exported.from_lab(keeps_state=False)),
    "JupyterLab, export as HTML, widget state saved": ("jupyterlab", exported.from_lab(keeps_state=True)),
    "a preview without scripts": ("nbconvert", exported.converted(
        "--to", "html", before=("--execute", "--ExecutePreprocessor.store_widget_state=False"), scripts=False,
    )),
}  # fmt: skip


def main(words: list[str]) -> int:
    """Try them, tell what was seen, and whether it is what was seen last."""
    keep, words = "--keep" in words, [word for word in words if word != "--keep"]
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    differ = []
    for name, (package, trial) in TRIALS.items():
        if words and not any(word.lower() in name.lower() for word in words):
            continue
        with tempfile.TemporaryDirectory() as folder:
            seen = trial(Path(folder))
        told = {"package": package, "version": version(package), "seen": seen.what, "asked": seen.asked}
        sys.stdout.write(f"{name:48} {told['version']:10} {seen.what:18} {' '.join(seen.asked)}\n")
        sys.stdout.flush()
        if name not in kept or kept[name]["seen"] != seen.what:
            differ.append(f"{name}: {kept.get(name, {}).get('seen', 'never tried')} -> {seen.what}")
        kept[name] = told
    if keep:
        kept = {name: kept[name] for name in TRIALS if name in kept}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        return 0
    sys.stdout.writelines(f"changed: {line}\n" for line in differ)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
