"""Running engines in tests: a clock that is set by hand, jobs that write down what happens to them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import anyio
from attrs import define

from helpdesk_core.ids import JobId
from helpdesk_core.jobs import Job, JobState
from helpdesk_core.ports.jobs import JobEngine, Perform
from helpdesk_core.ports.store import Store
from tests.contracts.builders import NOON

PATIENCE = 60.0
"""Seconds after which something that should happen did not: much, for machines under load."""


@define
class HandClock:
    """A clock that stands still until it is told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@asynccontextmanager
async def running(engine: JobEngine, perform: Perform, *, at_once: int = 8) -> AsyncIterator[None]:
    """The engine works during the block, and is cancelled at its end."""

    async def run() -> None:
        await engine.run(perform, at_once=at_once)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        yield
        tasks.cancel_scope.cancel()


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Waits until it holds; TimeoutError if it never does."""
    with anyio.fail_after(PATIENCE):
        while True:
            holds = condition()
            if holds is True or (not isinstance(holds, bool) and await holds):
                return
            await anyio.sleep(0.001)


async def look_at(store: Store, job_id: JobId) -> Job:
    job = await store.read(lambda view: view.jobs.get(job_id))
    assert job is not None
    return job


async def until_in(store: Store, job_id: JobId, state: JobState) -> Job:
    """The job, once it is in the state."""

    async def there() -> bool:
        return (await look_at(store, job_id)).state is state

    await until(there)
    return await look_at(store, job_id)
