"""Jobs: as units of work see them, and as the engine's table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from attrs import frozen
from sqlalchemy import bindparam, delete, func, select, text, update

from helpdesk_adapters.jobs.bell import Bell
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import machinery as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import JobRow
from helpdesk_core.errors import Conflict, NotFound
from helpdesk_core.ids import JobId
from helpdesk_core.jobs import LEASE, Job, JobState
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import JobFilter

T = TypeVar("T")


def _row(job: Job) -> dict[str, Any]:
    return {**mapping.job_row(job), "worker": None, "lease_until": None}


JOBS = Kept("job", JobRow, mapping.JOB, mapping.to_job, _row)
_c = JOBS.c
_STATES = [state.value for state in JobState if state is not JobState.DONE]

# As the partial indexes say it, word for word.
_WAITING = text("state IN ('queued', 'failed')")
_RUNNING = text("state = 'running'")


class JobReads(Repository):
    _COUNTS = Prepared(select(_c.state, func.count()).where(Among(_c.state, "states")).group_by(_c.state))

    async def get(self, job_id: JobId) -> Job | None:
        return await JOBS.get(self._db, job_id)

    async def page(self, wanted: JobFilter, page: Page) -> Slice[Job]:
        check_sort(page, "created_at")
        equal = {
            "state": wanted.state and wanted.state.value,
            "kind": wanted.kind,
            "organization_id": wanted.organization_id,
        }
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _listing(tuple(given), page.sort, page.after is not None)
        return cut(await JOBS.every(self._db, prepared, {**given, **paging(page)}), page)

    async def counts(self) -> Mapping[JobState, int]:
        rows = await self._db.rows(self._COUNTS, {"states": _STATES})
        counted = dict.fromkeys(_STATES, 0) | {row[0]: row[1] for row in rows}
        return {JobState(state): number for state, number in counted.items()}


class Jobs(JobReads):
    async def add(self, job: Job) -> None:
        await self._db.send(_ADD, [_row(job)])
        self._db.marks.jobs = True

    async def retry(self, job_id: JobId, at: datetime) -> None:
        job = await JOBS.get(self._db, job_id)
        if job is None:
            raise NotFound("job", job_id)
        if job.state not in (JobState.DEAD, JobState.FAILED):
            raise Conflict(f"The job is {job.state}; only a failed or dead one can be put back in line.")
        again = {
            "state": JobState.QUEUED.value,
            "attempts": 0,
            "run_at": at,
            "error": None,
            "finished_at": None,
        }
        await self._db.execute(_RETRY, {**again, "the_job": job_id})
        self._db.marks.seen.clear()
        self._db.marks.jobs = True

    async def forget_done(self, before: datetime, limit: int) -> int:
        self._db.marks.seen.clear()
        return await self._db.execute(_FORGET, {"before": before, "done": JobState.DONE.value, LIMIT: limit})


@lru_cache(64)
def _listing(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    index = "ix_jobs_state" if "state" in given else "ix_jobs_created"
    statement = JOBS.select.with_hint(JOBS.table, f"INDEXED BY {index}", "sqlite")
    statement = statement.where(*(_c[name] == bindparam(name) for name in given))
    return Prepared(ordered(statement, _c.created_at, _c.id, Page(sort=sort), after=after))


_ADD = Prepared(inserting(JOBS.table))
_OLD = (
    select(_c.id)
    .where(_c.state == bindparam("done"))
    # It was put in line before it was done, and that is what the index knows.
    .where(_c.created_at < bindparam("before"), _c.finished_at < bindparam("before"))
    .order_by(_c.created_at)
    .limit(bindparam(LIMIT))
)
_FORGET = Prepared(delete(JOBS.table).where(_c.id.in_(_OLD)))
_SETTLED = ("state", "attempts", "run_at", "error", "finished_at")
_RETRY = Prepared(
    update(JOBS.table)
    .where(_c.id == bindparam("the_job"))
    .values({name: bindparam(name) for name in _SETTLED})
)


class Transacts(Protocol):
    """What a table of jobs needs of a store."""

    @property
    def bell(self) -> Bell:
        """Rings after a commit that put a job in line."""
        ...

    async def change(self, unit: Callable[[Connection], Awaitable[T]]) -> T: ...

    async def look(self, unit: Callable[[Connection], Awaitable[T]]) -> T: ...


@frozen
class SqlJobTable:
    """The `JobTable` of a SQL store: a lease is a worker's name and a time in the job's row."""

    store: Transacts

    async def claim(self, worker: str, limit: int, now: datetime) -> Sequence[Job]:
        async def unit(db: Connection) -> Sequence[Job]:
            params = {"now": now, "limit": limit}
            due = [*await db.rows(_DUE, params), *await db.rows(_SILENT, params)]
            if not due:
                return ()
            due.sort(key=lambda row: (row[1], row[0]))
            lease = {"worker": worker, "lease_until": now + LEASE}
            rows = await db.rows(_CLAIM, {**lease, "ids": [row[0] for row in due[:limit]]})
            claimed = {job.id: job for job in map(mapping.to_job, rows)}
            return [claimed[row[0]] for row in due[:limit] if row[0] in claimed]

        return await self.store.change(unit)

    async def settle(self, worker: str, jobs: Sequence[Job]) -> None:
        async def unit(db: Connection) -> None:
            rows = [
                {"the_job": job.id, "the_worker": worker, **{name: row[name] for name in _SETTLED}}
                for job, row in ((job, mapping.job_row(job)) for job in jobs)
            ]
            if rows:
                await db.send(_SETTLE, rows)
            if any(job.state in (JobState.QUEUED, JobState.FAILED) for job in jobs):
                db.marks.jobs = True

        await self.store.change(unit)

    async def renew(self, worker: str, ids: Sequence[JobId], now: datetime) -> Sequence[JobId]:
        async def unit(db: Connection) -> Sequence[JobId]:
            params = {"the_worker": worker, "ids": ids, "lease_until": now + LEASE}
            return [row[0] for row in await db.rows(_RENEW, params)]

        return await self.store.change(unit)

    async def next_due(self) -> datetime | None:
        async def unit(db: Connection) -> datetime | None:
            times = [row[0] for row in (*await db.rows(_NEXT_RUN), *await db.rows(_NEXT_SILENCE))]
            return min(times, default=None)

        return await self.store.look(unit)

    def mark(self) -> int:
        return self.store.bell.rung

    async def wait_for_work(self, mark: int, seconds: float) -> None:
        await self.store.bell.wait(mark, seconds)


# Rows that another process is just claiming are skipped, so that no two wait for each other.
_DUE = Prepared(
    select(_c.id, _c.run_at)
    .where(_WAITING, _c.run_at <= bindparam("now"))
    .order_by(_c.run_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_SILENT = Prepared(
    select(_c.id, _c.lease_until)
    .where(_RUNNING, _c.lease_until <= bindparam("now"))
    .order_by(_c.lease_until)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_CLAIM = Prepared(
    update(JOBS.table)
    .where(Among(_c.id, "ids"))
    .values(
        state=JobState.RUNNING.value,
        attempts=_c.attempts + 1,
        worker=bindparam("worker"),
        lease_until=bindparam("lease_until"),
    )
    .returning(*(_c[name] for name in mapping.JOB))
)
_SETTLE = Prepared(
    update(JOBS.table)
    .where(_c.id == bindparam("the_job"), _c.worker == bindparam("the_worker"), _RUNNING)
    .values({**{name: bindparam(name) for name in _SETTLED}, "worker": None, "lease_until": None})
)
_RENEW = Prepared(
    update(JOBS.table)
    .where(Among(_c.id, "ids"), _c.worker == bindparam("the_worker"), _RUNNING)
    .values(lease_until=bindparam("lease_until"))
    .returning(_c.id)
)
_NEXT_RUN = Prepared(select(_c.run_at).where(_WAITING).order_by(_c.run_at).limit(1))
_NEXT_SILENCE = Prepared(
    select(_c.lease_until).where(_RUNNING, _c.lease_until.is_not(None)).order_by(_c.lease_until).limit(1)
)
