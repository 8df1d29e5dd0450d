"""A unit of work takes effect together or not at all, alone or beside others."""

import anyio
import pytest
from attrs import evolve

from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.ids import OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.store import Store, View, Work
from tests.contracts.builders import (
    OneOfEach,
    a_customer,
    a_message,
    a_ticket,
    after,
    an_event,
    an_organization,
    one_of_each,
)
from tests.contracts.desks import everything, put, put_one_of_each


class Regret(Exception):
    """Raised by units that are to be rolled back."""


async def test_what_a_unit_wrote_is_there_for_the_next(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    seen = await store.read(lambda view: everything(view, each))
    assert seen["tickets"].items[0] == seen["ticket"] == seen["numbered"] == each.ticket
    assert seen["messages"].items[0] == seen["by external id"] == each.message
    assert seen["by contact"] == [each.customer]
    assert seen["session"] == each.session
    assert [*seen["log"].events] == [*seen["about"].items] == [evolve(each.event, seq=1)]


async def test_a_unit_sees_what_it_wrote_itself(store: Store) -> None:
    each = one_of_each()

    async def unit(work: Work) -> None:
        await put_one_of_each(work, each)
        assert await work.tickets.by_number(each.organization.id, each.ticket.number) == each.ticket
        assert (
            await work.conversations.by_message_id(each.organization.id, "brake@mail.example") == each.message
        )
        assert (await work.log.since(each.organization.id, 0, 10)).last == 1

    await store.transact(unit)


async def test_the_result_of_a_unit_comes_back(store: Store) -> None:
    async def unit(work: Work) -> str:
        return "result"

    async def looks(view: View) -> str:
        return "seen"

    assert await store.transact(unit) == "result"
    assert await store.read(looks) == "seen"


async def test_adding_everything_is_rolled_back_altogether(store: Store) -> None:
    each = one_of_each()
    before = await store.read(lambda view: everything(view, each))

    async def unit(work: Work) -> None:
        await put_one_of_each(work, each)
        await work.log_in_attempts.add("carla", after(0))
        await work.facts.put("colour", "green")
        raise Regret

    with pytest.raises(Regret):
        await store.transact(unit)
    assert await store.read(lambda view: everything(view, each)) == before
    assert await store.transact(lambda work: work.log_in_attempts.count("carla", after(-1))) == 0


async def test_changing_everything_is_rolled_back_altogether(store: Store) -> None:
    each, other = one_of_each(), one_of_each()
    target = a_ticket(each.customer, 2)
    await store.transact(lambda work: put_one_of_each(work, each))
    await put(store, target)
    await store.transact(lambda work: work.facts.put("colour", "green"))
    await store.transact(lambda work: work.log_in_attempts.add("carla", after(0)))
    before = await store.read(lambda view: everything(view, each))

    async def unit(work: Work) -> None:
        await put_one_of_each(work, other)
        await _change_everything(work, each, target.id)
        raise Regret

    with pytest.raises(Regret):
        await store.transact(unit)
    assert await store.read(lambda view: everything(view, each)) == before
    assert await store.read(lambda view: view.organizations.get(other.organization.id)) is None
    assert await store.transact(lambda work: work.log_in_attempts.count("carla", after(-1))) == 1


async def test_removing_is_rolled_back_altogether(store: Store) -> None:
    each = one_of_each()
    await store.transact(lambda work: put_one_of_each(work, each))
    before = await store.read(lambda view: everything(view, each))

    async def unit(work: Work) -> None:
        await work.tickets.remove(each.organization.id, each.ticket.id)
        await work.customers.remove(each.organization.id, each.customer.id)
        await work.blocked_senders.remove(each.organization.id, each.blocked.id)
        await work.sessions.remove_of(each.user.id)
        assert await work.conversations.get(each.organization.id, each.message.id) is None
        raise Regret

    with pytest.raises(Regret):
        await store.transact(unit)
    assert await store.read(lambda view: everything(view, each)) == before


async def test_a_refusal_by_the_store_rolls_back_what_came_before_it(store: Store) -> None:
    organization = an_organization()
    await put(store, organization)

    async def unit(work: Work) -> None:
        await work.customers.add(a_customer(organization, emails=("a@b.example",)))
        await work.customers.add(a_customer(organization, emails=("a@b.example",)))

    with pytest.raises(AlreadyTaken):
        await store.transact(unit)
    await put(store, a_customer(organization, emails=("a@b.example",)))


async def test_a_unit_may_go_on_after_a_refusal(store: Store) -> None:
    organization = an_organization()
    known, new = (
        a_customer(organization, emails=("a@b.example",)),
        a_customer(organization, emails=("c@d.example",)),
    )
    await put(store, organization, known)

    async def unit(work: Work) -> None:
        with pytest.raises(AlreadyTaken):
            await work.organizations.add(an_organization(slug=organization.slug))
        await work.customers.add(new)

    await store.transact(unit)
    assert await store.read(lambda view: view.customers.get(organization.id, new.id)) == new


async def test_a_store_is_usable_after_units_that_failed(store: Store) -> None:
    async def unit(work: Work) -> None:
        raise Regret

    for _ in range(20):
        with pytest.raises(Regret):
            await store.transact(unit)
    organization = an_organization()
    await put(store, organization)
    assert await store.read(lambda view: view.organizations.get(organization.id)) == organization


async def test_a_unit_cannot_open_another(store: Store) -> None:
    organization = an_organization()

    async def unit(work: Work) -> None:
        await work.organizations.add(organization)
        await store.transact(lambda inner: inner.organizations.all())

    with pytest.raises(RuntimeError):
        await store.transact(unit)
    assert await store.read(lambda view: view.organizations.get(organization.id)) is None


async def test_units_at_the_same_time_number_tickets_densely_also_when_some_fail(store: Store) -> None:
    organization = an_organization()
    customer = a_customer(organization)
    await put(store, organization, customer)
    fates: list[str] = []

    async def open_ticket(place: int) -> None:
        async def unit(work: Work) -> None:
            number = await work.tickets.next_number(organization.id)
            await work.tickets.add(a_ticket(customer, number))
            await work.log.append(an_event(organization, customer.id))
            if place % 3 == 0:
                raise Regret

        try:
            await store.transact(unit)
        except Regret:
            fates.append("rolled back")
        else:
            fates.append("committed")

    async with anyio.create_task_group() as tasks:
        for place in range(32):
            tasks.start_soon(open_ticket, place)
    assert (fates.count("committed"), fates.count("rolled back")) == (21, 11)
    seen = await store.read(lambda view: view.log.since(organization.id, 0, 100))
    assert [event.seq for event in seen.events] == list(range(1, 22))
    assert [await _is_there(store, organization.id, number) for number in range(1, 23)] == [True] * 21 + [
        False
    ]


async def test_units_at_the_same_time_that_change_one_thing_lose_nothing(store: Store) -> None:
    organization = an_organization()
    customer = a_customer(organization)
    ticket = a_ticket(customer, 1)
    await put(store, organization, customer, ticket)

    async def count_up() -> None:
        async def unit(work: Work) -> None:
            now = await work.tickets.get(organization.id, ticket.id)
            assert now is not None
            await work.tickets.replace(evolve(now, message_count=now.message_count + 1))
            await work.conversations.add(a_message(ticket))

        await store.transact(unit)

    async with anyio.create_task_group() as tasks:
        for _ in range(16):
            tasks.start_soon(count_up)
    counted = await store.read(lambda view: view.tickets.get(organization.id, ticket.id))
    assert counted is not None
    assert counted.message_count == 16


async def test_a_customer_who_arrives_twice_at_once_is_stored_once(store: Store) -> None:
    organization = an_organization()
    await put(store, organization)
    refused: list[AlreadyTaken] = []

    async def arrive() -> None:
        try:
            await put(store, a_customer(organization, emails=("carla@mail.example",)))
        except AlreadyTaken as taken:
            refused.append(taken)

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(arrive)
    assert len(refused) == 7


async def test_a_read_after_a_commit_sees_it_whoever_reads(store: Store) -> None:
    seen: list[Organization | None] = []

    async def write_and_read() -> None:
        organization = an_organization()
        await put(store, organization)
        seen.append(await store.read(lambda view: view.organizations.by_slug(organization.slug)))

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(write_and_read)
    assert len(seen) == 10
    assert None not in seen


async def _is_there(store: Store, organization_id: OrganizationId, number: int) -> bool:
    return await store.read(lambda view: view.tickets.by_number(organization_id, number)) is not None


async def _change_everything(work: Work, each: OneOfEach, target_id) -> None:
    organization_id = each.organization.id
    await work.organizations.replace(
        evolve(each.organization, name="Other", slug=f"{each.organization.slug}-b")
    )
    await work.users.replace(evolve(each.user, name="Other", email=f"b-{each.user.email}"))
    await work.sessions.replace(evolve(each.session, expires_at=after(999)))
    await work.api_keys.replace(evolve(each.api_key, revoked_at=after(1)))
    await work.customers.replace(evolve(each.customer, name="Other", emails=("other@mail.example",)))
    await work.tickets.replace(evolve(each.ticket, subject="Other", tags=("vip",), created_at=after(99)))
    await work.tickets.next_number(organization_id)
    await work.conversations.replace(evolve(each.message, content_text="Other", external_id="ext-2"))
    await work.attachments.replace(evolve(each.attachment, filename="other.jpg"))
    await work.integrations.replace(evolve(each.integration, settings={"shop": "other"}))
    await work.inbox.replace(evolve(each.webhook_event, error="other"))
    await work.threads.remember(organization_id, each.ticket.id, ["more@mail.example"], None)
    await work.threads.move(organization_id, each.ticket.id, target_id)
    await work.blocked_senders.remove(organization_id, each.blocked.id)
    await work.log_in_attempts.forget("carla")
    await work.log.append(an_event(each.organization, each.ticket.id), an_event(each.organization, target_id))
    await work.facts.put("colour", "red")
