"""What commerce has left behind on a desk, in a form in which two desks can be compared: without ids of their own."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.billing import (
    CardSetup,
    Checkout,
    ConnectedAccount,
    Invoice,
    Payment,
    PaymentMethod,
    Payout,
    Subscription,
)
from helpdesk_core.customers import Customer
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.notices import GivenNotice
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import CustomerFilter, EventFilter, JobFilter, OrderFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.webhooks import EventState

KINDS = (Subscription, PaymentMethod, Invoice, Payment, CardSetup, Checkout, ConnectedAccount, Payout)
UNDER_WAY = (JobState.QUEUED, JobState.RUNNING, JobState.FAILED)
OF_THE_DAY = (JobKind.PERFORM_EVENT, JobKind.WAKE_EVENTS, JobKind.SEND_NOTICE)
Described = Mapping[str, Any]
Became = tuple[EventState, str | None, str | None]
"""An event's state, the account that it waits for, and the slug of whose it is."""


@frozen
class Left:
    """Of one organization; each of these by what it says, not by ids that a desk gives."""

    records: Sequence[Described]
    notices: frozenset[tuple[str, str, str, str | None]]
    customers: Sequence[Described]
    orders: Sequence[Described]
    tickets: Sequence[Described]
    accounts: Sequence[tuple[str, str, str]]


async def left_of(desk: Container) -> Mapping[str, Left]:
    """What is left of every organization, by slug."""

    async def read(view: View) -> dict[str, Left]:
        return {one.slug: await _left(one.id, view) for one in await view.organizations.all()}

    return await desk.store().read(read)


async def states_of(desk: Container) -> Mapping[str, Became]:
    """What became of every event, by its provider's id."""

    async def read(view: View) -> dict[str, Became]:
        slugs = {one.id: one.slug for one in await view.organizations.all()}
        events = await _every(lambda page: view.inbox.page(EventFilter(), page), "received_at")
        return {
            event.external_id: (
                event.state,
                event.account,
                slugs[event.organization_id] if event.organization_id else None,
            )
            for event in events
        }

    return await desk.store().read(read)


async def under_way(desk: Container) -> int:
    """How many jobs have still to be done before the day is over."""

    async def read(view: View) -> int:
        pages = [
            await view.jobs.page(JobFilter(state=state, kind=kind), Page(1))
            for state in UNDER_WAY
            for kind in OF_THE_DAY
        ]
        return sum(len(page.items) for page in pages)

    return await desk.store().read(read)


async def dead_jobs(desk: Container) -> Mapping[str, str | None]:
    """The jobs that rest as dead, by kind, with why."""
    found = await desk.store().read(lambda view: view.jobs.page(JobFilter(state=JobState.DEAD), Page(100)))
    return {job.kind: job.error for job in found.items}


async def keys_of_letters(desk: Container) -> Mapping[str, tuple[str, str]]:
    """For every letter that may have been written: by the id of its job, the organization's slug and its key."""

    async def read(view: View) -> dict[str, tuple[str, str]]:
        slugs = {one.id: one.slug for one in await view.organizations.all()}
        wanted = JobFilter(kind=JobKind.SEND_NOTICE)
        jobs = await _every(lambda page: view.jobs.page(wanted, page), "created_at")
        return {
            str(job.id): (slugs[job.organization_id], job.payload["key"])
            for job in jobs
            if job.organization_id
        }

    return await desk.store().read(read)


async def _left(home: OrganizationId, view: View) -> Left:
    customers = await _every(lambda page: view.customers.page(home, CustomerFilter(), page))
    names = {customer.id: _named(customer) for customer in customers}
    orders = await _every(lambda page: view.orders.page(home, OrderFilter(), page))
    tickets = await _every(lambda page: view.tickets.page(home, TicketFilter(), page))
    assert sorted(ticket.number for ticket in tickets) == list(range(1, len(tickets) + 1))
    subjects = {ticket.id: ticket.subject for ticket in tickets}
    notices = await view.records.of(home, GivenNotice, 10_000)
    records = [record for kind in KINDS for record in await view.records.of(home, kind, 10_000)]
    return Left(
        records=_sorted({"kind": record.kind, **attrs.asdict(record)} for record in records),
        notices=frozenset((one.what.value, one.account, one.external_id, one.to) for one in notices),
        customers=_sorted(_customer(customer) for customer in customers),
        orders=_sorted(
            {
                **_but(order, "id", "organization_id", "version"),
                "customer_id": _in(names, order.customer_id),
                "ticket_id": _in(subjects, order.ticket_id),
            }
            for order in orders
        ),
        tickets=_sorted([await _ticket(ticket, names, view) for ticket in tickets]),
        accounts=[
            (one.provider, one.external_id, one.state.value) for one in await view.integrations.of(home)
        ],
    )


async def _ticket(ticket: Ticket, names: Mapping[CustomerId, str], view: View) -> Described:
    said = await view.conversations.of_ticket(ticket.organization_id, ticket.id, Page(100, "created_at"))
    return {
        "subject": ticket.subject,
        "channel": ticket.channel.value,
        "status": ticket.status.value,
        "customer": names[ticket.customer_id],
        "metadata": ticket.metadata,
        "said": [(one.kind.value, one.content) for one in said.items],
    }


def _customer(customer: Customer) -> Described:
    return _but(customer, "id", "organization_id", "created_at", "updated_at", "version")


def _named(customer: Customer) -> str:
    return customer.email or customer.name


def _in(names: Mapping[Any, str], id: Any) -> str | None:
    return None if id is None else names[id]


def _but(value: Any, *names: str) -> dict[str, Any]:
    return {name: told for name, told in attrs.asdict(value).items() if name not in names}


def _sorted(found: Any) -> list[Described]:
    return sorted(found, key=repr)


async def _every(page_of: Callable[[Page], Any], sort: str = "created_at") -> list[Any]:
    found: list[Any] = []
    page = Page(100, sort)
    while True:
        part: Slice[Any] = await page_of(page)
        found += part.items
        if part.next is None:
            return found
        page = attrs.evolve(page, after=part.next)


def tally(keys: Sequence[Any]) -> Mapping[Any, int]:
    """Those that are there more than once."""
    return {key: number for key, number in Counter(keys).items() if number > 1}
