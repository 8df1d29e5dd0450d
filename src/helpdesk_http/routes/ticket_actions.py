"""What is done with tickets besides changing them: merged, taken apart, put off, followed, treated by the dozen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId, UserId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.tickets.change_many import Treated
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.follow_ticket import TicketFollower, followers_of
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Many, shown
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.problems import ProblemDetails, problem_of
from helpdesk_http.routes.tickets import TicketPatch, change_of
from helpdesk_http.values import Cursor, Email, Limit, Subject
from helpdesk_http.views import Listed, TicketView, ticket_view
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class Merge:
    """Which ticket takes over the messages."""

    into_id: UUID


@frozen(kw_only=True)
class Split:
    """The messages with which the new ticket begins; one at least must stay behind."""

    conversation_ids: Annotated[tuple[UUID, ...], Many(min=1, max=100)]
    subject: Annotated[Subject | None, About(doc="By default that of the ticket.")] = None


@frozen(kw_only=True)
class Snooze:
    """When the ticket is to come back."""

    until: Annotated[datetime, About(doc="Later than now.", example="2030-01-07T08:00:00Z")]


@frozen(kw_only=True)
class NewFollower:
    """Who wants to hear of the ticket: a user, or whoever reads mail at an address."""

    user_id: UUID | None = None
    email: Email | None = None


@frozen
class FollowerView:
    """Somebody who wants to hear of a ticket. `id` is what takes them away again."""

    id: UUID
    user_id: UUID | None
    email: str
    name: str


@shown(ids=["019b76da-a800-7d3c-9b1f-2f6b8a1c5e44"], change={"status": "resolved"})
@frozen(kw_only=True)
class BulkChange:
    """The same for many tickets: a `change`, or `delete`."""

    ids: Annotated[tuple[UUID, ...], Many(min=1, max=100)]
    change: TicketPatch | None = None
    delete: bool = False


@frozen
class BulkResult:
    """What became of one of the tickets; `error` where nothing did."""

    id: UUID
    status: Annotated[
        int, About(doc="The status that a request for this ticket alone would have.", example=200)
    ]
    error: ProblemDetails | None


@frozen
class BulkResults:
    """One result for each ticket, in the order of `ids`."""

    results: Sequence[BulkResult]


@frozen
class ActorView:
    """Who did something."""

    type: Literal["user", "api_key", "customer", "system"]
    id: UUID | None
    name: str


@frozen
class HistoryView:
    """One thing that happened to the ticket."""

    id: UUID
    seq: Annotated[int, About(doc="Its place in the organization's event log.")]
    type: Annotated[str, About(example="ticket.updated")]
    actor: ActorView
    at: datetime
    data: Mapping[str, Any]


@frozen(kw_only=True)
class HistoryQuery:
    limit: Limit = 25
    sort: Literal["-recorded_at", "recorded_at"] = "-recorded_at"
    cursor: Cursor | None = None


async def merge_ticket(desk: Container, who: Caller, ticket_id: UUID, body: Merge) -> TicketView:
    """Merge a ticket into another one, which is the answer.

    The other one takes over its messages and followers. The old id goes on leading there, and can be unmerged.
    """
    merged = await desk.merge_tickets()(
        who.organization_id, TicketId(ticket_id), who.actor, TicketId(body.into_id)
    )
    return ticket_view(merged)


async def unmerge_ticket(desk: Container, who: Caller, ticket_id: UUID) -> TicketView:
    """Let a merged ticket live again, by its old id, with the messages that were written on it.

    What was said after the merge stays where it is. Mail no longer merges the two.
    """
    return ticket_view(await desk.unmerge_ticket()(who.organization_id, TicketId(ticket_id), who.actor))


async def split_ticket(desk: Container, who: Caller, ticket_id: UUID, body: Split) -> Reply[TicketView]:
    """Open a ticket with messages of this one, which are no longer here then."""
    ids = tuple(ConversationId(id_) for id_ in dict.fromkeys(body.conversation_ids))
    split = await desk.split_ticket()(who.organization_id, TicketId(ticket_id), who.actor, ids, body.subject)
    return Reply(ticket_view(split), headers={"location": f"/api/v1/tickets/{split.id}"})


async def snooze_ticket(desk: Container, who: Caller, ticket_id: UUID, body: Snooze) -> TicketView:
    """Put a ticket off until a time; a message of the customer brings it back at once."""
    return await _snoozed(desk, who, ticket_id, body.until)


async def unsnooze_ticket(desk: Container, who: Caller, ticket_id: UUID) -> TicketView:
    """Bring a ticket back that was put off."""
    return await _snoozed(desk, who, ticket_id, None)


async def list_followers(desk: Container, who: Caller, ticket_id: UUID) -> Listed[FollowerView]:
    """List those who want to hear of a ticket, all on one page."""
    found = await desk.store().read(partial(followers_of, who.organization_id, TicketId(ticket_id)))
    return Listed([_follower_view(follower) for follower in found], None)


async def add_follower(
    desk: Container, who: Caller, ticket_id: UUID, body: NewFollower
) -> Reply[FollowerView]:
    """Follow a ticket. The address of a user means the user; one who follows already goes on doing so."""
    user_id = UserId(body.user_id) if body.user_id else None
    follower = await desk.follow_ticket()(
        who.organization_id, TicketId(ticket_id), who.actor, user_id, body.email
    )
    place = f"/api/v1/tickets/{ticket_id}/followers/{follower.id}"
    return Reply(_follower_view(follower), headers={"location": place})


async def remove_follower(desk: Container, who: Caller, ticket_id: UUID, follower_id: UUID) -> None:
    """Stop following a ticket."""
    await desk.unfollow_ticket()(who.organization_id, TicketId(ticket_id), who.actor, follower_id)


async def list_history(
    desk: Container, who: Caller, request: Request, ticket_id: UUID, query: HistoryQuery
) -> Reply[Listed[HistoryView]]:
    """List what happened to a ticket, the newest first."""
    name = f"history:{ticket_id}"
    page = page_of(desk, name, query)
    found = await desk.store().read(partial(_history, who.organization_id, TicketId(ticket_id), page))
    return listed(desk, request, name, query, [_history_view(event) for event in found.items], found.next)


async def change_tickets(desk: Container, who: Caller, body: BulkChange) -> BulkResults:
    """Change, or delete, up to a hundred tickets at once.

    Each ticket is changed wholly or not at all, and all that happens takes effect together. The answer is 200 also
    where some or all tickets refuse.
    """
    if (body.change is None) is not body.delete:
        raise InvalidValue("change", "either change must be given, or delete must be true")
    ids = [TicketId(id_) for id_ in body.ids]
    change = None if body.change is None else change_of(body.change)
    treated = await desk.change_many()(who.organization_id, ids, who.actor, change)
    return BulkResults([_bulk_result(one, body.delete) for one in treated])


_AT = "/api/v1/tickets/{ticket_id}"
_WRITE, _READ = key(Scope.WRITE), key(Scope.READ)
OPERATIONS: tuple[Operation, ...] = (
    operation("POST /api/v1/tickets/bulk", change_tickets, tag="Tickets", auth=_WRITE),
    operation(f"POST {_AT}/merge", merge_ticket, tag="Tickets", auth=_WRITE, errors=(404, 409)),
    operation(f"POST {_AT}/unmerge", unmerge_ticket, tag="Tickets", auth=_WRITE, errors=(404, 409)),
    operation(f"POST {_AT}/split", split_ticket, tag="Tickets", auth=_WRITE, status=201, errors=(404, 409)),
    operation(f"POST {_AT}/snooze", snooze_ticket, tag="Tickets", auth=_WRITE, errors=(404, 409)),
    operation(f"POST {_AT}/unsnooze", unsnooze_ticket, tag="Tickets", auth=_WRITE, errors=(404, 409)),
    operation(f"GET {_AT}/followers", list_followers, tag="Tickets", auth=_READ, errors=(404,)),
    operation(
        f"POST {_AT}/followers", add_follower, tag="Tickets", auth=_WRITE, status=201, errors=(404, 409)
    ),
    operation(
        f"DELETE {_AT}/followers/{{follower_id}}",
        remove_follower,
        tag="Tickets",
        auth=_WRITE,
        errors=(404, 409),
    ),
    operation(f"GET {_AT}/history", list_history, tag="Tickets", auth=_READ, errors=(404,)),
)


async def _snoozed(desk: Container, who: Caller, ticket_id: UUID, until: datetime | None) -> TicketView:
    change = TicketChange(snoozed_until=until)
    try:
        changed = await desk.change_ticket()(who.organization_id, TicketId(ticket_id), who.actor, change)
    except InvalidValue as refusal:
        raise InvalidValue("until", refusal.message) from refusal
    return ticket_view(changed)


async def _history(
    organization_id: OrganizationId, ticket_id: TicketId, page: Page, view: View
) -> Slice[DomainEvent]:
    ticket = await existing_ticket(organization_id, ticket_id, view)
    return await view.log.about(organization_id, ticket.id, page)


def _history_view(event: DomainEvent) -> HistoryView:
    actor = event.actor
    return HistoryView(
        id=event.id,
        seq=event.seq,
        type=event.type,
        actor=ActorView(actor.type, actor.id, actor.name),
        at=event.occurred_at,
        data=event.data,
    )


def _follower_view(follower: TicketFollower) -> FollowerView:
    user = follower.user
    return FollowerView(follower.id, user.id if user else None, follower.email, user.name if user else "")


def _bulk_result(treated: Treated, delete: bool) -> BulkResult:
    problem = problem_of(treated.refusal) if treated.refusal is not None else None
    if problem is None:
        return BulkResult(treated.ticket_id, 204 if delete else 200, None)
    return BulkResult(treated.ticket_id, problem.status, problem.details)
