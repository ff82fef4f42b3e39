"""Build pages and slides with plain Sphinx, as they will be built when Jupyter Book 1 has ended.

``python make.py tomorrow`` runs this with the versions of ``versions.txt``, in an environment of its own; the pages are
below ``book/_build/tomorrow``.  What Jupyter Book makes of the configuration is said in
``book/_plain/conf.py``.  Known differences:

- the theme draws a search field into its own header, which ``navbar_persistent: []`` takes out;
- its icons come in its own style sheet, which ``book/_ext/icons.py`` knows;
- ``index.html`` names ``intro.html`` itself, the contents of a page are a little wider apart;
- the glass of the search page stands over its first letter;
- a second name of a section wins in a page's contents (``#play-02`` for ``#play``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent.parent / "book"
OUTPUT = BOOK / "_build" / "tomorrow"
STRICT = ["-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"]


def main() -> int:
    """Build both, and look at what was built; returns the exit code."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    trees = OUTPUT.parent / "tomorrow-read"
    pages = [*STRICT, "--nitpicky", "-b", "html", "-j", str(min(4, os.cpu_count() or 1)), "-c", str(BOOK / "_plain")]
    slides = [*STRICT, "-b", "revealjs", "-d", str(trees / "slides"), str(BOOK / "slides"), str(OUTPUT / "slides")]
    quiet = os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    for what, command in (
        ("the pages", [*pages, "-d", str(trees / "pages"), "-E", str(BOOK), str(OUTPUT)]),
        ("the slides", [*slides, "-E"]),
    ):
        print(f"Building {what}", flush=True)
        with subprocess.Popen(
            [sys.executable, *command], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout or ():
                if "[IPKernelApp]" not in line:  # the kernels' small talk
                    print(line, end="", flush=True)
        if process.returncode:
            return process.returncode
    faults = faults_of(OUTPUT)
    print("\n".join(faults) or f"The pages are in {OUTPUT}")
    return bool(faults)


def faults_of(site: Path) -> list[str]:
    """What a built site lacks: pages, headings, formulas, explorers; or what it must not have."""
    wanted = re.findall(r"file: (\S+)", (BOOK / "_toc.yml").read_text(encoding="utf-8"))
    faults = [f"{name}: not built" for name in wanted if not (site / f"{name}.html").is_file()]
    texts = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html") if "_static" not in page.parts}
    for page, text in texts.items():
        name = page.relative_to(site).as_posix()
        if re.search(r'(?:src|<link[^>]* href)="https?:', re.sub(r'<link rel="canonical"[^>]*>', "", text)):
            faults.append(f"{name}: asks another host")
        for asset in re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^":?#]+\.(?:js|css))', text):
            if not (page.parent / asset).is_file():
                faults.append(f"{name}: names {asset}, which is not there")
    if sum(text.count('class="lmmx-host"') for text in texts.values()) < 20:
        faults.append("explorers are missing")
    if sum(text.count("<math") for text in texts.values()) < 2000:
        faults.append("formulas are missing")
    return faults


if __name__ == "__main__":
    sys.exit(main())
