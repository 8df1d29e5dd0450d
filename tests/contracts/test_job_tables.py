"""What the leasing engine expects of a store's table of jobs."""

from datetime import timedelta
from time import perf_counter
from typing import Any

import anyio
import pytest
from attrs import evolve

from helpdesk_adapters.jobs.engine import JobTable, after_try, let_go
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import LEASE, MAX_ATTEMPTS, GiveUp, Job, JobState
from helpdesk_core.ports.store import Store
from tests.contracts.adapters import Adapter
from tests.contracts.builders import NOON, a_job, after
from tests.contracts.desks import put
from tests.contracts.workers import HandClock, look_at, running, until_in

LATER = NOON + LEASE


@pytest.fixture
def table(store: Any) -> JobTable:
    table: JobTable = store.job_table
    return table


async def test_the_jobs_due_longest_are_claimed_first_and_no_more_than_wanted(
    store: Store, table: JobTable
) -> None:
    jobs = [a_job(run_at=after(-minutes)) for minutes in (1, 3, 2)]
    await put(store, *jobs, a_job(run_at=after(0.001)))
    assert await table.claim("one", 2, NOON) == [_claimed(jobs[1]), _claimed(jobs[2])]
    assert [*await table.claim("two", 5, NOON)] == [_claimed(jobs[0])]
    assert [*await table.claim("two", 5, NOON)] == []
    assert await look_at(store, jobs[0].id) == _claimed(jobs[0])


async def test_only_what_is_in_line_is_claimed(store: Store, table: JobTable) -> None:
    jobs = {state: a_job(state=state) for state in JobState if state is not JobState.RUNNING}
    await put(store, *jobs.values())
    claimed = await table.claim("one", 10, NOON)
    assert {job.id for job in claimed} == {jobs[JobState.QUEUED].id, jobs[JobState.FAILED].id}


async def test_no_job_is_handed_out_twice_at_the_same_time(store: Store, table: JobTable) -> None:
    await put(store, *(a_job() for _ in range(60)))
    claimed: list[JobId] = []

    async def claim(place: int) -> None:
        for _ in range(5):
            claimed.extend(job.id for job in await table.claim(f"worker {place}", 3, NOON))

    async with anyio.create_task_group() as tasks:
        for place in range(8):
            tasks.start_soon(claim, place)
    assert len(claimed) == len(set(claimed)) == 60


async def test_a_job_whose_worker_fell_silent_is_claimed_by_another_with_an_attempt_more(
    store: Store, table: JobTable
) -> None:
    job = a_job()
    await put(store, job)
    await table.claim("silent", 1, NOON)
    assert [*await table.claim("other", 1, LATER - timedelta(seconds=1))] == []
    assert await table.claim("other", 1, LATER) == [_claimed(job, attempts=2)]


async def test_a_renewed_lease_keeps_a_job(store: Store, table: JobTable) -> None:
    kept, lost = a_job(), a_job()
    await put(store, kept, lost)
    await table.claim("one", 2, NOON)
    assert await table.renew("one", [kept.id], after(0.4)) == [kept.id]
    assert [job.id for job in await table.claim("two", 2, LATER)] == [lost.id]
    assert await table.renew("one", [kept.id, lost.id, a_job().id], LATER) == [kept.id]
    assert [*await table.renew("two", [kept.id], LATER)] == []


async def test_settling_ends_the_lease_in_every_way(store: Store, table: JobTable) -> None:
    jobs = [a_job() for _ in range(4)]
    await put(store, *jobs)
    claimed = {job.id: job for job in await table.claim("one", 4, NOON)}
    done, failed, dead, returned = (claimed[job.id] for job in jobs)
    settled = [
        after_try(done, None, NOON, 0),
        after_try(failed, ValueError("no"), NOON, 0),
        after_try(dead, GiveUp("never"), NOON, 0),
        let_go(returned),
    ]
    await table.settle("one", settled)
    for job in settled:
        assert await look_at(store, job.id) == job
    assert [job.state for job in settled] == [JobState.DONE, JobState.FAILED, JobState.DEAD, JobState.QUEUED]
    assert [*await table.renew("one", list(claimed), NOON)] == []
    again = await table.claim("two", 4, LATER)
    assert [(job.id, job.attempts) for job in again] == [(returned.id, 1), (failed.id, 2)]


