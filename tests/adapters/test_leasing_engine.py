"""The leasing engine when things around it go wrong."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import anyio
import anyio.lowlevel
import pytest

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.jobs import engine as module
from helpdesk_adapters.jobs.bell import Bell
from helpdesk_adapters.jobs.engine import JobTable, LeasingEngine
from helpdesk_adapters.storage.memory import MemoryStore
from helpdesk_adapters.storage.memory.job_table import MemoryJobTable
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import LEASE, Job, JobState
from tests.contracts.builders import NOON, a_job
from tests.contracts.desks import put
from tests.contracts.workers import HandClock, look_at, running, until, until_in


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    backend: str = request.param
    return backend


class Flaky(MemoryJobTable):
    """A table whose store is away at every other call of each method, and which notes what is settled."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.calls = Counter[str]()
        self.settled: list[int] = []

    def _call(self, name: str) -> None:
        self.calls[name] += 1
        if self.calls[name] % 2:
            raise StoreUnavailable("away for a moment")

    async def claim(self, worker: str, limit: int, now: datetime) -> Sequence[Job]:
        self._call("claim")
        return await super().claim(worker, limit, now)

    async def settle(self, worker: str, jobs: Sequence[Job]) -> None:
        self._call("settle")
        self.settled.append(len(jobs))
        await super().settle(worker, jobs)

    async def next_due(self) -> datetime | None:
        self._call("next_due")
        return await super().next_due()


def _engine(table: JobTable, clock: HandClock) -> LeasingEngine:
    return LeasingEngine(table, clock, lambda: 0.0, new_id, look_every=0.005)


async def test_an_engine_outlives_a_store_that_comes_and_goes() -> None:
    store = MemoryStore()
    jobs = [a_job() for _ in range(20)]

    async def perform(job: Job) -> None:
        if job.id == jobs[3].id:
            raise ValueError

    async with running(_engine(Flaky(store), HandClock()), perform):
        await put(store, *jobs)
        for job in jobs:
            await until_in(store, job.id, JobState.FAILED if job.id == jobs[3].id else JobState.DONE)


async def test_jobs_that_finish_together_are_settled_together() -> None:
    store = MemoryStore()
    table, jobs = Flaky(store), [a_job() for _ in range(64)]

    async def perform(job: Job) -> None:
        await anyio.lowlevel.checkpoint()

    async with running(_engine(table, HandClock()), perform, at_once=16):
        await put(store, *jobs)
        for job in jobs:
            await until_in(store, job.id, JobState.DONE)
    assert sum(table.settled) == 64
    assert len(table.settled) <= 16


async def test_a_job_that_was_lost_to_another_worker_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE", timedelta(seconds=0.03))
    store, job, ended = MemoryStore(), a_job(), list[JobId]()

    async def perform(job: Job) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(job.id)

    async with running(_engine(store.job_table, HandClock()), perform):
        await put(store, job)
        await until_in(store, job.id, JobState.RUNNING)
        (taken,) = await store.job_table.claim("other", 1, NOON + LEASE)
        await until(lambda: ended == [job.id])
        assert await look_at(store, job.id) == taken
    assert await look_at(store, job.id) == taken


async def test_leases_of_long_jobs_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE", timedelta(seconds=0.03))
    clock, store, job = HandClock(), MemoryStore(), a_job()
    begun, finish = anyio.Event(), anyio.Event()

    async def perform(job: Job) -> None:
        begun.set()
        await finish.wait()

    async def renewed() -> bool:
        return await store.job_table.next_due() == clock.now + LEASE

    async with running(_engine(store.job_table, clock), perform):
        await put(store, job)
        await begun.wait()
        for _ in range(3):
            clock.forward(LEASE / 2)
            await until(renewed)
            assert [*await store.job_table.claim("other", 1, clock.now)] == []
        finish.set()
        assert (await until_in(store, job.id, JobState.DONE)).attempts == 1


async def test_an_error_that_is_no_failure_of_a_job_ends_the_engine() -> None:
    class Ending(BaseException):
        """Like KeyboardInterrupt, but for the test runner."""

    store = MemoryStore()
    await put(store, a_job())

    async def perform(job: Job) -> None:
        raise Ending

    with pytest.raises(BaseExceptionGroup) as raised:
        with anyio.fail_after(5):
            await _engine(store.job_table, HandClock()).run(perform)
    assert raised.group_contains(Ending)


@pytest.mark.parametrize("anyio_backend", ["asyncio"], indirect=True)
async def test_a_job_in_which_something_was_cancelled_has_failed() -> None:
    """Only asyncio can do that to us: there, a task that was cancelled cancels whoever awaits it."""
    store, job = MemoryStore(), a_job()

    async def perform(job: Job) -> None:
        within = asyncio.ensure_future(asyncio.sleep(10))
        asyncio.get_running_loop().call_soon(within.cancel)
        await within

    async with running(_engine(store.job_table, HandClock()), perform):
        await put(store, job)
        failed = await until_in(store, job.id, JobState.FAILED)
        after = a_job()
        await put(store, after)
        await until_in(store, after.id, JobState.FAILED)
    assert failed.error == "CancelledError"


async def test_a_bell_that_rang_before_somebody_waited_is_heard() -> None:
    bell = Bell()
    before = bell.rung
    bell.ring()
    with anyio.fail_after(5):
        await bell.wait(before, 30)


async def test_a_bell_is_heard_by_all_who_wait_and_by_nobody_who_gave_up() -> None:
    bell, heard = Bell(), list[int]()

    async def listen(place: int) -> None:
        await bell.wait(bell.rung, 30)
        heard.append(place)

    async with anyio.create_task_group() as tasks:
        with anyio.move_on_after(0.01):
            await bell.wait(bell.rung, 30)
        for place in range(3):
            tasks.start_soon(listen, place)
        while len(heard) < 3:
            await anyio.sleep(0.001)
            bell.ring()
    assert sorted(heard) == [0, 1, 2]
