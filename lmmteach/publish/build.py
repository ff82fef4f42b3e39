"""Build the book with Jupyter Book: warnings are errors, every page's code is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from lmmteach.beside import one_thread_each
from lmmteach.publish.bookzip import zip_book
from lmmteach.publish.kept import keep_slides, pages_read, same_slides
from lmmteach.publish.kernels import ADDRESS, nursery
from lmmteach.publish.lms.shelf import add_lms_files
from lmmteach.publish.paper.shelf import offer_paper
from lmmteach.publish.sources import STAMP, BuildError, fingerprint, sources
from lmmteach.stills import PICTURES

__all__ = ["BuildError", "build_book"]

#: both programs: trees of pages live long, and Python need not look through them as often as is usual; jsonschema takes
#: a second to build the grammar of addresses in all languages, for which no setting asks
_BEGIN = """
import functools, gc, os, sys
gc.set_threshold(100_000, 20, 100)
sys.modules["rfc3987_syntax"] = None
from lmmteach.publish.kernels import ADDRESS, forked_kernels
"""
#: the ``jupyter-book`` script may be missing from PATH, the package has no ``__main__``, and its command cannot run
#: pages side by side, which its builder can; of a page that fails there, Sphinx prints the last line alone
_JUPYTER_BOOK = """
import jupyter_book.sphinx as builder
from sphinx.errors import SphinxParallelError
SphinxParallelError.__str__ = lambda self: self.traceback
builder.build_sphinx = functools.partial(builder.build_sphinx, jobs={jobs}, force_all=True)
from jupyter_book.cli.main import main
from lmmteach.publish.shares import shared_reading
with forked_kernels(os.environ[ADDRESS]), shared_reading():
    main()
"""
_SLIDES = """
from sphinx.cmd.build import main
with forked_kernels(os.environ[ADDRESS]):
    sys.exit(main(sys.argv[1:]))
"""
#: each page's kernel takes a core and some 200 MB
_MOST_CORES = 4
#: what a log says where a process is gone, and what that means
_LOST = {
    "Kernel died": "The process that ran a page's code has ended",
    "EOFError": "A process that read pages has ended",
}
#: what Sphinx says when the last page is being read, or none was
_READ = re.compile(r"reading sources\.\.\. \[100%\]|looking for now-outdated files")


def build_book(book: Path, output: Path | None = None, say: Callable[[str], None] = print, anew: bool = False) -> Path:
    """Build every page of `book` and return the folder of HTML pages.

    Parameters
    ----------
    book : Path
        The source folder, with ``_config.yml``.
    output : Path, optional
        Where ``_build`` is made; by default inside `book`.
    say : callable
        Receives one line of text per stage.
    anew : bool
        Run every page, also those that have not changed since the last build.

    Raises
    ------
    BuildError
        When Jupyter Book is not installed, or reports an error or a warning.
    """
    if find_spec("jupyter_book") is None:
        raise BuildError("Jupyter Book is not installed.", 'Run: pip install -e ".[book]"')
    build = (output or book) / "_build"
    build.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    files = sources(book)
    before = fingerprint(book, files=files)

    def timed(text: str) -> None:
        say(f"{time.monotonic() - started:5.0f} s  {text}")

    def is_page(path: Path) -> bool:
        return path.suffix == ".md" and path.is_relative_to(book)

    rest = fingerprint(book, lambda path: not is_page(path), files)
    told = fingerprint(book, lambda path: is_page(path) and path.parent.name in ("slides", "instructor"), files)
    slides = rest + told
    # The pages there are stay, and may be read, until these are whole.
    work = build / "work"
    if anew:
        shutil.rmtree(work, ignore_errors=True)
    beside: list[Future[Path | None]] = []
    with nursery() as address, pages_read(work, rest) as known, ThreadPoolExecutor(1) as other:

        def deck() -> Path | None:
            made = same_slides(work, slides) or _slides(book, work / "deck", build / "slides.log", timed, address)
            return keep_slides(work, slides, made) if made == work / "deck" / "slides" else made

        # From the last page on Sphinx keeps one core busy: the slides are made on another.
        def begin() -> None:
            if not beside:
                beside.append(other.submit(deck))

        pages = _pages(book, work, build / "build.log", timed, known, address, begin)
        begin()
    if folder := beside[0].result():
        shutil.copytree(folder, pages / "slides")
    zip_book(pages, meanwhile=lambda: add_lms_files(pages, work / "lms", rest))
    offer_paper(pages, build / "print", before)
    (build / STAMP).unlink(missing_ok=True)
    shutil.rmtree(build / "html", ignore_errors=True)
    pages.rename(build / "html")
    timed("done")
    (build / STAMP).write_text(before)
    return build / "html"


def _pages(
    book: Path,
    output: Path,
    log: Path,
    timed: Callable[[str], None],
    known: bool,
    address: str,
    read: Callable[[], None],
) -> Path:
    """Build the pages below `output`, and return their folder.

    `known`: read only those that have changed; `address`: of the nursery; `read` is called when the last is.
    """
    cores = min(_MOST_CORES, os.cpu_count() or 1)
    jobs = cores + 1 if cores > 1 else 1  # a page often waits for its kernel
    command = [sys.executable, "-c", _BEGIN + _JUPYTER_BOOK.format(jobs=jobs), "build", str(book)]
    command += ["--path-output", str(output)]
    command += [*([] if known else ["--all"]), "--warningiserror", "--nitpick", "--keep-going"]
    lines = []
    with _running(command, address) as process:
        for raw in process.stdout or ():
            line = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", raw)  # colours are for terminals
            lines.append(line)
            if _READ.search(line):
                read()
            stage = _stage(line)
            if stage:
                timed(stage)
    log.write_text("".join(lines), encoding="utf-8")
    _heed(process.returncode, "The book", lines, log)
    return output / "_build" / "html"


def _slides(book: Path, output: Path, log: Path, timed: Callable[[str], None], address: str) -> Path | None:
    """Build the lecture's slides, if the book has any, below `output`, and return their folder."""
    if not (book / "slides" / "conf.py").is_file():
        return None
    timed("the slides")
    shutil.rmtree(output / "slides", ignore_errors=True)
    command = [sys.executable, "-c", _BEGIN + _SLIDES, "-b", "revealjs", "-W", "--keep-going", "-E", "-q"]
    command += ["-d", str(output / "read"), str(book / "slides"), str(output / "slides")]
    with _running(command, address) as process:
        lines = [re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line) for line in process.stdout or ()]
    log.write_text("".join(lines), encoding="utf-8")
    _heed(process.returncode, "The slides", lines, log)
    return output / "slides"


