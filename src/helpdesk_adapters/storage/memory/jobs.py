"""Jobs, and which of them are due."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import evolve, frozen

from helpdesk_adapters.jobs.bell import Bell
from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Sorted, Table
from helpdesk_core.errors import Conflict, NotFound
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import Job, JobState
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import JobFilter


@frozen
class Lined:
    """A job, and who has it in hand until when."""

    job: Job
    worker: str | None = None
    lease_until: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """From when on a worker may claim it; None: it rests."""
        match self.job.state:
            case JobState.QUEUED | JobState.FAILED:
                return self.job.run_at
            case JobState.RUNNING:
                return self.lease_until
            case _:
                return None


class Jobs:
    """The jobs as units of work see them; an engine goes on from `due`, `lined` and `put`."""

    def __init__(self, journal: Journal) -> None:
        self.bell = Bell()
        """Rings after a commit that put a job in line."""
        self._journal = journal
        self._lists = sorted_by(Job, ("created_at",), lambda row: "all")
        self._jobs = Table[JobId, Job](journal, *self._lists.values())
        self._in_state = Groups[JobId, Lined](lambda row: row.job.state)
        self._due = Sorted[JobId, Lined](
            lambda row: None if row.due_at is None else "all", lambda row: (row.due_at, row.job.id)
        )
        self._lined = Table[JobId, Lined](journal, self._in_state, self._due)

    async def get(self, job_id: JobId) -> Job | None:
        return self._jobs.get(job_id)

    async def page(self, wanted: JobFilter, page: Page) -> Slice[Job]:
        def keep(job: Job) -> bool:
            return (
                (wanted.state is None or job.state is wanted.state)
                and (wanted.kind is None or job.kind == wanted.kind)
                and (wanted.organization_id is None or job.organization_id == wanted.organization_id)
            )

        return page_of(self._lists, "all", self._jobs, page, keep)

    async def counts(self) -> Mapping[JobState, int]:
        return {state: self._in_state.size(state) for state in JobState if state is not JobState.DONE}

    async def add(self, job: Job) -> None:
        self._jobs.add(job.id, job)
        self.put(Lined(job))

    async def retry(self, job_id: JobId, at: datetime) -> None:
        job = self._jobs.get(job_id)
        if job is None:
            raise NotFound("job", job_id)
        if job.state not in (JobState.DEAD, JobState.FAILED):
            raise Conflict(f"The job is {job.state}; only a failed or dead one can be put back in line.")
        self.put(
            Lined(evolve(job, state=JobState.QUEUED, attempts=0, run_at=at, error=None, finished_at=None))
        )

    async def forget_done(self, before: datetime, limit: int) -> int:
        done = (self._jobs[job_id] for job_id in self._in_state.of(JobState.DONE))
        old = [job.id for job in done if job.finished_at is not None and job.finished_at < before][:limit]
        for job_id in old:
            self._jobs.drop(job_id)
            self._lined.drop(job_id)
        return len(old)

    def lined(self, job_id: JobId) -> Lined | None:
        return self._lined.get(job_id)

    def due(self) -> Iterator[Lined]:
        """All that can be claimed at some time, the earliest first; nothing may be put meanwhile."""
        return (self._lined[job_id] for job_id in self._due.ascending("all"))

    def put(self, lined: Lined) -> None:
        self._jobs.put(lined.job.id, lined.job)
        self._lined.put(lined.job.id, lined)
        if lined.job.state in (JobState.QUEUED, JobState.FAILED):
            self._journal.after_commit.add(self.bell.ring)
