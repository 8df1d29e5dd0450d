"""What the tests of the PostgreSQL store share: stores side by side on one database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from tests.contracts.builders import a_customer, a_ticket, an_event, an_organization
from tests.contracts.desks import put


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[PostgresStore]:
    """A store of its own, as another process would have it."""
    store = PostgresStore(url, **options)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def a_shop(store: Store) -> tuple[Organization, Customer]:
    organization = an_organization()
    customer = a_customer(organization)
    await put(store, organization, customer)
    return organization, customer


async def open_ticket(work: Work, customer: Customer) -> int:
    """Numbers a ticket, and appends to the log: what no two units of an organization can do at once."""
    number = await work.tickets.next_number(customer.organization_id)
    ticket = a_ticket(customer, number, id=new_id())  # another process may do the same
    await work.tickets.add(ticket)
    await work.log.append(an_event(an_organization(id=customer.organization_id), ticket.id, id=new_id()))
    return number


async def numbers_and_log(
    store: Store, organization_id: OrganizationId
) -> tuple[list[int], Sequence[DomainEvent]]:
    """The numbers of all tickets in their order, and the whole log."""

    async def unit(view: View) -> tuple[list[int], Sequence[DomainEvent]]:
        page: Page | None = Page(100, "number")
        numbers: list[int] = []
        while page is not None:
            found = await view.tickets.page(organization_id, TicketFilter(), page)
            numbers += [ticket.number for ticket in found.items]
            page = Page(100, "number", found.next) if found.next else None
        return numbers, (await view.log.since(organization_id, 0, 10_000)).events

    return await store.read(unit)


def break_connections(url: str) -> int:
    """Cuts every connection to the database but its own, as a server does that restarts; how many there were."""
    with psycopg.connect(url, autocommit=True) as other:
        cut = other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return len(cut.fetchall())
