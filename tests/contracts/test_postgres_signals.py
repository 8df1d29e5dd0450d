"""Processes of a PostgreSQL desk wake each other; what a signal is lost of, a look finds."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial
from statistics import median
from time import perf_counter

import anyio
import psycopg
import pytest

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.jobs.engine import LeasingEngine
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_adapters.storage.sql.postgres_signals import CHANNEL, MOST_LOGS
from helpdesk_adapters.storage.touched import Touched
from helpdesk_core.jobs import Job, JobState
from tests.contracts.builders import NOON, a_job, an_event, an_organization
from tests.contracts.desks import put
from tests.contracts.postgres_desks import a_shop, break_connections, open_ticket, opened
from tests.contracts.postgres_server import clean_database
from tests.contracts.workers import HandClock, running, until, until_in


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def url() -> Iterator[str]:
    with clean_database() as url:
        yield url


@pytest.fixture
async def here(url: str) -> AsyncIterator[PostgresStore]:
    async with opened(url) as store:
        yield store


@pytest.fixture
async def there(url: str) -> AsyncIterator[PostgresStore]:
    async with opened(url) as store:
        yield store


async def test_a_job_starts_soon_after_another_process_committed_it(
    here: PostgresStore, there: PostgresStore
) -> None:
    waits: list[float] = []
    started = anyio.Event()

    async def perform(job: Job) -> None:
        started.set()

    # It looks by itself every hour only: what wakes it is the signal.
    engine = LeasingEngine(there.job_table, HandClock(), lambda: 0.0, new_id, look_every=3600)
    async with running(engine, perform):
        for _ in range(7):
            await anyio.sleep(0.02)
            started = anyio.Event()
            await put(here, a_job())
            committed = perf_counter()
            with anyio.fail_after(10):
                await started.wait()
            waits.append(perf_counter() - committed)
    assert median(waits) < 0.2


async def test_hooks_are_told_what_commits_have_touched_here_and_there(
    here: PostgresStore, there: PostgresStore
) -> None:
    organization, customer = await a_shop(here)
    heard: dict[str, list[Touched]] = {"here": [], "there": []}
    here.on_commit.append(heard["here"].append)
    there.on_commit.append(heard["there"].append)
    await here.transact(partial(open_ticket, customer=customer))
    await put(here, a_job())
    for place in heard:
        await until(lambda place=place: _all(heard[place]).jobs)  # type: ignore[misc]
        assert _all(heard[place]) == Touched(jobs=True, logs=frozenset({organization.id}))


async def test_what_touches_neither_jobs_nor_logs_wakes_nobody(
    here: PostgresStore, there: PostgresStore
) -> None:
    heard: list[Touched] = []
    here.on_commit.append(heard.append)
    there.on_commit.append(heard.append)
    mark = there.job_table.mark()
    await put(here, an_organization())
    await here.read(lambda view: view.organizations.all())
    await anyio.sleep(0.1)
    assert (heard, there.job_table.mark()) == ([], mark)


async def test_more_organizations_than_a_signal_can_name_are_somebody_s(
    here: PostgresStore, there: PostgresStore
) -> None:
    heard: list[Touched] = []
    there.on_commit.append(heard.append)
    organizations = [an_organization() for _ in range(MOST_LOGS + 1)]
    await put(here, *organizations, *(an_event(one, one.id) for one in organizations))
    await until(lambda: _all(heard).elsewhere)


async def test_a_signal_that_cannot_be_read_means_that_something_happened(
    url: str, here: PostgresStore
) -> None:
    heard: list[Touched] = []
    here.on_commit.append(heard.append)
    with psycopg.connect(url, autocommit=True) as stranger:
        for payload in ("", "null", "[]", '{"from": 1}', '{"from": "x", "jobs": true, "logs": [7]}'):
            stranger.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
    await until(lambda: len(heard) == 5)
    assert set(heard) == {Touched(elsewhere=True)}


async def test_who_was_cut_off_listens_again_and_looks_what_was_missed(
    url: str, here: PostgresStore, there: PostgresStore
) -> None:
    heard: list[Touched] = []
    there.on_commit.append(heard.append)
    break_connections(url)
    await until(lambda: Touched(elsewhere=True) in heard)
    heard.clear()
    organization, customer = await a_shop(here)
    await here.transact(partial(open_ticket, customer=customer))
    await until(lambda: organization.id in _all(heard).logs)


async def test_what_was_committed_last_is_told_when_the_store_is_closed(
    url: str, there: PostgresStore
) -> None:
    heard: list[Touched] = []
    there.on_commit.append(heard.append)
    async with opened(url) as short:
        await put(short, a_job())
    await until(lambda: _all(heard).jobs)


async def test_a_hook_that_fails_fails_no_unit(here: PostgresStore) -> None:
    """Hooks are called by the event loop, which tells of their errors."""
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    def hook(touched: Touched) -> None:
        raise ZeroDivisionError

    here.on_commit.append(hook)
    await put(here, a_job(run_at=NOON))
    await until(lambda: len(told) == 1)
    assert isinstance(told[0], ZeroDivisionError)


async def test_two_engines_share_the_jobs_of_two_processes(here: PostgresStore, there: PostgresStore) -> None:
    jobs = [a_job() for _ in range(60)]
    ran: list[object] = []

    async def perform(job: Job) -> None:
        ran.append(job.id)
        await anyio.sleep(0.002)

    engines = [LeasingEngine(store.job_table, HandClock(), lambda: 0.0, new_id) for store in (here, there)]
    async with running(engines[0], perform, at_once=4), running(engines[1], perform, at_once=4):
        for job in jobs:
            await put(here, job)
        for job in jobs:
            await until_in(here, job.id, JobState.DONE)
    assert sorted(map(str, ran)) == sorted(str(job.id) for job in jobs)


def _all(heard: list[Touched]) -> Touched:
    return Touched(
        any(one.jobs for one in heard),
        frozenset().union(*(one.logs for one in heard)),
        any(one.elsewhere for one in heard),
    )
