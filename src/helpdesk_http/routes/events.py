"""The event feed: what happened, page by page, live, and for the audit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, WrongCredentials
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.event_types import checked_patterns
from helpdesk_core.paging import Position
from helpdesk_core.use_cases.running.read_feed import read_feed
from helpdesk_core.users import ActorType, Scope
from helpdesk_http.cursors import cursor_of, next_link, position_of
from helpdesk_http.event_stream import MEDIA_TYPE, EventStream
from helpdesk_http.fields import About, Many, Number, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.who import Caller
from helpdesk_http.wire import writer

EventPattern = Annotated[
    str,
    Text(
        min=1,
        max=80,
        pattern=r"^(\*|[a-z_]+\.(\*|[a-z_]+))$",
        doc="A type of event, a family of them, or `*`.",
        example="ticket.*",
    ),
]
EventPatterns = Annotated[tuple[EventPattern, ...], Many(max=50)]
Place = Annotated[
    int, Number(min=0, max=2**53, doc="A place in the log: the `seq` of an event, 0 for the beginning.")
]

_NOWHERE: Final = UUID(int=0)
_SORT: Final = "seq"


@frozen
class EventSubject:
    """What it happened to."""

    type: Annotated[str, About(example="ticket")]
    id: UUID


@frozen
class EventActor:
    """Who did it; a customer's name is null, for it is the customer's to have forgotten."""

    type: ActorType
    id: UUID | None
    name: str | None


@frozen
class EventView:
    """One thing that happened. Webhooks and the live stream tell it in the same words, under the same id."""

    id: UUID
    seq: Annotated[int, About(doc="Its place in the organization's log, which has no gaps.", example=4711)]
    type: Annotated[str, About(example="ticket.updated")]
    subject: EventSubject
    actor: EventActor
    occurred_at: Annotated[datetime, About(doc="When it happened; long ago for what was imported.")]
    recorded_at: Annotated[datetime, About(doc="When the desk learned of it.")]
    cause: Annotated[str | None, About(doc="What led to it: a webhook, a rule, another event.")]
    data: Annotated[
        Mapping[str, Any],
        About(
            doc="What else there is to say in ids, numbers and fixed words; read the subject for the rest.",
            example={"changed": ["status"], "status": "resolved"},
        ),
    ]


@frozen
class FeedView:
    """Events in order; `last_seq` is how far the log has been read for them."""

    data: Sequence[EventView]
    next_cursor: Annotated[str | None, About(doc="Null: there is nothing more, for now.")]
    last_seq: Annotated[int, About(doc="What to give as `after` the next time, to go on from here.")]


@frozen(kw_only=True)
class FeedQuery:
    after: Place = 0
    type: EventPatterns = ()
    limit: Limit = 25
    cursor: Cursor | None = None


@frozen(kw_only=True)
class StreamQuery:
    after: Place | None = None
    type: EventPatterns = ()


@frozen(kw_only=True)
class StreamHeaders:
    last_event_id: (
        Annotated[
            str,
            Text(min=1, max=16, pattern="^[0-9]+$", doc="The `id` that was seen last; wins over `after`."),
        ]
        | None
    ) = None


async def list_events(desk: Container, who: Caller, request: Request, query: FeedQuery) -> Reply[FeedView]:
    """Read what happened, the oldest first and without gaps.

    Begin with `after=0` and follow `next_cursor` until it is null. Keep `last_seq` of that page and ask again with
    `after=<last_seq>` whenever you like: nothing is missed and nothing comes twice. With `type` only those events are
    shown, and a page may come with few of them or none before its `next_cursor`.
    """
    patterns = checked_patterns(query.type, "query.type")
    name = f"events:{','.join(patterns)}"
    after = query.after
    if query.cursor is not None:
        after = int(position_of(desk, name, _SORT, query.cursor).value)  # type: ignore[arg-type]
    page = await desk.store().read(partial(read_feed, who.organization_id, after, patterns, query.limit))
    views = [event_view(event) for event in page.events]
    if not page.more:
        return Reply(FeedView(views, None, page.place))
    cursor = cursor_of(desk, name, _SORT, Position(page.place, _NOWHERE))
    feed = FeedView(views, cursor, page.place)
    return Reply(feed, headers={"link": next_link(request, cursor)})


async def stream_events(
    desk: Container, who: Caller, request: Request, query: StreamQuery, headers: StreamHeaders
) -> Response:
    """Listen to what happens, as server-sent events.

    Each has the `seq` as its `id`, the type as its `event`, and as `data` the same JSON as the feed. The stream
    begins behind `Last-Event-ID` or `after`, without either with what happens from now on. A comment is sent every
    15 seconds when there is nothing else. It ends when the desk stops or the key is revoked: connect again with the
    last `id`, as browsers do by themselves, and nothing is missed.
    """
    patterns = checked_patterns(query.type, "query.type")
    end = await desk.live().place(who.organization_id)
    after = end if query.after is None else query.after
    if headers.last_event_id is not None:
        after = int(headers.last_event_id)
    if after > end:
        raise InvalidValue("after", f"is beyond the end of the log, which is at {end}")
    text = request.headers.get("authorization", "").partition(" ")[2].strip()

    async def allowed() -> bool:
        try:
            return (await desk.recognise_key()(text)).allows(Scope.READ)
        except WrongCredentials:
            return False

    return EventStream(desk, who.organization_id, after, patterns, _written, allowed)


def event_view(event: DomainEvent) -> EventView:
    actor = event.actor
    name = None if actor.type == "customer" else actor.name
    return EventView(
        id=event.id,
        seq=event.seq,
        type=event.type,
        subject=EventSubject(event.subject_type, event.subject_id),
        actor=EventActor(actor.type, actor.id, name),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        cause=event.cause,
        data=event.data,
    )


_write_view: Final = writer(EventView)


def _written(event: DomainEvent) -> bytes:
    return _write_view(event_view(event))


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/events", list_events, tag="Events", auth=key(Scope.READ)),
    operation(
        "GET /api/v1/events/stream",
        stream_events,
        tag="Events",
        auth=key(Scope.READ),
        answer_media=MEDIA_TYPE,
        errors=(503,),
    ),
)
