"""A small web server for the built book: this machine only, and nothing outside one folder."""

from __future__ import annotations

import gzip
import os
import re
import socket
import sys
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

__all__ = ["HOST", "BookServer", "open_server"]

HOST = "127.0.0.1"
#: how many ports after the wanted one are tried before any free one is taken
TRIES = 20
#: what shrinks when packed; pictures and woff2 fonts are packed already
_TEXT = (".html", ".js", ".css", ".svg", ".json", ".ipynb", ".woff", ".ttf", ".txt")
#: a name or query made from the content: such a file never changes
_FIXED = re.compile(r"\.[0-9a-f]{12,}\.\w+$|\?(v|digest)=[0-9a-f]+$")


@lru_cache(maxsize=256)
def _packed(path: str, modified: int) -> bytes:
    """A file's bytes under gzip; `modified` makes a changed file a new one."""
    return gzip.compress(Path(path).read_bytes(), 6, mtime=0)


def _unpacks(asked: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not to refuse it.

    >>> _unpacks("br, gzip"), _unpacks("gzip;q=0.5"), _unpacks("gzip; q=0.0, br"), _unpacks("x-gzipped")
    (True, True, False, False)
    """
    weight = re.search(r"(?:^|,)\s*gzip\s*(?:;\s*q=\s*([\d.]*)\s*)?(?:,|$)", asked.lower())
    return weight is not None and (weight[1] is None or weight[1].strip("0.") != "")


class _Handler(SimpleHTTPRequestHandler):
    """Files below one folder, quietly; a path or a symbolic link that leads out of it is not found."""

    # Windows takes these from its registry, where other programs may have changed them.
    extensions_map = {  # noqa: RUF012  (the base class has it as an instance's own)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".woff": "font/woff",
        ".woff2": "font/woff2",
        ".ipynb": "application/x-ipynb+json",
    }

    timeout = 60  # seconds: who says nothing for so long holds no thread any more
    _code = 0

    def send_response(self, code: int, message: str | None = None) -> None:
        self._code = code
        super().send_response(code, message)

    def send_head(self) -> BytesIO | BinaryIO | None:
        # A page elsewhere may point a name of its own at this machine; its browser then says that name here.
        if re.sub(r":\d*$", "", self.headers.get("Host", HOST)).lower() not in (HOST, "localhost"):
            self.send_error(421, "This server answers to 127.0.0.1 only")
            return None
        path = self.translate_path(self.path)
        plain = (
            not _unpacks(self.headers.get("Accept-Encoding", ""))
            or "If-Modified-Since" in self.headers
            or not path.endswith(_TEXT)
        )
        if plain or not os.path.isfile(path):
            return super().send_head()
        try:
            status = os.stat(path)
            body = _packed(path, status.st_mtime_ns)
        except OSError:  # not ours to read, or gone since we looked
            self.send_error(404, "File not found")
            return None
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.date_time_string(int(status.st_mtime)))
        self.end_headers()
        return BytesIO(body)

    def translate_path(self, path: str) -> str:
        wanted = super().translate_path(path).replace("\0", "")  # which no name can hold
        root = os.path.realpath(self.directory)
        real = os.path.realpath(wanted)
        inside = real == root or real.startswith(root + os.sep)
        # A pipe would be waited for without end, and a device need not end.
        odd = os.path.exists(real) and not (os.path.isfile(real) or os.path.isdir(real))
        # A name that cannot exist below the root makes the answer an ordinary 404.
        return wanted if inside and not odd else os.path.join(root, "outside-the-book", "not-found")

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        self.send_error(404, "File not found")

    def end_headers(self) -> None:
        # A rebuilt page shows at the next reload; what is named by its content may be kept for good.
        fixed = self._code in (200, 304) and _FIXED.search(self.path) is not None
        self.send_header("Cache-Control", "max-age=31536000, immutable" if fixed else "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "frame-ancestors 'self'")  # a page cannot say this itself
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the address line."""


class BookServer(ThreadingHTTPServer):
    """Serves one folder on 127.0.0.1.

    Parameters
    ----------
    folder : Path
        The folder whose files are served.
    port : int
        The port; 0 takes any free one.
    """

    daemon_threads = True
    # On Windows SO_REUSEADDR would let us bind a port another program listens on.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128  # a class that opens the book at once: who finds the queue full tries again after seconds

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__((HOST, port), partial(_Handler, directory=str(folder)))

    def handle_error(self, request: object, client_address: object) -> None:
        # A reader who leaves a page before it is whole is no error of ours.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def server_bind(self) -> None:
        # HTTPServer's own version looks the host's name up, which can take seconds off-line.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(self.allow_reuse_address))
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def url(self) -> str:
        """The address to open."""
        return f"http://{HOST}:{self.server_port}/"


def open_server(folder: Path, port: int) -> BookServer:
    """Open a server on `port`, or on the next free one if another program has it.

    Examples
    --------
    >>> server = open_server(Path("."), 0)
    >>> server.url.startswith("http://127.0.0.1:")
    True
    >>> server.server_close()
    """
    for candidate in [*range(port, min(port + TRIES, 65536)), 0] if port else [0]:
        try:
            return BookServer(folder, candidate)
        except OSError:
            continue
    raise OSError(f"no free port on {HOST}")
