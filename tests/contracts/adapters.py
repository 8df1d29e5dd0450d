"""The stores, each with what the contract needs of it: how to open one, and the engine that runs its jobs."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.jobs.engine import LeasingEngine
from helpdesk_adapters.storage.memory import MemoryStore
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.jobs import JobEngine
from helpdesk_core.ports.store import Store
from tests.contracts.postgres_server import clean_database

LOOK_EVERY = 0.01
"""Seconds at most between two looks of an engine: the tests move the clock without telling it."""


@frozen
class Adapter:
    """One way to keep the desk's things, under one async library."""

    name: str
    backend: str
    open: Callable[[Path], AbstractAsyncContextManager[Any]]
    """A fresh, empty store; the folder is its own."""
    engine: Callable[[Any, Clock], JobEngine]
    """An engine over the store whose retries do not jitter."""


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Store]:
    yield MemoryStore()


@cache
def _empty_database() -> bytes:
    """A SQLite file with all tables and no rows: copying it is quicker than making one for each test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


@asynccontextmanager
async def _sqlite(folder: Path) -> AsyncIterator[Store]:
    path = folder / "desk.sqlite3"
    path.write_bytes(_empty_database())
    store = SqliteStore(f"sqlite:///{path}")
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _postgres(folder: Path) -> AsyncIterator[Store]:
    with clean_database() as url:
        store = PostgresStore(url)
        await store.open()
        try:
            yield store
        finally:
            await store.close()


def _leasing(store: Any, clock: Clock) -> JobEngine:
    return LeasingEngine(store.job_table, clock, lambda: 0.0, new_id, LOOK_EVERY)


ADAPTERS = [
    Adapter("memory", "asyncio", _memory, _leasing),
    Adapter("memory", "trio", _memory, _leasing),
    Adapter("sqlite", "asyncio", _sqlite, _leasing),
    Adapter("postgres", "asyncio", _postgres, _leasing),
]
