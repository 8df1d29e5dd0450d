"""What aioimaplib lacks, added to it. It and line.py are the only places that import it.

aioimaplib is GPL-3.0 and comes with the extra `imap` only. It takes whatever a server sends, however much, recurses for
every line of it, and waits for ever where a server refuses a token.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import aioimaplib
from aioimaplib.aioimaplib import Command, IMAP4ClientProtocol

MOST_ANSWERED = 32 << 20
"""Bytes that a server may send while one command is carried out."""
LINES_AT_ONCE = 200

logging.getLogger("aioimaplib").setLevel(logging.WARNING)  # below it logs whole mails


class Client(aioimaplib.IMAP4):  # type: ignore[misc]  # aioimaplib is not typed
    """A connection, over TLS from the start with a `tls` context."""

    def __init__(
        self,
        host: str,
        port: int,
        patience: float,
        on_lost: Callable[[Exception | None], None],
        tls: ssl.SSLContext | None,
    ) -> None:
        super().__init__(host, port, timeout=patience, conn_lost_cb=on_lost, ssl_context=tls)

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Callable[[Exception | None], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        loop = loop or asyncio.get_running_loop()
        self.protocol = BoundedProtocol(loop, conn_lost_cb)
        connecting = loop.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        self._client_task = loop.create_task(connecting)


class BoundedProtocol(IMAP4ClientProtocol):  # type: ignore[misc]
    """Ends the connection once the server has sent more than `allowed` bytes; each command allows as many again."""

    allowed = MOST_ANSWERED

    def data_received(self, data: bytes) -> None:
        self.allowed -= len(data)
        if self.allowed < 0:
            self.transport.abort()
            return
        for piece in _pieces(data):
            super().data_received(piece)

    @property
    def said_too_much(self) -> bool:
        return self.allowed < 0


class Authenticate(Command):  # type: ignore[misc]
    """AUTHENTICATE XOAUTH2: where a token is refused, the server tells why and waits for an empty line."""

    def __init__(self, protocol: Any, token: str) -> None:
        super().__init__("AUTHENTICATE", protocol.new_tag(), "XOAUTH2", token)
        self._protocol = protocol

    def append_to_resp(self, line: bytes, result: str = "Pending") -> None:
        super().append_to_resp(line, result)
        if result == "Pending" and line.startswith(b"+"):
            self._protocol.send("")


class Idle(Command):  # type: ignore[misc]
    """IDLE (RFC 2177). Of what the server tells only the news is kept: it may go on for long."""

    def __init__(self, protocol: Any) -> None:
        super().__init__("IDLE", protocol.new_tag())
        self.news = asyncio.Event()

    def append_to_resp(self, line: bytes, result: str = "Pending") -> None:
        if result != "Pending":
            super().append_to_resp(line, result)
        elif _EXISTS.fullmatch(line):
            self.news.set()


def _pieces(data: bytes) -> Iterator[bytes]:
    """The data in pieces of so few lines that recursing over them is safe."""
    start, lines = 0, data.count(b"\n")
    while lines > LINES_AT_ONCE:
        end = start
        for _ in range(LINES_AT_ONCE):
            end = data.index(b"\n", end) + 1
        yield data[start:end]
        start, lines = end, lines - LINES_AT_ONCE
    yield data[start:]


_EXISTS = re.compile(rb"\d{1,10} EXISTS", re.IGNORECASE)
