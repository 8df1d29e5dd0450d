"""Tickets."""

from collections.abc import Iterable, Iterator

from helpdesk_adapters.storage.memory.customers import Customers
from helpdesk_adapters.storage.memory.pages import page_of, page_out_of, sorted_by
from helpdesk_adapters.storage.memory.search import Text, TextsOf, WordIndex
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_core.customers import Customer
from helpdesk_core.errors import AlreadyTaken, Conflict, NotFound
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Ticket


class Tickets:
    def __init__(self, journal: Journal, words: WordIndex, customers: Customers) -> None:
        self._words = words
        self._numbers = Table[OrganizationId, int](journal)
        self._by_number = Unique[TicketId, Ticket](
            lambda row: ((row.organization_id, row.number),),
            lambda name: AlreadyTaken(f"There is a ticket {name[1]} already."),
        )
        self._of_customer = Groups[TicketId, Ticket](lambda row: (row.organization_id, row.customer_id))
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
        self.rows = Table(
            journal, self._by_number, self._of_customer, self._alike, *self._lists.values(), subjects, known
        )
        customers.rows.before_drop.append(self._refuse_to_lose)

    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        return self.find(organization_id, ticket_id)

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None:
        return self.numbered(organization_id, number)

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        """Tickets found by words or customer are gathered and sorted; any other page is read off a sorted
        list, passing by those that are not wanted.
        """
        if wanted.q is not None:
            found: Iterable[TicketId] = self._words.find(organization_id, wanted.q)
        elif wanted.customer_id is not None:
            found = self._of_customer.of((organization_id, wanted.customer_id))
        else:
            return page_of(self._lists, organization_id, self.rows, page, lambda row: _is(row, wanted))
        tickets = (self.rows[ticket_id] for ticket_id in found)
        listed = (row for row in tickets if row.merged_into_id is None and _is(row, wanted))
        return page_out_of(listed, self._lists, page)

    async def next_number(self, organization_id: OrganizationId) -> int:
        number = (self._numbers.get(organization_id) or 0) + 1
        self._numbers.put(organization_id, number)
        return number

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

    def _refuse_to_lose(self, customer: Customer) -> None:
        if self._of_customer.size((customer.organization_id, customer.id)):
            raise Conflict("The customer still has tickets.")


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
    )
