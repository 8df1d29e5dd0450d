"""Two customers become one while others look on."""

from functools import partial
from typing import Any

import anyio
import anyio.lowlevel

from helpdesk_adapters.ids import new_id
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.errors import Conflict
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.ports.store import Store, View
from helpdesk_core.use_cases.customers.merge_customers import MergeCustomers
from helpdesk_core.users import DESK
from tests.contracts.builders import NOON, a_customer, a_message, a_ticket, an_organization
from tests.contracts.desks import put

OLD, NEW = "carla@old.example", "carla@new.example"


async def a_pair(store: Store) -> tuple[OrganizationId, Customer, Customer]:
    home = an_organization()
    old, new = a_customer(home, emails=(OLD,)), a_customer(home, emails=(NEW,))
    ticket = a_ticket(old, 1)
    await put(store, home, old, new, ticket, a_message(ticket))
    return home.id, old, new


async def test_of_two_merges_that_cross_one_stands(store: Store) -> None:
    home, old, new = await a_pair(store)
    merge = MergeCustomers(store, lambda: NOON, new_id)
    done: list[Customer] = []
    refused: list[Conflict] = []

    async def try_it(source: CustomerId, target: CustomerId) -> None:
        try:
            done.append(await merge(home, source, target, DESK))
        except Conflict as conflict:
            refused.append(conflict)

    async with anyio.create_task_group() as both:
        both.start_soon(try_it, old.id, new.id)
        both.start_soon(try_it, new.id, old.id)
    assert (len(done), len(refused)) == (1, 1)
    (winner,) = done
    for email in (OLD, NEW):
        assert await store.read(partial(_holder, home, email)) == winner


async def test_somebody_always_has_the_contact_that_passes_over(store: Store) -> None:
    home, old, new = await a_pair(store)
    merge = MergeCustomers(store, lambda: NOON, new_id)
    holders: list[Any] = []

    async def watch() -> None:
        for _ in range(30):
            found = await store.read(partial(_holder, home, OLD))
            holders.append(found and found.id)
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as both:
        both.start_soon(watch)
        both.start_soon(merge, home, old.id, new.id, DESK)
    assert set(holders) <= {old.id, new.id}
    last = await store.read(partial(_holder, home, OLD))
    assert last is not None
    assert last.id == new.id


async def _holder(organization_id: OrganizationId, email: str, view: View) -> Customer | None:
    return await view.customers.by_contact(organization_id, Contact(EMAIL, email))
