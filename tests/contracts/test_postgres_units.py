"""Units of work on PostgreSQL: side by side, in shared transactions, run again, and never lost or doubled."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from contextvars import Context
from functools import partial
from random import Random

import anyio
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_core.customers import Contact
from helpdesk_core.errors import AlreadyTaken, Conflict, InvalidValue, StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work
from tests.contracts.builders import (
    a_customer,
    a_message,
    a_ticket,
    a_user,
    an_event,
    an_organization,
)
from tests.contracts.desks import put, tickets_of
from tests.contracts.postgres_desks import a_shop, break_connections, numbers_and_log, open_ticket, opened
from tests.contracts.postgres_server import clean_database


class Regret(Exception):
    """Raised by units that are to be rolled back."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def url() -> Iterator[str]:
    with clean_database() as url:
        yield url


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    async with opened(url) as store:
        yield store


async def test_units_of_many_organizations_side_by_side_lose_and_double_nothing(url: str) -> None:
    """Whatever fails, whoever is cancelled: what came back is committed, and the numbers have no holes."""
    chance = Random(7)
    async with opened(url, connections=4) as one, opened(url, connections=3) as other:
        shops = [await a_shop(one) for _ in range(4)]
        committed: Counter[OrganizationId] = Counter()

        async def work_on(store: PostgresStore, turn: int) -> None:
            organization, customer = shops[turn % len(shops)]
            fate = chance.random()

            async def unit(work: Work) -> None:
                if turn % 2:  # whose unit it is shows at the first statement, or only later
                    assert await work.users.by_email("nobody@desk.example") is None
                await open_ticket(work, customer)
                if fate < 0.2:
                    raise Regret
                if fate < 0.3:
                    await work.organizations.add(an_organization(slug=organization.slug))

            with suppress(Regret, AlreadyTaken), anyio.move_on_after(10 if fate < 0.9 else fate / 300):
                await store.transact(unit)
                committed[organization.id] += 1

        async with anyio.create_task_group() as tasks:
            for turn in range(240):
                tasks.start_soon(work_on, (one, other)[turn // 4 % 2], turn)
        for organization, _ in shops:
            numbers, log = await numbers_and_log(other, organization.id)
            assert numbers == list(range(1, len(numbers) + 1))
            assert [event.seq for event in log] == numbers
            # One that was cancelled while it was being committed may be there nevertheless.
            assert committed[organization.id] <= len(numbers) <= committed[organization.id] + 10


async def test_two_stores_that_find_nothing_at_once_do_not_both_open_a_ticket(url: str) -> None:
    """Placing reads before it writes: of two first letters of one thread, one must see the other."""
    async with opened(url) as one, opened(url) as other:
        for _ in range(10):
            _, customer = await a_shop(one)
            opened_by: list[str] = []

            async def place(
                store: PostgresStore, name: str, *, customer=customer, opened_by=opened_by
            ) -> None:
                async def unit(work: Work) -> bool:
                    known = await work.customers.by_contact(
                        customer.organization_id, Contact("email", "new@x.example")
                    )
                    await anyio.sleep(0.005)  # the other one looks as well
                    if known is not None:
                        return False
                    await work.tickets.add(a_ticket(customer, 1 if name == "one" else 2))
                    await work.customers.replace(evolve(customer, emails=("new@x.example",)))
                    return True

                if await store.transact(unit):
                    opened_by.append(name)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(place, one, "one")
                tasks.start_soon(place, other, "other")
            assert len(opened_by) == 1


async def test_first_letters_that_quote_one_id_make_one_ticket_wherever_they_arrive(url: str) -> None:
    """Two processes are handed one letter of a thread each, and neither has seen the other's."""
    settings = Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example")
    async with opened(url) as one, opened(url) as other:
        desks = []
        for store in (one, other):
            desk = in_memory(settings)
            desk.database.override(providers.Object(store))
            desks.append(desk)
        acme = await desks[0].create_organization()("acme", "Acme")
        for thread in range(10):
            async with anyio.create_task_group() as tasks:
                for place, desk in enumerate(desks):
                    tasks.start_soon(desk.receive_email(), _letter(thread, place))
        numbers, _ = await numbers_and_log(one, acme.id)
        assert numbers == list(range(1, 11))


def _letter(thread: int, place: int) -> bytes:
    return (
        f"From: Carla <carla@mail.example>\r\nTo: acme@desk.example\r\nSubject: Letter {place} of {thread}\r\n"
        f"Message-ID: <letter-{place}-{thread}@mail.example>\r\nReferences: <root-{thread}@mail.example>\r\n"
        "\r\nIt squeaks.\r\n"
    ).encode()


async def test_write_skew_is_prevented_between_units_of_no_organization(url: str) -> None:
    """Two units read what the other writes, and no row is written by both: only serializability sees that."""
    async with opened(url) as one, opened(url) as other:
        for turn in range(10):
            left, right = f"left {turn}", f"right {turn}"

            async def claim(store: PostgresStore, mine: str, theirs: str) -> None:
                async def unit(work: Work) -> None:
                    if await work.facts.get(theirs) is None:
                        await anyio.sleep(0.005)  # the other one reads as well
                        await work.facts.put(mine, "taken")

                await store.transact(unit)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(claim, one, left, right)
                tasks.start_soon(claim, other, right, left)
            taken = [await one.read(partial(_fact, name)) for name in (left, right)]
            assert taken.count("taken") == 1


async def test_a_unit_may_go_on_after_whatever_was_refused(store: PostgresStore) -> None:
    """PostgreSQL gives a transaction up at the first error; a unit does not notice."""
    organization, customer = await a_shop(store)
    known, user = an_organization(), a_user(organization)
    await put(store, known, user, a_user(organization, email="taken@desk.example"), a_ticket(customer, 1))
    runs = 0

    async def unit(work: Work) -> None:
        nonlocal runs
        runs += 1
        number = await work.tickets.next_number(organization.id)
        with pytest.raises(AlreadyTaken):
            await work.organizations.replace(evolve(organization, slug=known.slug))
        with pytest.raises(AlreadyTaken):
            await work.users.replace(evolve(user, email="Taken@desk.example"))
        with pytest.raises(Conflict):
            await work.customers.remove(organization.id, customer.id)
        with pytest.raises(Conflict):
            await work.tickets.add(a_ticket(a_customer(organization), 9))
        with pytest.raises(InvalidValue):
            await work.facts.put("name", "NUL \0")
        with pytest.raises(InvalidValue):
            await work.facts.put("name", "half a character \ud800")
        await work.users.replace(evolve(user, name="Other"))
        assert number == 1

    await store.transact(unit)
    assert runs == 2  # the second time every statement is marked
    assert await store.read(lambda view: view.users.by_id(user.id)) == evolve(user, name="Other")
    assert await store.transact(lambda work: work.tickets.next_number(organization.id)) == 2


async def test_a_unit_that_hides_what_was_refused_is_still_committed_in_whole(store: PostgresStore) -> None:
    organization, customer = await a_shop(store)
    await put(store, a_ticket(customer, 1))

    async def unit(work: Work) -> None:
        await work.facts.put("colour", "green")
        with suppress(Conflict):
            await work.customers.remove(organization.id, customer.id)

    await store.transact(unit)
    assert await store.read(partial(_fact, "colour")) == "green"


async def test_an_error_that_shows_late_is_told_to_the_unit_whose_it_is(store: PostgresStore) -> None:
    """Events are sent without waiting, and the transaction may be another unit's by the time they fail."""
    organization, customer = await a_shop(store)
    refused: list[int] = []

    async def go(turn: int) -> None:
        async def unit(work: Work) -> None:
            await open_ticket(work, customer)
            if turn % 4 == 0:
                await work.log.append(an_event(organization, customer.id, depth=2**40))

        try:
            await store.transact(unit)
        except InvalidValue:
            refused.append(turn)

    async with anyio.create_task_group() as tasks:
        for turn in range(24):
            tasks.start_soon(go, turn)
    assert sorted(refused) == [0, 4, 8, 12, 16, 20]
    numbers, log = await numbers_and_log(store, organization.id)
    assert numbers == [event.seq for event in log] == list(range(1, 19))


async def test_what_is_kept_as_json_may_not_hold_nul(store: PostgresStore) -> None:
    organization = an_organization()
    await put(store, organization)
    with pytest.raises(InvalidValue):
        await put(store, a_customer(organization, metadata={"note": "\0"}))


async def test_units_outlive_their_connections(url: str, store: PostgresStore) -> None:
    organization, customer = await a_shop(store)
    for turn in range(3):
        assert break_connections(url) >= 1
        assert await store.transact(partial(open_ticket, customer=customer)) == turn + 1
    numbers, _ = await numbers_and_log(store, organization.id)
    assert numbers == [1, 2, 3]


async def test_a_unit_whose_connection_breaks_in_its_middle_is_run_again(
    url: str, store: PostgresStore
) -> None:
    organization, customer = await a_shop(store)
    runs = 0

    async def unit(work: Work) -> None:
        nonlocal runs
        runs += 1
        await open_ticket(work, customer)
        if runs == 1:
            break_connections(url)
        await open_ticket(work, customer)

    await store.transact(unit)
    assert runs >= 2  # the connections that were idle are broken as well
    numbers, log = await numbers_and_log(store, organization.id)
    assert numbers == [event.seq for event in log] == [1, 2]


async def test_a_cancelled_task_harms_no_other_unit(store: PostgresStore) -> None:
    """Tasks of asyncio are cancelled wherever they are, also in the middle of a statement."""
    organization, customer = await a_shop(store)
    chance = Random(3)
    tasks = [asyncio.create_task(store.transact(partial(open_ticket, customer=customer))) for _ in range(60)]
    for task in tasks[::3]:
        await asyncio.sleep(chance.random() / 200)
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    came_back = [one for one in ended if isinstance(one, int)]
    assert len(came_back) >= 40
    numbers, log = await numbers_and_log(store, organization.id)
    assert numbers == [event.seq for event in log] == list(range(1, len(numbers) + 1))
    assert set(came_back) <= set(numbers)
    assert len(set(came_back)) == len(came_back)


async def test_waiting_for_a_turn_can_be_cancelled(store: PostgresStore) -> None:
    _, customer = await a_shop(store)
    begun, go_on = anyio.Event(), anyio.Event()

    async def slow(work: Work) -> None:
        await open_ticket(work, customer)
        begun.set()
        await go_on.wait()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.transact, slow)
        await begun.wait()
        with anyio.move_on_after(0.05) as scope:
            await store.transact(partial(open_ticket, customer=customer))
        assert scope.cancelled_caught
        go_on.set()
    assert await store.transact(partial(open_ticket, customer=customer)) == 2


async def test_more_tasks_than_connections_wait_for_one(url: str) -> None:
    async with opened(url, connections=2) as store:
        shops = [await a_shop(store) for _ in range(20)]
        async with anyio.create_task_group() as tasks:
            for organization, customer in shops:
                tasks.start_soon(store.transact, partial(open_ticket, customer=customer))
                tasks.start_soon(store.read, partial(_slug, organization.id))
        for organization, _ in shops:
            assert (await numbers_and_log(store, organization.id))[0] == [1]


async def test_a_unit_does_one_thing_after_the_other(store: PostgresStore) -> None:
    async def unit(work: Work) -> None:
        await asyncio.gather(work.facts.get("one"), work.facts.get("other"))

    with pytest.raises(RuntimeError, match="one thing after the other"):
        await store.transact(unit)
    await put(store, an_organization())


async def test_the_work_of_a_unit_that_has_ended_is_of_no_use(store: PostgresStore) -> None:
    kept: list[Work] = []

    async def unit(work: Work) -> None:
        kept.append(work)

    await store.transact(unit)
    with pytest.raises(RuntimeError, match="ended"):
        await kept[0].organizations.all()


async def test_reading_sees_one_moment_and_writes_nothing(store: PostgresStore) -> None:
    organization = an_organization()
    seen: list[bool] = []

    async def unit(view: View) -> None:
        seen.append(await view.organizations.get(organization.id) is not None)
        await _beside(store, organization)
        seen.append(await view.organizations.get(organization.id) is not None)

    await store.read(unit)
    assert seen == [False, False]
    assert await store.read(partial(_slug, organization.id)) == organization.slug

    async def writes(db: Connection) -> None:
        await db.work.facts.put("colour", "red")  # type: ignore[attr-defined]

    with pytest.raises(Exception, match="read-only"):
        await store.look(writes)


async def test_a_closed_store_refuses_and_finishes_what_was_begun(url: str) -> None:
    store = PostgresStore(url)
    with pytest.raises(StoreUnavailable):
        await store.read(partial(_fact, "colour"))
    await store.open()
    await store.open()
    organization, customer = await a_shop(store)
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(store.transact, partial(open_ticket, customer=customer))
        await anyio.sleep(0.001)
        await store.close()
    with pytest.raises(StoreUnavailable):
        await store.transact(partial(open_ticket, customer=customer))
    await store.close()
    await store.open()
    assert (await numbers_and_log(store, organization.id))[0] == list(range(1, 11))
    await store.close()


async def test_an_endless_text_is_found_by_the_words_of_its_beginning(store: PostgresStore) -> None:
    """A vector of words may have a megabyte, a word in it two kilobytes: neither keeps a mail from being stored."""
    organization, customer = await a_shop(store)
    ticket = a_ticket(customer, 1)
    words = " ".join(f"word{number}" for number in range(200_000))
    await put(store, ticket, a_message(ticket, f"{'x' * 5000} {words}"))
    for q in ("word17", "x" * 5000, "x" * 20):
        assert [*await tickets_of(store, organization, q=q)] == [ticket]


async def test_names_and_subjects_of_any_length_are_kept(store: PostgresStore) -> None:
    """An index row may have 2.7 kilobytes; what was made by chance cannot be compressed below that."""
    organization, _ = await a_shop(store)
    chance = Random(1)
    long = "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(20_000))
    customer = a_customer(organization, name=long, company=long)
    ticket = a_ticket(customer, 1, subject=long)
    await put(store, customer, ticket)
    assert await store.read(lambda view: view.customers.get(organization.id, customer.id)) == customer
    assert await store.read(lambda view: view.tickets.get(organization.id, ticket.id)) == ticket


async def _fact(name: str, view: View) -> str | None:
    return await view.facts.get(name)


async def _slug(organization_id: OrganizationId, view: View) -> str | None:
    found = await view.organizations.get(organization_id)
    return found.slug if found else None


async def _beside(store: PostgresStore, organization) -> None:
    """In another task, as another request would: a unit awaits nothing but its work."""
    await asyncio.get_running_loop().create_task(put(store, organization), context=Context())
