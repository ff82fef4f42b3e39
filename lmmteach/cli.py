"""The ``lmmteach`` command: the book built and opened, a file of one's own explored, exercises and their grading."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from lmmteach.check.commands import add_commands
from lmmteach.check.feedback import one_line
from lmmteach.errors import LmmError
from lmmteach.publish.build import build_book
from lmmteach.publish.lms.command import add_lms
from lmmteach.publish.paper.command import add_print
from lmmteach.publish.serve import open_server
from lmmteach.publish.sources import find_book, fingerprint, is_current
from lmmteach.version import __version__

__all__ = ["main"]

DEFAULT_PORT = 8000
LONGEST_PORT = 9  # digits
WATCHED_EVERY = 1.0  # s


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except LmmError as error:
        _say(f"\n{error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("\nStopped.", sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lmmteach", description="Linear mixed models you can move.")
    parser.add_argument("--version", action="version", version=f"lmmteach {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    book = commands.add_parser(
        "book",
        help="build the book, serve it on this machine and open it",
        description="Build the book, serve it on 127.0.0.1 and open it in the browser.",
    )
    book.add_argument("--no-browser", action="store_true", help="do not open a browser (for servers)")
    book.add_argument("--no-serve", action="store_true", help="build only")
    book.add_argument("--rebuild", action="store_true", help="run every page again, even if nothing has changed")
    book.add_argument("--watch", action="store_true", help="build again whenever a file has changed, until Ctrl-C")
    book.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="N", help="default: %(default)s")
    book.set_defaults(run=_book)
    own = commands.add_parser(
        "explore",
        help="fit a model to a file of your own and save an explorer of it",
        description="Fit a model to a CSV file and save an explorer of it as one page, which needs no Python. "
        "With --blank: save the page that takes any file, fits it by itself, and needs no Python either.",
    )
    own.add_argument("file", nargs="?", metavar="FILE", help="a CSV file: one row a measurement, parted by , ; or tab")
    own.add_argument("formula", nargs="?", metavar="FORMULA", help="such as 'y ~ t + (1 + t | id)'")
    own.add_argument("--blank", action="store_true", help="no file: a page to bring files to, as one file")
    own.add_argument("--view", default="marginal", metavar="NAME", help="which explorer, default: %(default)s")
    own.add_argument("--method", default="REML", metavar="REML|ML", help="default: %(default)s")
    own.add_argument("-o", "--output", default="explorer.html", metavar="PAGE", help="default: %(default)s")
    own.set_defaults(run=_explore, usage=own.error)
    add_commands(commands, _say)
    add_lms(commands, _say)
    add_print(commands, _say)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or len(text) > LONGEST_PORT or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{one_line(text)!r} is not a port: give a whole number from 0 to 65535")
    return int(text)


def _say(text: str, to: TextIO | None = None) -> None:
    """Print, whatever the terminal can write; where nobody listens any more, the work goes on unheard."""
    stream = sys.stdout if to is None else to
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except OSError:  # the reader has gone, as `head` does; Python would try once more at its end
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _book(options: argparse.Namespace) -> int:
    book = find_book()
    if not options.rebuild and is_current(book):
        pages = book / "_build" / "html"
        _say("The book is up to date.")
    else:
        _say("Building the book: the code of every page that has changed is run.")
        pages = build_book(book, say=_say, anew=options.rebuild)
    if options.no_serve:
        _say(f"The pages are in {pages}")
        return 0
    return _serve(pages, options)


def _explore(options: argparse.Namespace) -> int:
    if options.blank and options.file is None:
        from lmmteach.own_page import save_own_page

        _say(f"The page is in {save_own_page(options.output)}")
        return 0
    if options.blank or options.formula is None:
        options.usage("give FILE and FORMULA, or --blank alone")
    from lmmteach.own_data import explorer_of_file  # widgets load when they are first wanted

    page, notes = explorer_of_file(options.file, options.formula, options.view, options.method, options.output)
    for note in notes:
        _say(f"Note: {note}", sys.stderr)
    _say(f"The explorer is in {page}")
    return 0


def _serve(pages: Path, options: argparse.Namespace) -> int:
    with open_server(pages, options.port) as server:
        if options.port and server.server_port != options.port:
            who = "another program (perhaps an earlier make.py book)"
            _say(f"Port {options.port} is taken by {who}: using {server.server_port}.")
        _say(f"\nThe book is open at {server.url}")
        _say("Only this machine can see it. Press Ctrl-C to stop.")
        if not options.no_browser:
            webbrowser.open(server.url)
        if options.watch:
            _say('Files are watched: save one, wait for "done", reload the page.')
            threading.Thread(target=_watch, args=(find_book(),), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            _say("\nStopped.")
    return 0


def _watch(book: Path) -> None:
    """Build the book again whenever it is no longer current; what is wrong is said once."""
    refused = ""
    while True:
        time.sleep(WATCHED_EVERY)
        try:
            if is_current(book) or (found := fingerprint(book)) == refused:
                continue
        except OSError:  # an editor saves by putting another file in its place: for a moment there is none
            continue
        try:
            build_book(book, say=_say)
        except LmmError as error:
            refused = found
            _say(f"\n{error}", sys.stderr)