async def test_a_worker_that_lost_a_job_settles_nothing(store: Store, table: JobTable) -> None:
    job = a_job()
    await put(store, job)
    (first,) = await table.claim("slow", 1, NOON)
    (second,) = await table.claim("quick", 1, LATER)
    await table.settle("slow", [after_try(first, None, LATER, 0)])
    assert await look_at(store, job.id) == second
    await table.settle("quick", [after_try(second, None, LATER, 0)])
    await table.settle(
        "slow", [after_try(first, GiveUp("late"), LATER, 0), after_try(_claimed(a_job()), None, LATER, 0)]
    )
    assert (await look_at(store, job.id)).state is JobState.DONE


async def test_the_next_due_is_the_earliest_start_or_end_of_a_lease(store: Store, table: JobTable) -> None:
    assert await table.next_due() is None
    await put(store, a_job(run_at=after(60), state=JobState.FAILED), a_job(state=JobState.DEAD))
    assert await table.next_due() == after(60)
    await put(store, a_job(run_at=after(-5)))
    assert await table.next_due() == after(-5)
    claimed = await table.claim("one", 5, NOON)
    assert await table.next_due() == LATER
    await table.settle("one", [after_try(job, None, NOON, 0) for job in claimed])
    assert await table.next_due() == after(60)


async def test_whoever_waits_hears_of_work_that_was_put_in_line(store: Store, table: JobTable) -> None:
    dead = a_job(state=JobState.DEAD)
    await put(store, dead)

    async def add() -> None:
        await put(store, a_job())

    async def retry() -> None:
        await store.transact(lambda work: work.jobs.retry(dead.id, NOON))

    for put_in_line in (add, retry):
        mark = table.mark()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(table.wait_for_work, mark, 30.0)
            tasks.start_soon(table.wait_for_work, mark, 30.0)
            await anyio.sleep(0.01)
            with anyio.fail_after(5):
                await put_in_line()
        assert table.mark() > mark


async def test_work_that_came_between_marking_and_waiting_is_heard_of(store: Store, table: JobTable) -> None:
    mark = table.mark()
    await put(store, a_job())
    with anyio.fail_after(5):
        await table.wait_for_work(mark, 30)


async def test_waiting_ends_when_its_time_is_up(table: JobTable) -> None:
    begun = perf_counter()
    await table.wait_for_work(table.mark(), 0.05)
    assert 0.04 < perf_counter() - begun < 5


async def test_a_job_that_silences_its_workers_again_and_again_is_dead(
    store: Store, adapter: Adapter, table: JobTable
) -> None:
    clock, job, ran = HandClock(), a_job(), list[Job]()
    await put(store, job)
    for attempt in range(MAX_ATTEMPTS):
        assert len(await table.claim(f"killed {attempt}", 1, clock.now)) == 1
        clock.forward(LEASE)

    async def perform(job: Job) -> None:
        ran.append(job)

    async with running(adapter.engine(store, clock), perform):
        dead = await until_in(store, job.id, JobState.DEAD)
    assert ran == []
    assert dead.error is not None
    assert "silent" in dead.error


async def test_an_engine_takes_up_what_a_killed_worker_had_in_hand(
    store: Store, adapter: Adapter, table: JobTable
) -> None:
    clock, job, ran = HandClock(), a_job(), list[int]()
    await put(store, job)
    await table.claim("killed", 1, NOON)

    async def perform(job: Job) -> None:
        ran.append(job.attempts)

    async with running(adapter.engine(store, clock), perform):
        await anyio.sleep(0.05)
        assert ran == []
        clock.forward(LEASE)
        await until_in(store, job.id, JobState.DONE)
    assert ran == [2]


def _claimed(job: Job, attempts: int = 1) -> Job:
    return evolve(job, state=JobState.RUNNING, attempts=attempts)
