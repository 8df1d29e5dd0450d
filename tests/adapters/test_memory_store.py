"""What the store in memory promises beyond the contract of all stores."""

from threading import Thread

import anyio
import anyio.lowlevel
import pytest

from helpdesk_adapters.storage.memory import MemoryStore
from helpdesk_core.ports.store import Work
from tests.contracts.builders import a_customer, a_job, a_ticket, an_organization
from tests.contracts.desks import put


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    backend: str = request.param
    return backend


async def test_a_unit_that_waits_for_something_else_is_refused_and_rolled_back() -> None:
    store, organization = MemoryStore(), an_organization()

    async def unit(work: Work) -> None:
        await work.organizations.add(organization)
        await anyio.lowlevel.checkpoint()

    with pytest.raises(RuntimeError, match="nothing but the methods of its work"):
        await store.transact(unit)
    assert await store.read(lambda view: view.organizations.all()) == []


async def test_a_read_cannot_write() -> None:
    store = MemoryStore()
    with pytest.raises(RuntimeError):
        await store.read(lambda view: view.organizations.add(an_organization()))  # type: ignore[attr-defined]
    assert await store.read(lambda view: view.organizations.all()) == []


async def test_the_work_of_an_ended_unit_cannot_write() -> None:
    store, kept = MemoryStore(), list[Work]()

    async def unit(work: Work) -> None:
        kept.append(work)

    await store.transact(unit)
    with pytest.raises(RuntimeError):
        await kept[0].organizations.add(an_organization())


async def test_a_read_within_a_unit_is_refused_rather_than_waited_for() -> None:
    store = MemoryStore()

    async def unit(work: Work) -> None:
        await store.read(lambda view: view.organizations.all())

    with pytest.raises(RuntimeError):
        await store.transact(unit)


async def test_stores_share_nothing() -> None:
    one, other = MemoryStore(), MemoryStore()
    await put(one, an_organization())
    assert await other.read(lambda view: view.organizations.all()) == []


def test_threads_with_event_loops_of_their_own_share_a_store() -> None:
    store, organization = MemoryStore(), an_organization()
    customer = a_customer(organization)
    anyio.run(put, store, organization, customer)

    async def work_for_a_while() -> None:
        async def unit(work: Work) -> None:
            await work.tickets.add(a_ticket(customer, await work.tickets.next_number(organization.id)))

        for _ in range(50):
            await store.transact(unit)

    threads = [
        Thread(target=anyio.run, args=(work_for_a_while,), kwargs={"backend": backend})
        for backend in ("asyncio", "trio", "asyncio", "trio")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    async def next_number() -> int:
        return await store.transact(lambda work: work.tickets.next_number(organization.id))

    assert anyio.run(next_number) == 201


async def test_a_job_that_another_thread_commits_is_heard_of() -> None:
    store = MemoryStore()
    mark = store.job_table.mark()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.job_table.wait_for_work, mark, 30.0)
        await anyio.sleep(0.01)
        with anyio.fail_after(5):
            await anyio.to_thread.run_sync(anyio.run, put, store, a_job())
    assert store.job_table.mark() == mark + 1
