"""Everything that the page of a ticket shows, read at one moment, by as many statements however much there is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.customers import Customer
from helpdesk_core.errors import existing
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import AttachmentId, CustomerId, OrganizationId, TicketId, UserId
from helpdesk_core.messages import BY_MESSAGE
from helpdesk_core.orders import Order
from helpdesk_core.paging import Page, Position, Slice
from helpdesk_core.ports.repositories import OrderFilter, RatingFilter, SuggestionFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.satisfaction import SatisfactionRating
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.messaging.find_correspondence import correspondence_of
from helpdesk_core.users import User
from helpdesk_http.web.inbox.ticket_place import Neighbours, neighbours
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller

NEWEST_FIRST: Final = "-created_at"
LATEST_ORDERS: Final = Page(5, NEWEST_FIRST)
LATEST_SUGGESTIONS: Final = Page(2, NEWEST_FIRST)
OTHER_TICKETS: Final = 6
EVENTS: Final = 60
MOST_TAGS: Final = 100


@frozen
class Seen:
    """What there is to show."""

    ticket: Ticket
    customer: Customer | None
    found: Slice[Conversation]
    """Messages, the newest first."""
    files: Mapping[AttachmentId, Attachment]
    events: Sequence[DomainEvent]
    users: Sequence[User]
    teams: Sequence[Team]
    tags: Sequence[str]
    fields: Sequence[CustomField]
    orders: Sequence[Order]
    others: Sequence[Ticket]
    """Of the same customer."""
    correspondences: Sequence[Correspondence]
    there: Correspondence | None
    """Where an answer goes, of tickets over a provider of messages."""
    rating: SatisfactionRating | None
    suggestions: Sequence[Suggestion]
    """Answers that were suggested, and that nobody has used or dismissed."""
    linked: Mapping[UUID, Ticket]
    """The tickets it was merged into, follows, or was taken from."""
    neighbours: Neighbours

    @property
    def names(self) -> Mapping[UUID, str]:
        """Of users and teams."""
        names: dict[UUID, str] = {user.id: user.called for user in self.users}
        return names | {team.id: team.name for team in self.teams}


async def ticket_of(request: Request, who: Caller) -> Ticket:
    """The ticket whose number the address has; NotFound where the caller's organization has none."""
    number = request.path_params["number"]
    found = (
        await desk_of(request).store().read(lambda view: view.tickets.by_number(who.organization_id, number))
    )
    return existing(found, "ticket", number)


async def read_ticket(
    organization_id: OrganizationId,
    user_id: UserId,
    number: int,
    page: Page,
    since: datetime | None,
    query: Mapping[str, str],
    view: View,
) -> Seen:
    """NotFound where there is no such ticket. `since`: no messages before that, as far as the page has room."""
    ticket = existing(await view.tickets.by_number(organization_id, number), "ticket", number)
    found = await view.conversations.of_ticket(organization_id, ticket.id, page)
    if since is not None:
        found = _since(found, since)
    ids = [AttachmentId(id_) for message in found.items for id_ in message.attachment_ids]
    tags = await view.tags.page(organization_id, Page(MOST_TAGS, "name"))
    orders = await view.orders.page(organization_id, OrderFilter(ticket.customer_id), LATEST_ORDERS)
    ratings = await view.ratings.page(organization_id, RatingFilter(ticket_id=ticket.id), Page(1))
    open_ones = SuggestionFilter(ticket.id, SuggestionState.OFFERED)
    return Seen(
        ticket=ticket,
        customer=await view.customers.get(organization_id, ticket.customer_id),
        found=found,
        files=await view.attachments.many(organization_id, ids) if ids else {},
        events=await _events(ticket, found, page.after, view),
        users=await view.users.of(organization_id),
        teams=await view.teams.of(organization_id),
        tags=[tag.name for tag in tags.items],
        fields=await view.custom_fields.of(organization_id),
        orders=orders.items,
        others=await _others(ticket, view),
        correspondences=await view.correspondences.of_customer(organization_id, ticket.customer_id),
        there=await correspondence_of(ticket, view) if ticket.channel in BY_MESSAGE else None,
        rating=ratings.items[0] if ratings.items else None,
        suggestions=(await view.suggestions.page(organization_id, open_ones, LATEST_SUGGESTIONS)).items,
        linked=await _linked(ticket, view),
        neighbours=await neighbours(ticket, query, organization_id, user_id, view),
    )


def _since(found: Slice[Conversation], since: datetime) -> Slice[Conversation]:
    kept = [one for one in found.items if one.created_at >= since]
    if not kept or len(kept) == len(found.items):
        return found
    return Slice(kept, Position(kept[-1].created_at, kept[-1].id))


async def _events(
    ticket: Ticket, found: Slice[Conversation], after: Position | None, view: View
) -> Sequence[DomainEvent]:
    """Those between the messages of the page; behind the newest one too where it is the newest of all."""
    page = Page(EVENTS, "-recorded_at", after)
    events = (await view.log.about(ticket.organization_id, ticket.id, page)).items
    if found.next is None:
        return events
    return [event for event in events if (event.recorded_at, event.id) > found.next.place]


async def _others(ticket: Ticket, view: View) -> Sequence[Ticket]:
    wanted = TicketFilter(customer_id=CustomerId(ticket.customer_id))
    found = await view.tickets.page(ticket.organization_id, wanted, Page(OTHER_TICKETS, NEWEST_FIRST))
    return [one for one in found.items if one.id != ticket.id][: OTHER_TICKETS - 1]


async def _linked(ticket: Ticket, view: View) -> Mapping[UUID, Ticket]:
    named = (ticket.merged_into_id, ticket.follows_id, ticket.split_from_id)
    linked: dict[UUID, Ticket] = {}
    for ticket_id in dict.fromkeys(one for one in named if one is not None):  # three at the most
        other = await view.tickets.get(ticket.organization_id, TicketId(ticket_id))
        if other is not None:
            linked[other.id] = other
    return linked
