"""The jobs of a store in memory, as the engine that runs them sees them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice, takewhile
from typing import Protocol, TypeVar

from attrs import evolve

from helpdesk_adapters.storage.memory.jobs import Jobs, Lined
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import LEASE, Job, JobState

T = TypeVar("T")


class _HasJobs(Protocol):
    @property
    def jobs(self) -> Jobs: ...


class _Changeable(Protocol):
    def change(self, unit: Callable[[_HasJobs], T]) -> T: ...


class MemoryJobTable:
    """A `JobTable`: a lease is a worker's name and a time beside the job. Its calls suspend for nothing."""

    def __init__(self, store: _Changeable) -> None:
        self._store = store
        self._bell = store.change(lambda work: work.jobs.bell)

    async def claim(self, worker: str, limit: int, now: datetime) -> Sequence[Job]:
        return self._store.change(lambda work: _claim(work.jobs, worker, limit, now))

    async def settle(self, worker: str, jobs: Sequence[Job]) -> None:
        self._store.change(lambda work: _settle(work.jobs, worker, jobs))

    async def renew(self, worker: str, ids: Sequence[JobId], now: datetime) -> Sequence[JobId]:
        return self._store.change(lambda work: _renew(work.jobs, worker, ids, now))

    async def next_due(self) -> datetime | None:
        return self._store.change(lambda work: next((lined.due_at for lined in work.jobs.due()), None))

    def mark(self) -> int:
        return self._bell.rung

    async def wait_for_work(self, mark: int, seconds: float) -> None:
        await self._bell.wait(mark, seconds)


def _claim(jobs: Jobs, worker: str, limit: int, now: datetime) -> Sequence[Job]:
    due = takewhile(lambda lined: lined.due_at is not None and lined.due_at <= now, jobs.due())
    claimed = [
        evolve(lined.job, state=JobState.RUNNING, attempts=lined.job.attempts + 1)
        for lined in islice(due, limit)
    ]
    for job in claimed:
        jobs.put(Lined(job, worker, now + LEASE))
    return claimed


def _settle(jobs: Jobs, worker: str, settled: Sequence[Job]) -> None:
    for job in settled:
        if _held(jobs, worker, job.id) is not None:
            jobs.put(Lined(job))


def _renew(jobs: Jobs, worker: str, ids: Sequence[JobId], now: datetime) -> Sequence[JobId]:
    held = [lined for job_id in ids if (lined := _held(jobs, worker, job_id)) is not None]
    for lined in held:
        jobs.put(evolve(lined, lease_until=now + LEASE))
    return [lined.job.id for lined in held]


def _held(jobs: Jobs, worker: str, job_id: JobId) -> Lined | None:
    lined = jobs.lined(job_id)
    return lined if lined is not None and lined.worker == worker else None
