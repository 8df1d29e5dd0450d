"""The engine of every store that keeps its jobs in a table of its own: leases, batches, retries."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from math import inf
from typing import Protocol, TypeVar

import anyio
from anyio.abc import TaskGroup
from attrs import evolve, frozen

from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import JobId, NewId
from helpdesk_core.jobs import LEASE, MAX_ATTEMPTS, Job, JobState, Rest, after_failure, short_error
from helpdesk_core.ports.clock import Clock, Jitter
from helpdesk_core.ports.jobs import Perform

LINGER = 0.005
"""Seconds for which finished jobs are collected, so that they are settled together."""

FAREWELL = 5.0
"""Seconds that a cancelled engine takes at most to hand its jobs back."""

T = TypeVar("T")


class JobTable(Protocol):
    """The jobs of one store, as an engine sees them; every store brings its own.

    Each call is one change of its own. Any may raise StoreUnavailable: the engine tries it again. Workers are
    told apart by name; a name belongs to one run of one engine and is never used again.
    """

    async def claim(self, worker: str, limit: int, now: datetime) -> Sequence[Job]:
        """Hands up to `limit` jobs to the worker, those that have been due the longest first.

        Due is a `queued` or `failed` job whose `run_at` is not after `now`, and a `running` one whose lease
        has ended by `now` (its worker fell silent). A claimed job is `running`, counts one attempt more and
        has a lease until `now + LEASE`; it is returned like that. No two calls hand out the same job, from
        whatever process they come.
        """
        ...

    async def settle(self, worker: str, jobs: Sequence[Job]) -> None:
        """Stores state, attempts, run_at, error and finished_at of these jobs, which ends their leases.

        A job that the worker no longer holds (another has claimed it since, or it is gone) stays as it is.
        """
        ...

    async def renew(self, worker: str, ids: Sequence[JobId], now: datetime) -> Sequence[JobId]:
        """Those of the jobs that the worker still holds, from now on with a lease until `now + LEASE`."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next job can be claimed: the earliest `run_at` or end of a lease; None: nothing to run."""
        ...

    def mark(self) -> int:
        """A number that grows with each commit of this process that put a job in line. Never blocks."""
        ...

    async def wait_for_work(self, mark: int, seconds: float) -> None:
        """Returns once a job was put in line after `mark` was taken, at the latest after so many seconds.

        For commits of this process it returns within milliseconds; what another process commits is found when
        the time is up, or sooner. It may return early for nothing.
        """
        ...


@frozen
class LeasingEngine:
    """A JobEngine over a JobTable. Each run is a worker of its own; any number of them may share a table.

    A job in hand has its lease renewed every third of `LEASE`; one that was lost all the same (the process
    slept, the store was away) is cancelled, so that it does not go on beside its second run. One whose
    workers fell silent `MAX_ATTEMPTS` times is dead: it may be what kills them. Finished jobs are settled in
    batches.

    `look_every`: the most seconds between two looks at the table. What is due is a matter of `clock` alone.
    """

    table: JobTable
    clock: Clock
    jitter: Jitter
    new_id: NewId
    look_every: float = 1.0

    async def run(self, perform: Perform, *, at_once: int = 8) -> None:
        await _Worker(self, perform, at_once).run()


def after_try(job: Job, error: BaseException | None, now: datetime, jitter: float) -> Job:
    """The claimed job after its try ended, with `error` or well."""
    if error is None:
        return evolve(job, state=JobState.DONE, error=None, finished_at=now)
    follows = after_failure(job.attempts, error, now, jitter)
    if isinstance(follows, Rest):
        return evolve(job, state=JobState.DEAD, error=short_error(error), finished_at=now)
    return evolve(job, state=JobState.FAILED, error=short_error(error), run_at=follows.at)


def let_go(job: Job) -> Job:
    """The claimed job as if it had never been claimed."""
    return evolve(job, state=JobState.QUEUED, attempts=job.attempts - 1)


