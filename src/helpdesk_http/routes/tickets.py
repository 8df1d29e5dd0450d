"""Tickets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from attrs import Factory, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.customers import Customer
from helpdesk_core.errors import existing
from helpdesk_core.ids import (
    CustomerId,
    OrganizationId,
    TeamId,
    TicketId,
    UserId,
)
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.routes.conversations import Included, messages_of
from helpdesk_http.values import (
    Assignee,
    Cursor,
    Email,
    Language,
    Limit,
    Members,
    Name,
    Phone,
    Query,
    Subject,
    Tag,
    Tags,
    Words,
    assignee_of,
)
from helpdesk_http.views import Listed, TicketView, ticket_view
from helpdesk_http.who import Caller

TicketSort = Literal[
    "-created_at",
    "created_at",
    "-updated_at",
    "updated_at",
    "-last_message_at",
    "last_message_at",
    "-number",
    "number",
]
Include = Literal["customer", "conversations"]


@frozen(kw_only=True)
class NewTicketCustomer:
    """Whose ticket it is: a known customer's id, or an address by which they are known or become known."""

    id: UUID | None = None
    email: Email | None = None
    phone: Phone | None = None
    name: Name = ""


@frozen(kw_only=True)
class NewTicket:
    """A ticket with its first message, on behalf of a customer."""

    subject: Subject
    message: Words
    customer: NewTicketCustomer
    priority: Priority = Priority.NORMAL
    tags: Tags = ()
    custom_fields: Members = Factory(dict)
    metadata: Members = Factory(dict)


@frozen(kw_only=True)
class TicketPatch:
    """What is to be different; what is left out stays."""

    subject: Subject | Unset = UNSET
    status: Status | Unset = UNSET
    priority: Priority | Unset = UNSET
    assignee_id: UUID | None | Unset = UNSET
    team_id: UUID | None | Unset = UNSET
    tags: Tags | Unset = UNSET
    custom_fields: Members | Unset = UNSET
    metadata: Members | Unset = UNSET
    language: Language | None | Unset = UNSET
    snoozed_until: datetime | None | Unset = UNSET


@frozen(kw_only=True)
class TicketQuery:
    """Filters of the list; values of one are alternatives, separated by commas."""

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    channel: tuple[Channel, ...] = ()
    assignee_id: Assignee | None = None
    team_id: UUID | None = None
    customer_id: UUID | None = None
    tag: Tag | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    snoozed: Annotated[
        bool | None, About(doc="Only tickets that are snoozed, or only those that are not.")
    ] = None
    sla_breached: bool | None = None
    q: Query | None = None
    include: tuple[Include, ...] = ()
    limit: Limit = 25
    sort: TicketSort = "-created_at"
    cursor: Cursor | None = None


@frozen(kw_only=True)
class OneTicketQuery:
    include: tuple[Include, ...] = ()


async def list_tickets(
    desk: Container, who: Caller, request: Request, query: TicketQuery
) -> Reply[Listed[TicketView]]:
    """List tickets, the newest first."""
    page = page_of(desk, "tickets", query)
    views, next_ = await desk.store().read(partial(_list, who.organization_id, query, page))
    return listed(desk, request, "tickets", query, views, next_)


async def create_ticket(desk: Container, who: Caller, body: NewTicket) -> Reply[TicketView]:
    """Open a ticket."""
    requester = Requester(
        id=CustomerId(body.customer.id) if body.customer.id else None,
        email=body.customer.email,
        phone=body.customer.phone,
        name=body.customer.name,
    )
    opening = Opening(
        subject=body.subject,
        channel=Channel.API,
        priority=body.priority,
        tags=tuple(dict.fromkeys(body.tags)),
        custom_fields=body.custom_fields,
        metadata=body.metadata,
    )
    ticket = await desk.open_ticket()(who.organization_id, who.actor, opening, requester, body.message)
    return Reply(ticket_view(ticket), headers={"location": f"/api/v1/tickets/{ticket.id}"})


