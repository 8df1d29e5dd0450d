"""Tickets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from helpdesk_adapters.storage.memory.customers import Customers
from helpdesk_adapters.storage.memory.pages import page_of, page_out_of, sorted_by
from helpdesk_adapters.storage.memory.search import Text, TextsOf, WordIndex
from helpdesk_adapters.storage.memory.tables import Bearing, Groups, Journal, Refers, Table, Unique
from helpdesk_core.customers import Customer
from helpdesk_core.errors import AlreadyTaken, Conflict, NotFound
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Ticket
from helpdesk_core.words import number_in


class Tickets:
    def __init__(self, journal: Journal, words: WordIndex, customers: Customers) -> None:
        self._words = words
        self._numbers = Table[OrganizationId, int](journal)
        self._by_number = Unique[TicketId, Ticket](
            lambda row: ((row.organization_id, row.number),),
            lambda name: AlreadyTaken(f"There is a ticket {name[1]} already."),
        )
        self._of_customer = Groups[TicketId, Ticket](lambda row: (row.organization_id, row.customer_id))
        self._merged = Groups[TicketId, Ticket](
            lambda row: None if row.merged_into_id is None else (row.organization_id, row.merged_into_id)
        )
        self._tagged = Bearing[TicketId, Ticket](lambda row: ((row.organization_id, tag) for tag in row.tags))
        self._alike = Groups[TicketId, Ticket](
            lambda row: (row.organization_id, row.customer_id, row.subject_key) if row.subject_key else None
        )
        self._lists = sorted_by(
            Ticket,
            ("created_at", "updated_at", "last_message_at", "number"),
            lambda row: row.organization_id if row.merged_into_id is None else None,
        )
        subjects = TextsOf[TicketId, Ticket](
            words, lambda row: Text(row.organization_id, row.id, row.subject)
        )
        known = Refers[TicketId, Ticket]("customer", lambda row: row.customer_id, customers.rows)
        groups = (self._of_customer, self._merged, self._tagged, self._alike)
        self.rows = Table(journal, self._by_number, *groups, *self._lists.values(), subjects, known)
        customers.rows.before_drop.append(self._refuse_to_lose)

    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        return self.find(organization_id, ticket_id)

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Ticket]:
        found = [self.find(organization_id, ticket_id) for ticket_id in ids]
        return {ticket.id: ticket for ticket in found if ticket is not None}

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None:
        return self.numbered(organization_id, number)

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        """Tickets found by words or customer are gathered and sorted; any other page is read off a sorted
        list, passing by those that are not wanted.
        """
        found = self._gathered(organization_id, wanted)
        if found is None:
            return page_of(self._lists, organization_id, self.rows, page, lambda row: _is(row, wanted))
        return page_out_of(_listed(found, wanted), self._lists, page)

    async def count(self, organization_id: OrganizationId, wanted: TicketFilter, most: int) -> int:
        found = self._gathered(organization_id, wanted)
        if found is None:
            found = (self.rows[key] for key in self._lists["created_at"].ascending(organization_id))
        return sum(1 for _ in islice(_listed(found, wanted), most))

    async def merged_into(self, organization_id: OrganizationId, ticket_id: TicketId) -> Sequence[Ticket]:
        merged = (self.rows[key] for key in self._merged.of((organization_id, ticket_id)))
        return sorted(merged, key=lambda row: row.number)

    async def bearing(self, organization_id: OrganizationId, tag: str, limit: int) -> Sequence[Ticket]:
        bearers = (self.rows[key] for key in self._tagged.of((organization_id, tag)))
        return sorted(bearers, key=lambda row: row.number)[:limit]

    async def tag_counts(
        self, organization_id: OrganizationId, tags: Sequence[str], most: int
    ) -> Mapping[str, int]:
        counts = {}
        for tag in tags:
            bearers = (self.rows[key] for key in self._tagged.of((organization_id, tag)))
            listed = (row for row in bearers if row.merged_into_id is None)
            counts[tag] = sum(1 for _ in islice(listed, most))
        return {tag: count for tag, count in counts.items() if count}

    async def next_number(self, organization_id: OrganizationId) -> int:
        number = (self._numbers.get(organization_id) or 0) + 1
        self._numbers.put(organization_id, number)
        return number

    async def next_numbers(self, organization_id: OrganizationId, count: int) -> int:
        known = self._numbers.get(organization_id) or 0
        self._numbers.put(organization_id, known + count)
        return known + 1

    async def add_all(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            await self.add(ticket)

    async def add(self, ticket: Ticket) -> None:
        self.rows.add(ticket.id, ticket)

    async def replace(self, ticket: Ticket) -> None:
        if self.find(ticket.organization_id, ticket.id) is None:
            raise NotFound("ticket", ticket.id)
        self.rows.put(ticket.id, ticket)

    async def remove(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        if self.find(organization_id, ticket_id) is not None:
            self.rows.drop(ticket_id)

    def find(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        ticket = self.rows.get(ticket_id)
        return ticket if ticket is not None and ticket.organization_id == organization_id else None

    def numbered(self, organization_id: OrganizationId, number: int) -> Ticket | None:
        holder = self._by_number.holder((organization_id, number))
        return None if holder is None else self.rows[holder]

    def alike(
        self, organization_id: OrganizationId, customer_id: CustomerId, subject_key: str
    ) -> Iterator[Ticket]:
        """The customer's tickets of this subject, merged and closed ones too; an empty subject has none."""
        return (self.rows[key] for key in self._alike.of((organization_id, customer_id, subject_key)))

    def of_customer(self, organization_id: OrganizationId, customer_id: CustomerId) -> list[Ticket]:
        """Theirs, merged ones too, in no order."""
        return [self.rows[key] for key in self._of_customer.of((organization_id, customer_id))]

    def _gathered(self, organization_id: OrganizationId, wanted: TicketFilter) -> Iterable[Ticket] | None:
        """The tickets that have the words or the customer; None where neither is wanted."""
        if wanted.q is not None:
            found = self._words.find(organization_id, wanted.q)
            number = number_in(wanted.q)
            numbered = None if number is None else self.numbered(organization_id, number)
            return (self.rows[key] for key in (found if numbered is None else {*found, numbered.id}))
        if wanted.customer_id is not None:
            return (self.rows[key] for key in self._of_customer.of((organization_id, wanted.customer_id)))
        return None

    def _refuse_to_lose(self, customer: Customer) -> None:
        if self._of_customer.size((customer.organization_id, customer.id)):
            raise Conflict("The customer still has tickets.")


