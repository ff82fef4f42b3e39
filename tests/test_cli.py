"""The book's command: what it serves, to whom, and what it says."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lmmteach import cli
from lmmteach.check.shelf import lesson_titles
from lmmteach.publish import build as bookbuild
from lmmteach.publish import sources as booksources
from lmmteach.publish.build import BuildError
from lmmteach.publish.kept import pages_read
from lmmteach.publish.serve import BookServer, open_server
from lmmteach.publish.shares import Share, shared_reading


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A book of one page, with a secret beside it and a symbolic link that leads to the secret."""
    folder = tmp_path / "html"
    (folder / "sub").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>the book</h1>")
    (folder / "_static").mkdir()
    (folder / "_static" / "module.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "html-secret").mkdir()
    (tmp_path / "html-secret" / "index.html").write_text("secret")
    (folder / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "way-out").symlink_to(tmp_path)
    (folder / "way-in.html").symlink_to(folder / "index.html")
    return folder


@pytest.fixture
def server(pages: Path) -> Iterator[BookServer]:
    with open_server(pages, 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server: BookServer, path: str) -> tuple[int, str, str]:
    """Ask for a path exactly as written: clients that tidy paths would hide what the server does."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode()
    kind = answer.headers.get_content_type()
    connection.close()
    return answer.status, body, kind


def test_serves_the_pages(server: BookServer) -> None:
    assert ask(server, "/") == (200, "<h1>the book</h1>", "text/html")
    assert ask(server, "/index.html?x=1")[0] == 200
    assert ask(server, "/way-in.html")[0] == 200
    assert ask(server, "/_static/module.js") == (200, "export {}", "text/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt/../../secret.txt",
        "/../html-secret/index.html",
        "/way-out.txt",
        "/way-out/secret.txt",
    ],
)
def test_nothing_outside_the_folder(server: BookServer, path: str) -> None:
    status, body, _ = ask(server, path)
    assert status == 404
    assert "secret" not in body.replace(path, "")


def test_no_listing_of_a_folder(server: BookServer) -> None:
    assert ask(server, "/sub/")[0] == 404


def test_listens_on_this_machine_only(server: BookServer) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/"


def test_a_taken_port_gives_the_next_free_one(pages: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with open_server(pages, taken) as server:
            assert server.server_port != taken


class Book:
    """A clone's book folder whose building is a pretence, for tests of what the command does around it."""

    def __init__(self, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = pages.parent / "book"
        self.pages = self.folder / "_build" / "html"
        self.folder.mkdir()
        (self.folder / "_config.yml").touch()
        self.built = 0
        self.opened: list[str] = []
        monkeypatch.setattr(cli, "find_book", lambda: self.folder)
        monkeypatch.setattr(cli, "build_book", self.build)
        monkeypatch.setattr(cli.webbrowser, "open", self.opened.append)

        def serve_one_moment(server: BookServer) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(BookServer, "serve_forever", serve_one_moment)

    def build(self, book: Path, say: object = None, anew: bool = False) -> Path:
        self.built += 1
        self.pages.mkdir(parents=True, exist_ok=True)
        (self.pages / "index.html").touch()
        (book / "_build" / booksources.STAMP).write_text(booksources.fingerprint(book))
        return self.pages


@pytest.fixture
def book(pages: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    pytest.importorskip("jupyter_book", reason="whether the book is current depends on its makers' versions")
    return Book(pages, monkeypatch)


def test_builds_serves_opens_and_stops_politely(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["book", "--port", "0"]) == 0
    said = capsys.readouterr().out
    assert book.built == 1
    assert len(book.opened) == 1
    assert book.opened[0].startswith("http://127.0.0.1:")
    assert f"The book is open at {book.opened[0]}" in said
    assert "Stopped." in said


def test_no_browser(book: Book) -> None:
    assert cli.main(["book", "--no-browser", "--port", "0"]) == 0
    assert book.opened == []


def test_says_when_the_port_is_taken(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert cli.main(["book", "--no-browser", "--port", str(taken)]) == 0
    said = capsys.readouterr().out
    assert f"Port {taken} is taken by another program (perhaps an earlier make.py book): using " in said


def test_builds_again_only_when_something_changed(book: Book) -> None:
    for _ in range(2):
        assert cli.main(["book", "--no-serve"]) == 0
    assert book.built == 1
    (book.folder / "page.md").write_text("new")
    assert cli.main(["book", "--no-serve"]) == 0
    assert book.built == 2
    assert cli.main(["book", "--no-serve", "--rebuild"]) == 0
    assert book.built == 3


@pytest.mark.parametrize("port", ["-1", "65536", "http", "²", "", "9" * 5000])
def test_a_port_that_cannot_be(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["book", "--port", port])
    assert "not a port" in capsys.readouterr().err


def command(*arguments: str, encoding: str = "utf-8", **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command as a program of its own, with pipes of its own."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    line = [sys.executable, "-m", "lmmteach", *arguments]
    return subprocess.run(line, stderr=subprocess.PIPE, timeout=60, env=environment, **options)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii"])
def test_a_file_name_that_cannot_be_printed_ends_no_grading(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(b"M\xfcller.json")).write_text("{}")
    (folder / "Ærø.json").write_text("{}")
    target = os.fsdecode(os.fsencode(tmp_path) + b"/gr\xe4des.csv")
    done = command("grade", str(folder), "--csv", target, encoding=encoding, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"ller.json: not graded: not a report" in done.stdout
    assert Path(target).is_file()
    again = command("grade", str(folder), "--csv", target, encoding=encoding, stdout=subprocess.PIPE)
    assert again.returncode == 1
    assert b"is there already" in again.stderr
    assert b"Traceback" not in again.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes")
@pytest.mark.parametrize("task", [("list",), ("copy", "all")])
def test_whoever_stops_listening_stops_no_work(tmp_path: Path, task: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = command("exercises", *task, stdout=pipe, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    if task[0] == "copy":
        assert len(list(tmp_path.glob("exercises-*.ipynb"))) == len(lesson_titles())


def test_the_grades_are_written_before_anything_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.json").write_text("{}")
    there: list[bool] = []
    monkeypatch.setattr(cli, "_say", lambda text, to=None: there.append((tmp_path / "g.csv").is_file()))
    assert cli.main(["grade", str(tmp_path / "in"), "--csv", str(tmp_path / "g.csv")]) == 0
    assert there
    assert all(there)


def test_without_a_clone_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(booksources, "__file__", str(tmp_path / "lmmteach" / "publish" / "sources.py"))
    assert cli.main(["book"]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "book") in said
    assert "python make.py book" in said


KILLED = "# A\n\n```{code-cell} python3\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n```\n"
FALSE_CLAIM = "# A\n\n```{code-cell} python3\nslope = 2\nassert slope > 3, 'the slope is steep'\n```\n"


def small_book(folder: Path, page: str, others: int = 0) -> None:
    """A book whose second page is `page`, with as many other pages as it takes to read them side by side."""
    header = "---\njupytext: {text_representation: {extension: .md, format_name: myst}}\n"
    header += "kernelspec: {name: python3, display_name: Python 3}\n---\n"
    # `self_contained` vouches for those of Jupyter Book's extensions that do not say whether they may run side by side
    own = "self_contained" if others else "exercises"
    extension = f"local_extensions: {{{own}: {booksources.find_book() / '_ext'}}}"
    (folder / "_config.yml").write_text(
        "title: t\nexecute: {execute_notebooks: inline}\n"
        f"sphinx: {{{extension}, config: {{nb_execution_raise_on_error: true}}}}\n"
    )
    names = ["broken", *(f"other-{k}" for k in range(others))]
    chapters = "".join(f"- file: {name}\n" for name in names)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: start\nchapters:\n{chapters}")
    for name in ("start", *names):
        (folder / f"{name}.md").write_text(f"# {name}\n")
    (folder / "broken.md").write_text(header + page)


@pytest.mark.parametrize(
    ("page", "others", "reasons"),
    [
        ("# A\n\n[gone](no-such-page.md)\n", 0, ["no-such-page"]),
        ("# A\n\n```{exercises} 99\n```\n", 0, ["broken.md", "Lesson '99' has no exercises"]),
        (FALSE_CLAIM, 0, ["broken.md", "assert slope > 3", "AssertionError: the slope is steep"]),
        (FALSE_CLAIM, 6, ["broken.md", "assert slope > 3", "AssertionError: the slope is steep"]),
        (KILLED, 0, ["ran a page's code has ended", "broken"]),
        (KILLED, 6, ["ran a page's code has ended", "broken"]),
    ],
)
def test_a_broken_page_fails_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, others: int, reasons: list[str]
) -> None:
    pytest.importorskip("jupyter_book")
    monkeypatch.setattr(bookbuild.os, "cpu_count", lambda: 2)
    small_book(tmp_path, page, others)
    built = tmp_path / "_build" / "html" / "index.html"
    built.parent.mkdir(parents=True)
    built.write_text("built before")
    with pytest.raises(BuildError, match="did not build") as caught:
        bookbuild.build_book(tmp_path, say=lambda text: None)
    for reason in reasons:
        assert reason in str(caught.value)
    assert ("SphinxParallelError" in (tmp_path / "_build" / "build.log").read_text()) == bool(others)
    assert built.read_text() == "built before"
    assert sorted(path.name for path in built.parents[1].iterdir()) == ["build.log", "html"]
    assert not booksources.is_current(tmp_path)


def test_a_page_that_fails_waits_for_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of another page still runs, and would for ten minutes: it ends with the build."""
    pytest.importorskip("jupyter_book")
    monkeypatch.setattr(bookbuild.os, "cpu_count", lambda: 2)
    small_book(tmp_path, FALSE_CLAIM, 6)
    header, number = (tmp_path / "broken.md").read_text().split("# A")[0], tmp_path / "number"
    cell = f"import os, pathlib, time\npathlib.Path({str(number)!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(number)!r}).exists():\n    time.sleep(0.1)\n"
    (tmp_path / "other-3.md").write_text(f"{header}# B\n\n```{{code-cell}} python3\n{cell}\n```\n")
    (tmp_path / "broken.md").write_text(header + FALSE_CLAIM.replace("slope = 2\n", f"{wait}slope = 2\n"))
    started = time.monotonic()
    with pytest.raises(BuildError, match="the slope is steep"):
        bookbuild.build_book(tmp_path, say=lambda text: None)
    assert time.monotonic() - started < 300
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends it")
def test_a_build_whose_program_is_ended_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when memory runs out: the programs that read pages for it end after the page that they have."""
    psutil = pytest.importorskip("psutil")
    pytest.importorskip("jupyter_book")
    monkeypatch.setattr(bookbuild.os, "cpu_count", lambda: 2)
    ready = tmp_path / "ready"
    cell = f"import pathlib, time\npathlib.Path({str(ready)!r}).touch()\ntime.sleep(3)"
    heads = "".join(f"\n## {'word ' * 60}{k}\n" for k in range(500))  # what is said of a page: more than a pipe holds
    small_book(tmp_path, f"# A\n\n```{{code-cell}} python3\n{cell}\n```\n{heads}", 6)

    def end() -> None:
        while not ready.exists():
            time.sleep(0.05)
        for child in psutil.Process().children():
            if "jupyter_book" in " ".join(child.cmdline()):
                child.kill()

    ending = threading.Thread(target=end, daemon=True)
    ending.start()
    with pytest.raises(BuildError, match="was ended by signal 9"):
        bookbuild.build_book(tmp_path, say=lambda text: None)


def test_whole_pages_take_the_place_of_those_built_before(tmp_path: Path) -> None:
    pytest.importorskip("jupyter_book")
    small_book(tmp_path, "# A\n")
    old = tmp_path / "_build" / "html" / "gone.html"
    old.parent.mkdir(parents=True)
    old.write_text("built before")
    pages = bookbuild.build_book(tmp_path, say=lambda text: None)
    assert "<h1>A" in (pages / "broken.html").read_text()
    assert not old.exists()
    assert booksources.is_current(tmp_path)


def test_after_an_edit_that_page_alone_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jupyter_book")
    monkeypatch.setattr(bookbuild.os, "cpu_count", lambda: 1)  # side by side, not every page is named
    small_book(tmp_path, "# A\n")
    page, said = tmp_path / "broken.md", []

    def read() -> set[str]:
        """The pages that a build reads, and it writes them all."""
        said.clear()
        pages = bookbuild.build_book(tmp_path, say=said.append)
        for name in ("start", "broken"):
            assert (pages / f"{name}.html").is_file()
        return {line.split()[3] for line in said if " reading " in line}

    assert read() == {"start", "broken"}
    page.write_text(page.read_text() + "\nMore.\n")
    assert read() == {"broken"}
    page.write_text(page.read_text() + "\n[gone](no-such-page.md)\n")
    for _ in range(2):  # what was refused once is refused again
        with pytest.raises(BuildError, match="no-such-page"):
            bookbuild.build_book(tmp_path, say=said.append)
    page.write_text(page.read_text().replace("[gone](no-such-page.md)", "A link less."))
    assert read() == {"broken"}
    assert "More." in (tmp_path / "_build" / "html" / "broken.html").read_text()
    with (tmp_path / "_config.yml").open("a") as config:
        config.write("\n# anything but a page\n")
    assert read() == {"start", "broken"}


def test_what_a_killed_build_had_read_is_not_believed(tmp_path: Path) -> None:
    """Killed at any moment: after the copy, in the midst of it, while pages are read, while the copy goes."""
    work = tmp_path / "work"
    read = work / "_build" / ".doctrees"

    def built(text: str, rest: str = "same") -> bool:
        with pages_read(work, rest) as known:
            read.mkdir(parents=True, exist_ok=True)
            (read / "page").write_text(text)
        return known

    def stopped() -> None:
        with pages_read(work, "same"):
            (read / "page").write_text("refused")
            shutil.copytree(work, tmp_path / "killed")
            raise KeyboardInterrupt

    assert [built("first"), built("second"), built("third")] == [False, True, True]
    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert (read / "page").read_text() == "third"
    work, read = tmp_path / "killed", tmp_path / "killed" / "_build" / ".doctrees"
    assert (read / "page").read_text() == "refused"
    (work / "half").mkdir()  # and one that was killed while it copied
    with pages_read(work, "same") as known:
        assert known
        assert (read / "page").read_text() == "third"
    assert {path.name for path in work.iterdir()} == {"_build", "made-with.txt"}
    assert not built("anew", "other")


def test_watch_builds_after_each_edit_and_says_once_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The loop alone, turn by turn: what it does while its author saves, errs, saves by renaming, and mends."""
    page = tmp_path / "page.md"
    page.write_text("# A\n")
    built: list[str] = []

    def build(book: Path, say: object) -> None:
        built.append(page.read_text())
        if "[gone]" in built[-1]:
            raise BuildError("no-such-page is not there", "Mend the link.")

    def saved(text: str) -> None:
        page.write_text(text)

    def renamed() -> None:
        page.rename(tmp_path / "page.md~")

    back = lambda: (tmp_path / "page.md~").rename(page)  # noqa: E731
    turns = iter([lambda: None, lambda: saved("# B\n"), lambda: None, lambda: saved("[gone]"), lambda: None, renamed,
                  back, lambda: saved("# C\n"), lambda: None])  # fmt: skip

    def sleep(seconds: float) -> None:
        try:
            next(turns)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(cli.time, "sleep", sleep)
    monkeypatch.setattr(cli, "build_book", build)
    monkeypatch.setattr(cli, "fingerprint", lambda book: page.read_text())
    monkeypatch.setattr(cli, "is_current", lambda book: bool(built) and page.read_text() == built[-1] != "[gone]")
    with pytest.raises(KeyboardInterrupt):
        cli._watch(tmp_path)
    assert built == ["# A\n", "# B\n", "[gone]", "# C\n"]
    assert capsys.readouterr().err.count("no-such-page is not there") == 1


def test_a_book_without_its_programs_is_not_current_and_says_what_to_install(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages were built here once; then the environment was made anew without the book's programs."""

    def missing(name: str) -> str:
        raise booksources.importlib.metadata.PackageNotFoundError(name)

    (tmp_path / "_build").mkdir()
    pages.rename(tmp_path / "_build" / "html")
    (tmp_path / "_build" / booksources.STAMP).write_text("built by what was here before")
    monkeypatch.setattr(booksources.importlib.metadata, "version", missing)
    monkeypatch.setattr(bookbuild, "find_spec", lambda name: None)
    monkeypatch.setattr(cli, "find_book", lambda: tmp_path)
    assert not booksources.is_current(tmp_path)
    assert cli.main(["book", "--no-browser"]) == 1
    assert 'pip install -e ".[book]"' in capsys.readouterr().err


def make(folder: Path, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run a copy of make.py somewhere harmless."""
    source = Path(__file__).parent.parent / "make.py"
    (folder / "make.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pyproject.toml").touch()
    command = [python, "-S", str(folder / "make.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": ""})


def test_make_without_a_task_explains_itself(tmp_path: Path) -> None:
    done = make(tmp_path)
    assert done.returncode == 2
    assert "python make.py book | " in done.stdout
    assert " | test | " in done.stdout


def test_make_explains_an_old_python(tmp_path: Path) -> None:
    driver = tmp_path / "old.py"
    driver.write_text(
        "import sys\nsys.version_info = (3, 9, 2)\nsys.argv = ['make.py', 'book']\n"
        f"import runpy\nrunpy.run_path({str(tmp_path / 'make.py')!r}, run_name='__main__')\n"
    )
    make(tmp_path)
    done = subprocess.run([sys.executable, str(driver)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in done.stderr


def test_make_explains_a_missing_ensurepip(tmp_path: Path) -> None:
    make(tmp_path)
    driver = tmp_path / "bare.py"
    driver.write_text(
        "import sys\nsys.prefix = sys.base_prefix\nsys.modules['ensurepip'] = None\n"
        "sys.argv = ['make.py', 'book']\n"
        f"import runpy\nrunpy.run_path({str(tmp_path / 'make.py')!r}, run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, str(driver)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_each_page_is_read_once_by_whoever_is_free() -> None:
    """Three processes share nine pages; a page that takes long holds up nobody else."""
    pytest.importorskip("jupyter_book")
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("pages are read side by side where processes are forked")
    context = multiprocessing.get_context("fork")
    pages, takers, others = [f"page-{k}" for k in range(9)], context.Array("i", 9), context.Event()
    shares = [Share(pages, takers, number) for number in (1, 2, 3)]
    assert [list(share) for share in shares] == [[], [], []]

    def read(share: Share, started: Any) -> None:
        for page in share:
            started.set()
            if page == "page-8":
                others.wait(60)  # until all others are read

    first = context.Event()
    processes = [context.Process(target=read, args=(shares[0], first))]
    processes[0].start()
    assert first.wait(60)
    for share in shares[1:]:
        processes.append(context.Process(target=read, args=(share, context.Event())))
        processes[-1].start()
    for process in processes[1:]:
        process.join(60)
    others.set()
    processes[0].join(60)
    assert list(shares[0]) == ["page-8"]
    assert sorted([*shares[1], *shares[2]]) == pages[:-1]


def test_long_pages_are_taken_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is taken last is waited for by all others."""
    builders = pytest.importorskip("sphinx.builders")
    given: list[list[str]] = []
    monkeypatch.setattr(builders.Builder, "_read_parallel", lambda self, pages, count: given.append(pages))
    for page, size in {"a": 300, "b": 20, "c": 4000}.items():
        (tmp_path / page).write_text("x" * size)
    with shared_reading():
        builder = SimpleNamespace(env=SimpleNamespace(doc2path=lambda page: tmp_path / page))
        builders.Builder._read_parallel(builder, ["a", "b", "c"], 2)
    assert list(Share(given[0], [], 1).pages) == ["c", "a", "b"]


def test_pages_are_shared_by_processes_that_sphinx_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than five pages are read side by side: the log names each once, and the code finds all imported already."""
    pytest.importorskip("jupyter_book")
    monkeypatch.setattr(bookbuild.os, "cpu_count", lambda: 2)
    cell = 'import sys\nforked = "lmmteach.plots" in sys.modules\nfrom lmmteach import stills\nforked, stills.wanted()'
    small_book(tmp_path, f"# A\n\n```{{code-cell}} python3\n{cell}\n```\n", others=6)
    config = tmp_path / "_config.yml"
    plain = "html_theme_options: {use_download_button: false, use_fullscreen_button: false}"
    config.write_text(config.read_text().replace("config: {", f"config: {{{plain}, "))
    pages = bookbuild.build_book(tmp_path, say=lambda text: None)
    log = (tmp_path / "_build" / "build.log").read_text()
    named = re.findall(r"reading sources\.\.\. \[ *\d+%\] (\S+)", log)
    assert sorted(named) == sorted(path.stem for path in tmp_path.glob("*.md"))
    assert all((pages / f"{name}.html").is_file() for name in named)
    assert f"({sys.platform == 'linux'}, False)" in (pages / "broken.html").read_text()
