"""The embedded store's own promises: grouped commits, many processes on one file, and what happens when it breaks."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from attrs import evolve

from helpdesk_adapters.storage.sql import sqlite as sqlite_store
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.migrate import is_current, migrate
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_adapters.storage.touched import Touched
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.errors import AlreadyTaken, Conflict, StoreUnavailable
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter
from helpdesk_core.ports.store import View, Work
from tests.contracts.builders import a_customer, a_job, an_event, an_organization, new_id, one_of_each
from tests.contracts.desks import everything, put, put_one_of_each

ORGANIZATION = an_organization()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "desk.sqlite3"
    migrate(str(path))
    return path


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(f"sqlite:///{path}")
    await store.open()
    yield store
    await store.close()


class Held:
    """A unit that keeps the writer busy until it is let go."""

    def __init__(self) -> None:
        self._has_begun, self._goes_on = Event(), Event()

    async def __call__(self, work: Work) -> None:
        self._has_begun.set()
        self._goes_on.wait(10)

    async def begun(self) -> None:
        await asyncio.to_thread(self._has_begun.wait, 10)

    def let_go(self) -> None:
        self._goes_on.set()


async def while_held(store: SqliteStore, *units: Callable[[Work], Awaitable[object]]) -> list[object]:
    """Hands the units in while the writer is busy, so that they wait together; what they return or raise."""
    held = Held()
    first = asyncio.create_task(store.transact(held))
    await held.begun()
    others = [asyncio.ensure_future(store.transact(unit)) for unit in units]
    await asyncio.sleep(0)
    held.let_go()
    await first
    return await asyncio.gather(*others, return_exceptions=True)


async def number(work: Work) -> int:
    return await work.tickets.next_number(ORGANIZATION.id)


async def test_units_that_wait_together_are_committed_together(store: SqliteStore) -> None:
    commits: asyncio.Queue[Touched] = asyncio.Queue()
    store.on_commit.append(commits.put_nowait)
    others = [an_organization() for _ in range(20)]

    def telling(place: int) -> Callable[[Work], Awaitable[None]]:
        return lambda work: work.log.append(an_event(others[place], new_id()))

    await while_held(store, *(telling(place) for place in range(20)))
    assert (await commits.get()).logs == {organization.id for organization in others}
    assert commits.empty()


async def test_a_unit_that_fails_harms_none_of_its_neighbours(store: SqliteStore) -> None:
    async def failing(work: Work) -> None:
        await number(work)
        await work.organizations.add(ORGANIZATION)
        raise Conflict("no")

    outcomes = await while_held(store, number, failing, number, failing, number)
    assert [outcomes[0], outcomes[2], outcomes[4]] == [1, 2, 3]
    assert [type(outcomes[1]), type(outcomes[3])] == [Conflict, Conflict]
    assert await store.read(lambda view: view.organizations.all()) == []


async def test_a_unit_that_waits_for_anything_else_is_told_and_rolled_back(store: SqliteStore) -> None:
    async def dreaming(work: Work) -> None:
        await number(work)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="may await nothing but the methods of its work"):
        await store.transact(dreaming)
    assert await store.transact(number) == 1


async def test_a_unit_whose_caller_went_away_before_its_turn_is_not_run(store: SqliteStore) -> None:
    held = Held()
    first = asyncio.create_task(store.transact(held))
    await held.begun()
    unwanted = asyncio.create_task(store.transact(number))
    await asyncio.sleep(0)
    unwanted.cancel()
    with suppress(asyncio.CancelledError):
        await unwanted
    held.let_go()
    await first
    assert await store.transact(number) == 1


async def test_a_read_sees_one_moment_however_long_it_takes(store: SqliteStore) -> None:
    begun, committed = Event(), Event()

    async def slow(view: View) -> tuple[int, int]:
        before = (await view.log.since(ORGANIZATION.id, 0, 10)).last
        begun.set()
        committed.wait(10)
        return before, (await view.log.since(ORGANIZATION.id, 0, 10)).last

    await store.transact(lambda work: work.log.append(an_event(ORGANIZATION, new_id())))
    reading = asyncio.ensure_future(store.read(slow))
    await asyncio.to_thread(begun.wait, 10)
    await store.transact(lambda work: work.log.append(an_event(ORGANIZATION, new_id())))
    assert (await store.read(lambda view: view.log.since(ORGANIZATION.id, 0, 10))).last == 2
    committed.set()
    assert await reading == (1, 1)


async def test_two_event_loops_may_share_a_store(store: SqliteStore) -> None:
    elsewhere = await asyncio.to_thread(asyncio.run, _twice(store))
    assert elsewhere == [1, 2]
    assert await store.transact(number) == 3


async def _twice(store: SqliteStore) -> list[int]:
    return [await store.transact(number), await store.transact(number)]


NUMBERING = """
import asyncio, json, sys
from uuid import UUID
from helpdesk_adapters.storage.sql.sqlite import SqliteStore

