"""One small file from the network, within limits that hold whatever the other side does.

A server that drips, never ends or sends its visitors round in circles must not hold a lecture up or fill its memory.
So whatever arrives, head or body, redirect or answer, is counted as it comes in; and who asked waits no longer than
agreed, even where the time goes by in places that cannot be counted (finding a host's address, a secret handshake).
"""

from __future__ import annotations

import http.client
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

__all__ = ["fetched"]

REDIRECTS = 3  # followed, the published address has none
PIECE = 4096  # bytes; a thousandfold packed one still finds room


class TooMuch(ValueError):
    """More came than was to be expected."""


def fetched(address: str, timeout: float, patience: float, largest: int) -> bytes:
    """What stands at the address: at most ``largest`` bytes, in at most ``patience`` seconds.

    Parameters
    ----------
    address : str
        Where it is asked for; up to three redirects are followed.
    timeout : float
        Seconds to wait for the connection, and then for each piece.
    patience : float
        Seconds in all.
    largest : int
        Bytes in all, heads and redirects included.

    Raises
    ------
    TimeoutError
        When ``patience`` ends.
    TooMuch
        For more than ``largest`` bytes.
    Exception
        What ``requests`` raises for a server that cannot be reached, refuses, or makes no sense.
    """
    meter = _Meter(time.monotonic() + patience, largest)
    ended: list[bytes | Exception] = []

    def work() -> None:
        try:
            ended.append(_followed(address, timeout, meter))
        except Exception as error:  # raised below, in the thread of whoever asked
            ended.append(error)

    # A thread that is still held up after the deadline keeps nobody: its meter ends it at the next byte.
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(patience)
    if not ended:
        raise TimeoutError(f"nothing whole within {patience:g} seconds")
    if isinstance(ended[0], Exception):
        raise ended[0]
    return ended[0]


@dataclass
class _Meter:
    """What may still come: bytes, until a time."""

    end: float
    largest: int
    seen: int = 0

    def count(self, size: int) -> None:
        self.seen += size
        if time.monotonic() > self.end:
            raise TimeoutError
        if self.seen > self.largest:
            raise TooMuch


class _Metered(io.RawIOBase):
    """A connection's incoming bytes, counted before anyone makes sense of them."""

    def __init__(self, raw: io.RawIOBase, count: Callable[[int], None]) -> None:
        self._raw, self._count = raw, count

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        size = self._raw.readinto(into)
        self._count(size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


def _followed(address: str, timeout: float, meter: _Meter) -> bytes:
    """The body at the address or where it leads; a redirect's own body is never read."""
    import requests

    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, _adapter(meter))
        for _ in range(REDIRECTS + 1):
            asked = session.prepare_request(requests.Request("GET", address, headers={"Accept-Encoding": "identity"}))
            settings = session.merge_environment_settings(address, {}, True, None, None)  # proxies, certificates
            # The session's own way to send reads a redirect's body to its end, also where it does not follow it.
            with session.get_adapter(address).send(asked, timeout=timeout, **settings) as answer:
                if answer.is_redirect:
                    address = urljoin(address, answer.headers["location"])
                    continue
                answer.raise_for_status()
                content = bytearray()
                for piece in answer.iter_content(chunk_size=PIECE):
                    content += piece
                    if len(content) > meter.largest:  # packed, though we asked for it plain
                        raise TooMuch
                return bytes(content)
    raise requests.TooManyRedirects


def _adapter(meter: _Meter) -> Any:
    """What ``requests`` sends with, on connections whose answers are metered."""
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

    class Answer(http.client.HTTPResponse):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.fp = io.BufferedReader(_Metered(self.fp.detach(), meter.count))

    def metered(kind: Any) -> Any:
        connection = type("Connection", (kind.ConnectionCls,), {"response_class": Answer})
        return type("Pool", (kind,), {"ConnectionCls": connection})

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **named: Any) -> None:
            super().init_poolmanager(*args, **named)
            _equip(self.poolmanager)

        def proxy_manager_for(self, *args: Any, **named: Any) -> Any:
            return _equip(super().proxy_manager_for(*args, **named))

    def _equip(manager: Any) -> Any:
        manager.pool_classes_by_scheme = {"http": metered(HTTPConnectionPool), "https": metered(HTTPSConnectionPool)}
        return manager

    return Adapter()
