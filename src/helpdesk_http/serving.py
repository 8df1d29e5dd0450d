"""Operations at work: a request is proven, read, handled and answered.

Whatever an operation needs is compiled when its routes are built; nothing is inspected while a request waits.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from helpdesk_http.middleware import header, limited, read_body
from helpdesk_http.operations import Auth, Operation, Reply
from helpdesk_http.parameters import header_reader, no_query, query_reader, segment_reader
from helpdesk_http.problems import Problem, problem_of, problem_response
from helpdesk_http.routing import Paths
from helpdesk_http.sparse import sparse_of
from helpdesk_http.wire import parse_json, reader, writer

DeskOf = Callable[[Request], Any]
"""What a handler is given as its `desk`."""
Authenticate = Callable[[Request, Auth], Awaitable[Any]]
"""Who sends this request, a handler's `who`; raises WrongCredentials or NotAllowed for one who may not."""


@frozen
class Exchange:
    """A request that has been proven and read, on its way to its handler."""

    operation: Operation
    request: Request
    who: Any
    body: bytes
    current: Callable[[], Awaitable[Response]] | None = None
    """What a plain GET of the same address would be answered now, where there is one."""


Around = Callable[[Exchange, Callable[[], Awaitable[Response]]], Awaitable[Response]]
"""Stands around every handler: awaits the answer it is given, or answers in its place; may add headers."""


def build_routes(
    operations: Sequence[Operation],
    desk_of: DeskOf,
    authenticate: Authenticate,
    around: Around | None = None,
) -> list[BaseRoute]:
    """The operations as a Starlette route; TypeError if two of them collide or a type has no form in JSON."""
    paths = Paths()
    reading: dict[str, _Endpoint] = {}
    for operation in operations:
        endpoint = _Endpoint(operation, desk_of, authenticate, around, reading)
        if operation.method == "GET":
            reading[operation.path] = endpoint
        paths.add(operation.method, operation.path, operation.name, endpoint, operation=operation)
    return [paths]


