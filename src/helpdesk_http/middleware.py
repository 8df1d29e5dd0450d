"""What stands around every request: its id, its body's limit, the shield against what nobody foresaw."""

import re
from collections.abc import Callable
from random import getrandbits
from typing import Any, Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpdesk_http.problems import (
    REQUEST_ID,
    BodyTooLarge,
    Problem,
    internal_error,
    problem_of,
    problem_response,
)

log = structlog.get_logger()

ANSWER_HEADERS: Final = "helpdesk.answer_headers"
"""The key in a request's scope of headers, by lower-case name, that whatever answer it gets will carry."""
SAFEGUARDS: Final = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
}
"""What every answer carries that does not say something else itself: opened by itself, it runs and shows nothing."""


class Shield:
    """Middleware: every answer carries `x-request-id`, and no exception gets past.

    A sane id that comes in is kept, so that a proxy's log and ours can be laid side by side. A foreseen
    exception becomes its problem. Any other is logged once, as `request_failed`, and answered with a 500 that
    shows the id and nothing else; where the answer had begun already it ends there, and the server closes the
    connection. Stands inside Starlette's own middleware: `Starlette(middleware=[Middleware(Shield), …])`.

    told: how a problem is answered; as JSON where nothing is said.
    """

    def __init__(
        self,
        app: ASGIApp,
        on_answer: Callable[[int], None] | None = None,
        told: Callable[[Scope, Problem], Response] | None = None,
    ) -> None:
        self.app = app
        self.on_answer = on_answer
        self.told = told or (lambda _, problem: problem_response(problem))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _incoming_id(scope) or f"{getrandbits(128):032x}"  # a name, not a secret
        header = (b"x-request-id", request_id.encode())
        begun = False

        async def send_with_id(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if self.on_answer is not None:
                    self.on_answer(message["status"])
                # A new list: a response that is sent many times must not collect the ids of all its requests.
                more = scope.get(ANSWER_HEADERS, {}).items()
                told = [(name.encode(), value.encode()) for name, value in more]
                headers = [*message.get("headers", ()), header, *told]
                said = {name for name, _ in headers}
                headers += [one for one in SAFEGUARDS.items() if one[0] not in said]
                message = {**message, "headers": headers}
            await send(message)

        before = REQUEST_ID.set(request_id)
        try:
            await self.app(scope, receive, send_with_id)
        except ClientDisconnect:
            log.info("client_went_away", **_which(scope))
        except Exception as error:
            problem = problem_of(error)
            if problem is None or begun:
                log.error("request_failed", exc_info=error, **_which(scope))
            if not begun:
                answer = self.told(scope, problem or internal_error())
                await answer(scope, receive, send_with_id)
        finally:
            REQUEST_ID.reset(before)


def add_request_id(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: every line that is logged while a request is answered names the request."""
    if request_id := REQUEST_ID.get():
        event.setdefault("request_id", request_id)
    return event


def limited(scope: Scope, receive: Receive, limit: int) -> Receive:
    """`receive` for a handler that reads the body itself: BodyTooLarge in place of the piece beyond `limit`.

    A length announced too large is refused before the first piece, a body without one as soon as it is.
    """
    left = limit

    async def receive_limited() -> Message:
        nonlocal left
        if left == limit and _announced(scope) > limit:
            raise BodyTooLarge(limit)
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise BodyTooLarge(limit)
        return message

    return receive_limited


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body, of which never more than `limit` bytes and one piece are held.

    Raises BodyTooLarge, or ClientDisconnect when the sender goes away first.
    """
    if _announced(scope) > limit:
        raise BodyTooLarge(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and not message.get("more_body") and len(body) <= limit:
        return body
    pieces, size = [body], len(body)
    while message["type"] == "http.request" and message.get("more_body") and size <= limit:
        message = await receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if size > limit:
        raise BodyTooLarge(limit)
    return b"".join(pieces)


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of this lower-case name."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


def _announced(scope: Scope) -> int:
    length = header(scope, b"content-length")
    return int(length) if length is not None and length.isdigit() else 0


def _incoming_id(scope: Scope) -> str | None:
    given = header(scope, b"x-request-id")
    return given.decode("ascii") if given is not None and _SANE.fullmatch(given) else None


def _which(scope: Scope) -> dict[str, Any]:
    # The path as declared: the one that was asked for may hold a token.
    operation = scope.get("operation")
    path = operation.path if operation is not None else scope["path"]
    return {"request_id": REQUEST_ID.get(), "method": scope["method"], "path": path}


_SANE: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
