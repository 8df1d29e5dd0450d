"""Reading requests with limits: uvicorn itself takes a head of any size, and waits for it for ever."""

import asyncio
import json
from asyncio import TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of request line and headers together; up to one more read is taken in before anybody notices."""
HEAD_WITHIN: Final = 30.0
"""Seconds that a client may take for them, from the connection or the first byte of a further request on."""


class BoundedProtocol(HttpToolsProtocol):
    """Uvicorn's protocol: too large a head is answered with 431, one that does not come with nothing."""

    _head = 0
    _in_head = True
    _timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                detail = f"The request line and the headers are larger than {LARGEST_HEAD:,} bytes."
                self._refuse(431, "Request Header Fields Too Large", "headers_too_large", detail)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head, self._in_head = 0, True
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "Bad Request", "bad_request", "This is not HTTP/1.1 as RFC 9112 has it.")

    def _wait_for_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int, title: str, code: str, detail: str) -> None:
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps({**problem, "error": f"{title}.", "code": code}).encode()
        head = (
            f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