class _Worker:
    """One run of an engine: what it has in hand, and what it has still to settle."""

    def __init__(self, engine: LeasingEngine, perform: Perform, at_once: int) -> None:
        self._name = f"worker-{engine.new_id()}"
        self._engine = engine
        self._table = engine.table
        self._perform = perform
        self._at_once = at_once
        self._in_hand: dict[JobId, anyio.CancelScope] = {}
        self._finished: dict[JobId, Job] = {}
        self._settling: dict[JobId, Job] = {}
        self._has_room = anyio.Event()
        self._has_finished = anyio.Event()

    async def run(self) -> None:
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._settle_finished)
                tasks.start_soon(self._renew_leases)
                while True:
                    await self._fill(tasks)
        finally:
            # Whatever was in hand has ended by now: finished, or let go of. If the store is away nobody is
            # harmed, since leases end by themselves; what is settled twice is held no more the second time.
            unsettled = [*self._settling.values(), *self._finished.values()]
            if unsettled:
                with anyio.move_on_after(FAREWELL, shield=True):
                    await self._patiently(partial(self._table.settle, self._name, unsettled))

    async def _fill(self, tasks: TaskGroup) -> None:
        """Claims and starts as many jobs as there is room for; then waits for room, or for work."""
        mark = self._table.mark()  # before the claim, so that no commit falls between the two
        room = self._at_once - len(self._in_hand)
        for job in (claimed := await self._patiently(partial(self._claim, room))):
            if job.id in self._in_hand or job.id in self._finished:
                continue  # its lease had ended unnoticed: it goes on, or will be settled, under the new one
            if job.attempts > MAX_ATTEMPTS:
                self._finish(after_try(job, _Silenced(), self._engine.clock(), 0))
                continue
            self._in_hand[job.id] = anyio.CancelScope()
            tasks.start_soon(self._try, job)
        if len(self._in_hand) >= self._at_once:
            self._has_room = anyio.Event()
            await self._has_room.wait()
        elif len(claimed) < room:
            await self._rest(mark)

    async def _claim(self, room: int) -> Sequence[Job]:
        # Shielded: a claim that commits must also hand us its jobs, or nobody would let go of them.
        with anyio.CancelScope(shield=True):
            claimed = await self._table.claim(self._name, room, self._engine.clock())
        return claimed

    async def _rest(self, mark: int) -> None:
        """Waits, writing nothing, until a job was put in line or falls due."""
        while self._table.mark() == mark:
            due = await self._patiently(self._table.next_due)
            pause = (due - self._engine.clock()).total_seconds() if due is not None else inf
            if pause <= 0:
                await anyio.sleep(LINGER)  # whatever the table says, nothing else is held up by asking it
                return
            await self._table.wait_for_work(mark, min(pause, self._engine.look_every))

    async def _try(self, job: Job) -> None:
        scope, error = self._in_hand[job.id], None
        try:
            with scope:
                error = await self._outcome(job)
            if not scope.cancelled_caught:
                self._finish(after_try(job, error, self._engine.clock(), self._engine.jitter()))
        except anyio.get_cancelled_exc_class():
            self._finish(let_go(job))
            raise
        finally:
            del self._in_hand[job.id]
            self._has_room.set()

    async def _outcome(self, job: Job) -> BaseException | None:
        try:
            await self._perform(job)
        except anyio.get_cancelled_exc_class() as cancelled:
            if anyio.current_effective_deadline() == -inf:
                raise
            return cancelled  # nobody cancelled us: something within the job was, and so the job failed
        except Exception as raised:  # noqa: BLE001  whatever a job raises is how it failed, and is stored
            return raised
        return None

    def _finish(self, job: Job) -> None:
        self._finished[job.id] = job
        self._has_finished.set()

    async def _settle_finished(self) -> None:
        while True:
            await self._has_finished.wait()
            await anyio.sleep(LINGER)
            self._has_finished = anyio.Event()
            self._settling, self._finished = self._finished, {}
            await self._patiently(partial(self._table.settle, self._name, list(self._settling.values())))
            self._settling = {}

    async def _renew_leases(self) -> None:
        while True:
            await anyio.sleep(LEASE.total_seconds() / 3)
            ids = list(self._in_hand)
            if ids:
                held = await self._patiently(partial(self._renew, ids))
                for lost in set(ids).difference(held) & self._in_hand.keys():
                    self._in_hand[lost].cancel()

    async def _renew(self, ids: Sequence[JobId]) -> Sequence[JobId]:
        return await self._table.renew(self._name, ids, self._engine.clock())

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await call()
            except StoreUnavailable:
                await anyio.sleep(self._engine.look_every)


class _Silenced(Exception):
    """Says of a job that worker after worker fell silent over it."""

    def __init__(self) -> None:
        super().__init__(f"its workers fell silent {MAX_ATTEMPTS} times while they had it in hand")
