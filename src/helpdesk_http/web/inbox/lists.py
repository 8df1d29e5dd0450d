"""A list of tickets: a queue, a saved view, or what a search finds."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.addresses import is_email
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import CustomerId, OrganizationId, SavedViewId, TicketId, UserId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.saved_views import SavedView
from helpdesk_core.search import Findable
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Priority, Status, Ticket
from helpdesk_core.use_cases.automation.show_views import existing_view, filter_of
from helpdesk_core.users import User
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.guarded import address_behind, organization_of, place_in, user_of
from helpdesk_http.web.inbox.queues import QUEUES
from helpdesk_http.web.rendering import desk_of, said
from helpdesk_http.who import Caller

TICKET_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,8})")
ON_A_PAGE: Final = 30
NEWEST: Final = "-last_message_at"


@frozen
class Asked:
    """Which list: its title, its address without the place in it, what is in it, and in which order.

    `words` are those that are searched for; `saved` is the view that it is, if any.
    """

    title: str
    query: Mapping[str, str]
    wanted: TicketFilter
    sort: str = NEWEST
    words: str = ""
    saved: SavedView | None = None


@frozen
class Row:
    """A ticket of the list, with what it is called by; `snippet` is HTML in which nothing but `<mark>` is markup."""

    ticket: Ticket
    customer: str
    assignee: str
    snippet: str


async def inbox(request: Request, who: Caller) -> Response:
    """The list that the address asks for; a ticket's number leads to the ticket."""
    desk = desk_of(request)
    q = request.query_params.get("q", "").strip()[:200]
    if number := TICKET_NUMBER.fullmatch(q):
        return RedirectResponse(f"/app/tickets/{number[1]}", 303)
    asked = await _asked(request, who, q)
    name = f"inbox:{urlencode(sorted(asked.query.items()))}"
    page = place_in(desk, name, ON_A_PAGE, request, asked.sort)
    found, highlights = await _found(desk, who, asked, page)
    shown = await desk.store().read(partial(_around, who.organization_id, found.items))
    return await desk_page(
        "inbox/list.html",
        request,
        who,
        "inbox",
        title=asked.title,
        q=q,
        saved=asked.saved,
        rows=[
            Row(
                ticket,
                called(shown.customers.get(ticket.customer_id)),
                shown.names.get(ticket.assignee_id, ""),
                highlights.get(ticket.id, ""),
            )
            for ticket in found.items
        ],
        older=address_behind(desk, name, found.next, "/app", asked.query, asked.sort),
        newer="/app?" + urlencode(asked.query) if page.after is not None else "",
        statuses=list(Status),
        priorities=list(Priority),
        colleagues=shown.colleagues,
        teams=shown.teams,
        address=desk.domain().address_of(shown.organization),
        fresh=not found.items and await desk.store().read(partial(_is_fresh, who.organization_id)),
    )


async def _is_fresh(organization_id: OrganizationId, view: View) -> bool:
    """Whether nobody has ever written to this organization."""
    return await view.tickets.by_number(organization_id, 1) is None


async def _found(
    desk: Container, who: Caller, asked: Asked, page: Page
) -> tuple[Slice[Ticket], Mapping[TicketId, str]]:
    """The tickets of the list; for those that were found by words, the part of the text with these words, marked."""
    if asked.words:
        found = await desk.search_desk().page_of(who.organization_id, asked.words, Findable.TICKET, page)
        snippets = {
            TicketId(one.thing.id): next(
                (part.html for part in one.highlights if part.field != "subject"), ""
            )
            for one in found.items
        }
        tickets = [one.thing for one in found.items if isinstance(one.thing, Ticket)]
        return Slice(tickets, found.next), snippets
    return await desk.store().read(
        lambda view: view.tickets.page(who.organization_id, asked.wanted, page)
    ), {}


async def _asked(request: Request, who: Caller, q: str) -> Asked:
    desk = desk_of(request)
    if q:
        title = said(request, "Tickets with “%(q)s”") % {"q": q}
        wanted = await _sought(q, who.organization_id, desk)
        return Asked(title, {"q": q}, wanted, "-created_at", q if wanted.customer_id is None else "")
    if view_id := request.query_params.get("view"):
        saved = await desk.store().read(partial(existing_view, who.organization_id, _view_id(view_id)))
        return Asked(saved.name, {"view": view_id}, filter_of(saved.filter), saved.sort, saved=saved)
    queue = QUEUES.get(request.query_params.get("queue", "open"), QUEUES["open"])
    return Asked(said(request, queue.label), {"queue": queue.name}, queue.filter_for(user_of(who).id))


async def _sought(q: str, organization_id: OrganizationId, desk: Container) -> TicketFilter:
    """What is searched for: a customer's tickets by their address, else words."""
    if is_email(q):
        contact = Contact(EMAIL, q.lower())
        customer = await desk.store().read(lambda view: view.customers.by_contact(organization_id, contact))
        if customer is not None:
            return TicketFilter(customer_id=customer.id)
    return TicketFilter(q=q)


def called(customer: Customer | None) -> str:
    """A customer, in a word or two."""
    if customer is None:
        return "?"
    return customer.name or customer.email or next(iter(customer.phones), "?")


def _view_id(text: str) -> SavedViewId:
    try:
        return SavedViewId(UUID(text))
    except ValueError:
        raise InvalidValue("view", "is no id of a view") from None


@frozen
class _Around:
    """What a list shows beside its tickets."""

    organization: Organization
    customers: Mapping[CustomerId, Customer]
    names: Mapping[UserId | None, str]
    colleagues: Sequence[User]
    teams: Sequence[Team]


async def _around(organization_id: OrganizationId, tickets: Sequence[Ticket], view: View) -> _Around:
    ids: Sequence[CustomerId] = list({ticket.customer_id for ticket in tickets})
    users = await view.users.of(organization_id)
    return _Around(
        await organization_of(organization_id, view),
        await view.customers.many(organization_id, ids),
        {user.id: user.called for user in users},
        [user for user in users if user.disabled_at is None],
        await view.teams.of(organization_id),
    )
