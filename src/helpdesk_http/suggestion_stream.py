"""Suggested replies as server-sent events, while they are being written.

Source: html.spec.whatwg.org/multipage/server-sent-events.html. The work ends with the connection: who closes it has
nothing kept and nothing paid for any longer.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

import anyio
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from helpdesk_core.errors import Refusal
from helpdesk_core.jobs import short_error
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.suggestions.telling import Begun, Ended, Piece, Telling
from helpdesk_core.unset import UNSET
from helpdesk_http.event_stream import HEARTBEAT, MEDIA_TYPE, send_piece
from helpdesk_http.suggestion_views import DoneView, EndView, ErrorView, StartView, TokenView, source_view
from helpdesk_http.wire import write

LONGEST: Final = 300.0
"""Seconds that a stream may take; whatever writes is ended then."""
TOO_LONG: Final = "It took too long, and was given up."
FAULT: Final = "Something went wrong here."


class SuggestionStream(Response):
    """Tells of suggestions until they are kept, or something stands in their way, which is told last."""

    media_type = MEDIA_TYPE

    def __init__(self, telling: AsyncGenerator[Telling]) -> None:
        # A proxy in front is asked not to wait for more before it hands on what there is.
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._telling = telling

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        gone = False
        async with anyio.create_task_group() as tasks:

            async def listen() -> None:
                nonlocal gone
                while (await receive())["type"] != "http.disconnect":
                    continue
                gone = True
                tasks.cancel_scope.cancel()

            tasks.start_soon(listen)
            tasks.start_soon(_keep_awake, send)
            await self._tell(send)
            tasks.cancel_scope.cancel()
        if not gone:
            await send({"type": "http.response.body", "body": b""})

    async def _tell(self, send: Send) -> None:
        with anyio.move_on_after(LONGEST) as limit:
            try:
                async with aclosing(self._telling) as telling:
                    async for told in telling:
                        await send_piece(send, framed(told))
            except (Refusal, ModelUnavailable) as refusal:
                await send_piece(send, _frame("error", ErrorView(str(refusal))))
            except Exception as error:  # noqa: BLE001  the answer has begun: all that is left is to say so
                structlog.get_logger().error("suggesting_failed", error=short_error(error), exc_info=error)
                await send_piece(send, _frame("error", ErrorView(FAULT)))
        if limit.cancelled_caught:
            await send_piece(send, _frame("error", ErrorView(TOO_LONG)))


def framed(told: Telling) -> bytes:
    """One event."""
    match told:
        case Begun(index, made_by, restarted):
            return _frame("suggestion.start", StartView(index, made_by, restarted or UNSET))
        case Piece(index, text):
            return _frame("token", TokenView(index, text))
        case Ended(index, suggestion):
            sources = [*map(source_view, suggestion.sources)]
            return _frame("suggestion.end", EndView(index, suggestion.id, suggestion.text, sources))
        case _:
            return _frame("done", DoneView())


def _frame(event: str, data: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event.encode(), write(data))


async def _keep_awake(send: Send) -> None:
    """Comments, so that nothing on the way takes the connection for dead while a model thinks."""
    while True:
        await anyio.sleep(HEARTBEAT)
        await send_piece(send, b": still there\n\n")
