"""Streams of server-sent events (WHATWG HTML §9.2), taken up again where they broke off."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import anyio
import httpx2
import orjson
from attrs import Factory, define, frozen

if TYPE_CHECKING:
    from helpdesk_http.client.calls import Calls

AGAIN_AFTER: Final = 1.0
"""Seconds until a stream that ended is asked for again, unless the desk says otherwise."""


@frozen
class ServerEvent:
    """One event: its name, its data as text, and the id to go on from."""

    event: str
    data: str
    id: str | None

    @property
    def value(self) -> Any:
        """The data as JSON."""
        return orjson.loads(self.data)


@define
class Stream:
    """Events as they come: `async for` goes on until it is left.

    When the connection ends it is made again with the id of the last event, so that none is missed or comes twice;
    only a refusal ends it (ApiProblem).
    """

    _calls: "Calls"
    _path: str
    _query: Mapping[str, Any]
    _last_id: str | None = None
    _again_after: float = AGAIN_AFTER

    async def __aiter__(self) -> AsyncIterator[ServerEvent]:
        while True:
            try:
                async with self._calls.opened("GET", self._path, self._query, self._headers()) as response:
                    parser = Parser()
                    async for piece in response.aiter_raw():
                        for event in parser.feed(piece):
                            self._last_id = event.id or self._last_id
                            yield event
                        self._again_after = parser.retry or self._again_after
            except httpx2.TransportError:
                pass  # the desk is restarted, or the network is away: both pass
            await anyio.sleep(self._again_after)

    def _headers(self) -> dict[str, str]:
        again = {"last-event-id": self._last_id} if self._last_id else {}
        return {"accept": "text/event-stream", "accept-encoding": "identity", **again}


@define
class Parser:
    """Bytes as they come in, lines and events as they are complete."""

    retry: float | None = None
    """Seconds, where the desk has said how long to wait before connecting again."""
    _rest: bytes = b""
    _id: str | None = None
    _event: str = ""
    _data: list[str] = Factory(list)

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """The events that are complete with this piece."""
        whole = self._rest + piece
        held = whole.endswith(b"\r")  # whether a line feed belongs to it shows with the next piece
        *lines, self._rest = _LINE_END.split(whole[:-1] if held else whole)
        if held:
            self._rest += b"\r"
        return [event for line in lines if (event := self._line(line.decode("utf-8", "replace"))) is not None]

    def _line(self, line: str) -> ServerEvent | None:
        if not line:
            return self._complete()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._data.append(value)
            case "event":
                self._event = value
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isdigit():
                self.retry = int(value) / 1000
        return None

    def _complete(self) -> ServerEvent | None:
        event, data = self._event, self._data
        self._event, self._data = "", []
        return ServerEvent(event or "message", "\n".join(data), self._id) if data else None


_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
