"""One declaration an endpoint: its route, its parsing, who may call it and its page of the contract.

A family of endpoints is plain typed functions and a table that reads as a site map:

    async def create_ticket(desk: Desk, who: Caller, body: NewTicket) -> TicketView:
        "Open a ticket."
        ticket = await desk.open_ticket(who.organization_id, body.command())
        return ticket_view(ticket)

    OPERATIONS = (
        operation("POST /api/v1/tickets", create_ticket, tag="Tickets", auth=key(Scope.WRITE), status=201),
    )

A handler names what it needs: `desk`, `who` (the caller), `body`, `query` and `headers` (attrs classes),
`request`, and the parameters of its path. That is looked at once, when it is declared, and what does not fit
is a TypeError there. It returns what its annotation says, or a Reply around it, or any Response. The first
line of its docstring is the summary, the rest the description.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from attrs import Factory, frozen
from starlette.responses import Response

from helpdesk_core.users import Role, Scope
from helpdesk_http.annotations import Kind, kind_of

T = TypeVar("T")
Handler = Callable[..., Awaitable[Any]]

JSON: Final = "application/json"
MAX_JSON: Final = 1 << 20


@frozen
class Auth:
    """Who may call: anyone who brings one of these proofs, or just anyone if there is none.

    `other` names a further security scheme; where its proof is inside the body (a signature, a widget's key),
    the `handler_checks` it and nothing is asked for beforehand.
    """

    key: Scope | None = None
    session: Role | None = None
    other: str | None = None
    handler_checks: bool = False

    @property
    def is_open(self) -> bool:
        """Nothing has to be proven before the handler runs."""
        return self.handler_checks or not (self.key or self.session or self.other)


ANYONE: Final = Auth()


def key(scope: Scope) -> Auth:
    """An API key with this scope or one that includes it."""
    return Auth(key=scope)


def session(role: Role = Role.AGENT) -> Auth:
    """A logged-in user with this role; an admin may do all that an agent may."""
    return Auth(session=role)


def session_or_key(role: Role, scope: Scope) -> Auth:
    return Auth(key=scope, session=role)


def proof(scheme: str, *, handler_checks: bool = False) -> Auth:
    """Another security scheme by its name in the contract."""
    return Auth(other=scheme, handler_checks=handler_checks)


@frozen
class Reply(Generic[T]):
    """A handler's answer where the value alone does not say it all: another status, headers of its own."""

    value: T
    status: int | None = None
    headers: Mapping[str, str] = Factory(dict)


@frozen(kw_only=True)
class Operation:
    """One method of one path; `operation` makes it and says what each part means."""

    method: str
    path: str
    handler: Handler
    wants: frozenset[str]
    summary: str
    description: str
    tag: str
    auth: Auth
    segments: Mapping[str, Any]
    query: Any
    headers: Any
    body: Any
    body_media: tuple[str, ...]
    body_required: bool
    parses_body: bool
    limit: int
    answer: Any
    answer_media: str
    answer_headers: Mapping[str, str]
    status: int
    also: Mapping[int, Any]
    errors: tuple[int, ...]
    legacy: bool
    alone: bool

    @property
    def name(self) -> str:
        return self.handler.__name__


def operation(
    line: str,
    handler: Handler,
    *,
    tag: str,
    auth: Auth = ANYONE,
    status: int | None = None,
    errors: tuple[int, ...] = (),
    also: Mapping[int, Any] | None = None,
    answer_media: str = JSON,
    answer_headers: Mapping[str, str] | None = None,
    body_media: tuple[str, ...] = (JSON,),
    form: Any = None,
    limit: int = MAX_JSON,
    legacy: bool | None = None,
    alone: bool = False,
) -> Operation:
    """Declares `handler` as the answer to `line`, a method and a path: "GET /api/v1/tickets/{ticket_id}".

    status: of success; by default 204 for a handler that returns None, else 200.
    errors: statuses of problems that do not follow from the declaration (409, 412 …).
    also: further statuses whose body is not a problem, by its type or None (308, 503 of a health check).
    answer_headers: what success brings, by name, with a description.
    body_media: the media types of a body; a handler whose `body` is bytes is given it unparsed.
    form: the attrs class that describes a body which the handler reads from `request` itself.
    limit: the most bytes of a body; beyond it the answer is 413 while it is being read.
    legacy: a value that is not accepted is a 400 and an unknown query parameter is passed over; this is the
        default for routes outside /api/v1.
    alone: the handler does more than units of work, and so takes neither Idempotency-Key nor If-Match.
    """
    method, _, path = line.partition(" ")
    signature = _Signature.of(handler, path)
    summary, description = _words(handler)
    body, answer = signature.body, signature.answer
    return Operation(
        method=method,
        path=path,
        handler=handler,
        wants=signature.wants,
        summary=summary,
        description=description,
        tag=tag,
        auth=auth,
        segments=signature.segments,
        query=signature.query,
        headers=signature.headers,
        body=form if body is None else body.arms[0],
        body_media=body_media,
        body_required=body is None or not body.nullable,
        parses_body=body is not None,
        limit=limit,
        answer=answer,
        answer_media=answer_media,
        answer_headers=answer_headers or {},
        status=status or (204 if answer is None else 200),
        also=also or {},
        errors=errors,
        legacy=not path.startswith("/api/v1/") if legacy is None else legacy,
        alone=alone,
    )


def _words(handler: Handler) -> tuple[str, str]:
    """The summary and the description that a handler's docstring gives."""
    summary, _, description = inspect.cleandoc(handler.__doc__ or "").partition("\n")
    if not summary:
        raise TypeError(f"{handler.__name__} has no docstring, which is its line in the contract")
    return summary, description.strip()


def takes_key(operation: Operation) -> bool:
    """Whether a request may bring an Idempotency-Key: any write of the API that can be made one change."""
    return operation.path.startswith("/api/v1/") and operation.method != "GET" and not operation.alone


def takes_condition(operation: Operation) -> bool:
    """Whether a request may bring an If-Match."""
    return takes_key(operation) and operation.method in ("PATCH", "PUT", "DELETE")


def brings_tag(operation: Operation) -> bool:
    """Whether its answer has an ETag, and a request may bring an If-None-Match."""
    is_json = operation.answer is not None and operation.answer is not Response
    return operation.path.startswith("/api/v1/") and operation.method == "GET" and is_json


@frozen
class _Signature:
    """What a handler's annotations say, checked against its path."""

    wants: frozenset[str]
    segments: Mapping[str, Any]
    query: Any
    headers: Any
    body: Kind | None
    answer: Any

    @classmethod
    def of(cls, handler: Handler, path: str) -> "_Signature":
        name = getattr(handler, "__name__", repr(handler))
        if not inspect.iscoroutinefunction(handler):
            raise TypeError(f"{name} is not an async function")
        hints = get_type_hints(handler, include_extras=True)
        answer = hints.pop("return", Any)
        in_path = _PARAMETER.findall(path)
        missing, unknown = set(in_path) - hints.keys(), hints.keys() - {*in_path, *_OFFERED}
        if missing or unknown:
            raise TypeError(f"{name} does not fit {path}: {', '.join(sorted(missing | unknown))}")
        return cls(
            wants=frozenset(hints),
            segments={parameter: hints[parameter] for parameter in in_path},
            query=hints.get("query"),
            headers=hints.get("headers"),
            body=kind_of(hints["body"]) if "body" in hints else None,
            answer=_answer(answer),
        )


def _answer(annotation: Any) -> Any:
    """The type of the value inside Reply or beside Response; None: there is no value, Response: anything."""
    kind = kind_of(annotation)
    values = [arm for arm in kind.arms if not (isinstance(arm, type) and issubclass(arm, Response))]
    if len(values) < len(kind.arms):
        return Response if not values else _answer(values[0])
    if get_origin(annotation) is Reply:
        return _answer(get_args(annotation)[0])
    return annotation if kind.arms else None


_OFFERED: Final = ("desk", "who", "request", "body", "query", "headers")
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
