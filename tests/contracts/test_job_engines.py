"""What every engine does with the jobs of its store."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

import anyio
import pytest
from attrs import evolve

from helpdesk_core.ids import JobId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, Job, JobState, TryLater, after_failure
from helpdesk_core.ports.store import Store, Work
from tests.contracts.adapters import Adapter
from tests.contracts.builders import NOON, a_job, after
from tests.contracts.desks import put
from tests.contracts.workers import HandClock, look_at, running, until, until_in


class Regret(Exception):
    """Raised by units that are to be rolled back, and by jobs that fail."""


async def test_a_committed_job_runs_once_and_is_done(store: Store, adapter: Adapter) -> None:
    job, ran = a_job(), list[Job]()

    async def perform(given: Job) -> None:
        ran.append(given)

    async with running(adapter.engine(store, HandClock()), perform):
        await put(store, job)
        done = await until_in(store, job.id, JobState.DONE)
    assert ran == [evolve(job, state=JobState.RUNNING, attempts=1)]
    assert done == evolve(job, state=JobState.DONE, attempts=1, finished_at=NOON)


async def test_a_job_that_waits_when_the_engine_starts_runs_as_well(store: Store, adapter: Adapter) -> None:
    job = a_job()
    await put(store, job)
    async with running(adapter.engine(store, HandClock()), _nothing):
        await until_in(store, job.id, JobState.DONE)


async def test_a_job_whose_unit_is_rolled_back_never_runs(store: Store, adapter: Adapter) -> None:
    regretted, committed, ran = a_job(), a_job(), list[JobId]()

    async def perform(job: Job) -> None:
        ran.append(job.id)

    async def regret(work: Work) -> None:
        await work.jobs.add(regretted)
        raise Regret

    async with running(adapter.engine(store, HandClock()), perform):
        with pytest.raises(Regret):
            await store.transact(regret)
        await put(store, committed)
        await until_in(store, committed.id, JobState.DONE)
    assert ran == [committed.id]


async def test_a_job_starts_within_a_tenth_of_a_second_of_its_commit(store: Store, adapter: Adapter) -> None:
    started, waits = anyio.Event(), list[float]()

    async def perform(job: Job) -> None:
        started.set()

    async with running(adapter.engine(store, HandClock()), perform):
        for _ in range(7):
            await anyio.sleep(0.02)
            started = anyio.Event()
            await put(store, a_job())
            committed = perf_counter()
            await started.wait()
            waits.append(perf_counter() - committed)
    assert median(waits) < 0.1


async def test_a_job_does_not_run_before_its_time(store: Store, adapter: Adapter) -> None:
    clock, later, now, ran = HandClock(), a_job(run_at=after(60)), a_job(), list[JobId]()

    async def perform(job: Job) -> None:
        ran.append(job.id)

    async with running(adapter.engine(store, clock), perform):
        await put(store, later)
        await put(store, now)
        await until_in(store, now.id, JobState.DONE)
        await anyio.sleep(0.05)
        assert ran == [now.id]
        clock.forward(timedelta(hours=1))
        await until_in(store, later.id, JobState.DONE)
    assert ran == [now.id, later.id]


async def test_a_failing_job_is_tried_again_with_patience_and_rests_after_the_last_try(
    store: Store, adapter: Adapter
) -> None:
    clock, job, tries = HandClock(), a_job(), list[int]()

    async def perform(job: Job) -> None:
        tries.append(job.attempts)
        raise Regret(f"try {job.attempts}")

    async with running(adapter.engine(store, clock), perform):
        await put(store, job)
        for attempt in range(1, MAX_ATTEMPTS):
            failed = await until_in(store, job.id, JobState.FAILED)
            pause = after_failure(attempt, Regret(), clock.now, 0)
            assert (failed.attempts, failed.error, failed.finished_at) == (
                attempt,
                f"Regret: try {attempt}",
                None,
            )
            assert failed.run_at == pause.at  # type: ignore[union-attr]
            clock.now = failed.run_at
            await until(lambda attempt=attempt: len(tries) > attempt)  # type: ignore[misc]
        dead = await until_in(store, job.id, JobState.DEAD)
        clock.forward(timedelta(days=30))
        await anyio.sleep(0.05)
    assert tries == list(range(1, MAX_ATTEMPTS + 1))
    assert (dead.error, dead.attempts) == (f"Regret: try {MAX_ATTEMPTS}", MAX_ATTEMPTS)
    assert dead.finished_at is not None


async def test_a_job_that_succeeds_after_failures_is_done_and_its_error_is_gone(
    store: Store, adapter: Adapter
) -> None:
    clock, job = HandClock(), a_job()

    async def perform(job: Job) -> None:
        if job.attempts < 3:
            raise Regret

    async with running(adapter.engine(store, clock), perform):
        await put(store, job)
        for _ in range(2):
            clock.now = (await until_in(store, job.id, JobState.FAILED)).run_at
            await until(_not_failed(store, job.id))
        done = await until_in(store, job.id, JobState.DONE)
    assert (done.attempts, done.error) == (3, None)


async def test_a_job_that_gives_up_rests_at_once(store: Store, adapter: Adapter) -> None:
    job = a_job()

    async def perform(job: Job) -> None:
        raise GiveUp("the address does not exist")

    async with running(adapter.engine(store, HandClock()), perform):
        await put(store, job)
        dead = await until_in(store, job.id, JobState.DEAD)
    assert dead == evolve(
        job, state=JobState.DEAD, attempts=1, error="GiveUp: the address does not exist", finished_at=NOON
    )


async def test_a_pause_that_the_other_side_asked_for_is_kept(store: Store, adapter: Adapter) -> None:
    job = a_job()

    async def perform(job: Job) -> None:
        raise TryLater("slow down", after=timedelta(minutes=90))

    async with running(adapter.engine(store, HandClock()), perform):
        await put(store, job)
        failed = await until_in(store, job.id, JobState.FAILED)
    assert failed.run_at == after(90)


async def test_a_dead_job_that_is_retried_runs_again(store: Store, adapter: Adapter) -> None:
    clock, job, broken = HandClock(), a_job(), True

    async def perform(job: Job) -> None:
        if broken:
            raise GiveUp("not connected")

    async with running(adapter.engine(store, clock), perform):
        await put(store, job)
        await until_in(store, job.id, JobState.DEAD)
        broken = False
        await store.transact(lambda work: work.jobs.retry(job.id, clock.now))
        done = await until_in(store, job.id, JobState.DONE)
    assert (done.attempts, done.error) == (1, None)


async def test_what_fails_does_not_hold_up_the_others(store: Store, adapter: Adapter) -> None:
    jobs = [a_job() for _ in range(40)]
    failing = {job.id for job in jobs[::2]}

    async def perform(job: Job) -> None:
        if job.id in failing:
            raise Regret

    async with running(adapter.engine(store, HandClock()), perform, at_once=4):
        await put(store, *jobs)
        for job in jobs:
            await until_in(store, job.id, JobState.FAILED if job.id in failing else JobState.DONE)


async def test_a_job_may_add_jobs(store: Store, adapter: Adapter) -> None:
    first, second = a_job(), a_job()

    async def perform(job: Job) -> None:
        if job.id == first.id:
            await put(store, second)

    async with running(adapter.engine(store, HandClock()), perform):
        await put(store, first)
        await until_in(store, first.id, JobState.DONE)
        await until_in(store, second.id, JobState.DONE)


async def test_no_more_jobs_are_in_hand_than_are_asked_for(store: Store, adapter: Adapter) -> None:
    jobs, in_hand, most = [a_job() for _ in range(30)], 0, 0

    async def perform(job: Job) -> None:
        nonlocal in_hand, most
        in_hand += 1
        most = max(most, in_hand)
        await anyio.sleep(0.005)
        in_hand -= 1

    async with running(adapter.engine(store, HandClock()), perform, at_once=3):
        await put(store, *jobs)
        for job in jobs:
            await until_in(store, job.id, JobState.DONE)
    assert most == 3


async def test_no_job_is_run_by_two_engines(store: Store, adapter: Adapter) -> None:
    jobs, runs = [a_job() for _ in range(100)], Counter[JobId]()

    async def perform(job: Job) -> None:
        runs[job.id] += 1
        await anyio.sleep(0.001)

    async with (
        running(adapter.engine(store, HandClock()), perform, at_once=4),
        running(adapter.engine(store, HandClock()), perform, at_once=4),
    ):
        await put(store, *jobs[:50])
        for job in jobs[50:]:
            await put(store, job)
        for job in jobs:
            await until_in(store, job.id, JobState.DONE)
    assert runs == Counter(job.id for job in jobs)


async def test_a_cancelled_engine_lets_go_of_its_jobs_unharmed_and_another_takes_them_up(
    store: Store, adapter: Adapter
) -> None:
    jobs, begun = [a_job() for _ in range(3)], set[JobId]()

    async def perform_for_ever(job: Job) -> None:
        begun.add(job.id)
        await anyio.sleep_forever()

    async with running(adapter.engine(store, HandClock()), perform_for_ever):
        await put(store, *jobs)
        await until(lambda: len(begun) == 3)
    for job in jobs:
        assert await look_at(store, job.id) == job
    async with running(adapter.engine(store, HandClock()), _nothing):
        for job in jobs:
            assert (await until_in(store, job.id, JobState.DONE)).attempts == 1


async def test_what_was_finished_before_the_engine_was_cancelled_stays_finished(
    store: Store, adapter: Adapter
) -> None:
    job, finished = a_job(), anyio.Event()

    async def perform(job: Job) -> None:
        finished.set()

    async with running(adapter.engine(store, HandClock()), perform):
        await put(store, job)
        await finished.wait()
    assert (await look_at(store, job.id)).state is JobState.DONE


async def test_an_engine_can_be_run_again(store: Store, adapter: Adapter) -> None:
    engine = adapter.engine(store, HandClock())
    for _ in range(2):
        job = a_job()
        async with running(engine, _nothing):
            await put(store, job)
            await until_in(store, job.id, JobState.DONE)


def _not_failed(store: Store, job_id: JobId) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return (await look_at(store, job_id)).state is not JobState.FAILED

    return condition


async def _nothing(job: Job) -> None:
    """A job that has nothing to do."""
