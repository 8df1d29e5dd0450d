"""The embedded store: one SQLite file, shared by all threads and processes of a machine.

One thread writes. It takes all units of work that wait, runs them and whichever come meanwhile in one transaction, and
makes them durable with one commit; a unit that fails leaves nothing behind and harms no other. A few threads read, each
from a snapshot of its own, and no reader ever waits for a writer.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from random import random
from time import monotonic, sleep
from typing import TypeVar

from helpdesk_adapters.jobs.bell import Bell
from helpdesk_adapters.storage.sql.backup import back_up
from helpdesk_adapters.storage.sql.connection import Connection, Marks
from helpdesk_adapters.storage.sql.jobs import SqlJobTable
from helpdesk_adapters.storage.sql.lanes import Errand, Lane, deliver
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.revision import HEAD, MigrationsDue
from helpdesk_adapters.storage.sql.scrub import scrub
from helpdesk_adapters.storage.sql.sqlite_connection import (
    PATIENCE,
    SqliteConnection,
    connect,
    path_of,
    refusal,
    version_of,
)
from helpdesk_adapters.storage.sql.sqlite_words import index_words
from helpdesk_adapters.storage.sql.work import SqlView, SqlWork
from helpdesk_adapters.storage.touched import Touched
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work

T = TypeVar("T")

GROUP = 128
"""Units of work that are committed together at most."""

LOOK_EVERY = 0.05
"""Seconds between two looks for what other processes have committed."""

WRITER_CACHE, READER_CACHE = 4_000, 1_000
"""KiB of pages that a connection keeps."""


class _Desk(SqliteConnection):
    """A connection and its repositories, which last as long as it does."""

    def __init__(self, raw: sqlite3.Connection, matrices: Matrices) -> None:
        super().__init__(raw, matrices)
        self.work = SqlWork(self)
        self.view = SqlView(self)


class SqliteStore:
    """A `Store` in a SQLite file, to be opened before its first unit. Works with any number of asyncio event loops.

    `on_commit`: what is to be called, in the event loop that opened the store, after commits; with what they have
    touched since the last call, or with `Touched(elsewhere=True)` when another process has committed something.
    """

    def __init__(self, url: str, *, readers: int = 3) -> None:
        self.path = path_of(url)
        self.on_commit: list[Callable[[Touched], None]] = []
        self.bell = Bell()
        self.job_table = SqlJobTable(self)
        self._readers = readers
        self._writing: Lane[_Desk] = Lane("helpdesk-writer", GROUP)
        self._reading: Lane[_Desk] = Lane("helpdesk-reader", 1)
        self._open: list[_Desk] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Raises MigrationsDue, or StoreUnavailable where the file cannot be used."""
        if self._open:
            return
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._connect)
        writer, *readers = self._open
        writing = _Writer(writer, self._writing.more, self._tell)
        self._writing.start(writing.perform, writing.look, LOOK_EVERY)
        for reader in readers:
            self._reading.start(_Reader(reader).perform)

    async def close(self) -> None:
        """Finishes the units that were handed in, and lets go of the file."""
        connections, self._open = self._open, []
        if connections:
            await asyncio.to_thread(self._disconnect, connections)

    async def transact(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        self._check_open()
        return await self._writing.send(lambda db: unit(db.work))

    async def read(self, unit: Callable[[View], Awaitable[T]]) -> T:
        self._check_open()
        return await self._reading.send(lambda db: unit(db.view))

    async def change(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        """As `transact`, for those who know this store: with the connection itself."""
        self._check_open()
        return await self._writing.send(unit)

    async def look(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        """As `read`, for those who know this store: with the connection itself."""
        self._check_open()
        return await self._reading.send(unit)

    async def backup(self, to: Path) -> None:
        """Writes a copy as of one moment to a new file, while the desk goes on. StoreUnavailable where it cannot."""
        await asyncio.to_thread(back_up, self.path, to)

    async def scrub(self) -> None:
        """Removes what is gone from the file and its log too. StoreUnavailable where others kept it busy."""
        await asyncio.to_thread(scrub, self.path)

    def _check_open(self) -> None:
        if not self._open:
            raise StoreUnavailable("The store is not open.")

    def _connect(self) -> None:
        if not self.path.exists():
            raise MigrationsDue(None)
        caches = [WRITER_CACHE, *[READER_CACHE] * self._readers]
        opened, matrices = [], Matrices()
        try:
            for place, cache in enumerate(caches):
                opened.append(_Desk(connect(self.path, cache_kib=cache, read_only=place > 0), matrices))
            version = version_of(opened[0].raw)
            if version != HEAD:
                raise MigrationsDue(version)
        except BaseException:
            for one in opened:
                one.raw.close()
            raise
        self._open = opened

    def _disconnect(self, connections: Sequence[_Desk]) -> None:
        self._reading.stop()
        self._writing.stop()
        for connection in reversed(connections):
            connection.raw.close()

    def _tell(self, touched: Touched) -> None:
        """Called by the writing thread after a commit."""
        if touched.jobs or touched.elsewhere:
            self.bell.ring()
        if self.on_commit and self._loop is not None:
            with suppress(RuntimeError):  # the loop has been closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._call_hooks, touched)

    def _call_hooks(self, touched: Touched) -> None:
        for hook in tuple(self.on_commit):
            hook(touched)


class _Writer:
    """What the writing thread does."""

    def __init__(
        self, db: _Desk, more: Callable[[int], list[Errand[_Desk]]], tell: Callable[[Touched], None]
    ) -> None:
        """`more` hands over up to so many errands that have come by now."""
        self._db = db
        self._raw = db.raw
        self._more = more
        self._tell = tell
        # While it waits for another process it tries again every few milliseconds. SQLite's own patience tries ever
        # more rarely, up to ten times a second, and can starve beside a process that never stops writing.
        self._raw.execute("PRAGMA busy_timeout = 0")
        self._seen = self._others()

    def perform(self, errands: list[Errand[_Desk]]) -> None:
        """One transaction for all of them, and for those that join them."""
        touched = Touched()
        try:
            self._begin()
            elsewhere = self._committed_elsewhere()
            marks = self._run_all(errands)
            index_words(self._raw)
            self._raw.execute("COMMIT")
            logs = frozenset[OrganizationId]().union(*(mark.logs for mark in marks))
            touched = Touched(any(mark.jobs for mark in marks), logs, elsewhere)
        except Exception as error:  # noqa: BLE001  whatever it is, whoever waits has to hear of it
            self._lose(errands, error)
        deliver(errands)
        if touched != Touched():
            self._tell(touched)

    def look(self) -> None:
        """Looks for what other processes have committed."""
        with suppress(sqlite3.Error):  # whatever is wrong, the next unit of work will tell
            if self._committed_elsewhere():
                self._tell(Touched(elsewhere=True))

    def _begin(self) -> None:
        deadline = monotonic() + PATIENCE
        while True:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                    raise
                sleep(0.001 + 0.002 * random())
            else:
                return

    def _run_all(self, errands: list[Errand[_Desk]]) -> list[Marks]:
        """Runs them one after the other, and those that come meanwhile; what those that did not fail have touched.

        A savepoint for each would make SQLite copy every page that it changes, a third of the whole cost. So they go
        without, and if one fails that has written already, the others are run again, now with savepoints.
        """
        marks = []
        for errand in self._arriving(errands):
            before = self._raw.total_changes
            marks.append(self._run(errand))
            if errand.error is not None and self._raw.total_changes != before:
                self._raw.execute("ROLLBACK")
                self._begin()
                return [self._run_apart(other) for other in errands if other is not errand]
        return marks

    def _arriving(self, errands: list[Errand[_Desk]]) -> Iterator[Errand[_Desk]]:
        """These, and whichever come while they are run: making a transaction durable costs more than most units do."""
        for errand in errands:  # which goes on with those that are added
            yield errand
            if errand is errands[-1]:
                errands += self._more(GROUP - len(errands))

    def _run_apart(self, errand: Errand[_Desk]) -> Marks:
        """Runs one unit, and takes back what it did if it fails."""
        self._raw.execute("SAVEPOINT unit")
        marks = self._run(errand)
        if errand.error is not None:
            self._raw.execute("ROLLBACK TO unit")
        self._raw.execute("RELEASE unit")
        return marks

    def _run(self, errand: Errand[_Desk]) -> Marks:
        """Runs one unit; what it has touched, which is nothing if it failed."""
        marks = self._db.marks = Marks()
        errand.run(self._db)
        if not self._raw.in_transaction:
            # SQLite gave the whole transaction up under it: the disk is full, or cannot be read.
            raise StoreUnavailable("The database gave up a transaction.") from errand.error
        return marks if errand.error is None else Marks()

    def _lose(self, errands: Sequence[Errand[_Desk]], error: Exception) -> None:
        """The transaction is lost, and with it every unit in it."""
        if self._raw.in_transaction:
            with suppress(sqlite3.Error):  # what cannot be rolled back now is when the file is next opened
                self._raw.execute("ROLLBACK")
        lost = refusal(error) if isinstance(error, sqlite3.Error) else error
        if not isinstance(lost, StoreUnavailable):
            lost = StoreUnavailable(f"The database could not commit: {error}")
        for errand in errands:
            errand.error = errand.error or lost

    def _committed_elsewhere(self) -> bool:
        others = self._others()
        changed, self._seen = others != self._seen, others
        return changed

    def _others(self) -> int:
        """A number that changes with each commit of another connection."""
        return int(self._raw.execute("PRAGMA data_version").fetchone()[0])


class _Reader:
    """What a reading thread does."""

    def __init__(self, db: _Desk) -> None:
        self._db = db

    def perform(self, errands: Sequence[Errand[_Desk]]) -> None:
        """Each of them from a snapshot of its own."""
        for errand in errands:
            self._db.marks = Marks()
            try:
                self._db.raw.execute("BEGIN")
                errand.run(self._db)
                self._db.raw.execute("ROLLBACK")
            except Exception as error:  # noqa: BLE001  whatever it is, whoever waits has to hear of it
                errand.error = errand.error or refusal(error)
        deliver(errands)
