"""The store to grow: a PostgreSQL database, shared by any number of processes and machines.

Units of work are serializable transactions, many at a time, and are run again where they got in each other's way.
Reads see a snapshot, and nobody waits for them.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from psycopg import AsyncConnection, Error
from psycopg.errors import UndefinedTable
from psycopg_pool import AsyncConnectionPool

from helpdesk_adapters.jobs.bell import Bell
from helpdesk_adapters.storage.sql.connection import Connection, Marks
from helpdesk_adapters.storage.sql.jobs import SqlJobTable
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.postgres_errors import refusal
from helpdesk_adapters.storage.sql.postgres_session import ADAPTERS, Raw, conninfo, set_up
from helpdesk_adapters.storage.sql.postgres_signals import NOTHING, Signals
from helpdesk_adapters.storage.sql.postgres_transactions import CLAIMING, READING, WRITING
from helpdesk_adapters.storage.sql.postgres_units import Units
from helpdesk_adapters.storage.sql.revision import CURRENT, HEAD, MigrationsDue
from helpdesk_adapters.storage.touched import Touched
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds to wait for a connection."""


class PostgresStore:
    """A `Store` in a PostgreSQL database (13 or newer), to be opened before its first unit, in the event loop of its
    use. It keeps up to `connections` open, and two more for wake-ups between processes.

    `on_commit`: what is to be called, in that event loop, after commits of this process or another one; with what they
    have touched, or with `Touched(elsewhere=True)` where more may have been committed than is known.
    """

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self.on_commit: list[Callable[[Touched], None]] = []
        self.bell = Bell()
        self.job_table = SqlJobTable(_Claims(self))
        self._conninfo = conninfo(url)
        self._connections = connections
        self._open: _Open | None = None

    async def open(self) -> None:
        """Raises MigrationsDue, or StoreUnavailable where the database cannot be reached."""
        if self._open is not None:
            return
        signals = Signals(self._conninfo, self._heard)
        try:
            listening = await signals.connect()
            await _check_version(listening)
            await signals.open(listening)
        except Error as error:
            raise refusal(error) from error
        pool = AsyncConnectionPool(
            connection_class=Raw,
            kwargs={**self._conninfo, "autocommit": True, "context": ADAPTERS},
            configure=set_up,
            min_size=1,
            max_size=self._connections,
            timeout=PATIENCE,
            open=False,
            name="helpdesk",
        )
        await pool.open()
        self._open = _Open(pool, signals, self._heard)

    async def close(self) -> None:
        """Finishes the units that are being run, and lets go of the connections."""
        opened, self._open = self._open, None
        if opened is not None:
            await opened.close()

    async def transact(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        return await self._opened().writing.run(lambda db: unit(db.work))

    async def read(self, unit: Callable[[View], Awaitable[T]]) -> T:
        return await self._opened().reading.run(lambda db: unit(db.view))

    async def change(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        """As `transact`, for those who know this store: with the connection itself."""
        return await self._opened().writing.run(unit)

    async def look(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        """As `read`, for those who know this store: with the connection itself."""
        return await self._opened().reading.run(unit)

    async def claim(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        """As `change`, but each statement sees what was committed before it: for those that skip what others hold."""
        return await self._opened().claiming.run(unit)

    def _opened(self) -> "_Open":
        if self._open is None:
            raise StoreUnavailable("The store is not open.")
        return self._open

    def _heard(self, touched: Touched) -> None:
        if touched.jobs or touched.elsewhere:
            self.bell.ring()
        for hook in tuple(self.on_commit):
            hook(touched)


async def _check_version(raw: AsyncConnection[Any]) -> None:
    try:
        row = await (await raw.execute(CURRENT)).fetchone()
    except UndefinedTable:
        row = None
    if row is None or row[0] != HEAD:
        await raw.close()
        raise MigrationsDue(None if row is None else str(row[0]))


class _Open:
    """What an open store consists of."""

    def __init__(
        self, pool: AsyncConnectionPool[Raw], signals: Signals, touch: Callable[[Touched], None]
    ) -> None:
        matrices = Matrices()
        self.writing = Units(pool, matrices, WRITING, self._committed)
        self.claiming = Units(pool, matrices, CLAIMING, self._committed)
        self.reading = Units(pool, matrices, READING)
        self.signals = signals
        self._pool = pool
        self._touch = touch

    async def close(self) -> None:
        for units in (self.writing, self.claiming, self.reading):
            await units.finish()
        await self._pool.close()
        await self.signals.close()

    def _committed(self, marks: Sequence[Marks]) -> None:
        logs = frozenset[OrganizationId]().union(*(mark.logs for mark in marks))
        touched = Touched(any(mark.jobs for mark in marks), logs)
        if touched != NOTHING:
            self._touch(touched)
            self.signals.tell(touched)


class _Claims:
    """The store as its table of jobs needs it: to claim is to skip what another process claims at the same time."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self.bell = store.bell

    async def change(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        return await self._store.claim(unit)

    async def look(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        return await self._store.look(unit)