def _heed(code: int, what: str, lines: list[str], log: Path) -> None:
    """Stop where a program has failed, or was ended by another."""
    if code:
        gone = f"The program that builds was ended by signal {-code}, as when there is no memory left."
        raise BuildError(
            f"{what} did not build.\n\n{gone if code < 0 else _reasons(lines)}\n", f"The whole log is in {log}."
        )


def _running(command: list[str], address: str) -> subprocess.Popen[str]:
    environment = {
        **one_thread_each(),
        ADDRESS: address,
        PICTURES: "no",  # the pages have live figures and explorers: their still pictures are for notebooks
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # silences the kernel's remark about frozen modules
    }
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
    )


def _stage(line: str) -> str | None:
    """What a line of Sphinx's output means to a reader, if it starts something.

    Examples
    --------
    >>> _stage("reading sources... [ 50%] 05-g-moves-v")
    'reading 05-g-moves-v and running its code'
    >>> _stage("looking for now-outdated files... none found")
    """
    found = re.search(r"reading sources\.\.\. \[ *\d+%\] (\S+)", line)
    if found:
        return f"reading {found[1]} and running its code"
    found = re.search(r"writing output\.\.\. \[ *\d+%\] (\S+)", line)
    return f"writing {found[1]}" if found else None


def _reasons(lines: list[str]) -> str:
    """The part of a failed build's log that says why: the cell that failed, a process that is gone, else each warning.

    Examples
    --------
    >>> print(_reasons(["ok", "page.md:3: WARNING: document isn't included", "done"]))
    page.md:3: WARNING: document isn't included
    >>> print(_reasons(["reading sources... [ 50%] 05-g-moves-v", "nbclient.exceptions.DeadKernelError: Kernel died"]))
    The process that ran a page's code has ended, as when there is no memory left. The pages named last: 05-g-moves-v.
    """
    text = [line.rstrip() for line in lines if "[IPKernelApp]" not in line]  # the kernel's small talk
    for start, line in enumerate(text):
        if "An error occurred while executing the following cell" in line:
            end = next((i for i in range(start, len(text)) if "The above exception" in text[i]), len(text))
            # pages read side by side: what was raised comes after the cell, not before it
            raised = (other for other in (*text[start:], *reversed(text[:start])) if other.startswith("myst_nb"))
            return "\n".join([next(raised, "").rpartition(" ")[2], *text[start:end]]).rstrip()
    for sign, what in _LOST.items():
        if any(sign in line for line in text):
            pages = re.findall(r"reading sources\.\.\. \[ *\d+%\] (\S+)", "\n".join(text))[-_MOST_CORES - 1 :]
            return f"{what}, as when there is no memory left. The pages named last: {', '.join(pages)}."
    named = [line for line in text if re.search(r"\b(WARNING|ERROR|CRITICAL): ", line)]
    return "\n".join(named or text[-25:])