async def main(path, organization_id, tasks, rounds):
    store = SqliteStore(path, readers=1)
    await store.open()
    async def task():
        numbers = []
        for _ in range(rounds):
            numbers.append(await store.transact(lambda work: work.tickets.next_number(organization_id)))
            print(numbers[-1], flush=True)
        return numbers
    await asyncio.gather(*(task() for _ in range(tasks)))
    await store.close()

asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
"""


def numbering(path: Path, tasks: int, rounds: int) -> subprocess.Popen[str]:
    """A process that takes numbers and prints each when it is durable."""
    arguments = [str(path), str(ORGANIZATION.id), str(tasks), str(rounds)]
    return subprocess.Popen(
        [sys.executable, "-c", NUMBERING, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_32_writers_in_4_processes_take_turns(path: Path) -> None:
    processes = [numbering(path, 8, 10) for _ in range(4)]
    outputs = [process.communicate(timeout=100) for process in processes]
    assert [errors for _, errors in outputs] == [""] * 4
    taken = [int(line) for printed, _ in outputs for line in printed.split()]
    assert sorted(taken) == list(range(1, 4 * 8 * 10 + 1))


async def test_what_was_answered_outlives_a_killed_process(path: Path) -> None:
    process = numbering(path, 8, 100_000)
    assert process.stdout is not None
    answered = [int(process.stdout.readline()) for _ in range(200)]
    process.kill()
    answered += [int(line) for line in process.communicate()[0].split("\n")[:-1]]
    store = SqliteStore(str(path))
    await store.open()
    assert await store.transact(number) > max(answered)
    await store.close()


async def test_what_another_process_commits_wakes_this_one(store: SqliteStore, path: Path) -> None:
    woken = asyncio.Event()
    store.on_commit.append(lambda touched: woken.set() if touched.elsewhere else None)
    rung = store.bell.rung
    other = SqliteStore(str(path))
    await other.open()
    await put(other, ORGANIZATION)
    await asyncio.wait_for(woken.wait(), 5)
    assert store.bell.rung > rung
    await other.close()


async def test_a_job_wakes_who_waits_for_work_at_once(store: SqliteStore) -> None:
    mark = store.job_table.mark()
    waiting = asyncio.ensure_future(store.job_table.wait_for_work(mark, 60))
    await put(store, a_job())
    await asyncio.wait_for(waiting, 5)
    assert store.job_table.mark() > mark


async def test_a_full_disk_is_told_and_breaks_nothing(store: SqliteStore) -> None:
    each = one_of_each()

    async def fill(db: Connection) -> None:
        pages = db.raw.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        db.raw.execute(f"PRAGMA max_page_count = {pages + 1}")  # type: ignore[attr-defined]

    async def large(work: Work) -> None:
        await work.facts.put("large", "x" * 100_000)

    async def make_room(db: Connection) -> None:
        db.raw.execute("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]

    await store.change(fill)
    with pytest.raises(StoreUnavailable, match="full"):
        await store.transact(large)
    await store.change(make_room)
    await store.transact(large)
    await store.transact(lambda work: put_one_of_each(work, each))
    assert (await store.read(lambda view: everything(view, each)))["ticket"] == each.ticket


async def test_a_database_that_is_locked_too_long_is_told(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as stubborn:
        stubborn.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.transact(number)
        stubborn.execute("ROLLBACK")
    assert await store.transact(number) == 1


async def test_a_read_cannot_write(store: SqliteStore) -> None:
    async def writing(db: Connection) -> None:
        db.raw.execute("INSERT INTO meta VALUES ('a', 'b')")  # type: ignore[attr-defined]

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await store.look(writing)


async def test_a_refused_customer_leaves_nothing_behind_though_the_unit_goes_on(store: SqliteStore) -> None:
    carla = a_customer(ORGANIZATION, emails=("carla@mail.example",))
    other = a_customer(ORGANIZATION, emails=("other@mail.example",))
    await put(store, ORGANIZATION, carla, other)

    async def unit(work: Work) -> None:
        with pytest.raises(AlreadyTaken):
            await work.customers.add(
                a_customer(ORGANIZATION, emails=("new@mail.example", "carla@mail.example"))
            )
        with pytest.raises(AlreadyTaken):
            await work.customers.replace(evolve(other, name="Otto", emails=("carla@mail.example",)))

    await store.transact(unit)
    known = await store.read(
        lambda view: view.customers.page(ORGANIZATION.id, CustomerFilter(), Page(sort="created_at"))
    )
    assert list(known.items) == [carla, other]
    for contact, holder in (
        (carla.contacts[0], carla),
        (other.contacts[0], other),
        (Contact(EMAIL, "new@mail.example"), None),
    ):
        assert await store.read(partial(_known_by, contact)) == holder


def _known_by(contact: Contact, view: View) -> Awaitable[Customer | None]:
    return view.customers.by_contact(ORGANIZATION.id, contact)


async def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(str(path))
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.transact(number)
    await store.open()
    assert await store.transact(number) == 1
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.read(lambda view: view.organizations.all())
    await store.open()
    assert await store.transact(number) == 2
    await store.close()


async def test_a_backup_is_whole_while_others_write(
    store: SqliteStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    each, copy = one_of_each(), tmp_path_factory.mktemp("backup") / "copy.sqlite3"
    await store.transact(lambda work: put_one_of_each(work, each))
    stop = asyncio.Event()

    async def keep_writing() -> None:
        while not stop.is_set():
            await put(store, an_organization())

    writing = asyncio.ensure_future(keep_writing())
    await store.backup(copy)
    stop.set()
    await writing
    assert await asyncio.to_thread(lambda: [*copy.parent.iterdir()]) == [copy]
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert is_current(str(copy))
    restored = SqliteStore(str(copy))
    await restored.open()
    seen = await store.read(lambda view: everything(view, each))
    assert await restored.read(lambda view: everything(view, each)) == seen
    await restored.close()
    with pytest.raises(FileExistsError):
        await store.backup(copy)


def test_the_full_text_index_is_true_after_every_kind_of_change(path: Path) -> None:
    """FTS5 checks its index against the texts themselves (https://sqlite.org/fts5.html §6.4)."""

    async def change() -> None:
        store = SqliteStore(str(path))
        await store.open()
        first, second = one_of_each(1), one_of_each(2)

        async def unit(work: Work) -> None:
            await put_one_of_each(work, first)
            await put_one_of_each(work, second)
            await work.conversations.replace(evolve(first.message, content_text="Other words."))
            await work.tickets.remove(second.organization.id, second.ticket.id)

        await store.transact(unit)
        await store.transact(lambda work: work.conversations.replace(first.message))
        await store.transact(lambda work: work.tickets.remove(first.organization.id, first.ticket.id))
        await store.close()

    asyncio.run(change())
    with closing(sqlite3.connect(path)) as raw:
        for words in ("ticket_words", "conversation_words"):
            raw.execute(f"INSERT INTO {words} ({words}, rank) VALUES ('integrity-check', 1)")
            assert raw.execute(f"SELECT count(*) FROM {words}_due").fetchone() == (0,)
