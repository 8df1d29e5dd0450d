"""What happens at the desk, told to its open pages: the event log in short, and who else looks at a ticket."""

from functools import partial
from time import monotonic
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, StoreUnavailable, WrongCredentials, existing
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import TicketId
from helpdesk_core.ports.store import View
from helpdesk_core.presence import Colleague
from helpdesk_core.tickets import Ticket
from helpdesk_core.users import User
from helpdesk_http.event_stream import Listening, LiveStream, send_piece
from helpdesk_http.web.guarded import form_of, user_of
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller, recognise

SHOWN: Final = (
    "ticket.*",
    "conversation.*",
    "customer.*",
    "satisfaction.*",
    "notification.*",
    "suggestion.*",
)
CHECKED: Final = 12.0
"""Seconds between two looks whether the session still holds: its stream ends within fifteen of its end.
After as long a silence a comment is sent, so that nothing on the way takes the connection for dead."""
LOOK: Final = 5.0
"""Seconds between two looks whether colleagues who said nothing more have left."""


class DeskStream(LiveStream):
    """Tells a page what is in the log behind `after`, then what is added to it, and who else is at `ticket_id`.

    An event comes as `{"type", "id", "ticket", "actor"}`: enough to know what to read again. Its `id` is its place in
    the log, so a page that was asleep misses nothing. Ends when the session does.
    """

    def __init__(self, request: Request, user: User, after: int, ticket_id: TicketId | None) -> None:
        assert user.organization_id is not None, "pages are for members of an organization"
        desk = desk_of(request)
        super().__init__(desk, user.organization_id)
        self._desk = desk
        self._request = request
        self._user = user
        self._place = after
        self._ticket_id = ticket_id
        self._told: object = ()

    async def tell(self, listener: Listening, send: Send) -> None:
        await send_piece(send, b": here\n\n")
        checked, silent_since = monotonic(), monotonic()
        while not listener.ended:
            try:
                page = await self._live.read(self._organization_id, self._place, SHOWN)
                if monotonic() - checked >= CHECKED:
                    await recognise(self._desk, self._request)
                    checked = monotonic()
            except (StoreUnavailable, WrongCredentials):
                return  # the page comes back by itself; without a session it is led to the log-in
            pieces = [framed(event) for event in page.events]
            if page.place != self._place and not pieces:
                pieces.append(b"id: %d\nevent: place\ndata: {}\n\n" % page.place)
            self._place = page.place
            pieces += self._presence()
            if not pieces and monotonic() - silent_since >= CHECKED:
                pieces.append(b": still there\n\n")
            if pieces:
                await send_piece(send, b"".join(pieces))
                silent_since = monotonic()
            if not page.more:
                soon = checked + CHECKED - monotonic()
                await listener.wait(max(0.01, min(soon, LOOK) if self._told else soon))

    def _presence(self) -> list[bytes]:
        """Who is at the ticket, where that has changed since it was told."""
        if self._ticket_id is None:
            return []
        now = self._desk.clock()()
        there = [one for one in self._desk.colleagues().at(self._ticket_id, now) if one.id != self._user.id]
        customer = self._desk.presence().is_typing(self._ticket_id, "customer", now)
        told = (*there, "customer") if customer else tuple(there)
        if told == self._told:
            return []
        self._told = told
        colleagues = [{"name": one.name, "typing": one.typing} for one in there]
        data = orjson.dumps({"colleagues": colleagues, "customer": customer})
        return [b"event: presence\ndata: %s\n\n" % data]


def framed(event: DomainEvent) -> bytes:
    """An event as it goes over the stream."""
    ticket = event.subject_id if event.subject_type == "ticket" else event.data.get("ticket_id")
    told: dict[str, Any] = {
        "type": event.type,
        "id": str(event.subject_id),
        "ticket": None if ticket is None else str(ticket),
        "actor": None if event.actor.id is None else str(event.actor.id),
    }
    return b"id: %d\ndata: %s\n\n" % (event.seq, orjson.dumps(told))


async def live(request: Request, who: Caller) -> Response:
    """The stream for a page that was made when the log had come as far as `after`."""
    desk = desk_of(request)
    end = await desk.live().place(who.organization_id)
    after = _place(request.headers.get("last-event-id") or request.query_params.get("after"), end)
    ticket = await _ticket(desk, request, who)
    return DeskStream(request, user_of(who), min(after, end), None if ticket is None else ticket.id)


async def look_at_ticket(request: Request, who: Caller) -> Response:
    """Somebody has a ticket open, writes on it, or leaves it: `state` is `looking`, `typing` or `gone`."""
    form = await form_of(request, 1_000)
    desk, number = desk_of(request), request.path_params["number"]
    ticket = await desk.store().read(partial(_by_number, who, number))
    user, now = user_of(who), desk.clock()()
    state = str(form.get("state", ""))
    if state == "gone":
        desk.colleagues().leave(who.organization_id, ticket.id, user.id)
    elif state in ("looking", "typing"):
        typing = state == "typing"
        colleague = Colleague(user.id, user.called, typing)
        desk.colleagues().tell(who.organization_id, ticket.id, colleague, now)
        if form.get("to") == "customer":
            desk.presence().tell(who.organization_id, ticket.id, "agent", typing, now)
    else:
        raise InvalidValue("state", "must be looking, typing or gone")
    return Response(status_code=204)


async def _ticket(desk: Container, request: Request, who: Caller) -> Ticket | None:
    number = request.query_params.get("ticket", "")
    if not number.isdecimal() or len(number) > 15:
        return None
    return await desk.store().read(partial(_by_number, who, int(number)))


async def _by_number(who: Caller, number: int, view: View) -> Ticket:
    return existing(await view.tickets.by_number(who.organization_id, number), "ticket", number)


def _place(text: str | None, end: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 16 else end
