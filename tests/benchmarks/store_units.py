"""How fast the embedded store is, beside the same statements in a bare loop over sqlite3.

    python -m tests.benchmarks.store_units [--quick]

Two units of work, of six statements each. `plain`: a number, a fact read, a fact written, an event (two), a job.
`message`: the ticket read, a message added and indexed by its words, the ticket changed, an event (two), a job.
The bare loop runs these very statements from ready values, with one commit for as many units as there are tasks. All
of it is durable (`synchronous=FULL`). On a shared machine read the ratios; each is the best of some rounds.
"""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from attrs import evolve

from helpdesk_adapters.storage.sql.connection import Marks
from helpdesk_adapters.storage.sql.lanes import without_pause
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.storage.sql.prepared import Compiled, Params
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_adapters.storage.sql.sqlite_connection import SqliteConnection, connect
from helpdesk_adapters.storage.sql.sqlite_words import index_words
from helpdesk_adapters.storage.sql.work import SqlWork
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Status, Ticket, with_inbound
from tests.contracts.builders import (
    NOON,
    a_customer,
    a_job,
    a_mail,
    a_ticket,
    an_event,
    an_organization,
    fresh,
)

TICKETS = 50

Making = Callable[[Ticket], Callable[[Work], Awaitable[None]]]
"""Makes a unit of work about a ticket."""


async def main(quick: bool) -> None:
    units, listed, pages, rounds = (128, 500, 50, 1) if quick else (1600, 20_000, 1000, 3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.sqlite3"
        migrate(str(path))
        store = SqliteStore(str(path))
        await store.open()
        organization_id, tickets = await fill(store, TICKETS)
        for name, making in (("plain", plain), ("message", taking)):
            for tasks in (1, 8, 32):
                number = units // 4 if tasks == 1 else units
                rates = [
                    (
                        _bare(path, making, tickets, tasks, number),
                        await _rate(store, making, tickets, tasks, number),
                    )
                    for _ in range(rounds)
                ]
                bare, ours = max(bare for bare, _ in rates), max(ours for _, ours in rates)
                beside = f"{ours / bare:4.0%} of a bare loop's {bare:7,.0f}"
                show(f"{name:8} {tasks:2} tasks: {ours:7,.0f} units/s, {beside}")
        await fill(store, listed, organization_id)
        await _show_pages(store, organization_id, pages)
        await store.close()


async def fill(
    store: Store, number: int, organization_id: OrganizationId | None = None
) -> tuple[OrganizationId, list[Ticket]]:
    organization = an_organization()
    if organization_id is not None:
        organization = evolve(organization, id=organization_id)
    customer = a_customer(organization)
    tickets = []

    async def unit(work: Work) -> None:
        if organization_id is None:
            await work.organizations.add(organization)
        await work.customers.add(customer)
        for place in range(number):
            at = NOON + timedelta(seconds=place)
            ticket = a_ticket(
                customer,
                await work.tickets.next_number(organization.id),
                created_at=at,
                updated_at=at,
                last_message_at=at,
                status=list(Status)[place % 5] if organization_id else Status.OPEN,
                tags=("vip", "bike"),
            )
            await work.tickets.add(ticket)
            tickets.append(ticket)

    await store.transact(unit)
    return organization.id, tickets


async def _rate(store: SqliteStore, making: Making, tickets: list[Ticket], tasks: int, units: int) -> float:
    """Units a second of so many tasks, each of which waits for one unit before it hands in the next."""
    ready = [[making(tickets[number]) for _ in range(units // tasks)] for number in range(tasks)]

    async def task(number: int) -> None:
        for unit in ready[number]:
            await store.transact(unit)

    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(tasks):
            group.create_task(task(number))
    return units / (perf_counter() - begun)


def plain(ticket: Ticket) -> Callable[[Work], Awaitable[None]]:
    organization = an_organization(id=ticket.organization_id)
    job, event = a_job(), an_event(organization, ticket.id)

    async def unit(work: Work) -> None:
        number = await work.tickets.next_number(organization.id)
        before = await work.facts.get("newest")
        await work.facts.put("newest", f"{before or 0} {number}"[-20:])
        await work.log.append(event)
        await work.jobs.add(job)

    return unit


def taking(ticket: Ticket) -> Callable[[Work], Awaitable[None]]:
    message = a_mail(ticket, f"{fresh()}@mail.example", content_text=TEXT)
    organization = an_organization(id=ticket.organization_id)
    job, event = a_job(), an_event(organization, ticket.id)

    async def unit(work: Work) -> None:
        current = await work.tickets.get(ticket.organization_id, ticket.id)
        assert current is not None
        await work.conversations.add(message)
        at = (current.last_message_at or NOON) + timedelta(milliseconds=1)
        await work.tickets.replace(with_inbound(current, at))
        await work.log.append(event)
        await work.jobs.add(job)

    return unit


def _bare(path: Path, making: Making, tickets: list[Ticket], group: int, units: int) -> float:
    """Units a second of the same statements, with nothing around them and a commit each `group`."""
    with closing(connect(path, cache_kib=16_000)) as raw:
        recorder = _Recorder(raw)
        work = SqlWork(recorder)
        raw.execute("BEGIN")
        for number in range(units):
            recorder.marks = Marks()
            without_pause(making(tickets[number % group])(work))
        raw.execute("ROLLBACK")
        each = len(recorder.ran) // units
        begun = perf_counter()
        for first in range(0, len(recorder.ran), each * group):
            raw.execute("BEGIN IMMEDIATE")
            for sql, arguments in recorder.ran[first : first + each * group]:
                raw.execute(sql, arguments).fetchall()
            index_words(raw)
            raw.execute("COMMIT")
        return units / (perf_counter() - begun)


class _Recorder(SqliteConnection):
    """Keeps what it runs."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        super().__init__(raw, Matrices())
        self.ran: list[tuple[str, Sequence[Any]]] = []

    def run(self, compiled: Compiled, params: Params) -> sqlite3.Cursor:
        self.ran.append((compiled.sql, compiled.arguments(params)))
        return super().run(compiled, params)


async def _show_pages(store: SqliteStore, organization_id: OrganizationId, pages: int) -> None:
    """The processor time of a page of 25 tickets, event loop and threads included, and how long it takes."""
    for name, wanted in (
        ("all", TicketFilter()),
        ("open", TicketFilter(status=(Status.OPEN,))),
        ("tagged", TicketFilter(tag="vip")),
        ("words", TicketFilter(q="brake squeaks")),
    ):
        reading = partial(_page, organization_id, wanted)
        await store.read(reading)
        begun, spent = perf_counter(), process_time()
        for _ in range(pages):
            await store.read(reading)
        spent, took = process_time() - spent, perf_counter() - begun
        show(
            f"25 tickets, {name:7}: {spent / pages * 1e6:6.0f} us of processor, {took / pages * 1e6:6.0f} us"
        )


def _page(organization_id: OrganizationId, wanted: TicketFilter, view: View) -> Awaitable[object]:
    return view.tickets.page(organization_id, wanted, Page())


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


TEXT = (
    "Hello, since this morning the rear brake of the bike that I rented from you squeaks whenever I stop, and it takes "
    "longer than yesterday. Could somebody have a look at it before the weekend, or may I bring it to one of your "
    "stations? I would rather not ride it down the hill like this. Thank you, and best regards from the lake side."
)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="smallest sizes, to see that it runs")
    asyncio.run(main(parser.parse_args().quick))