async def read_ticket(
    desk: Container, who: Caller, ticket_id: UUID, query: OneTicketQuery
) -> Reply[TicketView]:
    """Read a ticket.

    A ticket that was merged answers 308 with the address of the one that it was merged into, and itself as the body.
    """
    view = await desk.store().read(partial(_read, who.organization_id, TicketId(ticket_id), query.include))
    if view.merged_into_id is None:
        return Reply(view)
    return Reply(view, 308, {"location": f"/api/v1/tickets/{view.merged_into_id}"})


async def change_ticket(desk: Container, who: Caller, ticket_id: UUID, body: TicketPatch) -> TicketView:
    """Change a ticket."""
    changed = await desk.change_ticket()(who.organization_id, TicketId(ticket_id), who.actor, change_of(body))
    return ticket_view(changed)


async def delete_ticket(desk: Container, who: Caller, ticket_id: UUID) -> None:
    """Delete a ticket with its messages, and tickets that were merged into it."""
    await desk.delete_ticket()(who.organization_id, TicketId(ticket_id), who.actor)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/tickets", list_tickets, tag="Tickets", auth=key(Scope.READ)),
    operation("POST /api/v1/tickets", create_ticket, tag="Tickets", auth=key(Scope.WRITE), status=201),
    operation(
        "GET /api/v1/tickets/{ticket_id}",
        read_ticket,
        tag="Tickets",
        auth=key(Scope.READ),
        errors=(404,),
        also={308: TicketView},
    ),
    operation(
        "PATCH /api/v1/tickets/{ticket_id}",
        change_ticket,
        tag="Tickets",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "DELETE /api/v1/tickets/{ticket_id}",
        delete_ticket,
        tag="Tickets",
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
)


def change_of(body: TicketPatch) -> TicketChange:
    """What a patch asks for."""
    return TicketChange(
        subject=body.subject,
        status=body.status,
        priority=body.priority,
        assignee_id=UserId(body.assignee_id) if isinstance(body.assignee_id, UUID) else body.assignee_id,
        team_id=TeamId(body.team_id) if isinstance(body.team_id, UUID) else body.team_id,
        tags=tuple(dict.fromkeys(body.tags)) if isinstance(body.tags, tuple) else UNSET,
        custom_fields=body.custom_fields,
        metadata=body.metadata,
        language=body.language,
        snoozed_until=body.snoozed_until,
    )


async def ticket_views(
    organization_id: OrganizationId, tickets: Sequence[Ticket], include: Sequence[Include], view: View
) -> Sequence[TicketView]:
    """The tickets as they are shown, with what is to be included of each."""
    customers: Mapping[CustomerId, Customer] = {}
    if "customer" in include:
        customers = await view.customers.many(organization_id, list({one.customer_id for one in tickets}))
    messages: Included = {}
    if "conversations" in include:
        messages = await messages_of(organization_id, [one.id for one in tickets], view)
    silent = () if "conversations" in include else None
    return [ticket_view(one, customers.get(one.customer_id), messages.get(one.id, silent)) for one in tickets]


async def _list(
    organization_id: OrganizationId, query: TicketQuery, page: Page, view: View
) -> tuple[Sequence[TicketView], Position | None]:
    assignee_id, unassigned = assignee_of(query.assignee_id)
    wanted = TicketFilter(
        status=query.status,
        priority=query.priority,
        channel=query.channel,
        assignee_id=assignee_id,
        unassigned=unassigned,
        team_id=TeamId(query.team_id) if query.team_id else None,
        customer_id=CustomerId(query.customer_id) if query.customer_id else None,
        tag=query.tag,
        created_after=query.created_after,
        created_before=query.created_before,
        updated_after=query.updated_after,
        snoozed=query.snoozed,
        sla_breached=query.sla_breached,
        q=query.q,
    )
    found = await view.tickets.page(organization_id, wanted, page)
    return await ticket_views(organization_id, found.items, query.include, view), found.next


async def _read(
    organization_id: OrganizationId, ticket_id: TicketId, include: Sequence[Include], view: View
) -> TicketView:
    ticket = existing(await view.tickets.get(organization_id, ticket_id), "ticket", ticket_id)
    return (await ticket_views(organization_id, [ticket], include, view))[0]
