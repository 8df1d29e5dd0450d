"""Jobs as units of work see them."""

import pytest
from attrs import evolve

from helpdesk_core.errors import AlreadyTaken, Conflict
from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.ports.store import Store, View, Work
from tests.contracts.builders import a_job, after
from tests.contracts.desks import put


async def test_an_added_job_is_queued(store: Store) -> None:
    job = a_job()
    await put(store, job)
    assert await store.read(lambda view: view.jobs.get(job.id)) == job
    assert await _counts(store) == {JobState.QUEUED: 1}


async def test_a_job_of_a_unit_that_failed_was_never_there(store: Store) -> None:
    job = a_job()

    async def unit(work: Work) -> None:
        await work.jobs.add(job)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.transact(unit)
    assert await store.read(lambda view: view.jobs.get(job.id)) is None
    assert await _counts(store) == {}


async def test_the_same_job_is_not_added_twice(store: Store) -> None:
    job = a_job()
    await put(store, job)
    with pytest.raises(AlreadyTaken):
        await put(store, job)


@pytest.mark.parametrize("state", [JobState.DEAD, JobState.FAILED])
async def test_a_job_that_did_not_work_out_goes_back_in_line_with_all_its_tries(
    store: Store, state: JobState
) -> None:
    job = a_job(state=state, attempts=12, error="GiveUp: no", finished_at=after(1))
    await put(store, job)
    await store.transact(lambda work: work.jobs.retry(job.id, after(5)))
    again = evolve(job, state=JobState.QUEUED, attempts=0, run_at=after(5), error=None, finished_at=None)
    assert await store.read(lambda view: view.jobs.get(job.id)) == again


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.DONE])
async def test_a_job_in_another_state_is_not_retried(store: Store, state: JobState) -> None:
    job = a_job(state=state)
    await put(store, job)
    with pytest.raises(Conflict):
        await store.transact(lambda work: work.jobs.retry(job.id, after(5)))
    assert await store.read(lambda view: view.jobs.get(job.id)) == job


async def test_jobs_are_filtered_by_state_and_kind(store: Store) -> None:
    replies = [a_job(kind=JobKind.SEND_REPLY, state=state, created_at=after(1)) for state in JobState]
    events = [a_job(kind=JobKind.PERFORM_EVENT, state=state, created_at=after(2)) for state in JobState]
    jobs = [job for job in (*replies, *events) if job.state is not JobState.RUNNING]
    await put(store, *jobs)
    for wanted in (
        JobFilter(),
        JobFilter(kind=JobKind.SEND_REPLY),
        JobFilter(state=JobState.DEAD),
        JobFilter(JobState.DONE, JobKind.PERFORM_EVENT),
    ):
        seen = await store.read(lambda view, wanted=wanted: view.jobs.page(wanted, Page(100, "created_at")))  # type: ignore[misc]
        expected = [
            job for job in jobs if wanted.state in (None, job.state) and wanted.kind in (None, job.kind)
        ]
        assert {job.id for job in seen.items} == {job.id for job in expected}


async def test_counts_leave_out_what_is_done(store: Store) -> None:
    await put(
        store,
        *(a_job(state=state) for state in (JobState.DONE, JobState.DEAD, JobState.DEAD, JobState.FAILED)),
    )
    await put(store, a_job())
    assert await _counts(store) == {JobState.DEAD: 2, JobState.FAILED: 1, JobState.QUEUED: 1}


async def _counts(store: Store) -> dict[JobState, int]:
    """The states that have any."""

    async def unit(view: View) -> dict[JobState, int]:
        return {state: count for state, count in (await view.jobs.counts()).items() if count}

    return await store.read(unit)
