"""A store beside the plainest model of one: lists of things, searched from the front.

Whatever is done, in whatever order, in units that are committed or rolled back: both answer alike.
"""

from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_core.customers import Contact, Customer
from helpdesk_core.errors import AlreadyTaken, Refusal
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from tests.contracts.builders import a_customer, a_ticket, after, an_organization
from tests.contracts.desks import put

EMAILS = ["a@mail.example", "b@mail.example", "c@mail.example"]
SUBJECTS = ["Brake squeaks", "Bell rings", "Brake rings"]
QUESTIONS = ["brake", "rin", "bell brake", "rings brake"]

places = st.integers(0, 3)
actions = st.one_of(
    st.tuples(st.just("add customer"), st.lists(st.sampled_from(EMAILS), max_size=2, unique=True)),
    st.tuples(st.just("change customer"), places, st.lists(st.sampled_from(EMAILS), max_size=2, unique=True)),
    st.tuples(st.just("open ticket"), places, st.sampled_from(SUBJECTS)),
    st.tuples(st.just("change subject"), places, st.sampled_from(SUBJECTS)),
    st.tuples(st.just("touch ticket"), places, st.integers(0, 5).map(after)),
    st.tuples(st.just("merge ticket"), places, places),
    st.tuples(st.just("remove ticket"), places),
    st.tuples(st.just("refuse")),
)
units = st.lists(st.lists(actions, min_size=1, max_size=4), max_size=8)


class Unwilling(Refusal):
    """Raised by the action `refuse`, so that its unit is rolled back."""


class Model:
    """Customers and tickets of one organization, in lists."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.customers: list[Customer] = []
        self.tickets: list[Ticket] = []
        self.last_number = 0

    def copy(self) -> "Model":
        copied = Model(self.organization)
        copied.customers, copied.tickets = [*self.customers], [*self.tickets]
        copied.last_number = self.last_number
        return copied

    def seen(self) -> dict[str, Any]:
        listed = [ticket for ticket in self.tickets if ticket.merged_into_id is None]
        return {
            "customers": sorted(self.customers, key=lambda one: (one.created_at, one.id)),
            "known by": [
                next((one for one in self.customers if email in one.emails), None) for email in EMAILS
            ],
            "listed": sorted(listed, key=lambda one: (one.updated_at, one.id), reverse=True),
            "found": [
                {one.number for one in listed if _says(one.subject.lower().split(), q.split())}
                for q in QUESTIONS
            ],
            "numbered": [
                next((one for one in self.tickets if one.number == number), None)
                for number in range(1, self.last_number + 2)
            ],
        }


@given(units)
@settings(settings.get_profile("contracts"), max_examples=60)
async def test_a_store_answers_like_a_plain_list_of_things(
    store: Store, units: list[list[tuple[Any, ...]]]
) -> None:
    model = Model(an_organization())
    await put(store, model.organization)
    for unit in units:
        changed = model.copy()

        async def run(work: Work, unit: list[tuple[Any, ...]] = unit, changed: Model = changed) -> None:
            for action in unit:
                await _do(action, changed, work)

        try:
            await store.transact(run)
        except (AlreadyTaken, Unwilling):
            pass
        else:
            model = changed
        assert await store.read(lambda view: _seen(model, view)) == model.seen()  # noqa: B023  called at once


async def _do(action: tuple[Any, ...], model: Model, work: Work) -> None:
    """The action on both; what refers to a thing that is not there does nothing."""
    match action:
        case ("add customer", emails):
            customer = a_customer(model.organization, emails=tuple(emails))
            await work.customers.add(customer)
            model.customers.append(customer)
        case ("change customer", place, emails) if place < len(model.customers):
            customer = evolve(model.customers[place], emails=tuple(emails))
            await work.customers.replace(customer)
            model.customers[place] = customer
        case ("open ticket", place, subject) if place < len(model.customers):
            number = await work.tickets.next_number(model.organization.id)
            ticket = a_ticket(model.customers[place], number, subject=subject)
            await work.tickets.add(ticket)
            model.tickets.append(ticket)
            model.last_number += 1
            assert number == model.last_number
        case ("change subject", place, subject) if place < len(model.tickets):
            await _replace(evolve(model.tickets[place], subject=subject), place, model, work)
        case ("touch ticket", place, at) if place < len(model.tickets):
            await _replace(evolve(model.tickets[place], updated_at=at), place, model, work)
        case ("merge ticket", place, target) if max(place, target) < len(model.tickets):
            merged = evolve(model.tickets[place], merged_into_id=model.tickets[target].id)
            await _replace(merged, place, model, work)
        case ("remove ticket", place) if place < len(model.tickets):
            await work.tickets.remove(model.organization.id, model.tickets.pop(place).id)
        case ("refuse",):
            raise Unwilling


async def _replace(ticket: Ticket, place: int, model: Model, work: Work) -> None:
    await work.tickets.replace(ticket)
    model.tickets[place] = ticket


async def _seen(model: Model, view: View) -> dict[str, Any]:
    home = model.organization.id
    pages = [await view.tickets.page(home, TicketFilter(q=q), Page(100)) for q in QUESTIONS]
    return {
        "customers": [*(await view.customers.page(home, CustomerFilter(), Page(100, "created_at"))).items],
        "known by": [await view.customers.by_contact(home, Contact("email", email)) for email in EMAILS],
        "listed": [*(await view.tickets.page(home, TicketFilter(), Page(100, "-updated_at"))).items],
        "found": [{ticket.number for ticket in page.items} for page in pages],
        "numbered": [
            await view.tickets.by_number(home, number) for number in range(1, model.last_number + 2)
        ],
    }


def _says(said: list[str], asked: list[str]) -> bool:
    whole, beginning = asked[:-1], asked[-1]
    return all(word in said for word in whole) and any(word.startswith(beginning) for word in said)
