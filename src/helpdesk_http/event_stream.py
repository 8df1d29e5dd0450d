"""The event log as a live stream of server-sent events.

Source: html.spec.whatwg.org/multipage/server-sent-events.html. Each event's `id` is its place in the log, so a client
that comes back with `Last-Event-ID` misses nothing.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Final, Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from helpdesk_adapters.container import Container
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId

MEDIA_TYPE: Final = "text/event-stream"
HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that nothing on the way takes the connection for dead; also
seconds between two looks whether the caller may still listen."""


class Listening(Protocol):
    """Somebody who waits for something to happen."""

    ended: bool

    async def wait(self, seconds: float) -> bool: ...


class LiveStream(Response, ABC):
    """Tells one listener what happens in an organization, until one of the sides has had enough."""

    media_type = MEDIA_TYPE

    def __init__(self, desk: Container, organization_id: OrganizationId) -> None:
        # A proxy in front is asked not to wait for more before it hands on what there is.
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._live = desk.live()
        self._organization_id = organization_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            with self._live.listening(self._organization_id) as listener:
                gone = asyncio.ensure_future(_until_gone(receive, listener.end))
                try:
                    await self.tell(listener, send)
                finally:
                    gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    @abstractmethod
    async def tell(self, listener: Listening, send: Send) -> None:
        """Sends what there is, and waits for more, until `listener.ended`; the stream ends when it returns."""


class EventStream(LiveStream):
    """Tells what is in the log behind `after`, then what is added to it.

    write: an event as JSON on one line. allowed: whether the caller still may; asked again and again.
    """

    def __init__(
        self,
        desk: Container,
        organization_id: OrganizationId,
        after: int,
        patterns: Sequence[str],
        write: Callable[[DomainEvent], bytes],
        allowed: Callable[[], Awaitable[bool]],
    ) -> None:
        super().__init__(desk, organization_id)
        self._place = after
        self._patterns = tuple(patterns)
        self._write = write
        self._allowed = allowed

    async def tell(self, listener: Listening, send: Send) -> None:
        await send_piece(send, b": the log from %d on\n\n" % self._place)
        looked = monotonic()
        while not listener.ended:
            try:
                page = await self._live.read(self._organization_id, self._place, self._patterns)
                if monotonic() - looked >= HEARTBEAT:
                    if not await self._allowed():
                        return
                    looked = monotonic()
            except StoreUnavailable:
                return  # the client comes back by itself, and goes on where it was
            if page.events:
                await send_piece(send, b"".join(self._framed(event) for event in page.events))
            self._place = page.place
            if page.more or await listener.wait(HEARTBEAT) or listener.ended:
                continue
            await send_piece(send, b": still there\n\n")

    def _framed(self, event: DomainEvent) -> bytes:
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.type.encode(), self._write(event))


async def send_piece(send: Send, body: bytes) -> None:
    """Part of a stream."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive, end: Callable[[], None]) -> None:
    """Calls `end` once the other side has gone away."""
    while (await receive())["type"] != "http.disconnect":
        continue
    end()