class _Endpoint:
    """One operation, compiled: an ASGI application."""

    def __init__(
        self,
        operation: Operation,
        desk_of: DeskOf,
        authenticate: Authenticate,
        around: Around | None,
        reading: Mapping[str, "_Endpoint"],
    ) -> None:
        """`reading` knows, once all are built, what answers a GET of each path."""
        self._operation = operation
        self._reading = reading
        self._sparse = sparse_of(operation.method, operation.path, operation.answer)
        self._desk_of = desk_of
        self._authenticate = None if operation.auth.is_open else authenticate
        self._around = around
        self._segments = [(name, segment_reader(hint)) for name, hint in operation.segments.items()]
        self._query = _query_reader(operation)
        self._headers = header_reader(operation.headers) if operation.headers else None
        self._body = _body_reader(operation) if operation.parses_body else None
        self._write = _body_writer(operation.answer)
        self._write_also = {status: _body_writer(answer) for status, answer in operation.also.items()}
        if "who" in operation.wants and self._authenticate is None:
            raise TypeError(f"{operation.name} wants to know who calls, but anyone may")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(scope, receive)
        except Exception as error:
            problem = problem_of(error, values_are_syntax=self._operation.legacy)
            if problem is None:
                raise
            response = problem_response(problem)
        if scope["method"] == "HEAD":
            response.body = b""  # its length has been told by now
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        operation = self._operation
        request = Request(scope, limited(scope, receive, operation.limit))
        who = await self._authenticate(request, operation.auth) if self._authenticate else None
        given: dict[str, Any] = {"request": request, "who": who}
        for name, read in self._segments:
            given[name] = read(scope["path_params"][name])
        query_string, fields = scope["query_string"], _ALL_FIELDS
        if self._sparse is not None and query_string:
            fields, query_string = self._sparse.taken(query_string)
        if self._query:
            given["query"] = self._query(query_string)
        if self._headers:
            given["headers"] = self._headers(scope["headers"])
        raw = b""
        if self._body:
            raw = await read_body(scope, receive, operation.limit)
            given["body"] = self._body(scope, raw)
        if "desk" in operation.wants:
            given["desk"] = self._desk_of(request)
        arguments = {name: given[name] for name in operation.wants}
        if self._around is None:
            return self._cut(self._response(await operation.handler(**arguments)), fields)

        async def proceed() -> Response:
            return self._cut(self._response(await operation.handler(**arguments)), fields)

        current = self._current(request, who) if operation.method in _CONDITIONAL else None
        return await self._around(Exchange(operation, request, who, raw, current), proceed)

    def _current(self, request: Request, who: Any) -> Callable[[], Awaitable[Response]] | None:
        reading = self._reading.get(self._operation.path)
        return partial(reading.plain, request, who) if reading is not None else None

    async def plain(self, request: Request, who: Any) -> Response:
        """The answer without any parameters, to somebody who was asked for their proof already."""
        given: dict[str, Any] = {"request": request, "who": who, "query": self._query and self._query(b"")}
        for name, read in self._segments:
            given[name] = read(request.scope["path_params"][name])
        if "desk" in self._operation.wants:
            given["desk"] = self._desk_of(request)
        wanted = {name: given[name] for name in self._operation.wants}
        return self._response(await self._operation.handler(**wanted))

    def _cut(self, response: Response, fields: frozenset[str]) -> Response:
        """With these fields only; all of them where none are named."""
        if (
            fields
            and self._sparse is not None
            and isinstance(response, Answer)
            and response.status_code < 300
        ):
            response.shorten(self._sparse.cut(response.whole, fields))
        return response

    def _response(self, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        if not isinstance(result, Reply):
            return Answer(self._operation.status, self._write, result)
        status = result.status or self._operation.status
        response = Answer(status, self._write_also.get(status, self._write), result.value)
        response.raw_headers += [_raw(name, value) for name, value in result.headers.items()]
        return response


class Answer(Response):
    """A JSON response, made without the general constructor, which costs more than writing a small value.

    It remembers the value, how it was written, and the whole body, for whoever tags or shortens it.
    """

    def __init__(self, status: int, write: Callable[[Any], bytes] | None, value: Any) -> None:
        self.status_code = status
        self.background = None
        self.value = value
        self.write = write or _nothing
        self.whole = self.body = write(value) if write else b""
        self.raw_headers = []
        if write:
            length = str(len(self.body)).encode()
            self.raw_headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        elif status != 204:
            self.raw_headers = [(b"content-length", b"0")]

    def shorten(self, body: bytes) -> None:
        """Sends this body; `whole` stays."""
        self.body = body
        self.headers["content-length"] = str(len(body))


def _nothing(value: Any) -> bytes:
    return b""


def _query_reader(operation: Operation) -> Callable[[bytes], Any] | None:
    if operation.query:
        return query_reader(operation.query, ignore_unknown=operation.legacy)
    return None if operation.legacy or "request" in operation.wants else no_query


def _body_reader(operation: Operation) -> Callable[[Scope, bytes], Any]:
    if operation.body is bytes:
        return lambda scope, raw: raw
    read = reader(operation.body)

    def read_json(scope: Scope, raw: bytes) -> Any:
        if not raw and not operation.body_required:
            return None
        if raw and not _is_json(header(scope, b"content-type")):
            how = "Send it as application/json, in UTF-8."
            raise Problem(415, "unsupported_media_type", "The body must be JSON.", how)
        return read(parse_json(raw))

    return read_json


def _body_writer(answer: Any) -> Callable[[Any], bytes] | None:
    return None if answer is None else writer(answer)


def _is_json(content_type: bytes | None) -> bool:
    if content_type is None or content_type == b"application/json":
        return True
    return _JSON_TYPE.fullmatch(content_type.partition(b";")[0].strip()) is not None


def _raw(name: str, value: str) -> tuple[bytes, bytes]:
    if "\r" in value or "\n" in value:
        raise ValueError(f"the header {name} would break the line")
    return name.lower().encode("latin-1"), value.encode("latin-1")


_ALL_FIELDS: Final[frozenset[str]] = frozenset()
_CONDITIONAL: Final = ("PATCH", "PUT", "DELETE")
_JSON_TYPE: Final = re.compile(rb"application/([\w.-]+\+)?json", re.IGNORECASE)
