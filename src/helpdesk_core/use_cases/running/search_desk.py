"""Somebody looks for something: tickets, customers and articles by what is written in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.customers import Customer
from helpdesk_core.highlights import wanted_by
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.imports.brought import Kind
from helpdesk_core.paging import Page, Position, Slice
from helpdesk_core.ports.repositories import ArticleFilter, CustomerFilter, TicketFilter
from helpdesk_core.ports.store import Store, View
from helpdesk_core.search import (
    Findable,
    Found,
    fair_shares,
    found_article,
    found_customer,
    found_ticket,
)
from helpdesk_core.tickets import Ticket
from helpdesk_core.words import number_in, words_of

IMPORTS = 20
"""The accounts of so many imports, the newest, are asked whose ticket bore a number."""
NAMESAKES = 5
"""Tickets of so many customers whom the search names are found by that, of the newest customers."""

_IN_FRONT = Position(datetime.max.replace(tzinfo=UTC), UUID(int=(1 << 128) - 1))
"""The place before all rows of a list that begins with the newest."""


@frozen
class SearchDesk:
    """Finds tickets, customers and articles; nothing where `q` has no word.

    A ticket is found by words of its subject and messages, by its number, and by its customer's name, e-mail, phone or
    company; a customer by the beginning of one of these, an article by its words. Each kind comes newest first, but for
    the ticket of the very number, here or where it was imported from, which comes before all others.
    """

    store: Store

    async def page_of(
        self, organization_id: OrganizationId, q: str, kind: Findable, page: Page
    ) -> Slice[Found]:
        """One kind, page by page; the page's sort must be `-created_at`."""

        async def unit(view: View) -> Slice[Found]:
            return await _search(organization_id, q, kind, page, view)

        return await self.store.read(unit)

    async def best_of(
        self, organization_id: OrganizationId, q: str, kinds: Sequence[Findable], limit: int
    ) -> Sequence[Found]:
        """The first few of several kinds, `limit` together, one kind after the other."""

        async def unit(view: View) -> Sequence[Found]:
            page = Page(limit=limit)
            found = [(await _search(organization_id, q, kind, page, view)).items for kind in kinds]
            return [one for share in fair_shares(found, limit) for one in share]

        return await self.store.read(unit)


async def _search(
    organization_id: OrganizationId, q: str, kind: Findable, page: Page, view: View
) -> Slice[Found]:
    if not words_of(q):
        return Slice(())
    wanted = wanted_by(q)
    match kind:
        case Findable.TICKET:
            return await _search_tickets(organization_id, q, page, view)
        case Findable.CUSTOMER:
            customers = await view.customers.page(organization_id, CustomerFilter(q=q), page)
            return Slice([found_customer(one, wanted) for one in customers.items], customers.next)
        case Findable.ARTICLE:
            articles = await view.articles.page(organization_id, ArticleFilter(q=q), page)
            return Slice([found_article(one, wanted) for one in articles.items], articles.next)


async def _search_tickets(organization_id: OrganizationId, q: str, page: Page, view: View) -> Slice[Found]:
    namesakes = {
        customer.id: customer
        for customer in (
            await view.customers.page(organization_id, CustomerFilter(q=q), Page(limit=NAMESAKES))
        ).items
    }
    filters = [TicketFilter(q=q), *(TicketFilter(customer_id=one) for one in namesakes)]
    slices = [await view.tickets.page(organization_id, wanted, page) for wanted in filters]
    found = _merged(slices, page)
    numbered = await _numbered(organization_id, q, view)
    if numbered:
        found = _with_first(numbered[: page.limit], found, page)
    return await _shown(organization_id, q, found, namesakes, view)


async def _shown(
    organization_id: OrganizationId,
    q: str,
    found: Slice[Ticket],
    namesakes: Mapping[CustomerId, Customer],
    view: View,
) -> Slice[Found]:
    ids = [ticket.id for ticket in found.items]
    texts = await view.conversations.texts_of(organization_id, ids) if ids else {}
    wanted = wanted_by(q)
    shown = [
        found_ticket(ticket, namesakes.get(ticket.customer_id), texts.get(ticket.id, ()), q, wanted)
        for ticket in found.items
    ]
    return Slice(shown, found.next)


async def _numbered(organization_id: OrganizationId, q: str, view: View) -> list[Ticket]:
    """The ticket whose number this is, and those whose number it was where they came from; or what took them over."""
    number = number_in(q)
    if number is None:
        return []
    here = await view.tickets.by_number(organization_id, number)
    ids = [] if here is None else [here.id]
    newest = await view.imports.page(organization_id, Page(limit=IMPORTS))
    for source, account in dict.fromkeys((one.source, one.account) for one in newest.items):
        known = await view.references.many(organization_id, source, account, Kind.TICKETS, [str(number)])
        ids += [TicketId(one.our_id) for one in known.values()]
    found: dict[TicketId, Ticket] = {}
    for ticket_id in ids:
        ticket = await view.tickets.get(organization_id, ticket_id)
        while ticket is not None and ticket.merged_into_id is not None:
            ticket = await view.tickets.get(organization_id, ticket.merged_into_id)
        if ticket is not None:
            found[ticket.id] = ticket
    return list(found.values())


def _merged(slices: Sequence[Slice[Ticket]], page: Page) -> Slice[Ticket]:
    """One page out of the pages of several lists, each ticket once."""
    tickets = {ticket.id: ticket for one in slices for ticket in one.items}
    newest = sorted(tickets.values(), key=_place, reverse=True)
    kept = newest[: page.limit]
    more = len(newest) > page.limit or any(one.next is not None for one in slices)
    return Slice(kept, Position(*_place(kept[-1])) if more and kept else None)


def _with_first(first: Sequence[Ticket], found: Slice[Ticket], page: Page) -> Slice[Ticket]:
    """The page with these tickets in front of all others, and nowhere else."""
    ids = {ticket.id for ticket in first}
    others = [ticket for ticket in found.items if ticket.id not in ids]
    if page.after is not None:
        return evolve(found, items=others)
    kept = others[: page.limit - len(first)]
    if len(kept) == len(others):
        return evolve(found, items=[*first, *kept])
    return Slice([*first, *kept], Position(*_place(kept[-1])) if kept else _IN_FRONT)


def _place(ticket: Ticket) -> tuple[datetime, UUID]:
    return ticket.created_at, ticket.id