def _listed(tickets: Iterable[Ticket], wanted: TicketFilter) -> Iterator[Ticket]:
    return (row for row in tickets if row.merged_into_id is None and _is(row, wanted))


def _is(ticket: Ticket, wanted: TicketFilter) -> bool:
    """Whether the ticket passes the filter; `q` is looked up elsewhere."""
    return (
        (not wanted.status or ticket.status in wanted.status)
        and (not wanted.priority or ticket.priority in wanted.priority)
        and (not wanted.channel or ticket.channel in wanted.channel)
        and (wanted.assignee_id is None or ticket.assignee_id == wanted.assignee_id)
        and (not wanted.unassigned or ticket.assignee_id is None)
        and (wanted.team_id is None or ticket.team_id == wanted.team_id)
        and (wanted.customer_id is None or ticket.customer_id == wanted.customer_id)
        and (wanted.tag is None or wanted.tag in ticket.tags)
        and (wanted.created_after is None or ticket.created_at >= wanted.created_after)
        and (wanted.created_before is None or ticket.created_at < wanted.created_before)
        and (wanted.updated_after is None or ticket.updated_at >= wanted.updated_after)
        and (wanted.snoozed is None or (ticket.snoozed_until is not None) == wanted.snoozed)
        and (wanted.sla_breached is None or (ticket.sla_breached_at is not None) == wanted.sla_breached)
    )
