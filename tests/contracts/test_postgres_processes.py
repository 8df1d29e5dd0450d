"""Several processes on one PostgreSQL database, and some of them killed."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from subprocess import PIPE

import anyio
import pytest
from anyio.abc import Process

from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.jobs.engine import LeasingEngine
from helpdesk_core.jobs import LEASE, Job, JobState
from tests.contracts.builders import a_job
from tests.contracts.desks import put
from tests.contracts.postgres_desks import a_shop, numbers_and_log, open_ticket, opened
from tests.contracts.postgres_process import TASKS
from tests.contracts.postgres_server import clean_database
from tests.contracts.workers import look_at, running, until_in

UNITS = 12
"""Units of each task of each process."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def url() -> Iterator[str]:
    with clean_database() as url:
        yield url


async def test_thirty_two_writers_in_two_processes_number_densely(url: str) -> None:
    async with opened(url) as store:
        organization, customer = await a_shop(store)
        arguments = ("write", url, str(organization.id), str(customer.id), str(UNITS))
        async with process(*arguments) as one, process(*arguments) as other:
            assert await one.wait() == 0
            assert await other.wait() == 0
        numbers, log = await numbers_and_log(store, organization.id)
        assert numbers == [event.seq for event in log] == list(range(1, 2 * TASKS * UNITS + 1))


async def test_a_writer_that_is_killed_leaves_whole_units_and_no_locks(url: str) -> None:
    async with opened(url) as store:
        organization, customer = await a_shop(store)
        async with process("write", url, str(organization.id), str(customer.id), "100000") as writer:
            await first_line(writer)
            await anyio.sleep(0.3)
            writer.kill()
            await writer.wait()
        with anyio.fail_after(10):
            last = await store.transact(partial(open_ticket, customer=customer))
        numbers, log = await numbers_and_log(store, organization.id)
        assert numbers == [event.seq for event in log][: len(numbers)] == list(range(1, len(numbers) + 1))
        assert last == numbers[-1]


async def test_the_job_of_a_worker_that_is_killed_is_taken_up_by_another(url: str) -> None:
    async with opened(url) as store:
        job, ran = a_job(run_at=system_clock()), list[int]()
        async with process("work", url) as worker:
            await anyio.sleep(0.2)
            await put(store, job)
            assert await first_line(worker) == f"{job.id} 1"
            worker.kill()
            await worker.wait()
        assert (await look_at(store, job.id)).state is JobState.RUNNING

        async def perform(given: Job) -> None:
            ran.append(given.attempts)

        async with running(LeasingEngine(store.job_table, system_clock, lambda: 0.0, new_id), perform):
            await anyio.sleep(0.1)
            assert ran == []  # it might still be at work
        late = LeasingEngine(store.job_table, lambda: system_clock() + LEASE, lambda: 0.0, new_id)
        async with running(late, perform):
            done = await until_in(store, job.id, JobState.DONE)
        assert (ran, done.attempts) == ([2], 2)


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[Process]:
    """Another process of the desk, which does not outlive the block."""
    command = [sys.executable, "-m", "tests.contracts.postgres_process", *arguments]
    async with await anyio.open_process(command, stdout=PIPE, stderr=None) as running:
        try:
            yield running
        finally:
            if running.returncode is None:
                running.kill()


async def first_line(of: Process) -> str:
    assert of.stdout is not None
    read = b""
    with anyio.fail_after(30):
        while b"\n" not in read:
            read += await of.stdout.receive()
    return read.partition(b"\n")[0].decode()
